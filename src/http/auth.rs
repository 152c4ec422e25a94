//! Stub until merged.
use crate::domain::{Timestamp, UserId};
use async_trait::async_trait;
use axum::http::request::Parts;
#[async_trait]
pub trait Authenticator: Send + Sync {
    async fn authenticate(&self, parts: &Parts) -> Result<UserId, crate::Error>;
}
pub struct DevIssuer;
pub struct Token {
    pub token: String,
    pub expires_in: std::time::Duration,
}
impl DevIssuer {
    pub fn issue(&self, _: &UserId, _: Timestamp) -> Result<Token, crate::Error> {
        unimplemented!()
    }
    pub fn jwks(&self) -> serde_json::Value {
        unimplemented!()
    }
}
