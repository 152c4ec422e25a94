//! PNG: every colour type and depth, interlaced or not; of an APNG the default image.

use std::io::Cursor;

use png::{BitDepth, ColorType, Limits, Transformations};

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{self, Converter, Model, Profile, Source};
use crate::pipeline::probe::{CHUNK_BYTES, Header};
use crate::pipeline::raster::{Channels, Raster};
use crate::pipeline::resize::{Plan, Reduced, Samples};

pub(super) fn decode(bytes: &[u8], header: &Header, plan: &Plan) -> Result<Reduced, Error> {
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
    let profile = Profile::from_png(reader.info());
    let now = if source.can_wait() { None } else { profile.clone() };
    let mut rows = Rows {
        row: vec![0; header.stored.0 as usize * source.bytes_per_pixel()],
        converter: Converter::new(source, now),
        source,
        channels: if source.alpha { Channels::Rgba } else { Channels::Rgb },
    };
    let mut reduced = if reader.info().interlaced {
        plan.reduce(rows.interlaced(&mut reader, header.stored)?)?
    } else {
        let samples = Samples::pixels(header.stored, rows.channels, 1);
        plan.stream_pixels(samples, |row| rows.next(&mut reader, header.stored.0 as usize, row))?
    };
    // Asking for one row more makes the library check what stands behind the last one.
    if reader.read_row(&mut rows.row).map_err(corrupt)?.is_some() {
        return Err(corrupt("too many rows"));
    }
    if let (true, Some(profile)) = (source.can_wait(), profile) {
        color::convert(&mut reduced, &profile)?;
    }
    Ok(reduced)
}

type Reader<'a> = png::Reader<Cursor<&'a [u8]>>;

/// Reads rows and makes them pixels of ours.
struct Rows {
    row: Vec<u8>,
    converter: Converter,
    source: Source,
    channels: Channels,
}

impl Rows {
    /// Reads the next row, of `width` pixels.
    fn next(&mut self, reader: &mut Reader<'_>, width: usize, target: &mut [u8]) -> Result<(), Error> {
        let ready = self.source.can_wait();
        let row = if ready {
            &mut *target
        } else {
            &mut self.row[..width * self.source.bytes_per_pixel()]
        };
        reader
            .read_row(row)
            .map_err(corrupt)?
            .ok_or_else(|| corrupt("too few rows"))?;
        if ready {
            Ok(())
        } else {
            self.converter
                .convert(&self.row[..width * self.source.bytes_per_pixel()], target)
        }
    }

    /// Reads a picture whose rows do not come in order.
    fn interlaced(&mut self, reader: &mut Reader<'_>, (width, height): (u32, u32)) -> Result<Raster, Error> {
        let mut raster = Raster::new(width, height, self.channels)?;
        let (stride, size) = (raster.stride(), self.channels.count());
        let mut row = vec![0; stride];
        for pass in &ADAM7 {
            let samples = (width as usize).saturating_sub(pass.x).div_ceil(pass.dx);
            if samples == 0 {
                continue;
            }
            for y in (pass.y..height as usize).step_by(pass.dy) {
                let row = &mut row[..samples * size];
                self.next(reader, samples, row)?;
                let target = &mut raster.pixels[y * stride..][..stride];
                let places = target.chunks_exact_mut(size).skip(pass.x).step_by(pass.dx);
                for (place, pixel) in places.zip(row.chunks_exact(size)) {
                    place.copy_from_slice(pixel);
                }
            }
        }
        Ok(raster)
    }
}

/// Which pixels come together: every `dx`-th of every `dy`-th row, from column `x` and row `y` on.
struct Pass {
    x: usize,
    dx: usize,
    y: usize,
    dy: usize,
}

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
