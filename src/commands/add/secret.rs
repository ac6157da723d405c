//! The secret of an access key on its way in. An argument could be read by every process, so it
//! comes through standard input, or from a person.

use std::io::{IsTerminal, Read};

use crate::cli::AddArgs;
use crate::commands::error::{CommandError, Kind};
use crate::commands::person::Person;
use crate::model::secret::{ExposeSecret, SecretString, Zeroizing};
use crate::sessions::{
    check_access_key_id, check_access_key_id_elsewhere, check_secret_access_key,
};
use crate::settings::{InheritedKey, inherited_key};

/// Longer than any secret, with room for a line end.
const LONGEST_INPUT: u64 = 4096;

/// The secret, from where the flags say, or from a person.
pub(super) fn read(
    args: &AddArgs,
    person: &mut Person,
    is_elsewhere: bool,
) -> Result<SecretString, CommandError> {
    let check =
        |text: &SecretString| check(text, is_elsewhere).map_err(|why| format!("that {why}"));
    // What is typed on a terminal would be shown: there, `-` is a question as well.
    if args.secret_access_key.is_some() && !std::io::stdin().is_terminal() {
        let failed = |what: String| CommandError::new(Kind::User, what);
        return check(&from_stdin()?).map_err(failed);
    }
    person.ask_secret("Secret access key", "--secret-access-key -", check)
}

/// The key pair of the environment. Temporary credentials are none: they would be useless within hours.
pub(super) fn from_environment(is_elsewhere: bool) -> Result<InheritedKey, CommandError> {
    let key = inherited_key()?.ok_or_else(CommandError::no_key_in_environment)?;
    if key.session_token.is_some() {
        return Err(CommandError::temporary_key_in_environment());
    }
    let check_id = if is_elsewhere {
        check_access_key_id_elsewhere
    } else {
        check_access_key_id
    };
    check_id(&key.access_key_id).map_err(|why| CommandError::value("AWS_ACCESS_KEY_ID", &why))?;
    let secret = check(&key.secret_access_key, is_elsewhere)
        .map_err(|why| CommandError::value("AWS_SECRET_ACCESS_KEY", &why))?;
    Ok(InheritedKey {
        secret_access_key: secret,
        ..key
    })
}

fn from_stdin() -> Result<SecretString, CommandError> {
    // Never grows: that would leave copies behind.
    let capacity = usize::try_from(LONGEST_INPUT).unwrap_or_default() + 1;
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    std::io::stdin()
        .take(LONGEST_INPUT)
        .read_to_string(&mut text)
        .map_err(|why| {
            let what = format!("cannot read the secret from standard input: {why}");
            CommandError::new(Kind::User, what)
        })?;
    Ok(SecretString::from(text.as_str()))
}

/// The secret without the white space around it, which a copy brings along.
fn check(text: &SecretString, is_elsewhere: bool) -> Result<SecretString, String> {
    let text = text.expose_secret().trim();
    if text.is_empty() {
        return Err("is empty: no secret access key was given".to_owned());
    }
    check_secret_access_key(text, is_elsewhere)?;
    Ok(SecretString::from(text))
}
