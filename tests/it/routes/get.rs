//! `GET /images/{id}`

use axum::{body::Body, http::Method};

use crate::support::{Form, TestApp, pictures};

#[tokio::test]
async fn answers_what_the_upload_answered() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let image = alice.uploaded(Form::with_file(&pictures::jpeg(120, 100))).await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    let reply = alice.get(&path).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json(), image);
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    assert_eq!(alice.get(&path.to_lowercase()).await.json(), image);
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let image = alice.uploaded(Form::with_file(&pictures::jpeg(120, 100))).await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    for (tag, status) in [
        ("\"1\"", 304),
        ("W/\"1\"", 304),
        ("\"0\", \"1\"", 304),
        ("*", 304),
        ("\"2\"", 200),
        ("1", 200),
    ] {
        let request = alice.request(Method::GET, &path).header("if-none-match", tag);
        let reply = alice.send(request, Body::empty()).await;
        assert_eq!(reply.status, status, "{tag}");
        assert_eq!(reply.header("etag"), "\"1\"");
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        assert_eq!(reply.body.is_empty(), status == 304);
    }
}

#[tokio::test]
async fn is_for_the_owner_only() {
    let app = TestApp::new();
    let image = app
        .user("alice")
        .uploaded(Form::with_file(&pictures::jpeg(120, 100)))
        .await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    let reply = app.user("bob").get(&path).await;
    assert_eq!(reply.code(), (403, "NOT_AUTHORIZED".to_owned()));
    assert_eq!(
        reply.json()["message"],
        "You do not have permission to access this image"
    );
    assert_eq!(reply.header("cache-control"), "private, no-store");
    assert_eq!(
        app.anonymous().get(&path).await.code(),
        (401, "UNAUTHORIZED".to_owned())
    );
}

#[tokio::test]
async fn what_is_no_id_is_not_found() {
    let app = TestApp::new();
    let alice = app.user("alice");
    for id in [
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "1",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "%ff",
        "%F0%9F%8F%B0",
    ] {
        let reply = alice.get(&format!("/images/{id}")).await;
        assert_eq!(reply.code(), (404, "IMAGE_NOT_FOUND".to_owned()), "{id}");
        assert_eq!(reply.json()["message"], "Image not found");
    }
}
