//! The default tests.

mod pipeline;
mod support;
