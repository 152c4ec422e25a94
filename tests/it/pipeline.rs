//! The image pipeline: what comes out of every kind of upload, and what is refused.

mod memory;
mod planes;
mod properties;
mod refusals;

use image::{RgbaImage, imageops};
use image_service::pipeline::{Effort, Format, Recipe, Rendition, fit_inside, probe, process, sniff};

use crate::support::looks::{alike, contains, decode, grid, only_pixels};
use crate::support::pictures::{self, GPS_SECRET, Picture};

#[test]
fn jpegs_of_every_kind_come_out_right() {
    pictures::jpeg::kinds()
        .iter()
        .for_each(|picture| check(picture, Format::Jpeg));
}

#[test]
fn pngs_of_every_kind_come_out_right() {
    pictures::png::kinds()
        .iter()
        .for_each(|picture| check(picture, Format::Png));
}

#[test]
fn webps_of_every_kind_come_out_right() {
    pictures::webp::kinds()
        .iter()
        .for_each(|picture| check(picture, Format::WebP));
}

#[test]
fn sixteen_bits_reach_the_colour_transform() {
    let picture = pictures::png::dark_linear(400, 100);
    let main = decode(&render(&picture.bytes).main);
    let shades = |image: &RgbaImage| {
        let mut shades: Vec<u8> = (0..image.width()).map(|x| image.get_pixel(x, 50)[0]).collect();
        shades.sort_unstable();
        shades.dedup();
        shades.len()
    };
    // Eight bits of linear light would leave six shades.
    let (expected, found) = (shades(&picture.looks), shades(&main));
    assert!(found * 10 >= expected * 8, "{found} of {expected} shades");
}

/// What sharp shows of inks without a profile.
#[test]
fn inks_look_as_on_paper() {
    let cases = [
        ([0, 0, 0, 0], [255, 255, 255]),
        ([255, 0, 0, 0], [0, 153, 227]),
        ([0, 255, 0, 0], [234, 0, 128]),
        ([0, 0, 255, 0], [255, 240, 0]),
        ([0, 0, 0, 255], [20, 5, 0]),
        ([255, 255, 0, 0], [32, 6, 117]),
        ([0, 255, 255, 0], [232, 0, 0]),
        ([255, 0, 255, 0], [0, 141, 45]),
    ];
    for (inks, [r, g, b]) in cases {
        let main = decode(&render(&pictures::jpeg::solid_ink(inks)).main);
        let looks = RgbaImage::from_pixel(104, 104, image::Rgba([r, g, b, 255]));
        alike(&grid(&main), &grid(&looks), 24.0, &format!("{inks:?}"));
    }
}

/// One look at everything that is promised of an upload that is small enough not to be resized.
fn check(picture: &Picture, format: Format) {
    let Picture {
        name,
        bytes,
        looks,
        tolerance,
    } = picture;
    assert_eq!(sniff(bytes), Some(format), "{name}");
    let header = probe(bytes).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_eq!(
        (header.format, header.width, header.height),
        (format, looks.width(), looks.height()),
        "{name}"
    );
    let rendition = process(bytes, &quick()).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_eq!(
        (rendition.width, rendition.height),
        (looks.width(), looks.height()),
        "{name}"
    );
    let main = decode(&rendition.main);
    assert_eq!(main.dimensions(), looks.dimensions(), "{name}");
    alike(&grid(&main), &grid(looks), *tolerance, name);
    let thumbnail = decode(&rendition.thumbnail);
    assert_eq!(thumbnail.dimensions(), (400, 400), "{name}");
    // Enlarging rounds the corners of steps.
    alike(&grid(&thumbnail), &grid(&centre(looks)), 2.0 * tolerance, name);
    for file in [&rendition.main, &rendition.thumbnail] {
        let transparent = looks.pixels().any(|pixel| pixel[3] < 255);
        assert_eq!(only_pixels(file), transparent, "{name}: alpha");
    }
    let (.., alpha) = thumbhash::thumb_hash_to_average_rgba(&rendition.thumbhash).expect("a hash");
    let mean = looks.pixels().map(|pixel| f32::from(pixel[3])).sum::<f32>() / (255 * looks.len() / 4) as f32;
    assert!(
        (alpha - mean).abs() < 0.1,
        "{name}: thumbhash has alpha {alpha}, the picture {mean}"
    );
}

/// Least effort: the tests look at colours, not at bytes.
fn quick() -> Recipe {
    Recipe {
        effort: Effort::new(0).expect("in range"),
        ..Recipe::default()
    }
}

fn render(bytes: &[u8]) -> Rendition {
    process(bytes, &quick()).expect("a good picture")
}

