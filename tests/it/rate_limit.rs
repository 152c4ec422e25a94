//! Limits counted in this process: exact sliding windows.

use std::time::Duration;

use image_service::{
    domain::{Timestamp, UserId},
    rate_limit::{Decision, Limit, Limits, Operation, ProcessRateLimiter, RateLimiter},
};

fn limit(count: u32, seconds: u64) -> Limit {
    Limit {
        count,
        window: Duration::from_secs(seconds),
    }
}

fn uploads(limits: &[Limit]) -> ProcessRateLimiter {
    ProcessRateLimiter::new(Limits {
        upload: limits.to_vec(),
        ..Limits::off()
    })
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn alice() -> UserId {
    "alice".parse().unwrap()
}

/// The decision on an upload at this time.
async fn upload(limiter: &ProcessRateLimiter, millis: i64) -> Decision {
    limiter.check(Operation::Upload, &alice(), at(millis)).await.unwrap()
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

#[tokio::test]
async fn a_window_slides_exactly() {
    let limiter = uploads(&[limit(2, 10)]);
    assert_eq!(upload(&limiter, 0).await, allowed(2, 1, 10_000));
    assert_eq!(upload(&limiter, 4_000).await, allowed(2, 0, 10_000));
    assert_eq!(upload(&limiter, 9_999).await, refused(2, 9_999, 10_000));
    // The first has left the window; the second has not.
    assert_eq!(upload(&limiter, 10_000).await, allowed(2, 0, 14_000));
    assert_eq!(upload(&limiter, 13_999).await, refused(2, 13_999, 14_000));
    assert_eq!(upload(&limiter, 14_000).await, allowed(2, 0, 20_000));
}

#[tokio::test]
async fn a_refused_request_is_not_counted() {
    let limiter = uploads(&[limit(1, 10)]);
    upload(&limiter, 0).await;
    for time in (1_000..10_000).step_by(1_000) {
        assert_eq!(upload(&limiter, time).await, refused(1, time, 10_000));
    }
    assert_eq!(upload(&limiter, 10_000).await, allowed(1, 0, 20_000));
}

#[tokio::test]
async fn the_tightest_limit_is_reported() {
    let limiter = uploads(&[limit(2, 10), limit(3, 60)]);
    assert_eq!(upload(&limiter, 0).await, allowed(2, 1, 10_000));
    assert_eq!(upload(&limiter, 1_000).await, allowed(2, 0, 10_000));
    assert_eq!(upload(&limiter, 2_000).await, refused(2, 2_000, 10_000));
    // Now the longer window is the one that is full.
    assert_eq!(upload(&limiter, 20_000).await, allowed(3, 0, 60_000));
    assert_eq!(upload(&limiter, 21_000).await, refused(3, 21_000, 60_000));
    assert_eq!(upload(&limiter, 60_000).await, allowed(3, 0, 61_000));
}

#[tokio::test]
async fn of_two_full_limits_the_later_is_reported() {
    let limiter = uploads(&[limit(1, 10), limit(1, 60)]);
    assert_eq!(upload(&limiter, 0).await, allowed(1, 0, 60_000));
    assert_eq!(upload(&limiter, 5_000).await, refused(1, 5_000, 60_000));
}

#[tokio::test]
async fn users_and_operations_are_counted_apart() {
    let limiter = ProcessRateLimiter::new(Limits {
        upload: vec![limit(1, 10)],
        delete: vec![limit(1, 10)],
        ..Limits::off()
    });
    let bob: UserId = "bob".parse().unwrap();
    for (operation, user) in [
        (Operation::Upload, alice()),
        (Operation::Delete, alice()),
        (Operation::Upload, bob),
    ] {
        for expected in [true, false] {
            let decision = limiter.check(operation, &user, at(0)).await.unwrap();
            assert_eq!(decision.allowed, expected, "{operation:?} of {user}");
        }
    }
}

#[tokio::test]
async fn without_limits_there_is_nothing_to_say() {
    let limiter = uploads(&[limit(1, 10)]);
    for operation in [Operation::Update, Operation::Delete, Operation::Read] {
        assert_eq!(limiter.check(operation, &alice(), at(0)).await, None);
    }
}

/// Users without recent requests are forgotten; that must not free anybody who is still limited.
#[tokio::test]
async fn a_crowd_of_users_frees_nobody() {
    let limiter = uploads(&[limit(1, 60)]);
    upload(&limiter, 30_000).await;
    for index in 0..25_000 {
        let user = format!("user-{index}").parse().unwrap();
        let time = at(if index < 12_000 { 0 } else { 60_000 });
        let decision = limiter.check(Operation::Upload, &user, time).await.unwrap();
        assert!(decision.allowed);
    }
    assert_eq!(upload(&limiter, 60_000).await, refused(1, 60_000, 90_000));
    assert_eq!(upload(&limiter, 90_000).await, allowed(1, 0, 150_000));
}
