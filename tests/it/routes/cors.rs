//! Pages of other origins.

use axum::{body::Body, http::Method};

use crate::support::{Reply, TestApp};

async fn preflight(app: &TestApp, path: &str, origin: &str, method: &str) -> Reply {
    let client = app.anonymous();
    let request = client
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type");
    client.send(request, Body::empty()).await
}

#[tokio::test]
async fn a_preflight_needs_no_token() {
    let app = TestApp::new();
    for path in ["/images", "/images/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/uploads", "/nowhere"] {
        let reply = preflight(&app, path, "https://www.lego-moc.com", "PATCH").await;
        assert!(reply.status.is_success());
        assert_eq!(reply.header("access-control-allow-origin"), "https://www.lego-moc.com");
        assert_eq!(
            reply.header("access-control-allow-methods"),
            "GET,POST,PATCH,DELETE,OPTIONS"
        );
        assert_eq!(
            reply.header("access-control-allow-headers"),
            "authorization,content-type,x-requested-with,idempotency-key,if-match,if-none-match"
        );
        assert_eq!(reply.header("access-control-max-age"), "86400");
        assert_eq!(reply.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn only_the_signed_url_may_be_put_to() {
    let app = TestApp::new();
    let reply = preflight(
        &app,
        "/uploads/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "https://lego-moc.com",
        "PUT",
    )
    .await;
    assert_eq!(reply.header("access-control-allow-methods"), "PUT");
    assert_eq!(
        reply.header("access-control-allow-headers"),
        "content-type,if-none-match"
    );
    assert_eq!(reply.header("access-control-allow-origin"), "https://lego-moc.com");
}

#[tokio::test]
async fn other_origins_are_told_nothing() {
    let app = TestApp::new();
    for origin in [
        "https://evil.example",
        "https://lego-moc.com.evil.example",
        "null",
        "http://lego-moc.com",
    ] {
        let reply = preflight(&app, "/images", origin, "GET").await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn errors_can_be_read_by_allowed_pages() {
    let app = TestApp::new();
    let client = app.anonymous();
    for path in ["/images", "/nowhere"] {
        let request = client
            .request(Method::GET, path)
            .header("origin", "https://lego-moc.com");
        let reply = client.send(request, Body::empty()).await;
        assert!(reply.status.is_client_error());
        assert_eq!(reply.header("access-control-allow-origin"), "https://lego-moc.com");
        assert_eq!(
            reply.header("access-control-expose-headers"),
            "etag,location,retry-after,x-request-id,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset,idempotent-replayed"
        );
    }
}
