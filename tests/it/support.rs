//! What tests share.

/// Uploads, made by code.
pub mod pictures;
