//! Pixels in memory.

use super::Error;

/// Eight-bit sRGB pixels without padding between rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raster {
    pub width: u32,
    pub height: u32,
    pub channels: Channels,
    pub pixels: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    Rgb = 3,
    /// Colour is not premultiplied.
    Rgba = 4,
}

impl Channels {
    pub fn count(self) -> usize {
        self as usize
    }
}

impl Raster {
    /// A raster of zeros. A machine without the memory is an error of ours, not an abort.
    pub fn new(width: u32, height: u32, channels: Channels) -> Result<Self, Error> {
        let len = width as usize * height as usize * channels.count();
        let mut pixels = Vec::new();
        pixels
            .try_reserve_exact(len)
            .map_err(|error| Error::Internal(error.into()))?;
        pixels.resize(len, 0);
        Ok(Self {
            width,
            height,
            channels,
            pixels,
        })
    }

    /// Bytes of one row.
    pub fn stride(&self) -> usize {
        self.width as usize * self.channels.count()
    }

    /// An image whose alpha hides nothing is stored without it: smaller, and a third cheaper to resize.
    pub fn without_opaque_alpha(mut self) -> Self {
        if self.channels == Channels::Rgba && self.pixels.chunks_exact(4).all(|p| p[3] == u8::MAX) {
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
