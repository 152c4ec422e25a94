//! Resizing while the rows come in, so that no large picture is ever in memory as a whole.
//!
//! Rows wait in a window that slides down the source. As soon as it holds all that the next rows of
//! the target need, these are made together: first as high as the target, then as wide. Nothing is
//! rounded in between, because noise of half a level is already dear to encode.

use multiversion::multiversion;

use super::Error;
use super::axis::Axis;
use super::kernel::{Kernel, Weights};
use super::raster::{Channels, Raster, opaque, reserve};

/// Rows of the target that are made together, one in each lane of a vector.
const LANES: usize = 8;

/// Columns of the source that are made into rows of the target together.
const CHUNK: usize = 16;

/// What becomes of the levels of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Levels {
    pub factor: f32,
    pub offset: f32,
}

impl Levels {
    pub const SAME: Self = Self {
        factor: 1.0,
        offset: 0.0,
    };

    #[inline(always)]
    fn apply(self, sample: f32) -> u8 {
        /// From here on, a float's last bit counts ones.
        const WHOLE: f32 = (1 << (f32::MANTISSA_DIGITS - 1)) as f32;
        ((sample * self.factor + self.offset).clamp(0.0, 255.0) + WHOLE).to_bits() as u8
    }
}

pub(super) struct Reducer {
    down: Weights,
    across: Weights,
    from: (u32, u32),
    levels: Levels,
    /// The last rows of the source, the one after the lowest in the place of the first.
    window: Vec<f32>,
    /// Rows of the window, and samples of each.
    capacity: usize,
    len: usize,
    /// Rows of the source that have come.
    seen: usize,
    /// Some rows of the target, side by side, as wide as the source.
    block: Vec<[f32; LANES]>,
    /// The same, as wide as the target.
    narrow: Vec<[u8; LANES]>,
    target: Raster,
    /// Rows of the target that are made.
    done: usize,
    identity: bool,
    /// Whether alpha has hidden nothing so far.
    opaque: bool,
}

impl Reducer {
    pub fn new(x: Axis, y: Axis, channels: Channels, kernel: Kernel, levels: Levels) -> Result<Self, Error> {
        let (across, down) = (Weights::new(x, kernel), Weights::new(y, kernel));
        let identity = across.is_identity(x.from) && down.is_identity(y.from);
        let len = (x.from as usize * channels.count()).next_multiple_of(CHUNK);
        let capacity = down.span(LANES) + 1;
        let used = |bytes: usize| if identity { 0 } else { bytes };
        Ok(Self {
            from: (x.from, y.from),
            levels,
            window: reserve(used(capacity * len), 0.0)?,
            capacity,
            len,
            seen: 0,
            block: reserve(used(len), [0.0; LANES])?,
            narrow: reserve(used(x.to as usize * channels.count()), [0; LANES])?,
            target: Raster::new(x.to, y.to, channels)?,
            done: 0,
            identity,
            opaque: true,
            across,
            down,
        })
    }

    /// Rows of the source that are still to come.
    pub fn missing(&self) -> usize {
        self.from.1 as usize - self.seen
    }

    /// Takes the next rows, `stride` bytes apart.
    pub fn take(&mut self, rows: &[u8], stride: usize) {
        let len = self.from.0 as usize * self.target.channels.count();
        for row in rows.chunks(stride).map(|row| &row[..len]) {
            self.opaque &= self.target.channels != Channels::Rgba || opaque(row);
            if self.identity {
                let target = &mut self.target.pixels[self.seen * len..][..len];
                for (to, from) in target.iter_mut().zip(row) {
                    *to = self.levels.apply(f32::from(*from));
                }
                self.seen += 1;
                continue;
            }
            let place = self.seen % self.capacity * self.len;
            let target = &mut self.window[place..][..len];
            if self.target.channels == Channels::Rgba {
                // Transparent pixels must lend no colour to their neighbours.
                for (to, from) in target.as_chunks_mut().0.iter_mut().zip(row.as_chunks().0) {
                    let [r, g, b, a]: [u8; 4] = *from;
                    let weight = f32::from(a) / 255.0;
                    *to = [r, g, b, u8::MAX].map(|sample| f32::from(sample) * weight);
                }
            } else {
                for (to, from) in target.iter_mut().zip(row) {
                    *to = f32::from(*from);
                }
            }
            self.seen += 1;
            self.advance();
        }
    }

