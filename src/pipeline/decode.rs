//! From the bytes of an upload to the reduced pictures, row by row.

mod jpeg;
mod png;
mod webp;

use super::probe::{Detail, Header};
use super::resize::{Plan, Reduced};
use super::{Cause, Error};

/// Decodes the first picture of `bytes` and reduces it on the way, in its stored orientation.
pub(super) fn decode(bytes: &[u8], header: &Header, plan: &Plan) -> Result<Reduced, Error> {
    match &header.detail {
        Detail::Jpeg(jpeg) => jpeg::decode(bytes, header, jpeg, plan),
        Detail::Png(_) => png::decode(bytes, header, plan),
        Detail::WebP(webp) => webp::decode(bytes, header, webp, plan),
    }
}

fn corrupt(cause: impl Into<Cause>) -> Error {
    Error::Corrupt(cause.into())
}

/// Header and decoder must agree on the size, because memory was granted by the header's.
fn check_size(header: &Header, size: (u32, u32)) -> Result<(), Error> {
    if size == header.stored {
        Ok(())
    } else {
        Err(corrupt(format!("header says {:?}, decoder {size:?}", header.stored)))
    }
}
