//! The default tests.

/// Who is let in.
mod auth;
/// What is read from the environment, and how mistakes in it are told.
mod config;
mod conformance;
mod faulty;
mod filesystem;
mod model;
mod rate_limit;
mod sqlite;
mod support;
