//! Which parts of a picture are quantized more finely than others.
//!
//! Noise and texture hide what is lost in them, smooth areas do not: macroblocks are put into groups
//! (segments: RFC 6386, section 9.3) by how far the frequencies of what prediction leaves of them spread.
//! The measure, the groups and what is made of them follow libwebp, so that a quality means the same.

use std::ops::Range;

use multiversion::multiversion;

use super::modes::Mode;
use super::planes::{Plane, Planes};
use super::predict::{ABOVE, Edges, LEFT, LaneEdges, halves};
use super::quantize::{ColourShift, Quantizers};
use super::transform::{Blocks, forward};
use crate::pipeline::threads::side_by_side;

pub const SEGMENTS: usize = 4;

/// How a frame is divided.
pub struct Segments {
    /// The index of each one's steps.
    pub index: [i32; SEGMENTS],
    /// The strength of its filter between blocks: RFC 6386, section 15.
    pub filter: [i32; SEGMENTS],
    pub colour: ColourShift,
    /// The segment of each macroblock.
    pub map: Vec<u8>,
}

/// How much the steps of segments differ, of at most 1.
const SPREAD: f64 = 0.45;

/// Sizes that are counted one by one.
const BINS: usize = 4;

/// The last size that is told from larger ones.
const LARGEST: i16 = 31;

/// How the sizes of frequencies spread: 0 where all are small, more where they differ more.
struct Spread {
    counts: [[i16; 16]; BINS],
    largest: [i16; 16],
}

impl Spread {
    #[inline(always)]
    fn new(rest: &Blocks) -> Self {
        let mut all = Self {
            counts: [[0; 16]; BINS],
            largest: [0; 16],
        };
        for k in 0..16 {
            for lane in 0..16 {
                // From quarters to units of eight.
                let size = rest.0[k][lane].abs() >> 5;
                for (bin, counts) in all.counts.iter_mut().enumerate() {
                    counts[lane] += i16::from(size == bin as i16);
                }
                all.largest[lane] = all.largest[lane].max(size);
            }
        }
        all
    }

    /// For some of the blocks.
    #[inline(always)]
    fn of(&self, lanes: Range<usize>) -> i32 {
        let counts = self
            .counts
            .iter()
            .map(|counts| counts[lanes.clone()].iter().sum::<i16>());
        let most = counts.max().unwrap_or(0).max(1);
        let largest = self.largest[lanes]
            .iter()
            .max()
            .map_or(0, |largest| *largest.min(&LARGEST));
        510 * i32::from(largest) / i32::from(most)
    }
}

/// What is left and above of a part of a plane.
#[inline(always)]
fn edges<const N: usize>(plane: &Plane, x: usize, y: usize) -> Edges<N> {
    let mut left = [LEFT; N];
    if x > 0 {
        for (i, left) in left.iter_mut().enumerate() {
            *left = plane.sample(x - 1, y + i);
        }
    }
    let above = if y > 0 { plane.row(x, y - 1) } else { [ABOVE; N] };
    let corner = plane.sample(x.saturating_sub(1), y.saturating_sub(1));
    Edges::new(above, left, corner, (x, y))
}

/// How the brightness and the colour of a macroblock spread.
#[inline(always)]
fn spread(planes: &Planes, x: usize, y: usize) -> (i32, i32) {
    let source = planes.source(x, y);
    let around = LaneEdges::luma(&edges(&planes.y, x * 16, y * 16));
    let mut luma = 0;
    for mode in [Mode::Dc, Mode::TrueMotion] {
        luma = luma.max(Spread::new(&source.luma.minus(&forward(&around.predict(mode)))).of(0..16));
    }
    let around = LaneEdges::colour(&edges(&planes.u, x * 8, y * 8), &edges(&planes.v, x * 8, y * 8));
    let predicted = halves(&[around.predict(Mode::Dc), around.predict(Mode::TrueMotion)]);
    let colour = Spread::new(&source.colour.minus(&forward(&predicted)));
    (luma, colour.of(0..8).max(colour.of(8..16)))
}

