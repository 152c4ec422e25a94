//! JPEG: baseline and progressive; grey, RGB, YCbCr, CMYK and YCCK.

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{Converter, Model, Profile, Source};
use crate::pipeline::libjpeg::{self, Decoder, Limits};
use crate::pipeline::probe::{Header, Jpeg};
use crate::pipeline::raster::{Channels, Raster};

/// Real encoders write about ten scans.
const MAX_SCANS: i32 = 64;

/// Rows that are converted at once: a multiple of what the library makes at once.
const BAND: usize = 16;

pub(super) fn decode(bytes: &[u8], header: &Header, jpeg: &Jpeg) -> Result<Raster, Error> {
    let limits = Limits {
        memory: header.peak_bytes,
        scans: MAX_SCANS,
        multi_scan: jpeg.multi_scan,
    };
    let mut decoder = Decoder::start(bytes, limits).map_err(corrupt)?;
    check_size(header, decoder.size())?;
    let source = Source {
        model: match decoder.model() {
            libjpeg::Model::Gray => Model::Gray,
            libjpeg::Model::Rgb => Model::Rgb,
            libjpeg::Model::Cmyk => Model::Cmyk { inverted: jpeg.adobe },
        },
        alpha: false,
        deep: false,
    };
    let mut converter = Converter::new(source, jpeg.icc.as_deref().and_then(Profile::from_icc));
    let mut raster = Raster::new(header.stored.0, header.stored.1, Channels::Rgb)?;
    let stride = raster.stride();
    let mut band = vec![0; BAND * header.stored.0 as usize * source.bytes_per_pixel()];
    for rows in raster.pixels.chunks_mut(BAND * stride) {
        if converter.is_identity() {
            decoder.read(rows).map_err(corrupt)?;
        } else {
            let count = rows.len() / stride;
            let band = &mut band[..count * header.stored.0 as usize * source.bytes_per_pixel()];
            decoder.read(band).map_err(corrupt)?;
            converter.convert(band, rows)?;
        }
    }
    decoder.finish().map_err(corrupt)?;
    Ok(raster)
}
