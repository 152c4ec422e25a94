//! A frame from its first macroblock to its last byte: RFC 6386, section 9.

use multiversion::multiversion;

use super::analysis::{SEGMENTS, Segments};
use super::bits::BoolWriter;
use super::modes::{IN_BLOCKS, Luma, Mode, block_mode_costs, put_block_mode, put_path};
use super::planes::Planes;
use super::predict::{ABOVE, Edges, LEFT};
use super::probabilities::DEFAULT;
use super::quantize::Quantizers;
use super::search::{Around, Filled, Macroblock, Search};
use super::tokens::{Costs, Kind, Tokens, put_probabilities};

/// What is said of a macroblock before its levels.
struct Header {
    skipped: bool,
    luma: Luma,
    colour: Mode,
}

/// What lies along the lower side of a row of macroblocks, or the right side of one.
#[derive(Clone)]
struct Border {
    y: [u8; 16],
    u: [u8; 8],
    v: [u8; 8],
    modes: [u8; 4],
    filled: Filled,
}

impl Border {
    /// That outside of the picture.
    fn outside(sample: u8) -> Self {
        Self {
            y: [sample; 16],
            u: [sample; 8],
            v: [sample; 8],
            modes: [0; 4],
            filled: Filled::default(),
        }
    }
}

/// Where a frame is at.
struct Frame<'a> {
    planes: &'a Planes<'a>,
    width: usize,
    height: usize,
    above: Vec<Border>,
    tokens: Tokens,
    headers: Vec<Header>,
    /// All that was made, for tests to compare with what a decoder makes.
    #[cfg(test)]
    made: Vec<Macroblock>,
}

/// How often the costs of tokens follow what has been written.
const UPDATES: usize = 16;

/// Encodes a picture at a quality of 0 to 100. The effort is how many modes of a small block are weighed
/// exactly; at 0 there are no small blocks.
///
/// `None` if the picture is too large or too intricate for one frame.
pub fn encode(planes: &Planes, quality: u8, effort: u8) -> Option<Vec<u8>> {
    let (frame, segments) = search(planes, quality, effort);
    frame.write(&segments)
}

