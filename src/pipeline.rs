//! Bytes and a [`Recipe`] in, a [`Rendition`] out: no I/O, no async, no clock, no global state.
//!
//! [`probe()`] reads the header only and refuses what is not an image of ours before a single pixel is
//! allocated; [`process`] runs the stages, one file each: decode (resizing row by row on the way), colour,
//! orient, encode (by `vp8`, or libwebp for transparency), placeholder. One decode serves both outputs,
//! which are encoded side by side.
//!
//! Invariants: every allocation follows from the header and stays below [`Header::peak_bytes`]; no
//! decoder fills in missing pixels silently; no byte of metadata reaches an output, because outputs
//! are made of pixels alone; `unsafe` exists only in `libjpeg.rs` and `libwebp.rs`.

mod axis;
mod bands;
mod color;
mod decode;
mod encode;
mod kernel;
mod libjpeg;
mod libwebp;
mod orient;
mod picture;
mod placeholder;
mod probe;
mod raster;
mod reduce;
mod resize;
#[cfg(feature = "bench")]
pub mod stages;
mod threads;
mod vp8;

use std::fmt;

pub use probe::{Format, Header, probe, sniff};
use resize::Plan;
pub use resize::fit_inside;
use threads::side_by_side;

/// The reason behind an error: for the log, never for a client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why an upload did not become a [`Rendition`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The magic number is not that of a JPEG, PNG or WebP.
    #[error("not a JPEG, PNG or WebP image")]
    UnsupportedFormat,
    /// A side is outside of [`MIN_SIDE`]..=[`MAX_SIDE`].
    #[error("{width}x{height} pixels are outside of {MIN_SIDE}x{MIN_SIDE} to {MAX_SIDE}x{MAX_SIDE}")]
    Dimensions { width: u32, height: u32 },
    /// The magic number is right, but the rest does not decode to all of its pixels.
    #[error("the image is truncated or corrupt")]
    Corrupt(#[source] Cause),
    /// Our own fault: the input was fine.
    #[error("the image could not be processed")]
    Internal(#[source] Cause),
}

/// The shortest side that is accepted, in pixels.
pub const MIN_SIDE: u32 = 100;
/// The longest side that is accepted, in pixels.
pub const MAX_SIDE: u32 = 8000;

/// How hard the encoder tries: 0 is fastest, 6 makes the smallest files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effort(u8);

impl Effort {
    /// The highest effort.
    pub const MAX: u8 = 6;

    /// `None` above [`Effort::MAX`].
    pub const fn new(effort: u8) -> Option<Self> {
        if effort <= Self::MAX { Some(Self(effort)) } else { None }
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self(2)
    }
}

/// What to make of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The main file fits inside a square of this side and is never enlarged.
    pub fit: u32,
    /// Quality of the main file, 0–100.
    pub quality: u8,
    /// Side of the square thumbnail: covered, cropped around the centre, enlarged where needed.
    pub thumbnail: u32,
    /// Quality of the thumbnail, 0–100.
    pub thumbnail_quality: u8,
    /// The encoder's effort for both files.
    pub effort: Effort,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            fit: 2048,
            quality: 85,
            thumbnail: 400,
            thumbnail_quality: 80,
            effort: Effort::default(),
        }
    }
}

/// What became of an upload.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Width of the upload as a person sees it, before fitting.
    pub width: u32,
    /// Height of the upload as a person sees it, before fitting.
    pub height: u32,
    /// The main file, WebP.
    pub main: Vec<u8>,
    /// The thumbnail, WebP.
    pub thumbnail: Vec<u8>,
    /// The ThumbHash placeholder.
    pub thumbhash: Vec<u8>,
}

impl fmt::Debug for Rendition {
    /// Lengths instead of thousands of bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendition")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("main", &self.main.len())
            .field("thumbnail", &self.thumbnail.len())
            .field("thumbhash", &self.thumbhash)
            .finish()
    }
}

/// Makes the stored files of an upload.
///
/// Needs at most [`Header::peak_bytes`] of memory besides `bytes`.
pub fn process(bytes: &[u8], recipe: &Recipe) -> Result<Rendition, Error> {
    let header = probe(bytes)?;
    let plan = Plan::new(&header, recipe);
    let reduced = decode::decode(bytes, &header, &plan)?;
    let main = reduced.main.turn(header.orientation);
    let narrow = reduced.thumbnail.map(|thumbnail| thumbnail.turn(header.orientation));
    let rest = || {
        let square = match &narrow {
            Some(square) => square,
            None => &main.square(recipe.thumbnail.max(1))?,
        };
        let thumbnail = encode::webp(square, recipe.thumbnail_quality, recipe.effort)?;
        Ok::<_, Error>((thumbnail, placeholder::thumbhash(&main)?))
    };
    // Nearly all of the time goes into the main file: what else there is to do is done beside it.
    let (rest, main) = side_by_side(rest, || encode::webp(&main, recipe.quality, recipe.effort));
    let (main, (thumbnail, thumbhash)) = (main?, rest?);
    Ok(Rendition {
        width: header.width,
        height: header.height,
        main,
        thumbnail,
        thumbhash,
    })
}
