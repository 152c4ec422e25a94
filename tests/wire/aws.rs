//! DynamoDB, S3 and CloudFront, as far as servers that speak their protocols go.

pub mod account;
/// What the CDN is told.
mod cdn;
/// Read and write units of each operation.
mod costs;
/// Every write, whose answer is lost, refused or late.
mod faults;
/// How files are stored, and what a signed URL lets a client do.
mod objects;
/// The template, read by the same eyes as in the default tests.
#[path = "../it/template/stack.rs"]
#[expect(dead_code, reason = "the default tests use the rest")]
pub mod stack;
/// The built server on all of them.
mod tour;

pub use account::{Account, Role};
