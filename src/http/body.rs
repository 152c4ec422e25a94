//! Request bodies that nobody wants any more.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::header::EXPECT,
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt;
use tokio::time::timeout;

const READ_ON_BYTES: usize = 1024 * 1024;
const READ_ON_TIME: Duration = Duration::from_secs(1);

/// After an early refusal, reads on for at most 1 MiB or 1 s: a client that is still sending then
/// sees the answer instead of a reset connection (RFC 9112, section 9.6).
pub(super) async fn read_on_after_refusal(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // Such a client waits to be told to send, and is not.
    if body.is_end_stream() || parts.headers.contains_key(EXPECT) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let left = Left::default();
    let body = Watched {
        body,
        left: left.clone(),
        touched_end: false,
    };
    let response = next.run(Request::from_parts(parts, Body::new(body))).await;
    if let Some(body) = left.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
        tokio::spawn(timeout(READ_ON_TIME, read_on(body)));
    }
    response
}

async fn read_on(mut body: Body) {
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        bytes += frame.data_ref().map_or(0, Bytes::len);
        if bytes >= READ_ON_BYTES {
            return;
        }
    }
}

/// What a handler left unread.
#[derive(Clone, Default)]
struct Left(Arc<Mutex<Option<Body>>>);

/// A body that is handed over to [`Left`] when it is dropped before its end.
struct Watched {
    body: Body,
    left: Left,
    touched_end: bool,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.touched_end && !self.body.is_end_stream() {
            let rest = std::mem::replace(&mut self.body, Body::empty());
            *self.left.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.touched_end |= matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
