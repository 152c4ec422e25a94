//! JPEG files.

use image::RgbImage;
use mozjpeg::{ColorSpace, Compress};

use super::{Picture, display_p3, exif, gray, lay, map, opaque, p3_to_srgb, scene};

#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub quality: f32,
    pub progressive: bool,
    /// Pixels that share one sample of colour, across and down.
    pub chroma: (u8, u8),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quality: 92.0,
            progressive: false,
            chroma: (2, 2),
        }
    }
}

pub fn encode(image: &RgbImage, options: Options) -> Vec<u8> {
    let mut compress = compress(ColorSpace::JCS_RGB, image, options);
    compress.set_chroma_sampling_pixel_sizes(options.chroma, options.chroma);
    finish(compress, image.as_raw())
}

fn compress(space: ColorSpace, image: &RgbImage, options: Options) -> Compress {
    let mut compress = Compress::new(space);
    compress.set_fastest_defaults();
    compress.set_size(image.width() as usize, image.height() as usize);
    compress.set_quality(options.quality);
    if options.progressive {
        compress.set_progressive_mode();
    }
    compress
}

fn finish(compress: Compress, samples: &[u8]) -> Vec<u8> {
    let mut started = compress.start_compress(Vec::new()).expect("memory");
    started.write_scanlines(samples).expect("memory");
    started.finish().expect("memory")
}

fn grayscale(image: &RgbImage) -> Vec<u8> {
    let samples: Vec<u8> = image.pixels().map(|pixel| gray(pixel.0)).collect();
    finish(compress(ColorSpace::JCS_GRAYSCALE, image, Options::default()), &samples)
}

/// Inks as Adobe stores them, inverted and marked by a segment of its own.
fn cmyk(image: &RgbImage, space: ColorSpace, inks: impl Fn([u8; 3]) -> [u8; 4]) -> Vec<u8> {
    let samples: Vec<u8> = image
        .pixels()
        .flat_map(|pixel| inks(pixel.0).map(|ink| 255 - ink))
        .collect();
    let mut compress = compress(ColorSpace::JCS_CMYK, image, Options::default());
    compress.set_color_space(space);
    finish(compress, &samples)
}

/// One ink mixture all over.
pub fn solid_ink(inks: [u8; 4]) -> Vec<u8> {
    cmyk(&RgbImage::new(104, 104), ColorSpace::JCS_CMYK, |_| inks)
}

/// Inks as others store them: as they are, without the segment.
fn plain_cmyk(image: &RgbImage) -> Vec<u8> {
    let samples: Vec<u8> = image.pixels().flat_map(|pixel| inks(pixel.0)).collect();
    let file = finish(compress(ColorSpace::JCS_CMYK, image, Options::default()), &samples);
    without_segment(&file, 0xEE)
}

/// Light inks only: what they look like is nearly the same on every press.
fn inks([r, g, b]: [u8; 3]) -> [u8; 4] {
    [(255 - r) / 8, (255 - g) / 8, (255 - b) / 8, 0]
}

/// What a header says of the data that follows it.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub components: u8,
    pub progressive: bool,
}

impl Default for Frame {
    fn default() -> Self {
        Self {
            components: 3,
            progressive: false,
        }
    }
}

/// A file up to the start of its first scan, with samples of full size.
pub fn header(width: u32, height: u32, frame: Frame) -> Vec<u8> {
    let marker = if frame.progressive { 0xC2 } else { 0xC0 };
    let mut header = vec![0xFF, 0xD8, 0xFF, marker, 0, 8 + 3 * frame.components, 8];
    header.extend((height as u16).to_be_bytes());
    header.extend((width as u16).to_be_bytes());
    header.push(frame.components);
    header.extend((0..frame.components).flat_map(|id| [id, 0x11, 0]));
    header.extend([0xFF, 0xDA, 0, 6 + 2 * frame.components, frame.components]);
    header.extend((0..frame.components).flat_map(|id| [id, 0]));
    header.extend([0, 63, 0]);
    header
}

/// Adds a segment right after the start of the file.
pub fn with_segment(file: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len() + 2).expect("fits one segment");
    [&file[..2], &[0xFF, marker], &len.to_be_bytes(), data, &file[2..]].concat()
}

fn without_segment(file: &[u8], marker: u8) -> Vec<u8> {
    let at = file
        .windows(2)
        .position(|pair| pair == [0xFF, marker])
        .expect("the segment is there");
    let len = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
    [&file[..at], &file[at + 2 + len..]].concat()
}

pub fn exif_segment(exif: &[u8]) -> Vec<u8> {
    [b"Exif\0\0", exif].concat()
}

pub fn icc_segment(profile: &[u8]) -> Vec<u8> {
    [b"ICC_PROFILE\0\x01\x01", profile].concat()
}

/// Every kind of JPEG that must be understood.
pub fn kinds() -> Vec<Picture> {
    let scene = scene(136, 120);
    let looks = opaque(&scene);
    let mut kinds = Vec::new();
    for (progressive, chroma) in [
        (false, (1, 1)),
        (false, (2, 1)),
        (false, (2, 2)),
        (false, (1, 2)),
        (true, (1, 1)),
        (true, (2, 2)),
    ] {
        let options = Options {
            progressive,
            chroma,
            ..Options::default()
        };
        let name = format!("chroma {chroma:?}, progressive {progressive}");
        kinds.push(Picture::new(name, encode(&scene, options), looks.clone()));
    }
    kinds.push(Picture::new(
        "grey",
        grayscale(&scene),
        map(&scene, |pixel| [gray(pixel); 3]),
    ));
    let light = map(&scene, |pixel| pixel.map(|v| 255 - (255 - v) / 8));
    for (name, bytes) in [
        ("CMYK", cmyk(&scene, ColorSpace::JCS_CMYK, inks)),
        ("YCCK", cmyk(&scene, ColorSpace::JCS_YCCK, inks)),
        ("CMYK that is not inverted", plain_cmyk(&scene)),
    ] {
        kinds.push(Picture {
            tolerance: 20.0,
            ..Picture::new(name, bytes, light.clone())
        });
    }
    for tag in 1..=8 {
        let stored = encode(&lay(&scene, tag), Options::default());
        let bytes = with_segment(&stored, 0xE1, &exif_segment(&exif(tag)));
        kinds.push(Picture::new(format!("orientation {tag}"), bytes, looks.clone()));
    }
    let file = encode(&scene, Options::default());
    let p3 = with_segment(&file, 0xE2, &icc_segment(&display_p3()));
    kinds.push(Picture::new("Display P3", p3, map(&scene, p3_to_srgb)));
    let broken = with_segment(&file, 0xE2, &icc_segment(&display_p3()[..200]));
    kinds.push(Picture::new("broken profile", broken, looks.clone()));
    let half = with_segment(&file, 0xE2, &[b"ICC_PROFILE\0\x01\x02", &display_p3()[..]].concat());
    kinds.push(Picture::new("half a profile", half, looks.clone()));
    let tail = [&file[..], b"a second picture, a video, whatever phones append"].concat();
    kinds.push(Picture::new("data behind the end", tail, looks.clone()));
    let no_end = file[..file.len() - 2].to_vec();
    kinds.push(Picture::new("no end marker, all pixels there", no_end, looks.clone()));
    let padded = [&file[..file.len() - 2], &[0; 7], &[0xFF, 0xD9]].concat();
    kinds.push(Picture::new("padding before the end marker", padded, looks));
    kinds
}
