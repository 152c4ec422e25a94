//! `GET /health`

use std::time::{Duration, Instant};

use insta::assert_json_snapshot;

use crate::support::{TestApp, app::Options};

#[tokio::test]
async fn names_what_is_configured() {
    let app = TestApp::new();
    let reply = app.anonymous().get("/health").await;
    assert_eq!(reply.status, 200);
    assert_json_snapshot!(reply.json(), { ".version" => "[version]" }, @r#"
    {
      "services": {
        "metadata": "up",
        "storage": "up"
      },
      "status": "healthy",
      "timestamp": "2025-01-15T10:30:00.000Z",
      "version": "[version]"
    }
    "#);
}

/// Whoever builds spinners sees them on every answer, refusals included.
#[tokio::test]
async fn every_answer_is_late_where_that_is_asked_for() {
    let latency = Duration::from_millis(40);
    let mut options = Options::default();
    options.settings.latency = latency;
    options.settings.time_limits.list = Duration::from_secs(5);
    let app = TestApp::with(options);
    for (client, path, status) in [
        (app.anonymous(), "/health", 200),
        (app.anonymous(), "/images", 401),
        (app.anonymous(), "/nowhere", 404),
        // The time limit of the operation is not used up by it.
        (app.user("alice"), "/images", 200),
    ] {
        let start = Instant::now();
        assert_eq!(client.get(path).await.status, status, "{path}");
        assert!(start.elapsed() >= latency, "{path}");
    }
}
