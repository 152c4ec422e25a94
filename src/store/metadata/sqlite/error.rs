//! What a failure of SQLite means to the caller.

use rusqlite::ErrorCode;

use super::migrations;
use crate::store::{Error, ErrorKind};

const BACKEND: &str = "sqlite";

pub(super) fn error(operation: &'static str, source: rusqlite::Error) -> Error {
    Error {
        backend: BACKEND,
        operation,
        kind: kind(&source),
        source: source.into(),
    }
}

/// The transaction that this call was a part of has failed.
pub(super) fn batch_failed(operation: &'static str, cause: &rusqlite::Error) -> Error {
    Error {
        backend: BACKEND,
        operation,
        kind: kind(cause),
        source: cause.to_string().into(),
    }
}

/// Whoever was to run this call is gone.
pub(super) fn stopped(operation: &'static str) -> Error {
    Error {
        backend: BACKEND,
        operation,
        kind: ErrorKind::Unavailable,
        source: "the connection is closed".into(),
    }
}

/// The caller passed a position that no walk has given out.
pub(super) fn bad_position(operation: &'static str) -> Error {
    Error {
        backend: BACKEND,
        operation,
        kind: ErrorKind::Rejected,
        source: "not a position of this walk".into(),
    }
}

impl From<migrations::Error> for Error {
    fn from(source: migrations::Error) -> Self {
        match source {
            migrations::Error::Sqlite(source) => error("migrate", source),
            migrations::Error::Newer { .. } => Self {
                backend: BACKEND,
                operation: "migrate",
                kind: ErrorKind::Rejected,
                source: source.into(),
            },
        }
    }
}

fn kind(error: &rusqlite::Error) -> ErrorKind {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted
            | ErrorCode::FileLockingProtocolFailed,
        ) => ErrorKind::Unavailable,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::AuthorizationForStatementDenied,
        ) => ErrorKind::Rejected,
        // A damaged file, a value that is not what we wrote, or a statement that does not fit the schema.
        _ => ErrorKind::Corrupt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_say_what_the_caller_can_do() {
        for (code, kind) in [
            (rusqlite::ffi::SQLITE_BUSY, ErrorKind::Unavailable),
            (rusqlite::ffi::SQLITE_FULL, ErrorKind::Unavailable),
            (rusqlite::ffi::SQLITE_IOERR_FSYNC, ErrorKind::Unavailable),
            (rusqlite::ffi::SQLITE_READONLY, ErrorKind::Rejected),
            (rusqlite::ffi::SQLITE_CANTOPEN, ErrorKind::Rejected),
            (rusqlite::ffi::SQLITE_CORRUPT, ErrorKind::Corrupt),
            (rusqlite::ffi::SQLITE_NOTADB, ErrorKind::Corrupt),
        ] {
            let failure = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            assert_eq!(error("test", failure).kind, kind, "{code}");
        }
    }
}
