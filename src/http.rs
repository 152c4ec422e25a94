//! The HTTP contract: all routes and the whole stack in one screen.

use std::{
    num::NonZeroUsize,
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn, from_fn_with_state},
    routing::{MethodRouter, get, patch, post, put},
};
use bytes::Bytes;
use tokio::sync::Semaphore;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    Error,
    config::Secret,
    metrics::Exposition,
    rate_limit::{Operation, RateLimiter},
    service::Images,
    store::blob::PutReceiver,
};

pub mod auth;
mod body;
mod cors;
mod error;
mod extract;
mod health;
mod limits;
mod openapi;
mod origin;
mod routes;
mod trace;
mod view;

pub use cors::Origins;
pub use error::{name as error_name, status};
pub use health::{Health, ServiceNames};
pub use openapi::{Extras, document};
#[cfg(feature = "local")]
pub use routes::pages::Pages;
pub use trace::GatewayRequest;

/// What the routes work with. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub images: Images,
    pub authenticator: Arc<dyn auth::Authenticator>,
    pub limiter: Arc<dyn RateLimiter>,
    pub health: Arc<Health>,
    pub settings: Arc<Settings>,
    /// Room for uploads whose bodies are held in memory.
    pub upload_room: Arc<Semaphore>,
    /// Where this server stands in for the bucket.
    pub receiver: Option<Arc<dyn PutReceiver>>,
    /// Where this host shows its own measurements.
    pub metrics: Option<Exposition>,
    /// Where this server issues its own tokens.
    #[cfg(feature = "local")]
    pub issuer: Option<Arc<auth::DevIssuer>>,
    /// Where this server has pages for developers.
    #[cfg(feature = "local")]
    pub pages: Option<Pages>,
}

/// What a deployment decides about HTTP.
#[derive(Debug, Clone)]
pub struct Settings {
    pub origins: Origins,
    /// What every request has to carry, as only the CDN in front knows it.
    pub origin_secret: Option<Secret>,
    pub time_limits: TimeLimits,
    pub max_page_size: NonZeroUsize,
    /// Bytes of a file in a multipart upload before it is pointed to `POST /uploads`; `None` where
    /// a request can be as large as any upload.
    pub multipart_limit: Option<u64>,
    /// Added to every answer, to help building honest spinners.
    pub latency: Duration,
    /// Whether this server stands in for the CDN.
    pub serves_files: bool,
}

/// How long each operation may take, from its first byte to its answer.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    pub upload: Duration,
    pub get: Duration,
    pub list: Duration,
    pub update: Duration,
    pub delete: Duration,
}

/// Builds the application that every host drives: the server, the Lambda and the tests.
///
/// The stack, outermost first: request id and trace, security headers, refused bodies, CORS,
/// errors, the CDN's secret, panics, and per route authentication, rate limit and time limit.
pub fn router(state: AppState) -> Router {
    use routes::{delete, direct_upload, docs, files, health, list, one, update, upload};

    let (time, latency) = (state.settings.time_limits, state.settings.latency);
    let protect = |operation, time_limit| {
        let protection = limits::Protection {
            state: state.clone(),
            operation,
            time_limit,
        };
        from_fn_with_state(protection, limits::protect)
    };
    let images = MethodRouter::new()
        .merge(get(list::list).route_layer(protect(Operation::Read, time.list)))
        .merge(post(upload::upload).route_layer(protect(Operation::Upload, time.upload)));
    let image = MethodRouter::new()
        .merge(get(one::get).route_layer(protect(Operation::Read, time.get)))
        .merge(patch(update::update).route_layer(protect(Operation::Update, time.update)))
        .merge(axum::routing::delete(delete::delete).route_layer(protect(Operation::Delete, time.delete)));
    let uploads = post(direct_upload::start).route_layer(protect(Operation::Upload, time.upload));

    // Made for the first who asks: a cold start does not wait for it.
    let extras = Extras::of(&state);
    let document = Arc::new(LazyLock::new(move || openapi::document(extras)));

    let mut api = Router::new()
        .route("/images", images)
        .route("/images/{id}", image)
        .route("/uploads", uploads)
        .route("/health", get(health::health))
        .route("/api-docs", get(move || docs::api_docs(Bytes::clone(&document))));
    if state.settings.serves_files {
        api = api
            .route("/images/{user}/{file}", get(files::main))
            .route("/images/{user}/thumbnails/{file}", get(files::thumbnail));
    }
    if state.metrics.is_some() {
        api = api.route("/metrics", get(routes::metrics::metrics));
    }
    let mut signed = Router::new();
    if state.receiver.is_some() {
        signed = signed.route("/uploads/{id}", put(files::put));
    }
    #[cfg(feature = "local")]
    if state.issuer.is_some() {
        api = api
            .route("/dev/token", get(routes::dev::token))
            .route("/dev/.well-known/jwks.json", get(routes::dev::jwks));
    }
    #[cfg(feature = "local")]
    if let Some(pages) = &state.pages {
        api = api.merge(routes::pages::routes(pages));
    }
    let api = api
        .fallback(|| async { Error::RouteNotFound })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed });
    let signed = signed.method_not_allowed_fallback(|| async { Error::MethodNotAllowed });

    let finish = |router: Router<AppState>, cors| {
        router
            .layer(CatchPanicLayer::custom(error::panicked))
            .layer(from_fn_with_state(state.clone(), origin::insist))
            .layer(from_fn(error::render))
            .layer(cors)
    };
    finish(api, cors::api(&state.settings.origins))
        .merge(finish(signed, cors::signed_put(&state.settings.origins)))
        .layer(from_fn(body::read_on_after_refusal))
        .layer(from_fn(trace::security_headers))
        .layer(from_fn(trace::trace))
        // Before the clocks of the request start: a network is slow outside of the service.
        .layer(option_layer((!latency.is_zero()).then(|| {
            from_fn(move |request: Request, next: Next| async move {
                tokio::time::sleep(latency).await;
                next.run(request).await
            })
        })))
        .with_state(state)
}
