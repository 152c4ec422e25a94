//! Which predictions and levels a macroblock is made of.
//!
//! Each candidate is judged by what it loses and by what it takes. The transform keeps distances, so what
//! is lost is known from the frequencies; only what is chosen is made into samples again.

use super::bits::BIT;
use super::modes::{BLOCK_MODES, BlockModeCosts, IN_BLOCKS, Luma, Mode, path_cost};
use super::planes::Source;
use super::predict::{BlockEdges, Edges, LaneEdges, halves, in_lanes};
use super::quantize::{Quantized, Quantizers};
use super::tokens::{Costs, Kind, Levels};
use super::transform::{forward, forward_means, inverse, inverse_means};

/// Which of the blocks along a side have levels.
#[derive(Clone, Copy, Default)]
pub struct Filled {
    pub luma: [bool; 4],
    /// Two of each plane.
    pub colour: [bool; 4],
    pub means: bool,
}

/// The surroundings of a macroblock.
pub struct Around {
    pub y: Edges<16>,
    /// The four samples that follow above.
    pub beyond: [u8; 4],
    pub u: Edges<8>,
    pub v: Edges<8>,
    pub modes_above: [u8; 4],
    pub modes_left: [u8; 4],
    pub above: Filled,
    pub left: Filled,
}

/// A macroblock as it is to be written, and as decoders will see it.
#[derive(PartialEq)]
pub struct Macroblock {
    pub luma: Luma,
    pub colour: Mode,
    pub means: Levels,
    pub blocks: [Levels; 16],
    /// Four of each plane.
    pub colours: [Levels; 8],
    pub y: [[u8; 16]; 16],
    pub u: [[u8; 8]; 8],
    pub v: [[u8; 8]; 8],
}

pub struct Search<'a> {
    pub quantizers: &'a Quantizers,
    pub costs: &'a Costs,
    pub modes: &'a BlockModeCosts,
    pub tries: Tries,
}

/// How much is tried.
#[derive(Clone, Copy)]
pub struct Tries {
    /// Modes of a small block that are weighed exactly.
    modes: usize,
    /// Bits below which a macroblock is not divided: what is that simple seldom gains by it.
    simple: f32,
}

impl Tries {
    /// By effort, from 0 to 6: what is worth its time was found by trying.
    pub fn new(effort: u8) -> Self {
        let (modes, simple) = match effort {
            0 => (1, 700.0),
            1 => (1, 500.0),
            2 => (2, 200.0),
            _ => (usize::from(effort), 0.0),
        };
        Self { modes, simple }
    }
}

/// Makes one number of what is lost, in squares of quarters, and of what is taken, in 1/256 of a bit.
#[inline(always)]
fn score(error: i32, lambda: f32, cost: u32) -> f32 {
    4.0 * error as f32 + lambda * cost as f32
}

/// Brightness that is predicted as a whole.
struct Whole {
    mode: Mode,
    means: Levels,
    quantized: Quantized,
    error: i32,
    /// What all but the blocks take.
    cost: u32,
}

/// A small block.
#[derive(Default)]
struct Block {
    mode: usize,
    levels: Levels,
    error: i32,
    cost: u32,
}

