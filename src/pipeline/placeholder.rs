//! The ThumbHash: a blurred picture in some 25 bytes.

use super::Error;
use super::raster::{Channels, Raster};
use super::resize::{self, Crop};

/// The algorithm's input is at most this large on either side; more would change nothing.
const SIDE: u32 = 100;

pub(super) fn thumbhash(raster: &Raster) -> Result<Vec<u8>, Error> {
    let (width, height) = resize::fit_inside((raster.width, raster.height), SIDE);
    let small = resize::resample(raster, Crop::whole(raster), (width, height))?;
    let rgba: Vec<u8> = match small.channels {
        Channels::Rgb => small
            .pixels
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], u8::MAX])
            .collect(),
        Channels::Rgba => small.pixels,
    };
    Ok(thumbhash::rgba_to_thumb_hash(width as usize, height as usize, &rgba))
}
