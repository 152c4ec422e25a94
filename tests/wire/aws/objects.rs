use std::time::Duration;

use bytes::Bytes;
use image_service::{
    domain::{BlobKey, ImageId, UploadId, UserId},
    store::{
        BlobStore, ErrorKind,
        blob::{Fetched, PutGrant, SignedPut},
    },
};
use reqwest::{StatusCode, header::HeaderMap};

use super::{
    Account,
    account::{as_root, server},
};
use crate::conformance::cases::fixture::{now, user};

/// The headers that a browser would get, but for those of the CDN.
async fn headers(account: &Account, key: &BlobKey) -> HeaderMap {
    let url = format!("{}/{}/{key}", server("WIRE_AWS"), account.bucket);
    let response = as_root(reqwest::Client::new().head(url), "s3").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.headers().clone()
}

#[tokio::test]
async fn files_are_stored_for_good() {
    let account = Account::open().await;
    let blobs = account.blobs();
    let (user, image) = (user(), ImageId::new(now()));
    for (key, class) in [
        (BlobKey::main(&user, image), Some("INTELLIGENT_TIERING")),
        (BlobKey::thumbnail(&user, image), None),
    ] {
        blobs.put(&key, Bytes::from_static(b"webp")).await.unwrap();
        let headers = headers(&account, &key).await;
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some("image/webp"));
        assert_eq!(header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(header("x-amz-server-side-encryption"), Some("AES256"));
        assert_eq!(header("x-amz-meta-cache-tag"), Some(image.to_string().as_str()));
        assert_eq!(header("x-amz-storage-class"), class);
    }
}

const FILE: &[u8] = b"twelve bytes";

async fn sign(blobs: &dyn BlobStore, user: &UserId, age: Duration) -> (BlobKey, SignedPut) {
    let key = BlobKey::temporary(user, UploadId::new(now()));
    let issued_at = now().minus(age);
    let grant = PutGrant {
        key: key.clone(),
        content_type: "image/png",
        content_length: FILE.len() as u64,
        issued_at,
        expires_at: issued_at.plus(Duration::from_secs(600)),
    };
    (key, blobs.sign_put(&grant).await.unwrap())
}

async fn put(url: &str, headers: &[(&str, &str)], body: &'static [u8]) -> StatusCode {
    let mut request = reqwest::Client::new().put(url).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status()
}

const HEADERS: [(&str, &str); 2] = [("Content-Type", "image/png"), ("If-None-Match", "*")];

#[tokio::test]
async fn a_signed_url_takes_one_file_of_one_kind_and_length() {
    let account = Account::open().await;
    let blobs = account.blobs();
    let user = user();
    let (key, signed) = sign(&*blobs, &user, Duration::ZERO).await;
    // What is signed; the query says so.
    let query = signed.url.split_once('?').unwrap().1;
    assert!(query.contains("X-Amz-Expires=600"), "{query}");
    let signed_headers = "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match";
    assert!(query.contains(signed_headers), "{query}");
    assert!(!query.to_lowercase().contains("checksum"), "{query}");

    let refused = StatusCode::FORBIDDEN;
    assert_eq!(put(&signed.url, &HEADERS[..1], FILE).await, refused);
    assert_eq!(put(&signed.url, &HEADERS[1..], FILE).await, refused);
    let otherwise = [("Content-Type", "text/html"), HEADERS[1]];
    assert_eq!(put(&signed.url, &otherwise, FILE).await, refused);
    assert_eq!(put(&signed.url, &HEADERS, b"too short").await, refused);
    let elsewhere = signed.url.replace("temp/", "images/");
    assert_eq!(put(&elsewhere, &HEADERS, FILE).await, refused);
    assert_eq!(blobs.get(&key, 100).await.unwrap(), Fetched::Missing);

    assert_eq!(put(&signed.url, &HEADERS, FILE).await, StatusCode::OK);
    assert_eq!(put(&signed.url, &HEADERS, FILE).await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(
        blobs.get(&key, 100).await.unwrap(),
        Fetched::Found(Bytes::from_static(FILE))
    );
    assert_eq!(blobs.get(&key, 3).await.unwrap(), Fetched::TooLarge);

    let (_, late) = sign(&*blobs, &user, Duration::from_secs(601)).await;
    assert_eq!(put(&late.url, &HEADERS, FILE).await, refused);
}

#[tokio::test]
async fn only_temporary_files_are_signed_for() {
    let account = Account::open().await;
    let key = BlobKey::main(&user(), ImageId::new(now()));
    let grant = PutGrant {
        key,
        content_type: "image/png",
        content_length: 1,
        issued_at: now(),
        expires_at: now().plus(Duration::from_secs(600)),
    };
    let error = account.blobs().sign_put(&grant).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
}

/// Only S3 itself has the endpoint; making a URL calls nobody.
#[tokio::test]
async fn clients_upload_through_the_accelerated_endpoint_where_there_is_one() {
    let account = Account::open()
        .await
        .with("AWS_ENDPOINT_URL", "")
        .with("S3_ACCELERATE", "on");
    let (key, signed) = sign(&*account.blobs(), &user(), Duration::ZERO).await;
    let base = format!("https://{}.s3-accelerate.amazonaws.com/temp/", account.bucket);
    assert!(signed.url.starts_with(&base), "{} {key}", signed.url);
}

/// What the user of the service may not do shows as such, and not as a file that is missing.
#[tokio::test]
async fn another_bucket_is_out_of_reach() {
    let (account, other) = (Account::open().await, Account::open().await);
    let account = account.with("S3_BUCKET_NAME", &other.bucket);
    let blobs = account.blobs();
    let key = BlobKey::main(&user(), ImageId::new(now()));
    let error = blobs.put(&key, Bytes::from_static(b"x")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert!(blobs.ping().await.is_err());
}
