//! What tests share.

/// What comes out of the pipeline, looked at.
pub mod looks;
/// Uploads, made by code.
pub mod pictures;
