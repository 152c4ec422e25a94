//! How a failure looks to a client: the only maker of error bodies, for every layer.

use std::{any::Any, borrow::Cow, sync::Arc, time::Duration};

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::trace::RequestId;
use crate::{
    Error, ErrorCode,
    error::{Action, Causes},
};

/// The status of each code (api.md, "Errors").
pub fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidRequest
        | ErrorCode::ValidationFailed
        | ErrorCode::InvalidFileType
        | ErrorCode::InvalidDimensions
        | ErrorCode::CorruptImage
        | ErrorCode::InvalidCursor => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorCode::NotAuthorized => StatusCode::FORBIDDEN,
        ErrorCode::ImageNotFound | ErrorCode::UploadNotFound | ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::VersionMismatch | ErrorCode::RequestInProgress => StatusCode::CONFLICT,
        ErrorCode::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ErrorCode::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::RateLimitExceeded => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::ImageProcessingFailed | ErrorCode::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The family that a code belongs to.
pub fn name(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidRequest
        | ErrorCode::ValidationFailed
        | ErrorCode::InvalidFileType
        | ErrorCode::InvalidDimensions
        | ErrorCode::CorruptImage
        | ErrorCode::InvalidCursor => "ValidationError",
        ErrorCode::Unauthorized => "Unauthorized",
        ErrorCode::NotAuthorized => "Forbidden",
        ErrorCode::ImageNotFound | ErrorCode::UploadNotFound | ErrorCode::NotFound => "NotFound",
        ErrorCode::MethodNotAllowed => "MethodNotAllowed",
        ErrorCode::RequestTimeout => "RequestTimeout",
        ErrorCode::VersionMismatch | ErrorCode::RequestInProgress => "ConflictError",
        ErrorCode::PreconditionFailed => "PreconditionFailed",
        ErrorCode::FileTooLarge => "PayloadTooLarge",
        ErrorCode::UnsupportedMediaType => "UnsupportedMediaType",
        ErrorCode::IdempotencyKeyReused => "IdempotencyError",
        ErrorCode::RateLimitExceeded => "TooManyRequests",
        ErrorCode::ImageProcessingFailed => "ProcessingError",
        ErrorCode::InternalError => "InternalError",
        ErrorCode::ServiceUnavailable => "ServiceUnavailable",
    }
}

/// The body of every error (api.md, "Errors").
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub(super) struct ErrorBody<'a> {
    /// The family of the code.
    error: &'static str,
    /// For a person.
    #[schema(value_type = String)]
    message: Cow<'a, str>,
    #[schema(value_type = ErrorCode)]
    code: &'static str,
    /// Each refused field and why with `VALIDATION_FAILED`, `width` and `height` with
    /// `INVALID_DIMENSIONS`, sometimes `directUpload` with `FILE_TOO_LARGE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    details: Option<Value>,
    /// With `VERSION_MISMATCH`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, minimum = 1, required = false)]
    current_version: Option<u64>,
    /// Seconds, with `RATE_LIMIT_EXCEEDED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, minimum = 1, required = false)]
    retry_after: Option<u64>,
    /// Names the request in the service's log; the header `X-Request-Id` as well.
    request_id: &'a str,
}

/// Carries an error from where it happened to [`render`].
#[derive(Clone)]
struct Failure(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status(self.code()).into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// Makes an error of a panic, for [`tower_http::catch_panic`].
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast::<&str>()
            .map_or("panic".to_owned(), |text| (*text).to_owned()),
    };
    Error::internal(text).into_response()
}

/// Marks an answer whose status says failure but whose body is as it should be.
#[derive(Clone, Copy)]
pub(super) struct Rendered;

/// Gives every failed answer its body, and logs what is our own fault, once.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if !failed || response.extensions().get::<Rendered>().is_some() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let Failure(error) = parts
        .extensions
        .remove()
        .unwrap_or_else(|| Failure(Arc::new(foreign(parts.status))));
    let code = error.code();
    if status(code).is_server_error() {
        tracing::error!(
            error = %Causes(&*error),
            code = code.as_str(),
            "request failed"
        );
    } else {
        tracing::debug!(
            error = %Causes(&*error),
            code = code.as_str(),
            "request refused"
        );
    }

    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    parts.extensions.insert(code);
    parts.status = status(code);
    let mut response = (parts.status, Json(body(&error, &id))).into_response();
    for (name, value) in &parts.headers {
        response.headers_mut().append(name, value.clone());
    }
    response.extensions_mut().extend(parts.extensions);
    if code == ErrorCode::Unauthorized {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = retry_after(&error) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// An answer that the framework made by itself.
fn foreign(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::RouteNotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Error::Timeout,
        StatusCode::PAYLOAD_TOO_LARGE => Error::FileTooLarge { direct_upload: false },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType,
        status if status.is_client_error() => Error::InvalidRequest("the request can not be read".into()),
        status => Error::internal(format!("unexpected answer {status}")),
    }
}

