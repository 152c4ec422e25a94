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
        let shift = (self.range + 1).leading_zeros() - 24;
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
        self.count -= 8;
    }

    /// All that was written.
    pub fn finish(mut self) -> Vec<u8> {
        self.flush();
        // A reader looks two bytes ahead.
        self.low <<= 16;
        self.count += 16;
        self.flush();
        self.out
    }
}

/// The probability, in 256, that fits decisions of which so many were false and true.
pub fn probability(zeros: u64, ones: u64) -> u8 {
    let all = zeros + ones;
    (zeros * 255 + all / 2).checked_div(all).unwrap_or(255).clamp(1, 255) as u8
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The reader of RFC 6386, section 7.3, in the plainest way.
    struct Reader<'a> {
        rest: &'a [u8],
        value: u32,
        range: u32,
        bits: u32,
    }

    impl<'a> Reader<'a> {
        fn new(file: &'a [u8]) -> Self {
            let value = u32::from(file[0]) << 8 | u32::from(file[1]);
            Self {
                rest: &file[2..],
                value,
                range: 255,
                bits: 0,
            }
        }

        fn get(&mut self, zero: u8) -> bool {
            let split = 1 + (((self.range - 1) * u32::from(zero)) >> 8);
            let bit = self.value >= split << 8;
            if bit {
                self.range -= split;
                self.value -= split << 8;
            } else {
                self.range = split;
            }
            while self.range < 128 {
                self.value <<= 1;
                self.range <<= 1;
                self.bits += 1;
                if self.bits == 8 {
                    self.bits = 0;
                    let (next, rest) = self.rest.split_first().expect("the reader looks two bytes ahead");
                    self.value |= u32::from(*next);
                    self.rest = rest;
                }
            }
            bit
        }
    }

    proptest! {
        #[test]
        fn decisions_are_read_as_they_were_written(
            decisions in prop::collection::vec((any::<bool>(), 1u8..=255), 0..2000),
        ) {
            let mut writer = BoolWriter::new();
            for (bit, zero) in &decisions {
                writer.put(*bit, *zero);
            }
            let file = writer.finish();
            let mut reader = Reader::new(&file);
            for (bit, zero) in decisions {
                prop_assert_eq!(reader.get(zero), bit);
            }
        }
    }

    #[test]
    fn a_reader_finds_what_it_looks_ahead_for() {
        assert_eq!(BoolWriter::new().finish().len(), 2);
    }

    #[test]
    fn a_carry_goes_through_full_bytes() {
        // Unlikely decisions keep the lower end of the interval just below a carry.
        for run in 1..200 {
            let mut decisions = vec![(true, 1); 1];
            decisions.extend(vec![(true, 1); run]);
            decisions.extend([(true, 255); 9]);
            let mut writer = BoolWriter::new();
            decisions.iter().for_each(|(bit, zero)| writer.put(*bit, *zero));
            let file = writer.finish();
            let mut reader = Reader::new(&file);
            assert!(decisions.iter().all(|(bit, zero)| reader.get(*zero) == *bit), "{run}");
        }
    }

    #[test]
    fn an_even_decision_costs_one_bit() {
        assert_eq!((cost(false, 128), cost(true, 128)), (BIT, BIT));
        assert_eq!(cost(false, 64), 2 * BIT);
        assert!(cost(true, 255) > cost(true, 1));
    }
}
