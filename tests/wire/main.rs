//! The same service against real servers, over the network. A server that is not installed is a
//! failure that says what to do.

/// DynamoDB, S3 and CloudFront.
mod aws;
/// The cases that every host of the router has to pass.
#[path = "../black_box/mod.rs"]
mod black_box;
/// What every backend has to do, done by those that are reached over a network.
mod conformance;
/// The template as a stack, with the built Lambda in it.
mod deployment;
/// Faults between the service and what it stands on.
mod faults;
/// The built Lambda.
mod lambda;
/// The built server.
#[path = "../it/process/harness.rs"]
#[expect(dead_code, reason = "the default tests use the rest")]
mod process;
/// Faults on the way between the service and a server.
mod proxy;
/// What only Redis can do, and what becomes of everything when it does not.
mod redis;
/// How often each operation goes over the network.
mod round_trips;
/// The service, with a proxy before everything that it stands on.
mod service;
/// The application under test, and who calls it.
#[path = "../it/support/mod.rs"]
#[expect(dead_code, reason = "the default tests use the rest")]
mod support;
/// Waiting for conditions.
mod wait;
