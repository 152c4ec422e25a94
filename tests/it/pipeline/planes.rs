//! Photos stay planes of brightness and colour all the way: they must come out as pixels would.

use image::RgbaImage;
use image_service::pipeline::{Recipe, process};

use super::quick;
use crate::support::looks::decode;
use crate::support::pictures::{self, jpeg, webp};

/// Odd sides, where planes of colour of half the size end in half a sample; as it is, slightly and much smaller.
const SIZES: [(u32, u32); 4] = [(201, 151), (259, 301), (523, 447), (1031, 767)];

/// Whole colour, half of it across, half of it both ways.
const CHROMA: [(u8, u8); 3] = [(1, 1), (2, 1), (2, 2)];

fn recipe() -> Recipe {
    Recipe {
        fit: 256,
        quality: 95,
        thumbnail: 100,
        thumbnail_quality: 95,
        ..quick()
    }
}

fn photo(width: u32, height: u32, chroma: (u8, u8)) -> Vec<u8> {
    let options = jpeg::Options {
        quality: 95.0,
        chroma,
        ..jpeg::Options::default()
    };
    jpeg::encode(&pictures::scene(width, height), options)
}

/// The mean difference of samples.
fn difference(a: &RgbaImage, b: &RgbaImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: u64 = a.iter().zip(b.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len() as f64
}

#[test]
fn planes_and_pixels_come_out_alike() {
    for (width, height) in SIZES {
        for chroma in CHROMA {
            let upload = photo(width, height, chroma);
            let pixels = image::load_from_memory(&upload).expect("a JPEG").to_rgba8();
            let planes = process(&upload, &recipe()).expect("a good picture");
            let pixels = process(&webp::lossless(&pixels), &recipe()).expect("a good picture");
            for (kind, planes, pixels) in [
                ("main", &planes.main, &pixels.main),
                ("thumbnail", &planes.thumbnail, &pixels.thumbnail),
            ] {
                let apart = difference(&decode(planes), &decode(pixels));
                assert!(apart < 2.0, "{kind} of {width}x{height}, {chroma:?}: {apart}");
            }
        }
    }
}

#[test]
fn turned_planes_come_out_as_upright_ones() {
    for (width, height) in SIZES {
        let upright = |tag| {
            let upload = pictures::jpeg_with_orientation(width, height, tag);
            decode(&process(&upload, &recipe()).expect("a good picture").main)
        };
        let expected = upright(1);
        for tag in 2..=8 {
            let apart = difference(&upright(tag), &expected);
            assert!(apart < 2.0, "{width}x{height}, orientation {tag}: {apart}");
        }
    }
}

#[test]
fn two_jobs_at_once_give_the_same_files() {
    let upload = photo(1031, 767, (2, 2));
    let jobs: Vec<_> = (0..4)
        .map(|_| {
            let upload = upload.clone();
            std::thread::spawn(move || process(&upload, &recipe()).expect("a good picture"))
        })
        .collect();
    let expected = process(&upload, &recipe()).expect("a good picture");
    for job in jobs {
        assert_eq!(job.join().expect("no panic"), expected);
    }
}
