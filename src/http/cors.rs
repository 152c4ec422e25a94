//! Which pages of other origins may call.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

const MAX_AGE: Duration = Duration::from_secs(86_400);

/// Decides about one `Origin`.
#[derive(Clone)]
pub struct Origins(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl Origins {
    pub fn new(allowed: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(allowed))
    }

    fn predicate(&self) -> AllowOrigin {
        let Self(allowed) = self.clone();
        AllowOrigin::predicate(move |origin: &HeaderValue, _| origin.to_str().is_ok_and(|origin| allowed(origin)))
    }
}

impl std::fmt::Debug for Origins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Origins")
    }
}

/// For all routes but one.
pub(super) fn api(origins: &Origins) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.predicate())
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("x-requested-with"),
            HeaderName::from_static("idempotency-key"),
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("x-ratelimit-limit"),
            HeaderName::from_static("x-ratelimit-remaining"),
            HeaderName::from_static("x-ratelimit-reset"),
            HeaderName::from_static("idempotent-replayed"),
        ])
        .max_age(MAX_AGE)
}

/// For the signed PUT of a local server, which stands in for a bucket with a CORS rule of its own.
pub(super) fn signed_put(origins: &Origins) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.predicate())
        .allow_methods([Method::PUT])
        .allow_headers([header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, HeaderName::from_static("x-request-id")])
        .max_age(MAX_AGE)
}
