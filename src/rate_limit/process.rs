//! Limits counted in this process.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use async_trait::async_trait;

use super::{Decision, Limit, Limits, Operation, RateLimiter, Used, tightest};
use crate::domain::{Timestamp, UserId};

/// Users that are remembered before those without recent requests are forgotten.
const SWEEP_AT: usize = 10_000;

type Requests = VecDeque<Timestamp>;

/// A sliding log: exact, at most as many times as the largest limit counts for each user.
pub struct ProcessRateLimiter {
    limits: Limits,
    requests: Mutex<State>,
}

#[derive(Default)]
struct State {
    of: HashMap<(Operation, UserId), Requests>,
    sweep_at: usize,
}

impl ProcessRateLimiter {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            requests: Mutex::new(State {
                of: HashMap::new(),
                sweep_at: SWEEP_AT,
            }),
        }
    }
}

#[async_trait]
impl RateLimiter for ProcessRateLimiter {
    async fn check(&self, operation: Operation, user: &UserId, now: Timestamp) -> Option<Decision> {
        let limits = self.limits.of(operation);
        let longest = limits.iter().map(|limit| limit.window).max()?;
        let mut state = self.requests.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.of.len() >= state.sweep_at {
            // Twice what is left: sweeping stays cheap however many users are active.
            let limits = &self.limits;
            state.of.retain(|(operation, _), times| {
                let window = limits
                    .of(*operation)
                    .iter()
                    .map(|limit| limit.window)
                    .max()
                    .unwrap_or_default();
                times.back().is_some_and(|last| last.plus(window) > now)
            });
            state.sweep_at = SWEEP_AT.max(2 * state.of.len());
        }
        let times = state.of.entry((operation, user.clone())).or_default();
        while times.front().is_some_and(|first| first.plus(longest) <= now) {
            times.pop_front();
        }
        let allowed = limits.iter().all(|limit| used(times, limit, now).count < limit.count);
        if allowed {
            times.push_back(now);
        }
        let used = limits.iter().map(|limit| used(times, limit, now)).collect::<Vec<_>>();
        tightest(&used, now, allowed)
    }
}

/// What lies within the limit's window.
fn used(times: &Requests, limit: &Limit, now: Timestamp) -> Used {
    let old = times.partition_point(|time| time.plus(limit.window) <= now);
    let count = times.len() - old;
    let oldest = times.len().checked_sub(count.min(limit.count as usize));
    Used {
        limit: *limit,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        oldest: oldest.and_then(|index| times.get(index)).copied(),
    }
}
