//! The image service.

pub mod pipeline;
