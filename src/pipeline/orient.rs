//! Turning pixels the way a person sees them.

use super::raster::Raster;

/// The EXIF orientation: which of the eight symmetries of a rectangle makes the picture upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Orientation {
    /// Rows become columns, before the mirrors below.
    transpose: bool,
    /// Left and right change places in the upright picture.
    mirror_x: bool,
    /// Top and bottom change places in the upright picture.
    mirror_y: bool,
}

const ORIENTATION_TAG: u16 = 0x0112;

impl Orientation {
    /// `None` outside of 1..=8.
    pub fn from_tag(value: u16) -> Option<Self> {
        let (transpose, mirror_x, mirror_y) = match value {
            1 => (false, false, false),
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => return None,
        };
        Some(Self {
            transpose,
            mirror_x,
            mirror_y,
        })
    }

    /// Reads the tag from the first directory of an EXIF block, with or without its JPEG prefix.
    ///
    /// Only that directory is looked at: what else is broken in a camera's EXIF does not matter here.
    pub fn from_exif(block: &[u8]) -> Option<Self> {
        let tiff = Tiff::new(block.strip_prefix(b"Exif\0\0").unwrap_or(block))?;
        let directory = tiff.u32(4)? as usize;
        let count = usize::from(tiff.u16(directory)?);
        let entries = (0..count).map(|i| directory.saturating_add(2 + 12 * i));
        for entry in entries {
            if tiff.u16(entry)? == ORIENTATION_TAG {
                return Self::from_tag(tiff.u16(entry + 8)?);
            }
        }
        None
    }

    /// The size of the upright picture.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Whether left and right, and top and bottom, of the stored picture change places.
    pub fn mirrors(self) -> (bool, bool) {
        if self.transpose {
            (self.mirror_y, self.mirror_x)
        } else {
            (self.mirror_x, self.mirror_y)
        }
    }
}

struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..2)? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian {
            u16::from_be_bytes(*bytes)
        } else {
            u16::from_le_bytes(*bytes)
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian {
            u32::from_be_bytes(*bytes)
        } else {
            u32::from_le_bytes(*bytes)
        })
    }
}

/// Turns a raster upright.
pub(super) fn apply(raster: Raster, orientation: Orientation) -> Raster {
    if orientation == Orientation::default() {
        return raster;
    }
    match raster.channels.count() {
        1 => turn::<1>(raster, orientation),
        3 => turn::<3>(raster, orientation),
        _ => turn::<4>(raster, orientation),
    }
}

/// Side of the squares in which pixels are moved, so that reads and writes both stay in the cache.
const TILE: usize = 32;

fn turn<const N: usize>(raster: Raster, orientation: Orientation) -> Raster {
    let (width, height) = orientation.size((raster.width, raster.height));
    let (w, h) = (width as usize, height as usize);
    let source = raster.pixels.as_chunks::<N>().0;
    let mut pixels = vec![0; raster.pixels.len()];
    let target = pixels.as_chunks_mut::<N>().0;
    let source_width = raster.width as usize;
    for top in (0..h).step_by(TILE) {
        for left in (0..w).step_by(TILE) {
            for y in top..(top + TILE).min(h) {
                let v = if orientation.mirror_y { h - 1 - y } else { y };
                for x in left..(left + TILE).min(w) {
                    let u = if orientation.mirror_x { w - 1 - x } else { x };
                    let from = if orientation.transpose {
                        u * source_width + v
                    } else {
                        v * source_width + u
                    };
                    target[y * w + x] = source[from];
                }
            }
        }
    }
    Raster {
        width,
        height,
        pixels,
        ..raster
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::raster::Channels;

    /// The tag says where row 0 and column 0 of the stored picture are in the upright one.
    #[test]
    fn every_tag_turns_the_picture_upright() {
        // Stored: a b c
        //         d e f
        let stored: Vec<u8> = b"abcdef".iter().flat_map(|p| [*p; 3]).collect();
        let expected = [
            (1, "abc/def"),
            (2, "cba/fed"),
            (3, "fed/cba"),
            (4, "def/abc"),
            (5, "ad/be/cf"),
            (6, "da/eb/fc"),
            (7, "fc/eb/da"),
            (8, "cf/be/ad"),
        ];
        for (tag, upright) in expected {
            let raster = Raster {
                width: 3,
                height: 2,
                channels: Channels::Rgb,
                pixels: stored.clone(),
            };
            let turned = apply(raster, Orientation::from_tag(tag).unwrap());
            let rows: Vec<String> = turned
                .pixels
                .chunks(turned.width as usize * 3)
                .map(|row| row.chunks(3).map(|p| char::from(p[0])).collect())
                .collect();
            assert_eq!(rows.join("/"), upright, "tag {tag}");
        }
    }

    #[test]
    fn a_broken_exif_block_has_no_orientation() {
        for block in [
            &b""[..],
            b"Exif\0\0",
            b"II*\0\xff\xff\xff\xff",
            b"MM\0*\0\0\0\x08\0\x01",
            b"JFIF",
        ] {
            assert_eq!(Orientation::from_exif(block), None, "{block:?}");
        }
    }
}
