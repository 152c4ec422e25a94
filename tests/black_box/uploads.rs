//! Files on their way in.

use axum::http::Method;
use image_service::pipeline::{self, Effort, Recipe};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Host;
use crate::support::{Form, pictures};

const MIB: usize = 1024 * 1024;

/// A picture of exactly so many bytes: what follows the end of a PNG is not part of it.
fn heavy(bytes: usize) -> Vec<u8> {
    let mut file = pictures::png(120, 100);
    file.resize(bytes, 0);
    file
}

pub async fn an_upload_answers_with_the_image_object<H: Host>(host: &H) {
    let file = pictures::jpeg(192, 108);
    let form = Form::new()
        .text("title", "  Castle gate ")
        .text("tags[]", "castle")
        .file("C:\\fakepath\\Bür.jpg", &file)
        .text("albumId", "album-123")
        .text("tags[]", "medieval")
        .text("description", "A gatehouse\nin 5,000 pieces – größer");
    let reply = host.user("auth0|user-456").upload(form).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let mut image = reply.json();
    let id = image["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("/images/{id}"));
    assert_eq!(reply.header("cache-control"), "private, no-store");
    assert_eq!(reply.header("content-type"), "application/json");

    let files = H::DIFFERENCES.files;
    for (name, folder) in [("image", ""), ("thumbnail", "thumbnails/")] {
        let url = image[format!("{name}Url")].take();
        assert_eq!(url, format!("{files}/images/auth0%7Cuser-456/{folder}{id}.webp"));
    }
    let times = ["createdAt", "updatedAt", "uploadedAt"].map(|name| image[name].take());
    assert!(times[0].as_str().unwrap().ends_with('Z') && times[1..] == [times[0].clone(), times[0].clone()]);
    assert!(image["processedSize"].take().as_u64().unwrap() > 100);
    assert!(image["thumbhash"].take().as_str().unwrap().len() > 20);
    assert_eq!(
        image,
        json!({
            "id": id,
            "userId": "auth0|user-456",
            "albumId": "album-123",
            "originalFilename": "Bür.jpg",
            "mimeType": "image/webp",
            "fileSize": file.len(),
            "processedSize": null,
            "width": 192,
            "height": 108,
            "aspectRatio": 1.778,
            "s3Key": format!("images/auth0|user-456/{id}.webp"),
            "s3Bucket": host.bucket(),
            "thumbnailKey": format!("images/auth0|user-456/thumbnails/{id}.webp"),
            "imageUrl": null,
            "thumbnailUrl": null,
            "processingStatus": "completed",
            "format": "webp",
            "quality": 85,
            "thumbhash": null,
            "title": "Castle gate",
            "description": "A gatehouse\nin 5,000 pieces – größer",
            "tags": ["castle", "medieval"],
            "createdAt": null,
            "updatedAt": null,
            "uploadedAt": null,
            "version": 1,
        })
    );
}

/// A byte that was changed on the way would show: what is stored is what the pipeline makes of
/// exactly this file.
pub async fn a_picture_arrives_byte_for_byte<H: Host>(host: &H) {
    let file = pictures::jpeg(640, 480);
    let recipe = Recipe {
        effort: Effort::new(0).unwrap(),
        ..Recipe::default()
    };
    let expected = pipeline::process(&file, &recipe).unwrap();
    let image = host.user("alice").uploaded(Form::with_file(&file)).await;
    assert_eq!(image["fileSize"], file.len());
    for (name, expected) in [("s3Key", expected.main), ("thumbnailKey", expected.thumbnail)] {
        let stored = host
            .file(&image[name].as_str().unwrap().parse().unwrap())
            .await
            .unwrap();
        assert_eq!(Sha256::digest(&stored), Sha256::digest(&expected), "{name}");
    }
}

pub async fn a_direct_upload_takes_ten_mebibytes<H: Host>(host: &H) {
    let alice = host.user("alice");
    let file = heavy(10 * MIB);
    let begin = json!({ "filename": "b.png", "contentType": "image/png", "size": file.len() });
    let reply = alice.post("/uploads", begin).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let ticket = reply.json();
    assert_eq!(ticket["method"], "PUT");
    assert_eq!(
        ticket["headers"],
        json!({ "Content-Type": "image/png", "If-None-Match": "*" })
    );
    assert_eq!(host.put(&ticket, &file).await, 200);

    let finish = json!({ "uploadId": ticket["uploadId"], "title": "Gate" });
    let stranger = host.user("bob").post("/images", finish.clone()).await;
    assert_eq!(stranger.code(), (404, "UPLOAD_NOT_FOUND".to_owned()));
    let reply = alice.post("/images", finish.clone()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let image = reply.json();
    assert_eq!(
        (&image["fileSize"], &image["title"]),
        (&json!(file.len()), &json!("Gate"))
    );
    let again = alice.post("/images", finish).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, image));
    assert_eq!(again.header("idempotent-replayed"), "true");

    let large = json!({ "filename": "b.png", "contentType": "image/png", "size": file.len() + 1 });
    let reply = alice.post("/uploads", large).await;
    assert_eq!(reply.code(), (413, "FILE_TOO_LARGE".to_owned()));
    assert_eq!(reply.json().get("details"), None);
}

