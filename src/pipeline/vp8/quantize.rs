//! Quantization: RFC 6386, section 14.1.

use super::tokens::Levels;
use super::transform::{Blocks, QUARTER};

/// Steps of frequencies. The first is that of a block's mean.
pub struct Quantizer {
    steps: [i32; 2],
    /// In quarters.
    step: [u16; 2],
    /// Reciprocals in units of 2⁻¹⁶.
    inverse: [u16; 2],
    /// What is added before rounding down.
    offset: [u16; 2],
}

/// What is added before rounding down, in 1/256 of a step, for the mean and for the rest: found by trying.
/// A small level of a high frequency costs more than it is worth, a wrong mean shows as a block.
const ROUNDING: [u16; 2] = [128, 80];
/// The same for the means of a macroblock's blocks, and for colour.
const MEANS_ROUNDING: [u16; 2] = [112, 128];
const COLOUR_ROUNDING: [u16; 2] = [120, 118];

/// A block's frequencies by rising frequency.
const ZIGZAG: [usize; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// Sixteen blocks of levels.
pub struct Quantized {
    /// By rising frequency.
    levels: Blocks,
    /// A bit for each that is not 0.
    filled: [u16; 16],
    /// Squares of what was lost, in squares of quarters.
    pub error: [i32; 16],
    /// Roughly what the levels take.
    pub rate: [u32; 16],
}

impl Quantized {
    /// One of the blocks.
    #[inline(always)]
    pub fn levels(&self, lane: usize) -> Levels {
        Levels::new(self.levels.of(lane), self.filled[lane])
    }
}

/// A fit of what levels take, in 1/256 of a bit: each that is not 0, each unit of their sizes up to
/// [`RATE_LIMIT`], and each place up to the last.
const RATE: [u16; 3] = [276, 233, 253];
const RATE_LIMIT: u16 = 12;

impl Quantizer {
    fn new(steps: [u16; 2], rounding: [u16; 2]) -> Self {
        let step = steps.map(|step| step * QUARTER);
        let offset = |kind: usize| ((u32::from(step[kind]) * u32::from(rounding[kind])) >> 8) as u16;
        Self {
            steps: steps.map(i32::from),
            step,
            inverse: step.map(|step| (65536 / u32::from(step)) as u16),
            offset: [offset(0), offset(1)],
        }
    }

    /// The mean of all steps of a block.
    fn mean(&self) -> i32 {
        (self.steps[0] + 15 * self.steps[1] + 8) >> 4
    }

    /// Quantizes all frequencies from `first` on.
    #[inline(always)]
    pub fn quantize(&self, blocks: &Blocks, first: usize) -> Quantized {
        let mut levels = Blocks::ZERO;
        let (mut filled, mut error, mut rate, mut end) = ([0; 16], [0; 16], [0u16; 16], [0u16; 16]);
        for n in first..16 {
            let k = ZIGZAG[n];
            let kind = usize::from(k > 0);
            let (step, inverse, offset) = (self.step[kind], self.inverse[kind], self.offset[kind]);
            for lane in 0..16 {
                let from = blocks.0[k][lane];
                let size = from.unsigned_abs();
                let level = ((u32::from(size + offset) * u32::from(inverse)) >> 16) as u16;
                let lost = i32::from(size.wrapping_sub(level.wrapping_mul(step)) as i16);
                error[lane] += lost * lost;
                let some = u16::from(level != 0).wrapping_neg();
                filled[lane] |= some & 1 << n;
                rate[lane] += (some & RATE[0]) + level.min(RATE_LIMIT) * RATE[1];
                end[lane] = end[lane].max(some & (n as u16 + 1));
                let sign = from >> 15;
                levels.0[n][lane] = (level as i16 ^ sign) - sign;
            }
        }
        Quantized {
            levels,
            filled,
            error,
            rate: std::array::from_fn(|lane| {
                u32::from(rate[lane]) + u32::from(end[lane].saturating_sub(first as u16) * RATE[2])
            }),
        }
    }

    /// The same for one block of frequencies in quarters.
    #[inline(always)]
    pub fn quantize_means(&self, means: &[i32; 16]) -> (Levels, i32) {
        let (mut levels, mut filled, mut error) = ([0; 16], 0, 0);
        for n in 0..16 {
            let k = ZIGZAG[n];
            let kind = usize::from(k > 0);
            let size = means[k].abs();
            let level = (size + i32::from(self.offset[kind])) / i32::from(self.step[kind]);
            let lost = size - level * i32::from(self.step[kind]);
            error += lost * lost;
            filled |= u16::from(level != 0) << n;
            levels[n] = (level * means[k].signum()) as i16;
        }
        (Levels::new(levels, filled), error)
    }

    /// The frequencies of levels, in whole units.
    #[inline(always)]
    pub fn restore(&self, levels: &Levels) -> [i32; 16] {
        let mut frequencies = [0; 16];
        for (n, k) in ZIGZAG.into_iter().enumerate() {
            frequencies[k] = i32::from(levels.levels[n]) * self.steps[usize::from(k > 0)];
        }
        frequencies
    }
}

/// All that a macroblock needs to be quantized.
pub struct Quantizers {
    pub luma: Quantizer,
    pub means: Quantizer,
    pub colour: Quantizer,
    /// What a bit is worth, by what is decided.
    pub lambda: Lambda,
}

/// How much error 1/256 of a bit is worth, in 1/256 of a square of a sample's level.
pub struct Lambda {
    /// Where the mode of a small block is chosen.
    pub block: f32,
    /// Where large blocks and small ones are compared.
    pub luma: f32,
    pub colour: f32,
}

/// Of a step's square.
const LAMBDA: [f32; 3] = [0.028, 0.0078, 0.019];

/// How far the indices of colour are from those of brightness, for its mean and the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColourShift {
    pub mean: i32,
    pub rest: i32,
}

