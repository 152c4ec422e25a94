//! What the header of an upload says, read without decoding anything.

mod jpeg;
mod png;
mod webp;

pub(super) use jpeg::Jpeg;
pub(super) use png::{CHUNK_BYTES, Png};
pub(super) use webp::{Image, WebP};

use super::bands::{BAND_ROWS, BANDS};
use super::orient::Orientation;
use super::resize::fit_inside;
use super::{Cause, Error, MAX_SIDE, MIN_SIDE, Recipe};

/// The formats that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
}

impl Format {
    pub const fn all() -> [Self; 3] {
        [Self::Jpeg, Self::Png, Self::WebP]
    }

    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

/// The format by its magic number; names and declared types count for nothing.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    let mime = infer::get(bytes)?.mime_type();
    Format::all().into_iter().find(|format| format.mime() == mime)
}

/// What is known of an upload before it is decoded.
#[derive(Debug, Clone)]
pub struct Header {
    pub format: Format,
    /// Width as a person sees it.
    pub width: u32,
    /// Height as a person sees it.
    pub height: u32,
    /// Upper bound of the memory that [`process`](super::process) will need besides the input, with
    /// the default recipe.
    pub peak_bytes: u64,
    /// Size before the orientation is applied.
    pub(super) stored: (u32, u32),
    pub(super) orientation: Orientation,
    pub(super) detail: Detail,
}

/// What only the decoder of the format needs to know.
#[derive(Debug, Clone)]
pub(super) enum Detail {
    Jpeg(Jpeg),
    Png(Png),
    WebP(WebP),
}

/// What each format's parser finds.
struct Found {
    stored: (u32, u32),
    orientation: Orientation,
    /// Whether rows come in order, so that only some of them are ever in memory.
    streams: bool,
    /// Bytes that the decoder needs besides the samples that it yields.
    decoder_bytes: u64,
    /// Size of the ICC profile, or a bound of it.
    profile_bytes: u64,
    /// Whether the raster may have four channels.
    alpha: bool,
    detail: Detail,
}

/// Reads the header and checks it.
pub fn probe(bytes: &[u8]) -> Result<Header, Error> {
    let format = sniff(bytes).ok_or(Error::UnsupportedFormat)?;
    let found = match format {
        Format::Jpeg => jpeg::parse(bytes),
        Format::Png => png::parse(bytes),
        Format::WebP => webp::parse(bytes),
    };
    let found = found.ok_or_else(|| Error::Corrupt(Cause::from("broken header")))?;
    let (width, height) = found.orientation.size(found.stored);
    let allowed = MIN_SIDE..=MAX_SIDE;
    if !allowed.contains(&width) || !allowed.contains(&height) {
        return Err(Error::Dimensions { width, height });
    }
    Ok(Header {
        format,
        width,
        height,
        peak_bytes: found.peak_bytes(),
        stored: found.stored,
        orientation: found.orientation,
        detail: found.detail,
    })
}

impl Found {
    /// The larger of the two phases: decoding, which reduces on the way, and encoding.
    fn peak_bytes(&self) -> u64 {
        let channels = if self.alpha { 4 } else { 3 };
        let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
        let fitted = fit_inside(self.stored, Recipe::default().fit);
        let raster = if self.streams { 0 } else { area(self.stored) * channels };
        let main = area(fitted) * channels;
        // Rows as floats for each of the two pictures, and as many again as are made of them at once.
        let rows = WINDOW_ROWS * u64::from(self.stored.1.div_ceil(fitted.1)) + WINDOW_ROWS;
        let windows = 2 * rows * u64::from(self.stored.0) * channels * 4;
        let bands = (BANDS * BAND_ROWS) as u64 * u64::from(self.stored.0) * channels;
        let decode = raster + main + windows + bands + self.decoder_bytes;
        // One copy turns upright; libwebp was measured on noise, the worst for it, and our encoder takes less.
        let encoder = area(fitted) * if self.alpha { 60 } else { 24 };
        decode.max(2 * main + encoder) + PROFILE_FACTOR * self.profile_bytes + FIXED_BYTES
    }
}

/// Rows of the source, for each that it has more than the target, that a few of the target's need.
const WINDOW_ROWS: u64 = 14;

/// Copies and tables made of an ICC profile, as a multiple of its size.
const PROFILE_FACTOR: u64 = 8;

/// The thumbnail, the placeholder, tables and buffers, whatever the upload.
const FIXED_BYTES: u64 = 16 << 20;

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
