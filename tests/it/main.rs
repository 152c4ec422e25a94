//! The default tests.

/// Who is let in.
mod auth;
/// What is read from the environment, and how mistakes in it are told.
mod config;
/// What every backend has to do, done by the local ones.
mod conformance;
