//! The door: where a secret is agreed on with the CDN, what does not know it came round the CDN and
//! its firewall.

use axum::{
    extract::{Request, State},
    http::HeaderName,
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

use super::AppState;
use crate::Error;

const X_ORIGIN_SECRET: HeaderName = HeaderName::from_static("x-origin-secret");

/// Refuses what does not carry the secret, where there is one. It goes no further than this: no
/// handler and no log line sees it.
pub(super) async fn insist(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let sent = request.headers_mut().remove(X_ORIGIN_SECRET);
    if let Some(secret) = &state.settings.origin_secret {
        let knows = sent.is_some_and(|sent| sent.as_bytes().ct_eq(secret.as_bytes()).into());
        if !knows {
            return Error::Bypassed.into_response();
        }
    }
    next.run(request).await
}
