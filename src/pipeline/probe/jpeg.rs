//! The segments of a JPEG before its first scan.

use super::{Detail, Found, be16};
use crate::pipeline::orient::Orientation;

/// What the decoder needs to know of a JPEG.
#[derive(Debug, Clone)]
pub(in crate::pipeline) struct Jpeg {
    /// Adobe's programs write CMYK inverted, and mark it by a segment of their own.
    pub adobe: bool,
    /// The data comes in several scans, so that the decoder keeps all coefficients.
    pub multi_scan: bool,
    /// The ICC profile, put together from its segments.
    pub icc: Option<Vec<u8>>,
}

/// The frame header: SOFn.
struct Frame {
    size: (u32, u32),
    components: u8,
    progressive: bool,
    /// Bytes of all coefficients.
    coefficient_bytes: u64,
}

pub(super) fn parse(bytes: &[u8]) -> Option<Found> {
    let mut frame = None;
    let mut orientation = None;
    let mut adobe = false;
    let mut icc = Vec::new();
    let mut at = 2;
    let scan_components = loop {
        let marker;
        (marker, at) = next_marker(bytes, at)?;
        if matches!(marker, 0x01 | 0xD0..=0xD8) {
            continue;
        }
        if marker == 0xD9 {
            return None;
        }
        let len = usize::from(be16(bytes, at)?);
        let segment = bytes.get(at + 2..at + len)?;
        at += len;
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if frame.is_none() => {
                frame = Some(parse_frame(marker, segment)?);
            }
            0xDA => break *segment.first()?,
            0xE1 if segment.starts_with(b"Exif\0") => {
                orientation = orientation.or_else(|| Orientation::from_exif(segment));
            }
            0xE2 if segment.starts_with(ICC_PREFIX) => icc.push(segment.get(ICC_PREFIX.len()..)?),
            0xEE if segment.starts_with(b"Adobe") && segment.len() >= 12 => adobe = true,
            _ => {}
        }
    };
    let frame = frame?;
    let multi_scan = frame.progressive || scan_components < frame.components;
    let icc = assemble(icc);
    Some(Found {
        stored: frame.size,
        orientation: orientation.unwrap_or_default(),
        streams: true,
        decoder_bytes: DECODER_BYTES + if multi_scan { frame.coefficient_bytes } else { 0 },
        profile_bytes: icc.as_ref().map_or(0, |icc| icc.len() as u64),
        alpha: false,
        detail: Detail::Jpeg(Jpeg { adobe, multi_scan, icc }),
    })
}

/// Row buffers and tables of the library, for the widest image.
const DECODER_BYTES: u64 = 4 << 20;

const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";

/// Skips to the next marker, over fill bytes and, like the decoder, over stray ones.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += bytes.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
        let marker = bytes[at];
        at += 1;
        if marker != 0 {
            return Some((marker, at));
        }
    }
}

fn parse_frame(marker: u8, segment: &[u8]) -> Option<Frame> {
    let height = u32::from(be16(segment, 1)?);
    let width = u32::from(be16(segment, 3)?);
    let components = *segment.get(5)?;
    if !matches!(components, 1 | 3 | 4) {
        return None;
    }
    let sampling: Vec<(u64, u64)> = segment
        .get(6..6 + 3 * usize::from(components))?
        .chunks_exact(3)
        .map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)))
        .collect();
    let max_h = sampling.iter().map(|(h, _)| *h).max()?;
    let max_v = sampling.iter().map(|(_, v)| *v).max()?;
    if width == 0 || height == 0 || sampling.iter().any(|(h, v)| *h == 0 || *v == 0) {
        return None;
    }
    let units = u64::from(width).div_ceil(8 * max_h) * u64::from(height).div_ceil(8 * max_v);
    let blocks = units * sampling.iter().map(|(h, v)| h * v).sum::<u64>();
    Some(Frame {
        size: (width, height),
        components,
        progressive: matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE),
        coefficient_bytes: blocks * 64 * 2,
    })
}

/// Puts the profile together by the sequence numbers of its parts. `None` if a part is missing.
fn assemble(mut parts: Vec<&[u8]>) -> Option<Vec<u8>> {
    parts.retain(|part| part.len() > 2);
    parts.sort_by_key(|part| part[0]);
    let complete = parts
        .iter()
        .enumerate()
        .all(|(i, part)| usize::from(part[0]) == i + 1 && usize::from(part[1]) == parts.len());
    (complete && !parts.is_empty()).then(|| parts.iter().flat_map(|part| &part[2..]).copied().collect())
}
