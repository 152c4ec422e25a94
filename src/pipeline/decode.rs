//! From the bytes of an upload to sRGB pixels, one row at a time through the colour transform.

mod jpeg;
mod png;
mod webp;

use super::probe::{Detail, Header};
use super::raster::Raster;
use super::{Cause, Error};

/// Decodes the first picture of `bytes`, in its stored orientation.
pub(super) fn decode(bytes: &[u8], header: &Header) -> Result<Raster, Error> {
    let raster = match &header.detail {
        Detail::Jpeg(jpeg) => jpeg::decode(bytes, header, jpeg)?,
        Detail::Png(_) => png::decode(bytes, header)?,
        Detail::WebP(webp) => webp::decode(bytes, header, webp)?,
    };
    Ok(raster.without_opaque_alpha())
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
