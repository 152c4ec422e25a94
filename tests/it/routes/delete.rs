//! `DELETE /images/{id}`

use crate::support::{Form, TestApp, pictures};

#[tokio::test]
async fn leaves_nothing() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let image = alice
        .uploaded(Form::with_file(&pictures::jpeg(120, 100)).text("albumId", "castles"))
        .await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    let file = image["imageUrl"]
        .as_str()
        .unwrap()
        .strip_prefix("http://localhost:3000")
        .unwrap();
    assert_eq!(app.anonymous().get(file).await.status, 200);

    let reply = alice.delete(&path).await;
    assert_eq!(reply.status, 204);
    assert!(reply.body.is_empty());
    assert!(app.files().is_empty());
    for again in [alice.get(&path).await, alice.delete(&path).await] {
        assert_eq!(again.code(), (404, "IMAGE_NOT_FOUND".to_owned()));
    }
    assert_eq!(app.anonymous().get(file).await.code(), (404, "NOT_FOUND".to_owned()));
    for list in ["/images", "/images?albumId=castles"] {
        let page = alice.get(list).await.json();
        assert_eq!(
            (page["images"].as_array().unwrap().len(), page["totalCount"].as_u64()),
            (0, Some(0))
        );
    }
    app.images.settle().await;
    let drained = app.images.drain(std::time::Duration::ZERO).await.unwrap();
    assert_eq!(drained, Default::default());
}

#[tokio::test]
async fn is_for_the_owner_only() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let image = alice.uploaded(Form::with_file(&pictures::jpeg(120, 100))).await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    let reply = app.user("bob").delete(&path).await;
    assert_eq!(reply.code(), (403, "NOT_AUTHORIZED".to_owned()));
    assert_eq!(
        reply.json()["message"],
        "You do not have permission to delete this image"
    );
    assert_eq!(alice.get(&path).await.status, 200);
    assert_eq!(app.files().len(), 2);
}
