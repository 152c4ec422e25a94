//! From a request to validated values: one file per source.

use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderValue, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{
    Error,
    domain::{FieldError, IdempotencyKey, ImageId, Version},
};

mod fields;
pub(super) mod json;
pub(super) mod multipart;
pub(super) mod query;

/// The id in a path. What is no id names no image.
pub(super) struct ImagePath(pub(super) ImageId);

impl<S: Send + Sync> FromRequestParts<S> for ImagePath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::ImageNotFound)?;
        let id = text.parse().map_err(|_| Error::ImageNotFound)?;
        tracing::Span::current().record("image", tracing::field::display(id));
        Ok(Self(id))
    }
}

/// Segments of any other path. What can not be read names nothing.
pub(super) struct Segments<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(Error::RouteNotFound),
        }
    }
}

/// `Idempotency-Key`, if sent.
pub(super) struct IdempotencyHeader(pub(super) Option<IdempotencyKey>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyHeader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().and_then(|key| key.parse().ok());
        match (key, values.next()) {
            (Some(key), None) => Ok(Self(Some(key))),
            _ => Err(Error::InvalidRequest(
                "Idempotency-Key must be 1 to 255 visible ASCII characters".into(),
            )),
        }
    }
}

/// The entity tag of a version: the number in quotes.
pub(super) fn version_tag(version: Version) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits in quotes are a header value")
}

/// The media type without its parameters.
fn essence(content_type: Option<&HeaderValue>) -> Option<&str> {
    let (essence, _) = content_type?
        .to_str()
        .ok()?
        .split_once(';')
        .unwrap_or((content_type?.to_str().ok()?, ""));
    Some(essence.trim())
}

pub(super) fn is_json(content_type: Option<&HeaderValue>) -> bool {
    essence(content_type).is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
}

pub(super) fn is_multipart(content_type: Option<&HeaderValue>) -> bool {
    essence(content_type).is_some_and(|essence| essence.eq_ignore_ascii_case("multipart/form-data"))
}

/// Fields that were refused so far; all are told at once.
#[derive(Debug, Default)]
struct Refusals(Vec<FieldError>);

impl Refusals {
    fn add(&mut self, field: &str, reason: impl Into<String>) {
        self.0.push(FieldError::new(field, reason));
    }

    /// The value, or `None` and one refusal more.
    fn check<T, E: ToString>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|reason| self.add(field, reason.to_string())).ok()
    }

    fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Validation(self.0))
        }
    }
}
