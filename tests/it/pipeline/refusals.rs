//! Uploads that must be refused, each with the right error.

use image_service::pipeline::{Error, Format, probe, process, sniff};

use super::quick;
use crate::support::pictures::{self, jpeg, png, scene, truncated, webp};

fn refusal(bytes: &[u8]) -> Error {
    process(bytes, &quick()).expect_err("must be refused")
}

#[test]
fn other_formats_are_not_taken() {
    let others: [&[u8]; 9] = [
        b"",
        b"\xFF\xD8",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        b"GIF89a\x64\0\x64\0\0\0\0;",
        b"II*\0\x08\0\0\0\0\0",
        b"BM\0\0\0\0\0\0\0\0\0\0\0\0",
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1",
        b"\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x14ftypjp2 ",
        b"RIFF\x24\0\0\0WAVEfmt ",
    ];
    for bytes in others {
        assert_eq!(sniff(bytes), None, "{bytes:?}");
        assert!(matches!(refusal(bytes), Error::UnsupportedFormat), "{bytes:?}");
    }
}

#[test]
fn mime_types_are_those_of_the_contract() {
    assert_eq!(
        Format::all().map(Format::mime),
        ["image/jpeg", "image/png", "image/webp"]
    );
}

/// Headers without pixels: were anything decoded first, the answer would be another one.
#[test]
fn sizes_are_refused_by_the_header_alone() {
    for (width, height) in [
        (99, 100),
        (100, 99),
        (8001, 100),
        (100, 8001),
        (13, 169),
        (65_000, 65_000),
    ] {
        for bytes in [
            jpeg::header(width, height, jpeg::Frame::default()),
            png::header(width, height),
            webp::header(width, height),
        ] {
            let error = refusal(&bytes);
            let Error::Dimensions { width: w, height: h } = error else {
                panic!("{width}x{height}: {error:?}")
            };
            assert_eq!((w, h), (width, height));
        }
    }
    let huge = refusal(&png::header(u32::MAX, 200));
    assert!(
        matches!(
            huge,
            Error::Dimensions {
                width: u32::MAX,
                height: 200
            }
        ),
        "{huge:?}"
    );
    for (width, height) in [(100, 100), (8000, 8000), (100, 8000)] {
        for bytes in [
            jpeg::header(width, height, jpeg::Frame::default()),
            png::header(width, height),
            webp::header(width, height),
        ] {
            assert!(probe(&bytes).is_ok(), "{width}x{height}");
            assert!(matches!(refusal(&bytes), Error::Corrupt(_)), "{width}x{height}");
        }
    }
}

/// The size that is refused is the one that a person sees.
#[test]
fn a_refused_size_is_upright() {
    let error = refusal(&pictures::jpeg_with_orientation(90, 200, 6));
    assert!(
        matches!(error, Error::Dimensions { width: 90, height: 200 }),
        "{error:?}"
    );
}

#[test]
fn a_cut_file_is_never_padded() {
    let scene = scene(300, 200);
    let progressive = jpeg::Options {
        progressive: true,
        ..jpeg::Options::default()
    };
    let mut whole = vec![
        ("baseline JPEG", pictures::jpeg(300, 200)),
        ("progressive JPEG", jpeg::encode(&scene, progressive)),
        ("PNG", pictures::png(300, 200)),
    ];
    whole.extend(
        webp::kinds()
            .into_iter()
            .filter(|kind| !kind.name.contains("animation"))
            .map(|kind| ("WebP", kind.bytes)),
    );
    for (name, bytes) in whole {
        for percent in [20, 40, 60, 80, 90, 95] {
            // The pixels of a WebP may be complete where only its metadata is cut.
            let cut = truncated(&bytes, percent);
            if name == "WebP" && pixels_end(&bytes) <= cut.len() {
                continue;
            }
            let error = refusal(&cut);
            assert!(
                matches!(error, Error::Corrupt(_)),
                "{name} cut at {percent} %: {error:?}"
            );
        }
    }
}

fn pixels_end(file: &[u8]) -> usize {
    let mut at = 12;
    let mut end = at;
    while at + 8 <= file.len() {
        let len = u32::from_le_bytes(file[at + 4..at + 8].try_into().expect("four bytes")) as usize;
        if file[at..].starts_with(b"VP8") {
            end = at + 8 + len;
        }
        at += 8 + len.next_multiple_of(2);
    }
    end
}

#[test]
fn a_cut_between_two_scans_is_noticed() {
    let options = jpeg::Options {
        progressive: true,
        ..jpeg::Options::default()
    };
    let file = jpeg::encode(&scene(300, 200), options);
    let scans: Vec<usize> = (0..file.len() - 1)
        .filter(|at| file[*at..].starts_with(&[0xFF, 0xDA]))
        .collect();
    assert!(scans.len() > 3, "progressive");
    for scan in &scans[1..] {
        let error = refusal(&file[..*scan]);
        assert!(matches!(error, Error::Corrupt(_)), "cut before a scan: {error:?}");
    }
}

#[test]
fn damaged_files_are_corrupt() {
    let damage = |mut bytes: Vec<u8>, at: usize| {
        bytes[at] ^= 0x55;
        bytes
    };
    let jpeg = pictures::jpeg(300, 200);
    let half = jpeg.len() / 2;
    let lost: Vec<u8> = [&jpeg[..half], &jpeg[half + 400..]].concat();
    let zeroed: Vec<u8> = [&jpeg[..half], &vec![0; 1000][..], &jpeg[half + 1000..]].concat();
    let png = pictures::png(300, 200);
    let cases = [
        ("JPEG with a lost block", lost),
        ("JPEG with a zeroed block", zeroed),
        ("JPEG of nothing but a start", vec![0xFF, 0xD8, 0xFF, 0xE0]),
        ("JPEG that ends at once", b"\xFF\xD8\xFF\xD9".to_vec()),
        ("JPEG with a broken table", damage(jpeg.clone(), find(&jpeg, 0xC4) + 6)),
        ("PNG with a flipped bit", damage(png.clone(), png.len() / 2)),
        ("PNG with a flipped bit in its header", damage(png, 24)),
        ("PNG of a signature", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("PNG with a broken signature", b"\x89PNGxxxxIHDR".to_vec()),
        ("WebP of a container", b"RIFF\x04\0\0\0WEBP".to_vec()),
        ("WebP of another chunk", b"RIFF\x0C\0\0\0WEBPXYZ \0\0\0\0".to_vec()),
    ];
    for (name, bytes) in cases {
        let answer = process(&bytes, &quick());
        assert!(matches!(answer, Err(Error::Corrupt(_))), "{name}: {answer:?}");
    }
}

/// Where a marker is.
fn find(jpeg: &[u8], marker: u8) -> usize {
    jpeg.windows(2)
        .position(|pair| pair == [0xFF, marker])
        .expect("it is there")
}

/// A few bytes of scan header cost the decoder a pass over the whole picture.
#[test]
fn scans_are_counted() {
    let options = jpeg::Options {
        progressive: true,
        ..jpeg::Options::default()
    };
    let file = jpeg::encode(&scene(200, 200), options);
    let last = file.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).expect("a scan");
    let end = file.len() - 2;
    let mut bomb = file[..end].to_vec();
    for _ in 0..200 {
        bomb.extend(&file[last..end]);
    }
    bomb.extend([0xFF, 0xD9]);
    let error = refusal(&bomb);
    assert!(matches!(error, Error::Corrupt(_)), "{error:?}");
}
