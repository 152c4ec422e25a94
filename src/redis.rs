//! The connection to Redis that the cache and the rate limiter share. Whoever asks waits for
//! [`Settings::timeout`] at most, and while Redis does not answer hardly anybody waits at all.

#[cfg(feature = "aws")]
mod breaker;
#[cfg(feature = "aws")]
mod client;
mod endpoint;
#[cfg(feature = "aws")]
mod script;

#[cfg(feature = "aws")]
pub use client::{Client, Unavailable};
pub use endpoint::{Endpoint, InvalidEndpoint};
#[cfg(feature = "aws")]
pub use script::Script;

/// Where Redis is and how long it may take to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub endpoint: Endpoint,
    /// For one call, its connection included.
    pub timeout: std::time::Duration,
}
