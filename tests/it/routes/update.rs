//! `PATCH /images/{id}`

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::support::{Client, Form, TestApp, pictures};

async fn image(client: &Client) -> (String, Value) {
    let form = Form::with_file(&pictures::jpeg(120, 100))
        .text("title", "Gate")
        .text("albumId", "castles")
        .text("tags[]", "castle");
    let image = client.uploaded(form).await;
    (format!("/images/{}", image["id"].as_str().unwrap()), image)
}

#[tokio::test]
async fn changes_what_is_given_and_nothing_else() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let (path, before) = image(&alice).await;
    app.clock.advance(Duration::from_secs(5));
    let reply = alice
        .patch(
            &path,
            json!({ "version": 1, "title": " Tower ", "altText": "A tower", "albumId": null }),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("etag"), "\"2\"");
    let after = reply.json();
    let mut expected = before;
    expected["title"] = "Tower".into();
    expected["altText"] = "A tower".into();
    expected.as_object_mut().unwrap().remove("albumId");
    expected["version"] = 2.into();
    expected["updatedAt"] = "2025-01-15T10:30:05.000Z".into();
    assert_eq!(after, expected);
    assert_eq!(alice.get(&path).await.json(), expected);
    assert_eq!(alice.get("/images?albumId=castles").await.json()["totalCount"], 0);
    assert_eq!(alice.get("/images").await.json()["totalCount"], 1);

    let reply = alice
        .patch(
            &path,
            json!({ "version": 2, "albumId": "towers", "tags": ["b", "a", "b"], "title": null }),
        )
        .await;
    assert_eq!(reply.json()["tags"], json!(["b", "a"]));
    assert!(reply.json().get("title").is_none());
    assert_eq!(
        alice.get("/images?albumId=towers&tag=a").await.json()["images"][0]["version"],
        3
    );
    let reply = alice
        .patch(&path, json!({ "version": 3, "tags": null, "altText": "  " }))
        .await;
    assert_eq!(reply.json()["tags"], json!([]));
    assert!(reply.json().get("altText").is_none());
}

#[tokio::test]
async fn a_stale_version_changes_nothing() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let (path, _) = image(&alice).await;
    assert_eq!(
        alice.patch(&path, json!({ "version": 1, "title": "one" })).await.status,
        200
    );
    for version in [1, 3] {
        let reply = alice.patch(&path, json!({ "version": version, "title": "two" })).await;
        assert_eq!(reply.code(), (409, "VERSION_MISMATCH".to_owned()));
        assert_eq!(reply.json()["currentVersion"], 2);
        assert_eq!(reply.json()["message"], "Image has been modified by another request");
    }
    assert_eq!(alice.get(&path).await.json()["title"], "one");
}

#[tokio::test]
async fn of_two_at_once_exactly_one_wins() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let (path, _) = image(&alice).await;
    let (a, b) = tokio::join!(
        alice.patch(&path, json!({ "version": 1, "title": "a" })),
        alice.patch(&path, json!({ "version": 1, "title": "b" })),
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn if_match_stands_in_for_the_version() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let (path, _) = image(&alice).await;
    let patch = |tag: &'static str, body: Value| {
        let request = alice.request(Method::PATCH, &path).header(header::IF_MATCH, tag);
        let alice = alice.clone();
        async move { alice.json(request, body).await }
    };
    assert_eq!(patch("\"1\"", json!({ "title": "a" })).await.status, 200);
    assert_eq!(
        patch("W/\"2\"", json!({ "title": "b", "version": 2 })).await.status,
        200
    );
    assert_eq!(
        patch("\"1\"", json!({ "title": "c" })).await.code(),
        (409, "VERSION_MISMATCH".to_owned())
    );
    for tag in ["*", "\"3\", \"4\"", "3", "\"x\"", "\"\"", "\"0\"", "\"03\"", "\"-3\""] {
        assert_eq!(
            patch(tag, json!({ "title": "c" })).await.code(),
            (400, "VALIDATION_FAILED".to_owned()),
            "{tag}"
        );
    }
    let disagreeing = patch("\"3\"", json!({ "version": 2 })).await;
    assert_eq!(disagreeing.code(), (400, "VALIDATION_FAILED".to_owned()));
    assert_eq!(alice.get(&path).await.json()["version"], 3);
}

#[tokio::test]
async fn bad_bodies_are_refused() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let (path, _) = image(&alice).await;
    for (body, field) in [
        (json!({ "title": "no version" }), "version"),
        (json!({ "version": 0 }), "version"),
        (json!({ "version": -1 }), "version"),
        (json!({ "version": "1" }), "version"),
        (json!({ "version": 1.5 }), "version"),
        (json!({ "version": null }), "version"),
        (json!({ "version": 1, "title": 5 }), "title"),
        (json!({ "version": 1, "title": "x".repeat(256) }), "title"),
        (json!({ "version": 1, "description": "x".repeat(5001) }), "description"),
        (json!({ "version": 1, "tags": "castle" }), "tags"),
        (json!({ "version": 1, "tags": [1] }), "tags"),
        (json!({ "version": 1, "albumId": "a b" }), "albumId"),
        (json!({ "version": 1, "albumId": "" }), "albumId"),
        (json!({ "version": 1, "userId": "bob" }), "userId"),
        (json!([]), "body"),
    ] {
        let reply = alice.patch(&path, body.clone()).await;
        assert_eq!(reply.code(), (400, "VALIDATION_FAILED".to_owned()), "{body}");
        assert!(reply.json()["details"][field].is_string(), "{body}: {}", reply.text());
    }
    let raw = |content_type: &'static str, body: &'static str| {
        let request = alice
            .request(Method::PATCH, &path)
            .header(header::CONTENT_TYPE, content_type);
        alice.send(request, Body::from(body))
    };
    assert_eq!(
        raw("application/json", "{").await.code(),
        (400, "INVALID_REQUEST".to_owned())
    );
    assert_eq!(
        raw("application/json", "").await.code(),
        (400, "INVALID_REQUEST".to_owned())
    );
    assert_eq!(
        raw("text/plain", "{}").await.code(),
        (415, "UNSUPPORTED_MEDIA_TYPE".to_owned())
    );
    let reply = raw("application/json; charset=utf-8", r#"{"version":1}"#).await;
    assert_eq!(reply.json()["version"], 2);
}

#[tokio::test]
async fn is_for_the_owner_only() {
    let app = TestApp::new();
    let (path, _) = image(&app.user("alice")).await;
    let bob = app.user("bob");
    let reply = bob.patch(&path, json!({ "version": 1, "title": "mine" })).await;
    assert_eq!(reply.code(), (403, "NOT_AUTHORIZED".to_owned()));
    assert_eq!(
        reply.json()["message"],
        "You do not have permission to update this image"
    );
    let stale = bob.patch(&path, json!({ "version": 7 })).await;
    assert_eq!(stale.code(), (403, "NOT_AUTHORIZED".to_owned()));
    for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "nothing"] {
        let reply = bob.patch(&format!("/images/{id}"), json!({ "version": 1 })).await;
        assert_eq!(reply.code(), (404, "IMAGE_NOT_FOUND".to_owned()));
    }
}
