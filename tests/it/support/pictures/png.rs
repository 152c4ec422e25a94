//! PNG files, put together chunk by chunk: the libraries write too few of the kinds.

use image::{Rgba, RgbaImage};

use super::{Picture, display_p3, encode_gamma, exif, fading, gray, lay, map, opaque, p3_to_srgb, scene};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}

#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub color: Color,
    pub depth: u8,
    /// A tRNS chunk: one colour, or entries of the palette, are transparent.
    pub transparent: bool,
    pub interlaced: bool,
}

/// A file of nothing but its header.
pub fn header(width: u32, height: u32) -> Vec<u8> {
    Kind {
        color: Color::Rgb,
        depth: 8,
        transparent: false,
        interlaced: false,
    }
    .header_only(width, height)
}

/// A pixel's samples, and what it looks like.
type Sample = (Vec<u16>, [u8; 4]);

impl Kind {
    pub fn encode(self, width: u32, height: u32) -> Picture {
        let image = fading(width, height);
        let pixels: Vec<Sample> = image.pixels().map(|pixel| self.sample(*pixel)).collect();
        let looks = RgbaImage::from_fn(width, height, |x, y| Rgba(pixels[(y * width + x) as usize].1));
        let samples: Vec<Vec<u16>> = pixels.into_iter().map(|(samples, _)| samples).collect();
        let mut chunks = vec![(*b"IHDR", self.header(width, height))];
        if self.color == Color::Palette {
            let palette = (0..1 << self.depth).flat_map(|i| self.palette(i)[..3].to_vec());
            chunks.push((*b"PLTE", palette.collect()));
        }
        if self.transparent {
            chunks.push((*b"tRNS", self.transparency()));
        }
        chunks.push((*b"IDAT", zlib(&self.rows(&samples, width as usize, height as usize))));
        chunks.push((*b"IEND", Vec::new()));
        Picture::new(format!("{self:?}"), file(&chunks), looks)
    }

    /// A file of nothing but its header.
    pub fn header_only(self, width: u32, height: u32) -> Vec<u8> {
        file(&[(*b"IHDR", self.header(width, height))])
    }

    fn header(self, width: u32, height: u32) -> Vec<u8> {
        let tail = [self.depth, self.color as u8, 0, 0, u8::from(self.interlaced)];
        [&width.to_be_bytes()[..], &height.to_be_bytes(), &tail].concat()
    }

    fn sample(self, Rgba([r, g, b, a]): Rgba<u8>) -> Sample {
        let deep = |v: u8| {
            if self.depth == 16 {
                u16::from(v) * 257
            } else {
                u16::from(v)
            }
        };
        let luma = gray([r, g, b]);
        match self.color {
            Color::Gray => {
                let most = (1u32 << self.depth) - 1;
                let value = (u32::from(luma) * most + 127) / 255;
                let shown = (value * 255 / most) as u8;
                let alpha = if self.transparent && value as u16 == self.transparent_gray() {
                    0
                } else {
                    255
                };
                (vec![value as u16], [shown, shown, shown, alpha])
            }
            // A third of the picture has the transparent colour.
            Color::Rgb if self.transparent && a < 85 => (
                TRANSPARENT.map(deep).to_vec(),
                [TRANSPARENT[0], TRANSPARENT[1], TRANSPARENT[2], 0],
            ),
            Color::Rgb => (vec![deep(r), deep(g), deep(b)], [r, g, b, 255]),
            Color::Palette => {
                let index = u16::from(luma) >> (8 - self.depth);
                (vec![index], self.palette(index))
            }
            Color::GrayAlpha => (vec![deep(luma), deep(a)], [luma, luma, luma, a]),
            Color::Rgba => (vec![deep(r), deep(g), deep(b), deep(a)], [r, g, b, a]),
        }
    }

    fn palette(self, index: u16) -> [u8; 4] {
        let value = (u32::from(index) * 255 / ((1 << self.depth) - 1)) as u8;
        let alpha = if self.transparent && index == 1 { 100 } else { 255 };
        [value, 255 - value, 128, alpha]
    }

