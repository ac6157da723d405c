//! What an environment must become for its programs to be the session, and nothing else.

mod rivals;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{Chain, Credentials, Region, Timestamp, Url};

pub use rivals::RIVALS;

/// Our own secrets, which no child of ours inherits.
pub const OWN_SECRETS: [&str; 4] = [
    "LEAPP_PASSPHRASE",
    "LEAPP_PASSPHRASE_FILE",
    "LEAPP_IDENTITY_FILE",
    "LEAPP_MFA_CODE",
];

/// What a session sets. [`ENDPOINT`] is set by those that have an `endpoint_url`, [`METADATA`] where the user has
/// not set it.
pub const OURS: [&str; 13] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CREDENTIAL_EXPIRATION",
    "LEAPP_SESSION",
    "LEAPP_SESSION_EXPIRATION",
    "LEAPP_SESSION_ACCOUNT",
    PROTECTED,
    OPTIONS,
    USES,
    EXEC,
];

/// Those of them that are the credentials.
const KEYS: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// Where credentials are asked for, and with what: the token, and a file that holds the same one.
const SERVED: [&str; 3] = [
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// Go SDK 1 and the JavaScript SDK 2 read `~/.aws/config`, and so a named profile's process, only with this.
const LOAD_CONFIG: &str = "AWS_SDK_LOAD_CONFIG";

/// Keeps programs that ignore [`METADATA`], and the process of a named profile as well, from the role of the instance:
/// those built on the Rust crate `object_store`, and GDAL. Nobody listens at port 1.
const NO_METADATA: [(&str, &str); 2] = [
    ("AWS_METADATA_ENDPOINT", "http://127.0.0.1:1"),
    ("CPL_AWS_EC2_API_ROOT_URL", "disabled"),
];

/// The names of a credentials file, each read by other programs: every SDK; Java SDK 1; GDAL; boto 2, after which
/// botocore reads it too, before it asks an endpoint.
const CREDENTIALS_FILES: [&str; 4] = [
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "CPL_AWS_CREDENTIALS_FILE",
    "BOTO_CONFIG",
];

/// The prompt segment, kept by the shells' hooks.
const PROMPT: &str = "LEAPP_PROMPT";
const PROTECTED: &str = "LEAPP_SESSION_PROTECTED";
const OPTIONS: &str = "LEAPP_SESSION_OPTIONS";
/// The `AWS_PROFILE`, the `AWS_ACCESS_KEY_ID` and the `AWS_REGION` that the session leaves, as `PROFILE:ID:REGION`:
/// where they differ, somebody has changed them since.
const USES: &str = "LEAPP_SESSION_USES";
/// The process that `leapp-exec` becomes, and when, as `PID SECONDS`: the hook of that shell may renew.
const EXEC: &str = "LEAPP_EXEC";

/// The endpoint of a session that has one, and the mark beside it. While the two are equal the
/// variable is ours: our own STS client ignores it, and every switch removes it.
pub const ENDPOINT: [&str; 2] = ["AWS_ENDPOINT_URL", "LEAPP_ENDPOINT_URL"];

/// Keeps programs from the credentials of the instance that they run on, and the mark beside it. Without the mark
/// the variable is the user's, and stays.
pub const METADATA: [&str; 2] = ["AWS_EC2_METADATA_DISABLED", "LEAPP_EC2_METADATA_DISABLED"];

/// A profile that exists nowhere, and an access key that nobody has.
///
/// The AWS CLI, boto3, Go SDK 2 and Terraform stop at the profile and name it. Most other programs ignore it: where the
/// variables were merely cleared, they would use `[default]`, a task's endpoint or the instance's role. They find these
/// keys first, which AWS refuses.
pub const NO_CREDENTIALS: &str = "leapp-no-credentials";

/// The variables that hold it after a failure.
pub const CLOSED: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
];

