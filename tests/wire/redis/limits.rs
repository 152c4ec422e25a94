use std::sync::Arc;

use image_service::{
    clock::{Clock, SystemClock},
    rate_limit::{Limits, Operation, RateLimiter, RedisRateLimiter},
};

use super::server::RedisServer;
use crate::{
    conformance::cases::{fixture::user, rate_limit::limit},
    wait::until,
};

fn limits() -> Limits {
    Limits {
        upload: vec![limit(10, 60), limit(100, 3600)],
        ..Limits::off()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hold_across_instances() {
    let server = RedisServer::start();
    let user = user();
    let instances = [(); 3].map(|()| Arc::new(RedisRateLimiter::new(server.client(), limits())));
    let mut checks = tokio::task::JoinSet::new();
    for index in 0..60 {
        let (limiter, user) = (instances[index % instances.len()].clone(), user.clone());
        checks.spawn(async move { limiter.check(Operation::Upload, &user, SystemClock.now()).await });
    }
    let decisions = checks.join_all().await;
    let allowed = decisions.iter().flatten().filter(|decision| decision.allowed);
    assert_eq!(allowed.count(), 10);
}

#[tokio::test]
async fn go_on_in_the_process_while_redis_is_away() {
    let mut server = RedisServer::start();
    let limiter = RedisRateLimiter::new(server.client(), limits());
    let user = user();
    let check = async || {
        let decision = limiter.check(Operation::Upload, &user, SystemClock.now()).await;
        decision.unwrap().allowed
    };
    for _ in 0..10 {
        assert!(check().await);
    }
    assert!(!check().await);
    server.kill();
    // Nobody else knows what was counted; from here on this process does.
    for _ in 0..10 {
        assert!(check().await);
    }
    assert!(!check().await);
    server.run();
    until("Redis counts again", async || check().await).await;
}
