//! One file per endpoint: extract, one call, shape the answer.

pub(super) mod delete;
#[cfg(feature = "local")]
pub(super) mod dev;
pub(super) mod direct_upload;
pub(super) mod docs;
pub(super) mod files;
pub(super) mod health;
pub(super) mod list;
pub(super) mod metrics;
pub(super) mod one;
#[cfg(feature = "local")]
pub(super) mod pages;
pub(super) mod update;
pub(super) mod upload;
