//! The chunks of a PNG, up to and after its image data.

use super::{Detail, Found, be32};
use crate::pipeline::orient::Orientation;

/// What the decoder needs to know of a PNG: nothing that its own library does not read again.
#[derive(Debug, Clone)]
pub(in crate::pipeline) struct Png;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The most that one chunk and what it inflates to may take; no sensible ICC profile is larger.
pub(in crate::pipeline) const CHUNK_BYTES: usize = 4 << 20;
/// Two chunks, the inflate window and a few rows.
const DECODER_BYTES: u64 = 2 * CHUNK_BYTES as u64 + (2 << 20);
/// Deflate can not do better.
const MAX_INFLATION: usize = 1032;

pub(super) fn parse(bytes: &[u8]) -> Option<Found> {
    let mut chunks = Chunks {
        rest: bytes.strip_prefix(SIGNATURE)?,
    };
    let (b"IHDR", header) = chunks.next()? else {
        return None;
    };
    let stored = (be32(header, 0)?, be32(header, 4)?);
    if stored.0 == 0 || stored.1 == 0 {
        return None;
    }
    let color_type = *header.get(9)?;
    let mut alpha = color_type & 4 != 0;
    let mut orientation = None;
    let mut profile_bytes = 0;
    for (name, data) in chunks {
        match name {
            b"tRNS" => alpha = true,
            b"iCCP" => profile_bytes = (MAX_INFLATION * data.len()).min(CHUNK_BYTES),
            // Some writers put it after the image data, which the standard allows.
            b"eXIf" if orientation.is_none() => orientation = Orientation::from_exif(data),
            _ => {}
        }
    }
    Some(Found {
        stored,
        orientation: orientation.unwrap_or_default(),
        // Of an interlaced picture, a row is only complete at the end.
        streams: *header.get(12)? == 0,
        decoder_bytes: DECODER_BYTES,
        profile_bytes: profile_bytes as u64,
        alpha,
        detail: Detail::Png(Png),
    })
}

/// Whole chunks; ends quietly where the file is cut, which is the decoder's to judge.
struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let len = be32(self.rest, 0)? as usize;
        let name = self.rest.get(4..)?.first_chunk()?;
        let data = self.rest.get(8..)?.get(..len)?;
        self.rest = self.rest.get(8 + len + 4..).unwrap_or_default();
        Some((name, data))
    }
}
