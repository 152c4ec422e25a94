//! The built Lambda binary, driven through an emulated Runtime API on the servers that speak
//! DynamoDB, S3 and CloudFront.

/// From the start of the process to its first answer.
mod cold_start;
/// Events that are no requests, and those that are nothing.
mod events;
/// From requests to events and back.
mod gateway;
/// The cases that every host of the router has to pass.
mod host;
/// Limits, logs and measurements of a function.
mod limits;
/// The process.
pub mod process;
/// What Lambda offers to a process.
mod runtime;
/// Settings that can not be used.
mod start;

const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:image-service-dev";
const TRACE_ID: &str = "Root=1-6787a2c8-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1";
const REQUEST_ID: &str = "JKJaXmPLvHcESHA=";
