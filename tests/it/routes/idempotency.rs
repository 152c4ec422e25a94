//! `Idempotency-Key`

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use crate::support::{Client, Form, Reply, TestApp, pictures};

async fn upload(client: &Client, key: &str, form: Form) -> Reply {
    client
        .form(
            client.request(Method::POST, "/images").header("idempotency-key", key),
            form,
        )
        .await
}

#[tokio::test]
async fn a_retry_stores_nothing_new() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(120, 100);
    let first = upload(
        &alice,
        "k-1",
        Form::with_file(&file).text("title", "Gate").text("tags[]", "a"),
    )
    .await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("idempotent-replayed"), "");
    // Order of parts and spaces do not make another request.
    let retry = upload(
        &alice,
        "k-1",
        Form::new()
            .text("tags", "[\"a\"]")
            .text("title", " Gate")
            .file("IMG_1234.jpg", &file),
    )
    .await;
    assert_eq!(retry.status, 201);
    assert_eq!(retry.header("idempotent-replayed"), "true");
    assert_eq!(retry.body, first.body);
    assert_eq!(retry.header("location"), first.header("location"));
    assert_eq!(alice.get("/images").await.json()["totalCount"], 1);
    // Also when the image has changed, or is gone.
    let path = first.header("location").to_owned();
    alice.patch(&path, json!({ "version": 1, "title": "Tower" })).await;
    alice.delete(&path).await;
    let retry = upload(
        &alice,
        "k-1",
        Form::with_file(&file).text("title", "Gate").text("tags[]", "a"),
    )
    .await;
    assert_eq!(retry.body, first.body);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_user() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(120, 100);
    assert_eq!(upload(&alice, "k", Form::with_file(&file)).await.status, 201);
    let others = [
        Form::with_file(&pictures::jpeg(121, 100)),
        Form::with_file(&file).text("title", "x"),
        Form::with_file(&file).text("tags", "x"),
    ];
    for form in others {
        let reply = upload(&alice, "k", form).await;
        assert_eq!(reply.code(), (422, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    }
    let begin = json!({ "filename": "a.jpg", "contentType": "image/jpeg", "size": 5 });
    let request = alice.request(Method::POST, "/uploads").header("idempotency-key", "k");
    assert_eq!(
        alice.json(request, begin).await.code(),
        (422, "IDEMPOTENCY_KEY_REUSED".to_owned())
    );
    assert_eq!(upload(&app.user("bob"), "k", Form::with_file(&file)).await.status, 201);
    app.clock.advance(Duration::from_secs(24 * 60 * 60 + 1));
    let next_day = upload(&app.user("alice"), "k", Form::with_file(&file)).await;
    assert_eq!(
        (next_day.status.as_u16(), next_day.header("idempotent-replayed")),
        (201, "")
    );
}

#[tokio::test]
async fn a_failure_frees_the_key() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(120, 100);
    assert_eq!(
        upload(&alice, "k", Form::with_file(&file[..file.len() / 2]))
            .await
            .status,
        400
    );
    assert_eq!(upload(&alice, "k", Form::with_file(&file)).await.status, 201);
}

#[tokio::test]
async fn at_the_same_time_one_stores_and_the_other_waits() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let form = || Form::with_file(&pictures::jpeg(640, 480));
    let (a, b) = tokio::join!(upload(&alice, "k", form()), upload(&alice, "k", form()));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", a.text(), b.text());
    let waiting = if a.status == 409 { &a } else { &b };
    assert_eq!(waiting.code(), (409, "REQUEST_IN_PROGRESS".to_owned()));
    assert!(!waiting.header("retry-after").is_empty());
    assert_eq!(alice.get("/images").await.json()["totalCount"], 1);
}

#[tokio::test]
async fn beginning_a_direct_upload_can_be_retried() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let begin = || {
        let request = alice.request(Method::POST, "/uploads").header("idempotency-key", "k");
        alice.json(
            request,
            json!({ "filename": "a.jpg", "contentType": "image/jpeg", "size": 5 }),
        )
    };
    let first = begin().await;
    app.clock.advance(Duration::from_secs(5));
    let retry = begin().await;
    assert_eq!(
        (retry.status.as_u16(), retry.header("idempotent-replayed")),
        (201, "true")
    );
    assert_eq!(retry.body, first.body);
}

#[tokio::test]
async fn keys_are_visible_ascii() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let long = "k".repeat(256);
    for key in ["", "a b", &long, "ä"] {
        let reply = upload(&alice, key, Form::with_file(&pictures::jpeg(120, 100))).await;
        assert_eq!(reply.code(), (400, "INVALID_REQUEST".to_owned()), "{key}");
    }
}
