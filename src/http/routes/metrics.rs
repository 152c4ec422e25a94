//! `GET /metrics`, where the host counts by itself.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    Error,
    http::{AppState, openapi::failures},
};

/// What was counted and timed since the start
///
/// In Prometheus' text format. On AWS, CloudWatch has the same measurements.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "service",
    responses((status = 200, description = "The measurements", body = String), failures::Open),
)]
pub(in crate::http) async fn metrics(State(state): State<AppState>) -> Result<Response, Error> {
    let exposition = state.metrics.as_ref().ok_or(Error::RouteNotFound)?;
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((content_type, exposition()).into_response())
}