/// An ordered list of changes to an environment.
#[derive(Clone, Debug)]
pub struct Environment(Vec<Change>);

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    /// The variable is to be absent.
    Unset(&'static str),
    /// The variable is to have this value.
    Set(&'static str, Value),
}

/// The value of a variable.
#[derive(Clone)]
pub enum Value {
    /// May be shown.
    Plain(String),
    /// Must not be shown.
    Secret(SecretString),
}

/// What a shell's hook must know of a session beside its credentials.
#[derive(Clone, Debug)]
pub struct Marks {
    /// The prompt warns of a protected session.
    pub protected: bool,
    /// The options that shape the credentials, as they were typed: a shell that renews them must not
    /// get any that may do more. Nothing where there were none.
    pub options: Option<String>,
}

/// How programs get at the session's credentials.
#[derive(Clone, Copy, Debug)]
pub enum Access<'a> {
    /// They find them in their environment.
    Keys(&'a Credentials),
    /// They come by a named profile, and are renewed by it.
    NamedProfile(&'a str),
    /// They ask for them, as often as they need.
    Endpoint(&'a Served),
}

/// Credentials that are asked for over loopback.
#[derive(Clone, Debug)]
pub struct Served {
    /// Where.
    pub url: String,
    /// What whoever asks must know.
    pub token: SecretString,
    /// The file that holds the token, without a line end. What is built on the Rust crate `object_store` reads no
    /// other, and goes to the instance's role without it.
    pub token_file: String,
    /// The AWS config file in place of the user's own, where that one gives credentials by itself.
    pub config_file: Option<String>,
}

/// Who has set a variable that we were started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setter {
    /// The user, or nobody.
    User,
    /// A session, or its end.
    Session,
}

/// Who has set what a session sets beside the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inherited {
    /// `AWS_ENDPOINT_URL`.
    pub endpoint: Setter,
    /// `AWS_EC2_METADATA_DISABLED`. The user has set it only where it is true.
    pub metadata: Setter,
}

impl Environment {
    /// The environment of a session: rivals gone, then everything set, in a fixed order.
    pub fn of(
        chain: &Chain,
        region: &Region,
        access: Access<'_>,
        marks: Marks,
        inherited: Inherited,
    ) -> Self {
        let (mut changes, ends) = match access {
            Access::Keys(credentials) => (keys(credentials), Some(credentials.expiration)),
            // Nothing is said of an end, since there is none.
            Access::NamedProfile(name) => (naming(name), None),
            Access::Endpoint(served) => (asking(served), None),
        };
        let ends_in_seconds = ends.map(|ends| ends.0.to_string());
        let uses = match access {
            Access::Keys(credentials) => format!(":{}:{region}", credentials.access_key_id),
            Access::NamedProfile(name) => format!("{name}::{region}"),
            Access::Endpoint(_) => format!("::{region}"),
        };
        changes.extend([
            plain("AWS_REGION", region.to_string()),
            plain("AWS_DEFAULT_REGION", region.to_string()),
            optional("AWS_CREDENTIAL_EXPIRATION", ends.map(Timestamp::rfc3339)),
            plain("LEAPP_SESSION", chain.target.to_string()),
            optional("LEAPP_SESSION_EXPIRATION", ends_in_seconds),
            optional("LEAPP_SESSION_ACCOUNT", chain.account.clone()),
            optional(PROTECTED, marks.protected.then(|| "yes".to_owned())),
            optional(OPTIONS, marks.options),
            plain(USES, uses),
            Change::Unset(EXEC),
        ]);
        changes.extend(endpoint(chain.endpoint_url.as_ref(), inherited.endpoint));
        changes.extend(without_metadata(inherited.metadata));
        Self(changes)
    }

    /// The names of all variables that a session may set or unset.
    pub fn touched() -> Vec<&'static str> {
        let all = RIVALS.into_iter().chain(OURS);
        all.chain(ENDPOINT).chain(METADATA).collect()
    }

    /// The names of those that a session sets.
    pub fn of_sessions() -> Vec<&'static str> {
        OURS.into_iter().chain(ENDPOINT).collect()
    }

    /// An environment in which no program finds credentials that AWS accepts, wherever it looks.
    pub fn refusing(inherited: Inherited) -> Self {
        let mut changes: Vec<Change> = RIVALS
            .into_iter()
            .chain(OURS)
            .filter(|name| !CLOSED.contains(name))
            .map(Change::Unset)
            .collect();
        changes.extend(endpoint(None, inherited.endpoint));
        changes.extend(CLOSED.map(|name| plain(name, NO_CREDENTIALS.to_owned())));
        changes.extend(without_metadata(inherited.metadata));
        Self(changes)
    }

    /// An environment in which no session is active.
    pub fn none(inherited: Inherited) -> Self {
        let mut changes: Vec<Change> = RIVALS.into_iter().chain(OURS).map(Change::Unset).collect();
        changes.extend(endpoint(None, inherited.endpoint));
        if inherited.metadata == Setter::Session {
            changes.extend(METADATA.map(Change::Unset));
        }
        Self(changes)
    }

    /// The same, for a child: without our own secrets, which stay in the user's shell, and without the
    /// prompt segment of the shell above, which nothing would keep true where no hook of ours is.
    #[must_use]
    pub fn for_child(mut self) -> Self {
        let shells = OWN_SECRETS.into_iter().chain([PROMPT]);
        self.0.splice(0..0, shells.map(Change::Unset));
        self
    }

    /// The same, for the command that process `pid` becomes at `now`.
    #[must_use]
    pub fn begun_by(mut self, pid: u32, now: Timestamp) -> Self {
        self.0.retain(|change| change.name() != EXEC);
        self.0.push(plain(EXEC, format!("{pid} {}", now.0)));
        self
    }

    /// The same, for a child whose AWS programs run us when they need credentials: the paths by which
    /// we open the file vault stay. They are no secrets themselves, and every process of the user
    /// could read what they lead to.
    #[must_use]
    pub fn for_child_that_calls_us(self) -> Self {
        let mut environment = self.for_child();
        let opens = ["LEAPP_PASSPHRASE_FILE", "LEAPP_IDENTITY_FILE"];
        environment
            .0
            .retain(|change| !opens.contains(&change.name()));
        environment
    }

    /// The changes, in order.
    pub fn changes(&self) -> &[Change] {
        &self.0
    }
}

