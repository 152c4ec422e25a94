//! The default tests: fast, hermetic, in one binary.

mod auth;
mod config;
mod routes;
mod support;
mod telemetry;
