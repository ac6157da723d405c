//! `leapp env ALIAS`: what makes a shell a session, or, where that fails, what keeps it from being
//! anything else.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use secrecy::ExposeSecret;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::error::{CommandError, Kind};
use super::resolve::resolve;
use crate::app::App;
use crate::cli::Format;
use crate::cli::{self, EnvArgs};
use crate::model::{Credentials, Environment};
use crate::settings;
use crate::shell::{self, Shell};
use crate::ui::json;
use crate::ui::printer::exact;

/// More bytes than an environment has: session tokens end at some thousand.
const LONGEST: usize = 64 * 1024;

/// Prints what was asked for.
pub(super) fn run(args: &EnvArgs, app: &App) -> Result<(), CommandError> {
    let shell = match &args.shell {
        Some(name) => name.parse().map_err(|e| CommandError::usage(&e))?,
        // Other formats are the same for every shell, also for one that is not known.
        None if args.format != Format::Shell => Shell::Sh,
        None => above()?,
    };
    let inherited = app.settings.inherited;
    if args.unset {
        let none = Environment::none(inherited);
        return match args.format {
            Format::Shell => Ok(exact(&guarded(shell, &shell::statements(shell, &none)))?),
            Format::Json => Ok(exact(&json(&none)?)?),
            Format::Dotenv | Format::CredentialProcess => Err(CommandError::new(
                Kind::Usage,
                "this format has no words for what is to be unset",
            )),
        };
    }
    // Before anything is asked: nothing would be printed anyway.
    if io::stdout().is_terminal() && !args.show {
        return Err(CommandError::secrets_on_terminal(
            args.alias.as_deref().unwrap_or("ALIAS"),
            shell,
        ));
    }
    // Who is killed while the credentials are made, prints nothing behind this.
    let refusing = Environment::refusing(inherited);
    if args.format == Format::Shell && !io::stdout().is_terminal() {
        let text = shell::failing_so_far(shell, &refusing);
        exact(&guarded(shell, &text))?;
    }
    let resolved = resolve(args.alias.as_deref(), &args.wishes, app)?;
    let environment = resolved.environment(args.region.as_ref(), app);
    let text = match args.format {
        // The guard has been printed, unless these go to a terminal.
        Format::Shell => Zeroizing::new(shell::statements(shell, &environment)),
        Format::Json => json(&environment)?,
        Format::Dotenv => dotenv(&environment),
        Format::CredentialProcess => credential_process(&resolved.credentials)?,
    };
    Ok(exact(&text)?)
}

/// The shell that evaluates what we print; a POSIX shell where none is above us.
fn above() -> Result<Shell, CommandError> {
    let shell = shell::parent().map_err(|unknown| CommandError::unknown_shell(&unknown))?;
    Ok(shell.unwrap_or(Shell::Sh))
}

/// Statements that fail visibly where a shell runs their words as a command.
fn guarded(shell: Shell, statements: &str) -> String {
    format!("{}{statements}", shell::guard(shell))
}

/// Whether a command line is one whose output a shell evaluates, right or wrong.
pub(super) fn is_wanted(arguments: &[OsString]) -> bool {
    cli::verb(arguments).is_some_and(|verb| verb == "env" || verb == "use")
}

/// After a failure of one of those, wrong usage included: prints what keeps AWS programs in this shell
/// from finding any credentials, and a statement that fails. `eval "$(false)"` is a success in every
/// shell, and a shell whose variables were merely cleared falls through to `[default]`.
///
/// Returns what is left to say. Help that a shell would evaluate becomes comments: it is full of
/// backticks.
pub(super) fn fail_closed(arguments: &[OsString], mut error: CommandError) -> CommandError {
    if io::stdout().is_terminal() {
        return error;
    }
    if let Kind::Shown(help) = &mut error.kind {
        *help = std::mem::take(help).commented();
        return error;
    }
    let for_programs = option(arguments, "--format")
        .is_some_and(|format| ["json", "dotenv", "credential-process"].contains(&format.as_str()));
    if for_programs {
        return error;
    }
    let named = option(arguments, "--shell").and_then(|name| name.parse().ok());
    // A shell that we do not know could do anything with our statements.
    let Ok(shell) = named.map_or_else(above, Ok) else {
        return error;
    };
    let refusing = Environment::refusing(settings::inherited());
    // Where stdout is closed there is no shell left to protect.
    let statements = standing(arguments, shell) + &shell::failing(shell, &refusing);
    let _ = exact(&guarded(shell, &statements));
    error.closing_the_shell(is_use(arguments))
}

fn is_use(arguments: &[OsString]) -> bool {
    cli::verb(arguments).is_some_and(|verb| verb == "use")
}

/// For the hook of `leapp use`, what it will put back at `leapp off`.
fn standing(arguments: &[OsString], shell: Shell) -> String {
    if is_use(arguments) {
        shell::standing(shell, &settings::standing_outside(&Environment::touched()))
    } else {
        String::new()
    }
}

/// The value of an option on a command line that clap may have refused.
fn option(arguments: &[OsString], name: &str) -> Option<String> {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    words
        .iter()
        .enumerate()
        .find_map(|(at, word)| match word.strip_prefix(name)? {
            "" => words.get(at + 1).map(|&value| value.to_owned()),
            rest => rest.strip_prefix('=').map(str::to_owned),
        })
}

fn json(environment: &Environment) -> Result<Zeroizing<String>, CommandError> {
    let set = shell::changed(environment).collect();
    let unset = shell::gone(environment);
    written(&Json {
        version: 1,
        set: InOrder(set),
        unset,
    })
}

/// `--format json`, borrowed: what holds secrets is copied once, to where it is wiped.
#[derive(Serialize)]
struct Json<'a> {
    version: u8,
    set: InOrder<'a>,
    unset: Vec<&'a str>,
}

/// Names with their values, in the order of the environment.
struct InOrder<'a>(Vec<(&'a str, &'a str)>);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// As JSON for people's eyes too, and a line end.
fn written(value: &impl Serialize) -> Result<Zeroizing<String>, CommandError> {
    // A buffer that grew would leave copies of secrets behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    json::write(&mut *bytes, value)?;
    bytes.push(b'\n');
    let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(io::Error::other)?;
    Ok(Zeroizing::new(text))
}

/// Docker takes quotes for a part of the value, so they stand only where nothing else would do.
fn dotenv(environment: &Environment) -> Zeroizing<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./+=:,@%-".contains(c);
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    for (name, value) in shell::changed(environment) {
        let quote = if value.chars().all(plain) { "" } else { "'" };
        text.extend([name, "=", quote]);
        // Nothing is a quote in a value that has none.
        let mut parts = value.split('\'');
        text.extend(parts.next());
        for part in parts {
            text.extend([r"'\''", part]);
        }
        text.extend([quote, "\n"]);
    }
    text
}

/// The AWS CLI's own shape: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CredentialProcess<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: String,
}

/// The answer to a program that asks through that setting.
pub(super) fn credential_process(
    credentials: &Credentials,
) -> Result<Zeroizing<String>, CommandError> {
    written(&CredentialProcess {
        version: 1,
        access_key_id: &credentials.access_key_id,
        secret_access_key: credentials.secret_access_key.expose_secret(),
        session_token: credentials.session_token.expose_secret(),
        expiration: credentials.expiration.rfc3339(),
    })
}
