//! `leapp doctor`, and doing what it says.

use serde_json::{Map, Value, json};

use super::aws::Aws;
use super::output::Output;
use super::sandbox::Sandbox;
use super::world::{Chain, allow};

/// Those who may do everything in the accounts of a chain's roles, as sessions to look with.
pub(crate) struct Admins {
    keys: Value,
    pub(crate) flags: Vec<String>,
}

impl Admins {
    /// Makes an administrator in every account of a chain, and defines them as sessions.
    pub(crate) fn of(chain: &Chain, aws: &Aws, sandbox: &Sandbox) -> Self {
        let mut keys = Map::new();
        let mut flags = Vec::new();
        let arns = std::iter::once(&chain.user.arn).chain(&chain.roles);
        for (number, arn) in arns.enumerate() {
            let account = account_of(arn);
            let admin = aws.user(&account, "admin", &[allow("*", "*")]);
            let alias = format!("admin{number}");
            sandbox.add_user(&alias, &admin);
            flags.push(format!("--with={alias}"));
            keys.insert(
                account,
                json!({
                    "access_key_id": admin.access_key_id,
                    "secret_access_key": admin.secret_access_key,
                }),
            );
        }
        Self {
            keys: Value::Object(keys),
            flags,
        }
    }

    /// Adds and removes the very statements of a report.
    pub(crate) fn do_as_told(&self, report: &Value, aws: &Aws, sandbox: &Sandbox) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/mend.py");
        sandbox
            .command("python")
            .args(&["-B", script, &aws.url(), &self.keys.to_string()])
            .stdin(report.to_string())
            .run()
            .assert_ok();
    }
}

impl Sandbox {
    /// `leapp doctor --json`, with its report.
    #[track_caller]
    pub(crate) fn doctor(&self, arguments: &[&str]) -> (Output, Value) {
        let output = self.leapp(&["doctor", "--json"]).args(arguments).run();
        let report = output.json();
        (output, report)
    }
}

/// The findings of the one hop that failed, with its number.
#[track_caller]
pub(crate) fn failed_hop(report: &Value) -> (u64, Vec<Value>) {
    let hops = report["chain"]["hops"].as_array().expect("hops");
    let failed: Vec<&Value> = hops
        .iter()
        .filter(|hop| hop["verdict"] == "failed")
        .collect();
    let [hop] = failed[..] else {
        panic!("{report:#}");
    };
    let findings = hop["findings"].as_array().expect("a list").clone();
    (hop["hop"].as_u64().expect("a number"), findings)
}

/// One check by its name.
#[track_caller]
pub(crate) fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let checks = report["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {report:#}"))
}

pub(crate) fn account_of(arn: &str) -> String {
    arn.split(':').nth(4).expect("an ARN").to_owned()
}
