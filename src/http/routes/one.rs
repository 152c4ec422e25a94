//! `GET /images/{id}`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    Error,
    http::{
        AppState,
        extract::{ImagePath, version_tag},
        limits::{Caller, Deadline},
        openapi::{failures, requests},
        view::ImageView,
    },
};

/// A stored copy may be shown again only after asking.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// One image
#[utoipa::path(
    get,
    path = "/images/{id}",
    operation_id = "getImage",
    tag = "images",
    security(("bearer" = [])),
    params(requests::ImageId, requests::IfNoneMatch),
    responses(
        (status = 200, description = "The image", body = ImageView,
            headers(("ETag" = String, description = "The version in quotes"))),
        (status = 304, description = "Not changed since", headers(("ETag" = String, description = "The version in quotes"))),
        failures::ReadImage,
    ),
)]
pub(in crate::http) async fn get(
    State(state): State<AppState>,
    Caller(user): Caller,
    Deadline(deadline): Deadline,
    ImagePath(id): ImagePath,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let image = state.images.get(deadline, &user, id).await?;
    let etag = version_tag(image.version);
    let cached = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, REVALIDATE)];
    if none_match_has(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let view = ImageView::of(&image, &*state.images.backends().delivery);
    Ok((cached, Json(view)).into_response())
}

/// Weak comparison with every tag of `If-None-Match` (RFC 9110, section 13.1.2).
fn none_match_has(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|tag| tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == etag.as_bytes())
}
