//! Columns for people.

/// Rows under a header, each column as wide as its widest cell; the last column is cut where the
/// line would not fit into `width` characters.
pub fn table(header: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let widths: Vec<usize> = header
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.chars().count())
                .chain([title.chars().count()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, width) in cells.zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(
                ' ',
                (width + 2).saturating_sub(cell.chars().count()),
            ));
        }
        fit(line.trim_end(), width)
    };
    let mut text = line(&mut header.iter().copied());
    for row in rows {
        text.push('\n');
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text.push('\n');
    text
}

fn fit(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let mut cut: String = line.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_fit() {
        let rows = vec![
            vec!["a".into(), "iam-user".into()],
            vec!["longer".into(), "é".into()],
        ];
        assert_eq!(
            table(&["ALIAS", "TYPE"], &rows, 80),
            "ALIAS   TYPE\na       iam-user\nlonger  é\n"
        );
        assert_eq!(
            table(&["ALIAS", "TYPE"], &rows, 10),
            "ALIAS   T…\na       i…\nlonger  é\n"
        );
    }
}
