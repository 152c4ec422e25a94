//! The default tests: fast, hermetic, in one binary.

/// Who is let in.
mod auth;
/// What is read from the environment, and how mistakes in it are told.
mod config;
/// What becomes of pictures.
mod pipeline;
/// Every route, code and header of the contract.
mod routes;
/// The application under test, and who calls it.
mod support;
/// What a log line holds.
mod telemetry;
/// What would be deployed on AWS.
mod template;
/// Who may name whom in the source.
mod tidy;
