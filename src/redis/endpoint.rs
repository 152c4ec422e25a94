//! Where Redis is, and who the service is to it.

use std::{fmt, str::FromStr};

use http::Uri;
use percent_encoding::percent_decode_str;

const DEFAULT_PORT: u16 = 6379;

/// `host`, `host:port`, or `redis://user:password@host:port/database`; `rediss` means TLS. Percent
/// signs escape what a URL can not hold. It is never shown with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub tls: bool,
    pub host: String,
    pub port: u16,
    pub username: Option<String>,
    pub password: Option<String>,
    pub database: Option<u8>,
}

/// The text, which may hold a password, is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no address of a Redis server")]
pub struct InvalidEndpoint;

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        parse(text).ok_or(InvalidEndpoint)
    }
}

fn parse(text: &str) -> Option<Endpoint> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("redis", text));
    let tls = match scheme {
        "redis" => false,
        "rediss" => true,
        _ => return None,
    };
    let uri: Uri = format!("{scheme}://{rest}").parse().ok()?;
    let authority = uri.authority()?;
    let (credentials, server) = match authority.as_str().rsplit_once('@') {
        Some((credentials, server)) => (Some(credentials), server),
        None => (None, authority.as_str()),
    };
    let (username, password) = match credentials {
        None => (None, None),
        Some(credentials) => {
            let (username, password) = credentials.split_once(':')?;
            (decoded(username)?, Some(decoded(password)??))
        }
    };
    let port = match server.strip_prefix(authority.host())? {
        "" => DEFAULT_PORT,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    let database = match uri.path().trim_start_matches('/') {
        "" => None,
        number => Some(number.parse().ok()?),
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
    (!host.is_empty() && host.chars().all(valid) && uri.query().is_none()).then(|| Endpoint {
        tls,
        host: host.to_owned(),
        port,
        username,
        password,
        database,
    })
}

/// `Some(None)`: nothing is written.
fn decoded(text: &str) -> Option<Option<String>> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some((!text.is_empty()).then(|| text.into_owned()))
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "rediss" } else { "redis" };
        let (host, port) = (&self.host, self.port);
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(tls: bool, host: &str, port: u16) -> Endpoint {
        Endpoint {
            tls,
            host: host.to_owned(),
            port,
            username: None,
            password: None,
            database: None,
        }
    }

    #[test]
    fn addresses_are_understood() {
        let with = |username: Option<&str>, password: &str| Endpoint {
            username: username.map(str::to_owned),
            password: Some(password.to_owned()),
            ..endpoint(true, "cache.example", 6380)
        };
        for (text, expected) in [
            ("localhost", endpoint(false, "localhost", 6379)),
            ("10.0.0.7:6390", endpoint(false, "10.0.0.7", 6390)),
            ("redis://localhost", endpoint(false, "localhost", 6379)),
            ("rediss://cache.example/", endpoint(true, "cache.example", 6379)),
            ("redis://[::1]:7000", endpoint(false, "::1", 7000)),
            (
                "redis://localhost/3",
                Endpoint {
                    database: Some(3),
                    ..endpoint(false, "localhost", 6379)
                },
            ),
            ("rediss://:secret@cache.example:6380", with(None, "secret")),
            ("rediss://app:s%40%3A%2F@cache.example:6380", with(Some("app"), "s@:/")),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "no such=value",
            "http://localhost",
            "redis://",
            "redis://:6379",
            "localhost:port",
            "localhost:",
            "localhost:70000",
            "redis://localhost/x",
            "redis://localhost/256",
            "redis://localhost?db=1",
            "redis://secret@localhost",
            "redis://:@localhost",
            "redis://user:%ff@localhost",
        ] {
            assert_eq!(text.parse::<Endpoint>(), Err(InvalidEndpoint), "{text}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let endpoint: Endpoint = "rediss://app:secret@cache.example".parse().unwrap();
        assert_eq!(endpoint.to_string(), "rediss://cache.example:6379");
        assert_eq!(format!("{endpoint:?}"), "Endpoint(rediss://cache.example:6379)");
    }
}
