//! Pixels in memory.

use super::{Cause, Error};

/// Samples of eight bits without padding between rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raster {
    pub width: u32,
    pub height: u32,
    pub channels: Channels,
    pub pixels: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    /// One of the planes of a picture.
    One = 1,
    Rgb = 3,
    /// Colour is not premultiplied.
    Rgba = 4,
}

impl Channels {
    pub fn count(self) -> usize {
        self as usize
    }
}

/// Room for samples. A machine without the memory is an error of ours, not an abort.
pub(super) fn reserve<T: Copy>(len: usize, value: T) -> Result<Vec<T>, Error> {
    let mut samples = Vec::new();
    samples
        .try_reserve_exact(len)
        .map_err(|error| Error::Internal(Cause::from(error)))?;
    samples.resize(len, value);
    Ok(samples)
}

impl Raster {
    /// A raster of zeros.
    pub fn new(width: u32, height: u32, channels: Channels) -> Result<Self, Error> {
        Ok(Self {
            width,
            height,
            channels,
            pixels: reserve(width as usize * height as usize * channels.count(), 0)?,
        })
    }

    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Bytes of one row.
    pub fn stride(&self) -> usize {
        self.width as usize * self.channels.count()
    }

    /// An image whose alpha hides nothing is stored without it: smaller, and cheaper to encode.
    pub fn without_opaque_alpha(mut self) -> Self {
        if self.channels == Channels::Rgba && opaque(&self.pixels) {
            let count = self.pixels.len() / 4;
            for i in 0..count {
                self.pixels.copy_within(i * 4..i * 4 + 3, i * 3);
            }
            self.pixels.truncate(count * 3);
            self.channels = Channels::Rgb;
        }
        self
    }
}

/// Whether the alpha of all these pixels of four samples hides nothing.
pub(super) fn opaque(pixels: &[u8]) -> bool {
    pixels.chunks_exact(4).all(|pixel| pixel[3] == u8::MAX)
}
