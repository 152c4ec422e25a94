//! Text to value, for the kinds of values that settings have. `None`: not allowed.

use std::{ops::RangeInclusive, str::FromStr, time::Duration};

use http::Uri;
use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::rate_limit::Limit;

/// A whole number with a unit: `200ms`, `28s`, `10m`, `1h`.
pub fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let number: u32 = number.parse().ok()?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    Some(Duration::from_millis(u64::from(number) * millis))
}

pub(super) fn number<T: FromStr + PartialOrd>(text: &str, range: RangeInclusive<T>) -> Option<T> {
    text.parse().ok().filter(|number| range.contains(number))
}

pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "on" | "true" | "1" => Some(true),
        "off" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Values between commas, at least one; all of them have to be right.
pub(super) fn list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let items: Vec<T> = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(parse)
        .collect::<Option<_>>()?;
    (!items.is_empty()).then_some(items)
}

/// `10/1m,100/1h`, or `off` for no limit.
pub(super) fn limits(text: &str) -> Option<Vec<Limit>> {
    if text == "off" {
        return Some(Vec::new());
    }
    list(text, |item| {
        let (count, window) = item.split_once('/')?;
        Some(Limit {
            // Each request within the window is remembered: the bound is one of memory.
            count: number(count, 1..=100_000)?,
            window: duration(window)
                .filter(|window| (Duration::from_secs(1)..=Duration::from_secs(86_400)).contains(window))?,
        })
    })
}

/// A base URL: nothing after its path.
pub(super) fn url(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    // Credentials have no place in a URL that is shown to everyone.
    let plain = uri.host().is_some_and(|host| !host.is_empty()) && !uri.authority()?.as_str().contains('@');
    (web && plain && uri.query().is_none()).then(|| text.to_owned())
}

/// A URL whose answer can be trusted: `https`, or `http` to this very machine.
pub(super) fn trusted_url(text: &str) -> Option<String> {
    let url = url(text)?;
    let uri: Uri = url.parse().ok()?;
    let trusted = uri.scheme_str() == Some("https") || matches!(uri.host()?, "localhost" | "127.0.0.1" | "[::1]");
    trusted.then_some(url)
}

/// The rules of S3 as far as they can go wrong by a typing error.
pub(super) fn bucket(text: &str) -> Option<String> {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let valid = (3..=63).contains(&text.len())
        && text.chars().all(|c| edge(c) || matches!(c, '.' | '-'))
        && text.starts_with(edge)
        && text.ends_with(edge);
    valid.then(|| text.to_owned())
}

/// Words of these characters, of a length that the service allows.
fn word(text: &str, lengths: RangeInclusive<usize>, others: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    (lengths.contains(&text.len()) && text.chars().all(allowed)).then(|| text.to_owned())
}

pub(super) fn table(text: &str) -> Option<String> {
    word(text, 3..=255, "_-.")
}

pub(super) fn region(text: &str) -> Option<String> {
    word(text, 1..=32, "-")
}

pub(super) fn distribution(text: &str) -> Option<String> {
    word(text, 1..=64, "")
}

pub(super) fn host(text: &str) -> Option<String> {
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    word(text, 1..=253, "-.").filter(|host| host.split('.').all(label))
}

/// Keys and tokens: no spaces, and not a whole page by mistake.
pub(super) fn token(text: &str) -> Option<String> {
    let plain = text.len() <= 16 * 1024 && text.chars().all(|c| c.is_ascii_graphic());
    plain.then(|| text.to_owned())
}

pub(super) fn log_filter(text: &str) -> Option<Targets> {
    // A bare word would be taken for a target, and a misspelt level silence everything.
    let understood = text.split(',').all(|part| {
        let level = part.split_once('=').map_or(part, |(_, level)| level);
        level.trim().parse::<LevelFilter>().is_ok()
    });
    understood.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("200ms"), Some(Duration::from_millis(200)));
        assert_eq!(duration("28s"), Some(Duration::from_secs(28)));
        assert_eq!(duration("10m"), Some(Duration::from_secs(600)));
        assert_eq!(duration("1h"), Some(Duration::from_secs(3600)));
        for text in ["", "1", "s", "-1s", "1.5s", "1 s", "1d", "99999999999s", "é"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn keys_come_from_https_or_this_machine() {
        for text in [
            "https://issuer.example/jwks",
            "http://localhost:1/x",
            "http://127.0.0.1/",
            "http://[::1]:80/",
        ] {
            assert!(trusted_url(text).is_some(), "{text}");
        }
        for text in [
            "",
            "issuer",
            "/jwks",
            "ftp://localhost/",
            "http://issuer.example/",
            "https://u:p@issuer.example/",
            "https://",
        ] {
            assert_eq!(trusted_url(text), None, "{text}");
        }
    }
}
