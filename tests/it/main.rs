//! The default tests.

/// Who is let in.
mod auth;
/// What is read from the environment, and how mistakes in it are told.
mod config;
/// What is logged, and how.
mod telemetry;
