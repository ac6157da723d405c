//! The one test binary: it links once, and all tests share one local AWS.
//!
//! `tests/run.sh` installs what the tests need and runs them.

mod support;

mod add_from_env;
mod answers;
mod bounded;
mod budget;
mod cache;
mod certificates;
mod chain;
mod console;
mod doctor;
mod doctor_chain;
mod doctor_network;
mod doctor_next;
mod edit;
mod elsewhere;
mod env;
mod env_fails_closed;
mod env_formats;
mod env_killed;
mod env_not_evaluated;
mod env_other_shells;
mod env_quoting;
mod env_shells;
mod exec;
mod exec_endpoint;
mod exec_environment;
mod exec_usage;
mod exec_wishes;
mod explain;
mod export;
mod fault_matrix;
mod flight;
mod flight_failures;
mod flight_stuck;
mod hardening;
mod hooks_complete;
mod hooks_directories;
mod hooks_inherited;
mod hooks_order;
mod hooks_override;
mod hooks_process;
mod hooks_prompt;
mod hooks_renew;
mod hooks_starship;
mod hooks_survive;
mod hooks_switch;
mod hooks_trace;
mod hooks_traps;
mod import_aws;
mod import_export_killed;
mod import_leapp;
mod import_parallel;
mod import_settings;
mod keycloak;
mod keyring_programs;
mod kills;
mod lease;
mod lengths;
mod limits;
mod listing;
mod log;
mod manage;
mod manage_errors;
mod mfa;
mod minio;
mod narrow;
mod network;
mod odd_files;
mod odd_files_cli;
mod odd_files_used;
mod other_sessions;
mod outside_sources;
mod outside_text;
mod packaging;
mod partitions;
mod passphrase;
mod picker;
mod planted;
mod policy_conditions;
mod printing;
mod profiles;
mod profiles_clients;
mod profiles_exec;
mod profiles_killed;
mod profiles_process;
mod programs;
mod proxies;
mod questions;
mod readme;
mod releasing;
mod removing;
mod rename;
mod rig;
mod rig_aws;
mod rig_idp;
mod rig_saml;
mod rig_tokens;
mod rotate_key;
mod rotate_key_killed;
mod saml;
mod saml_add;
mod saml_endings;
mod saml_failures;
mod saml_login;
mod saml_long;
mod saml_network;
mod saml_providers;
mod saml_refusals;
mod saml_window;
mod scripts;
mod secrets;
mod secrets_copies;
mod secrets_left;
mod secrets_move;
mod serve;
mod serve_alone;
mod serve_child;
mod serve_renewal;
mod serve_requests;
mod serve_saml;
mod serve_sdks;
mod serve_ssh;
mod serve_terminal;
mod session_edits;
mod session_errors;
mod session_include;
mod session_kills;
mod session_values;
mod sessions;
mod set;
mod set_every_key;
mod status;
mod suspend;
mod tidy;
mod vault;
mod vault_fits;
mod warm;
mod whoami;

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