impl Quantizers {
    /// `index` is that of the format's tables.
    pub fn new(index: i32, shift: ColourShift) -> Self {
        let dc = |index: i32, last| u16::from(DC[index.clamp(0, last) as usize]);
        let ac = |index: i32| AC[index.clamp(0, 127) as usize];
        let luma = Quantizer::new([dc(index, 127), ac(index)], ROUNDING);
        let coarser = (u32::from(ac(index)) * 155 / 100).max(8) as u16;
        let means = Quantizer::new([2 * dc(index, 127), coarser], MEANS_ROUNDING);
        let colour = Quantizer::new([dc(index + shift.mean, 117), ac(index + shift.rest)], COLOUR_ROUNDING);
        // From the squares of the steps, as what is lost is. The factors were found by trying.
        let square = |quantizer: &Quantizer| (quantizer.mean() * quantizer.mean()) as f32;
        let lambda = Lambda {
            block: square(&luma) * LAMBDA[0],
            luma: square(&luma) * LAMBDA[1],
            colour: square(&colour) * LAMBDA[2],
        };
        Self {
            luma,
            means,
            colour,
            lambda,
        }
    }

    /// The step of the higher frequencies of brightness.
    pub fn step(index: i32) -> i32 {
        i32::from(AC[index.clamp(0, 127) as usize])
    }
}

/// Steps of means, by index.
#[rustfmt::skip]
const DC: [u8; 128] = [
    4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17,
    18, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 25, 25, 26, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
    59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74,
    75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
    91, 93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118,
    122, 124, 126, 128, 130, 132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
];

/// Steps of the rest.
#[rustfmt::skip]
const AC: [u16; 128] = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
    36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
    52, 53, 54, 55, 56, 57, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76,
    78, 80, 82, 84, 86, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108,
    110, 112, 114, 116, 119, 122, 125, 128, 131, 134, 137, 140, 143, 146, 149, 152,
    155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205, 209,
    213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
];
