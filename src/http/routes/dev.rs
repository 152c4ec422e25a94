//! `GET /dev/token` and the key set behind it: only where the server issues its own tokens.

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Error,
    domain::UserId,
    http::{
        AppState,
        auth::{DevIssuer, Token},
        openapi::{failures, requests},
    },
};

#[derive(Deserialize)]
pub(in crate::http) struct TokenQuery {
    #[serde(default)]
    sub: String,
}

/// A token for anyone who asks
///
/// As plain text, or as JSON when asked for.
#[utoipa::path(
    get,
    path = "/dev/token",
    operation_id = "devToken",
    tag = "development",
    params(requests::TokenQuery),
    responses(
        (status = 200, description = "The token", content(
            (String = "text/plain"),
            (Token = "application/json"),
        )),
        failures::DevToken,
    ),
)]
pub(in crate::http) async fn token(
    State(state): State<AppState>,
    Query(query): Query<TokenQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    const RULE: &str = "must be 1 to 128 letters, digits or one of _:.@|- and start with a letter or digit";
    let user: UserId = query.sub.parse().map_err(|_| Error::field("sub", RULE))?;
    let token = issuer(&state)?.issue(&user, state.images.backends().clock.now())?;
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("application/json")) {
        return Ok(Json(token).into_response());
    }
    Ok(token.token.into_response())
}

/// The key set behind the tokens
#[utoipa::path(
    get,
    path = "/dev/.well-known/jwks.json",
    operation_id = "devKeys",
    tag = "development",
    responses((status = 200, description = "RFC 7517", body = Object), failures::Open),
)]
// The public half, for whoever verifies these tokens elsewhere (RFC 7517).
pub(in crate::http) async fn jwks(State(state): State<AppState>) -> Result<Json<Value>, Error> {
    Ok(Json(issuer(&state)?.jwks().clone()))
}

fn issuer(state: &AppState) -> Result<&DevIssuer, Error> {
    state.issuer.as_deref().ok_or(Error::RouteNotFound)
}
