//! Who is calling. A way of finding out is an [`Authenticator`]; the rest of `http` sees a
//! [`UserId`] or a refusal whose reason only the log tells.

use async_trait::async_trait;
use axum::http::request::Parts;
#[cfg(feature = "local")]
use axum::http::{HeaderMap, header::AUTHORIZATION};

use crate::{Error, domain::UserId};

#[cfg(feature = "local")]
mod dev;
mod gateway;
#[cfg(feature = "local")]
mod jwks;
#[cfg(feature = "local")]
mod jwt;

pub use self::gateway::GatewayAuthenticator;
#[cfg(feature = "local")]
pub use self::{
    dev::{DevIssuer, Token},
    jwt::JwtAuthenticator,
};

/// Finds out who sent a request, from its head alone: a refusal must not have to read the body.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// Fails with [`Error::Unauthorized`] unless the caller has proven who they are, and with
    /// [`Error::Store`] when that can not be told right now.
    async fn authenticate(&self, parts: &Parts) -> Result<UserId, Error>;
}

/// A token that is longer than this is refused unread. Those of Cognito have 1 to 2 KiB.
#[cfg(feature = "local")]
const MAX_TOKEN_LENGTH: usize = 8 * 1024;

/// The token of the only `Authorization` header.
#[cfg(feature = "local")]
fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| unauthorized("no Authorization header"))?;
    if values.next().is_some() {
        // Something on the way may have looked at the other one.
        return Err(unauthorized("more than one Authorization header"));
    }
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(|| unauthorized("malformed Authorization header"))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorized("not the Bearer scheme"));
    }
    let token = token.trim_matches(' ');
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(unauthorized("token too long"));
    }
    Ok(token)
}

/// The reason is for the log: it must never contain any part of a token.
fn unauthorized(reason: &'static str) -> Error {
    Error::Unauthorized(reason.into())
}
