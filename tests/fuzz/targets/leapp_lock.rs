//! Leapp's lock file: opened or refused, whichever of its layers is damaged, and every session that it
//! holds is brought over, once, or refused with a reason.
#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use leapp::imports::leapp::read;
use leapp::imports::leapp_lock::open;
use leapp::imports::machine_id::MachineId;
use leapp::imports::plan;
use leapp::model::{Catalog, Region};
use libfuzzer_sys::fuzz_target;

/// What OpenSSL makes of the id `00ff00ff` and this salt: `openssl enc -aes-256-cbc -md md5 -P -S
/// 0102030405060708 -pass pass:$(printf %s 00ff00ff | sha256sum | cut -d' ' -f1)`.
const SALT: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const KEY: [u8; 32] = [
    0xcb, 0x77, 0xdc, 0xa4, 0xcd, 0xf5, 0xfe, 0xd6, 0xc3, 0x18, 0x92, 0x1f, 0xc3, 0x67, 0xc8, 0xe0,
    0xd1, 0xe2, 0x7f, 0xe6, 0x6a, 0xbd, 0xfa, 0x78, 0x9a, 0xcf, 0x0e, 0xe8, 0x22, 0x22, 0xf3, 0x76,
];
const IV: [u8; 16] = [
    0xc8, 0x2c, 0xfd, 0xbb, 0x2a, 0x54, 0x1a, 0xb4, 0x5f, 0x53, 0x27, 0x06, 0x4d, 0x4b, 0x92, 0x67,
];

static IDS: LazyLock<Vec<MachineId>> = LazyLock::new(|| MachineId::candidates_of("00ff00ff"));

static REGION: LazyLock<Region> = LazyLock::new(|| "eu-west-1".parse().expect("a region"));

fn wrapped(sealed: &[u8]) -> String {
    BASE64_STANDARD.encode([b"Salted__", sealed].concat())
}

/// As Leapp seals it.
fn sealed(text: &[u8]) -> String {
    let key = UnboundCipherKey::new(&AES_256, &KEY).expect("a key");
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).expect("a cipher");
    let mut buffer = text.to_vec();
    let context = EncryptionContext::Iv128(FixedLength::from(IV));
    key.less_safe_encrypt(&mut buffer, context)
        .expect("it is sealed");
    wrapped(&[&SALT, &buffer[..]].concat())
}

fuzz_target!(|input: (u8, &[u8])| {
    let (layers, bytes) = input;
    let text = match layers % 4 {
        0 => open(&String::from_utf8_lossy(bytes), &IDS),
        1 => open(&wrapped(bytes), &IDS),
        _ => {
            let text = open(&sealed(bytes), &IDS);
            let expected = std::str::from_utf8(bytes).ok();
            let expected = expected.filter(|text| text.trim_start().starts_with('{'));
            assert_eq!(text.as_ref().ok().map(|text| text.as_str()), expected);
            text
        }
    };
    let Ok(text) = text else { return };
    let Ok(findings) = read(&text) else { return };
    let expected = findings.found.len() + findings.refused.len();
    let plan = plan(findings, &Catalog::default(), Some(&REGION));
    let (new, unfinished) = (&plan.new, &plan.unfinished);
    let settled = new.len() + unfinished.len() + plan.refused.len();
    assert_eq!(settled, expected, "{plan:?}");
    let aliases: HashSet<_> = (new.iter().map(|new| &new.session.alias))
        .chain(unfinished.iter().map(|user| &user.alias))
        .collect();
    assert_eq!(aliases.len(), new.len() + unfinished.len(), "{plan:?}");
});
