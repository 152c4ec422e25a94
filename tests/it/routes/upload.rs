//! `POST /images` as multipart.

use axum::{
    body::Body,
    http::{Method, header},
};
use insta::assert_json_snapshot;

use crate::support::{Form, TestApp, app::Options, pictures};

#[tokio::test]
async fn answers_with_the_image_object() {
    let app = TestApp::new();
    let form = Form::new()
        .text("title", "  Castle gate ")
        .text("tags[]", "castle")
        .file("C:\\fakepath\\IMG_1234.jpg", &pictures::jpeg(192, 108))
        .text("albumId", "album-123")
        .text("tags[]", "medieval")
        .text("tags[]", "castle")
        .text("description", "A gatehouse\nin 5,000 pieces")
        .text("altText", "Grey castle gate")
        .text("unknown", "ignored");
    let reply = app.user("user-456").upload(form).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let image = reply.json();
    let id = image["id"].as_str().unwrap();
    assert_eq!(reply.header("location"), format!("/images/{id}"));
    assert_eq!(reply.header("cache-control"), "private, no-store");
    assert_eq!(image["s3Key"], format!("images/user-456/{id}.webp"));
    assert_eq!(image["thumbnailKey"], format!("images/user-456/thumbnails/{id}.webp"));
    assert_eq!(
        image["imageUrl"],
        format!("http://localhost:3000/images/user-456/{id}.webp")
    );
    assert_eq!(
        image["thumbnailUrl"],
        format!("http://localhost:3000/images/user-456/thumbnails/{id}.webp")
    );
    assert_json_snapshot!(image, {
        ".id" => "[id]",
        ".s3Key" => "[key]",
        ".thumbnailKey" => "[key]",
        ".imageUrl" => "[url]",
        ".thumbnailUrl" => "[url]",
        ".fileSize" => "[bytes]",
        ".processedSize" => "[bytes]",
        ".thumbhash" => "[base64]",
    }, @r#"
    {
      "albumId": "album-123",
      "altText": "Grey castle gate",
      "aspectRatio": 1.778,
      "createdAt": "2025-01-15T10:30:00.000Z",
      "description": "A gatehouse\nin 5,000 pieces",
      "fileSize": "[bytes]",
      "format": "webp",
      "height": 108,
      "id": "[id]",
      "imageUrl": "[url]",
      "mimeType": "image/webp",
      "originalFilename": "IMG_1234.jpg",
      "processedSize": "[bytes]",
      "processingStatus": "completed",
      "quality": 85,
      "s3Bucket": "images-lego-moc-dev",
      "s3Key": "[key]",
      "tags": [
        "castle",
        "medieval"
      ],
      "thumbhash": "[base64]",
      "thumbnailKey": "[key]",
      "thumbnailUrl": "[url]",
      "title": "Castle gate",
      "updatedAt": "2025-01-15T10:30:00.000Z",
      "uploadedAt": "2025-01-15T10:30:00.000Z",
      "userId": "user-456",
      "version": 1,
      "width": 192
    }
    "#);
    let files = app.files();
    assert_eq!(files.len(), 2, "{files:?}");
}

#[tokio::test]
async fn takes_the_three_formats_whatever_they_are_called() {
    let app = TestApp::new();
    let alice = app.user("alice");
    for bytes in [
        pictures::jpeg(120, 100),
        pictures::png(120, 100),
        pictures::webp(120, 100),
    ] {
        let image = alice.uploaded(Form::new().file("notes.txt", &bytes)).await;
        assert_eq!(image["mimeType"], "image/webp");
        assert_eq!(image["originalFilename"], "notes.txt");
        assert_eq!(image["fileSize"], bytes.len());
        assert!(image.get("title").is_none());
        assert_eq!(image["tags"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn the_first_failed_check_answers() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let good = pictures::jpeg(120, 100);
    let small = pictures::png(99, 200);
    let cut = &good[..good.len() / 2];
    let bad_field = |form: Form| form.text("title", &"x".repeat(256));
    let cases = [
        ("no file", Form::new().text("title", "x"), "INVALID_REQUEST"),
        (
            "two files",
            Form::with_file(&good).file("b.jpg", &good),
            "INVALID_REQUEST",
        ),
        (
            "long text",
            Form::with_file(&good).text("title", &"x".repeat(65 * 1024)),
            "INVALID_REQUEST",
        ),
        (
            "not text",
            Form::with_file(&good).part("name=\"title\"", b"\xff\xfe"),
            "INVALID_REQUEST",
        ),
        ("empty", bad_field(Form::with_file(b"")), "INVALID_FILE_TYPE"),
        (
            "gif",
            bad_field(Form::with_file(b"GIF89a\x01\x00\x01\x00")),
            "INVALID_FILE_TYPE",
        ),
        (
            "svg",
            Form::with_file(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "INVALID_FILE_TYPE",
        ),
        (
            "field before size",
            bad_field(Form::with_file(&small)),
            "VALIDATION_FAILED",
        ),
        ("small", Form::with_file(&small), "INVALID_DIMENSIONS"),
        ("cut off", Form::with_file(cut), "CORRUPT_IMAGE"),
    ];
    for (what, form, code) in cases {
        assert_eq!(alice.upload(form).await.code(), (400, code.to_owned()), "{what}");
    }
    assert!(app.files().is_empty());
    assert_eq!(alice.get("/images").await.json()["totalCount"], 0);
}

#[tokio::test]
async fn dimensions_are_told() {
    let app = TestApp::new();
    let reply = app.user("alice").upload(Form::with_file(&pictures::png(99, 200))).await;
    assert_eq!(
        reply.json()["details"],
        serde_json::json!({ "width": 99, "height": 200 })
    );
    assert_eq!(reply.json()["error"], "ValidationError");
}

#[tokio::test]
async fn every_bad_field_is_told_with_its_reason() {
    let app = TestApp::new();
    let form = Form::with_file(&pictures::jpeg(120, 100))
        .text("title", &"x".repeat(256))
        .text("description", "a\u{202E}b")
        .text("altText", "line\nbreak")
        .text("albumId", "my album")
        .text("tags", &format!("[\"{}\"]", "t".repeat(51)));
    let reply = app.user("alice").upload(form).await;
    assert_eq!(reply.code(), (400, "VALIDATION_FAILED".to_owned()));
    assert_json_snapshot!(reply.json()["details"], @r#"
    {
      "albumId": "must be 1 to 64 letters, digits, '_' or '-'",
      "altText": "must not contain control or bidirectional override characters",
      "description": "must not contain control or bidirectional override characters",
      "tags": "each tag must be at most 50 characters",
      "title": "must be at most 255 characters"
    }
    "#);
}

#[tokio::test]
async fn tags_come_in_three_ways() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let file = pictures::jpeg(120, 100);
    let forms = [
        Form::with_file(&file).text("tags[]", "a").text("tags[]", " b "),
        Form::with_file(&file)
            .text("tags", "a")
            .text("tags", "b")
            .text("tags", ""),
        Form::with_file(&file).text("tags", r#"["a", "b", "a"]"#),
    ];
    for form in forms {
        assert_eq!(alice.uploaded(form).await["tags"], serde_json::json!(["a", "b"]));
    }
    let image = alice.uploaded(Form::with_file(&file).text("tags", "[WIP]")).await;
    assert_eq!(image["tags"], serde_json::json!(["[WIP]"]));
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let send = |content_type: &'static str, body: &'static [u8]| {
        let request = alice
            .request(Method::POST, "/images")
            .header(header::CONTENT_TYPE, content_type);
        alice.send(request, Body::from(body))
    };
    let cases: [(&str, &[u8], u16, &str); 5] = [
        ("multipart/form-data", b"x", 400, "INVALID_REQUEST"),
        (Form::CONTENT_TYPE, b"", 400, "INVALID_REQUEST"),
        (
            Form::CONTENT_TYPE,
            b"------test-boundary-7MA4YWxk\r\nContent-Dispo",
            400,
            "INVALID_REQUEST",
        ),
        ("image/jpeg", b"x", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            "application/x-www-form-urlencoded",
            b"a=b",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
    ];
    for (content_type, body, status, code) in cases {
        assert_eq!(
            send(content_type, body).await.code(),
            (status, code.to_owned()),
            "{content_type}"
        );
    }
    let bare = alice
        .send(alice.request(Method::POST, "/images"), Body::from("x"))
        .await;
    assert_eq!(bare.code(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
}

#[tokio::test]
async fn a_file_may_weigh_ten_mebibytes_and_not_a_byte_more() {
    const LIMIT: usize = 10 * 1024 * 1024;
    let app = TestApp::new();
    let alice = app.user("alice");
    // What follows the end of a PNG is not part of the picture.
    let mut file = pictures::png(120, 100);
    file.resize(LIMIT, 0);
    assert_eq!(alice.uploaded(Form::with_file(&file)).await["fileSize"], LIMIT);
    file.push(0);
    let reply = alice.upload(Form::with_file(&file)).await;
    assert_eq!(reply.code(), (413, "FILE_TOO_LARGE".to_owned()));
    assert_eq!(reply.json()["message"], "File size exceeds 10MB limit");
    assert!(reply.json().get("details").is_none());
}

#[tokio::test]
async fn a_body_of_more_than_eleven_mebibytes_is_refused() {
    let app = TestApp::new();
    let mut form = Form::with_file(&pictures::jpeg(120, 100));
    for _ in 0..12 {
        form = form.part("name=\"unknown\"", &vec![0; 1024 * 1024]);
    }
    let reply = app.user("alice").upload(form).await;
    assert_eq!(reply.code(), (400, "INVALID_REQUEST".to_owned()));
}

#[tokio::test]
async fn where_requests_are_small_large_files_are_sent_elsewhere() {
    let mut options = Options::default();
    options.settings.multipart_limit = Some(4 * 1024 * 1024);
    let app = TestApp::with(options);
    let mut file = pictures::png(120, 100);
    file.resize(4 * 1024 * 1024 + 1, 0);
    let reply = app.user("alice").upload(Form::with_file(&file)).await;
    assert_eq!(reply.code(), (413, "FILE_TOO_LARGE".to_owned()));
    assert_eq!(reply.json()["details"]["directUpload"], "/uploads");
}

#[tokio::test]
async fn settings_narrow_what_is_taken() {
    let mut options = Options::default();
    options.policy.formats = vec![image_service::pipeline::Format::Png];
    options.policy.max_file_size = 50_000;
    let app = TestApp::with(options);
    let alice = app.user("alice");
    let refused = alice.upload(Form::with_file(&pictures::jpeg(120, 100))).await;
    assert_eq!(refused.code(), (400, "INVALID_FILE_TYPE".to_owned()));
    let refused = alice.upload(Form::with_file(&vec![0; 50_001])).await;
    assert_eq!(refused.code(), (413, "FILE_TOO_LARGE".to_owned()));
}
