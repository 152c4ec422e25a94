//! Authentication, at the level of the authenticator: which tokens let in whom.

use std::sync::LazyLock;

use axum::http::{Request, header::AUTHORIZATION};
use image_service::{
    Error,
    http::auth::{Authenticator, DevIssuer, JwtAuthenticator},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use support::{NOW, TestClock, TestKey};

mod dev;
mod gateway;
mod jwks;
mod support;

const ISSUER: &str = "https://issuer.example/pool";

/// The issuer's key, made once as that is slow.
static KEY: LazyLock<TestKey> = LazyLock::new(|| TestKey::generate("key-1"));

/// Who a request with these `Authorization` headers comes from, or why it is refused.
async fn ask(authenticator: &JwtAuthenticator, headers: &[&str]) -> Result<String, String> {
    let mut request = Request::get("/images");
    for header in headers {
        request = request.header(AUTHORIZATION, *header);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    match authenticator.authenticate(&parts).await {
        Ok(user) => Ok(user.to_string()),
        Err(Error::Unauthorized(reason)) => Err(reason.into_owned()),
        Err(other) => Err(format!("{:?}", other.code())),
    }
}

async fn bearer(authenticator: &JwtAuthenticator, token: &str) -> Result<String, String> {
    ask(authenticator, &[&format!("Bearer {token}")]).await
}

/// An ID token as Cognito makes them, with some claims replaced or (null) removed.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER,
        "sub": "alice",
        "aud": "web",
        "token_use": "id",
        "iat": NOW - 10,
        "exp": NOW + 3600,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "key-1" })
}

/// An authenticator that knows the key already.
async fn authenticator() -> (JwtAuthenticator, TestClock) {
    let server = jwks::Server::start().await;
    server.publish(&[&KEY]);
    let clock = TestClock::default();
    let authenticator = server.authenticator(&clock);
    assert_eq!(
        bearer(&authenticator, &KEY.sign(&header(), &claims(json!({}))))
            .await
            .as_deref(),
        Ok("alice")
    );
    (authenticator, clock)
}

#[tokio::test]
async fn claims_decide() {
    let cases: &[(Value, Result<&str, &str>)] = &[
        // Good ID and access tokens.
        (json!({}), Ok("alice")),
        (json!({ "sub": "us-east-1:1b2c|x@y.z" }), Ok("us-east-1:1b2c|x@y.z")),
        (json!({ "aud": ["other", "app"] }), Ok("alice")),
        (json!({ "token_use": null }), Ok("alice")),
        (
            json!({ "token_use": "access", "aud": null, "client_id": "app" }),
            Ok("alice"),
        ),
        (
            json!({ "token_use": null, "aud": null, "client_id": "app" }),
            Ok("alice"),
        ),
        (
            json!({ "token_use": "access", "aud": "https://api.example", "client_id": "app" }),
            Ok("alice"),
        ),
        // Issuer.
        (json!({ "iss": "https://issuer.example/other" }), Err("another issuer")),
        (json!({ "iss": format!("{ISSUER}/") }), Err("another issuer")),
        (json!({ "iss": null }), Err("malformed token")),
        // Audience.
        (json!({ "aud": "other" }), Err("another audience")),
        (json!({ "aud": [] }), Err("another audience")),
        (json!({ "aud": null }), Err("no audience")),
        (json!({ "aud": "other", "client_id": "web" }), Err("another audience")),
        (json!({ "token_use": "access" }), Err("no audience")),
        (
            json!({ "token_use": "access", "client_id": "other" }),
            Err("another audience"),
        ),
        (json!({ "token_use": "refresh" }), Err("no audience")),
        // Time, with a minute of leeway.
        (json!({ "exp": NOW - 59 }), Ok("alice")),
        (json!({ "exp": NOW - 60 }), Err("expired")),
        (json!({ "exp": (NOW as f64) - 59.5 }), Ok("alice")),
        (json!({ "exp": -1e300 }), Err("expired")),
        (json!({ "exp": "tomorrow" }), Err("malformed token")),
        (json!({ "exp": null }), Err("malformed token")),
        (json!({ "nbf": NOW + 60 }), Ok("alice")),
        (json!({ "nbf": NOW + 61 }), Err("not valid yet")),
        // The user.
        (json!({ "sub": null }), Err("malformed token")),
        (json!({ "sub": 7 }), Err("malformed token")),
        (json!({ "sub": "" }), Err("sub is no user id")),
        (json!({ "sub": "../../etc/passwd" }), Err("sub is no user id")),
        (json!({ "sub": "alice/../bob" }), Err("sub is no user id")),
        (json!({ "sub": "alice\u{0}" }), Err("sub is no user id")),
        (json!({ "sub": "a".repeat(129) }), Err("sub is no user id")),
    ];
    let (authenticator, _) = authenticator().await;
    for (changes, expected) in cases {
        let token = KEY.sign(&header(), &claims(changes.clone()));
        let result = bearer(&authenticator, &token).await;
        assert_eq!(result.as_deref().map_err(String::as_str), *expected, "{changes}");
    }
}

