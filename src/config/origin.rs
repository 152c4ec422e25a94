//! Which web pages may call the API.

use std::{fmt, str::FromStr};

/// One origin (`https://lego-moc.com`), or all origins below a domain (`https://*.lego-moc.com`: one
/// label or more in place of the star, so never the domain itself).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginPattern {
    scheme: Scheme,
    /// Whether `host` stands for everything below it.
    subdomains: bool,
    host: String,
    /// With its colon; empty for the scheme's own, which browsers leave out.
    port: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    fn default_port(self) -> &'static str {
        match self {
            Self::Http => ":80",
            Self::Https => ":443",
        }
    }
}

impl OriginPattern {
    /// Whether an `Origin` header names a page that is meant. Browsers write origins in one way
    /// only (lower case, no default port), so text is compared.
    pub fn matches(&self, origin: &str) -> bool {
        let Some(host) = origin
            .strip_prefix(self.scheme.prefix())
            .and_then(|rest| rest.strip_suffix(&self.port))
        else {
            return false;
        };
        if self.subdomains {
            host.strip_suffix(&self.host)
                .and_then(|labels| labels.strip_suffix('.'))
                .is_some_and(is_domain)
        } else {
            host == self.host
        }
    }
}

impl FromStr for OriginPattern {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.to_ascii_lowercase();
        let (scheme, rest) = [Scheme::Https, Scheme::Http]
            .into_iter()
            .find_map(|scheme| Some((scheme, text.strip_prefix(scheme.prefix())?)))
            .ok_or(())?;
        let (host, port) = match rest.rfind(':') {
            Some(colon) => rest.split_at(colon),
            None => (rest, ""),
        };
        if !port.is_empty() && port[1..].parse::<u16>().is_err() {
            return Err(());
        }
        let (subdomains, host) = match host.strip_prefix("*.") {
            Some(parent) => (true, parent),
            None => (false, host),
        };
        if !is_domain(host) {
            return Err(());
        }
        Ok(Self {
            scheme,
            subdomains,
            host: host.to_owned(),
            port: if port == scheme.default_port() { "" } else { port }.to_owned(),
        })
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.subdomains { "*." } else { "" };
        write!(f, "{}{star}{}{}", self.scheme.prefix(), self.host, self.port)
    }
}

/// Labels between dots; also `localhost` and IPv4 addresses.
fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, matching: &[&str], other: &[&str]) {
        let pattern: OriginPattern = pattern.parse().unwrap();
        for origin in matching {
            assert!(pattern.matches(origin), "{pattern} {origin}");
        }
        for origin in other {
            assert!(!pattern.matches(origin), "{pattern} {origin}");
        }
    }

    #[test]
    fn an_origin_is_itself() {
        check(
            "https://lego-moc.com",
            &["https://lego-moc.com"],
            &[
                "http://lego-moc.com",
                "https://lego-moc.com:8443",
                "https://www.lego-moc.com",
                "https://lego-moc.com.evil.example",
                "https://lego-moc.com/",
                "null",
                "",
            ],
        );
        check(
            "HTTP://Localhost:3002",
            &["http://localhost:3002"],
            &["http://localhost", "http://localhost:30021"],
        );
        check("https://a.example:443", &["https://a.example"], &[]);
    }

    #[test]
    fn a_star_is_one_label_or_more() {
        check(
            "https://*.lego-moc.com",
            &["https://www.lego-moc.com", "https://a.b-c.lego-moc.com"],
            &[
                "https://lego-moc.com",
                "https://.lego-moc.com",
                "https://evillego-moc.com",
                "https://evil.example/.lego-moc.com",
                "https://evil.example#.lego-moc.com",
                "https://a..lego-moc.com",
                "https://user@a.lego-moc.com",
                "https://a.lego-moc.com:8443",
                "http://a.lego-moc.com",
            ],
        );
        check(
            "http://*.local.example:3000",
            &["http://a.local.example:3000"],
            &["http://a.local.example"],
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "*",
            "https://*",
            "https://*.",
            "https://a.*.example",
            "lego-moc.com",
            "https://a.example/",
            "ftp://a.example",
            "https://a.example:x",
            "https://a.example:99999",
            "https://",
            "null",
        ] {
            assert_eq!(text.parse::<OriginPattern>(), Err(()), "{text}");
        }
    }
}
