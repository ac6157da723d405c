//! Who is who in the local AWS: accounts, users, roles and their policies.
//!
//! Every test takes accounts of its own, so all can share one server.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::aws::Aws;
use super::pages::Provider;
use super::sandbox::Sandbox;

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) arn: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) mfa: Option<Mfa>,
}

#[derive(Debug, Clone)]
pub(crate) struct Mfa {
    pub(crate) serial: String,
    pub(crate) seed: String,
}

/// An account number that no other test of this process has.
pub(crate) fn account() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(200_000_000_001);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

/// A policy that allows actions on a resource.
pub(crate) fn allow(action: &str, resource: &str) -> Value {
    policy(&json!({ "Action": action, "Resource": resource }))
}

/// A trust policy that admits a principal: a user's, a role's or an account's `:root` ARN.
pub(crate) fn trust(principal: &str) -> Value {
    trust_if(principal, &json!({}))
}

/// A trust policy with conditions, such as
/// `json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}})`.
pub(crate) fn trust_if(principal: &str, condition: &Value) -> Value {
    policy(&json!({
        "Principal": { "AWS": principal },
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": condition,
    }))
}

/// A trust policy as IAM's console writes it for a SAML provider.
pub(crate) fn trust_saml(provider_arn: &str) -> Value {
    policy(&json!({
        "Principal": { "Federated": provider_arn },
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }))
}

fn policy(parts: &Value) -> Value {
    let mut statement = parts.clone();
    statement["Effect"] = json!("Allow");
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

pub(crate) fn root_of(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

impl Aws {
    /// Makes a user with an access key. Made again, its policies are replaced.
    pub(crate) fn user(&self, account: &str, name: &str, policies: &[Value]) -> User {
        self.make_user(account, name, &json!({ "policies": policies }))
    }

    /// The same, with a virtual MFA device.
    pub(crate) fn user_with_mfa(&self, account: &str, name: &str, policies: &[Value]) -> User {
        self.make_user(account, name, &json!({ "policies": policies, "mfa": true }))
    }

    /// Makes a role, or replaces it; its ARN. One hour is the longest session.
    pub(crate) fn role(
        &self,
        account: &str,
        name: &str,
        trust: &Value,
        policies: &[Value],
    ) -> String {
        self.role_up_to(3600, account, name, trust, policies)
    }

    /// A role whose `MaxSessionDuration` is not one hour.
    pub(crate) fn role_up_to(
        &self,
        seconds: u32,
        account: &str,
        name: &str,
        trust: &Value,
        policies: &[Value],
    ) -> String {
        let role = json!({ "trust": trust, "policies": policies, "max_session_duration": seconds });
        let made = self.world(account, "roles", name, &role);
        text(&made["arn"])
    }

    /// Makes a SAML provider, or replaces it; its ARN.
    pub(crate) fn saml_provider(&self, account: &str, name: &str, idp: &Provider) -> String {
        let provider = json!({ "metadata": idp.metadata, "private_key": idp.private_key });
        let made = self.world(account, "saml_providers", name, &provider);
        text(&made["arn"])
    }

    fn make_user(&self, account: &str, name: &str, fields: &Value) -> User {
        let made = self.world(account, "users", name, fields);
        User {
            arn: text(&made["arn"]),
            access_key_id: text(&made["access_key_id"]),
            secret_access_key: text(&made["secret_access_key"]),
            mfa: made.get("mfa").map(|mfa| Mfa {
                serial: text(&mfa["serial"]),
                seed: text(&mfa["seed"]),
            }),
        }
    }

    fn world(&self, account: &str, kind: &str, name: &str, fields: &Value) -> Value {
        let wanted = json!({ "account": account, kind: { name: fields } });
        self.post("/rig/world", &wanted)[kind][name].clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// A user and the roles above it, each in an account of its own, where every hop is allowed on
/// both sides: the asking identity's policy and the trust policy.
pub(crate) struct Chain {
    pub(crate) user: User,
    /// The ARNs of `r1`, `r2`...
    pub(crate) roles: Vec<String>,
}

impl Chain {
    pub(crate) fn new(aws: &Aws, roles: usize) -> Self {
        Self::made(aws, roles, |account, policies| {
            aws.user(account, "u1", policies)
        })
    }

    pub(crate) fn with_mfa(aws: &Aws, roles: usize) -> Self {
        Self::made(aws, roles, |account, policies| {
            aws.user_with_mfa(account, "u1", policies)
        })
    }

    fn made(aws: &Aws, roles: usize, make_user: impl Fn(&str, &[Value]) -> User) -> Self {
        let everything = [allow("*", "*")];
        let user = make_user(&account(), &everything);
        let mut arns: Vec<String> = Vec::new();
        for number in 1..=roles {
            let below = arns.last().unwrap_or(&user.arn);
            arns.push(aws.role(
                &account(),
                &format!("R{number}"),
                &trust(below),
                &everything,
            ));
        }
        Self { user, roles: arns }
    }

    /// The last role of the chain.
    pub(crate) fn target(&self) -> &str {
        self.roles.last().expect("a chain with roles")
    }

    /// Adds the sessions `u1`, `r1`, `r2`... through `leapp add`.
    pub(crate) fn define(&self, sandbox: &Sandbox) {
        sandbox.add_user("u1", &self.user);
        for (index, arn) in self.roles.iter().enumerate() {
            let assumer = if index == 0 {
                "u1".to_owned()
            } else {
                format!("r{index}")
            };
            sandbox.add_chained(&format!("r{}", index + 1), arn, &assumer, &[]);
        }
    }
}

impl Sandbox {
    /// `leapp add user`, with its MFA device if it has one.
    pub(crate) fn add_user(&self, alias: &str, user: &User) {
        let mut arguments = vec!["add", "user", alias, "--access-key-id", &user.access_key_id];
        arguments.extend(["--secret-access-key", "-", "--region", "eu-west-1"]);
        if let Some(mfa) = &user.mfa {
            arguments.extend(["--mfa-device", &mfa.serial]);
        }
        let secret = format!("{}\n", user.secret_access_key);
        self.leapp(&arguments).stdin(secret).run().assert_ok();
    }

    /// `leapp add chained`; `more` are further flags.
    pub(crate) fn add_chained(&self, alias: &str, role_arn: &str, assumer: &str, more: &[&str]) {
        let arguments = ["add", "chained", alias, "--role-arn", role_arn];
        let assumer = ["--assumer-session", assumer, "--region", "eu-west-1"];
        self.leapp(&arguments)
            .args(&assumer)
            .args(more)
            .run()
            .assert_ok();
    }
}