#[tokio::test]
async fn a_token_does_not_choose_how_it_is_verified() {
    let intruder = TestKey::generate("key-1");
    let elsewhere = jwks::Server::start().await;
    elsewhere.publish(&[&intruder]);
    let (authenticator, _) = authenticator().await;
    let with = |name: &str, value: Value| {
        let mut header = header();
        header[name] = value;
        header
    };
    let good = claims(json!({}));
    let unsigned = {
        let token = KEY.sign(&with("alg", json!("none")), &good);
        token[..=token.rfind('.').unwrap()].to_owned()
    };
    let cases = [
        ("alg none", unsigned, "malformed token"),
        (
            "alg none, signed",
            KEY.sign(&with("alg", json!("none")), &good),
            "malformed token",
        ),
        ("HS256 with the modulus", hmac(&KEY.modulus()), "not RS256"),
        (
            "HS256 with the key as published",
            hmac(KEY.jwk().to_string().as_bytes()),
            "not RS256",
        ),
        ("RS512", KEY.sign(&with("alg", json!("RS512")), &good), "not RS256"),
        ("PS256", KEY.sign(&with("alg", json!("PS256")), &good), "not RS256"),
        (
            "another key, same id",
            intruder.sign(&header(), &good),
            "wrong signature",
        ),
        (
            "another key inside",
            intruder.sign(&with("jwk", intruder.jwk()), &good),
            "wrong signature",
        ),
        (
            "another key set",
            intruder.sign(&with("jku", json!(elsewhere.url())), &good),
            "wrong signature",
        ),
        (
            "another certificate",
            intruder.sign(&with("x5u", json!(elsewhere.url())), &good),
            "wrong signature",
        ),
        (
            "unknown key",
            KEY.sign(&with("kid", json!("key-2")), &good),
            "unknown key id",
        ),
        ("no key", KEY.sign(&with("kid", Value::Null), &good), "no key id"),
        (
            "unknown extension",
            KEY.sign(&with("crit", json!(["b64"])), &good),
            "unknown critical extension",
        ),
        (
            "crit that is not a list",
            KEY.sign(&with("crit", json!("b64")), &good),
            "malformed token",
        ),
    ];
    for (case, token, reason) in cases {
        assert_eq!(bearer(&authenticator, &token).await.unwrap_err(), reason, "{case}");
    }
    assert_eq!(elsewhere.requests(), 0, "a URL in a token was followed");
    // They are ignored, not forbidden: the issuer may write them.
    let token = KEY.sign(&with("jku", json!(elsewhere.url())), &good);
    assert_eq!(bearer(&authenticator, &token).await.unwrap(), "alice");
}

fn hmac(secret: &[u8]) -> String {
    let header = Header {
        kid: Some("key-1".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    jsonwebtoken::encode(&header, &claims(json!({})), &EncodingKey::from_secret(secret)).unwrap()
}

#[tokio::test]
async fn one_bearer_token_in_one_header() {
    let (authenticator, _) = authenticator().await;
    let token = KEY.sign(&header(), &claims(json!({})));
    let mut tampered = token.clone();
    let middle = token.find('.').unwrap() + 5;
    tampered.replace_range(middle..=middle, if &token[middle..=middle] == "A" { "B" } else { "A" });
    let long = format!("Bearer {token}{}", "A".repeat(8 * 1024));
    let cases: &[(&[&str], Result<&str, &str>)] = &[
        (&[&format!("Bearer {token}")], Ok("alice")),
        (&[&format!("bearer {token}")], Ok("alice")),
        (&[&format!("BEARER  {token}")], Ok("alice")),
        (&[], Err("no Authorization header")),
        (&[""], Err("malformed Authorization header")),
        (&["Bearer"], Err("malformed Authorization header")),
        (&[&token], Err("malformed Authorization header")),
        (&["Bearer "], Err("malformed token")),
        (&["Bearer garbage"], Err("malformed token")),
        (&["Bearer a.b.c"], Err("malformed token")),
        (&["Bearer ..."], Err("malformed token")),
        (&[&format!("Basic {token}")], Err("not the Bearer scheme")),
        (&[&format!("Token {token}")], Err("not the Bearer scheme")),
        (&[&format!("Bearer {tampered}")], Err("wrong signature")),
        (&[&format!("Bearer {token} {token}")], Err("malformed token")),
        (&[&format!("Bearer {token}, Bearer {token}")], Err("malformed token")),
        (&[&long], Err("token too long")),
        (
            &[&format!("Bearer {token}"), &format!("Bearer {token}")],
            Err("more than one Authorization header"),
        ),
        (
            &["Bearer x", &format!("Bearer {token}")],
            Err("more than one Authorization header"),
        ),
    ];
    for (headers, expected) in cases {
        let result = ask(&authenticator, headers).await;
        assert_eq!(result.as_deref().map_err(String::as_str), *expected, "{headers:?}");
    }
}

#[tokio::test]
async fn a_verified_token_is_remembered_but_never_past_its_time() {
    let (authenticator, clock) = authenticator().await;
    let token = KEY.sign(&header(), &claims(json!({ "exp": NOW + 30 })));
    for (seconds, expected) in [
        (0, Ok("alice")),
        (29, Ok("alice")),
        (89, Ok("alice")),
        (90, Err("expired")),
    ] {
        clock.set(NOW + seconds);
        let result = bearer(&authenticator, &token).await;
        assert_eq!(result.as_deref().map_err(String::as_str), expected, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_reason_never_contains_the_token() {
    let (authenticator, _) = authenticator().await;
    let secret = "eyJzZWNyZXQ";
    for token in [secret.to_owned(), format!("{secret}.{secret}.{secret}")] {
        let reason = bearer(&authenticator, &token).await.unwrap_err();
        assert!(!reason.contains(secret), "{reason}");
    }
}

#[tokio::test]
async fn the_development_issuer_is_no_issuer_for_others() {
    let (authenticator, clock) = authenticator().await;
    let issuer = DevIssuer::generate().unwrap();
    let token = issuer.issue(&"alice".parse().unwrap(), clock.timestamp()).unwrap();
    assert_eq!(
        bearer(&authenticator, &token.token).await.unwrap_err(),
        "unknown key id"
    );
}
