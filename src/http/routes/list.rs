//! `GET /images`

use axum::{Json, extract::State};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Error,
    domain::Cursor,
    http::{
        AppState,
        extract::query::list_query,
        limits::{Caller, Deadline},
        openapi::{failures, requests},
        view::ListedImage,
    },
    service::Listing,
};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImageList)]
pub(in crate::http) struct ListView<'a> {
    images: Vec<ListedImage<'a>>,
    pagination: Pagination,
    /// All of the caller's images, or those of the album; left out when `tag` filters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false, example = 142)]
    total_count: Option<u64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Pagination {
    limit: usize,
    has_more: bool,
    /// For the parameter `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    next_cursor: Option<String>,
}

/// The caller's images, page by page
///
/// Walking the cursors visits every image that existed throughout exactly once, whatever is
/// uploaded or deleted meanwhile. A page can be shorter than its limit without being the last.
#[utoipa::path(
    get,
    path = "/images",
    operation_id = "listImages",
    tag = "images",
    security(("bearer" = [])),
    params(requests::ListQuery),
    responses((status = 200, description = "One page", body = ListView), failures::ListImages),
)]
pub(in crate::http) async fn list(
    State(state): State<AppState>,
    Caller(user): Caller,
    Deadline(deadline): Deadline,
    uri: axum::http::Uri,
) -> Result<axum::response::Response, Error> {
    let query = list_query(user, uri.query().unwrap_or_default(), state.settings.max_page_size)?;
    let Listing { page, total } = state.images.list(deadline, &query).await?;
    let next_cursor = page
        .next
        .map(|position| BASE64_URL_SAFE_NO_PAD.encode(Cursor::new(position).to_bytes(&query)));
    let delivery = &*state.images.backends().delivery;
    let view = ListView {
        images: page
            .images
            .iter()
            .map(|image| ListedImage::of(image, delivery))
            .collect(),
        pagination: Pagination {
            limit: query.limit,
            has_more: next_cursor.is_some(),
            next_cursor,
        },
        total_count: total,
    };
    Ok(axum::response::IntoResponse::into_response(Json(view)))
}
