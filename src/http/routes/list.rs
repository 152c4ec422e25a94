//! `GET /images`

use axum::{Json, extract::State};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::{
    Error,
    domain::Cursor,
    http::{
        AppState,
        extract::query::list_query,
        limits::{Caller, Deadline},
        view::ListedImage,
    },
    service::Listing,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListView<'a> {
    images: Vec<ListedImage<'a>>,
    pagination: Pagination,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    limit: usize,
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

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
