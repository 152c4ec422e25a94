//! Redis as the cache and as the memory of the rate limiter.

/// Passwords and certificates.
mod access;
/// What is kept under which key, and for how long.
mod keys;
/// Limits that hold across instances.
mod limits;
/// Random work while Redis loses what it has: what is read is always what was written.
mod losses;
/// Redis goes away under load, and comes back.
mod outage;
pub mod server;
/// Readers that are slower than writers.
mod stalled;

use server::RedisServer;

/// Makes a user's last write three seconds older, so that what is read now may be cached.
fn age_generation(server: &RedisServer, user: &str) {
    let key = format!("user:{user}:generation");
    if let Ok(micros) = server.ask(&["GET", &key]).parse::<u64>() {
        let older = (micros - 3_000_000).to_string();
        assert_eq!(server.ask(&["SET", &key, &older, "KEEPTTL"]), "OK");
    }
}
