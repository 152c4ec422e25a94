//! What a file shows.

use image::{ImageFormat, RgbaImage};

/// The means of an 8×8 grid, red, green and blue multiplied by alpha: blind to the noise of lossy
/// files, not to wrong colours, turned pictures or shifted pixels, and to colour that nobody sees.
pub type Grid = Vec<[f32; 4]>;

pub fn decode(file: &[u8]) -> RgbaImage {
    image::load_from_memory_with_format(file, ImageFormat::WebP)
        .expect("a WebP file")
        .to_rgba8()
}

/// Whether a WebP has alpha. Fails on any chunk that is not pixels.
pub fn only_pixels(file: &[u8]) -> bool {
    let mut at = 12;
    let mut alpha = false;
    while at < file.len() {
        let name = &file[at..at + 4];
        assert!(
            [b"VP8X", b"ALPH", b"VP8 "].iter().any(|known| *known == name),
            "chunk {name:?}"
        );
        alpha |= name == b"ALPH";
        let len = u32::from_le_bytes(file[at + 4..at + 8].try_into().expect("four bytes"));
        at += 8 + len.next_multiple_of(2) as usize;
    }
    alpha
}

pub fn contains(file: &[u8], secret: &[u8]) -> bool {
    file.windows(secret.len()).any(|window| window == secret)
}

/// Compares the grids of two pictures, which need not be of one size.
pub fn alike(found: &Grid, expected: &Grid, tolerance: f32, name: &str) {
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        let off = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(
            off <= tolerance,
            "{name}: cell {} of row {}: {a:?} instead of {b:?}",
            i % 8,
            i / 8
        );
    }
}

pub fn grid(image: &RgbaImage) -> Grid {
    let (width, height) = image.dimensions();
    let mut cells = vec![([0.0; 4], 0.0); 64];
    for (x, y, pixel) in image.enumerate_pixels() {
        let (sums, count) = &mut cells[(y * 8 / height * 8 + x * 8 / width) as usize];
        let alpha = f32::from(pixel[3]);
        for i in 0..3 {
            sums[i] += f32::from(pixel[i]) * alpha / 255.0;
        }
        sums[3] += alpha;
        *count += 1.0;
    }
    cells
        .into_iter()
        .map(|(sums, count): ([f32; 4], f32)| sums.map(|sum| sum / count.max(1.0)))
        .collect()
}
