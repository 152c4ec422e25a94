//! The transforms between samples and frequencies: RFC 6386, section 14.
//!
//! Sixteen blocks are transformed at once, each in a lane of a vector: the compiler makes the machine's
//! vector instructions of the loops over lanes.

/// Sixteen blocks of 4 by 4, by samples or frequencies row by row; in each lane a block.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub struct Blocks(pub [[i16; 16]; 16]);

impl Blocks {
    pub const ZERO: Self = Self([[0; 16]; 16]);

    /// What is left of these blocks.
    #[inline(always)]
    pub fn minus(&self, predicted: &Self) -> Self {
        let mut rest = Self::ZERO;
        for k in 0..16 {
            for lane in 0..16 {
                rest.0[k][lane] = self.0[k][lane] - predicted.0[k][lane];
            }
        }
        rest
    }

    /// One of the blocks, in all lanes.
    #[inline(always)]
    pub fn spread(&self, lane: usize) -> Self {
        Self(self.0.map(|value| [value[lane]; 16]))
    }

    /// One of the blocks.
    #[inline(always)]
    pub fn of(&self, lane: usize) -> [i16; 16] {
        let mut block = [0; 16];
        for (to, from) in block.iter_mut().zip(&self.0) {
            *to = from[lane];
        }
        block
    }
}

/// Frequencies come in units of a quarter, so that differences of them are hardly rounded.
pub const QUARTER: u16 = 4;

/// √2 · cos(π/8) less one, and one less √2 · sin(π/8), in units of 2⁻¹⁶.
const COS: i16 = 20091;
const SIN: i16 = 30068;

#[inline(always)]
fn high(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

/// Frequencies of sixteen blocks of samples from 0 to 255.
#[inline(always)]
pub fn forward(samples: &Blocks) -> Blocks {
    let mut rows = Blocks::ZERO;
    for row in 0..4 {
        for lane in 0..16 {
            let [a, b, c, d] = std::array::from_fn(|i| samples.0[row * 4 + i][lane] << 3);
            let out = line(a, b, c, d);
            for i in 0..4 {
                rows.0[row * 4 + i][lane] = out[i];
            }
        }
    }
    let mut all = Blocks::ZERO;
    for column in 0..4 {
        for lane in 0..16 {
            let [a, b, c, d] = std::array::from_fn(|i| rows.0[i * 4 + column][lane]);
            let out = line(a, b, c, d);
            for i in 0..4 {
                // Eighths in, of twice the scale.
                all.0[i * 4 + column][lane] = out[i].wrapping_add(2) >> 2;
            }
        }
    }
    all
}

/// Nothing wraps: it is the check that would be in the way of vectors.
#[inline(always)]
fn line(a: i16, b: i16, c: i16, d: i16) -> [i16; 4] {
    let (even, odd) = (a.wrapping_add(d), a.wrapping_sub(d));
    let (inner, outer) = (b.wrapping_add(c), b.wrapping_sub(c));
    [
        even.wrapping_add(inner),
        odd.wrapping_add(high(odd, COS))
            .wrapping_add(outer)
            .wrapping_sub(high(outer, SIN)),
        even.wrapping_sub(inner),
        odd.wrapping_sub(high(odd, SIN))
            .wrapping_sub(outer)
            .wrapping_sub(high(outer, COS)),
    ]
}

/// Transforms all columns, then all rows.
#[inline(always)]
fn both_ways(block: &[i32; 16], line: impl Fn([i32; 4]) -> [i32; 4]) -> [i32; 16] {
    let mut columns = [0; 16];
    for i in 0..4 {
        let out = line(std::array::from_fn(|j| block[j * 4 + i]));
        for j in 0..4 {
            columns[j * 4 + i] = out[j];
        }
    }
    let mut all = [0; 16];
    for j in 0..4 {
        let out = line(std::array::from_fn(|i| columns[j * 4 + i]));
        all[j * 4..][..4].copy_from_slice(&out);
    }
    all
}

/// What frequencies add to the predicted samples of one block, exactly as decoders compute it.
#[inline(always)]
pub fn inverse(frequencies: &[i32; 16]) -> [i32; 16] {
    both_ways(frequencies, inverse_line).map(|sample| (sample + 4) >> 3)
}

#[inline(always)]
fn inverse_line([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let cos = |x: i32| x + ((x * i32::from(COS)) >> 16);
    let sin = |x: i32| (x * 35468) >> 16;
    let (even, odd) = (a + c, a - c);
    let (inner, outer) = (sin(b) - cos(d), cos(b) + sin(d));
    [even + outer, odd + inner, odd - inner, even - outer]
}

/// Frequencies of the means of a macroblock's sixteen blocks.
pub fn forward_means(means: &[i32; 16]) -> [i32; 16] {
    both_ways(means, hadamard).map(|frequency| (frequency + 1) >> 1)
}

/// The means again, exactly as decoders compute them.
pub fn inverse_means(frequencies: &[i32; 16]) -> [i32; 16] {
    both_ways(frequencies, hadamard).map(|mean| (mean + 3) >> 3)
}

/// Its own inverse, but for the scale.
#[inline(always)]
fn hadamard([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let (a1, b1, c1, d1) = (a + d, b + c, b - c, a - d);
    [a1 + b1, c1 + d1, a1 - b1, d1 - c1]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixteen blocks that reach the ends of the range.
    fn blocks() -> Blocks {
        let mut blocks = Blocks::ZERO;
        for (k, samples) in blocks.0.iter_mut().enumerate() {
            for (lane, sample) in samples.iter_mut().enumerate() {
                *sample = match lane {
                    0 => 255,
                    1 => 255 * (k as i16 % 2),
                    2 => 255 * (k as i16 / 4 % 2),
                    3 => 17 * k as i16,
                    _ => (k * (37 + lane * 11) % 256) as i16,
                };
            }
        }
        blocks
    }

    #[test]
    fn samples_come_back() {
        let samples = blocks();
        let frequencies = forward(&samples);
        for lane in 0..16 {
            let whole = frequencies.of(lane).map(|value| (i32::from(value) + 2) >> 2);
            for (back, sample) in inverse(&whole).iter().zip(samples.of(lane)) {
                assert!(
                    (back - i32::from(sample)).abs() <= 1,
                    "block {lane}: {back} is not {sample}"
                );
            }
        }
    }

    /// The search judges by frequencies what is lost of samples.
    #[test]
    fn distances_are_kept() {
        let samples = blocks();
        let frequencies = forward(&samples);
        for lane in 0..15 {
            let square = |blocks: &Blocks| {
                let pairs = blocks.of(lane).into_iter().zip(blocks.of(lane + 1));
                pairs.map(|(a, b)| (f64::from(a) - f64::from(b)).powi(2)).sum::<f64>()
            };
            let ratio = square(&frequencies) / square(&samples);
            assert!((ratio / 64.0 - 1.0).abs() < 0.01, "block {lane}: {ratio}");
        }
    }

    #[test]
    fn means_come_back() {
        for seed in 0..50 {
            let means: [i32; 16] = std::array::from_fn(|i| (i as i32 * 331 + seed * 97) % 4081 - 2040);
            for (back, mean) in inverse_means(&forward_means(&means)).iter().zip(means) {
                assert!((back - mean).abs() <= 1, "{back} is not {mean}");
            }
        }
    }
}
