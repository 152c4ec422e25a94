//! The default tests.

/// What is read from the environment, and how mistakes in it are told.
mod config;
