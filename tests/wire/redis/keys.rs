use std::{sync::Arc, time::Duration};

use image_service::rate_limit::{Limit, Limits, RedisRateLimiter};

use super::{age_generation, server::RedisServer};
use crate::support::{Form, TestApp, app::Options, pictures};

#[tokio::test]
async fn every_key_is_as_in_the_data_model_and_ends() {
    let server = RedisServer::start();
    let minute = Limit {
        count: 100,
        window: Duration::from_secs(60),
    };
    let limits = Limits {
        read: vec![minute],
        ..Limits::off()
    };
    let app = TestApp::with(Options {
        cache: Arc::new(server.cache()),
        limiter: Some(Arc::new(RedisRateLimiter::new(server.client(), limits))),
        ..Options::default()
    });
    let alice = app.user("alice");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let image = alice.uploaded(Form::with_file(&pictures::jpeg(100, 100))).await;
        ids.push(image["id"].as_str().unwrap().to_owned());
    }
    let [present, deleted, missed] = [0, 1, 2].map(|index| format!("/images/{}", ids[index]));
    alice.get(&present).await;
    alice.delete(&deleted).await;
    app.images.settle().await;
    age_generation(&server, "alice");
    alice.get("/images?limit=2").await;
    app.user("bob")
        .get(&missed.replace(&ids[2], "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        .await;

    let generation = server.ask(&["GET", "user:alice:generation"]);
    let page = format!("user:alice:images:{generation}:");
    let mut lifetimes = Vec::new();
    for key in server.keys() {
        let seconds = server.ask(&["PTTL", &key]).parse::<i64>().unwrap() as f64 / 1000.0;
        let name = key.replace(&ids[0], "<present>").replace(&ids[1], "<deleted>");
        let name = match name.strip_prefix(&page) {
            Some(hash) => format!("user:alice:images:<generation>:<{}>", hash.len()),
            None => name,
        };
        // A slow machine may have taken a few seconds until here.
        let rounded = (seconds / 10.0).ceil() as i64 * 10;
        lifetimes.push(format!("{name} {rounded}"));
    }
    lifetimes.sort();
    assert_eq!(
        lifetimes,
        [
            "image:01ARZ3NDEKTSV4RRFFQ69G5FAV 30",
            "image:<deleted> 300",
            "image:<present> 300",
            "ratelimit:read:alice 60",
            "ratelimit:read:bob 60",
            "user:alice:generation 86400",
            "user:alice:images:<generation>:<32> 60",
        ]
    );

    let commands = server.ask(&["INFO", "commandstats"]);
    assert!(commands.contains("cmdstat_evalsha"));
    assert!(
        !commands.contains("cmdstat_scan") && !commands.contains("cmdstat_flush"),
        "{commands}"
    );
    // One by this test itself.
    assert!(commands.contains("cmdstat_keys:calls=1,"), "{commands}");
}
