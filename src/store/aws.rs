//! What a failure of an AWS SDK means to the caller.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Error, ErrorKind};

/// Codes of "too much at once", over all services that are used.
const THROTTLED: &[&str] = &[
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyInvalidationsInProgress",
    "TooManyRequestsException",
];

pub(crate) fn kind<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> ErrorKind {
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            match context.err().code() {
                Some(code) if THROTTLED.contains(&code) => ErrorKind::Throttled,
                _ if status == 429 => ErrorKind::Throttled,
                Some("RequestTimeout") => ErrorKind::Unavailable,
                _ if status >= 500 => ErrorKind::Unavailable,
                _ => ErrorKind::Rejected,
            }
        }
        // Never sent: what was asked for, or how this is set up, makes no sense.
        SdkError::ConstructionFailure(_) => ErrorKind::Rejected,
        _ => ErrorKind::Unavailable,
    }
}

pub(crate) fn error<E>(backend: &'static str, operation: &'static str, source: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    Error {
        backend,
        operation,
        kind: kind(&source),
        source: source.into(),
    }
}
