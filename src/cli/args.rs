//! The arguments of each verb. A doc comment here is the text of `--help`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::model::session::Type;
use crate::model::{Alias, MfaDevice, Region, RoleArn, SamlProviderArn, Span, Url};
use crate::shell;

/// What is wanted of the credentials.
#[derive(Clone, Debug, Default, Args)]
pub struct WishArgs {
    /// How long the credentials shall live, as `15m`, `1h30m`, `12h`
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<Span>,
    /// How much of their life must be left; 15m, or a third of it where that is less
    #[arg(long, value_name = "DURATION")]
    pub min_ttl: Option<Span>,
    /// Renew every role on the way, and repeat a SAML login; a live MFA session is kept
    #[arg(long)]
    pub refresh: bool,
    /// The MFA code, instead of a question [env: `LEAPP_MFA_CODE`]
    #[arg(long, value_name = "CODE")]
    pub mfa_code: Option<String>,
    /// The SAML assertion in base64, instead of a login in the browser; `-` for standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub assertion: Option<PathBuf>,
    /// Use the session that the nearest `.leapp.toml` names
    #[arg(long, conflicts_with = "alias")]
    pub here: bool,
    /// Use a protected session without asking
    #[arg(long, short)]
    pub yes: bool,
    /// What it may do less than its role.
    #[command(flatten)]
    pub narrowing: NarrowingArgs,
    /// Go on to this role; may be repeated
    #[arg(long, value_name = "ROLE_ARN", help_heading = "Less and more")]
    pub assume: Vec<RoleArn>,
}

/// What a run may do less than its role: one of the three.
#[derive(Clone, Debug, Default, Args)]
pub struct NarrowingArgs {
    /// Do nothing but read: AWS's managed `ReadOnlyAccess`
    #[arg(long, help_heading = "Less and more", conflicts_with_all = ["policy", "policy_arn"])]
    pub read_only: bool,
    /// Do only what this policy allows too
    #[arg(long, value_name = "FILE|JSON", value_hint = ValueHint::FilePath, help_heading = "Less and more", conflicts_with = "policy_arn")]
    pub policy: Option<String>,
    /// Do only what this managed policy allows too; may be repeated
    #[arg(long, value_name = "ARN", help_heading = "Less and more")]
    pub policy_arn: Vec<String>,
}

/// Define a session
///
/// Without a terminal everything comes from flags; on one, what is missing is asked for.
/// No secret is ever given as an argument, where every process could read it.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// What kind of session
    #[arg(value_enum, value_name = "TYPE")]
    pub kind: Option<TypeArg>,
    /// Its name
    pub alias: Option<Alias>,

    /// The access key id of an IAM user, AKIA...
    #[arg(long, value_name = "ID", help_heading = "IAM user")]
    pub access_key_id: Option<String>,
    /// `-`: read the secret access key from standard input
    #[arg(long, value_name = "-", value_parser = secret_arg, help_heading = "IAM user")]
    pub secret_access_key: Option<SecretArg>,
    /// The ARN or the serial number of its MFA device
    #[arg(long, value_name = "ARN", help_heading = "IAM user")]
    pub mfa_device: Option<MfaDevice>,
    /// A command that prints an MFA code
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString, help_heading = "IAM user")]
    pub mfa_process: Option<String>,

    /// The ARN of the role
    #[arg(long, value_name = "ARN", help_heading = "Role")]
    pub role_arn: Option<RoleArn>,
    /// The session that the role is assumed from
    #[arg(long, value_name = "ALIAS", help_heading = "Chained role")]
    pub assumer_session: Option<Alias>,
    /// The name of the role session, with `{user}` and `{host}`
    #[arg(long, value_name = "NAME", help_heading = "Chained role")]
    pub role_session_name: Option<String>,
    /// The external id that the trust policy asks for
    #[arg(long, value_name = "ID", help_heading = "Chained role")]
    pub external_id: Option<String>,
    /// The source identity
    #[arg(long, value_name = "NAME", help_heading = "Chained role")]
    pub source_identity: Option<String>,
    /// A session tag; may be repeated
    #[arg(long = "tags", value_name = "KEY=VALUE", value_parser = key_value, help_heading = "Chained role")]
    pub tags: Vec<(String, String)>,
    /// The key of a tag that the next role inherits; may be repeated
    #[arg(
        long = "transitive-tags",
        value_name = "KEY",
        help_heading = "Chained role"
    )]
    pub transitive_tags: Vec<String>,
    /// A session policy, JSON
    #[arg(long, value_name = "JSON", help_heading = "Chained role")]
    pub policy: Option<String>,
    /// The ARN of a managed session policy; may be repeated
    #[arg(
        long = "policy-arns",
        value_name = "ARN",
        help_heading = "Chained role"
    )]
    pub policy_arns: Vec<String>,

    /// Where the SAML login begins
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url, help_heading = "Federated role")]
    pub saml_url: Option<Url>,
    /// The ARN of the SAML identity provider
    #[arg(long, value_name = "ARN", help_heading = "Federated role")]
    pub idp_arn: Option<SamlProviderArn>,
    /// A command that prints the base64 assertion
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString, help_heading = "Federated role")]
    pub saml_process: Option<String>,

    /// Many at once, for what a login grants.
    #[command(flatten)]
    pub from_login: FromLoginArgs,

    /// The profile name for the AWS CLI; the alias by default
    #[arg(long, value_name = "NAME")]
    pub named_profile: Option<String>,
    /// The region
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// The region whose STS is asked
    #[arg(long, value_name = "REGION")]
    pub sts_region: Option<Region>,
    /// An endpoint other than AWS's own
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<Url>,
    /// How long credentials shall live
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<Span>,
    /// A line for people
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// A word to find it by; may be repeated
    #[arg(long = "labels", value_name = "LABEL")]
    pub labels: Vec<String>,
    /// Ask before it is used
    #[arg(long)]
    pub protected: bool,
}