pub async fn a_file_that_does_not_fit_is_pointed_elsewhere<H: Host>(host: &H) {
    let alice = host.user("alice");
    let fits = H::DIFFERENCES.multipart_limit.unwrap_or(10 * MIB);
    let image = alice.uploaded(Form::with_file(&heavy(fits))).await;
    assert_eq!(image["fileSize"], fits);
    let reply = alice.upload(Form::with_file(&heavy(fits + 1))).await;
    assert_eq!(reply.code(), (413, "FILE_TOO_LARGE".to_owned()));
    let elsewhere = H::DIFFERENCES
        .multipart_limit
        .map(|_| json!({ "directUpload": "/uploads" }));
    assert_eq!(reply.json().get("details"), elsewhere.as_ref());
}

pub async fn a_retry_is_answered_with_the_first_result<H: Host>(host: &H) {
    let alice = host.user("alice");
    let upload = async |title: &str| {
        let form = Form::with_file(&pictures::jpeg(120, 100)).text("title", title);
        let request = alice.request(Method::POST, "/images").header("idempotency-key", "k-1");
        alice.form(request, form).await
    };
    let first = upload("Gate").await;
    assert_eq!((first.status.as_u16(), first.header("idempotent-replayed")), (201, ""));
    let retry = upload(" Gate").await;
    assert_eq!(
        (retry.status.as_u16(), retry.header("idempotent-replayed")),
        (201, "true")
    );
    assert_eq!(
        (retry.body.clone(), retry.header("location")),
        (first.body.clone(), first.header("location"))
    );
    assert_eq!(upload("Tower").await.code(), (422, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    assert_eq!(alice.get("/images").await.json()["totalCount"], 1);
}

pub async fn the_first_failed_check_answers<H: Host>(host: &H) {
    let alice = host.user("alice");
    let good = pictures::jpeg(120, 100);
    let cases = [
        ("no file", Form::new().text("title", "x"), "INVALID_REQUEST"),
        (
            "two files",
            Form::with_file(&good).file("b.jpg", &good),
            "INVALID_REQUEST",
        ),
        ("empty", Form::with_file(b""), "INVALID_FILE_TYPE"),
        ("gif", Form::with_file(b"GIF89a\x01\x00\x01\x00"), "INVALID_FILE_TYPE"),
        (
            "field",
            Form::with_file(&good).text("title", &"x".repeat(256)),
            "VALIDATION_FAILED",
        ),
        ("small", Form::with_file(&pictures::png(99, 200)), "INVALID_DIMENSIONS"),
        ("cut off", Form::with_file(&good[..good.len() / 2]), "CORRUPT_IMAGE"),
    ];
    for (what, form, code) in cases {
        assert_eq!(alice.upload(form).await.code(), (400, code.to_owned()), "{what}");
    }
    assert_eq!(alice.get("/images").await.json()["totalCount"], 0);
}

pub async fn what_was_never_uploaded_can_not_be_finished<H: Host>(host: &H) {
    let alice = host.user("alice");
    let unknown = json!({ "uploadId": "01ARZ3NDEKTSV4RRFFQ69G5FAV" });
    assert_eq!(
        alice.post("/images", unknown).await.code(),
        (404, "UPLOAD_NOT_FOUND".to_owned())
    );
    let begin = json!({ "filename": "b.png", "contentType": "image/png", "size": 1_000 });
    let ticket = alice.post("/uploads", begin).await.json();
    let empty = json!({ "uploadId": ticket["uploadId"] });
    assert_eq!(
        alice.post("/images", empty.clone()).await.code(),
        (404, "UPLOAD_NOT_FOUND".to_owned())
    );
    // What came is looked at again, whatever was declared.
    assert_eq!(host.put(&ticket, &[0; 1_000]).await, 200);
    assert_eq!(
        alice.post("/images", empty).await.code(),
        (400, "INVALID_FILE_TYPE".to_owned())
    );
    let other = json!({ "filename": "b.gif", "contentType": "image/gif", "size": 1_000 });
    assert_eq!(
        alice.post("/uploads", other).await.code(),
        (400, "INVALID_FILE_TYPE".to_owned())
    );
}
