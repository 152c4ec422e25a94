//! An encoder of lossy WebP: a key frame of VP8, RFC 6386.

#![allow(
    clippy::needless_range_loop,
    reason = "a lane, a frequency or a block is the same in several arrays"
)]

mod analysis;
mod bits;
mod frame;
mod modes;
mod planes;
mod predict;
mod probabilities;
mod quantize;
mod rows;
mod search;
mod tokens;
mod transform;

pub use frame::encode;
pub use planes::{Plane, Planes};