    /// In the middle of the range, so that some of the scene has it.
    fn transparent_gray(self) -> u16 {
        ((128 * ((1u32 << self.depth) - 1) + 127) / 255) as u16
    }

    fn transparency(self) -> Vec<u8> {
        let deep = |v: u8| {
            if self.depth == 16 {
                u16::from(v) * 257
            } else {
                u16::from(v)
            }
        };
        match self.color {
            Color::Gray => self.transparent_gray().to_be_bytes().to_vec(),
            Color::Rgb => TRANSPARENT.iter().flat_map(|v| deep(*v).to_be_bytes()).collect(),
            Color::Palette => vec![255, 100],
            Color::GrayAlpha | Color::Rgba => panic!("alpha and tRNS exclude each other"),
        }
    }

    /// Unfiltered rows, pass by pass.
    fn rows(self, samples: &[Vec<u16>], width: usize, height: usize) -> Vec<u8> {
        const ADAM7: [[usize; 4]; 7] = [
            [0, 8, 0, 8],
            [4, 8, 0, 8],
            [0, 4, 4, 8],
            [2, 4, 0, 4],
            [0, 2, 2, 4],
            [1, 2, 0, 2],
            [0, 1, 1, 2],
        ];
        let passes = if self.interlaced { &ADAM7[..] } else { &[[0, 1, 0, 1]] };
        let mut data = Vec::new();
        for [x0, dx, y0, dy] in passes {
            for y in (*y0..height).step_by(*dy) {
                let row = (*x0..width).step_by(*dx).flat_map(|x| &samples[y * width + x]);
                data.push(0);
                data.extend(pack(row.copied(), self.depth));
            }
        }
        data
    }
}

const TRANSPARENT: [u8; 3] = [1, 2, 3];

fn pack(samples: impl Iterator<Item = u16>, depth: u8) -> Vec<u8> {
    match depth {
        16 => samples.flat_map(u16::to_be_bytes).collect(),
        8 => samples.map(|sample| sample as u8).collect(),
        _ => {
            let samples: Vec<u16> = samples.collect();
            let byte = |group: &[u16]| {
                group
                    .iter()
                    .enumerate()
                    .fold(0, |byte, (i, v)| byte | (*v as u8) << (8 - depth * (i as u8 + 1)))
            };
            samples.chunks(8 / usize::from(depth)).map(byte).collect()
        }
    }
}

