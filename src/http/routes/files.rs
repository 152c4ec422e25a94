//! The files themselves, where this server stands in for the CDN and the bucket:
//! `GET /images/{user}/{file}.webp`, `GET /images/{user}/thumbnails/{file}.webp` and the signed
//! `PUT /uploads/{id}`.

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Limited};

use crate::{
    Error,
    domain::{BlobKey, ImageId, UserId},
    http::{
        AppState,
        extract::Segments,
        limits::Deadline,
        openapi::{failures, requests},
    },
    store::blob::{Fetched, SignedQuery},
};

/// A file never changes under its key.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Larger than any file that the service makes.
const MAX_SERVED: u64 = 64 * 1024 * 1024;
const PUT_TIME: Duration = Duration::from_secs(60);

/// A picture of at most 2048×2048 pixels
#[utoipa::path(
    get,
    path = "/images/{user}/{file}",
    operation_id = "getFile",
    tag = "files",
    params(requests::File, requests::IfNoneMatch),
    responses(
        (status = 200, description = "WebP; it never changes", content_type = "image/webp", body = Vec<u8>),
        (status = 304, description = "Not changed since"),
        failures::ReadFile,
    ),
)]
pub(in crate::http) async fn main(
    state: State<AppState>,
    Segments((user, file)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    serve(state, &user, &file, &headers, BlobKey::main).await
}

/// The middle of a picture, 400×400 pixels
#[utoipa::path(
    get,
    path = "/images/{user}/thumbnails/{file}",
    operation_id = "getThumbnail",
    tag = "files",
    params(requests::File, requests::IfNoneMatch),
    responses(
        (status = 200, description = "WebP; it never changes", content_type = "image/webp", body = Vec<u8>),
        (status = 304, description = "Not changed since"),
        failures::ReadFile,
    ),
)]
pub(in crate::http) async fn thumbnail(
    state: State<AppState>,
    Segments((user, file)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    serve(state, &user, &file, &headers, BlobKey::thumbnail).await
}

async fn serve(
    State(state): State<AppState>,
    user: &str,
    file: &str,
    headers: &HeaderMap,
    key: fn(&UserId, ImageId) -> BlobKey,
) -> Result<Response, Error> {
    let user: UserId = user.parse().map_err(|_| Error::RouteNotFound)?;
    let name = file.strip_suffix(".webp").ok_or(Error::RouteNotFound)?;
    let id: ImageId = name.parse().map_err(|_| Error::RouteNotFound)?;
    // As in a bucket, a file has one name only.
    if id.to_string() != name {
        return Err(Error::RouteNotFound);
    }
    let Fetched::Found(bytes) = state.images.backends().blobs.get(&key(&user, id), MAX_SERVED).await? else {
        return Err(Error::RouteNotFound);
    };
    let etag = HeaderValue::from_str(&format!("\"{id}\"")).map_err(Error::internal)?;
    let cached = [(header::CACHE_CONTROL, FOREVER), (header::ETAG, etag.clone())];
    if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("image/webp"))];
    Ok((cached, content_type, Body::from(bytes)).into_response())
}

/// Send the file of a direct upload
///
/// To the URL of the answer of `POST /uploads`, which is signed: user, type and exact length hold,
/// once, for 10 minutes. On AWS this is the bucket.
#[utoipa::path(
    put,
    path = "/uploads/{id}",
    operation_id = "putUpload",
    tag = "uploads",
    params(requests::SignedPut),
    request_body(content(
        (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/png"),
        (Vec<u8> = "image/webp"),
    )),
    responses((status = 200, description = "The file is there"), failures::PutFile),
)]
// Takes what the URL was signed for and nothing else: user, type, exact length, once, in time.
pub(in crate::http) async fn put(
    State(state): State<AppState>,
    Segments(upload): Segments<String>,
    query: Result<Query<SignedQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Error> {
    let receiver = state.receiver.as_ref().ok_or(Error::RouteNotFound)?;
    let upload = upload.parse().map_err(|_| Error::RouteNotFound)?;
    let Query(query) = query.map_err(|_| Error::SignatureRefused("parameters are missing"))?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length: u64 = text(header::CONTENT_LENGTH)
        .and_then(|length| length.parse().ok())
        .ok_or(Error::SignatureRefused("no length"))?;
    if text(header::IF_NONE_MATCH) != Some("*") {
        return Err(Error::SignatureRefused("If-None-Match is signed"));
    }
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let now = state.images.backends().clock.now();
    let key = receiver
        .verify(upload, &query, content_type, length, now)
        .map_err(Error::SignatureRefused)?;

    let limit = usize::try_from(length).map_err(Error::internal)?;
    let deadline = Deadline(Instant::now() + PUT_TIME);
    let bytes = deadline
        .wait(async {
            let _room = state.upload_room.acquire().await.map_err(Error::internal)?;
            let body = Limited::new(request.into_body(), limit).collect().await;
            Ok(body
                .map_err(|_| Error::InvalidRequest("the body is cut off or too long".into()))?
                .to_bytes())
        })
        .await?;
    if bytes.len() != limit {
        return Err(Error::InvalidRequest("the body is shorter than its length".into()));
    }
    if receiver.put_new(&key, bytes).await? {
        Ok(StatusCode::OK.into_response())
    } else {
        Err(Error::AlreadyUploaded)
    }
}
