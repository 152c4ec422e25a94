//! The code, the README and the settings say the same.

use std::{collections::BTreeSet, fs, path::Path};

use image_service::{ErrorCode, config::SETTINGS, http, metrics::METRICS};

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn codes_are_unique_and_all_are_listed() {
    let texts: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), ErrorCode::ALL.len());
    for code in ErrorCode::ALL {
        let text = code.as_str();
        assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{text}");
        let status = http::status(code);
        assert!(status.is_client_error() || status.is_server_error(), "{text}: {status}");
        assert!(http::error_name(code).chars().all(char::is_alphabetic));
    }
}

#[test]
fn the_readme_tells_every_code_with_its_status() {
    let readme = readme();
    for code in ErrorCode::ALL {
        let text = format!("`{}`", code.as_str());
        let status = http::status(code).as_str().to_owned();
        let told = readme.lines().any(|line| {
            line.starts_with("| ") && line.contains(&text) && line.split('|').nth(1).unwrap().contains(&status)
        });
        assert!(told, "no row of README.md has {text} with {status}");
    }
}

#[test]
fn the_readme_tells_every_measurement() {
    let readme = readme();
    for metric in METRICS {
        assert!(readme.contains(&format!("| `{}` |", metric.name)), "{}", metric.name);
    }
}

#[test]
fn the_readme_names_only_settings_that_there_are() {
    let known: BTreeSet<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    for word in readme().split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')) {
        let looks_like_one = [
            "JWT_", "JWKS_", "DATA_", "RATE_", "LOG_", "WEBP_", "MAX_", "ALLOWED_", "PUBLIC_",
        ]
        .iter()
        .any(|prefix| word.starts_with(prefix));
        let is_code = ErrorCode::ALL.iter().any(|code| code.as_str() == word);
        assert!(
            !looks_like_one || is_code || known.contains(word),
            "README.md names {word}"
        );
    }
}
