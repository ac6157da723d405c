//! Errors of the secret stores, with their hints: missing, locked, denied, out of reach.

use std::ffi::OsStr;
use std::path::Path;

use super::{CommandError, Kind, hint_of};
use crate::disk::DiskError;
use crate::model::Alias;
use crate::secrets::{
    DamagedCause, DeniedCause, KeyringProgram, LockedCause, Place, SecretError, SecretName,
    UnavailableCause,
};
use crate::shell::paste;

impl From<SecretError> for CommandError {
    fn from(error: SecretError) -> Self {
        let kind = match &error {
            SecretError::Interrupted => Kind::Interrupted,
            SecretError::Locked { .. } => Kind::LoginNeeded,
            _ => Kind::User,
        };
        let new = Self::from_room(kind, &error);
        match &error {
            SecretError::Missing { name: SecretName::AccessKey(id), program, .. } => {
                let new = new.hint(format!(
                    "run `leapp add user ALIAS --secret-access-key -` for the session that has `{id}`, and give its secret"
                ));
                asked_of(new, program.as_ref())
            }
            SecretError::Locked { place: Place::Keyring, cause } => locked_keyring(new, cause),
            SecretError::Locked { cause: LockedCause::HeldUp(_), .. } => new
                .hint("answer it where it asks, or give the passphrase in `LEAPP_PASSPHRASE_FILE`"),
            SecretError::Locked { place: Place::File, cause } => locked_file(new, cause),
            SecretError::Denied { cause, .. } => denied(new, cause),
            SecretError::Unavailable { cause, .. } => unavailable(new, cause),
            SecretError::Damaged { cause: DamagedCause::File { path, .. }, .. } => damaged(new, path),
            SecretError::Damaged { .. } => {
                new.hint("restore it from a backup, or remove it and run `leapp add` again with each access key")
            }
            _ => new,
        }
    }
}

impl CommandError {
    /// A secret that is to go, and is not there.
    pub(in crate::commands) fn no_such_secret(id: &str, nearest: Option<&str>) -> Self {
        Self::new(Kind::User, format!("no secret of `{id}` is stored"))
            .nearest(nearest)
            .hint("run `leapp secrets list` to see every secret")
    }

    /// A secret that is to go, and is needed.
    pub(in crate::commands) fn secret_in_use(id: &str, user: &Alias) -> Self {
        Self::new(Kind::User, format!("`{user}` needs the secret of `{id}`"))
            .hint(format!("run `leapp remove {user}`, which takes both away"))
            .hint(format!("run `leapp rotate-key {user}` to exchange the key"))
    }
}

fn locked_keyring(error: CommandError, cause: &LockedCause) -> CommandError {
    match cause {
        LockedCause::NoDisplay(program) => error
            .hint(how_to_unlock(program))
            .hint("to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`"),
        LockedCause::OnlyForCache(program) => error.hint(how_to_unlock(program)),
        LockedCause::NoAnswer { program, .. } => {
            error.hint(format!("answer the dialog of {program}, then try again"))
        }
        _ => error,
    }
}

/// What a person does in the program of the keyring.
fn how_to_unlock(program: &KeyringProgram) -> &'static str {
    match program {
        KeyringProgram::KeePassXc => {
            "unlock the database in KeePassXC; to be asked less: Settings > Secret Service Integration"
        }
        KeyringProgram::KWallet => "open the wallet in your desktop session: `kwalletmanager5`",
        _ => "unlock it in your desktop session, or with `gnome-keyring-daemon --unlock`",
    }
}

/// Which program was asked for a secret that it does not have.
fn asked_of(error: CommandError, program: Option<&KeyringProgram>) -> CommandError {
    match program {
        None | Some(KeyringProgram::Unknown) => error,
        Some(program) => {
            let all = [
                KeyringProgram::GnomeKeyring,
                KeyringProgram::KWallet,
                KeyringProgram::KeePassXc,
            ];
            let others = all.iter().filter(|other| *other != program);
            let others: Vec<String> = others.map(ToString::to_string).collect();
            error.hint(format!(
                "{program} is the keyring now; if the secret is in another program ({}), start that one in its place",
                others.join(", ")
            ))
        }
    }
}

fn locked_file(error: CommandError, cause: &LockedCause) -> CommandError {
    let restore = match cause {
        LockedCause::Changed { path, .. } => format!("`{}`", path.display()),
        LockedCause::Unproven {
            identity,
            recipient,
            ..
        } => {
            format!("`{}` or `{}`", recipient.display(), identity.display())
        }
        _ => String::new(),
    };
    let error =
        error.hint("run it in a terminal, or set `LEAPP_PASSPHRASE_FILE` or `LEAPP_IDENTITY_FILE`");
    if restore.is_empty() {
        return error;
    }
    error.hint(format!(
        "restore {restore} from a backup, if it is of another vault"
    ))
}