fn plain(name: &'static str, value: String) -> Change {
    Change::Set(name, Value::Plain(value))
}

fn secret(name: &'static str, value: &SecretString) -> Change {
    Change::Set(name, Value::Secret(value.clone()))
}

/// Set where there is a value, absent where there is none.
fn optional(name: &'static str, value: Option<String>) -> Change {
    value.map_or(Change::Unset(name), |value| plain(name, value))
}

/// Rivals gone, keys set.
fn keys(credentials: &Credentials) -> Vec<Change> {
    let mut changes: Vec<Change> = RIVALS.into_iter().map(Change::Unset).collect();
    let [id, secret_key, token] = KEYS;
    changes.extend([
        plain(id, credentials.access_key_id.clone()),
        secret(secret_key, &credentials.secret_access_key),
        secret(token, &credentials.session_token),
    ]);
    changes
}

/// Rivals and keys gone, but for the profile.
fn naming(profile: &str) -> Vec<Change> {
    let gone = RIVALS.into_iter().chain(KEYS);
    let gone = gone.filter(|name| *name != "AWS_PROFILE");
    let mut changes: Vec<Change> = gone.map(Change::Unset).collect();
    changes.extend([
        plain("AWS_PROFILE", profile.to_owned()),
        plain(LOAD_CONFIG, "1".to_owned()),
    ]);
    changes.extend(NO_METADATA.map(|(name, value)| plain(name, value.to_owned())));
    changes
}

/// Rivals and keys gone. The SDKs look into both of AWS's files before they ask an endpoint, so
/// `[default]` must give no credentials there.
fn asking(served: &Served) -> Vec<Change> {
    let [url, token, token_file] = SERVED;
    let gone = RIVALS.into_iter().chain(KEYS);
    let mut changes: Vec<Change> = gone
        .filter(|name| !SERVED.contains(name) && !CREDENTIALS_FILES.contains(name))
        .map(Change::Unset)
        .collect();
    changes.extend([
        plain(url, served.url.clone()),
        secret(token, &served.token),
        plain(token_file, served.token_file.clone()),
        plain(LOAD_CONFIG, "1".to_owned()),
    ]);
    changes.extend(CREDENTIALS_FILES.map(|name| plain(name, "/dev/null".to_owned())));
    let config_file = served.config_file.clone();
    changes.extend(config_file.map(|file| plain("AWS_CONFIG_FILE", file)));
    changes
}

fn endpoint(url: Option<&Url>, inherited: Setter) -> Vec<Change> {
    match (url, inherited) {
        (Some(url), _) => ENDPOINT
            .into_iter()
            .map(|name| plain(name, url.to_string()))
            .collect(),
        (None, Setter::Session) => ENDPOINT.map(Change::Unset).to_vec(),
        (None, Setter::User) => vec![Change::Unset("LEAPP_ENDPOINT_URL")],
    }
}

fn without_metadata(inherited: Setter) -> Vec<Change> {
    match inherited {
        Setter::Session => METADATA.map(|name| plain(name, "true".to_owned())).to_vec(),
        Setter::User => Vec::new(),
    }
}

impl Change {
    /// The variable.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unset(name) | Self::Set(name, _) => name,
        }
    }
}

impl Value {
    /// The value itself, for the child's environment or for what was asked to be printed.
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(value) => value,
            Self::Secret(value) => value.expose_secret(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(value) => write!(f, "{value:?}"),
            Self::Secret(_) => f.write_str("[redacted]"),
        }
    }
}
