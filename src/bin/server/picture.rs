//! Made-up pictures: walls of coloured bricks, the same for the same number.

type Rgb = [u8; 3];

const COLORS: [(&str, Rgb); 8] = [
    ("red", [196, 40, 27]),
    ("yellow", [245, 205, 47]),
    ("blue", [13, 105, 171]),
    ("green", [40, 127, 70]),
    ("orange", [218, 133, 64]),
    ("grey", [163, 162, 164]),
    ("white", [242, 243, 242]),
    ("tan", [215, 197, 153]),
];

/// Small, portrait, square, landscape and wide.
const SIZES: [(u32, u32); 7] = [
    (800, 600),
    (640, 960),
    (1200, 1200),
    (1600, 1200),
    (1200, 1600),
    (1920, 1080),
    (2000, 800),
];

const BRICK: (u32, u32) = (160, 80);

pub fn size(number: u32) -> (u32, u32) {
    SIZES[number as usize % SIZES.len()]
}

/// Name of the color that most bricks have.
pub fn color_name(number: u32) -> &'static str {
    COLORS[number as usize % COLORS.len()].0
}

/// The picture as an uncompressed PNG: codecs belong to the pipeline, and writing needs none.
pub fn png(number: u32) -> Vec<u8> {
    let (width, height) = size(number);
    let mut rows = Vec::with_capacity((height * (1 + 3 * width)) as usize);
    for y in 0..height {
        rows.push(0); // no filter
        rows.extend((0..width).flat_map(|x| pixel(number, x, y)));
    }
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // 8 bits, RGB

    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &stored(&rows));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn pixel(number: u32, x: u32, y: u32) -> Rgb {
    let course = y / BRICK.1;
    // Every other course is shifted by half a brick.
    let x = x + course % 2 * (BRICK.0 / 2);
    let (in_x, in_y) = (x % BRICK.0, y % BRICK.1);
    let hash = hash([number, x / BRICK.0, course]);
    let most = number as usize % COLORS.len();
    let index = if hash.is_multiple_of(4) {
        hash as usize / 4 % COLORS.len()
    } else {
        most
    };
    // Light from above, dark joints.
    let shade = if in_x < 3 || in_y < 3 { 60 } else { 110 - in_y / 3 };
    COLORS[index]
        .1
        .map(|channel| u8::try_from(u32::from(channel) * shade / 100).unwrap_or(u8::MAX))
}

/// FNV-1a.
fn hash(words: [u32; 3]) -> u32 {
    words
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
        >> 8
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let checksum = crc32fast::hash(&file[start..]);
    file.extend(checksum.to_be_bytes());
}

/// A zlib stream (RFC 1950) of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (a, b) = data.iter().fold((1, 0), |(a, b): (u32, u32), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

#[cfg(test)]
mod tests {
    use image_service::pipeline::{Format, probe, process};

    use super::*;

    #[test]
    fn pictures_are_valid_files() {
        for number in [0, 1] {
            let file = png(number);
            assert!(file.len() < 10 * 1024 * 1024);
            let header = probe(&file).unwrap();
            assert_eq!(
                (header.format, header.width, header.height),
                (Format::Png, size(number).0, size(number).1)
            );
            process(&file, &image_service::pipeline::Recipe::default()).unwrap();
        }
    }
}