/// A zlib stream of stored blocks.
pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = data.chunks(0xFFFF);
    let last = blocks.len() - 1;
    for (i, block) in blocks.enumerate() {
        let len = block.len() as u16;
        stream.push(u8::from(i == last));
        stream.extend(len.to_le_bytes());
        stream.extend((!len).to_le_bytes());
        stream.extend(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

pub type Chunk = ([u8; 4], Vec<u8>);

pub fn file(chunks: &[Chunk]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in chunks {
        file.extend(chunk(name, data));
    }
    file
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [name, data].concat();
    let len = data.len() as u32;
    [&len.to_be_bytes()[..], &named, &crc32(&named).to_be_bytes()].concat()
}

fn crc32(data: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 2048 {
            let crc = if i % 8 == 0 { i as u32 / 8 } else { table[i / 8] };
            table[i / 8] = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
            i += 1;
        }
        table
    };
    !data
        .iter()
        .fold(u32::MAX, |crc, byte| (crc >> 8) ^ TABLE[usize::from(crc as u8 ^ byte)])
}

/// Adds a chunk before the image data, or at the end of the file.
pub fn with_chunk(file: &[u8], name: &[u8; 4], data: &[u8], before: &[u8; 4]) -> Vec<u8> {
    let at = file
        .windows(4)
        .position(|window| window == before)
        .expect("the chunk is there")
        - 4;
    [&file[..at], &chunk(name, data), &file[at..]].concat()
}

/// Every kind of PNG that must be understood.
pub fn kinds() -> Vec<Picture> {
    use Color::*;
    let kind = |color, depth, transparent, interlaced| Kind {
        color,
        depth,
        transparent,
        interlaced,
    };
    let mut kinds = Vec::new();
    let depths: [(Color, &[u8], bool); 5] = [
        (Gray, &[1, 2, 4, 8, 16], true),
        (Rgb, &[8, 16], true),
        (Palette, &[1, 2, 4, 8], true),
        (GrayAlpha, &[8, 16], false),
        (Rgba, &[8, 16], false),
    ];
    for (color, depths, may_be_transparent) in depths {
        for depth in depths {
            for interlaced in [false, true] {
                kinds.push(kind(color, *depth, false, interlaced).encode(117, 104));
                if may_be_transparent {
                    kinds.push(kind(color, *depth, true, interlaced).encode(117, 104));
                }
            }
        }
    }
    kinds.extend(colors());
    kinds
}

/// Every way to say what the numbers mean, and which side is up.
fn colors() -> Vec<Picture> {
    let (width, height) = (120, 104);
    let scene = scene(width, height);
    let plain = super::png(width, height);
    let before = |name: &[u8; 4], data: &[u8]| with_chunk(&plain, name, data, b"IDAT");
    let icc = [b"name\0\0", &zlib(&display_p3())[..]].concat();
    let p3 = before(b"iCCP", &icc);
    let looks = opaque(&scene);
    let p3_looks = map(&scene, p3_to_srgb);
    // A linear picture: stored values are light itself.
    let linear = map(&scene, |pixel| {
        pixel.map(|v| (encode_gamma(f32::from(v) / 255.0) * 255.0).round() as u8)
    });
    let srgb_chunk = before(b"gAMA", &100_000u32.to_be_bytes());
    let sideways = {
        let laid = lay(&scene, 6);
        let mut bytes = std::io::Cursor::new(Vec::new());
        laid.write_to(&mut bytes, image::ImageFormat::Png).expect("memory");
        bytes.into_inner()
    };
    let animated = with_chunk(&plain, b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0], b"IDAT");
    vec![
        Picture::new("iCCP Display P3", p3, p3_looks.clone()),
        Picture::new("broken iCCP", before(b"iCCP", b"name\0\0not zlib"), looks.clone()),
        Picture::new("cICP Display P3", before(b"cICP", &[12, 13, 0, 1]), p3_looks),
        Picture::new("gAMA of sRGB", before(b"gAMA", &45_455u32.to_be_bytes()), looks.clone()),
        Picture::new("gAMA 1", before(b"gAMA", &100_000u32.to_be_bytes()), linear),
        Picture::new(
            "sRGB wins over gAMA",
            with_chunk(&srgb_chunk, b"sRGB", &[0], b"IDAT"),
            looks.clone(),
        ),
        Picture::new("eXIf", with_chunk(&sideways, b"eXIf", &exif(6), b"IDAT"), looks.clone()),
        Picture::new(
            "eXIf behind the pixels",
            with_chunk(&sideways, b"eXIf", &exif(6), b"IEND"),
            looks.clone(),
        ),
        Picture::new("APNG with a default image of its own", animated, looks),
    ]
}

/// Linear light at sixteen bits, dark: eight bits on the way would show as bands.
pub fn dark_linear(width: u32, height: u32) -> Picture {
    let value = |x: u32| x as f32 / width as f32 * 0.02;
    let looks = RgbaImage::from_fn(width, height, |x, _| {
        let v = (encode_gamma(value(x)) * 255.0).round() as u8;
        Rgba([v, v, v, 255])
    });
    let samples: Vec<Vec<u16>> = (0..width * height)
        .map(|i| vec![(value(i % width) * 65_535.0).round() as u16])
        .collect();
    let kind = Kind {
        color: Color::Gray,
        depth: 16,
        transparent: false,
        interlaced: false,
    };
    let bytes = file(&[
        (*b"IHDR", kind.header(width, height)),
        (*b"gAMA", 100_000u32.to_be_bytes().to_vec()),
        (*b"IDAT", zlib(&kind.rows(&samples, width as usize, height as usize))),
        (*b"IEND", Vec::new()),
    ]);
    Picture::new("dark linear", bytes, looks)
}
