//! The promises of [`RateLimiter`](image_service::rate_limit::RateLimiter): exact sliding windows.

use std::time::Duration;

use image_service::{
    domain::{Timestamp, UserId},
    rate_limit::{Decision, Limit, Limits, Operation, RateLimiter},
};

use super::fixture::user;

/// Makes a limiter for some limits.
pub type Open = dyn Fn(Limits) -> Box<dyn RateLimiter> + Send + Sync;

/// A test for each case on one backend.
macro_rules! rate_limit_conformance {
    ($open:expr) => {
        crate::conformance::cases::cases! {
            crate::conformance::cases::rate_limit, $open, ();

            a_window_slides_exactly
            a_refused_request_is_not_counted
            the_tightest_limit_is_reported
            of_two_full_limits_the_later_is_reported
            users_and_operations_are_counted_apart
            without_limits_there_is_nothing_to_say
        }
    };
}
pub(crate) use rate_limit_conformance;

pub fn limit(count: u32, seconds: u64) -> Limit {
    Limit {
        count,
        window: Duration::from_secs(seconds),
    }
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// The uploads of one user.
struct Uploads {
    limiter: Box<dyn RateLimiter>,
    user: UserId,
}

impl Uploads {
    fn new(open: &Open, limits: &[Limit]) -> Self {
        Self {
            limiter: open(Limits {
                upload: limits.to_vec(),
                ..Limits::off()
            }),
            user: user(),
        }
    }

    /// The decision on an upload at this time.
    async fn at(&self, millis: i64) -> Decision {
        self.limiter
            .check(Operation::Upload, &self.user, at(millis))
            .await
            .unwrap()
    }
}

fn allowed(limit: u32, remaining: u32, reset_at: i64) -> Decision {
    Decision {
        allowed: true,
        limit,
        remaining,
        reset_at: at(reset_at),
        retry_after: Duration::ZERO,
    }
}

fn refused(limit: u32, now: i64, reset_at: i64) -> Decision {
    Decision {
        allowed: false,
        limit,
        remaining: 0,
        reset_at: at(reset_at),
        retry_after: at(reset_at).since(at(now)),
    }
}

pub async fn a_window_slides_exactly(open: &Open) {
    let uploads = Uploads::new(open, &[limit(2, 10)]);
    assert_eq!(uploads.at(0).await, allowed(2, 1, 10_000));
    assert_eq!(uploads.at(4_000).await, allowed(2, 0, 10_000));
    assert_eq!(uploads.at(9_999).await, refused(2, 9_999, 10_000));
    // The first has left the window; the second has not.
    assert_eq!(uploads.at(10_000).await, allowed(2, 0, 14_000));
    assert_eq!(uploads.at(13_999).await, refused(2, 13_999, 14_000));
    assert_eq!(uploads.at(14_000).await, allowed(2, 0, 20_000));
}

pub async fn a_refused_request_is_not_counted(open: &Open) {
    let uploads = Uploads::new(open, &[limit(1, 10)]);
    uploads.at(0).await;
    for time in (1_000..10_000).step_by(1_000) {
        assert_eq!(uploads.at(time).await, refused(1, time, 10_000));
    }
    assert_eq!(uploads.at(10_000).await, allowed(1, 0, 20_000));
}

pub async fn the_tightest_limit_is_reported(open: &Open) {
    let uploads = Uploads::new(open, &[limit(2, 10), limit(3, 60)]);
    assert_eq!(uploads.at(0).await, allowed(2, 1, 10_000));
    assert_eq!(uploads.at(1_000).await, allowed(2, 0, 10_000));
    assert_eq!(uploads.at(2_000).await, refused(2, 2_000, 10_000));
    // Now the longer window is the one that is full.
    assert_eq!(uploads.at(20_000).await, allowed(3, 0, 60_000));
    assert_eq!(uploads.at(21_000).await, refused(3, 21_000, 60_000));
    assert_eq!(uploads.at(60_000).await, allowed(3, 0, 61_000));
}

pub async fn of_two_full_limits_the_later_is_reported(open: &Open) {
    let uploads = Uploads::new(open, &[limit(1, 10), limit(1, 60)]);
    assert_eq!(uploads.at(0).await, allowed(1, 0, 60_000));
    assert_eq!(uploads.at(5_000).await, refused(1, 5_000, 60_000));
}

pub async fn users_and_operations_are_counted_apart(open: &Open) {
    let limiter = open(Limits {
        upload: vec![limit(1, 10)],
        delete: vec![limit(1, 10)],
        ..Limits::off()
    });
    let (alice, bob) = (user(), user());
    for (operation, user) in [
        (Operation::Upload, &alice),
        (Operation::Delete, &alice),
        (Operation::Upload, &bob),
    ] {
        for expected in [true, false] {
            let decision = limiter.check(operation, user, at(0)).await.unwrap();
            assert_eq!(decision.allowed, expected, "{operation:?} of {user}");
        }
    }
}

pub async fn without_limits_there_is_nothing_to_say(open: &Open) {
    let uploads = Uploads::new(open, &[limit(1, 10)]);
    for operation in [Operation::Update, Operation::Delete, Operation::Read] {
        assert_eq!(uploads.limiter.check(operation, &uploads.user, at(0)).await, None);
    }
}
