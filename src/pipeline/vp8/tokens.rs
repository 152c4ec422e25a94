//! Coefficients as tokens: RFC 6386, section 13.

use super::bits::{BIT, BoolWriter, cost, probability};
use super::probabilities::{DEFAULT, KEPT, Probabilities};

/// What is in a block: the types of section 13.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Brightness without its means.
    LumaRest = 0,
    Means = 1,
    Colour = 2,
    Luma = 3,
}

impl Kind {
    const ALL: [Self; 4] = [Self::LumaRest, Self::Means, Self::Colour, Self::Luma];

    /// The first frequency that it has.
    pub fn first(self) -> usize {
        usize::from(self == Self::LumaRest)
    }
}

/// The band of each frequency.
const BANDS: [usize; 16] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7];

/// Ranges of levels above 4: the lowest, and the probabilities of the bits that follow.
const CATEGORIES: [(u16, &[u8]); 6] = [
    (5, &[159]),
    (7, &[165, 145]),
    (11, &[173, 148, 140]),
    (19, &[176, 155, 140, 135]),
    (35, &[180, 157, 141, 134, 130]),
    (67, &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129]),
];

/// Of the sizes of levels: 0 to 4, and six categories.
const CLASSES: usize = 11;

/// Decisions that lead to each class after "no end" and, but for 0, "not 0".
const PATHS: [&[(usize, bool)]; CLASSES] = [
    &[],
    &[(2, false)],
    &[(2, true), (3, false), (4, false)],
    &[(2, true), (3, false), (4, true), (5, false)],
    &[(2, true), (3, false), (4, true), (5, true)],
    &[(2, true), (3, true), (6, false), (7, false)],
    &[(2, true), (3, true), (6, false), (7, true)],
    &[(2, true), (3, true), (6, true), (8, false), (9, false)],
    &[(2, true), (3, true), (6, true), (8, false), (9, true)],
    &[(2, true), (3, true), (6, true), (8, true), (10, false)],
    &[(2, true), (3, true), (6, true), (8, true), (10, true)],
];

#[inline(always)]
fn class(size: u16) -> usize {
    match size {
        0..=4 => usize::from(size),
        5..=6 => 5,
        7..=10 => 6,
        11..=18 => 7,
        19..=34 => 8,
        35..=66 => 9,
        67.. => 10,
    }
}

/// A block's levels by rising frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels {
    pub levels: [i16; 16],
    /// One more than the last that is not 0; or 0.
    pub end: usize,
}

impl Levels {
    /// `filled` has a bit for each level that is not 0.
    #[inline(always)]
    pub fn new(levels: [i16; 16], filled: u16) -> Self {
        Self {
            levels,
            end: (16 - filled.leading_zeros()) as usize,
        }
    }
}

/// What tokens cost with certain probabilities.
pub struct Costs {
    /// By kind, band and context.
    tokens: Box<[[[TokenCosts; 3]; 8]; 4]>,
}

/// Costs of what can stand in one place.
#[derive(Clone, Copy)]
struct TokenCosts {
    /// By size, the sign and "no end" included. All larger ones count as the last, though they take some
    /// bits more: they are rare.
    sizes: [u16; SIZES],
    end: u16,
    no_end: u16,
}

/// The largest sizes have a class of their own.
const SIZES: usize = 68;

impl Costs {
    pub fn new(probabilities: &Probabilities) -> Self {
        let none = TokenCosts {
            sizes: [0; SIZES],
            end: 0,
            no_end: 0,
        };
        let mut costs = Self {
            tokens: Box::new([[[none; 3]; 8]; 4]),
        };
        costs.update(probabilities);
        costs
    }