impl Search<'_> {
    #[inline(always)]
    pub fn macroblock(&self, source: &Source, around: &Around) -> Macroblock {
        let mut made = Macroblock {
            luma: Luma::Whole(Mode::Dc),
            colour: Mode::Dc,
            means: Levels::default(),
            blocks: [Levels::default(); 16],
            colours: [Levels::default(); 8],
            y: [[0; 16]; 16],
            u: [[0; 8]; 8],
            v: [[0; 8]; 8],
        };
        let edges = LaneEdges::luma(&around.y);
        let whole = self.whole(source, around, &edges);
        let (levels, limit) = self.weigh(&whole, around);
        let simple = self.tries.simple * BIT as f32 * self.quantizers.lambda.luma;
        if limit < simple || !self.blocks(source, around, limit, &mut made) {
            self.restore(&edges, whole, levels, &mut made);
        }
        self.colour(source, around, &mut made);
        made
    }

    /// What seems to be the best prediction of all the brightness at once.
    #[inline(always)]
    fn whole(&self, source: &Source, around: &Around, edges: &LaneEdges) -> Whole {
        let mut best = self.candidate(source, around, edges, Mode::Dc);
        for mode in [Mode::TrueMotion, Mode::Vertical, Mode::Horizontal] {
            let other = self.candidate(source, around, edges, mode);
            if other.0 < best.0 {
                best = other;
            }
        }
        best.1
    }

    /// A prediction as a whole, and roughly its score.
    #[inline(always)]
    fn candidate(&self, source: &Source, around: &Around, edges: &LaneEdges, mode: Mode) -> (f32, Whole) {
        let rest = source.luma.minus(&forward(&edges.predict(mode)));
        let (means, lost) = self
            .quantizers
            .means
            .quantize_means(&forward_means(&rest.0[0].map(i32::from)));
        let quantized = self.quantizers.luma.quantize(&rest, 1);
        let context = usize::from(around.above.means) + usize::from(around.left.means);
        let whole = Whole {
            mode,
            // The means of the means are of twice their scale.
            error: quantized.error.iter().sum::<i32>() + lost / 4,
            cost: path_cost(mode.luma_path()) + self.costs.of(Kind::Means, context, &means),
            means,
            quantized,
        };
        let cost = whole.cost + whole.quantized.rate.iter().sum::<u32>();
        (score(whole.error, self.quantizers.lambda.luma, cost), whole)
    }

    /// The levels of a prediction as a whole, and its score.
    #[inline(always)]
    fn weigh(&self, whole: &Whole, around: &Around) -> ([Levels; 16], f32) {
        let mut cost = whole.cost;
        let mut blocks = [Levels::default(); 16];
        let (mut above, mut left) = (around.above.luma, around.left.luma);
        for (i, block) in blocks.iter_mut().enumerate() {
            *block = whole.quantized.levels(i);
            let (above, left) = (&mut above[i % 4], &mut left[i / 4]);
            cost += self
                .costs
                .of(Kind::LumaRest, usize::from(*above) + usize::from(*left), block);
            (*above, *left) = (block.end > 0, block.end > 0);
        }
        (blocks, score(whole.error, self.quantizers.lambda.luma, cost))
    }

    #[inline(always)]
    fn restore(&self, edges: &LaneEdges, whole: Whole, blocks: [Levels; 16], made: &mut Macroblock) {
        let predicted = edges.predict(whole.mode);
        let means = inverse_means(&self.quantizers.means.restore(&whole.means));
        for (i, levels) in blocks.iter().enumerate() {
            let mut frequencies = self.quantizers.luma.restore(levels);
            frequencies[0] = means[i];
            add(&predicted.of(i), &inverse(&frequencies), (i % 4, i / 4), &mut made.y);
        }
        made.luma = Luma::Whole(whole.mode);
        made.means = whole.means;
        made.blocks = blocks;
    }

    /// Predicts the brightness block by block. Says whether that is better than `limit`.
    #[inline(always)]
    fn blocks(&self, source: &Source, around: &Around, limit: f32, made: &mut Macroblock) -> bool {
        let lambda = self.quantizers.lambda.luma;
        let mut total = score(0, lambda, path_cost(IN_BLOCKS));
        let mut modes = [0; 16];
        let (mut modes_above, mut modes_left) = (around.modes_above, around.modes_left);
        let (mut above, mut left) = (around.above.luma, around.left.luma);
        for i in 0..16 {
            let (x, y) = (i % 4, i / 4);
            let predictions = edges(around, &made.y, x, y).predict();
            let rest = source.luma.spread(i).minus(&forward(&in_lanes(&predictions)));
            let quantized = self.quantizers.luma.quantize(&rest, 0);
            let costs = &self.modes[usize::from(modes_above[x])][usize::from(modes_left[y])];
            let context = usize::from(above[x]) + usize::from(left[y]);
            let best = self.block(&quantized, costs, context);
            total += score(best.error, lambda, best.cost);
            if total >= limit {
                return false;
            }
            let difference = inverse(&self.quantizers.luma.restore(&best.levels));
            add(&predictions[best.mode].map(i16::from), &difference, (x, y), &mut made.y);
            let mode = best.mode as u8;
            modes[i] = mode;
            (modes_above[x], modes_left[y]) = (mode, mode);
            (above[x], left[y]) = (best.levels.end > 0, best.levels.end > 0);
            made.blocks[i] = best.levels;
        }
        made.luma = Luma::Blocks(modes);
        true
    }

    /// The best of all modes of a small block: roughly, then exactly among those that seem best.
    #[inline(always)]
    fn block(&self, quantized: &Quantized, costs: &[u16; BLOCK_MODES], context: usize) -> Block {
        let lambda = self.quantizers.lambda.block;
        // The bits of positive numbers are in their order. In the lowest, the least says whose it is.
        let mut rough = [u32::MAX; 16];
        for (mode, cost) in costs.iter().enumerate() {
            let score = score(quantized.error[mode], lambda, u32::from(*cost) + quantized.rate[mode]);
            rough[mode] = score.to_bits() & !15 | mode as u32;
        }
        let mut best = (f32::INFINITY, Block::default());
        for _ in 0..self.tries.modes.min(BLOCK_MODES) {
            let least = rough.into_iter().fold(u32::MAX, u32::min);
            let mode = (least & 15) as usize;
            rough[mode] = u32::MAX;
            let levels = quantized.levels(mode);
            let error = quantized.error[mode];
            let cost = u32::from(costs[mode]) + self.costs.of(Kind::Luma, context, &levels);
            let score = score(error, lambda, cost);
            if score < best.0 {
                let block = Block {
                    mode,
                    levels,
                    error,
                    cost,
                };
                best = (score, block);
            }
        }
        best.1
    }

    /// Chooses and makes both planes of colour.
    #[inline(always)]
    fn colour(&self, source: &Source, around: &Around, made: &mut Macroblock) {
        let quantizer = &self.quantizers.colour;
        let mut best = f32::INFINITY;
        let edges = LaneEdges::colour(&around.u, &around.v);
        for modes in Mode::ALL.as_chunks::<2>().0 {
            let predicted = modes.map(|mode| edges.predict(mode));
            let quantized = quantizer.quantize(&source.colour.minus(&forward(&halves(&predicted))), 0);
            for (half, mode) in modes.iter().enumerate() {
                let lanes = half * 8..half * 8 + 8;
                let error = quantized.error[lanes.clone()].iter().sum::<i32>();
                let cost = path_cost(mode.colour_path()) + quantized.rate[lanes].iter().sum::<u32>();
                // Roughly is enough: both planes have few levels.
                let score = score(error, self.quantizers.lambda.colour, cost);
                if score < best {
                    best = score;
                    made.colour = *mode;
                    for (i, levels) in made.colours.iter_mut().enumerate() {
                        *levels = quantized.levels(half * 8 + i);
                    }
                }
            }
        }
        let predicted = edges.predict(made.colour);
        for (i, levels) in made.colours.iter().enumerate() {
            let plane = if i < 4 { &mut made.u } else { &mut made.v };
            let difference = inverse(&quantizer.restore(levels));
            add(&predicted.of(i), &difference, (i % 2, i % 4 / 2), plane);
        }
    }
}

