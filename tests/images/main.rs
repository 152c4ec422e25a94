//! Checks of real image files: `IMAGES=<folder> cargo test --test images`.
//!
//! The folder has `photos/`, `odd/` and `refuse/`; its README says what must hold for each file.
//! "Right" is near sharp: `reference.txt` has the mean colours of what sharp makes of each file.

mod allocations;
#[path = "../it/support/looks.rs"]
mod looks;
mod tiny;

use std::path::PathBuf;
use std::{env, fs};

use image_service::pipeline::{Error, Recipe, Rendition, probe, process};

use looks::{Grid, alike, contains, decode, grid, only_pixels};

/// Bytes of a file of the folder.
fn read(name: &str) -> Vec<u8> {
    let folder = env::var_os("IMAGES").expect("set IMAGES to the folder of test images");
    let path = PathBuf::from(folder).join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn render(name: &str) -> Rendition {
    process(&read(name), &Recipe::default()).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// What sharp makes of a file.
struct Reference {
    name: String,
    size: (u32, u32),
    transparent: bool,
    grid: Grid,
}

fn references() -> impl Iterator<Item = Reference> {
    include_str!("reference.txt").lines().map(|line| {
        let fields: Vec<&str> = line.split(' ').collect();
        let [group, name, width, height, transparent, grid] = fields[..] else {
            panic!("{line}")
        };
        let byte = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).expect("ASCII");
            f32::from(u8::from_str_radix(digits, 16).expect("hexadecimal"))
        };
        let bytes: Vec<f32> = grid.as_bytes().chunks(2).map(byte).collect();
        Reference {
            name: format!("{group}/{name}"),
            size: (width.parse().expect("a number"), height.parse().expect("a number")),
            transparent: transparent == "true",
            grid: bytes.as_chunks().0.to_vec(),
        }
    })
}

fn reference(name: &str) -> Reference {
    references()
        .find(|reference| reference.name == name)
        .expect("a known file")
}

#[test]
fn every_file_looks_as_sharp_shows_it() {
    for reference in references() {
        let Reference {
            name,
            size: (width, height),
            transparent,
            ..
        } = &reference;
        if *width < 100 || *height < 100 {
            let answer = process(&read(name), &Recipe::default());
            let Err(Error::Dimensions { width: w, height: h }) = answer else {
                panic!("{name}: {answer:?}")
            };
            assert_eq!((w, h), (*width, *height), "{name}");
            continue;
        }
        let rendition = render(name);
        let main = decode(&rendition.main);
        assert_eq!(main.dimensions(), (*width, *height), "{name}");
        // Without a profile, inks are a matter of taste.
        let tolerance = if name.contains("no_profile") { 10.0 } else { 4.0 };
        alike(&grid(&main), &reference.grid, tolerance, name);
        let thumbnail = decode(&rendition.thumbnail);
        assert_eq!(thumbnail.dimensions(), (400, 400), "{name}");
        for file in [&rendition.main, &rendition.thumbnail] {
            assert_eq!(only_pixels(file), *transparent, "{name}: alpha");
        }
        assert!(
            (5..=25).contains(&rendition.thumbhash.len()),
            "{name}: {:?}",
            rendition.thumbhash
        );
    }
}

#[test]
fn all_orientations_come_out_alike() {
    let first = render("odd/Landscape_1.jpg");
    assert_eq!((first.width, first.height), (600, 450));
    let (main, thumbnail) = (grid(&decode(&first.main)), grid(&decode(&first.thumbnail)));
    for tag in 2..=8 {
        let name = format!("odd/Landscape_{tag}.jpg");
        let other = render(&name);
        assert_eq!((other.width, other.height), (600, 450), "{name}");
        alike(&grid(&decode(&other.main)), &main, 16.0, &name);
        alike(&grid(&decode(&other.thumbnail)), &thumbnail, 16.0, &name);
    }
    let portrait = render("odd/Portrait_6.jpg");
    assert_eq!((portrait.width, portrait.height), (450, 600));
    let phone = render("photos/j08_iphone4s_o6.jpg");
    assert_eq!((phone.width, phone.height), (2448, 3264));
}

#[test]
fn nothing_says_where_a_photo_was_taken() {
    let upload = read("odd/gps_DSCN0010.jpg");
    assert!(contains(&upload, b"Exif\0\0"));
    let rendition = render("odd/gps_DSCN0010.jpg");
    for file in [&rendition.main, &rendition.thumbnail] {
        only_pixels(file);
        for secret in [
            &b"Exif"[..],
            b"EXIF",
            b"NIKON",
            b"COOLPIX",
            b"WGS-84",
            b"XMP",
            b"xpacket",
        ] {
            assert!(!contains(file, secret), "{}", String::from_utf8_lossy(secret));
        }
    }
}

/// A band is a step that the original does not have.
#[test]
fn gradients_stay_smooth() {
    let name = "odd/gradients-rgb8.png";
    let original = image::load_from_memory(&read(name)).expect("a good picture").to_rgba8();
    let main = decode(&render(name).main);
    assert_eq!(main.dimensions(), original.dimensions());
    let off: Vec<u8> = main
        .iter()
        .zip(original.iter())
        .map(|(found, expected)| found.abs_diff(*expected))
        .collect();
    let mean = off.iter().map(|off| f32::from(*off)).sum::<f32>() / off.len() as f32;
    let most = off.iter().max().expect("pixels");
    assert!(mean < 1.5 && *most <= 12, "off by {mean} on average, {most} at most");
}

#[test]
fn what_can_not_be_shown_is_refused() {
    for name in [
        "check.svg",
        "pitm.avif",
        "rotating-squares.gif",
        "8bit_depth.tiff",
        "relax.jp2",
    ] {
        let answer = refuse(name);
        assert!(matches!(answer, Error::UnsupportedFormat), "{name}: {answer:?}");
    }
    for name in [
        "2x2_fdcce6.png",
        "big-height.webp",
        "giant-image.jpg",
        "65536-uint32-limit.png",
    ] {
        let answer = refuse(name);
        assert!(matches!(answer, Error::Dimensions { .. }), "{name}: {answer:?}");
    }
    for name in ["truncated.jpg", "truncated.png", "corrupt-header.jpg"] {
        let answer = refuse(name);
        assert!(matches!(answer, Error::Corrupt(_)), "{name}: {answer:?}");
    }
}

/// Refuses, and takes next to no memory for it.
fn refuse(name: &str) -> Error {
    let bytes = read(&format!("refuse/{name}"));
    let (answer, allocated) = allocations::during(|| process(&bytes, &Recipe::default()));
    let error = answer.expect_err(name);
    // What is refused by its header costs nothing; what is cut costs what its header was granted.
    let most = match (&error, probe(&bytes)) {
        (Error::Corrupt(_), Ok(header)) => header.peak_bytes as usize,
        _ => 4 << 10,
    };
    assert!(allocated <= most, "{name}: {allocated} bytes for {error:?}");
    error
}