    pub fn update(&mut self, probabilities: &Probabilities) {
        // The sign and the bits after a class always take the same.
        let rest: [u32; SIZES] = std::array::from_fn(|size| match class(size as u16) {
            0 => 0,
            1..=4 => BIT,
            class => {
                let (least, bits) = CATEGORIES[class - 5];
                let bit = |i: usize| (size as u16 - least) >> (bits.len() - 1 - i) & 1 != 0;
                BIT + (0..bits.len()).map(|i| cost(bit(i), bits[i])).sum::<u32>()
            }
        });
        for (kinds, to) in probabilities.iter().zip(self.tokens.iter_mut()) {
            for (bands, to) in kinds.iter().zip(to) {
                for (context, (p, to)) in bands.iter().zip(to).enumerate() {
                    (to.end, to.no_end) = (cost(false, p[0]) as u16, cost(true, p[0]) as u16);
                    // After a 0 there can be no end.
                    let base = if context > 0 { u32::from(to.no_end) } else { 0 };
                    let some = base + cost(true, p[1]);
                    let classes: [u32; CLASSES] = std::array::from_fn(|class| match class {
                        0 => base + cost(false, p[1]),
                        _ => some + PATHS[class].iter().map(|(node, bit)| cost(*bit, p[*node])).sum::<u32>(),
                    });
                    for (size, to) in to.sizes.iter_mut().enumerate() {
                        *to = (classes[class(size as u16)] + rest[size]) as u16;
                    }
                }
            }
        }
    }

    /// What a block takes whose neighbours above and left have `context` blocks with levels.
    #[inline(always)]
    pub fn of(&self, kind: Kind, context: usize, block: &Levels) -> u32 {
        let tokens = &self.tokens[kind as usize];
        let first = kind.first();
        let start = &tokens[BANDS[first]][context];
        if block.end <= first {
            return u32::from(start.end);
        }
        let mut sum = if context == 0 { u32::from(start.no_end) } else { 0 };
        let mut context = context;
        for n in first..block.end {
            let size = usize::from(block.levels[n].unsigned_abs());
            sum += u32::from(tokens[BANDS[n]][context].sizes[size.min(SIZES - 1)]);
            context = size.min(2);
        }
        if block.end < 16 {
            sum += u32::from(tokens[BANDS[block.end]][context].end);
        }
        sum
    }
}

/// What becomes of the decisions that blocks are made of.
trait Sink {
    /// One with the probability of this number.
    fn put(&mut self, bit: bool, probability: usize);
    /// One that is false with a probability of `zero` in 256.
    fn put_fixed(&mut self, bit: bool, zero: u8);
}

/// Decides what is in a block: says which tokens it is made of.
#[inline(always)]
fn decide(kind: Kind, context: usize, block: &Levels, sink: &mut impl Sink) {
    let at = |n: usize, context: usize| ((kind as usize * 8 + BANDS[n]) * 3 + context) * CLASSES;
    let mut n = kind.first();
    let mut p = at(n, context);
    sink.put(block.end > n, p);
    while n < block.end {
        let level = block.levels[n];
        let size = level.unsigned_abs();
        n += 1;
        sink.put(size > 0, p + 1);
        if size > 0 {
            let class = class(size);
            for (node, bit) in PATHS[class] {
                sink.put(*bit, p + node);
            }
            if class > 4 {
                let (least, bits) = CATEGORIES[class - 5];
                for (i, zero) in bits.iter().enumerate() {
                    sink.put_fixed((size - least) >> (bits.len() - 1 - i) & 1 != 0, *zero);
                }
            }
            sink.put_fixed(level < 0, 128);
        }
        if n < 16 {
            p = at(n, usize::from(size.min(2)));
            // After a 0 there can be no end.
            if size > 0 {
                sink.put(n < block.end, p);
            }
        }
    }
}

/// How often each decision was false and true.
#[derive(Clone, PartialEq)]
pub struct Counts(Box<[[u32; 2]; DECISIONS]>);

const DECISIONS: usize = 4 * 8 * 3 * CLASSES;

impl Default for Counts {
    fn default() -> Self {
        Self(Box::new([[0; 2]; DECISIONS]))
    }
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        let pairs = self.0.as_flattened_mut().iter_mut().zip(other.0.as_flattened());
        pairs.for_each(|(sum, count)| *sum += count);
    }

    /// The probabilities that fit, where saying so is worth it.
    pub fn probabilities(&self) -> Probabilities {
        let mut all = DEFAULT;
        let flat = all.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        for ((p, kept), count) in flat.iter_mut().zip(flattened(&KEPT)).zip(self.0.iter()) {
            let [zeros, ones] = count.map(u64::from);
            let best = probability(zeros, ones);
            let total = |p: u8| zeros * u64::from(cost(false, p)) + ones * u64::from(cost(true, p));
            let change = u64::from(cost(true, *kept) + 8 * BIT);
            if total(best) + change < total(*p) + u64::from(cost(false, *kept)) {
                *p = best;
            }
        }
        all
    }
}