#[test]
fn large_pictures_fit_inside_as_sharp_fits_them() {
    let cases = [
        ((2048, 2048), (2048, 2048)),
        ((2049, 2048), (2048, 2047)),
        ((2048, 2049), (2047, 2048)),
        ((2049, 100), (2048, 100)),
        ((100, 2049), (100, 2048)),
        ((8000, 100), (2048, 26)),
        ((100, 8000), (26, 2048)),
        ((8000, 7999), (2048, 2048)),
        ((4032, 3024), (2048, 1536)),
        ((4000, 2250), (2048, 1152)),
        ((5000, 3333), (2048, 1365)),
        ((2500, 1407), (2048, 1153)),
        ((3001, 1001), (2048, 683)),
        ((7777, 333), (2048, 88)),
        ((2731, 1365), (2048, 1024)),
        ((4095, 2047), (2048, 1024)),
        ((3456, 4608), (1536, 2048)),
        ((8000, 107), (2048, 27)),
        ((100, 100), (100, 100)),
    ];
    for (size, fitted) in cases {
        assert_eq!(fit_inside(size, 2048), fitted, "{size:?}");
    }
}

/// A recipe for which small pictures are large.
fn small() -> Recipe {
    Recipe {
        fit: 256,
        thumbnail: 100,
        ..quick()
    }
}

#[test]
fn a_large_picture_is_reduced_and_cropped() {
    // Wide and narrow, so that the thumbnail comes from the main picture and from the upload.
    for (size, fitted) in [
        ((520, 260), (256, 128)),
        ((110, 560), (50, 256)),
        ((560, 110), (256, 50)),
    ] {
        let (width, height) = size;
        for bytes in [
            pictures::jpeg(width, height),
            pictures::png(width, height),
            pictures::webp(width, height),
        ] {
            let rendition = process(&bytes, &small()).expect("a good picture");
            check_reduced(&rendition, size, fitted, &format!("{size:?}"));
        }
    }
}

#[test]
fn all_orientations_of_a_large_picture_come_out_alike() {
    for tag in 1..=8 {
        let upload = pictures::jpeg_with_orientation(600, 150, tag);
        let rendition = process(&upload, &small()).expect("a good picture");
        check_reduced(&rendition, (600, 150), (256, 64), &format!("orientation {tag}"));
    }
}

fn check_reduced(rendition: &Rendition, (width, height): (u32, u32), fitted: (u32, u32), name: &str) {
    assert_eq!((rendition.width, rendition.height), (width, height), "{name}");
    let looks = pictures::opaque(&pictures::scene(width, height));
    let main = decode(&rendition.main);
    assert_eq!(main.dimensions(), fitted, "{name}");
    alike(&grid(&main), &grid(&looks), 7.0, name);
    let thumbnail = decode(&rendition.thumbnail);
    assert_eq!(thumbnail.dimensions(), (100, 100), "{name}");
    alike(
        &grid(&thumbnail),
        &grid(&centre(&looks)),
        7.0,
        &format!("thumbnail of {name}"),
    );
}

/// The largest square around the centre.
fn centre(image: &RgbaImage) -> RgbaImage {
    let (width, height) = image.dimensions();
    let side = width.min(height);
    imageops::crop_imm(image, (width - side) / 2, (height - side) / 2, side, side).to_image()
}

/// The colour of a pixel that can not be seen must not be seen after resizing either.
#[test]
fn transparent_pixels_lend_no_colour_to_their_neighbours() {
    // Stripes of visible grey and of a green that is fully transparent.
    let stripes = RgbaImage::from_fn(600, 120, |x, _| {
        image::Rgba(if x / 3 % 2 == 0 {
            [120, 120, 120, 255]
        } else {
            [0, 255, 0, 0]
        })
    });
    let rendition = process(&pictures::webp::lossless(&stripes), &small()).expect("a good picture");
    for file in [&rendition.main, &rendition.thumbnail] {
        for pixel in decode(file).pixels().filter(|pixel| pixel[3] > 100) {
            let [r, g, b, _] = pixel.0.map(i32::from);
            assert!((g - r).abs() < 24 && (g - b).abs() < 24, "{pixel:?}");
        }
    }
}

#[test]
fn no_byte_of_metadata_comes_through() {
    let upload = pictures::jpeg_with_gps(140, 120);
    assert!(contains(&upload, GPS_SECRET));
    let rendition = render(&upload);
    for file in [&rendition.main, &rendition.thumbnail] {
        only_pixels(file);
        assert!(!contains(file, GPS_SECRET) && !contains(file, b"Exif"));
    }
}

#[test]
fn effort_is_checked_and_makes_smaller_files() {
    assert_eq!(Effort::new(7), None);
    let upload = include_bytes!("../examples/bricks.webp");
    let bytes = |effort| {
        let recipe = Recipe {
            effort: Effort::new(effort).expect("in range"),
            ..Recipe::default()
        };
        process(upload, &recipe).expect("a good picture").main.len()
    };
    // 0 has a lower quality as well.
    assert!(bytes(6) < bytes(2) && bytes(2) < bytes(1));
}

#[test]
fn the_same_upload_gives_the_same_files() {
    let upload = pictures::jpeg(300, 200);
    assert_eq!(render(&upload), render(&upload));
}
