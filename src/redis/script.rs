//! Programs that run inside Redis, all at once or not at all.

use fred::util::sha1_hash;

/// A Lua script. Its text travels when the server does not know it; otherwise its hash is enough.
pub struct Script {
    pub(super) source: &'static str,
    pub(super) hash: String,
}

impl Script {
    pub fn new(source: &'static str) -> Self {
        Self {
            source,
            hash: sha1_hash(source),
        }
    }
}
