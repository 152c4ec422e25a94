//! Making the stored files.

use super::picture::Picture;
use super::raster::{Channels, Raster};
use super::vp8::{self, Plane, Planes};
use super::{Effort, Error, libwebp};

/// A lossy WebP of pixels alone: there is nothing in it that could carry metadata.
pub(super) fn webp(picture: &Picture, quality: u8, effort: Effort) -> Result<Vec<u8>, Error> {
    let file = match picture {
        Picture::Planes(planes) => opaque(planes, quality, effort),
        Picture::Pixels(pixels) if pixels.channels == Channels::Rgb => {
            let planes = libwebp::planes(pixels).map_err(|error| Error::Internal(error.into()))?;
            opaque(&planes, quality, effort)
        }
        // Our encoder knows no transparency.
        Picture::Pixels(_) => None,
    };
    match file {
        Some(file) => Ok(file),
        // Below 2, the library makes much larger files.
        None => libwebp::encode(picture, quality, effort.get().max(2)).map_err(|error| Error::Internal(error.into())),
    }
}

/// `None` if there is more in the picture than our encoder can say.
fn opaque([y, u, v]: &[Raster; 3], quality: u8, effort: Effort) -> Option<Vec<u8>> {
    let [y, u, v] = [y, u, v].map(|raster| Plane {
        samples: &raster.pixels,
        width: raster.width as usize,
        height: raster.height as usize,
        stride: raster.stride(),
    });
    vp8::encode(&Planes { y, u, v }, quality, effort.get())
}
