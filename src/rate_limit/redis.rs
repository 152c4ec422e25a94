//! Limits counted in Redis, across all instances.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::{Decision, Limit, Limits, Operation, ProcessRateLimiter, RateLimiter, Used, tightest};
use crate::{
    domain::{Timestamp, UserId},
    redis::{Client, Script},
};

/// A sliding log as in [`ProcessRateLimiter`], all windows at once. Times are milliseconds. `ARGV`:
/// now, a name for this request, the longest window, then count and window of each limit. Answers
/// whether it is allowed, then for each limit how much is used and the request whose ageing frees a
/// place, or -1.
const CHECK: &str = "\
local now = tonumber(ARGV[1])
local longest = tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
local function used(window)
  return redis.call('ZCOUNT', KEYS[1], '(' .. (now - window), '+inf')
end
local allowed = 1
for i = 4, #ARGV, 2 do
  if used(tonumber(ARGV[i + 1])) >= tonumber(ARGV[i]) then allowed = 0 end
end
if allowed == 1 then
  redis.call('ZADD', KEYS[1], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[1], longest)
end
local total = redis.call('ZCARD', KEYS[1])
local answer = {allowed}
for i = 4, #ARGV, 2 do
  local count = used(tonumber(ARGV[i + 1]))
  local index = total - math.min(count, tonumber(ARGV[i]))
  local oldest = redis.call('ZRANGE', KEYS[1], index, index, 'WITHSCORES')
  answer[#answer + 1] = count
  answer[#answer + 1] = tonumber(oldest[2] or -1)
end
return answer";

/// Counts in this process while Redis does not answer: then each instance grants the limits anew.
pub struct RedisRateLimiter {
    redis: Arc<Client>,
    check: Script,
    limits: Limits,
    fallback: ProcessRateLimiter,
}

impl RedisRateLimiter {
    pub fn new(redis: Arc<Client>, limits: Limits) -> Self {
        Self {
            redis,
            check: Script::new(CHECK),
            fallback: ProcessRateLimiter::new(limits.clone()),
            limits,
        }
    }

    /// `None`: Redis does not answer, or not what it was asked.
    async fn counted(&self, operation: Operation, limits: &[Limit], user: &UserId, now: Timestamp) -> Option<Decision> {
        let key = format!("ratelimit:{}:{user}", operation.as_str());
        let longest = limits.iter().map(|limit| limit.window).max()?;
        let mut arguments = vec![
            now.as_millis().to_string(),
            format!("{:016x}", rand::random::<u64>()),
            longest.as_millis().to_string(),
        ];
        for limit in limits {
            arguments.extend([limit.count.to_string(), limit.window.as_millis().to_string()]);
        }
        let arguments = arguments.into_iter().map(Bytes::from).collect();
        let answer: Vec<i64> = self.redis.run(&self.check, key, arguments).await.ok()?;
        let (allowed, rest) = answer.split_first()?;
        let used = std::iter::zip(limits, rest.as_chunks().0)
            .map(|(limit, [count, oldest])| Used {
                limit: *limit,
                count: u32::try_from(*count).unwrap_or(u32::MAX),
                oldest: (*oldest >= 0).then(|| Timestamp::from_millis(*oldest)),
            })
            .collect::<Vec<_>>();
        tightest(&used, now, *allowed == 1)
    }
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn check(&self, operation: Operation, user: &UserId, now: Timestamp) -> Option<Decision> {
        let limits = self.limits.of(operation);
        if limits.is_empty() {
            return None;
        }
        match self.counted(operation, limits, user, now).await {
            Some(decision) => Some(decision),
            None => self.fallback.check(operation, user, now).await,
        }
    }
}
