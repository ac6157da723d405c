//! A SAML response, as any web page could post it: read or refused, in bounded time, and no number
//! in it makes a calculation overflow.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use leapp::idp::{Assertion, Contents};
use leapp::model::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|xml: &[u8]| {
    // Once as it comes, where most is not even base64, and once as what stands inside.
    let _ = Assertion::read(&String::from_utf8_lossy(xml));
    let Ok(assertion) = Assertion::read(&BASE64_STANDARD.encode(xml)) else {
        return;
    };
    for now in [0, 1_700_000_000, i64::MAX / 2].map(Timestamp) {
        let _ = assertion.good_until(now);
        if let Contents::Readable(statement) = assertion.contents() {
            assert!(!statement.grants.is_empty());
            let _ = statement.check_time(now);
        }
    }
});
