//! What stands before a protected handler: who calls, how often, and until when.

use std::time::{Duration, Instant};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{AppState, extract::is_json, trace::Started};
use crate::{
    Error,
    domain::UserId,
    metrics,
    rate_limit::{Decision, Operation},
};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The verified caller.
#[derive(Debug, Clone)]
pub(super) struct Caller(pub(super) UserId);

/// When the answer is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(pub(super) Instant);

impl Deadline {
    /// Waits for something that has no side effects.
    pub(super) async fn wait<T>(self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::time::timeout_at(self.0.into(), future)
            .await
            .unwrap_or(Err(Error::Timeout))
    }
}

/// What stands before one handler.
#[derive(Clone)]
pub(super) struct Protection {
    pub(super) state: AppState,
    pub(super) operation: Operation,
    pub(super) time_limit: Duration,
}

/// Authentication, rate limit and time limit of one operation, in this order and before the body
/// is read.
pub(super) async fn protect(
    State(Protection {
        state,
        operation,
        time_limit,
    }): State<Protection>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let user = match state.authenticator.authenticate(&parts).await {
        Ok(user) => user,
        Err(error) => return error.into_response(),
    };
    tracing::Span::current().record("user", user.as_str());
    let decision = if is_finish(operation, &parts) {
        None
    } else {
        let now = state.images.backends().clock.now();
        state.limiter.check(operation, &user, now).await
    };
    let mut response = match decision {
        Some(Decision {
            allowed: false,
            retry_after,
            ..
        }) => {
            metrics::rate_limited();
            Error::RateLimited { retry_after }.into_response()
        }
        _ => {
            let started = parts
                .extensions
                .get()
                .map_or_else(Instant::now, |Started(started)| *started);
            parts.extensions.insert(Caller(user));
            parts.extensions.insert(Deadline(started + time_limit));
            next.run(Request::from_parts(parts, body)).await
        }
    };
    if let Some(decision) = decision {
        let headers = response.headers_mut();
        headers.insert(LIMIT, decision.limit.into());
        headers.insert(REMAINING, decision.remaining.into());
        // The second in which it is free, not the one before.
        headers.insert(
            RESET,
            HeaderValue::from(decision.reset_at.plus(Duration::from_millis(999)).as_secs()),
        );
    }
    response
}

/// Finishing a direct upload is not counted again: its beginning was.
fn is_finish(operation: Operation, parts: &Parts) -> bool {
    operation == Operation::Upload && parts.uri.path() == "/images" && is_json(parts.headers.get(header::CONTENT_TYPE))
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        extension(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Deadline {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        extension(parts)
    }
}

/// What [`protect`] left. Its absence is a hole in the router, not a client's fault.
fn extension<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, Error> {
    parts
        .extensions
        .get()
        .cloned()
        .ok_or_else(|| Error::internal("a handler needs a caller but its route is not protected"))
}
