//! Request ids, the one log line of a request, and the headers that every answer carries.

use std::{sync::Arc, time::Instant};

use axum::{
    body::HttpBody,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, field::Empty};
use ulid::Ulid;

use crate::{ErrorCode, metrics};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names one request in answers and logs. Always ours: what a client sends is ignored.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestId(Arc<str>);

impl RequestId {
    pub(super) fn new(id: String) -> Self {
        Self(id.into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the gateway in front of a Lambda says about a request; put into its extensions by the host.
#[derive(Debug, Clone)]
pub struct GatewayRequest {
    pub request_id: String,
    /// Of X-Ray, of the invocation.
    pub trace_id: Option<String>,
    /// `sub` of the token that the gateway has verified; `None` on routes where it asks for none.
    pub subject: Option<String>,
}

/// When the first byte of the request was there; deadlines count from here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Started(pub(super) Instant);

/// Gives a request its id and logs it once, when it is answered or its client is gone.
pub(super) async fn trace(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let gateway = request.extensions().get::<GatewayRequest>();
    let id = gateway.map_or_else(
        || Ulid::from_parts(epoch_millis(), rand::random()).to_string(),
        |gateway| gateway.request_id.clone(),
    );
    // The path may hold names and the query signatures: only the route is logged.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        request_id = %id,
        trace_id = gateway.and_then(|gateway| gateway.trace_id.as_deref()),
        method = %request.method(),
        route = route.as_deref().unwrap_or("none"),
        user = Empty,
        image = Empty,
    );
    let line = LogLine {
        span: span.clone(),
        started,
        bytes_in: request.body().size_hint().lower(),
        is_upload: request.method() == Method::POST && route.as_deref() == Some("/images"),
        answered: None,
    };
    let id = RequestId::new(id);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(Started(started));

    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    line.answered(&response);
    response
}

fn epoch_millis() -> u64 {
    let since_epoch = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

/// Written when dropped, so that a request whose client hangs up leaves its line as well.
struct LogLine {
    span: tracing::Span,
    started: Instant,
    bytes_in: u64,
    /// Of an image: its failures are counted, whatever layer they come from.
    is_upload: bool,
    answered: Option<(StatusCode, Option<ErrorCode>, u64)>,
}

impl LogLine {
    fn answered(mut self, response: &Response) {
        let code = response.extensions().get::<ErrorCode>().copied();
        if let Some(code) = code.filter(|_| self.is_upload) {
            metrics::upload_failed(code.as_str());
        }
        self.answered = Some((response.status(), code, response.body().size_hint().lower()));
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let _entered = self.span.enter();
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let bytes_in = self.bytes_in;
        match self.answered {
            Some((status, code, bytes_out)) => {
                let status = status.as_u16();
                let code = code.map(ErrorCode::as_str);
                tracing::info!(status, code, duration_ms, bytes_in, bytes_out, "answered");
            }
            None => tracing::info!(duration_ms, bytes_in, "client went away"),
        }
    }
}

/// Private unless a route says otherwise, and never sniffed.
pub(super) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