fn denied(error: CommandError, cause: &DeniedCause) -> CommandError {
    match cause {
        DeniedCause::WrongPassphrase => error.hint(
            "try again; `LEAPP_PASSPHRASE` and `LEAPP_PASSPHRASE_FILE` come before a question",
        ),
        DeniedCause::EmptyPassphrase => error.hint("choose one that is not empty"),
        DeniedCause::UnsafeFile { path, .. } => {
            let path = path.to_string_lossy();
            error.hint(format!("run `{}`", paste(["chmod", "600", &path])))
        }
        DeniedCause::WrongIdentity(path) if path.ends_with("identity.age") => error.hint(format!(
            "restore `{}` from a backup, or set `LEAPP_IDENTITY_FILE` to the identity that the vault was made with",
            path.display()
        )),
        DeniedCause::WrongIdentity(_) => {
            error.hint("set `LEAPP_IDENTITY_FILE` to the identity that the vault was made with")
        }
        DeniedCause::ForeignRecipient { recipient, identity } => error
            .hint(format!("remove `{}`; the next command makes it again from the identity", recipient.display()))
            .hint(format!("restore `{}` from a backup, if that is of another vault", identity.display())),
        DeniedCause::ForeignFile { path, identity } => error
            .hint(format!(
                "restore the `{}` that opens it, or set `LEAPP_IDENTITY_FILE` to that identity",
                identity.display()
            ))
            .hint(format!(
                "move `{}` away, if it is of another vault, and add the secrets that are missing then: `leapp add user ALIAS --secret-access-key -`",
                path.display()
            )),
        DeniedCause::ReplacedIdentity(path) => error
            .hint(format!("restore `{}` from a backup", path.display()))
            .hint("try again with its new passphrase, if you have given it one"),
        DeniedCause::NoIdentityInside(_) => {
            error.hint("set `LEAPP_IDENTITY_FILE` to a file that `age-keygen` has made; the vault itself is as it was")
        }
        DeniedCause::NoPassphraseInside(_) => {
            error.hint("set `LEAPP_PASSPHRASE_FILE` to the file that holds the passphrase")
        }
        DeniedCause::TooCostly { .. } => {
            error.hint("encrypt the identity anew with a smaller scrypt work factor")
        }
        _ => error,
    }
}

fn damaged(error: CommandError, path: &Path) -> CommandError {
    let shown = path.display();
    match path.file_name().and_then(OsStr::to_str) {
        Some("recipient.txt") => error.hint(format!(
            "remove `{shown}`; the next command makes it again from the identity"
        )),
        Some("identity.age") => error
            .hint(format!("restore `{shown}` from a backup"))
            .hint(beginning_anew(path)),
        _ => error.hint(format!(
            "restore `{shown}` from a backup, or remove it and run `leapp add` again with each access key"
        )),
    }
}

/// What is left to do without any copy of the vault's identity.
fn beginning_anew(identity: &Path) -> String {
    let dir = identity.parent().unwrap_or(identity).display();
    format!(
        "without a copy of it, the secrets are lost: move `identity.age`, `recipient.txt`, `vault.age` and `vault.d` out of `{dir}`, and run `leapp add user ALIAS --secret-access-key -` for each session"
    )
}

fn unavailable(error: CommandError, cause: &UnavailableCause) -> CommandError {
    match cause {
        UnavailableCause::NoBus(_) => error
            .hint("log in to a desktop session, or start one: `dbus-run-session -- $SHELL`")
            .hint("to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`"),
        UnavailableCause::NoService => error
            .hint("start a Secret Service: gnome-keyring, KWallet or KeePassXC")
            .hint("to keep new secrets in an encrypted file instead, set `LEAPP_SECRETS=file`"),
        UnavailableCause::NoCollection(program) => error.hint(match program {
            KeyringProgram::KeePassXc => "open a database in KeePassXC, and choose a group for it: Database Settings > Secret Service Integration",
            KeyringProgram::KWallet => "create a wallet: System Settings > KDE Wallet, or `kwalletmanager5`",
            _ => "create a default keyring: open Passwords and Keys (seahorse), or log in to the desktop once",
        }),
        UnavailableCause::Disk(DiskError::Io { path, source, .. })
            if hint_of(source, path).is_none() =>
        {
            error.hint(format!(
            "make `{}` usable; if `LEAPP_PASSPHRASE_FILE` or `LEAPP_IDENTITY_FILE` names it, mend that",
            path.display()
        ))
        }
        UnavailableCause::Disk(cause) => error.mending_file(cause),
        UnavailableCause::NoIdentity(path) => error
            .hint(format!(
                "restore `{}` from a backup, or set `LEAPP_IDENTITY_FILE` to the identity that the vault was made with",
                path.display()
            ))
            .hint(beginning_anew(path)),
        _ => error,
    }
}
