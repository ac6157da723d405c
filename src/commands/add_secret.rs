//! The secret of an access key on its way in.

use std::io::Read;

use super::error::{CommandError, Kind as ErrorKind};
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};

/// The secret, from standard input: an argument could be read by every process.
pub(super) fn secret_from_stdin() -> Result<SecretString, CommandError> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| {
            CommandError::new(
                ErrorKind::User,
                format!("can not read the secret from standard input: {error}"),
            )
        })?;
    secret(&SecretString::from(text.trim()))
}

/// IAM's secrets are 40 characters of base64; what is shorter, or has a space in it, is a slip.
pub(super) fn secret(text: &SecretString) -> Result<SecretString, CommandError> {
    let text = text.expose_secret().trim();
    if text.len() < 16
        || text.len() > 256
        || text.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(CommandError::new(
            ErrorKind::User,
            "that is not a secret access key (40 characters, as IAM shows it once)",
        ));
    }
    Ok(SecretString::from(text))
}
