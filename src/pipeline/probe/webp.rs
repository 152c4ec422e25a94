//! The chunks of a WebP.

use std::ops::Range;

use super::{Detail, Found, le16, le32};
use crate::pipeline::orient::Orientation;

/// What the decoder needs to know of a WebP.
#[derive(Debug, Clone)]
pub(in crate::pipeline) struct WebP {
    pub image: Image,
    /// Where the ICC profile is.
    pub icc: Option<Range<usize>>,
}

/// Where the pixels are.
#[derive(Debug, Clone)]
pub(in crate::pipeline) enum Image {
    /// The whole file is one image.
    Still,
    /// The first frame of an animation: its chunks and where on the canvas it goes.
    Frame {
        data: Range<usize>,
        x: u32,
        y: u32,
        width: u32,
        height: u32,
    },
}

pub(super) fn parse(bytes: &[u8]) -> Option<Found> {
    let mut chunks = Chunks { bytes, at: 12 };
    let (name, first) = chunks.next()?;
    let data = &bytes[first.clone()];
    match name {
        b"VP8 " => still(lossy_size(data)?, false, None, None),
        b"VP8L" => still(lossless_size(data)?, true, None, None),
        b"VP8X" => {
            let canvas = (1 + u24(data, 4)?, 1 + u24(data, 7)?);
            let animated = *data.first()? & 2 != 0;
            extended(chunks, canvas, animated)
        }
        _ => None,
    }
}

fn extended(chunks: Chunks<'_>, canvas: (u32, u32), animated: bool) -> Option<Found> {
    let bytes = chunks.bytes;
    let (mut icc, mut orientation, mut frame) = (None, None, None);
    for (name, range) in chunks {
        match name {
            b"ICCP" if icc.is_none() => icc = Some(range),
            b"EXIF" if orientation.is_none() => orientation = Orientation::from_exif(&bytes[range]),
            b"ANMF" if frame.is_none() => frame = Some(range),
            _ => {}
        }
    }
    if !animated {
        return still(canvas, true, orientation, icc);
    }
    let frame = frame?;
    let header = &bytes[frame.clone()];
    let (x, y) = (2 * u24(header, 0)?, 2 * u24(header, 3)?);
    let (width, height) = (1 + u24(header, 6)?, 1 + u24(header, 9)?);
    if x + width > canvas.0 || y + height > canvas.1 || frame.len() < 16 {
        return None;
    }
    let image = Image::Frame {
        data: frame.start + 16..frame.end,
        x,
        y,
        width,
        height,
    };
    Some(found(canvas, true, orientation, WebP { image, icc }))
}

fn still(size: (u32, u32), alpha: bool, orientation: Option<Orientation>, icc: Option<Range<usize>>) -> Option<Found> {
    Some(found(
        size,
        alpha,
        orientation,
        WebP {
            image: Image::Still,
            icc,
        },
    ))
}

fn found(stored: (u32, u32), alpha: bool, orientation: Option<Orientation>, webp: WebP) -> Found {
    let pixels = u64::from(stored.0) * u64::from(stored.1);
    Found {
        stored,
        orientation: orientation.unwrap_or_default(),
        streams: false,
        // A lossless image is decoded to 32 bits a pixel before it is copied out; a lossy one needs
        // its alpha plane and a few rows.
        decoder_bytes: DECODER_BYTES + 4 * pixels,
        profile_bytes: webp.icc.as_ref().map_or(0, |icc| icc.len() as u64),
        alpha,
        detail: Detail::WebP(webp),
    }
}

/// Tables, and the rows that the library works on.
const DECODER_BYTES: u64 = 4 << 20;

/// The size in a lossy key frame's header.
fn lossy_size(data: &[u8]) -> Option<(u32, u32)> {
    let key_frame = data.first()? & 1 == 0;
    let start_code = data.get(3..6)? == b"\x9d\x01\x2a";
    let size = (u32::from(le16(data, 6)? & 0x3FFF), u32::from(le16(data, 8)? & 0x3FFF));
    (key_frame && start_code && size.0 > 0 && size.1 > 0).then_some(size)
}

/// The size in a lossless header: twice fourteen bits after a signature byte.
fn lossless_size(data: &[u8]) -> Option<(u32, u32)> {
    let bits = le32(data, 1)?;
    (data[0] == 0x2F).then_some((1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)))
}

fn u24(data: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *data.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

/// RIFF chunks. The last one may be cut: whether its pixels suffice is the decoder's to judge.
struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.bytes.get(self.at..)?.first_chunk()?;
        let len = le32(self.bytes, self.at + 4)? as usize;
        let start = self.at + 8;
        let end = start.checked_add(len)?;
        self.at = end.checked_add(len & 1)?;
        Some((name, start..end.min(self.bytes.len())))
    }
}
