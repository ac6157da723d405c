//! What `leapp explain` says to people: one block for each hop, and one for the next run.

use super::{Ask, Duration, Explained, Explanation, Limit, WantedBy};
use crate::model::chain::{Hop, RoleStep, Step};
use crate::model::session::Mfa;
use crate::model::{Chain, EndpointSource, Life, Timestamp};
use crate::resolver::Outlook;
use crate::ui::blocks::{Row, Tone, block};
use crate::ui::page::Page;

/// The whole text, in lines of at most `width` characters.
pub(super) fn text(explanation: &Explanation<'_>, width: usize) -> Page {
    let hops = explanation.hops.iter().enumerate().map(|(index, hop)| {
        let heading = format!("{}  {}: {}", index + 1, hop.hop.name, who(hop));
        let below = index.checked_sub(1).map(|below| &explanation.hops[below]);
        block(&heading, &rows(hop, below, explanation), width) + Page::line("")
    });
    hops.collect::<Page>() + block("Next run", &next(explanation), width)
}

fn row(label: &'static str, text: impl Into<String>) -> Row {
    Row {
        label,
        text: text.into(),
        tone: Tone::Plain,
    }
}

fn careful(label: &'static str, text: impl Into<String>) -> Row {
    Row {
        tone: Tone::Careful,
        ..row(label, text)
    }
}

fn who(hop: &Explained<'_>) -> String {
    let what = if hop.hop.step.role_arn().is_some() {
        "role"
    } else {
        "IAM user"
    };
    let account = hop.account.map_or_else(
        || "in an account that only AWS knows".to_owned(),
        |account| format!("in account {account}"),
    );
    format!("{what} {account}, partition {}", hop.partition)
}

fn rows(
    hop: &Explained<'_>,
    below: Option<&Explained<'_>>,
    explanation: &Explanation<'_>,
) -> Vec<Row> {
    let step = &hop.hop.step;
    let mut rows = Vec::new();
    if let Some(role) = step.role_arn() {
        rows.push(row("role", role.as_str()));
    }
    rows.push(row("call", call(hop, explanation.chain)));
    if let Step::AssumeRole(role) = step {
        rows.push(row("as", terms(role)));
    }
    rows.extend(less(step));
    if !matches!(step, Step::AccessKey { .. }) {
        let region = &hop.hop.sts.region;
        let at = hop.endpoint.clone();
        let at = at.unwrap_or_else(|| format!("the STS of region {region}"));
        rows.push(row("at", at + &why_there(hop.hop)));
    }
    rows.extend(hop.duration.as_ref().map(life));
    if let Some(ask) = hop.ask() {
        rows.push(careful("asks", asked(&ask)));
    }
    rows.extend(hop.kept_login.map(|kept| Row {
        tone: Tone::Good,
        ..row(
            "login",
            format!(
                "one from before is good for {}",
                left(kept, explanation.now)
            ),
        )
    }));
    if !matches!(step, Step::AccessKey { .. }) {
        rows.push(cache(hop.outlook, explanation.now));
    }
    if let Some(below) = below.filter(|below| below.partition != hop.partition) {
        let (here, there) = (hop.partition, below.partition);
        let note = format!("nothing of partition {there} is known in {here}: AWS will refuse this");
        rows.push(careful("note", note));
    }
    if hop.is_without_iam() {
        let note = "without MFA, AWS lets these credentials call nothing of IAM";
        rows.push(careful("note", note));
    }
    rows
}

/// Who says where the request goes, where it is not simply AWS.
fn why_there(hop: &Hop) -> String {
    match &hop.endpoint_source {
        EndpointSource::Region => String::new(),
        EndpointSource::Environment => " (from the environment)".to_owned(),
        EndpointSource::Session(named_by) => format!(" (`endpoint_url` of `{named_by}`)"),
    }
}

fn call(hop: &Explained<'_>, chain: &Chain) -> String {
    match &hop.hop.step {
        Step::AccessKey { access_key_id } => {
            let with_code = chain
                .hops
                .get(1)
                .is_some_and(|role| role.step.mfa().is_some());
            let why = if with_code {
                "a role for longer than an hour wants the key itself"
            } else {
                "without MFA, a session would open nothing that the key does not"
            };
            format!("none: access key {access_key_id} signs for the next hop; {why}")
        }
        Step::SessionToken { access_key_id, .. } => {
            format!("GetSessionToken, signed by access key {access_key_id}")
        }
        Step::Saml(saml) => {
            format!("AssumeRoleWithSAML, with an assertion for {}", saml.idp_arn)
        }
        Step::AssumeRole(_) => match hop.asker.map(|asker| (&asker.step, &asker.name)) {
            Some((Step::AccessKey { .. }, name)) => {
                format!("AssumeRole, signed by the access key of `{name}`")
            }
            Some((Step::SessionToken { .. }, name)) => {
                format!("AssumeRole, asked by the MFA session of `{name}`")
            }
            Some((Step::Saml(_) | Step::AssumeRole(_), name)) => {
                format!("AssumeRole, asked by the role of `{name}`")
            }
            None => "AssumeRole".to_owned(),
        },
    }
}

