//! Errors of importing and exporting, with their hints.

use std::io;
use std::path::Path;

use super::{CommandError, Kind};
use crate::aws::{AwsError, AwsErrorKind};
use crate::disk::DiskError;
use crate::imports::leapp::UnknownWorkspace;
use crate::imports::leapp_lock::LockFileError;
use crate::model::Alias;
use crate::model::session::Origin;
use crate::shell::paste;
use crate::ui::terminal::NoTerminal;

impl CommandError {
    /// An import that nobody could confirm.
    pub(crate) fn import_unconfirmed(why: &NoTerminal) -> Self {
        Self::new(Kind::User, "nothing was imported: there is nobody to ask")
            .because_of(why)
            .hint("add `--yes` to import it without a question")
            .hint("add `--dry-run` to see what would change")
    }

    /// An import that somebody did not want.
    pub(crate) fn nothing_imported() -> Self {
        Self::new(Kind::User, "nothing was imported")
    }

    /// A file to be imported that cannot be read.
    pub(crate) fn unreadable_import(file: &Path, error: &io::Error) -> Self {
        let file = file.display();
        match error.kind() {
            io::ErrorKind::NotFound => Self::new(Kind::User, format!("`{file}` is not there")),
            _ => Self::new(Kind::User, format!("cannot read `{file}`")).because_of(error),
        }
    }

    /// The file of Leapp's own, which nobody has named, is not where Leapp keeps it.
    pub(crate) fn no_leapp_here(file: &Path) -> Self {
        Self::new(Kind::User, format!("`{}` is not there", file.display()))
            .hint("name the file: `leapp import leapp FILE`")
    }

    /// A lock file of Leapp's that stays closed.
    pub(crate) fn lock_file(file: &Path, error: &LockFileError) -> Self {
        let new = Self::new(Kind::User, format!("`{}` {error}", file.display()));
        match error {
            LockFileError::Foreign(_) => {
                new.hint("Leapp's own is `~/.Leapp/Leapp-lock.json`; an export of its settings is something else")
            }
            LockFileError::NoMachineId | LockFileError::OtherMachine => new
                .hint("get the id of the machine where Leapp has written it: on Linux `cat /etc/machine-id`, on macOS the `IOPlatformUUID` of `ioreg -rd1 -c IOPlatformExpertDevice`")
                .hint("then give it: `leapp import leapp FILE --machine-id ID`"),
        }
    }

    /// A lock file that is open, and holds something else than expected.
    pub(crate) fn unknown_workspace(file: &Path, error: &UnknownWorkspace) -> Self {
        Self::new(Kind::User, format!("`{}` {error}", file.display()))
            .hint("start the newest Leapp once, so that it writes the file anew, and import that")
    }

    /// A secret that has to stay where it is.
    pub(crate) fn keeping_secret(mut self, access_key_id: &str) -> Self {
        self.report.headline = format!(
            "the secret of `{access_key_id}` was not removed: {}",
            self.report.headline
        );
        self
    }

    /// The secret store holds something else than the file.
    pub(crate) fn other_secret(alias: &Alias) -> Self {
        Self::new(
            Kind::User,
            "the secret store holds another one for that access key",
        )
        .hint(format!("run `leapp login {alias}` to see whether that one works"))
        .hint(format!(
            "if the file is right, run `leapp add user {alias} --secret-access-key -` and give the one from the file"
        ))
    }

    /// AWS would not say whose an access key is.
    pub(crate) fn caller_identity(error: &AwsError) -> Self {
        let new = Self::new(Kind::User, "AWS does not say whose it is").because_of(error);
        let new = new.because(error);
        match error.kind {
            AwsErrorKind::UnknownKey | AwsErrorKind::WrongSecret => new.hint(
                "the key may be deleted or switched off in IAM; then take its lines out of the file by hand",
            ),
            _ => new.hint("try again: `leapp import aws-config --remove-secrets`"),
        }
    }

    /// The same in one line, for a warning.
    pub(crate) fn in_one_line(&self) -> String {
        let causes = self.report.causes.iter().map(|cause| format!(": {cause}"));
        let causes: String = causes.collect();
        format!("{}{causes}", self.report.headline)
    }

    /// A session that somebody else shares already.
    pub(crate) fn shared_already(alias: &Alias, origin: &Origin) -> Self {
        let file = origin.file.display();
        Self::new(
            Kind::User,
            format!("session `{alias}` is in a shared file already"),
        )
        .at(origin)
        .hint(format!("share `{file}` itself"))
    }

    /// No session of one's own that others could use.
    pub(crate) fn nothing_to_export() -> Self {
        Self::new(Kind::User, "there is nothing to be exported")
            .hint("an IAM user goes along only where it is named: `leapp export ALIAS`")
            .hint("run `leapp list` to see every alias")
    }

    /// An export that cannot be written.
    pub(crate) fn unwritable_export(file: &Path, error: &DiskError) -> Self {
        let new = Self::new(Kind::User, format!("cannot write `{}`", file.display()));
        let new = new.because(error).mending_file(error);
        match file.parent().filter(|parent| is_missing(parent)) {
            Some(parent) => {
                let parent = parent.to_string_lossy();
                let command = paste(["mkdir", "-p", &parent]);
                new.hint(format!("make the directory: `{command}`"))
            }
            None => new,
        }
    }

    /// An export that would replace the very file it comes from.
    pub(crate) fn export_onto_itself(file: &Path) -> Self {
        Self::new(
            Kind::Usage,
            format!("`{}` is what is exported", file.display()),
        )
        .hint("give `--output` another file")
    }

    /// The export is to become a file that is read here as well.
    pub(crate) fn export_into_include(file: &Path, pattern: &str) -> Self {
        let file = file.display();
        Self::new(
            Kind::Usage,
            format!(
                "`{file}` belongs to your own `include` (`{pattern}`): its sessions would be defined twice here"
            ),
        )
        .hint("give `--output` a file that you do not include")
        .hint("to go on with them as shared ones, remove them here before you include that file: `leapp remove ALIAS`")
    }
}

/// Whether it names a directory that is not there.
fn is_missing(directory: &Path) -> bool {
    !directory.as_os_str().is_empty() && !directory.exists()
}
