//! The ThumbHash: a blurred picture in some 25 bytes.

use super::Error;
use super::picture::Picture;
use super::raster::Channels;

/// The algorithm's input is at most this large on either side; more would change nothing.
const SIDE: u32 = 100;

pub(super) fn thumbhash(picture: &Picture) -> Result<Vec<u8>, Error> {
    let small = picture.rough(SIDE)?;
    let rgba: Vec<u8> = match small.channels {
        Channels::Rgba => small.pixels,
        _ => small
            .pixels
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], u8::MAX])
            .collect(),
    };
    Ok(thumbhash::rgba_to_thumb_hash(
        small.width as usize,
        small.height as usize,
        &rgba,
    ))
}
