//! Redis as the cache and as the memory of the rate limiter.

pub mod server;
