//! Callers whose token the API gateway has verified before the request came here.

use async_trait::async_trait;
use axum::http::request::Parts;

use super::{Authenticator, unauthorized};
use crate::{Error, domain::UserId, http::GatewayRequest};

/// Believes what the host took from the event's request context, and nothing that a client can
/// write: no header is ever looked at.
pub struct GatewayAuthenticator;

#[async_trait]
impl Authenticator for GatewayAuthenticator {
    async fn authenticate(&self, parts: &Parts) -> Result<UserId, Error> {
        let gateway = parts
            .extensions
            .get::<GatewayRequest>()
            .ok_or_else(|| unauthorized("did not come through the gateway"))?;
        let subject = gateway
            .subject
            .as_deref()
            .ok_or_else(|| unauthorized("no claims of the gateway's authorizer"))?;
        subject.parse().map_err(|_| unauthorized("sub is no user id"))
    }
}
