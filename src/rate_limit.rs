//! How often a user may do what.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{Timestamp, UserId};

mod process;
#[cfg(feature = "aws")]
mod redis;

pub use process::ProcessRateLimiter;
#[cfg(feature = "aws")]
pub use redis::RedisRateLimiter;

/// What is counted separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    Upload,
    Update,
    Delete,
    Read,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Upload, Self::Update, Self::Delete, Self::Read];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Read => "read",
        }
    }
}

/// At most `count` within any `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub count: u32,
    pub window: Duration,
}

/// All limits of one deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub upload: Vec<Limit>,
    pub update: Vec<Limit>,
    pub delete: Vec<Limit>,
    pub read: Vec<Limit>,
}

impl Limits {
    /// No limits at all.
    pub fn off() -> Self {
        Self {
            upload: vec![],
            update: vec![],
            delete: vec![],
            read: vec![],
        }
    }

    pub fn of(&self, operation: Operation) -> &[Limit] {
        match operation {
            Operation::Upload => &self.upload,
            Operation::Update => &self.update,
            Operation::Delete => &self.delete,
            Operation::Read => &self.read,
        }
    }
}

/// The state of the tightest limit after one request was counted or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub allowed: bool,
    pub limit: u32,
    pub remaining: u32,
    /// When at least one more is free: for a refused request, when to try again.
    pub reset_at: Timestamp,
    /// Zero when allowed.
    pub retry_after: Duration,
}

/// Counts requests in sliding windows. A refused request is not counted.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// `None`: the operation has no limit.
    async fn check(&self, operation: Operation, user: &UserId, now: Timestamp) -> Option<Decision>;
}

/// What stands against one limit, the request in question included if it was counted.
struct Used {
    limit: Limit,
    count: u32,
    /// The request whose ageing frees a place.
    oldest: Option<Timestamp>,
}

/// The decision that is told.
fn tightest(all: &[Used], now: Timestamp, allowed: bool) -> Option<Decision> {
    let decide = |used: &Used| {
        let Limit { count, window } = used.limit;
        let reset_at = used.oldest.map_or(now, |time| time.plus(window));
        let exhausted = !allowed && used.count >= count;
        Decision {
            allowed,
            limit: count,
            remaining: count.saturating_sub(used.count),
            reset_at,
            retry_after: if exhausted { reset_at.since(now) } else { Duration::ZERO },
        }
    };
    all.iter()
        .map(decide)
        .min_by_key(|decision| (decision.remaining, std::cmp::Reverse(decision.reset_at)))
}
