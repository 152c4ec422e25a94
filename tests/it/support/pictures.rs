//! Uploads of every kind, made by code.
//!
//! Each shows the same [`scene`], so that a test knows what must come out. The short functions are
//! for tests that just need a file; `jpeg::kinds()`, `png::kinds()` and `webp::kinds()` list what
//! the pipeline must understand.

pub mod jpeg;
pub mod png;
pub mod webp;

use image::{Rgb, RgbImage, Rgba, RgbaImage};

/// A file, and what a person sees in it.
pub struct Picture {
    pub name: String,
    pub bytes: Vec<u8>,
    pub looks: RgbaImage,
    /// How far from that the mean colour of a part may be: lossy files, and the taste of profiles.
    pub tolerance: f32,
}

impl Picture {
    fn new(name: impl Into<String>, bytes: Vec<u8>, looks: RgbaImage) -> Self {
        Self {
            name: name.into(),
            bytes,
            looks,
            tolerance: 7.0,
        }
    }
}

/// A baseline JPEG.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg::encode(&scene(width, height), jpeg::Options::default())
}

/// A JPEG that shows a `width`×`height` picture when its EXIF orientation is applied.
pub fn jpeg_with_orientation(width: u32, height: u32, tag: u16) -> Vec<u8> {
    let stored = jpeg::encode(&lay(&scene(width, height), tag), jpeg::Options::default());
    jpeg::with_segment(&stored, 0xE1, &jpeg::exif_segment(&exif(tag)))
}

/// A JPEG whose EXIF block says where it was taken: `GPS_SECRET` is in its bytes.
pub fn jpeg_with_gps(width: u32, height: u32) -> Vec<u8> {
    jpeg::with_segment(&jpeg(width, height), 0xE1, &jpeg::exif_segment(&exif(1)))
}

/// An eight-bit RGB PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let kind = png::Kind {
        color: png::Color::Rgb,
        depth: 8,
        transparent: false,
        interlaced: false,
    };
    kind.encode(width, height).bytes
}

/// A lossless WebP.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    webp::lossless(&opaque(&scene(width, height)))
}

/// The first `percent` of a file.
pub fn truncated(bytes: &[u8], percent: usize) -> Vec<u8> {
    bytes[..bytes.len() * percent / 100].to_vec()
}

/// Appears in the EXIF block of [`exif`].
pub const GPS_SECRET: &[u8] = b"52 deg 22' 12.0\" N";

/// Smooth, and different in every corner, so that each way of turning it shows.
pub fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (
            x as f32 / (width - 1).max(1) as f32,
            y as f32 / (height - 1).max(1) as f32,
        );
        let corners = [[200, 40, 40], [40, 160, 60], [40, 60, 200], [240, 220, 60]].map(|c| c.map(|v| v as f32));
        Rgb(std::array::from_fn(|i| {
            let top = corners[0][i] * (1.0 - u) + corners[1][i] * u;
            let bottom = corners[2][i] * (1.0 - u) + corners[3][i] * u;
            (top * (1.0 - v) + bottom * v).round() as u8
        }))
    })
}

/// The scene, fading out to the right.
pub fn fading(width: u32, height: u32) -> RgbaImage {
    let scene = scene(width, height);
    RgbaImage::from_fn(width, height, |x, y| {
        let [r, g, b] = scene.get_pixel(x, y).0;
        Rgba([r, g, b, 255 - (x * 255 / (width - 1)) as u8])
    })
}

/// Does not compress, nor does its transparency.
pub fn noise(width: u32, height: u32) -> RgbaImage {
    let mut state = 1u32;
    RgbaImage::from_fn(width, height, |_, _| {
        Rgba(std::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    })
}

pub fn opaque(image: &RgbImage) -> RgbaImage {
    map(image, |pixel| pixel)
}

/// Another colour for each pixel, opaque.
pub fn map(image: &RgbImage, color: impl Fn([u8; 3]) -> [u8; 3]) -> RgbaImage {
    RgbaImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b] = color(image.get_pixel(x, y).0);
        Rgba([r, g, b, 255])
    })
}

pub fn gray(pixel: [u8; 3]) -> u8 {
    let [r, g, b] = pixel.map(f32::from);
    (0.299 * r + 0.587 * g + 0.114 * b).round() as u8
}

/// How a picture must be stored for an EXIF orientation to make it upright.
pub fn lay(upright: &RgbImage, tag: u16) -> RgbImage {
    use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
    match tag {
        1 => upright.clone(),
        2 => flip_horizontal(upright),
        3 => rotate180(upright),
        4 => flip_vertical(upright),
        5 => flip_horizontal(&rotate90(upright)),
        6 => rotate270(upright),
        7 => flip_vertical(&rotate90(upright)),
        8 => rotate90(upright),
        _ => panic!("no such orientation: {tag}"),
    }
}

/// An EXIF block with an orientation and a place.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    block.extend(orientation.to_be_bytes());
    block.extend([0, 0]);
    // The GPS directory is pointed to, and its text follows.
    block.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    block.extend(GPS_SECRET);
    block
}

/// A Display P3 profile, as phones embed it.
pub fn display_p3() -> Vec<u8> {
    moxcms::ColorProfile::new_display_p3()
        .encode()
        .expect("the profile is ours")
}

/// What sRGB shows of a colour given in Display P3, by the textbook.
pub fn p3_to_srgb(pixel: [u8; 3]) -> [u8; 3] {
    const P3_TO_SRGB: [[f32; 3]; 3] = [
        [1.2249, -0.2247, 0.0],
        [-0.0420, 1.0419, 0.0],
        [-0.0197, -0.0786, 1.0979],
    ];
    let linear = pixel.map(|v| decode_gamma(f32::from(v) / 255.0));
    P3_TO_SRGB.map(|row| {
        let value: f32 = row.iter().zip(linear).map(|(m, v)| m * v).sum();
        (encode_gamma(value.clamp(0.0, 1.0)) * 255.0).round() as u8
    })
}

pub fn decode_gamma(value: f32) -> f32 {
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

pub fn encode_gamma(value: f32) -> f32 {
    if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    }
}
