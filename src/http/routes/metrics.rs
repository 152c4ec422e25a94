//! `GET /metrics`, where the host counts by itself.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{Error, http::AppState};

pub(in crate::http) async fn metrics(State(state): State<AppState>) -> Result<Response, Error> {
    let exposition = state.metrics.as_ref().ok_or(Error::RouteNotFound)?;
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((content_type, exposition()).into_response())
}
