//! The issuer for development.

use std::fs;

use image_service::http::auth::DevIssuer;
use serde_json::json;

use super::{
    bearer,
    support::{NOW, TestClock},
};

#[tokio::test]
async fn its_tokens_let_in_for_a_day() {
    let issuer = DevIssuer::generate().unwrap();
    let clock = TestClock::default();
    let authenticator = issuer.authenticator(clock.shared());
    let token = issuer.issue(&"alice".parse().unwrap(), clock.timestamp()).unwrap();
    assert_eq!(token.expires_in, 86_400);
    assert_eq!(bearer(&authenticator, &token.token).await.unwrap(), "alice");
    clock.set(NOW + 86_400 + 60);
    assert_eq!(bearer(&authenticator, &token.token).await.unwrap_err(), "expired");
}

#[tokio::test]
async fn its_key_lasts_as_long_as_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TestClock::default();
    let first = DevIssuer::open(folder.path()).unwrap();
    let token = first.issue(&"alice".parse().unwrap(), clock.timestamp()).unwrap();

    let again = DevIssuer::open(folder.path()).unwrap();
    assert_eq!(again.jwks(), first.jwks());
    let authenticator = again.authenticator(clock.shared());
    assert_eq!(bearer(&authenticator, &token.token).await.unwrap(), "alice");

    let other = DevIssuer::open(tempfile::tempdir().unwrap().path()).unwrap();
    let authenticator = other.authenticator(clock.shared());
    assert_eq!(
        bearer(&authenticator, &token.token).await.unwrap_err(),
        "unknown key id"
    );
}

#[test]
fn its_key_is_for_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    DevIssuer::open(folder.path()).unwrap();
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 1);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&files[0].metadata().unwrap().permissions()) & 0o777,
        0o600
    );
}

#[test]
fn a_broken_key_is_named_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev-signing-key.pk8");
    fs::write(&path, "not a key").unwrap();
    let message = DevIssuer::open(folder.path()).err().unwrap().to_string();
    assert!(message.contains("dev-signing-key.pk8"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), b"not a key");
}

#[test]
fn only_the_public_half_is_published() {
    let jwks = DevIssuer::generate().unwrap().jwks().clone();
    let key = jwks["keys"][0].as_object().unwrap();
    let names: Vec<_> = key.keys().map(String::as_str).collect();
    assert_eq!(json!(names), json!(["alg", "e", "kid", "kty", "n", "use"]));
}
