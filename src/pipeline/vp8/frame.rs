//! A frame from its first macroblock to its last byte: RFC 6386, section 9.

use super::analysis::{SEGMENTS, Segments};
use super::bits::{BoolWriter, probability};
use super::modes::{IN_BLOCKS, Luma, put_block_mode, put_path};
use super::planes::Planes;
use super::rows::{Row, rows};
use super::tokens::{self, Counts, put_probabilities};
use crate::pipeline::threads::side_by_side;

/// Encodes a picture at a quality of 0 to 100 with an effort of 0 to 6.
///
/// `None` if the picture is too large or too intricate for one frame.
pub fn encode(planes: &Planes, quality: u8, effort: u8) -> Option<Vec<u8>> {
    Frame::new(planes, quality, effort)?.write()
}

/// How much finer than libwebp's the steps of a quality are, so that the quality is the same or better: small
/// levels are rounded down more often. The fastest effort makes up for its bytes with some of that.
fn finer(effort: u8) -> f64 {
    if effort == 0 { 0.2 } else { 1.0 }
}

/// The longest side: 14 bits.
const MAX_SIDE: usize = (1 << 14) - 1;

/// What was decided on.
struct Frame {
    size: (usize, usize),
    segments: Segments,
    rows: Vec<Row>,
    /// Of all rows.
    counts: Counts,
}

impl Frame {
    fn new(planes: &Planes, quality: u8, effort: u8) -> Option<Self> {
        let size = (planes.y.width, planes.y.height);
        for plane in [planes.u, planes.v] {
            assert_eq!((plane.width, plane.height), (size.0.div_ceil(2), size.1.div_ceil(2)));
        }
        if size.0.max(size.1) > MAX_SIDE {
            return None;
        }
        let (width, height) = (size.0.div_ceil(16), size.1.div_ceil(16));
        let segments = Segments::new(planes, width, height, f64::from(quality) + finer(effort));
        let (rows, counts) = rows(planes, &segments, (width, height), effort);
        Some(Self {
            size,
            segments,
            rows,
            counts,
        })
    }

    /// `None` if there is more to say of the macroblocks than there is room for.
    fn write(&self) -> Option<Vec<u8>> {
        let probabilities = self.counts.probabilities();
        let mut out = BoolWriter::new();
        // The usual colours, samples that are limited to 0 to 255.
        out.put_bits(0, 2);
        let tree = put_segments(&self.segments, &mut out);
        // The normal filter, of no special sharpness, everywhere the same but for segments.
        out.put_bits(0, 1);
        out.put_bits(self.segments.filter.into_iter().max().unwrap_or(0) as u32, 6);
        out.put_bits(0, 3 + 1);
        // The logarithm of how many partitions of tokens there are: rows take turns.
        out.put_bits(1, 2);
        out.put_bits(self.segments.index[0] as u32, 7);
        let colour = self.segments.colour;
        for shift in [0, 0, 0, colour.mean, colour.rest] {
            out.put_optional(shift, 4);
        }
        // Probabilities are for this frame.
        out.put_bits(0, 1);
        put_probabilities(&probabilities, &mut out);
        self.put_headers(tree, &mut out);
        let first = out.finish();
        let every_other = |first| self.rows.iter().skip(first).step_by(2).map(|row| &row.tokens);
        let (even, odd) = side_by_side(
            || tokens::write(every_other(0), &probabilities),
            || tokens::write(every_other(1), &probabilities),
        );
        assemble(self.size, &first, &even, &odd)
    }

    /// Says what macroblocks are like, whose segments are named by these probabilities.
    fn put_headers(&self, tree: [u8; 3], out: &mut BoolWriter) {
        let headers = || self.rows.iter().flat_map(|row| &row.headers);
        let (all, skipped) = (headers().count(), headers().filter(|header| header.skipped).count());
        let not_skipped = ((all - skipped) * 255 / all).clamp(1, 255) as u8;
        out.put_bits(1, 1);
        out.put_bits(u32::from(not_skipped), 8);
        let mut segments = self.segments.map.iter();
        let mut above = vec![[0; 4]; self.rows[0].headers.len()];
        for row in &self.rows {
            let mut left = [0; 4];
            for ((header, above), segment) in row.headers.iter().zip(&mut above).zip(&mut segments) {
                out.put(segment & 2 != 0, tree[0]);
                out.put(segment & 1 != 0, tree[1 + usize::from(segment >> 1)]);
                out.put(header.skipped, not_skipped);
                put_luma(header.luma, above, &mut left, out);
                put_path(header.colour.colour_path(), out);
            }
        }
    }
}

/// Says how segments differ, and the probabilities by which macroblocks name theirs.
fn put_segments(segments: &Segments, out: &mut BoolWriter) -> [u8; 3] {
    // There are segments; which one a macroblock is in, and what they are, follows.
    out.put_bits(0b111, 3);
    // Values instead of differences.
    out.put_bits(1, 1);
    for index in segments.index {
        out.put_optional(index, 7);
    }
    for filter in segments.filter {
        out.put_optional(filter, 6);
    }
    let mut counts = [0u64; SEGMENTS];
    for segment in &segments.map {
        counts[usize::from(*segment)] += 1;
    }
    let tree = [
        probability(counts[0] + counts[1], counts[2] + counts[3]),
        probability(counts[0], counts[1]),
        probability(counts[2], counts[3]),
    ];
    for probability in tree {
        out.put_bits(1, 1);
        out.put_bits(u32::from(probability), 8);
    }
    tree
}

fn put_luma(luma: Luma, above: &mut [u8; 4], left: &mut [u8; 4], out: &mut BoolWriter) {
    match luma {
        Luma::Whole(mode) => {
            put_path(mode.luma_path(), out);
            *above = [mode as u8; 4];
            *left = [mode as u8; 4];
        }
        Luma::Blocks(modes) => {
            put_path(IN_BLOCKS, out);
            for (i, mode) in modes.into_iter().enumerate() {
                let (above, left) = (&mut above[i % 4], &mut left[i / 4]);
                put_block_mode(mode, *above, *left, out);
                (*above, *left) = (mode, mode);
            }
        }
    }
}

/// The file around a frame: RFC 6386, sections 9.1 and 9.5; RFC 9649, section 2.5.
fn assemble((width, height): (usize, usize), first: &[u8], even: &[u8], odd: &[u8]) -> Option<Vec<u8>> {
    let tag = u32::try_from(first.len()).ok().filter(|len| *len < 1 << 19)? << 5 | 1 << 4;
    let even_len = u32::try_from(even.len()).ok().filter(|len| *len < 1 << 24)?;
    let size = 10 + first.len() + 3 + even.len() + odd.len();
    let padding = size % 2;
    let [width, height] = [width as u16, height as u16];
    let chunk = u32::try_from(size).ok()?;
    let rest = chunk.checked_add(12 + padding as u32)?;
    let mut file = Vec::with_capacity(20 + size + padding);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&rest.to_le_bytes());
    file.extend_from_slice(b"WEBPVP8 ");
    file.extend_from_slice(&chunk.to_le_bytes());
    file.extend_from_slice(&tag.to_le_bytes()[..3]);
    file.extend_from_slice(&[0x9d, 0x01, 0x2a]);
    file.extend_from_slice(&width.to_le_bytes());
    file.extend_from_slice(&height.to_le_bytes());
    file.extend_from_slice(first);
    file.extend_from_slice(&even_len.to_le_bytes()[..3]);
    file.extend_from_slice(even);
    file.extend_from_slice(odd);
    file.resize(file.len() + padding, 0);
    Some(file)
}

#[cfg(test)]
mod tests;
