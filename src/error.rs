//! What can go wrong, in terms of the API and without HTTP: [`ErrorCode`] is part of the contract,
//! [`Error`] carries what an answer or the log needs besides.

use std::{borrow::Cow, fmt, time::Duration};

use crate::{
    domain::{FieldError, Version},
    pipeline, store,
};

/// Codes that clients act on. They never change; new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    InvalidRequest,
    ValidationFailed,
    InvalidFileType,
    InvalidDimensions,
    CorruptImage,
    InvalidCursor,
    Unauthorized,
    NotAuthorized,
    ImageNotFound,
    UploadNotFound,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    VersionMismatch,
    RequestInProgress,
    PreconditionFailed,
    FileTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    RateLimitExceeded,
    ImageProcessingFailed,
    InternalError,
    ServiceUnavailable,
}

impl ErrorCode {
    pub const ALL: [Self; 23] = [
        Self::InvalidRequest,
        Self::ValidationFailed,
        Self::InvalidFileType,
        Self::InvalidDimensions,
        Self::CorruptImage,
        Self::InvalidCursor,
        Self::Unauthorized,
        Self::NotAuthorized,
        Self::ImageNotFound,
        Self::UploadNotFound,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::VersionMismatch,
        Self::RequestInProgress,
        Self::PreconditionFailed,
        Self::FileTooLarge,
        Self::UnsupportedMediaType,
        Self::IdempotencyKeyReused,
        Self::RateLimitExceeded,
        Self::ImageProcessingFailed,
        Self::InternalError,
        Self::ServiceUnavailable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::ValidationFailed => "VALIDATION_FAILED",
            Self::InvalidFileType => "INVALID_FILE_TYPE",
            Self::InvalidDimensions => "INVALID_DIMENSIONS",
            Self::CorruptImage => "CORRUPT_IMAGE",
            Self::InvalidCursor => "INVALID_CURSOR",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::NotAuthorized => "NOT_AUTHORIZED",
            Self::ImageNotFound => "IMAGE_NOT_FOUND",
            Self::UploadNotFound => "UPLOAD_NOT_FOUND",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::VersionMismatch => "VERSION_MISMATCH",
            Self::RequestInProgress => "REQUEST_IN_PROGRESS",
            Self::PreconditionFailed => "PRECONDITION_FAILED",
            Self::FileTooLarge => "FILE_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::RateLimitExceeded => "RATE_LIMIT_EXCEEDED",
            Self::ImageProcessingFailed => "IMAGE_PROCESSING_FAILED",
            Self::InternalError => "INTERNAL_ERROR",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
        }
    }
}

