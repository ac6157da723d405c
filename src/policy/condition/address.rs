//! IP addresses and their ranges in CIDR notation.

use std::net::IpAddr;

use crate::policy::Holds;

/// Whether an address is within a range. [`Holds::Unknown`] where one of them cannot be read.
pub(super) fn is_within(address: &str, range: &str) -> Holds {
    let (start, prefix) = match range.split_once('/') {
        Some((start, prefix)) => (start, Some(prefix)),
        None => (range, None),
    };
    let (Ok(address), Ok(start)) = (address.parse(), start.parse()) else {
        return Holds::Unknown;
    };
    let Some((address, start, length)) = bits(address, start) else {
        return Holds::No;
    };
    let Some(prefix) = prefix else {
        // AWS documents a default of /32, and does not say what that is for an address of 128 bits.
        let is_near = shift(address, length, 32) == shift(start, length, 32);
        return Holds::known(address == start, !is_near);
    };
    let prefix = prefix.parse().ok().filter(|prefix| *prefix <= length);
    let Some(prefix) = prefix else {
        return Holds::Unknown;
    };
    let network = shift(start, length, prefix);
    if network.checked_shl(length - prefix).unwrap_or(0) != start {
        return Holds::Unknown;
    }
    Holds::of(shift(address, length, prefix) == network)
}

/// Two addresses of one family as numbers, with their length in bits.
fn bits(one: IpAddr, other: IpAddr) -> Option<(u128, u128, u32)> {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => Some((
            u128::from(one.to_bits()),
            u128::from(other.to_bits()),
            u32::BITS,
        )),
        (IpAddr::V6(one), IpAddr::V6(other)) => Some((one.to_bits(), other.to_bits(), u128::BITS)),
        _ => None,
    }
}

/// The first bits of an address.
fn shift(address: u128, length: u32, prefix: u32) -> u128 {
    address.checked_shr(length - prefix).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_both_families() {
        for (address, range, expected) in [
            ("203.0.113.7", "0.0.0.0/0", Holds::Yes),
            ("203.0.113.7", "203.0.113.7/32", Holds::Yes),
            ("203.0.113.7", "203.0.113.7", Holds::Yes),
            ("203.0.113.8", "203.0.113.7", Holds::No),
            ("::1", "::/0", Holds::Yes),
            ("2001:db8::1", "2001:db8::1", Holds::Yes),
            ("2001:db8::2", "2001:db8::1", Holds::Unknown),
            ("2001:db9::2", "2001:db8::1", Holds::No),
            ("2001:db8::1", "203.0.113.0/24", Holds::No),
            ("203.0.113.7", "203.0.113.1/24", Holds::Unknown),
            ("203.0.113.7", "203.0.113.0/33", Holds::Unknown),
            ("203.0.113.7", "here", Holds::Unknown),
            ("vpce-1", "203.0.113.0/24", Holds::Unknown),
        ] {
            assert_eq!(is_within(address, range), expected, "{address} {range}");
        }
    }
}
