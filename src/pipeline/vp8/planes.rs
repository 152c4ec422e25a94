//! The picture that is encoded.

use super::transform::{Blocks, forward};

/// Samples of one kind.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    pub samples: &'a [u8],
    pub width: usize,
    pub height: usize,
    /// From one row to the next.
    pub stride: usize,
}

impl Plane<'_> {
    /// A part of a row; what lies outside is as the last sample or row.
    #[inline(always)]
    pub fn row<const N: usize>(&self, x: usize, y: usize) -> [u8; N] {
        let row = &self.samples[y.min(self.height - 1) * self.stride..][..self.width];
        if let Some(part) = row[x..].first_chunk() {
            *part
        } else {
            std::array::from_fn(|i| row[(x + i).min(self.width - 1)])
        }
    }

    #[inline(always)]
    pub fn sample(&self, x: usize, y: usize) -> u8 {
        self.samples[y.min(self.height - 1) * self.stride + x.min(self.width - 1)]
    }
}

/// Brightness, and two planes of colour of half its size (rounded up).
#[derive(Clone, Copy)]
pub struct Planes<'a> {
    pub y: Plane<'a>,
    pub u: Plane<'a>,
    pub v: Plane<'a>,
}

/// The frequencies of a macroblock's samples.
pub struct Source {
    pub luma: Blocks,
    /// Four blocks of each plane, and the same again: two modes are tried at once.
    pub colour: Blocks,
}

impl Planes<'_> {
    /// The macroblock in a column and a row.
    #[inline(always)]
    pub fn source(&self, x: usize, y: usize) -> Source {
        let (mut luma, mut colour) = (Blocks::ZERO, Blocks::ZERO);
        for row in 0..16 {
            set_luma_row(&mut luma, row, self.y.row(x * 16, y * 16 + row));
        }
        for (first, plane) in [(0, &self.u), (4, &self.v)] {
            for row in 0..8 {
                let samples = plane.row(x * 8, y * 8 + row);
                set_colour_row(&mut colour, first, row, samples);
                set_colour_row(&mut colour, first + 8, row, samples);
            }
        }
        Source {
            luma: forward(&luma),
            colour: forward(&colour),
        }
    }
}

/// Sets a row of 16 samples of a macroblock, whose 4 by 4 blocks are in the lanes.
#[inline(always)]
fn set_luma_row(blocks: &mut Blocks, row: usize, samples: [u8; 16]) {
    for (x, sample) in samples.into_iter().enumerate() {
        blocks.0[row % 4 * 4 + x % 4][row / 4 * 4 + x / 4] = i16::from(sample);
    }
}

/// The same for 8 samples of colour, whose first block is in lane `first`.
#[inline(always)]
fn set_colour_row(blocks: &mut Blocks, first: usize, row: usize, samples: [u8; 8]) {
    for (x, sample) in samples.into_iter().enumerate() {
        blocks.0[row % 4 * 4 + x % 4][first + row / 4 * 2 + x / 4] = i16::from(sample);
    }
}