fn terms(role: &RoleStep) -> String {
    let terms = &role.terms;
    let id = terms.external_id.as_ref();
    let identity = terms.source_identity.as_ref();
    let tags: Vec<&str> = terms.tags.iter().map(|(key, _)| key.as_str()).collect();
    let parts = [
        Some(format!("`{}`", role.session_name)),
        id.map(|id| format!("with external id `{id}`")),
        identity.map(|identity| format!("for source identity `{identity}`")),
        (!tags.is_empty()).then(|| format!("tagged {}", tags.join(", "))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn less(step: &Step) -> Option<Row> {
    let (policy, arns) = match step {
        Step::Saml(saml) => (&saml.policy, &saml.policy_arns),
        Step::AssumeRole(role) => (&role.terms.policy, &role.terms.policy_arns),
        Step::AccessKey { .. } | Step::SessionToken { .. } => return None,
    };
    let inline = policy.as_ref().map(|_| "a session policy".to_owned());
    let named = arns
        .iter()
        .map(|arn| arn.rsplit('/').next().unwrap_or(arn).to_owned());
    let all: Vec<String> = inline.into_iter().chain(named).collect();
    let text = format!("only what the role and {} allow", all.join(" or "));
    (!all.is_empty()).then(|| row("less", text))
}

fn life(duration: &Duration) -> Row {
    let Duration { wanted, asked, .. } = duration;
    let wish = match duration.wanted_by {
        WantedBy::Option => "by `--duration`",
        WantedBy::Session => "as the session or `[defaults]` says",
        WantedBy::Nobody => "by default",
    };
    match duration.limit {
        Limit::None => row("life", format!("{asked}, {wish}")),
        Limit::RoleChaining => careful(
            "life",
            format!(
                "{asked}, of {wanted} {wish}: AWS gives no more to a role that is not assumed by a long-lived key"
            ),
        ),
        Limit::RoleMaximum => row(
            "life",
            format!(
                "{asked}, {wish}; AWS refuses it if the role's maximum session duration is less"
            ),
        ),
        Limit::RoleMaximumOrAnHour => row(
            "life",
            format!("{asked}, {wish}, or 1h if the role's maximum session duration is less"),
        ),
    }
}

fn asked(ask: &Ask<'_>) -> String {
    match ask {
        Ask::Confirmation => "whether to use it: the session is protected".to_owned(),
        Ask::Code(Mfa {
            device,
            process: None,
        }) => format!("an MFA code for {}", device.name()),
        Ask::Code(Mfa {
            device,
            process: Some(process),
        }) => {
            format!(
                "an MFA code for {}, of the command `{process}`",
                device.name()
            )
        }
        Ask::Login(saml) => match &saml.saml_process {
            None => format!(
                "a login at {} in your browser, silent while it remembers you",
                saml.saml_url.host()
            ),
            Some(process) => format!("an assertion, of the command `{process}`"),
        },
    }
}

fn cache(outlook: Outlook, now: Timestamp) -> Row {
    match outlook {
        Outlook::Nothing => row("cache", "nothing"),
        Outlook::Serves(life) => Row {
            tone: Tone::Good,
            ..row(
                "cache",
                format!(
                    "good for {}, until {}",
                    left(life, now),
                    life.expiration.rfc3339()
                ),
            )
        },
        Outlook::Stale(life) => match life.left(now) {
            Some(left) => careful(
                "cache",
                format!("{} left, and would be made anew", left.rounded()),
            ),
            None => row("cache", format!("expired at {}", life.expiration.rfc3339())),
        },
    }
}

fn left(life: Life, now: Timestamp) -> String {
    life.left(now)
        .map_or_else(|| "0s".to_owned(), |left| left.rounded().to_string())
}

fn next(explanation: &Explanation<'_>) -> Vec<Row> {
    let begins_with = explanation
        .begins_with()
        .map(|index| &explanation.hops[index].hop.name);
    let calls = match (explanation.calls(), begins_with) {
        (0, _) => "none: the credentials are in the cache".to_owned(),
        (1, None) => "1 to STS".to_owned(),
        (calls, None) => format!("{calls} to STS"),
        (calls, Some(name)) => format!("{calls} to STS, behind `{name}` from the cache"),
    };
    let asks: Vec<String> = explanation.asks().iter().map(asked).collect();
    let asks = if asks.is_empty() {
        row("asks", "nothing")
    } else {
        careful("asks", asks.join("; "))
    };
    vec![row("calls", calls), asks]
}
