//! Every way in which providers end a login, each of them caught.

use serde_json::json;

use crate::support::login::Login;

/// Logs in once by a page that ends so.
fn ends(query: &str) {
    let Some(login) = Login::in_browser(&format!("as=alice&{query}")) else {
        return;
    };
    login.run(&[]).run().assert_ok();
    assert_eq!(login.idp.count("delivered"), 1);
    login.assert_no_browser();
}

#[test]
fn a_form_that_submits_itself() {
    ends("end=form");
}

#[test]
fn several_redirects() {
    ends("end=redirects");
}

#[test]
fn a_script() {
    ends("end=script");
}

#[test]
fn a_new_tab() {
    ends("end=tab");
}

#[test]
fn a_popup() {
    ends("end=popup");
}

#[test]
fn a_frame() {
    ends("end=frame");
}

#[test]
fn a_get_of_the_same_address_passes_and_the_post_behind_it_does_not() {
    ends("end=get-first");
}

#[test]
fn a_post_that_is_sent_on() {
    ends("end=again");
}

#[test]
fn a_relay_state_before_the_response() {
    ends("relay=before");
}

#[test]
fn a_relay_state_behind_the_response() {
    ends("relay=after");
}

#[test]
fn three_hundred_roles() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let federation = &login.federation;
    let mut roles: Vec<String> = (0..300)
        .map(|n| {
            let role = format!("arn:aws:iam::{}:role/Role{n:03}", federation.account);
            format!("{role},{}", federation.provider)
        })
        .collect();
    roles.push(federation.grant());
    login.idp.set(&json!({ "roles": roles }));
    login.run(&[]).run().assert_ok();
}

#[test]
fn a_host_of_ones_own_is_added_by_a_setting() {
    let Some(login) = Login::in_browser("as=alice") else {
        return;
    };
    let host = "sign-in.aws.test";
    login
        .idp
        .set(&json!({ "recipient": format!("https://{host}/saml") }));
    let file = "home/.config/leapp/config.toml";
    let settings = login.sandbox.read(file) + &format!("saml_hosts = [\"{host}\"]\n");
    login.sandbox.write(file, &settings);
    // Caught; the STS of the tests, like the real one, wants an assertion that was meant for AWS.
    let run = login.run(&[]).run().assert_code(125);
    assert!(
        run.stderr.contains("AWS does not accept the assertion"),
        "{}",
        run.stderr
    );
}
