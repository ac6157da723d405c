//! The one test binary: it links once, and all tests share one local AWS.
//!
//! `tests/run.sh` installs what the tests need and runs them.

mod support;

mod cache;
mod chain;
mod env;
mod env_fails_closed;
mod env_formats;
mod env_killed;
mod env_quoting;
mod env_shells;
mod exec;
mod exec_endpoint;
mod exec_environment;
mod exec_usage;
mod exec_wishes;
mod fault_matrix;
mod flight;
mod hooks_complete;
mod hooks_process;
mod hooks_prompt;
mod hooks_renew;
mod hooks_starship;
mod hooks_survive;
mod hooks_switch;
mod keycloak;
mod kills;
mod lease;
mod lengths;
mod listing;
mod manage;
mod manage_errors;
mod mfa;
mod narrow;
mod network;
mod passphrase;
mod picker;
mod printing;
mod questions;
mod readme;
mod removing;
mod rig;
mod rig_aws;
mod rig_idp;
mod rig_saml;
mod rig_tokens;
mod saml;
mod saml_add;
mod saml_endings;
mod saml_failures;
mod saml_login;
mod scripts;
mod secrets;
mod secrets_move;
mod serve;
mod serve_alone;
mod serve_child;
mod serve_renewal;
mod serve_requests;
mod serve_sdks;
mod serve_terminal;
mod session_edits;
mod session_errors;
mod session_include;
mod session_values;
mod sessions;
mod tidy;
mod vault;
mod warm;

/// A forgotten file would be tests that never run.
#[test]
fn every_test_file_is_listed() {
    let listed = include_str!("main.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs").filter(|name| *name != "main") {
            let line = format!("\nmod {module};\n");
            assert!(
                listed.contains(&line),
                "tests/main.rs lacks `mod {module};`"
            );
        }
    }
}
