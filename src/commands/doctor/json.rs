//! A report, for programs. Fields are only ever added.

use serde_json::{Value, json};

use super::words;
use crate::doctor::{Check, Finding, HopCheck, Mend, Place, Report, Verdict};
use crate::model::RoleArn;

pub(super) fn report(report: &Report) -> Value {
    let mut value = json!({
        "version": 1,
        "verdict": word(report.verdict()),
        "checks": report.checks.iter().map(check).collect::<Vec<_>>(),
    });
    if let Some(chain) = &report.chain {
        let hops = chain.hops.iter().enumerate();
        value["chain"] = json!({
            "target": chain.target.as_str(),
            "hops": hops.map(|(index, hop)| hop_value(index + 1, hop)).collect::<Vec<_>>(),
        });
    }
    value
}

fn check(check: &Check) -> Value {
    json!({
        "name": check.name,
        "verdict": word(check.verdict),
        "detail": check.detail,
        "next": check.next,
    })
}

fn hop_value(number: usize, hop: &HopCheck) -> Value {
    let mut value = json!({ "hop": number });
    if let (Value::Object(all), Value::Object(more)) = (&mut value, check(&hop.check)) {
        all.extend(more);
    }
    value["role_arn"] = json!(hop.role.as_ref().map(RoleArn::as_str));
    value["findings"] = hop.diagnosis.findings.iter().map(finding).collect();
    value["unseen"] = json!(hop.diagnosis.unseen);
    value
}

fn finding(finding: &Finding) -> Value {
    json!({
        "condition": finding.cause.word(),
        "certainty": finding.certainty.word(),
        "detail": finding.detail,
        "mends": finding.mends.iter().map(mend).collect::<Vec<_>>(),
    })
}

/// What to do, taken apart; `command` where one command does it.
fn mend(mend: &Mend) -> Value {
    let mut value = match mend {
        Mend::Add { to, statement } => {
            json!({ "do": "add-statement", "policy": kind(to), "of": arn(to), "statement": statement })
        }
        Mend::Remove { from, statement } => {
            json!({ "do": "remove-statement", "policy": kind(from), "of": arn(from), "statement": statement })
        }
        Mend::Set {
            session,
            key,
            value,
        } => json!({ "do": "set-key", "session": session, "key": key, "value": value }),
        Mend::Lengthen { role, to } => {
            json!({ "do": "lengthen-sessions", "role": role, "seconds": to.0 })
        }
        Mend::Give { option, value } => {
            json!({ "do": "give-option", "option": option, "value": value })
        }
        Mend::Define {
            role_arn,
            assumer,
            key,
            value,
        } => json!({
            "do": "define-session", "role_arn": role_arn, "assumer_session": assumer, "key": key, "value": value
        }),
        Mend::Compare { with } => {
            json!({ "do": "compare-condition", "policy": kind(with), "of": arn(with) })
        }
        Mend::AskOrganization { actions, of } => {
            json!({ "do": "ask-organization", "actions": actions, "of": of })
        }
        Mend::LookWith { account } => json!({ "do": "look-with", "account": account }),
        Mend::TryAgain => json!({ "do": "try-again" }),
        Mend::LogInAgain { session } => json!({ "do": "log-in-again", "session": session }),
    };
    value["command"] = json!(words::command(mend));
    value
}

fn kind(place: &Place) -> &'static str {
    match place {
        Place::Trust(_) => "trust",
        Place::Identity(_) => "identity",
        Place::Managed(_) => "managed",
    }
}

fn arn(place: &Place) -> &str {
    match place {
        Place::Trust(arn) | Place::Identity(arn) | Place::Managed(arn) => arn,
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Failed => "failed",
        Verdict::NotTried => "not-tried",
    }
}
