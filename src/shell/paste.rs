//! A command for a person to paste. Its words may be anybody's: what a policy of somebody else demands, a path.

/// The command of these words, each of which is one word to every shell that people type into.
pub fn paste<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    let words: Vec<String> = words.into_iter().map(|w| word(w.as_ref())).collect();
    words.join(" ")
}

fn word(text: &str) -> String {
    // No `~` and no `=` at the beginning: a home, and in zsh the path of a program.
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=.,:/@".contains(c);
    if !text.is_empty() && !text.starts_with('=') && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut quoted = String::from("'");
    for c in text.chars() {
        match c {
            // Between quotes, fish reads a backslash otherwise than bash and zsh do: so it stands outside.
            '\'' | '\\' => quoted.extend(['\'', '\\', c, '\'']),
            _ => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stays_one() {
        let odd = [
            "",
            "a b",
            "it's",
            r"a\b",
            r"\'",
            "$(id)",
            "`id`",
            "; rm -rf ~",
            "{a,b}",
            "!!",
            "=ls",
            "~",
            "#",
            "*",
            "x=$HOME",
            "a\nb",
            "é",
        ];
        assert_eq!(shell_words::split(&paste(odd)).unwrap(), odd);
        assert_eq!(paste(["x$(id)"]), "'x$(id)'");
        assert_eq!(paste([r"it's \"]), r"'it'\''s '\\''");
    }

    #[test]
    fn what_is_plain_is_left_as_it_is() {
        let words = [
            "leapp",
            "set",
            "r1",
            "external_id=e-1",
            "/a/b.c",
            "u@h:x+y,z",
        ];
        assert_eq!(paste(words), words.join(" "));
    }
}