/// Which sessions a login becomes.
#[derive(Clone, Debug, Default, Args)]
pub struct FromLoginArgs {
    /// Log in there once, and define a session for each role that is chosen of those that it grants
    #[arg(
        long = "from-login", value_name = "URL", value_hint = ValueHint::Url, help_heading = "Federated roles from a login",
        conflicts_with_all = ["alias", "saml_url", "idp_arn", "role_arn", "named_profile", "description"]
    )]
    pub url: Option<Url>,
    /// Choose this role, by its name or its ARN; may be repeated
    #[arg(
        long = "role",
        value_name = "ROLE",
        requires = "url",
        help_heading = "Federated roles from a login"
    )]
    pub roles: Vec<String>,
    /// Choose all roles
    #[arg(
        long,
        short,
        requires = "url",
        conflicts_with = "roles",
        help_heading = "Federated roles from a login"
    )]
    pub yes: bool,
    /// The SAML assertion in base64, instead of a login in the browser; `-` for standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath, requires = "url", help_heading = "Federated roles from a login")]
    pub assertion: Option<PathBuf>,
}

/// The types of sessions as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TypeArg {
    /// An IAM user, by its access key
    #[value(name = "iam-user", alias = "user")]
    User,
    /// A role behind a SAML login
    #[value(name = "iam-role-federated", alias = "federated")]
    Federated,
    /// A role assumed from another session
    #[value(name = "iam-role-chained", alias = "chained")]
    Chained,
}

impl From<TypeArg> for Type {
    fn from(typed: TypeArg) -> Self {
        match typed {
            TypeArg::User => Self::IamUser,
            TypeArg::Federated => Self::Federated,
            TypeArg::Chained => Self::Chained,
        }
    }
}

/// What stands behind `--secret-access-key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretArg {
    /// `-`.
    Stdin,
    /// Anything else. It is dropped here: clap would quote it in its error.
    Given,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "clap wants a parser that could fail"
)]
fn secret_arg(text: &str) -> Result<SecretArg, std::convert::Infallible> {
    Ok(match text {
        "-" => SecretArg::Stdin,
        _ => SecretArg::Given,
    })
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a tag is written KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// List sessions
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Only those with this label
    #[arg(long, value_name = "LABEL")]
    pub label: Option<String>,
    /// Only those of this type
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub kind: Option<TypeArg>,
}

/// Show one session
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The session
    pub alias: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Remove a session
///
/// The access key of an IAM user goes with it, out of the secret store, unless another session uses it.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The session
    pub alias: Option<String>,
    /// Remove what is chained on it as well
    #[arg(long)]
    pub cascade: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Print what makes a shell a session
///
/// In bash, zsh and dash: `eval "$(leapp env ALIAS)"`; in fish: `eval (leapp env ALIAS)`.
/// Where it fails, it prints statements after which no AWS program finds credentials, and which end in a failure.
#[derive(Debug, Args)]
pub struct EnvArgs {
    /// The session
    pub alias: Option<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
    /// The region, instead of the session's
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// The shell; the one it runs in by default
    #[arg(long, value_parser = shell::NAMES)]
    pub shell: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Shell)]
    pub format: Format,
    /// Print what makes the shell no session at all
    #[arg(long, conflicts_with_all = ["alias", "region"])]
    pub unset: bool,
    /// Print secrets even though standard output is a terminal
    #[arg(long)]
    pub show: bool,
}

/// What `leapp env` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Statements of a shell
    Shell,
    /// What to set and to unset
    Json,
    /// Lines of `NAME=VALUE`, for docker and others
    Dotenv,
    /// What the AWS CLI's `credential_process` expects
    CredentialProcess,
}

/// Get a session's credentials now, so that nothing asks later
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The session
    pub alias: Option<String>,
    /// What is wanted of the credentials.
    #[command(flatten)]
    pub wishes: WishArgs,
}

/// Forget cached credentials and SAML logins
///
/// Without an alias, those of all sessions. AWS goes on honouring them until they expire: it has no call to end them.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// The session; everything on its chain is forgotten
    pub alias: Option<String>,
}

/// Look after the secret stores
#[derive(Debug, Args)]
pub struct SecretsArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: SecretsVerb,
}

/// The verbs of `leapp secrets`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum SecretsVerb {
    /// Move all secrets to one store, where new ones go then, too
    Move {
        /// The store
        #[arg(long, value_enum)]
        to: PlaceArg,
    },
}

/// The secret stores as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlaceArg {
    /// The OS keyring
    Keyring,
    /// The file vault, encrypted with age
    File,
}
