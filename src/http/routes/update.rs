//! `PATCH /images/{id}`

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};

use crate::{
    Error,
    domain::{AltText, Description, ImagePatch, Title, Version},
    http::{
        AppState,
        extract::{ImagePath, json::Object, version_tag},
        limits::{Caller, Deadline},
        openapi::{failures, requests},
        view::ImageView,
    },
};

/// Change what is said about an image
///
/// Only as it was last seen: one of two concurrent changes from one version wins, the other is
/// answered `VERSION_MISMATCH` with the current version. Read the image again then, and decide.
#[utoipa::path(
    patch,
    path = "/images/{id}",
    operation_id = "updateImage",
    tag = "images",
    security(("bearer" = [])),
    params(requests::ImageId, requests::IfMatch),
    request_body(content = requests::ImagePatch, content_type = "application/json"),
    responses(
        (status = 200, description = "The image as it is now", body = ImageView,
            headers(("ETag" = String, description = "The version in quotes"))),
        failures::UpdateImage,
    ),
)]
pub(in crate::http) async fn update(
    State(state): State<AppState>,
    Caller(user): Caller,
    deadline: Deadline,
    ImagePath(id): ImagePath,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Error> {
    let mut body = deadline.wait(Object::read(request)).await?;
    let patch = ImagePatch {
        album_id: body.change("albumId", Object::album),
        title: body.change("title", Object::text(Title::parse)),
        description: body.change("description", Object::text(Description::parse)),
        alt_text: body.change("altText", Object::text(AltText::parse)),
        tags: body.replaced_tags(),
    };
    let version = expected_version(&mut body, &headers);
    body.finish()?;
    let version = version.ok_or_else(|| Error::field("version", "is required"))?;
    let image = state.images.update(deadline.0, user, id, version, patch).await?;
    let view = ImageView::of(&image, &*state.images.backends().delivery);
    Ok(([(header::ETAG, version_tag(image.version))], Json(view)).into_response())
}

/// From the body, from `If-Match`, or from both when they agree.
fn expected_version(body: &mut Object, headers: &HeaderMap) -> Option<Version> {
    let in_body = body.version();
    let mut tags = headers.get_all(header::IF_MATCH).iter();
    let Some(tag) = tags.next() else {
        if in_body.is_none() && !body.has_error("version") {
            body.refuse("version", "is required unless If-Match is sent");
        }
        return in_body;
    };
    let in_header = tag
        .to_str()
        .ok()
        .map(|tag| tag.trim().strip_prefix("W/").unwrap_or(tag.trim()))
        .and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'))
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'))
        .and_then(|digits| digits.parse().ok())
        .and_then(Version::new);
    if in_header.is_none() || tags.next().is_some() {
        body.refuse("If-Match", "must be one version in quotes, such as \"3\"");
    } else if in_body.is_some() && in_body != in_header {
        body.refuse("If-Match", "must not disagree with the version in the body");
    }
    in_header
}
