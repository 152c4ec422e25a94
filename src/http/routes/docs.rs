//! `GET /api-docs`

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::http::openapi::failures;

/// This document
#[utoipa::path(
    get,
    path = "/api-docs",
    operation_id = "apiDocs",
    tag = "service",
    responses((status = 200, description = "OpenAPI 3.1", body = Object), failures::Open),
)]
pub(in crate::http) async fn api_docs(document: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}
