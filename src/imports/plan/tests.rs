use super::*;
use crate::sessions::{Batch, SessionStore};

const ROLE: &str = "arn:aws:iam::444455556666:role/Admin";

fn user(name: &str) -> Found {
    let mut draft = Draft::default();
    let id = format!("AKIA{:0>16}", name.len());
    draft.text("access_key_id", Some(&id));
    Found {
        key: name.to_owned(),
        name: name.to_owned(),
        kind: Type::IamUser,
        named_profile: None,
        assumer: None,
        instead_of: None,
        device: None,
        left: Vec::new(),
        draft,
    }
}

fn role(name: &str, assumer: &str) -> Found {
    let mut draft = Draft::default();
    draft.text("role_arn", Some(&ROLE));
    Found {
        kind: Type::Chained,
        assumer: Some(assumer.to_owned()),
        draft,
        ..user(name)
    }
}

/// One line for each decision.
fn told(plan: &Plan) -> Vec<String> {
    let new = plan.new.iter().map(|new| match &new.session.kind {
        Kind::Chained(role) => format!("{} on {}", new.session.alias, role.assumer_session),
        _ => new.session.alias.to_string(),
    });
    let there = plan
        .there
        .iter()
        .map(|t| format!("{} is {}", t.name, t.alias));
    let unfinished = (plan.unfinished.iter()).map(|u| format!("{} lacks its key", u.alias));
    let refused = plan
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.name, r.reason));
    new.chain(there).chain(unfinished).chain(refused).collect()
}

fn planned(found: &[Found], catalog: &Catalog) -> Plan {
    let findings = Findings {
        found: found.to_vec(),
        ..Findings::default()
    };
    plan(findings, catalog, Some(&"eu-west-1".parse().unwrap()))
}

/// The catalog after a plan was carried out.
fn carried_out(plan: &Plan) -> Catalog {
    let home = tempfile::tempdir().unwrap();
    let store = SessionStore::new(home.path().join("config"), home.path().join("data/lock"));
    let session = |new: &New| (new.session.alias.clone(), new.draft.clone());
    let batch = Batch {
        sessions: plan.new.iter().map(session).collect(),
        default_region: Some("eu-west-1".parse().unwrap()),
        before: store.text().unwrap(),
    };
    store.add_all(&batch, || Ok::<_, ()>(())).unwrap()
}

#[test]
fn chains_keep_the_order_of_the_source_and_find_their_assumers() {
    let found = [role("c", "b"), role("b", "a"), role("b2", "a"), user("a")];
    let plan = planned(&found, &Catalog::default());
    assert_eq!(told(&plan), ["c on b", "b on a", "b2 on a", "a"]);
}

#[test]
fn circles_and_all_that_hangs_on_them_are_refused() {
    let found = [
        role("x", "a"),
        role("a", "b"),
        role("b", "a"),
        role("self", "self"),
        role("lost", "nobody"),
        role("more", "lost"),
    ];
    assert_eq!(
        told(&planned(&found, &Catalog::default())),
        [
            "a: it is assumed in a circle: a -> b -> a",
            "b: it is assumed in a circle: a -> b -> a",
            "self: it is assumed in a circle: self -> self",
            "x: it is assumed from `a`, which cannot be imported",
            "lost: it is assumed from `nobody`, which is not there",
            "more: it is assumed from `lost`, which cannot be imported",
        ]
    );
}

#[test]
fn to_import_again_changes_nothing() {
    let mut us = role("Prod Admin", "corp");
    us.draft.text("region", Some(&"us-east-1"));
    us.key = "us".to_owned();
    let found = [
        user("corp"),
        role("Prod Admin", "corp"),
        role("prod-admin", "corp"),
        us,
    ];
    let first = planned(&found, &Catalog::default());
    // A name that is an alias has the first right to it.
    assert_eq!(
        told(&first),
        [
            "corp",
            "prod-admin-2 on corp",
            "prod-admin on corp",
            "prod-admin-3 on corp"
        ]
    );
    let description = first.new[1].session.description.as_deref();
    assert_eq!(description, Some("Prod Admin"));
    let again = planned(&found, &carried_out(&first));
    assert!(again.new.is_empty(), "{:?}", told(&again));
    let mut aliases: Vec<_> = again.there.iter().map(|t| t.alias.to_string()).collect();
    aliases.sort();
    assert_eq!(
        aliases,
        ["corp", "prod-admin", "prod-admin-2", "prod-admin-3"]
    );
}

#[test]
fn a_session_that_was_renamed_here_is_there_already_and_others_are_numbered() {
    let first = planned(&[user("corp"), role("prod", "corp")], &Catalog::default());
    let catalog = carried_out(&first);
    // The same key and role under other names.
    let mut renamed = user("work");
    renamed.draft = user("corp").draft;
    let plan = planned(&[renamed, role("live", "work")], &catalog);
    assert_eq!(told(&plan), ["work is corp", "live is prod"]);
    // Another key under the same name.
    let mut other = user("corp");
    other.draft = user("another").draft;
    let plan = planned(&[other, role("prod", "corp")], &catalog);
    assert_eq!(told(&plan), ["corp-2", "prod-2 on corp-2"]);
}

#[test]
fn a_source_that_is_gone_there_is_looked_for_here() {
    let catalog = carried_out(&planned(&[user("corp")], &Catalog::default()));
    let plan = planned(&[role("prod", "corp")], &catalog);
    assert_eq!(told(&plan), ["prod on corp"]);
    // Not so one that cannot be imported for a reason of its own.
    let sso = Refused::new("corp", "corp", Reason::IdentityCenter);
    let findings = Findings {
        found: vec![role("prod", "corp")],
        refused: vec![sso],
        ..Findings::default()
    };
    let plan = super::plan(findings, &catalog, Some(&"eu-west-1".parse().unwrap()));
    assert!(plan.new.is_empty());
}

#[test]
fn a_user_without_its_key_is_named_and_roles_on_it_are_written() {
    let mut corp = user("corp");
    corp.draft = Draft::default();
    let plan = planned(&[corp, role("prod", "corp")], &Catalog::default());
    assert_eq!(told(&plan), ["prod on corp", "corp lacks its key"]);
}

#[test]
fn what_means_nothing_is_refused_by_itself() {
    let mut odd = role("odd", "corp");
    odd.draft.text("external_id", Some(&"a b"));
    let plan = planned(
        &[user("corp"), odd, role("on-odd", "odd")],
        &Catalog::default(),
    );
    assert_eq!(
        told(&plan),
        [
            "corp",
            "odd: its `external_id`: ' ' cannot stand here",
            "on-odd: it is assumed from `odd`, which cannot be imported",
        ]
    );
}

#[test]
fn a_profile_name_that_cannot_stand_here_is_no_reason_to_be_left_out() {
    let mut corp = user("Bob's [x]");
    corp.named_profile = Some("Bob's [x]".to_owned());
    let plan = planned(&[corp, role("prod", "Bob's [x]")], &Catalog::default());
    assert_eq!(told(&plan), ["bob-s-x", "prod on bob-s-x"]);
    assert_eq!(plan.new[0].session.named_profile, "bob-s-x");
    assert_eq!(plan.remarks.len(), 1, "{:?}", plan.remarks);
    let remark = &plan.remarks[0];
    assert!(
        remark.starts_with("`bob-s-x` gets a named profile of its own name: "),
        "{remark}"
    );
    // There is nothing to be said of it twice.
    let again = planned(&[user("Bob's [x]")], &carried_out(&plan));
    assert!(again.remarks.is_empty(), "{:?}", again.remarks);
}