    /// Makes the rows of the target that can be made.
    fn advance(&mut self) {
        let height = self.target.height as usize;
        while self.done < height && self.down.end(self.done, LANES) <= self.seen {
            let lanes = LANES.min(height - self.done);
            let rows = Rows {
                samples: &self.window,
                len: self.len,
                capacity: self.capacity,
            };
            for lane in 0..lanes {
                shorten(&rows, self.down.of(self.done + lane), lane, &mut self.block);
            }
            match self.target.channels {
                Channels::One => narrow::<1>(&self.block, &self.across, self.levels, &mut self.narrow),
                Channels::Rgb => narrow::<3>(&self.block, &self.across, self.levels, &mut self.narrow),
                Channels::Rgba => narrow::<4>(&self.block, &self.across, self.levels, &mut self.narrow),
            }
            let stride = self.target.stride();
            let rows = &mut self.target.pixels[self.done * stride..][..lanes * stride];
            for (lane, row) in rows.chunks_exact_mut(stride).enumerate() {
                for (to, from) in row.iter_mut().zip(&self.narrow) {
                    *to = from[lane];
                }
            }
            self.done += lanes;
        }
    }

    /// The picture, of a source that is there as a whole.
    pub fn of(mut self, raster: &Raster) -> Raster {
        self.take(&raster.pixels, raster.stride());
        self.finish()
    }

    /// The picture, all of whose rows have come.
    pub fn finish(self) -> Raster {
        assert_eq!(self.missing(), 0);
        if self.opaque {
            self.target.without_opaque_alpha()
        } else {
            self.target
        }
    }
}

/// A window of rows, the one after the lowest in the place of the first.
struct Rows<'a> {
    samples: &'a [f32],
    len: usize,
    capacity: usize,
}

/// Makes one lane of the block, which is a row as high as the target.
#[multiversion(targets("x86_64+avx2"))]
fn shorten(rows: &Rows, (start, weights): (usize, &[f32]), lane: usize, block: &mut [[f32; LANES]]) {
    let (columns, _) = block.as_chunks_mut::<CHUNK>();
    for (i, block) in columns.iter_mut().enumerate() {
        let mut row = start % rows.capacity;
        let mut sums = [0.0; CHUNK];
        for weight in weights {
            let samples: &[f32] = &rows.samples[row * rows.len + i * CHUNK..][..CHUNK];
            for (sum, sample) in sums.iter_mut().zip(samples) {
                *sum += weight * sample;
            }
            row = if row + 1 == rows.capacity { 0 } else { row + 1 };
        }
        for (samples, sum) in block.iter_mut().zip(sums) {
            samples[lane] = sum;
        }
    }
}

/// Makes all lanes of the block as wide as the target.
#[multiversion(targets("x86_64+avx2"))]
fn narrow<const N: usize>(block: &[[f32; LANES]], across: &Weights, levels: Levels, target: &mut [[u8; LANES]]) {
    let (block, _) = block.as_chunks::<N>();
    let (target, _) = target.as_chunks_mut::<N>();
    for (x, target) in target.iter_mut().enumerate() {
        let (start, weights) = across.of(x);
        let mut sums = [[0.0; LANES]; N];
        for (weight, pixel) in weights.iter().zip(&block[start..]) {
            for (sums, samples) in sums.iter_mut().zip(pixel) {
                for (sum, sample) in sums.iter_mut().zip(samples) {
                    *sum += weight * sample;
                }
            }
        }
        if let Some((alpha, colours)) = sums.split_last_mut().filter(|_| N == 4) {
            for colour in colours {
                for (sum, alpha) in colour.iter_mut().zip(&*alpha) {
                    *sum *= 255.0 / alpha.max(f32::MIN_POSITIVE);
                }
            }
        }
        for (to, sums) in target.iter_mut().zip(sums) {
            *to = sums.map(|sum| levels.apply(sum));
        }
    }
}
