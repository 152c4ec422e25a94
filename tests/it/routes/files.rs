//! The files themselves.

use axum::{body::Body, http::Method};

use crate::support::{Form, TestApp, pictures};

#[tokio::test]
async fn are_public_and_never_change() {
    let app = TestApp::new();
    let image = app
        .user("alice")
        .uploaded(Form::with_file(&pictures::jpeg(192, 108)))
        .await;
    let anyone = app.anonymous();
    for (url, size) in [("imageUrl", Some(&image["processedSize"])), ("thumbnailUrl", None)] {
        let path = image[url]
            .as_str()
            .unwrap()
            .strip_prefix("http://localhost:3000")
            .unwrap();
        let reply = anyone.get(path).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), "image/webp");
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(reply.body.starts_with(b"RIFF") && &reply.body[8..12] == b"WEBP");
        if let Some(size) = size {
            assert_eq!(*size, reply.body.len());
        }
        let request = anyone
            .request(Method::GET, path)
            .header("if-none-match", reply.header("etag"));
        assert_eq!(anyone.send(request, Body::empty()).await.status, 304);
    }
}

#[tokio::test]
async fn nothing_else_can_be_read() {
    let app = TestApp::new();
    let image = app
        .user("alice")
        .uploaded(Form::with_file(&pictures::jpeg(100, 100)))
        .await;
    let id = image["id"].as_str().unwrap();
    let anyone = app.anonymous();
    for path in [
        format!("/images/bob/{id}.webp"),
        format!("/images/alice/{id}"),
        format!("/images/alice/{id}.webp.webp"),
        format!("/images/alice/{}.webp", id.to_lowercase()),
        format!("/images/..%2Falice/{id}.webp"),
        format!("/images/%2E%2E/{id}.webp"),
        "/images/alice/..%2F..%2Fmetadata.sqlite".to_owned(),
        "/images/alice/thumbnails/..%2Fx.webp".to_owned(),
        "/images/alice/%ff.webp".to_owned(),
    ] {
        assert_eq!(anyone.get(&path).await.code(), (404, "NOT_FOUND".to_owned()), "{path}");
    }
}
