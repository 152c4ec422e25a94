//! PNG: every colour type and depth, interlaced or not; of an APNG the default image.

use std::io::Cursor;

use png::{BitDepth, ColorType, Limits, Transformations};

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{Converter, Model, Profile, Source};
use crate::pipeline::probe::{CHUNK_BYTES, Header};
use crate::pipeline::raster::{Channels, Raster};

pub(super) fn decode(bytes: &[u8], header: &Header) -> Result<Raster, Error> {
    let limits = Limits { bytes: CHUNK_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    // Palettes, low depths and transparent colours become plain channels.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(corrupt)?;
    check_size(header, reader.info().size())?;
    // The default image of an APNG may be its first frame, which then covers all of the canvas.
    if let Some(frame) = reader.info().frame_control {
        check_size(header, (frame.width, frame.height))?;
    }
    let (color_type, depth) = reader.output_color_type();
    let source = Source {
        model: match color_type {
            ColorType::Grayscale | ColorType::GrayscaleAlpha => Model::Gray,
            _ => Model::Rgb,
        },
        alpha: matches!(color_type, ColorType::GrayscaleAlpha | ColorType::Rgba),
        deep: depth == BitDepth::Sixteen,
    };
    let mut converter = Converter::new(source, Profile::from_png(reader.info()));
    let channels = if source.alpha { Channels::Rgba } else { Channels::Rgb };
    let mut raster = Raster::new(header.stored.0, header.stored.1, channels)?;
    let stride = raster.stride();
    let (width, height) = (header.stored.0 as usize, header.stored.1 as usize);
    let mut row = vec![0; width * source.bytes_per_pixel()];
    let mut converted = vec![0; stride];
    let passes = if reader.info().interlaced { &ADAM7[..] } else { &WHOLE };
    for pass in passes {
        let samples = width.saturating_sub(pass.x).div_ceil(pass.dx);
        if samples == 0 {
            continue;
        }
        for y in (pass.y..height).step_by(pass.dy) {
            let row = &mut row[..samples * source.bytes_per_pixel()];
            reader
                .read_row(row)
                .map_err(corrupt)?
                .ok_or_else(|| corrupt("too few rows"))?;
            let target = &mut raster.pixels[y * stride..][..stride];
            if pass.dx == 1 {
                converter.convert(row, target)?;
                continue;
            }
            let converted = &mut converted[..samples * channels.count()];
            converter.convert(row, converted)?;
            let places = target.chunks_exact_mut(channels.count()).skip(pass.x).step_by(pass.dx);
            for (place, pixel) in places.zip(converted.chunks_exact(channels.count())) {
                place.copy_from_slice(pixel);
            }
        }
    }
    // Asking for one row more makes the library check what stands behind the last one.
    match reader.read_row(&mut row).map_err(corrupt)? {
        None => Ok(raster),
        Some(_) => Err(corrupt("too many rows")),
    }
}

/// Which pixels come together: every `dx`-th of every `dy`-th row, from column `x` and row `y` on.
struct Pass {
    x: usize,
    dx: usize,
    y: usize,
    dy: usize,
}

const WHOLE: [Pass; 1] = [Pass {
    x: 0,
    dx: 1,
    y: 0,
    dy: 1,
}];

const ADAM7: [Pass; 7] = [
    Pass {
        x: 0,
        dx: 8,
        y: 0,
        dy: 8,
    },
    Pass {
        x: 4,
        dx: 8,
        y: 0,
        dy: 8,
    },
    Pass {
        x: 0,
        dx: 4,
        y: 4,
        dy: 8,
    },
    Pass {
        x: 2,
        dx: 4,
        y: 0,
        dy: 4,
    },
    Pass {
        x: 0,
        dx: 2,
        y: 2,
        dy: 4,
    },
    Pass {
        x: 1,
        dx: 2,
        y: 0,
        dy: 2,
    },
    Pass {
        x: 0,
        dx: 1,
        y: 1,
        dy: 2,
    },
];
