//! The MFA code of a command line. `-` is a line of standard input: an argument can be seen by every process
//! of the machine.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::sync::OnceLock;

use crate::model::secret::{SecretString, Zeroizing};

/// Longer than any code, with room for spaces and a line end.
const LONGEST: usize = 64;

/// The code that `--mfa-code` gives; nothing where it has to be asked for. The line is read once in a process,
/// and also where no code is needed: else it would be input of the command.
pub(super) fn given(argument: Option<&str>) -> Option<SecretString> {
    static LINE: OnceLock<SecretString> = OnceLock::new();
    match argument {
        // What is typed on a terminal would be shown. There, a question follows.
        Some("-") if io::stdin().is_terminal() => None,
        // What cannot be read is no code, which is said where one is needed.
        Some("-") => Some(
            LINE.get_or_init(|| line().unwrap_or_else(|_| SecretString::from("")))
                .clone(),
        ),
        argument => argument.map(SecretString::from),
    }
}

/// One line, and not a byte more: the rest is for the command.
fn line() -> io::Result<SecretString> {
    let mut stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    first_line(&mut stdin)
}

fn first_line(from: &mut impl Read) -> io::Result<SecretString> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0]);
    while line.len() < LONGEST && from.read(&mut *byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    Ok(SecretString::from(&*String::from_utf8_lossy(&line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::ExposeSecret;

    #[test]
    fn the_rest_of_the_input_is_left() {
        for (input, line, rest) in [
            ("123456\nrest\n", "123456", "rest\n"),
            ("123 456\r\n", "123 456\r", ""),
            ("123456", "123456", ""),
            ("\nrest", "", "rest"),
            ("", "", ""),
        ] {
            let mut from = input.as_bytes();
            let code = first_line(&mut from).unwrap();
            assert_eq!(code.expose_secret(), line);
            assert_eq!(from, rest.as_bytes());
        }
    }

    #[test]
    fn no_line_is_longer_than_a_code_can_be() {
        let endless = "1".repeat(1000);
        let code = first_line(&mut endless.as_bytes()).unwrap();
        assert_eq!(code.expose_secret().len(), LONGEST);
    }
}
