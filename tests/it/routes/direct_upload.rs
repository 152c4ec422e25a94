//! `POST /uploads`, the signed PUT, and `POST /images` as JSON.

use std::time::Duration;

use axum::{body::Body, http::Method};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp, pictures};

async fn begin(client: &Client, file: &[u8]) -> Value {
    let body = json!({ "filename": "IMG_1.jpg", "contentType": "image/jpeg", "size": file.len() });
    let reply = client.post("/uploads", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()
}

/// Puts a file as the ticket says, but for what `change` makes otherwise.
async fn put(
    app: &TestApp,
    ticket: &Value,
    file: &[u8],
    change: impl FnOnce(&mut Vec<(String, String)>, &mut String),
) -> Reply {
    let mut path = ticket["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://localhost:3000")
        .unwrap()
        .to_owned();
    let mut headers: Vec<(String, String)> = ticket["headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    headers.push(("content-length".to_owned(), file.len().to_string()));
    change(&mut headers, &mut path);
    let client = app.anonymous();
    let request = headers
        .into_iter()
        .fold(client.request(Method::PUT, &path), |request, (name, value)| {
            request.header(name, value)
        });
    client.send(request, Body::from(file.to_vec())).await
}

fn as_told(_: &mut Vec<(String, String)>, _: &mut String) {}

#[tokio::test]
async fn a_file_goes_around_the_request_limits() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(192, 108);
    let ticket = begin(&alice, &file).await;
    assert_json_snapshot!(ticket, { ".uploadId" => "[id]", ".url" => "[url]" }, @r#"
    {
      "expiresAt": "2025-01-15T10:40:00.000Z",
      "headers": {
        "Content-Type": "image/jpeg",
        "If-None-Match": "*"
      },
      "method": "PUT",
      "uploadId": "[id]",
      "url": "[url]"
    }
    "#);
    assert_eq!(put(&app, &ticket, &file, as_told).await.status, 200);
    let id = ticket["uploadId"].as_str().unwrap();
    assert_eq!(app.files(), [format!("temp/alice/{id}")]);

    let finish = json!({ "uploadId": id, "title": "Gate", "tags": ["castle"] });
    let reply = alice.post("/images", finish.clone()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let image = reply.json();
    assert_eq!(image["originalFilename"], "IMG_1.jpg");
    assert_eq!(
        (&image["width"], &image["title"], &image["fileSize"]),
        (&json!(192), &json!("Gate"), &json!(file.len()))
    );
    assert_eq!(
        reply.header("location"),
        format!("/images/{}", image["id"].as_str().unwrap())
    );
    assert_eq!(app.files().len(), 2);

    let again = alice.post("/images", finish).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, image));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(alice.get("/images").await.json()["totalCount"], 1);
}

#[tokio::test]
async fn finishing_twice_at_once_makes_one_image() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(192, 108);
    let ticket = begin(&alice, &file).await;
    put(&app, &ticket, &file, as_told).await;
    let finish = json!({ "uploadId": ticket["uploadId"] });
    let (a, b) = tokio::join!(alice.post("/images", finish.clone()), alice.post("/images", finish));
    assert_eq!(
        (a.status.as_u16(), b.status.as_u16()),
        (201, 201),
        "{} {}",
        a.text(),
        b.text()
    );
    assert_eq!(a.json(), b.json());
    app.images.settle().await;
    assert_eq!(app.files().len(), 2);
    let url = a.json()["imageUrl"]
        .as_str()
        .unwrap()
        .replace("http://localhost:3000", "");
    assert_eq!(app.anonymous().get(&url).await.status, 200);
}

