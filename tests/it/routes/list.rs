//! `GET /images`

use std::{collections::BTreeSet, time::Duration};

use insta::assert_json_snapshot;
use serde_json::Value;

use crate::support::{Client, Form, TestApp, pictures};

fn ids(page: &Value) -> Vec<String> {
    let images = page["images"].as_array().unwrap();
    images
        .iter()
        .map(|image| image["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn gallery(app: &TestApp, client: &Client, count: usize) -> Vec<String> {
    let file = pictures::jpeg(100, 100);
    let mut all = Vec::new();
    for n in 0..count {
        // Every second one at the time of the one before.
        app.clock.advance(Duration::from_millis(n as u64 % 2));
        let form = Form::with_file(&file)
            .text("albumId", if n % 2 == 0 { "even" } else { "odd" })
            .text("tags[]", if n % 3 == 0 { "third" } else { "other" });
        all.push(client.uploaded(form).await["id"].as_str().unwrap().to_owned());
    }
    all
}

async fn walk(client: &Client, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/images?{query}{cursor}")).await.json();
        found.extend(ids(&page));
        match page["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["pagination"]["hasMore"], false);
                return found;
            }
        }
        assert_eq!(page["pagination"]["hasMore"], true);
    }
}

#[tokio::test]
async fn shows_a_summary_of_each_image() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let form = Form::with_file(&pictures::jpeg(192, 108))
        .text("title", "Gate")
        .text("albumId", "castles");
    alice.uploaded(form).await;
    app.user("bob")
        .uploaded(Form::with_file(&pictures::jpeg(100, 100)))
        .await;
    assert_json_snapshot!(alice.get("/images").await.json(), {
        ".images[].id" => "[id]",
        ".images[].imageUrl" => "[url]",
        ".images[].thumbnailUrl" => "[url]",
        ".images[].thumbhash" => "[base64]",
    }, @r#"
    {
      "images": [
        {
          "albumId": "castles",
          "height": 108,
          "id": "[id]",
          "imageUrl": "[url]",
          "tags": [],
          "thumbhash": "[base64]",
          "thumbnailUrl": "[url]",
          "title": "Gate",
          "uploadedAt": "2025-01-15T10:30:00.000Z",
          "userId": "alice",
          "version": 1,
          "width": 192
        }
      ],
      "pagination": {
        "hasMore": false,
        "limit": 20
      },
      "totalCount": 1
    }
    "#);
}

#[tokio::test]
async fn walks_every_image_once_in_either_order() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let all = gallery(&app, &alice, 11).await;
    let newest_first = walk(&alice, "limit=3").await;
    let mut oldest_first = walk(&alice, "limit=4&sortOrder=asc").await;
    assert_eq!(newest_first.len(), 11);
    assert_eq!(newest_first.iter().collect::<BTreeSet<_>>(), all.iter().collect());
    oldest_first.reverse();
    assert_eq!(newest_first, oldest_first);
}

#[tokio::test]
async fn filters_fill_their_pages() {
    let app = TestApp::new();
    let alice = app.user("alice");
    gallery(&app, &alice, 12).await;
    let page = alice.get("/images?albumId=odd&limit=4").await.json();
    assert_eq!(ids(&page).len(), 4);
    assert_eq!(page["totalCount"], 6);
    let page = alice.get("/images?tag=third&limit=4").await.json();
    assert_eq!(ids(&page).len(), 4);
    assert_eq!(page["pagination"]["hasMore"], false);
    assert!(page.get("totalCount").is_none());
    assert_eq!(walk(&alice, "tag=third&albumId=odd&limit=1").await.len(), 2);
    let page = alice.get("/images?albumId=nowhere").await.json();
    assert_eq!(ids(&page).len(), 0);
    assert_eq!(page["totalCount"], 0);
}

#[tokio::test]
async fn a_walk_goes_on_while_images_come_and_go() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let all = gallery(&app, &alice, 6).await;
    let first = alice.get("/images?limit=2").await.json();
    let seen = ids(&first);
    app.clock.advance(Duration::from_secs(1));
    alice.uploaded(Form::with_file(&pictures::jpeg(100, 100))).await;
    // The one that the cursor stands on, and one ahead of it.
    alice.delete(&format!("/images/{}", seen[1])).await;
    let ahead = all.iter().find(|id| !seen.contains(id)).unwrap();
    alice.delete(&format!("/images/{ahead}")).await;
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    let rest = ids(&alice.get(&format!("/images?limit=100&cursor={cursor}")).await.json());
    let expected: BTreeSet<_> = all.iter().filter(|id| !seen.contains(id) && *id != ahead).collect();
    assert_eq!(rest.iter().collect::<BTreeSet<_>>(), expected);
    assert_eq!(rest.len(), expected.len());
}

#[tokio::test]
async fn a_cursor_fits_one_caller_filter_and_order() {
    let app = TestApp::new();
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    gallery(&app, &alice, 4).await;
    gallery(&app, &bob, 4).await;
    let page = alice.get("/images?limit=1&albumId=even").await.json();
    let cursor = page["pagination"]["nextCursor"].as_str().unwrap().to_owned();
    assert_eq!(
        alice
            .get(&format!("/images?limit=2&albumId=even&cursor={cursor}"))
            .await
            .status,
        200
    );
    let mut flipped = cursor.clone().into_bytes();
    flipped[12] ^= 1;
    let flipped = String::from_utf8(flipped).unwrap();
    for (client, query) in [
        (&bob, format!("albumId=even&cursor={cursor}")),
        (&alice, format!("albumId=odd&cursor={cursor}")),
        (&alice, format!("cursor={cursor}")),
        (&alice, format!("albumId=even&tag=third&cursor={cursor}")),
        (&alice, format!("albumId=even&sortOrder=asc&cursor={cursor}")),
        (&alice, format!("albumId=even&cursor={flipped}")),
        (&alice, "cursor=".to_owned()),
        (&alice, "cursor=%21".to_owned()),
    ] {
        let reply = client.get(&format!("/images?{query}")).await;
        assert_eq!(reply.code(), (400, "INVALID_CURSOR".to_owned()), "{query}");
        assert_eq!(reply.json()["message"], "Invalid pagination cursor");
    }
}

#[tokio::test]
async fn bad_parameters_are_refused() {
    let app = TestApp::new();
    let alice = app.user("alice");
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.5",
        "limit=1&limit=2",
        "albumId=",
        "albumId=a%2Fb",
        "sortOrder=DESC",
        "sortOrder=",
        "tag=",
        "tag=%20",
    ] {
        let reply = alice.get(&format!("/images?{query}")).await;
        assert_eq!(reply.code(), (400, "VALIDATION_FAILED".to_owned()), "{query}");
        let name = query.split('=').next().unwrap();
        assert!(reply.json()["details"][name].is_string(), "{query}");
    }
    assert_eq!(alice.get("/images?unknown=1&limit=100").await.status, 200);
}
