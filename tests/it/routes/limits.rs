//! Limits per user.

use std::time::Duration;

use image_service::rate_limit::{Limit, Limits};
use serde_json::json;

use crate::support::{Form, TestApp, app::Options, pictures};

fn limited() -> TestApp {
    let limit = |count, seconds| Limit {
        count,
        window: Duration::from_secs(seconds),
    };
    TestApp::with(Options {
        limits: Limits {
            upload: vec![limit(2, 60), limit(3, 3600)],
            update: vec![limit(1, 60)],
            delete: vec![limit(1, 60)],
            read: vec![limit(2, 1)],
        },
        ..Options::default()
    })
}

#[tokio::test]
async fn the_tightest_limit_is_told() {
    let app = limited();
    let alice = app.user("alice");
    let file = pictures::jpeg(100, 100);
    let first = alice.upload(Form::with_file(&file)).await;
    assert_eq!(first.status, 201);
    assert_eq!(
        (first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")),
        ("2", "1")
    );
    assert_eq!(first.header("x-ratelimit-reset"), "1736937060");
    app.clock.advance(Duration::from_secs(20));
    // Beginning a direct upload counts, and so does a request that fails.
    let begun = alice.post("/uploads", json!({})).await;
    assert_eq!(begun.status, 400);
    assert_eq!(begun.header("x-ratelimit-remaining"), "0");

    let refused = alice.upload(Form::with_file(&file)).await;
    assert_eq!(refused.code(), (429, "RATE_LIMIT_EXCEEDED".to_owned()));
    assert_eq!(refused.json()["retryAfter"], 40);
    assert_eq!(refused.header("retry-after"), "40");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    assert_eq!(refused.header("x-ratelimit-reset"), "1736937060");
    // Finishing one does not.
    let finished = alice
        .post("/images", json!({ "uploadId": "01ARZ3NDEKTSV4RRFFQ69G5FAV" }))
        .await;
    assert_eq!(finished.code(), (404, "UPLOAD_NOT_FOUND".to_owned()));
    assert_eq!(finished.header("x-ratelimit-limit"), "");

    app.clock.advance(Duration::from_secs(60));
    assert_eq!(alice.upload(Form::with_file(&file)).await.status, 201);
    let hourly = alice.upload(Form::with_file(&file)).await;
    assert_eq!(hourly.status, 429);
    assert_eq!(hourly.header("x-ratelimit-limit"), "3");
    assert_eq!(app.user("bob").upload(Form::with_file(&file)).await.status, 201);
}

#[tokio::test]
async fn operations_are_counted_apart() {
    let app = limited();
    let alice = app.user("alice");
    for expected in [200, 200, 429] {
        assert_eq!(alice.get("/images").await.status, expected);
    }
    let path = "/images/01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for expected in [404, 429] {
        assert_eq!(alice.patch(path, json!({ "version": 1 })).await.status, expected);
        assert_eq!(alice.delete(path).await.status, expected);
    }
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(alice.get(path).await.status, 404);
    assert_eq!(app.anonymous().get("/images").await.header("x-ratelimit-limit"), "");
}
