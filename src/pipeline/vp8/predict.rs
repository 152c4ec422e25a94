//! Predictions of blocks from their neighbours: RFC 6386, section 12.

use super::modes::{BLOCK_MODES, Mode};
use super::transform::Blocks;

/// What a macroblock has above of it and left of it.
#[derive(Clone, Copy)]
pub struct Edges<const N: usize> {
    pub above: [u8; N],
    pub left: [u8; N],
    pub corner: u8,
    /// Of those that are inside of the picture.
    mean: u8,
}

/// What is above of a picture, and left of it.
pub const ABOVE: u8 = 127;
pub const LEFT: u8 = 129;

impl<const N: usize> Edges<N> {
    /// `x` and `y` say only whether there is anything to the left and above.
    #[inline(always)]
    pub fn new(above: [u8; N], left: [u8; N], corner: u8, (x, y): (usize, usize)) -> Self {
        let (mut sum, mut count) = (0, 0);
        for (edge, inside) in [(&above, y > 0), (&left, x > 0)] {
            if inside {
                sum += edge.iter().map(|sample| u32::from(*sample)).sum::<u32>();
                count += N as u32;
            }
        }
        Self {
            above,
            left,
            corner: match (x, y) {
                (_, 0) => ABOVE,
                (0, _) => LEFT,
                _ => corner,
            },
            mean: (sum + count / 2).checked_div(count).unwrap_or(128) as u8,
        }
    }
}

/// The edges of sixteen 4 by 4 blocks, one in each lane.
#[derive(Default)]
pub struct LaneEdges {
    above: [[i16; 16]; 4],
    left: [[i16; 16]; 4],
    corner: [i16; 16],
    mean: [i16; 16],
}

impl LaneEdges {
    /// Those of a macroblock's brightness.
    #[inline(always)]
    pub fn luma(edges: &Edges<16>) -> Self {
        let mut all = Self::default();
        for lane in 0..16 {
            all.set(lane, edges, (lane % 4 * 4, lane / 4 * 4));
        }
        all
    }

    /// Those of both planes of colour, twice.
    #[inline(always)]
    pub fn colour(u: &Edges<8>, v: &Edges<8>) -> Self {
        let mut all = Self::default();
        for lane in 0..16 {
            let edges = if lane % 8 < 4 { u } else { v };
            all.set(lane, edges, (lane % 2 * 4, lane % 4 / 2 * 4));
        }
        all
    }

    #[inline(always)]
    fn set<const N: usize>(&mut self, lane: usize, edges: &Edges<N>, (x, y): (usize, usize)) {
        for i in 0..4 {
            self.above[i][lane] = i16::from(edges.above[x + i]);
            self.left[i][lane] = i16::from(edges.left[y + i]);
        }
        self.corner[lane] = i16::from(edges.corner);
        self.mean[lane] = i16::from(edges.mean);
    }

    /// Predicts all blocks.
    #[inline(always)]
    pub fn predict(&self, mode: Mode) -> Blocks {
        let mut blocks = Blocks::ZERO;
        for (k, block) in blocks.0.iter_mut().enumerate() {
            let (above, left) = (&self.above[k % 4], &self.left[k / 4]);
            for lane in 0..16 {
                block[lane] = match mode {
                    Mode::Dc => self.mean[lane],
                    Mode::Vertical => above[lane],
                    Mode::Horizontal => left[lane],
                    Mode::TrueMotion => (above[lane] + left[lane] - self.corner[lane]).clamp(0, 255),
                };
            }
        }
        blocks
    }
}

/// The lower lanes of one prediction and the higher lanes of another.
#[inline(always)]
pub fn halves([lower, higher]: &[Blocks; 2]) -> Blocks {
    let mut blocks = *lower;
    for (to, from) in blocks.0.iter_mut().zip(&higher.0) {
        to[8..].copy_from_slice(&from[8..]);
    }
    blocks
}

/// The neighbours of a 4 by 4 block, from the lowest left of it over the corner to the last above and
/// right of it; the outermost are repeated.
pub struct BlockEdges([u8; 16]);

/// Where the corner stands, and with it everything else.
const CORNER: usize = 6;

impl BlockEdges {
    /// `left` from the top, `above` with four samples more to the right.
    #[inline(always)]
    pub fn new(left: [u8; 4], corner: u8, above: [u8; 8]) -> Self {
        let [l0, l1, l2, l3] = left;
        let [a0, a1, a2, a3, a4, a5, a6, a7] = above;
        Self([l3, l3, l3, l2, l1, l0, corner, a0, a1, a2, a3, a4, a5, a6, a7, a7])
    }