fn body<'a>(error: &'a Error, id: &'a RequestId) -> ErrorBody<'a> {
    let code = error.code();
    ErrorBody {
        error: name(code),
        message: message(error),
        code: code.as_str(),
        details: details(error),
        current_version: match error {
            Error::VersionMismatch { current } => Some(current.get()),
            _ => None,
        },
        retry_after: (code == ErrorCode::RateLimitExceeded)
            .then(|| retry_after(error))
            .flatten(),
        request_id: id.as_str(),
    }
}

/// The body that a request with this error would get, for the document.
pub(super) fn example(error: &Error) -> Value {
    let id = RequestId::new("01KTN2V0Q8Y3C5Z7D9F1H4J6M8".to_owned());
    serde_json::to_value(body(error, &id)).unwrap_or_default()
}

/// For a person. Fixed texts, but for what is wrong with a request.
fn message(error: &Error) -> Cow<'_, str> {
    let text = match error {
        Error::InvalidRequest(reason) => return Cow::Borrowed(reason),
        Error::Validation(_) => "Some fields are not valid",
        Error::InvalidFileType => "Only JPEG, PNG, and WebP images are supported",
        Error::InvalidDimensions { .. } => "Image must be between 100x100 and 8000x8000 pixels",
        Error::CorruptImage(_) => "The image is damaged and can not be read",
        Error::InvalidCursor => "Invalid pagination cursor",
        Error::Unauthorized(_) => "Invalid or expired token",
        Error::NotOwner(Action::Access) => "You do not have permission to access this image",
        Error::NotOwner(Action::Update) => "You do not have permission to update this image",
        Error::NotOwner(Action::Delete) => "You do not have permission to delete this image",
        Error::SignatureRefused(_) => "This URL does not allow the request, or has expired",
        Error::Bypassed => "Requests are answered at the public address only",
        Error::ImageNotFound => "Image not found",
        Error::UploadNotFound => "Upload not found or expired",
        Error::RouteNotFound => "There is nothing at this path",
        Error::MethodNotAllowed => "This path does not support the method",
        Error::Timeout | Error::ClientGone => "The request took too long",
        Error::VersionMismatch { .. } => "Image has been modified by another request",
        Error::RequestInProgress { .. } => "A request with this idempotency key is still running",
        Error::AlreadyUploaded => "The file has been uploaded already",
        Error::FileTooLarge { direct_upload: false } => "File size exceeds 10MB limit",
        Error::FileTooLarge { direct_upload: true } => "The file is too large for this route: upload it directly",
        Error::UnsupportedMediaType => "The content type is not supported here",
        Error::IdempotencyKeyReused => "The idempotency key was used for another request",
        Error::RateLimited { .. } => "Too many requests, try again later",
        Error::Processing(_) => "The image could not be processed",
        Error::Internal(_) => INTERNAL,
        Error::Store(_) => match error.code() {
            ErrorCode::ServiceUnavailable => UNAVAILABLE,
            _ => INTERNAL,
        },
        Error::Overloaded => UNAVAILABLE,
    };
    Cow::Borrowed(text)
}

const INTERNAL: &str = "Something went wrong on our side";
const UNAVAILABLE: &str = "The service is temporarily unavailable, try again later";

fn details(error: &Error) -> Option<Value> {
    match error {
        Error::Validation(fields) => {
            let mut details = Map::new();
            for field in fields {
                details
                    .entry(&field.field)
                    .or_insert_with(|| field.reason.as_str().into());
            }
            Some(details.into())
        }
        Error::InvalidDimensions { width, height } => Some(json!({ "width": width, "height": height })),
        Error::FileTooLarge { direct_upload: true } => Some(json!({ "directUpload": "/uploads" })),
        _ => None,
    }
}

/// Whole seconds, at least one.
fn retry_after(error: &Error) -> Option<u64> {
    let wait = match error {
        Error::RateLimited { retry_after } | Error::RequestInProgress { retry_after } => *retry_after,
        _ if error.code() == ErrorCode::ServiceUnavailable => Duration::from_secs(5),
        _ => return None,
    };
    Some(wait.as_millis().div_ceil(1000).clamp(1, 86_400) as u64)
}
