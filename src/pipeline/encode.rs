//! Making the stored files.

use super::picture::Picture;
use super::raster::Channels;
use super::vp8::{self, Plane, Planes};
use super::{Effort, Error, libwebp};

/// A lossy WebP of pixels alone: there is nothing in it that could carry metadata.
pub(super) fn webp(picture: &Picture, quality: u8, effort: Effort) -> Result<Vec<u8>, Error> {
    let failed = |error: libwebp::Failure| Error::Internal(error.into());
    let file = match picture {
        Picture::Planes(planes) => {
            let [y, u, v] = planes.each_ref().map(|plane| Plane {
                samples: &plane.pixels,
                width: plane.width as usize,
                height: plane.height as usize,
                stride: plane.stride(),
            });
            vp8::encode(&Planes { y, u, v }, quality, effort.get())
        }
        Picture::Pixels(pixels) if pixels.channels == Channels::Rgb => {
            let imported = libwebp::Imported::new(pixels).map_err(failed)?;
            vp8::encode(&imported.planes(), quality, effort.get())
        }
        // Our encoder knows no transparency.
        Picture::Pixels(_) => None,
    };
    match file {
        Some(file) => Ok(file),
        None => libwebp::encode(picture, quality, method(effort)).map_err(failed),
    }
}

/// The library's method that is as much worth its time as ours is at this effort. Below 2 it makes much
/// larger files; at 6 it tries all ways to keep transparency, which takes up to a minute.
fn method(effort: Effort) -> u8 {
    match effort.get() {
        0 => 2,
        effort => (effort + 1).min(5),
    }
}
