//! Sealing and opening in the age format, and the price of a passphrase.

use std::io::{self, Read};
use std::iter;
use std::time::{Duration, Instant};

use age::{DecryptError, Decryptor, EncryptError};

use crate::model::secret::{SecretString, Zeroizing};

/// Identities above this are refused: 2^20 KiB is 1 GiB of memory and some three seconds.
pub(super) const MAX_WORK_FACTOR: u8 = 20;
/// What one try of a passphrase should cost whoever tries; each opening costs us the same.
const PRICE: Duration = Duration::from_millis(500);
/// However slow the machine seems, no cheaper than this (64 MiB).
const MIN_CHOSEN: u8 = 16;
/// However fast the machine is, no more memory than this (256 MiB).
const MAX_CHOSEN: u8 = 18;
/// A measurement with this takes some 40 ms.
const SAMPLE: u8 = 14;

/// Seals to a recipient, in the binary format.
pub(super) fn to_recipient(recipient: &age::x25519::Recipient, text: &[u8]) -> io::Result<Vec<u8>> {
    age::encrypt(recipient, text).map_err(into_io)
}

/// Seals under a passphrase, with a work factor of about [`PRICE`] on this machine.
pub(super) fn with_passphrase(passphrase: SecretString, text: &[u8]) -> io::Result<Vec<u8>> {
    let log_n = work_factor()?;
    seal_with(passphrase, text, log_n)
}

/// Opens what was sealed; the text is wiped when dropped.
pub(super) fn open(
    identity: &impl age::Identity,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let decryptor = Decryptor::new_buffered(sealed)?;
    let mut reader = decryptor.decrypt(iter::once(identity as _))?;
    // The text is shorter than the sealed form, so this never grows and leaves no copies.
    let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut text)?;
    Ok(text)
}

/// Whether a file begins as age files do. What is cut short further on shows only when it is opened.
pub(super) fn check_header(sealed: &[u8]) -> Result<(), DecryptError> {
    Decryptor::new_buffered(sealed).map(drop)
}

/// The error as a fragment of our own kind; age's texts are whole, capitalized sentences.
pub(super) fn describe(error: &DecryptError) -> &'static str {
    match error {
        DecryptError::UnknownFormat => "it is not a binary age file",
        DecryptError::InvalidHeader => "its age header is invalid",
        DecryptError::NoMatchingKeys => "it is sealed to another identity",
        _ => "it was changed or cut short",
    }
}

/// Chooses how hard scrypt works: measured small, since the cost doubles with each step.
fn work_factor() -> io::Result<u8> {
    let started = Instant::now();
    seal_with(SecretString::from("sample"), b"", SAMPLE)?;
    let mut cost = started.elapsed();
    let mut log_n = SAMPLE;
    // The step is taken while it ends nearer to the price than it began: 3/2 is between 1 and 2.
    while log_n < MAX_CHOSEN && cost * 3 / 2 <= PRICE {
        cost *= 2;
        log_n += 1;
    }
    Ok(log_n.max(MIN_CHOSEN))
}

fn seal_with(passphrase: SecretString, text: &[u8], log_n: u8) -> io::Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(log_n);
    age::encrypt(&recipient, text).map_err(into_io)
}

fn into_io(error: EncryptError) -> io::Error {
    match error {
        EncryptError::Io(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::x25519::Identity;

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let (ours, theirs) = (Identity::generate(), Identity::generate());
        let sealed = to_recipient(&ours.to_public(), b"text").unwrap();
        assert_eq!(open(&ours, &sealed).unwrap().as_slice(), b"text");
        assert!(matches!(
            open(&theirs, &sealed),
            Err(DecryptError::NoMatchingKeys)
        ));
        assert!(open(&ours, &sealed[..sealed.len() - 1]).is_err());
        assert!(open(&ours, b"junk").is_err());
    }

    #[test]
    fn the_chosen_work_factor_is_within_bounds() {
        assert!((MIN_CHOSEN..=MAX_CHOSEN).contains(&work_factor().unwrap()));
    }
}
