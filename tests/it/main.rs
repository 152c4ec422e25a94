//! The default tests: fast, hermetic, in one binary.

/// Who is let in.
mod auth;
/// The cases that every host of the router has to pass.
#[path = "../black_box/mod.rs"]
mod black_box;
/// What is read from the environment, and how mistakes in it are told.
mod config;
/// What every backend has to do, done by the local ones.
mod conformance;
/// The code, the README and the settings say the same.
mod contract;
/// A failure at every step of every write.
mod failures;
/// The stores that fail on purpose do so where they should.
mod faulty;
/// What only the folder can do.
mod filesystem;
/// Clients that go away, and time that runs out.
mod hang_up;
/// The router, called without a network.
mod in_process;
/// Random operations on a store and on a model of it.
mod model;
/// The OpenAPI document against the router and the error codes; the pages for developers.
mod openapi;
/// What becomes of pictures.
mod pipeline;
/// The built server as a process.
mod process;
/// How requests are counted.
mod rate_limit;
/// Every route, code and header of the contract.
mod routes;
/// The router in the built server, called over TCP.
mod served;
/// What only SQLite can do.
mod sqlite;
/// The application under test, and who calls it.
mod support;
/// What a log line holds.
mod telemetry;
/// What would be deployed on AWS.
mod template;
/// Who may name whom in the source.
mod tidy;
