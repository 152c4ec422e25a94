//! DynamoDB, S3 and CloudFront, as far as servers that speak their protocols go.

pub mod account;
/// The template, read by the same eyes as in the default tests.
#[path = "../it/template/stack.rs"]
#[expect(dead_code, reason = "the default tests use the rest")]
mod stack;

pub use account::{Account, Role};
