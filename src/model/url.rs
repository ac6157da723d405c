//! Addresses that are given by hand: an STS endpoint, an identity provider's login page.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// An `http` or `https` URL with a host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url(String);

/// The text is not a [`Url`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// Another scheme or none.
    #[error("`{0}` is not an http or https URL")]
    Scheme(String),
    /// No host, or one with characters that no host has.
    #[error("`{0}` has no well-formed host")]
    Host(String),
    /// A user or password before the host: it would be sent, logged and shown.
    #[error("a URL here carries no user and no password")]
    UserInfo,
    /// A character that no URL has.
    #[error("{0:?} cannot stand in a URL")]
    Character(char),
}

impl Url {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether what is sent there cannot be read on the way: TLS, or it never leaves the machine.
    pub fn is_private(&self) -> bool {
        self.0.starts_with("https://") || self.is_loopback()
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        is_localhost(host)
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    }

    /// Scheme, host and port, in one spelling: lower case, without the port that the scheme implies.
    pub fn origin(&self) -> String {
        let (scheme, _) = self.0.split_once("://").unwrap_or_default();
        let implied = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority(&self.0).to_ascii_lowercase();
        let authority = authority.strip_suffix(implied).unwrap_or(&authority);
        format!("{scheme}://{authority}")
    }

    /// The host, an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        let authority = authority(&self.0);
        match authority.rfind(':') {
            Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
            _ => authority,
        }
    }
}

/// Whether a name means this machine, whatever a name server says: `localhost` and all below it (RFC 6761).
pub fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let (below, last) = name.rsplit_once('.').unwrap_or(("", name));
    let is_label = |label: &str| {
        let admitted = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        !label.is_empty() && label.bytes().all(admitted)
    };
    last.eq_ignore_ascii_case("localhost")
        && (last.len() == name.len() || below.split('.').all(is_label))
}

fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

impl FromStr for Url {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // What RFC 3986 admits: anything else would have to be escaped, and an HTTP client that finds
        // it later may say so with the whole request in its words.
        let admitted = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
        if let Some(odd) = text.chars().find(|c| !admitted(*c)) {
            return Err(InvalidUrl::Character(odd));
        }
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Err(InvalidUrl::Scheme(text.to_owned()));
        }
        if authority(text).contains('@') {
            return Err(InvalidUrl::UserInfo);
        }
        let url = Self(text.to_owned());
        let host = url.host();
        let well_formed = |b: u8| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b);
        if host.is_empty() || !host.bytes().all(well_formed) {
            return Err(InvalidUrl::Host(text.to_owned()));
        }
        Ok(url)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn loopback_is_told_from_what_only_looks_like_it() {
        for text in [
            "http://127.0.0.1:5000",
            "http://localhost",
            "http://[::1]:80/x",
            "http://127.9.9.9/",
            "http://minio.localhost:9000",
            "http://a.b.LocalHost./x",
        ] {
            assert!(url(text).is_loopback(), "{text}");
        }
        for text in [
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example:80",
            "http://evillocalhost",
            "http://.localhost",
            "http://minio.localhost.example",
            "http://10.0.0.1",
        ] {
            assert!(!url(text).is_private(), "{text}");
        }
        assert!(url("https://idp.example/saml?x=1").is_private());
    }

    #[test]
    fn odd_urls_are_refused() {
        for text in [
            "",
            "ftp://x",
            "http://",
            "http://a b",
            "https://u:p@host",
            "http://127.0.0.1@evil.example",
            "file:///x",
            "https://host/`id`",
            "https://host/\u{e9}",
        ] {
            assert!(text.parse::<Url>().is_err(), "{text}");
        }
    }
}
