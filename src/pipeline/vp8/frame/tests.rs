//! Whether decoders see what the encoder meant.

use proptest::prelude::*;

use super::*;
use crate::pipeline::libwebp;
use crate::pipeline::raster::{Channels, Raster};
use crate::pipeline::vp8::planes::Plane;
use crate::pipeline::vp8::search::Macroblock;

/// Pictures that reach all parts of the encoder.
#[derive(Debug, Clone, Copy)]
enum Content {
    Flat(u8),
    Slope,
    Stripes,
    /// Single samples, which no frequency is without.
    Dots,
    Noise,
    /// Flat, with noise here and there.
    Specks,
}

impl Content {
    fn sample(self, x: u32, y: u32, seed: u32) -> u8 {
        let noise = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed).wrapping_mul(0xc2b2_ae3d) >> 15;
        match self {
            Self::Flat(level) => level,
            Self::Slope => (x * 3 + y * 2 + noise % 3) as u8,
            Self::Stripes => (((x / 3 + y / 5 + seed) % 2) * 255) as u8,
            Self::Dots if x.is_multiple_of(4) && y.is_multiple_of(4) => 255,
            Self::Dots => 0,
            Self::Noise => noise as u8,
            Self::Specks if noise.is_multiple_of(61) => noise as u8,
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
        Just(Content::Dots),
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

/// The samples of a plane, row by row.
fn samples<const N: usize>(rows: &[Row], plane: fn(&Macroblock) -> &[[u8; N]; N]) -> Vec<u8> {
    let lines = rows.iter().flat_map(|row| (0..N).map(move |y| (row, y)));
    lines
        .flat_map(|(row, y)| row.made.iter().flat_map(move |made| plane(made)[y]))
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
        let frame = Frame::new(&source, quality, effort).unwrap();
        let file = frame.write().unwrap();
        let mut decoded = Content::Flat(0).planes(width, height, 0);
        libwebp::decode_unfiltered(&file, &mut decoded).unwrap();
        let expected = [
            samples(&frame.rows, |made| &made.y),
            samples(&frame.rows, |made| &made.u),
            samples(&frame.rows, |made| &made.v),
        ];
        for (plane, (decoded, expected)) in decoded.iter().zip(&expected).enumerate() {
            let side = if plane == 0 { 16 } else { 8 };
            for (y, row) in decoded.pixels.chunks(decoded.width as usize).enumerate() {
                let expected = &expected[y * width.div_ceil(16) as usize * side..][..row.len()];
                prop_assert_eq!(row, expected, "plane {} row {}", plane, y);
            }
        }
    }
}

#[test]
fn what_a_frame_can_not_say_is_not_said() {
    let first = vec![0; 1 << 19];
    assert!(assemble((16, 16), &first[1..], &[], &[]).is_some());
    assert_eq!(assemble((16, 16), &first, &[], &[]), None);
    let even = vec![0; 1 << 24];
    assert!(assemble((16, 16), &[], &even[1..], &[]).is_some());
    assert_eq!(assemble((16, 16), &[], &even, &[]), None);
    for (size, fits) in [
        ((16383, 1), true),
        ((16384, 1), false),
        ((1, 16383), true),
        ((1, 16384), false),
    ] {
        let picture = Content::Slope.planes(size.0, size.1, 0);
        assert_eq!(encode(&planes(&picture), 50, 0).is_some(), fits, "{size:?}");
    }
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

#[test]
fn texture_is_not_taken_for_smoothness() {
    // Half of it dots, half of it flat: the flat part gets the finer steps.
    let mut picture = Content::Dots.planes(128, 64, 0);
    for plane in &mut picture {
        let width = plane.width as usize;
        for row in plane.pixels.chunks_mut(width) {
            row[width / 2..].fill(90);
        }
    }
    let frame = Frame::new(&planes(&picture), 85, 2).unwrap();
    let index = |x: usize| frame.segments.index[usize::from(frame.segments.map[8 + x])];
    assert!(index(1) > index(6), "{} {}", index(1), index(6));
}
