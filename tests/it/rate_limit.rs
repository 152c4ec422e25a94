//! What only the limiter in the process does.

use image_service::{
    domain::UserId,
    rate_limit::{Limits, Operation, ProcessRateLimiter, RateLimiter},
};

use crate::conformance::cases::rate_limit::{at, limit};

/// Users without recent requests are forgotten; that must not free anybody who is still limited.
#[tokio::test]
async fn a_crowd_of_users_frees_nobody() {
    let limiter = ProcessRateLimiter::new(Limits {
        upload: vec![limit(1, 60)],
        ..Limits::off()
    });
    let alice: UserId = "alice".parse().unwrap();
    let upload = async |time| limiter.check(Operation::Upload, &alice, at(time)).await.unwrap();
    assert!(upload(30_000).await.allowed);
    for index in 0..25_000 {
        let user = format!("user-{index}").parse().unwrap();
        let time = at(if index < 12_000 { 0 } else { 60_000 });
        let decision = limiter.check(Operation::Upload, &user, time).await.unwrap();
        assert!(decision.allowed);
    }
    assert_eq!(upload(60_000).await.reset_at, at(90_000));
    assert!(!upload(89_999).await.allowed);
    assert!(upload(90_000).await.allowed);
}