impl Sink for Counts {
    #[inline(always)]
    fn put(&mut self, bit: bool, probability: usize) {
        self.0[probability][usize::from(bit)] += 1;
    }

    fn put_fixed(&mut self, _: bool, _: u8) {}
}

struct Writer<'a> {
    probabilities: &'a [u8],
    out: BoolWriter,
}

impl Sink for Writer<'_> {
    #[inline(always)]
    fn put(&mut self, bit: bool, probability: usize) {
        self.out.put(bit, self.probabilities[probability]);
    }

    #[inline(always)]
    fn put_fixed(&mut self, bit: bool, zero: u8) {
        self.out.put(bit, zero);
    }
}

/// Blocks, until their probabilities are known: of each, its kind, context and end, and its levels up to
/// there.
#[derive(Default, PartialEq)]
pub struct Tokens(Vec<i16>);

impl Tokens {
    /// Adds a block and says whether there is anything in it.
    #[inline(always)]
    pub fn record(&mut self, kind: Kind, context: usize, block: &Levels, counts: &mut Counts) -> bool {
        decide(kind, context, block, counts);
        self.0.push((kind as usize | context << 2 | block.end << 4) as i16);
        self.0.extend_from_slice(&block.levels[..block.end]);
        block.end > 0
    }
}

/// In the order in which decisions name them.
fn flattened(probabilities: &Probabilities) -> &[u8] {
    probabilities.as_flattened().as_flattened().as_flattened()
}

/// All blocks, with these probabilities.
pub fn write<'a>(all: impl Iterator<Item = &'a Tokens>, probabilities: &Probabilities) -> Vec<u8> {
    let mut writer = Writer {
        probabilities: flattened(probabilities),
        out: BoolWriter::new(),
    };
    for tokens in all {
        let mut rest = &tokens.0[..];
        while let [header, blocks @ ..] = rest {
            let (kind, context, end) = (header & 3, header >> 2 & 3, (header >> 4) as usize);
            let kind = Kind::ALL[kind as usize];
            let mut levels = [0; 16];
            levels[..end].copy_from_slice(&blocks[..end]);
            decide(kind, context as usize, &Levels { levels, end }, &mut writer);
            rest = &blocks[end..];
        }
    }
    writer.out.finish()
}

/// Says how the probabilities differ from the default.
pub fn put_probabilities(probabilities: &Probabilities, out: &mut BoolWriter) {
    let pairs = flattened(probabilities).iter().zip(flattened(&DEFAULT));
    for ((p, default), kept) in pairs.zip(flattened(&KEPT)) {
        out.put(p != default, *kept);
        if p != default {
            out.put_bits(u32::from(*p), 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Adds up what decisions take.
    struct Sum<'a> {
        probabilities: &'a [u8],
        cost: u32,
    }

    impl Sink for Sum<'_> {
        fn put(&mut self, bit: bool, probability: usize) {
            self.cost += cost(bit, self.probabilities[probability]);
        }

        fn put_fixed(&mut self, bit: bool, zero: u8) {
            self.cost += cost(bit, zero);
        }
    }

    proptest! {
        #[test]
        fn costs_are_those_of_the_decisions(
            values in prop::collection::vec(-66i16..=66, 16),
            zeros in any::<u16>(),
            context in 0usize..3,
            kind in 0usize..4,
        ) {
            let kind = Kind::ALL[kind];
            let (mut levels, mut filled) = ([0; 16], 0);
            for n in kind.first()..16 {
                if zeros >> n & 1 != 0 && values[n] != 0 {
                    levels[n] = values[n];
                    filled |= 1 << n;
                }
            }
            let block = Levels::new(levels, filled);
            let mut sum = Sum { probabilities: flattened(&DEFAULT), cost: 0 };
            decide(kind, context, &block, &mut sum);
            prop_assert_eq!(Costs::new(&DEFAULT).of(kind, context, &block), sum.cost);
        }
    }
}
