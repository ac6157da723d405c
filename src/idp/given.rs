//! An assertion that is given for one run: `--assertion FILE`, or `-` for standard input.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::assertion::LONGEST;
use super::{Assertion, IdpError};

/// What `--assertion` names. Standard input can be read once only, so what was read is kept.
#[derive(Debug)]
pub struct Given {
    place: PathBuf,
    read: OnceCell<Assertion>,
}

impl Given {
    /// Nothing is opened yet: with credentials in the cache, nothing needs to be.
    pub fn new(place: PathBuf) -> Self {
        Self {
            place,
            read: OnceCell::new(),
        }
    }

    pub(super) fn assertion(&self) -> Result<Assertion, IdpError> {
        if let Some(assertion) = self.read.get() {
            return Ok(assertion.clone());
        }
        let text = if self.place.as_os_str() == "-" {
            self.text(io::stdin().lock())
        } else {
            let file = File::open(&self.place).map_err(|error| self.unreadable(error))?;
            self.text(file)
        }?;
        let assertion = Assertion::read(&text)?;
        Ok(self.read.get_or_init(|| assertion).clone())
    }

    fn text(&self, from: impl Read + IsTerminal) -> Result<Zeroizing<String>, IdpError> {
        if from.is_terminal() {
            return Err(IdpError::Typed);
        }
        text(from).map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, source: io::Error) -> IdpError {
        IdpError::Unreadable {
            place: match self.place.to_str() {
                Some("-") => "standard input".to_owned(),
                _ => format!("`{}`", self.place.display()),
            },
            source,
        }
    }
}

/// The longest assertion, percent-encoded and with the page or the form around it.
pub(super) const LONGEST_TEXT: usize = 4 * LONGEST;

/// Never grows its buffer, which would leave a copy behind.
fn text(from: impl Read) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_TEXT + 1));
    from.take(LONGEST_TEXT as u64).read_to_string(&mut text)?;
    Ok(text)
}
