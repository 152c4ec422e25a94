//! The default tests: fast, hermetic, in one binary.

mod auth;
mod config;
mod process;
mod routes;
mod support;
mod telemetry;
