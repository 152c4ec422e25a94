//! The boolean entropy coder: RFC 6386, section 7.

use std::sync::LazyLock;

/// Writes decisions whose probabilities the reader knows.
#[derive(Default)]
pub struct BoolWriter {
    out: Vec<u8>,
    /// The lower end of the interval: what is not in `out` yet, with room above for a carry.
    low: u64,
    /// Size of the interval, less one: 127 to 254.
    range: u32,
    /// Bits of `low` above those that the interval is compared with.
    count: u32,
}

impl BoolWriter {
    pub fn new() -> Self {
        Self {
            range: 254,
            ..Self::default()
        }
    }

    /// A decision that is false with a probability of `zero` in 256.
    #[inline(always)]
    pub fn put(&mut self, bit: bool, zero: u8) {
        let split = (self.range * u32::from(zero)) >> 8;
        if bit {
            self.low += u64::from(split + 1);
            self.range -= split + 1;
        } else {
            self.range = split;
        }
        let shift = (self.range + 1).leading_zeros().saturating_sub(24);
        self.range = ((self.range + 1) << shift) - 1;
        self.low <<= shift;
        self.count += shift;
        if self.count >= 48 {
            self.flush();
        }
    }

    /// A number of `bits` bits, highest first, without a known probability.
    pub fn put_bits(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.put(value >> bit & 1 != 0, 128);
        }
    }

    /// A number that is mostly zero: a flag, its magnitude in `bits` bits and its sign.
    pub fn put_optional(&mut self, value: i32, bits: u32) {
        self.put_bits(u32::from(value != 0), 1);
        if value != 0 {
            self.put_bits(value.unsigned_abs(), bits);
            self.put_bits(u32::from(value < 0), 1);
        }
    }

    fn flush(&mut self) {
        while self.count >= 8 {
            self.byte();
        }
    }

    fn byte(&mut self) {
        let byte = self.low >> self.count;
        if byte > 0xff {
            // The carry ends at the first byte that is not full.
            for byte in self.out.iter_mut().rev() {
                *byte = byte.wrapping_add(1);
                if *byte != 0 {
                    break;
                }
            }
        }
        self.out.push(byte as u8);
        self.low &= (1 << self.count) - 1;
        self.count = self.count.wrapping_sub(8);
    }

    /// All that was written.
    pub fn finish(mut self) -> Vec<u8> {
        // A reader looks two bytes ahead.
        self.put_bits(0, 16);
        self.flush();
        self.out
    }
}

/// One bit of information, in the unit of costs.
pub const BIT: u32 = 256;

/// What a decision that is false with a probability of `zero` in 256 takes.
pub fn cost(bit: bool, zero: u8) -> u32 {
    static COSTS: LazyLock<[u16; 257]> =
        LazyLock::new(|| std::array::from_fn(|p| ((8.0 - (p.max(1) as f64).log2()) * f64::from(BIT)).round() as u16));
    u32::from(
        COSTS[if bit {
            256 - usize::from(zero)
        } else {
            usize::from(zero)
        }],
    )
}
