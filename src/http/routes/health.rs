//! `GET /health`

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::http::AppState;

/// A report is no error: 503 keeps its body.
pub(in crate::http) async fn health(State(state): State<AppState>) -> Response {
    let report = state.health.report(&state.images).await;
    let status = if report.is_up() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut response = (status, Json(report)).into_response();
    response.extensions_mut().insert(crate::http::error::Rendered);
    response
}