/// What a user wanted to do with somebody else's image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Access,
    Update,
    Delete,
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failed request. The text of a variant is for the log; what a client reads is decided in
/// `http::error`, in one place.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid request: {0}")]
    InvalidRequest(Cow<'static, str>),
    #[error("invalid fields: {0:?}")]
    Validation(Vec<FieldError>),
    #[error("not a JPEG, PNG or WebP file")]
    InvalidFileType,
    #[error("{width}x{height} pixels are outside the limits")]
    InvalidDimensions { width: u32, height: u32 },
    #[error("the image does not decode")]
    CorruptImage(#[source] pipeline::Error),
    #[error("invalid cursor")]
    InvalidCursor,
    /// The reason is for the log only.
    #[error("unauthorized: {0}")]
    Unauthorized(Cow<'static, str>),
    #[error("not the owner: {0:?}")]
    NotOwner(Action),
    /// A signed URL does not allow this request. The reason is for the log only.
    #[error("signed URL refused: {0}")]
    SignatureRefused(&'static str),
    /// Round the CDN and its firewall.
    #[error("the request does not know the secret of the CDN")]
    Bypassed,
    #[error("image not found")]
    ImageNotFound,
    #[error("upload not found")]
    UploadNotFound,
    #[error("no such route")]
    RouteNotFound,
    #[error("method not allowed")]
    MethodNotAllowed,
    #[error("time limit reached")]
    Timeout,
    /// Nobody reads this answer any more.
    #[error("the client went away")]
    ClientGone,
    #[error("version {current} is current")]
    VersionMismatch { current: Version },
    #[error("the first request with this key is still running")]
    RequestInProgress { retry_after: Duration },
    #[error("the file is there already")]
    AlreadyUploaded,
    #[error("file too large")]
    FileTooLarge {
        /// Whether a direct upload would take it.
        direct_upload: bool,
    },
    #[error("unsupported media type")]
    UnsupportedMediaType,
    #[error("idempotency key reused for another request")]
    IdempotencyKeyReused,
    #[error("rate limit exceeded")]
    RateLimited { retry_after: Duration },
    #[error("image processing failed")]
    Processing(#[source] Cause),
    #[error("internal error")]
    Internal(#[source] Cause),
    #[error(transparent)]
    Store(store::Error),
    /// No room for one more job before its time limit.
    #[error("overloaded")]
    Overloaded,
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidRequest(_) => ErrorCode::InvalidRequest,
            Self::Validation(_) => ErrorCode::ValidationFailed,
            Self::InvalidFileType => ErrorCode::InvalidFileType,
            Self::InvalidDimensions { .. } => ErrorCode::InvalidDimensions,
            Self::CorruptImage(_) => ErrorCode::CorruptImage,
            Self::InvalidCursor => ErrorCode::InvalidCursor,
            Self::Unauthorized(_) => ErrorCode::Unauthorized,
            Self::NotOwner(_) | Self::SignatureRefused(_) | Self::Bypassed => ErrorCode::NotAuthorized,
            Self::ImageNotFound => ErrorCode::ImageNotFound,
            Self::UploadNotFound => ErrorCode::UploadNotFound,
            Self::RouteNotFound => ErrorCode::NotFound,
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::Timeout | Self::ClientGone => ErrorCode::RequestTimeout,
            Self::VersionMismatch { .. } => ErrorCode::VersionMismatch,
            Self::RequestInProgress { .. } => ErrorCode::RequestInProgress,
            Self::AlreadyUploaded => ErrorCode::PreconditionFailed,
            Self::FileTooLarge { .. } => ErrorCode::FileTooLarge,
            Self::UnsupportedMediaType => ErrorCode::UnsupportedMediaType,
            Self::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
            Self::RateLimited { .. } => ErrorCode::RateLimitExceeded,
            Self::Processing(_) => ErrorCode::ImageProcessingFailed,
            Self::Internal(_) => ErrorCode::InternalError,
            Self::Store(error) => match error.kind {
                store::ErrorKind::Unavailable | store::ErrorKind::Throttled => ErrorCode::ServiceUnavailable,
                store::ErrorKind::Rejected | store::ErrorKind::Corrupt => ErrorCode::InternalError,
            },
            Self::Overloaded => ErrorCode::ServiceUnavailable,
        }
    }

    /// A refusal of one field.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Validation(vec![FieldError::new(field, reason)])
    }

    /// A fault of our own.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }
}

/// An error with everything that led to it, for the log: `outer: cause: root cause`.
pub struct Causes<'a>(pub &'a (dyn std::error::Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            // Some errors say what their cause says.
            if !said.contains(&text) {
                write!(f, ": {text}")?;
            }
            said = text;
            next = cause.source();
        }
        Ok(())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<pipeline::Error> for Error {
    fn from(error: pipeline::Error) -> Self {
        match error {
            pipeline::Error::UnsupportedFormat => Self::InvalidFileType,
            pipeline::Error::Dimensions { width, height } => Self::InvalidDimensions { width, height },
            pipeline::Error::Corrupt(_) => Self::CorruptImage(error),
            pipeline::Error::Internal(_) => Self::Processing(error.into()),
        }
    }
}
