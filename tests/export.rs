//! `leapp export`: a file that others `include`.

use insta::assert_snapshot;

use crate::sessions::{FILE, line, with};
use crate::support::aws::Aws;
use crate::support::sandbox::Sandbox;
use crate::support::world::Chain;

const OWN: &str = r#"# My sessions.
version = 1
include = ["team/*.toml"]

[defaults]
region = "eu-west-1"

# My key.
[sessions.corp]
type = "iam-user"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
mfa_device = "arn:aws:iam::111122223333:mfa/alice"

# Where the logs are.
[sessions.audit]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Audit" # read only
assumer_session = "corp"
endpoint_url = "http://127.0.0.1:4566"

[sessions.login]
type = "iam-role-federated"
saml_url = "https://idp.example.com/start"
idp_arn = "arn:aws:iam::111122223333:saml-provider/Corp"
role_arn = "arn:aws:iam::111122223333:role/Dev"
saml_process = "get-assertion"

[sessions.other]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Other"
assumer_session = "base"
"#;

const TEAM: &str = r#"[sessions.base]
type = "iam-role-chained"
role_arn = "arn:aws:iam::444455556666:role/Base"
assumer_session = "corp"
"#;

fn sandbox() -> Sandbox {
    let sandbox = with(OWN);
    sandbox.write("home/.config/leapp/team/base.toml", TEAM);
    sandbox
}