/// Makes the samples of the block in a column and a row.
#[inline(always)]
fn add<const N: usize>(predicted: &[i16; 16], difference: &[i32; 16], (x, y): (usize, usize), to: &mut [[u8; N]; N]) {
    for row in 0..4 {
        for i in 0..4 {
            let sample = i32::from(predicted[row * 4 + i]) + difference[row * 4 + i];
            to[y * 4 + row][x * 4 + i] = sample.clamp(0, 255) as u8;
        }
    }
}

/// The neighbours of a small block of which those before it are made.
#[inline(always)]
fn edges(around: &Around, made: &[[u8; 16]; 16], x: usize, y: usize) -> BlockEdges {
    let left = if x > 0 {
        std::array::from_fn(|i| made[y * 4 + i][x * 4 - 1])
    } else {
        std::array::from_fn(|i| around.y.left[y * 4 + i])
    };
    let corner = match (x, y) {
        (0, 0) => around.y.corner,
        (0, _) => around.y.left[y * 4 - 1],
        (_, 0) => around.y.above[x * 4 - 1],
        _ => made[y * 4 - 1][x * 4 - 1],
    };
    let row = if y > 0 { &made[y * 4 - 1] } else { &around.y.above };
    let above = std::array::from_fn(|i| match x * 4 + i {
        // Right of the macroblock there is nothing yet: what is above of it serves all rows.
        beyond @ 16.. => around.beyond[beyond - 16],
        at => row[at],
    });
    BlockEdges::new(left, corner, above)
}