    /// The predictions of all modes.
    #[inline(always)]
    pub fn predict(&self) -> [[u8; 16]; BLOCK_MODES] {
        let edge = &self.0;
        // Means of neighbours, each at the place of its first or of its middle.
        let mut two = [0; 16];
        for i in 0..15 {
            two[i] = ((u16::from(edge[i]) + u16::from(edge[i + 1]) + 1) >> 1) as u8;
        }
        let mut three = [0; 16];
        for i in 1..15 {
            let sum = u16::from(edge[i - 1]) + 2 * u16::from(edge[i]) + u16::from(edge[i + 1]);
            three[i] = ((sum + 2) >> 2) as u8;
        }
        let [t, d] = [&three, &two];
        let from = |means: &[u8; 16], at: usize| -> [u8; 4] { std::array::from_fn(|i| means[at + i]) };
        let c = CORNER;
        let above = from(edge, c + 1);
        let sum = |at: usize| from(edge, at).map(u16::from).iter().sum::<u16>();
        let mean = ((sum(c - 4) + sum(c + 1) + 4) >> 3) as u8;
        let slope = |row: usize| i16::from(edge[c - 1 - row]) - i16::from(edge[c]);
        let motion = |row| above.map(|sample| (i16::from(sample) + slope(row)).clamp(0, 255) as u8);
        let rows = |rows: [[u8; 4]; 4]| -> [u8; 16] {
            let mut block = [0; 16];
            for (to, from) in block.as_chunks_mut().0.iter_mut().zip(rows) {
                *to = from;
            }
            block
        };
        [
            [mean; 16],
            rows(std::array::from_fn(motion)),
            rows([from(t, c + 1); 4]),
            rows(std::array::from_fn(|row| [t[c - 1 - row]; 4])),
            // Down and to the right.
            rows(std::array::from_fn(|row| from(t, c - row))),
            // The same, more vertical.
            rows([
                from(d, c),
                from(t, c),
                [t[c - 1], d[c], d[c + 1], d[c + 2]],
                [t[c - 2], t[c], t[c + 1], t[c + 2]],
            ]),
            // Down and to the left.
            rows(std::array::from_fn(|row| from(t, c + 2 + row))),
            // The same, more vertical.
            rows([
                from(d, c + 1),
                from(t, c + 2),
                [d[c + 2], d[c + 3], d[c + 4], t[c + 6]],
                [t[c + 3], t[c + 4], t[c + 5], t[c + 7]],
            ]),
            // Down and to the right, more horizontal.
            rows([
                [d[c - 1], t[c], t[c + 1], t[c + 2]],
                [d[c - 2], t[c - 1], d[c - 1], t[c]],
                [d[c - 3], t[c - 2], d[c - 2], t[c - 1]],
                [d[c - 4], t[c - 3], d[c - 3], t[c - 2]],
            ]),
            // Up and to the right.
            rows([
                [d[c - 2], t[c - 2], d[c - 3], t[c - 3]],
                [d[c - 3], t[c - 3], d[c - 4], t[c - 4]],
                [d[c - 4], t[c - 4], edge[c - 4], edge[c - 4]],
                [edge[c - 4]; 4],
            ]),
        ]
    }
}

/// One block in each lane.
#[inline(always)]
pub fn in_lanes(blocks: &[[u8; 16]; BLOCK_MODES]) -> Blocks {
    // Each round brings blocks that are half of all apart together; after four they are turned over.
    let mut all = [[0; 16]; 16];
    all[..BLOCK_MODES].copy_from_slice(blocks);
    for _ in 0..4 {
        let from = all;
        for i in 0..8 {
            for j in 0..8 {
                (all[2 * i][2 * j], all[2 * i][2 * j + 1]) = (from[i][j], from[i + 8][j]);
                (all[2 * i + 1][2 * j], all[2 * i + 1][2 * j + 1]) = (from[i][j + 8], from[i + 8][j + 8]);
            }
        }
    }
    let mut lanes = Blocks::ZERO;
    for (to, from) in lanes.0.iter_mut().zip(&all) {
        for lane in 0..16 {
            to[lane] = i16::from(from[lane]);
        }
    }
    lanes
}