#[test]
fn roles_go_without_what_is_personal_and_that_is_said() {
    assert_snapshot!(sandbox().leapp(&["export"]).run().transcript(), @r#"
    exit 0
    --- stdout
    version = 1

    [defaults]
    region = "eu-west-1"

    # Where the logs are.
    [sessions.audit]
    type = "iam-role-chained"
    role_arn = "arn:aws:iam::444455556666:role/Audit" # read only
    assumer_session = "corp"

    [sessions.login]
    type = "iam-role-federated"
    saml_url = "https://idp.example.com/start"
    idp_arn = "arn:aws:iam::111122223333:saml-provider/Corp"
    role_arn = "arn:aws:iam::111122223333:role/Dev"

    [sessions.other]
    type = "iam-role-chained"
    role_arn = "arn:aws:iam::444455556666:role/Other"
    assumer_session = "base"
    --- stderr
    leapp: left out: `endpoint_url` of `audit`, which a shared file may not have
    leapp: left out: `saml_process` of `login`, which a shared file may not have
    leapp: not in it: `corp`, an IAM user; everybody defines their own: `leapp add user corp`
    leapp: not in it: `base`, which is in `[ROOT]/home/.config/leapp/team/base.toml`; share that, too
    "#);
}

#[test]
fn what_is_named_goes_with_its_chain() {
    let sandbox = sandbox();
    assert_snapshot!(sandbox.leapp(&["export", "audit", "corp"]).run().transcript(), @r#"
    exit 0
    --- stdout
    version = 1

    [defaults]
    region = "eu-west-1"

    # My key.
    [sessions.corp]
    type = "iam-user"
    access_key_id = "[ACCESS-KEY-ID]"
    mfa_device = "arn:aws:iam::111122223333:mfa/alice"

    # Where the logs are.
    [sessions.audit]
    type = "iam-role-chained"
    role_arn = "arn:aws:iam::444455556666:role/Audit" # read only
    assumer_session = "corp"
    --- stderr
    leapp: left out: `endpoint_url` of `audit`, which a shared file may not have
    "#);
    assert_snapshot!(sandbox.leapp(&["export", "base"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: session `base` is in a shared file already

      [ROOT]/home/.config/leapp/team/base.toml:1

    hint: share `[ROOT]/home/.config/leapp/team/base.toml` itself
    ");
    assert_snapshot!(sandbox.leapp(&["export", "audti"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: no session named `audti`

    hint: did you mean `audit`?
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn a_file_is_written_whole_and_never_ours() {
    let sandbox = sandbox();
    let written = sandbox.leapp(&line("export login -o shared.toml")).run();
    assert_snapshot!(written.transcript(), @"
    exit 0
    --- stderr
    leapp: wrote 1 session to `shared.toml`; whoever gets it adds it to `include`
    leapp: left out: `saml_process` of `login`, which a shared file may not have
    ");
    assert!(
        sandbox
            .read("home/shared.toml")
            .contains("[sessions.login]")
    );
    let own = sandbox.path(FILE).display().to_string();
    let refused = sandbox.leapp(&["export", "--output", &own]).run();
    assert_snapshot!(refused.transcript(), @"
    exit 2
    --- stderr
    leapp: error: `[ROOT]/home/.config/leapp/sessions.toml` is what is exported

    hint: give `--output` another file
    ");
    assert_eq!(sandbox.read(FILE), OWN);
    let empty = with("version = 1\n");
    assert_snapshot!(empty.leapp(&["export"]).run().transcript(), @"
    exit 1
    --- stderr
    leapp: error: there is nothing to be exported

    hint: an IAM user goes along only where it is named: `leapp export ALIAS`
    hint: run `leapp list` to see every alias
    ");
}

#[test]
fn a_directory_that_is_not_there_is_to_be_made_first() {
    let output = sandbox()
        .leapp(&line("export login -o team/aws.toml"))
        .run();
    assert_snapshot!(output.transcript(), @"
    exit 1
    --- stderr
    leapp: error: cannot write `team/aws.toml`
    caused by: No such file or directory (os error 2)

    hint: make the directory: `mkdir -p team`
    ");
}

#[test]
fn somebody_else_includes_it_and_works() {
    let aws = Aws::shared();
    let chain = Chain::new(aws, 2);
    let mine = Sandbox::new().endpoint(&aws.url());
    chain.define(&mine);
    let shared = mine.leapp(&["export"]).run().assert_ok().stdout;
    assert!(!shared.contains(&chain.user.access_key_id), "{shared}");

    let theirs = Sandbox::new().endpoint(&aws.url());
    theirs.write("home/.config/leapp/team.toml", &shared);
    theirs.write(FILE, "version = 1\ninclude = [\"team.toml\"]\n");
    theirs.add_user("u1", &chain.user);
    let words = line("r2 -- aws sts get-caller-identity --query Arn");
    let who = theirs.leapp_exec(&words).run().assert_ok().stdout;
    assert!(who.contains("assumed-role/R2/"), "{who}");
}

#[test]
fn what_is_included_is_never_written_whatever_it_is_called() {
    let sandbox = sandbox();
    let folder = sandbox.path("home/.config/leapp");
    let export = |file: &str| {
        let output = sandbox.leapp(&["export", "login", "-o", file]);
        output.folder(folder.clone()).run()
    };
    assert_snapshot!(export("team/base.toml").transcript(), @"
    exit 2
    --- stderr
    leapp: error: `team/base.toml` belongs to your own `include` (`team/*.toml`): its sessions would be defined twice here

    hint: give `--output` a file that you do not include
    hint: to go on with them as shared ones, remove them here before you include that file: `leapp remove ALIAS`
    ");
    // A new file that would be included from then on, and the old one by way of links.
    std::os::unix::fs::symlink(&folder, sandbox.path("home/link")).unwrap();
    std::os::unix::fs::symlink("team/base.toml", folder.join("other.toml")).unwrap();
    let link = sandbox.path("home/link/team/new.toml");
    for file in ["team/new.toml", "other.toml", link.to_str().unwrap()] {
        let refused = export(file).assert_code(2);
        assert!(refused.stderr.contains("`include`"), "{}", refused.stderr);
    }
    assert_eq!(sandbox.read("home/.config/leapp/team/base.toml"), TEAM);
    assert!(!folder.join("team/new.toml").exists());
    sandbox.leapp(&["list"]).run().assert_ok();
    // Beside them is no harm.
    for file in ["mine.toml", "team/mine.txt"] {
        export(file).assert_ok();
    }
    sandbox.leapp(&["list"]).run().assert_ok();
}