/// Decides on all that a frame is made of.
fn search<'a>(planes: &'a Planes, quality: u8, effort: u8) -> (Frame<'a>, Segments) {
    let (width, height) = (planes.y.width.div_ceil(16), planes.y.height.div_ceil(16));
    // Finer than libwebp's steps at the same quality, as small levels are rounded down more often.
    let finer = if effort == 0 { -0.2 } else { 0.8 };
    let segments = segments(planes, width, height, f64::from(quality) + finer);
    let mut frame = Frame {
        planes,
        width,
        height,
        above: vec![Border::outside(ABOVE); width],
        tokens: Tokens::new(),
        headers: Vec::with_capacity(width * height),
        #[cfg(test)]
        made: Vec::new(),
    };
    macroblocks(&mut frame, &segments, effort);
    (frame, segments)
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn segments(planes: &Planes, width: usize, height: usize, quality: f64) -> Segments {
    Segments::new(planes, width, height, quality)
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn macroblocks(frame: &mut Frame, segments: &Segments, effort: u8) {
    frame.macroblocks(segments, effort);
}

impl Frame<'_> {
    #[inline(always)]
    fn macroblocks(&mut self, segments: &Segments, effort: u8) {
        let quantizers = segments.index.map(|index| Quantizers::new(index, segments.colour));
        let modes = block_mode_costs();
        let mut costs = Costs::new(&DEFAULT);
        let interval = self.height.div_ceil(UPDATES).max(2);
        for y in 0..self.height {
            if y > 0 && y % interval == 0 {
                costs.update(&self.tokens.probabilities());
            }
            let mut left = Border::outside(LEFT);
            let mut corner = [0; 3];
            for x in 0..self.width {
                let around = self.around(x, y, &left, corner);
                let search = Search {
                    quantizers: &quantizers[usize::from(segments.map[y * self.width + x])],
                    costs: &costs,
                    modes: &modes,
                    tries: usize::from(effort),
                };
                let made = search.macroblock(&self.planes.source(x, y), &around);
                corner = [self.above[x].y[15], self.above[x].u[7], self.above[x].v[7]];
                self.record(x, &made, &mut left);
                #[cfg(test)]
                self.made.push(made);
            }
        }
    }

    #[inline(always)]
    fn around(&self, x: usize, y: usize, left: &Border, corner: [u8; 3]) -> Around {
        let above = &self.above[x];
        let beyond = match self.above.get(x + 1) {
            Some(next) => [next.y[0], next.y[1], next.y[2], next.y[3]],
            None => [above.y[15]; 4],
        };
        let [y_corner, u_corner, v_corner] = corner;
        Around {
            y: Edges::new(above.y, left.y, y_corner, (x, y)),
            beyond,
            u: Edges::new(above.u, left.u, u_corner, (x, y)),
            v: Edges::new(above.v, left.v, v_corner, (x, y)),
            modes_above: above.modes,
            modes_left: left.modes,
            above: above.filled,
            left: left.filled,
        }
    }

    /// Adds a macroblock's tokens, and makes it the neighbour of the next.
    #[inline(always)]
    fn record(&mut self, x: usize, made: &Macroblock, left: &mut Border) {
        let above = &mut self.above[x];
        above.y = made.y[15];
        above.u = made.u[7];
        above.v = made.v[7];
        left.y = std::array::from_fn(|i| made.y[i][15]);
        left.u = std::array::from_fn(|i| made.u[i][7]);
        left.v = std::array::from_fn(|i| made.v[i][7]);
        let first = match made.luma {
            Luma::Whole(mode) => {
                above.modes = [mode as u8; 4];
                left.modes = [mode as u8; 4];
                Kind::LumaRest
            }
            Luma::Blocks(modes) => {
                above.modes = std::array::from_fn(|i| modes[12 + i]);
                left.modes = std::array::from_fn(|i| modes[i * 4 + 3]);
                Kind::Luma
            }
        };
        let skipped = made.means.end == 0
            && made.blocks.iter().all(|block| block.end == 0)
            && made.colours.iter().all(|block| block.end == 0);
        self.headers.push(Header {
            skipped,
            luma: made.luma,
            colour: made.colour,
        });
        let (above, left) = (&mut above.filled, &mut left.filled);
        if skipped {
            let means = |before: bool| before && first == Kind::Luma;
            *above = Filled {
                means: means(above.means),
                ..Filled::default()
            };
            *left = Filled {
                means: means(left.means),
                ..Filled::default()
            };
            return;
        }
        if first == Kind::LumaRest {
            let context = usize::from(above.means) + usize::from(left.means);
            let filled = self.tokens.record(Kind::Means, context, &made.means);
            (above.means, left.means) = (filled, filled);
        }
        for (i, block) in made.blocks.iter().enumerate() {
            let (above, left) = (&mut above.luma[i % 4], &mut left.luma[i / 4]);
            let filled = self
                .tokens
                .record(first, usize::from(*above) + usize::from(*left), block);
            (*above, *left) = (filled, filled);
        }
        for (i, block) in made.colours.iter().enumerate() {
            let plane = i / 4 * 2;
            let (above, left) = (&mut above.colour[plane + i % 2], &mut left.colour[plane + i % 4 / 2]);
            let filled = self
                .tokens
                .record(Kind::Colour, usize::from(*above) + usize::from(*left), block);
            (*above, *left) = (filled, filled);
        }
    }

    /// `None` if there is more to say of the macroblocks than there is room for.
    fn write(&self, segments: &Segments) -> Option<Vec<u8>> {
        let probabilities = self.tokens.probabilities();
        let mut out = BoolWriter::new();
        // The usual colours, samples that are limited to 0 to 255.
        out.put_bits(0, 2);
        let tree = put_segments(segments, &mut out);
        // The normal filter, of no special sharpness, everywhere the same but for segments.
        out.put_bits(0, 1);
        out.put_bits(segments.filter.into_iter().max().unwrap_or(0) as u32, 6);
        out.put_bits(0, 3 + 1);
        // One partition of tokens.
        out.put_bits(0, 2);
        out.put_bits(segments.index[0] as u32, 7);
        let colour = segments.colour;
        for shift in [0, 0, 0, colour.mean, colour.rest] {
            out.put_optional(shift, 4);
        }
        // Probabilities are for this frame.
        out.put_bits(0, 1);
        put_probabilities(&probabilities, &mut out);
        let skipped = self.headers.iter().filter(|header| header.skipped).count();
        let whole = self.headers.len() - skipped;
        let full = (whole * 255 / self.headers.len()).clamp(1, 255) as u8;
        out.put_bits(1, 1);
        out.put_bits(u32::from(full), 8);
        let mut above = vec![[0; 4]; self.width];
        for (row, headers) in self.headers.chunks(self.width).enumerate() {
            let mut left = [0; 4];
            for (x, header) in headers.iter().enumerate() {
                let segment = segments.map[row * self.width + x];
                out.put(segment & 2 != 0, tree[0]);
                out.put(segment & 1 != 0, tree[1 + usize::from(segment >> 1)]);
                out.put(header.skipped, full);
                put_luma(header.luma, &mut above[x], &mut left, &mut out);
                put_path(header.colour.colour_path(), &mut out);
            }
        }
        let first = out.finish();
        let second = self.tokens.write(&probabilities);
        assemble((self.planes.y.width, self.planes.y.height), &first, &second)
    }
}

/// Says how segments differ, and the probabilities by which macroblocks name theirs.
fn put_segments(segments: &Segments, out: &mut BoolWriter) -> [u8; 3] {
    // There are segments; which one a macroblock is in, and what they are, follows.
    out.put_bits(0b111, 3);
    // Values instead of differences.
    out.put_bits(1, 1);
    for index in segments.index {
        out.put_optional(index, 7);
    }
    for filter in segments.filter {
        out.put_optional(filter, 6);
    }
    let mut counts = [0u32; SEGMENTS];
    for segment in &segments.map {
        counts[usize::from(*segment)] += 1;
    }
    let probability = |zeros: u32, ones: u32| {
        (zeros * 255 + (zeros + ones) / 2)
            .checked_div(zeros + ones)
            .unwrap_or(255)
    };
    let tree = [
        probability(counts[0] + counts[1], counts[2] + counts[3]),
        probability(counts[0], counts[1]),
        probability(counts[2], counts[3]),
    ]
    .map(|probability| probability.clamp(1, 255) as u8);
    for probability in tree {
        out.put_bits(1, 1);
        out.put_bits(u32::from(probability), 8);
    }
    tree
}

fn put_luma(luma: Luma, above: &mut [u8; 4], left: &mut [u8; 4], out: &mut BoolWriter) {
    match luma {
        Luma::Whole(mode) => {
            put_path(mode.luma_path(), out);
            *above = [mode as u8; 4];
            *left = [mode as u8; 4];
        }
        Luma::Blocks(modes) => {
            put_path(IN_BLOCKS, out);
            for (i, mode) in modes.into_iter().enumerate() {
                let (above, left) = (&mut above[i % 4], &mut left[i / 4]);
                put_block_mode(mode, *above, *left, out);
                (*above, *left) = (mode, mode);
            }
        }
    }
}

/// The file around a frame: RFC 6386, section 9.1; RFC 9649, section 2.5.
fn assemble((width, height): (usize, usize), first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
    let tag = u32::try_from(first.len()).ok().filter(|len| *len < 1 << 19)? << 5 | 1 << 4;
    let size = 10 + first.len() + second.len();
    let padding = size % 2;
    let side = |side: usize| u16::try_from(side).ok().filter(|side| *side < 1 << 14);
    let (width, height) = (side(width)?, side(height)?);
    let chunk = u32::try_from(size).ok()?;
    let rest = chunk.checked_add(12 + padding as u32)?;
    let mut file = Vec::with_capacity(20 + size + padding);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&rest.to_le_bytes());
    file.extend_from_slice(b"WEBPVP8 ");
    file.extend_from_slice(&chunk.to_le_bytes());
    file.extend_from_slice(&tag.to_le_bytes()[..3]);
    file.extend_from_slice(&[0x9d, 0x01, 0x2a]);
    file.extend_from_slice(&width.to_le_bytes());
    file.extend_from_slice(&height.to_le_bytes());
    file.extend_from_slice(first);
    file.extend_from_slice(second);
    file.resize(file.len() + padding, 0);
    Some(file)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::planes::Plane;
    use super::*;
    use crate::pipeline::libwebp;
    use crate::pipeline::raster::{Channels, Raster};

    /// Pictures that reach all parts of the encoder.
    #[derive(Debug, Clone, Copy)]
    enum Content {
        Flat(u8),
        Slope,
        Stripes,
        Noise,
        /// Flat, with noise here and there.
        Specks,
    }

    impl Content {
        fn sample(self, x: u32, y: u32, seed: u32) -> u8 {
            let noise =
                (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed).wrapping_mul(0xc2b2_ae3d) >> 15;
            match self {
                Self::Flat(level) => level,
                Self::Slope => (x * 3 + y * 2 + noise % 3) as u8,
                Self::Stripes => (((x / 3 + y / 5 + seed) % 2) * 255) as u8,
                Self::Noise => noise as u8,
                Self::Specks if noise % 61 == 0 => noise as u8,
                Self::Specks => 90,
            }
        }

        fn planes(self, width: u32, height: u32, seed: u32) -> [Raster; 3] {
            let colour = (width.div_ceil(2), height.div_ceil(2));
            let sizes = [(width, height), colour, colour];
            std::array::from_fn(|i| {
                let (width, height) = sizes[i];
                let mut raster = Raster::new(width, height, Channels::One).unwrap();
                for (at, sample) in raster.pixels.iter_mut().enumerate() {
                    *sample = self.sample(at as u32 % width, at as u32 / width, seed + i as u32);
                }
                raster
            })
        }
    }

    fn content() -> impl Strategy<Value = Content> {
        prop_oneof![
            any::<u8>().prop_map(Content::Flat),
            Just(Content::Slope),
            Just(Content::Stripes),
            Just(Content::Noise),
            Just(Content::Specks),
        ]
    }

    fn planes([y, u, v]: &[Raster; 3]) -> Planes<'_> {
        let [y, u, v] = [y, u, v].map(|raster| Plane {
            samples: &raster.pixels,
            width: raster.width as usize,
            height: raster.height as usize,
            stride: raster.stride(),
        });
        Planes { y, u, v }
    }

    /// What decoders see of a row of a plane.
    fn row<const N: usize>(made: &[Macroblock], width: usize, plane: fn(&Macroblock) -> &[[u8; N]; N]) -> Vec<[u8; N]> {
        (0..made.len() / width * N)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| plane(&made[y / N * width + x])[y % N])
            .collect()
    }

    proptest! {
        // Predictions, transforms, contexts and headers: if any were not as the format says, a decoder
        // would go astray from there on.
        #[test]
        fn a_decoder_sees_what_the_encoder_predicted_from(
            (width, height) in (1u32..80, 1u32..80),
            content in content(),
            seed in 0u32..1000,
            quality in 0u8..=100,
            effort in 0u8..=6,
        ) {
            let picture = content.planes(width, height, seed);
            let source = planes(&picture);
            let (frame, segments) = search(&source, quality, effort);
            let file = frame.write(&segments).unwrap();
            let mut decoded = Content::Flat(0).planes(width, height, 0);
            libwebp::decode_unfiltered(&file, &mut decoded).unwrap();
            let expected = [
                row(&frame.made, frame.width, |made| &made.y).concat(),
                row(&frame.made, frame.width, |made| &made.u).concat(),
                row(&frame.made, frame.width, |made| &made.v).concat(),
            ];
            for (plane, (decoded, expected)) in decoded.iter().zip(&expected).enumerate() {
                let side = if plane == 0 { 16 } else { 8 };
                for (y, row) in decoded.pixels.chunks(decoded.width as usize).enumerate() {
                    let expected = &expected[y * frame.width * side..][..row.len()];
                    prop_assert_eq!(row, expected, "plane {} row {}", plane, y);
                }
            }
        }
    }

    #[test]
    fn what_a_frame_can_not_say_is_not_said() {
        let first = vec![0; 1 << 19];
        assert!(assemble((16, 16), &first[1..], &[]).is_some());
        assert_eq!(assemble((16, 16), &first, &[]), None);
        assert!(assemble((16383, 16383), &[0], &[]).is_some());
        assert_eq!(assemble((16384, 16), &[0], &[]), None);
    }

    #[test]
    fn better_quality_is_closer_to_the_picture() {
        let picture = Content::Slope.planes(64, 64, 7);
        let error = |quality, effort| {
            let file = encode(&planes(&picture), quality, effort).unwrap();
            let mut decoded = Content::Flat(0).planes(64, 64, 0);
            libwebp::decode_planes(&file, &mut decoded).unwrap();
            let pairs = decoded[0].pixels.iter().zip(&picture[0].pixels);
            pairs.map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum::<u64>()
        };
        for effort in [0, 2] {
            assert!(error(95, effort) < error(70, effort));
            assert!(error(70, effort) < error(10, effort));
        }
    }
}
