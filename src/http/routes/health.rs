//! `GET /health`

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::http::{AppState, health::Report, openapi::failures};

/// Whether the service and what it depends on are up
///
/// `degraded` still serves; answers are at most 5 seconds old.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "health",
    tag = "service",
    responses(
        (status = 200, description = "Up", body = Report),
        (status = 503, description = "Metadata or storage is down", body = Report),
        failures::Open,
    ),
)]
// A report is no error: 503 keeps its body.
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
