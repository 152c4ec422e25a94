//! The default tests: fast, hermetic, in one binary.

mod config;
mod routes;
mod support;
