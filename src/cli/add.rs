//! The arguments of `leapp add`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::TypeArg;
use crate::model::{Alias, MfaDevice, Region, RoleArn, SamlProviderArn, Span, Url};

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
    /// Take the key from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`
    #[arg(
        long,
        conflicts_with_all = ["access_key_id", "secret_access_key", "url"],
        help_heading = "IAM user"
    )]
    pub from_env: bool,
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
    #[arg(long = "labels", value_name = "LABEL", value_delimiter = ',')]
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