#[tokio::test]
async fn the_signed_url_takes_what_was_declared_and_nothing_else() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(100, 100);
    let ticket = begin(&alice, &file).await;
    let set = |name: &'static str, value: &'static str| {
        move |headers: &mut Vec<(String, String)>, _: &mut String| {
            headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            if !value.is_empty() {
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
    };
    let longer = [file.clone(), vec![0]].concat();
    let refused = [
        put(&app, &ticket, &longer, as_told).await,
        put(&app, &ticket, &file, set("content-type", "image/png")).await,
        put(&app, &ticket, &file, set("if-none-match", "")).await,
        put(&app, &ticket, &file, set("content-length", "")).await,
        put(&app, &ticket, &file, |_, path| {
            *path = path.replace("user=alice", "user=bob")
        })
        .await,
        put(&app, &ticket, &file, |_, path| {
            *path = path.replace("expires=1", "expires=9")
        })
        .await,
        put(&app, &ticket, &file, |_, path| path.truncate(path.find('?').unwrap())).await,
        put(&app, &ticket, &file, |_, path| path.push('A')).await,
    ];
    for (case, reply) in refused.into_iter().enumerate() {
        assert_eq!(reply.code(), (403, "NOT_AUTHORIZED".to_owned()), "{case}");
    }
    let short = put(&app, &ticket, &file[1..], |headers, _| {
        headers.retain(|(name, _)| name != "content-length");
        headers.push(("content-length".to_owned(), (file.len()).to_string()));
    })
    .await;
    assert_eq!(short.code(), (400, "INVALID_REQUEST".to_owned()));
    assert!(app.files().is_empty());

    assert_eq!(put(&app, &ticket, &file, as_told).await.status, 200);
    assert_eq!(
        put(&app, &ticket, &file, as_told).await.code(),
        (412, "PRECONDITION_FAILED".to_owned())
    );

    let late = begin(&alice, &file).await;
    app.clock.advance(Duration::from_secs(601));
    assert_eq!(
        put(&app, &late, &file, as_told).await.code(),
        (403, "NOT_AUTHORIZED".to_owned())
    );
}

#[tokio::test]
async fn what_was_put_is_looked_at_again() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let good = pictures::jpeg(192, 108);
    for (file, code) in [
        (b"GIF89a, but declared as a JPEG".to_vec(), "INVALID_FILE_TYPE"),
        (pictures::png(50, 50), "INVALID_DIMENSIONS"),
        (good[..good.len() / 2].to_vec(), "CORRUPT_IMAGE"),
    ] {
        let ticket = begin(&alice, &file).await;
        assert_eq!(put(&app, &ticket, &file, as_told).await.status, 200);
        let reply = alice.post("/images", json!({ "uploadId": ticket["uploadId"] })).await;
        assert_eq!(reply.code(), (400, code.to_owned()));
    }
    assert!(app.files().iter().all(|file| file.starts_with("temp/")));
    app.clock.advance(Duration::from_secs(10));
}

#[tokio::test]
async fn only_the_owner_finishes_and_only_in_time() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(100, 100);
    let ticket = begin(&alice, &file).await;
    let finish = json!({ "uploadId": ticket["uploadId"] });
    let never_arrived = alice.post("/images", finish.clone()).await;
    assert_eq!(never_arrived.code(), (404, "UPLOAD_NOT_FOUND".to_owned()));
    put(&app, &ticket, &file, as_told).await;
    let others = app.user("bob").post("/images", finish.clone()).await;
    assert_eq!(others.code(), (404, "UPLOAD_NOT_FOUND".to_owned()));
    app.clock.advance(Duration::from_secs(3601));
    assert_eq!(
        app.user("alice").post("/images", finish).await.code(),
        (404, "UPLOAD_NOT_FOUND".to_owned())
    );
    for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "nothing", ""] {
        let reply = app.user("alice").post("/images", json!({ "uploadId": id })).await;
        assert_eq!(reply.code(), (404, "UPLOAD_NOT_FOUND".to_owned()));
    }
}

#[tokio::test]
async fn bad_declarations_are_refused() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let declare = |content_type: Value, size: Value| {
        alice.post(
            "/uploads",
            json!({ "filename": "a", "contentType": content_type, "size": size }),
        )
    };
    for (content_type, size, status, code) in [
        (json!("image/jpeg"), json!(10_485_761), 413, "FILE_TOO_LARGE"),
        (json!("image/gif"), json!(5), 400, "INVALID_FILE_TYPE"),
        (json!("image/jpeg"), json!(0), 400, "VALIDATION_FAILED"),
        (json!("image/jpeg"), json!("5"), 400, "VALIDATION_FAILED"),
        (json!(5), json!(5), 400, "VALIDATION_FAILED"),
        (json!("image/jpeg"), json!(10_485_760), 201, ""),
    ] {
        let reply = declare(content_type, size).await;
        assert_eq!(reply.code(), (status, code.to_owned()));
    }
    for body in [
        json!({}),
        json!({ "contentType": "image/png" }),
        json!({ "contentType": "image/png", "size": 5, "extra": 1 }),
    ] {
        assert_eq!(
            alice.post("/uploads", body).await.code(),
            (400, "VALIDATION_FAILED".to_owned())
        );
    }
    let reply = alice.post("/images", json!({ "title": "x".repeat(256) })).await;
    assert_eq!(reply.code(), (400, "VALIDATION_FAILED".to_owned()));
    assert_eq!(reply.json()["details"].as_object().unwrap().len(), 2);
    assert_eq!(app.anonymous().post("/uploads", json!({})).await.status, 401);
}
