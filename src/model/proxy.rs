//! The proxies that the environment names, read as the AWS CLI reads them.
//!
//! Rule (botocore 1.43, `httpsession.py`, and Python's `urllib`): a text without a scheme is one of `http`;
//! the credentials end at the last `@` before the first `/`, `?` or `#`; both halves are percent-decoded, and
//! a `%` that is not followed by two hexadecimal digits stands for itself. The AWS CLI fails on the same
//! texts as leapp, except that it also fails on `HTTP://` in capital letters.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// A variable that names a proxy. Its value can hold a password.
#[derive(Clone, Debug)]
pub struct ProxyVariable {
    /// `HTTPS_PROXY`.
    pub name: &'static str,
    /// Its value.
    pub value: SecretString,
}

/// The variables that say which proxy a request goes through.
#[derive(Clone, Debug, Default)]
pub struct ProxyVariables {
    /// For plain HTTP.
    pub http: Option<ProxyVariable>,
    /// For HTTPS.
    pub https: Option<ProxyVariable>,
    /// For both, where there is no other.
    pub all: Option<ProxyVariable>,
    /// The hosts that are asked without a proxy.
    pub exceptions: String,
}

/// A proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    address: String,
    url: SecretString,
}

/// The value of a variable is not a proxy that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxy {
    /// SOCKS, mostly.
    #[error(
        "`{variable}` names a proxy of the scheme `{scheme}`; only `http` and `https` are supported"
    )]
    Scheme {
        /// The variable.
        variable: &'static str,
        /// The scheme.
        scheme: String,
    },
    /// A password that ends the address too early.
    #[error(
        "`{variable}` has a `{found}` before its last `@`: write it as `%{:02X}` in the user name or the password",
        u32::from(*found)
    )]
    Unencoded {
        /// The variable.
        variable: &'static str,
        /// What is to be written otherwise.
        found: char,
    },
    /// No host, or a port that is none.
    #[error(
        "`{variable}` is not the address of a proxy: write `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`"
    )]
    Address {
        /// The variable.
        variable: &'static str,
    },
}

impl ProxyVariables {
    /// The proxy for requests of a scheme, exceptions aside.
    ///
    /// # Errors
    /// Where the variable that says it cannot be read. A request must not go out directly then.
    pub fn proxy(&self, is_https: bool) -> Result<Option<Proxy>, InvalidProxy> {
        let own = if is_https { &self.https } else { &self.http };
        let variable = own.as_ref().or(self.all.as_ref());
        variable.map(Proxy::parse).transpose()
    }
}

impl Proxy {
    /// Reads the value of a variable.
    ///
    /// # Errors
    /// [`InvalidProxy`], which holds no part of a password.
    pub fn parse(variable: &ProxyVariable) -> Result<Self, InvalidProxy> {
        let name = variable.name;
        let text = variable.value.expose_secret().trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            _ => ("http".to_owned(), text.strip_prefix("//").unwrap_or(text)),
        };
        if !["http", "https"].contains(&scheme.as_str()) {
            return Err(InvalidProxy::Scheme {
                variable: name,
                scheme,
            });
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if let Some(found) = path.chars().next().filter(|_| path.contains('@')) {
            return Err(InvalidProxy::Unencoded {
                variable: name,
                found,
            });
        }
        let (credentials, address) = match authority.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, authority),
        };
        if !is_address(address) {
            return Err(InvalidProxy::Address { variable: name });
        }
        // Three characters for each byte are the most that encoding makes of it.
        let mut url = Zeroizing::new(String::with_capacity(3 * text.len() + 10));
        url.push_str(&scheme);
        url.push_str("://");
        if let Some(credentials) = credentials {
            let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
            recode(user, &mut url);
            url.push(':');
            recode(password, &mut url);
            url.push('@');
        }
        url.push_str(address);
        Ok(Self {
            address: address.to_owned(),
            url: SecretString::from(url.as_str()),
        })
    }

    /// Host and port, without credentials.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The URL with its credentials, percent-encoded as every library reads them.
    pub fn url(&self) -> &SecretString {
        &self.url
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// `host`, `host:port`, `[address]` or `[address]:port`.
fn is_address(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let inside = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let is_host = match inside {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        }
    };
    let is_port =
        |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0) && !port.starts_with('+');
    is_host && port.is_none_or(is_port)
}

/// Decodes what is percent-encoded, and encodes all that is not a letter, a digit or a dash.
fn recode(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    let digit = |at: usize| {
        let byte = bytes.get(at)?;
        char::from(*byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let mut at = 0;
    while at < bytes.len() {
        let (byte, width) = match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => (high * 16 + low, 3),
            (byte, ..) => (byte, 1),
        };
        at += width;
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Result<Proxy, InvalidProxy> {
        Proxy::parse(&ProxyVariable {
            name: "HTTPS_PROXY",
            value: value.into(),
        })
    }

    #[test]
    fn credentials_end_at_the_last_at_sign() {
        for (value, url, address) in [
            ("http://proxy:3128", "http://proxy:3128", "proxy:3128"),
            ("proxy:3128", "http://proxy:3128", "proxy:3128"),
            ("//proxy:3128/", "http://proxy:3128", "proxy:3128"),
            (" https://proxy \n", "https://proxy", "proxy"),
            ("http://[::1]:3128", "http://[::1]:3128", "[::1]:3128"),
            ("http://[::1]", "http://[::1]", "[::1]"),
            (
                "http://u:p@ss@proxy:1",
                "http://u:p%40ss@proxy:1",
                "proxy:1",
            ),
            ("u:p%40ss@proxy:1", "http://u:p%40ss@proxy:1", "proxy:1"),
            ("u:p:s@proxy:1", "http://u:p%3As@proxy:1", "proxy:1"),
            ("u:100%@proxy:1", "http://u:100%25@proxy:1", "proxy:1"),
            ("u:p%2Fs@proxy:1", "http://u:p%2Fs@proxy:1", "proxy:1"),
            ("D\\u:p@proxy:1", "http://D%5Cu:p@proxy:1", "proxy:1"),
            ("u:é@proxy:1", "http://u:%C3%A9@proxy:1", "proxy:1"),
            ("u@proxy:1", "http://u:@proxy:1", "proxy:1"),
            ("proxy:1/path?x#y", "http://proxy:1", "proxy:1"),
        ] {
            let proxy = parse(value).unwrap_or_else(|why| panic!("{value}: {why}"));
            assert_eq!(proxy.url().expose_secret(), url, "{value}");
            assert_eq!(proxy.address(), address, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_and_no_password_is_told() {
        for (value, words) in [
            ("socks5://hush@proxy:1", "scheme `socks5`"),
            (
                "http://u:hu#sh@proxy:1",
                "`#` before its last `@`: write it as `%23`",
            ),
            (
                "http://u:hu/sh@proxy:1",
                "`/` before its last `@`: write it as `%2F`",
            ),
            (
                "http://u:hu?sh@proxy:1",
                "`?` before its last `@`: write it as `%3F`",
            ),
            ("http://u:hush@", "is not the address"),
            ("http://", "is not the address"),
            ("http://u:hush@proxy:port", "is not the address"),
            ("http://proxy:99999", "is not the address"),
            ("http://[hush]:1", "is not the address"),
            ("http://pro xy:1", "is not the address"),
        ] {
            let why = parse(value).expect_err(value).to_string();
            assert!(why.starts_with("`HTTPS_PROXY` "), "{why}");
            assert!(why.contains(words), "{value}: {why}");
            assert!(!why.contains("hu"), "{value}: {why}");
        }
    }
}
