//! Images, once they are there.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Host, image};
use crate::support::{Form, pictures};

pub async fn an_image_is_read_with_its_tag<H: Host>(host: &H) {
    let alice = host.user("alice");
    let (path, image) = image(&alice).await;
    let reply = alice.get(&path).await;
    assert_eq!((reply.status.as_u16(), reply.json()), (200, image));
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    assert_eq!(reply.header("content-type"), "application/json");

    let request = alice.request(Method::GET, &path).header("if-none-match", "\"1\"");
    let reply = alice.send(request, Default::default()).await;
    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (304, ""));
    assert_eq!(reply.header("etag"), "\"1\"");
}

pub async fn lists_are_walked_by_cursor<H: Host>(host: &H) {
    let alice = host.user("alice");
    let mut uploaded = Vec::new();
    for number in 0..3 {
        let form = Form::with_file(&pictures::jpeg(120, 100));
        let form = if number == 1 {
            form.text("albumId", "castles")
        } else {
            form
        };
        uploaded.push(alice.uploaded(form).await["id"].clone());
    }
    let first = alice.get("/images?limit=2").await.json();
    assert_eq!(first["totalCount"], 3);
    assert_eq!(
        (&first["pagination"]["limit"], &first["pagination"]["hasMore"]),
        (&json!(2), &json!(true))
    );
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    let second = alice.get(&format!("/images?limit=2&cursor={cursor}")).await.json();
    assert_eq!(second["pagination"], json!({ "limit": 2, "hasMore": false }));
    let ids = |page: &Value| -> Vec<Value> {
        let images = page["images"].as_array().unwrap();
        images.iter().map(|image| image["id"].clone()).collect()
    };
    let mut walked = [ids(&first), ids(&second)].concat();
    let by_text = |id: &Value| id.as_str().unwrap().to_owned();
    walked.sort_by_key(by_text);
    uploaded.sort_by_key(by_text);
    assert_eq!(walked, uploaded);

    let album = alice.get("/images?albumId=castles&sortOrder=asc").await.json();
    assert_eq!((ids(&album).len(), &album["totalCount"]), (1, &json!(1)));
    let reply = host.user("bob").get(&format!("/images?cursor={cursor}")).await;
    assert_eq!(reply.code(), (400, "INVALID_CURSOR".to_owned()));
}

pub async fn an_update_needs_the_current_version<H: Host>(host: &H) {
    let alice = host.user("alice");
    let (path, image) = image(&alice).await;
    let change = json!({ "version": 1, "title": "Castle gate", "tags": ["castle"] });
    let changed = alice.patch(&path, change.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let changed = changed.json();
    assert_eq!(
        (&changed["version"], &changed["title"]),
        (&json!(2), &json!("Castle gate"))
    );
    assert_eq!(
        (&changed["createdAt"], &changed["s3Key"]),
        (&image["createdAt"], &image["s3Key"])
    );
    assert_eq!(alice.get(&path).await.json(), changed);

    let stale = alice.patch(&path, change).await;
    assert_eq!(stale.code(), (409, "VERSION_MISMATCH".to_owned()));
    assert_eq!(stale.json()["currentVersion"], 2);
    let request = alice.request(Method::PATCH, &path).header("if-match", "\"2\"");
    let reply = alice.json(request, json!({ "title": null })).await;
    assert_eq!((&reply.json()["version"], reply.json().get("title")), (&json!(3), None));
}

pub async fn a_deleted_image_is_gone<H: Host>(host: &H) {
    let alice = host.user("alice");
    let (path, image) = image(&alice).await;
    let keys = ["s3Key", "thumbnailKey"].map(|name| image[name].as_str().unwrap().parse().unwrap());
    for key in &keys {
        assert!(host.file(key).await.is_some());
    }
    let reply = alice.delete(&path).await;
    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (204, ""));
    for again in [alice.get(&path).await, alice.delete(&path).await] {
        assert_eq!(again.code(), (404, "IMAGE_NOT_FOUND".to_owned()));
        assert_eq!(again.json()["message"], "Image not found");
    }
    assert_eq!(alice.get("/images").await.json()["totalCount"], 0);
    for key in &keys {
        assert_eq!(host.file(key).await, None);
    }
}

pub async fn images_belong_to_their_users<H: Host>(host: &H) {
    let (path, _) = image(&host.user("alice")).await;
    let bob = host.user("bob");
    let replies = [
        (bob.get(&path).await, "access"),
        (bob.patch(&path, json!({ "version": 1 })).await, "update"),
        (bob.delete(&path).await, "delete"),
    ];
    for (reply, action) in replies {
        assert_eq!(reply.code(), (403, "NOT_AUTHORIZED".to_owned()));
        let message = format!("You do not have permission to {action} this image");
        assert_eq!(reply.json()["message"], message);
    }
    assert_eq!(bob.get("/images").await.json()["totalCount"], 0);
}

pub async fn text_is_cleaned_and_limits_are_told<H: Host>(host: &H) {
    let alice = host.user("alice");
    let (path, _) = image(&alice).await;
    let control = alice.patch(&path, json!({ "version": 1, "title": "a\tb" })).await;
    assert_eq!(control.code(), (400, "VALIDATION_FAILED".to_owned()));
    // With a combining mark, which is put together.
    let change =
        json!({ "version": 1, "title": " Bu\u{308}rg ", "description": "a\nb", "tags": [" a ", "b", "a", ""] });
    let changed = alice.patch(&path, change).await.json();
    assert_eq!(
        (&changed["title"], &changed["description"], &changed["tags"]),
        (&json!("B\u{fc}rg"), &json!("a\nb"), &json!(["a", "b"]))
    );
    let wrong = json!({
        "version": 2,
        "title": "\u{fc}".repeat(256),
        "altText": "\u{202e}",
        "tags": ["y".repeat(51)],
        "albumId": "a/b",
        "colour": "red",
    });
    let reply = alice.patch(&path, wrong).await;
    assert_eq!(reply.code(), (400, "VALIDATION_FAILED".to_owned()));
    let body = reply.json();
    let fields: Vec<&String> = body["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["albumId", "altText", "colour", "tags", "title"]);
    assert_eq!(alice.get(&path).await.json(), changed);
    let longest = json!({ "version": 2, "title": "\u{fc}".repeat(255), "tags": vec!["x".repeat(50)] });
    assert_eq!(alice.patch(&path, longest).await.status, 200);
}

pub async fn lists_are_filtered_by_tag<H: Host>(host: &H) {
    let alice = host.user("alice");
    for tags in ["[\"castle\",\"gate\"]", "gate", "castle"] {
        let form = Form::with_file(&pictures::jpeg(120, 100)).text("tags", tags);
        alice.uploaded(form).await;
    }
    for (tag, count) in [("castle", 2), ("gate", 2), ("tower", 0)] {
        let page = alice.get(&format!("/images?tag={tag}")).await.json();
        assert_eq!(page["images"].as_array().unwrap().len(), count, "{tag}");
        assert_eq!(page.get("totalCount"), None, "a filter is not counted");
    }
    assert_eq!(
        host.user("bob").get("/images?tag=castle").await.json()["images"],
        json!([])
    );
}
