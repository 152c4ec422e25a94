//! The image service.

#[cfg(feature = "local")]
pub mod bootstrap;
pub mod cache;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod error;
pub mod http;
pub mod pipeline;
pub mod rate_limit;
pub mod service;
pub mod store;
pub mod telemetry;

pub use error::{Error, ErrorCode};