/// How smooth each macroblock of some rows is, from 0, and the sum of how their colours spread.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn measure(planes: &Planes, width: usize, rows: Range<usize>) -> (Vec<u8>, i64) {
    let mut smoothness = Vec::with_capacity(width * rows.len());
    let mut colours = 0;
    for y in rows {
        for x in 0..width {
            let (luma, colour) = spread(planes, x, y);
            smoothness.push((255 - ((3 * luma + colour + 2) >> 2)).clamp(0, 255) as u8);
            colours += i64::from(colour);
        }
    }
    (smoothness, colours)
}

impl Segments {
    pub fn new(planes: &Planes, width: usize, height: usize, quality: f64) -> Self {
        let (lower, upper) = side_by_side(
            || measure(planes, width, height / 2..height),
            || measure(planes, width, 0..height / 2),
        );
        let smoothness = [upper.0, lower.0].concat();
        let colours = upper.1 + lower.1;
        let (centres, of, mean) = cluster(&smoothness);
        let least = centres.iter().copied().min().unwrap_or(0);
        let most = centres.iter().copied().max().unwrap_or(0);
        let range = f64::from((most - least).max(1));
        let fineness = fineness(quality);
        let index = centres.map(|centre| {
            let relative = (255.0 * f64::from(centre - mean) / range).clamp(-127.0, 127.0) / 128.0;
            (127.0 * (1.0 - fineness.powf(1.0 - SPREAD * relative))) as i32
        });
        // A sixth less than libwebp's, which blurs; and where it would not be seen, decoders are spared it.
        let filter = std::array::from_fn(|i| {
            let relative = 255 * (centres[i] - least) / (most - least).max(1);
            match (Quantizers::step(index[i]) << 6) / (256 + relative) {
                ..2 => 0,
                strength => strength.min(63),
            }
        });
        let mean_colour = colours as f64 / (width * height) as f64;
        Self {
            index,
            filter,
            colour: ColourShift {
                // Flat colour shows its steps.
                mean: -8,
                // Colour of more texture hides more: by an index for each 14 above 64.
                rest: (((mean_colour - 64.0) / 7.0 / 2.0) as i32).clamp(-4, 6),
            },
            map: smoothness
                .iter()
                .map(|smoothness| of[usize::from(*smoothness)])
                .collect(),
        }
    }
}

/// How fine the steps of a quality are, up to 1.
fn fineness(quality: f64) -> f64 {
    let quality = quality.clamp(0.0, 100.0) / 100.0;
    let linear = if quality < 0.75 {
        quality * (2.0 / 3.0)
    } else {
        2.0 * quality - 1.0
    };
    linear.cbrt()
}

/// Groups values by k-means; says the centres, the group of each value, and the mean of all centres by
/// their weight.
fn cluster(values: &[u8]) -> ([i32; SEGMENTS], [u8; 256], i32) {
    let mut counts = [0i64; 256];
    for value in values {
        counts[usize::from(*value)] += 1;
    }
    let first = counts.iter().position(|count| *count > 0).unwrap_or(0);
    let last = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
    let range = last - first;
    let mut centres: [i64; SEGMENTS] = std::array::from_fn(|i| (first + (2 * i + 1) * range / (2 * SEGMENTS)) as i64);
    let mut of = [0u8; 256];
    let mut mean = 0;
    for _ in 0..6 {
        let (mut sums, mut weights) = ([0; SEGMENTS], [0; SEGMENTS]);
        let mut group = 0;
        for value in first..=last {
            if counts[value] > 0 {
                let distance = |group: usize| (value as i64 - centres[group]).abs();
                while group + 1 < SEGMENTS && distance(group + 1) < distance(group) {
                    group += 1;
                }
                of[value] = group as u8;
                sums[group] += value as i64 * counts[value];
                weights[group] += counts[value];
            }
        }
        let mut moved = 0;
        let mut sum = 0;
        for group in 0..SEGMENTS {
            if weights[group] > 0 {
                let centre = (sums[group] + weights[group] / 2) / weights[group];
                moved += (centre - centres[group]).abs();
                centres[group] = centre;
                sum += centre * weights[group];
            }
        }
        mean = (sum + values.len() as i64 / 2) / values.len().max(1) as i64;
        if moved < 5 {
            break;
        }
    }
    (centres.map(|centre| centre as i32), of, mean as i32)
}
