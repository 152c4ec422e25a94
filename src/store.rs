//! Where things are kept: metadata and files. The traits' documentation is the contract,
//! `tests/conformance` its proof.

#[cfg(feature = "aws")]
pub(crate) mod aws;
pub mod blob;
pub mod metadata;

pub use blob::BlobStore;
pub use metadata::MetadataStore;

/// What a caller can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Down, unreachable or too slow: try again later. A write may or may not have happened.
    Unavailable,
    /// Too much at once: try again later. The write did not happen.
    Throttled,
    /// Not allowed or not set up: an operator has to act.
    Rejected,
    /// What was read makes no sense: a person has to look.
    Corrupt,
}

/// A failed call to a backend. The text is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
#[error("{backend}: {operation}: {kind:?}")]
pub struct Error {
    pub backend: &'static str,
    pub operation: &'static str,
    pub kind: ErrorKind,
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

pub type Result<T> = std::result::Result<T, Error>;
