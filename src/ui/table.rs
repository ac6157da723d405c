//! Columns for people.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::Page;
use crate::model::visible;

/// Rows under a header, each column as wide as its widest cell; the last column is cut where the
/// line would not fit into `width` columns of a terminal.
pub fn table(header: &[&str], rows: &[Vec<String>], width: usize) -> Page {
    let rows: Vec<Vec<Cow<'_, str>>> =
        std::iter::once(header.iter().copied().map(visible).collect())
            .chain(
                rows.iter()
                    .map(|row| row.iter().map(|cell| visible(cell)).collect()),
            )
            .collect();
    let widest = |column| {
        let cells = rows
            .iter()
            .filter_map(move |row: &Vec<Cow<'_, str>>| row.get(column));
        cells.map(|cell: &Cow<str>| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(widest).collect();
    let line = |row: &Vec<Cow<'_, str>>| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(
                ' ',
                (width + 2).saturating_sub(cell.width()),
            ));
        }
        fit(line.trim_end(), width) + "\n"
    };
    Page::laid_out(rows.iter().map(line).collect())
}

/// Cut to what fits; some characters are two columns wide.
fn fit(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let wide = c.width().unwrap_or(0);
        left.checked_sub(wide).is_some_and(|rest| {
            left = rest;
            true
        })
    };
    let mut cut: String = line.chars().take_while(fits).collect();
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
            table(&["ALIAS", "TYPE"], &rows, 80).to_string(),
            "ALIAS   TYPE\na       iam-user\nlonger  é\n"
        );
        assert_eq!(
            table(&["ALIAS", "TYPE"], &rows, 10).to_string(),
            "ALIAS   T…\na       i…\nlonger  é\n"
        );
    }

    #[test]
    fn wide_characters_take_two_columns_and_combining_ones_none() {
        let rows = vec![
            vec!["本番".into(), "x".into()],
            vec!["e\u{301}".into(), "本番環境".into()],
        ];
        assert_eq!(
            table(&["A", "B"], &rows, 80).to_string(),
            "A     B\n本番  x\ne\u{301}     本番環境\n"
        );
        // The half of a wide character does not fit.
        assert_eq!(
            table(&["A", "B"], &rows, 10).to_string(),
            "A     B\n本番  x\ne\u{301}     本…\n"
        );
    }

    #[test]
    fn a_cell_is_as_wide_as_it_is_shown() {
        let rows = vec![vec!["\u{202e}a\n".into(), "b\thint: c".into()]];
        assert_eq!(
            table(&["A", "B"], &rows, 80).to_string(),
            "A            B\n\\u{202e}a\\n  b\\thint: c\n"
        );
    }
}
