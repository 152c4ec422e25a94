//! WebP files.

use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, Rgba, RgbaImage};
use image_service::pipeline::{Recipe, process};

use super::{Picture, display_p3, exif, fading, lay, map, opaque, p3_to_srgb, scene};

pub fn lossless(image: &RgbaImage) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .encode(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgba8)
        .expect("memory");
    file
}

/// Our own output, for want of another encoder.
fn lossy(image: &RgbaImage) -> Vec<u8> {
    let recipe = Recipe {
        quality: 95,
        thumbnail: 1,
        ..Recipe::default()
    };
    process(&lossless(image), &recipe).expect("a good picture").main
}

type Chunk = ([u8; 4], Vec<u8>);

fn container(chunks: &[Chunk]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, data) in chunks {
        body.extend(name);
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(data);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// The chunks of a file that carry pixels.
fn pixels(file: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = &file[12..];
    while let [a, b, c, d, l0, l1, l2, l3, tail @ ..] = rest {
        let len = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
        let name = [*a, *b, *c, *d];
        if matches!(&name, b"ALPH" | b"VP8 " | b"VP8L") {
            chunks.push((name, tail[..len].to_vec()));
        }
        rest = &tail[len.next_multiple_of(2).min(tail.len())..];
    }
    chunks
}

const ICC: u8 = 0x20;
const ALPHA: u8 = 0x10;
const EXIF: u8 = 0x08;
const ANIMATION: u8 = 0x02;

fn extended(flags: u8, width: u32, height: u32) -> Chunk {
    let size = [&(width - 1).to_le_bytes()[..3], &(height - 1).to_le_bytes()[..3]].concat();
    (*b"VP8X", [&[flags, 0, 0, 0], &size[..]].concat())
}

/// A file of nothing but its header.
pub fn header(width: u32, height: u32) -> Vec<u8> {
    container(&[extended(0, width, height)])
}

/// A frame of an animation, with its corner on the canvas.
fn frame(image: &RgbaImage, file: &[u8], x: u32, y: u32) -> Chunk {
    let numbers = [x / 2, y / 2, image.width() - 1, image.height() - 1, 100];
    let mut data: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes()[..3].to_vec())
        .collect();
    data.push(0);
    data.extend(&container(&pixels(file))[12..]);
    (*b"ANMF", data)
}

/// An animation whose first frame covers a part of the canvas.
fn animation(encode: fn(&RgbaImage) -> Vec<u8>) -> (Vec<u8>, RgbaImage) {
    let (width, height) = (150, 130);
    let first = fading(110, 104);
    let second = RgbaImage::from_pixel(width, height, Rgba([255, 0, 255, 255]));
    let bytes = container(&[
        extended(ANIMATION | ALPHA, width, height),
        (*b"ANIM", vec![0; 6]),
        frame(&first, &encode(&first), 20, 16),
        frame(&second, &lossless(&second), 0, 0),
    ]);
    let mut looks = RgbaImage::new(width, height);
    image::imageops::replace(&mut looks, &first, 20, 16);
    (bytes, looks)
}

/// Every kind of WebP that must be understood.
pub fn kinds() -> Vec<Picture> {
    let (width, height) = (136, 120);
    let scene = scene(width, height);
    let looks = opaque(&scene);
    let fading = fading(width, height);
    let with = |flags, before: &[Chunk], image: &[u8], after: &[Chunk]| {
        container(&[&[extended(flags, width, height)], before, &pixels(image), after].concat())
    };
    let p3 = (*b"ICCP", display_p3());
    let plain = lossless(&looks);
    let mut kinds = vec![
        Picture::new("lossless", plain.clone(), looks.clone()),
        Picture::new("lossy", lossy(&looks), looks.clone()),
        Picture::new("lossless with alpha", lossless(&fading), fading.clone()),
        Picture::new("lossy with alpha", lossy(&fading), fading),
        Picture::new("extended", with(0, &[], &plain, &[]), looks.clone()),
        Picture::new("Display P3", with(ICC, &[p3], &plain, &[]), map(&scene, p3_to_srgb)),
        Picture::new(
            "broken profile",
            with(ICC, &[(*b"ICCP", vec![7; 300])], &plain, &[]),
            looks.clone(),
        ),
    ];
    let sideways = lossless(&opaque(&lay(&scene, 8)));
    let prefixed = super::jpeg::exif_segment(&exif(8));
    for (name, block) in [("EXIF", exif(8)), ("EXIF with a JPEG's prefix", prefixed)] {
        let chunks = [
            extended(EXIF, height, width),
            pixels(&sideways)[0].clone(),
            (*b"EXIF", block),
        ];
        kinds.push(Picture::new(name, container(&chunks), looks.clone()));
    }
    for (name, encode) in [
        ("lossless animation", lossless as fn(&_) -> _),
        ("lossy animation", lossy),
    ] {
        let (bytes, looks) = animation(encode);
        kinds.push(Picture::new(name, bytes, looks));
    }
    kinds
}
