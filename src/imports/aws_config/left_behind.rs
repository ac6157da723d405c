//! The settings of a profile that no session has a key for, each with what to do instead.

use super::endpoints::Endpoints;
use super::profiles::{Profile, Profiles};
use crate::imports::Left;
use crate::model::session::Type;

/// The settings that come over, or that say where the credentials come from.
const TAKEN: &[&str] = &[
    "aws_access_key_id",
    "aws_secret_access_key",
    "role_arn",
    "source_profile",
    "region",
    "mfa_serial",
    "mfa_process",
    "include_profile",
    // `endpoints` looks at these.
    "endpoint_url",
    "services",
    "ignore_configured_endpoint_urls",
];

/// The settings of a role that come over.
const TAKEN_OF_ROLES: &[&str] = &[
    "role_session_name",
    "external_id",
    "duration_seconds",
    "source_identity",
    "session_tags",
    "transitive_session_tags",
];

/// Settings of the AWS CLI and the SDKs that say nothing about credentials. Those that begin with `cli_` or
/// `s3_` are such too.
const OF_PROGRAMS: &[&str] = &[
    "account_id_endpoint_mode",
    "api_versions",
    "auth_scheme_preference",
    "csm_client_id",
    "csm_enabled",
    "csm_host",
    "csm_port",
    "data_path",
    "defaults_mode",
    "disable_host_prefix_injection",
    "disable_request_compression",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "endpoint_discovery_enabled",
    "imds_use_ipv6",
    "max_attempts",
    "metadata_service_num_attempts",
    "metadata_service_timeout",
    "output",
    "parameter_validation",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "response_checksum_validation",
    "retry_mode",
    "s3",
    "s3api",
    "sdk_ua_app_id",
    "sigv4a_signing_region_set",
    "tcp_keepalive",
];

/// Lists what stays behind of a profile that becomes a session.
pub(super) fn left_behind(profile: &Profile<'_>, kind: Type, profiles: &Profiles<'_>) -> Vec<Left> {
    let mut left = Endpoints::of(profile, profiles).left_behind();
    for (name, value) in profile.settings() {
        let is_taken =
            TAKEN.contains(&name) || kind == Type::Chained && TAKEN_OF_ROLES.contains(&name);
        if !is_taken && let Some(why) = why(profile, name, value) {
            left.push(Left::new(name, why));
        }
    }
    let region = profile.value("region").unwrap_or_default();
    if super::without_fips(region) != region {
        let why = "it asks for FIPS endpoints too: set `AWS_USE_FIPS_ENDPOINT=true`";
        left.push(Left::new("region", why));
    }
    if let Some(included) = profile
        .value("include_profile")
        .filter(|_| !profile.includes())
    {
        let why = format!("no profile `{included}` can be included here");
        left.push(Left::new("include_profile", why));
    }
    left
}

/// Why a setting stays behind; nothing where it changes nothing.
fn why(profile: &Profile<'_>, name: &str, value: &str) -> Option<&'static str> {
    let is_true = value.eq_ignore_ascii_case("true");
    let is_of_programs =
        OF_PROGRAMS.contains(&name) || name.starts_with("cli_") || name.starts_with("s3_");
    Some(match name {
        // Most are as good as absent where they are empty; an empty `cli_pager` switches the pager off.
        _ if value.is_empty() && !name.starts_with("cli_") => return None,
        // Programs go on reading these where they are: leapp leaves `[default]` to them.
        _ if is_of_programs && profile.name() == "default" => return None,
        _ if is_of_programs => "put it into `[default]`, where programs under leapp read it",
        "ca_bundle" => "set `AWS_CA_BUNDLE` to it",
        "use_fips_endpoint" if is_true => "set `AWS_USE_FIPS_ENDPOINT=true`",
        "use_dualstack_endpoint" if is_true => "set `AWS_USE_DUALSTACK_ENDPOINT=true`",
        // What leapp does anyway.
        "use_fips_endpoint" | "use_dualstack_endpoint" => return None,
        "sts_regional_endpoints" if value == "regional" => return None,
        "sts_regional_endpoints" => {
            "leapp uses the STS of a region; `sts_region = \"us-east-1\"` comes nearest to the global one"
        }
        _ if TAKEN_OF_ROLES.contains(&name) => {
            "it belongs to a role, and this profile has no `role_arn`"
        }
        "parent_profile" => "aws-vault reads `include_profile` instead since its version 5",
        "credential_source" => "the profile names a `source_profile` too",
        "credential_process" => {
            "the AWS CLI does not run it: it has other credentials for this profile"
        }
        "aws_session_token" | "aws_security_token" => "it belongs to temporary keys",
        "web_identity_token_file" | "web_identity_token_process" | "login_session" => {
            "no session logs in like that"
        }
        _ if name.starts_with("sso_") => {
            "it belongs to IAM Identity Center, which has no session type here"
        }
        _ if name.starts_with("granted_") || name.starts_with("common_fate_") => {
            "it is a setting of Granted"
        }
        _ => "it is no setting that leapp knows",
    })
}
