//! JSON Web Tokens, verified here.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::http::request::Parts;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use quick_cache::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Authenticator, bearer, jwks::Jwks, unauthorized};
use crate::{Error, clock::Clock, config::JwtAuth, domain::Timestamp, domain::UserId};

/// How far the issuer's clock and ours may be apart.
const LEEWAY: Duration = Duration::from_secs(60);

/// How long a signature is not checked again. RSA costs as much as a third of reading an image.
const TRUSTED_FOR: Duration = Duration::from_secs(60);

/// Tokens that are remembered: about 2 MB.
const REMEMBERED: usize = 10_000;

/// Verifies RS256 tokens of one issuer, made for one of our clients.
///
/// Nothing in a token chooses how it is verified: the algorithm is fixed, keys come from the
/// issuer's own set alone (`jwk`, `jku`, `x5u`, `x5c` are ignored), and a token that demands an
/// extension by `crit` is refused, as none is known here.
pub struct JwtAuthenticator {
    issuer: String,
    audiences: Vec<String>,
    jwks: Jwks,
    clock: Arc<dyn Clock>,
    /// By SHA-256 of the token, so that memory holds no usable tokens.
    verified: Cache<[u8; 32], Verified>,
}

#[derive(Clone)]
struct Verified {
    user: UserId,
    /// Never after the token expires.
    until: Timestamp,
}

impl JwtAuthenticator {
    /// Keys come from `settings.jwks_url`, when the first token needs one.
    pub fn new(settings: &JwtAuth, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        let jwks = Jwks::remote(&settings.jwks_url, Arc::clone(&clock))?;
        Ok(Self::with_jwks(
            settings.issuer.clone(),
            settings.audiences.clone(),
            jwks,
            clock,
        ))
    }

    pub(super) fn with_jwks(issuer: String, audiences: Vec<String>, jwks: Jwks, clock: Arc<dyn Clock>) -> Self {
        Self {
            issuer,
            audiences,
            jwks,
            clock,
            verified: Cache::new(REMEMBERED),
        }
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Error> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| unauthorized("malformed token"))?;
        if header.alg != Algorithm::RS256 {
            return Err(unauthorized("not RS256"));
        }
        if header.crit.is_some() {
            return Err(unauthorized("unknown critical extension"));
        }
        let kid = header.kid.ok_or_else(|| unauthorized("no key id"))?;
        let key = self.jwks.key(&kid).await?;
        let claims = decode(token, &key)?;
        self.check(&claims, now)?;
        let user = claims.sub.parse().map_err(|_| unauthorized("sub is no user id"))?;
        let expires = Timestamp::from_millis(millis(claims.exp));
        Ok(Verified {
            user,
            until: expires.min(now.plus(TRUSTED_FOR)),
        })
    }

    fn check(&self, claims: &Claims, now: Timestamp) -> Result<(), Error> {
        if claims.iss != self.issuer {
            return Err(unauthorized("another issuer"));
        }
        if now >= Timestamp::from_millis(millis(claims.exp)).plus(LEEWAY) {
            return Err(unauthorized("expired"));
        }
        if claims
            .nbf
            .is_some_and(|nbf| now < Timestamp::from_millis(millis(nbf)).minus(LEEWAY))
        {
            return Err(unauthorized("not valid yet"));
        }
        if !claims
            .audiences()?
            .iter()
            .any(|audience| self.audiences.contains(audience))
        {
            return Err(unauthorized("another audience"));
        }
        Ok(())
    }
}

#[async_trait]
impl Authenticator for JwtAuthenticator {
    async fn authenticate(&self, parts: &Parts) -> Result<UserId, Error> {
        let token = bearer(&parts.headers)?;
        let now = self.clock.now();
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some(verified) = self.verified.get(&digest)
            && now < verified.until
        {
            return Ok(verified.user);
        }
        let verified = self.verify(token, now).await?;
        self.verified.insert(digest, verified.clone());
        Ok(verified.user)
    }
}

/// What a token says, as far as it matters here. A claim that is there twice or of the wrong type
/// makes the token malformed.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    /// Seconds since the epoch; fractions are allowed.
    exp: f64,
    nbf: Option<f64>,
    aud: Option<OneOrMany>,
    client_id: Option<String>,
    token_use: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Whom the token was made for. An ID token says so in `aud`; in Cognito's access tokens that
    /// is the resource, if there at all, and the client is in `client_id`.
    fn audiences(&self) -> Result<&[String], Error> {
        let client = self.client_id.as_ref().map(std::slice::from_ref);
        let audience = self.aud.as_ref().map(|aud| match aud {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        });
        match self.token_use.as_deref() {
            Some("id") => audience,
            Some("access") => client,
            Some(_) => None,
            None => audience.or(client),
        }
        .ok_or_else(|| unauthorized("no audience"))
    }
}

/// The claims of a token that was signed with this key.
fn decode(token: &str, key: &DecodingKey) -> Result<Claims, Error> {
    // The signature only: claims are checked above, times against a clock that tests can move.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, key, &validation)
        .map(|data| data.claims)
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => unauthorized("wrong signature"),
            _ => unauthorized("malformed token"),
        })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, which is as good as far away"
)]
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}
