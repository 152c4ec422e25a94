//! JPEG: baseline and progressive; grey, RGB, YCbCr, CMYK and YCCK.
//!
//! A grey or YCbCr image in sRGB, which is what cameras write, stays as it is: its planes are reduced
//! and handed to the encoder. Others become pixels first.

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{self, Converter, Model, Profile, Source};
use crate::pipeline::libjpeg::{self, Component, Decoder, Limits};
use crate::pipeline::picture::{NARROW_COLOUR, NARROW_LUMA};
use crate::pipeline::probe::{Header, Jpeg};
use crate::pipeline::raster::Channels;
use crate::pipeline::resize::{Plan, Reduced, Samples};

/// Real encoders write about ten scans.
const MAX_SCANS: i32 = 64;

/// Rows that are read at once: a multiple of what the library makes at once.
const BATCH: usize = 16;

/// The library divides by 2, 4 and 8, but an eighth is the mean of a block and nothing else.
const MOST_DIVIDED: u32 = 4;

pub(super) fn decode(bytes: &[u8], header: &Header, jpeg: &Jpeg, plan: &Plan) -> Result<Reduced, Error> {
    let limits = Limits {
        memory: header.peak_bytes,
        scans: MAX_SCANS,
        multi_scan: jpeg.multi_scan,
    };
    let decoder = Decoder::open(bytes, limits).map_err(corrupt)?;
    check_size(header, decoder.size())?;
    let plan = plan.divided(MOST_DIVIDED);
    let source = Source {
        model: match decoder.model() {
            libjpeg::Model::Gray => Model::Gray,
            libjpeg::Model::Rgb => Model::Rgb,
            libjpeg::Model::Cmyk => Model::Cmyk { inverted: jpeg.adobe },
        },
        alpha: false,
        deep: false,
    };
    let profile = jpeg.icc.as_deref().and_then(Profile::from_icc);
    let converter = Converter::new(source, profile.clone());
    match decoder.planes(plan.denominator()) {
        Some(components) if converter.is_identity() => planes(decoder, &components, &plan),
        _ if source.can_wait() => {
            let mut reduced = pixels(decoder, source, None, &plan)?;
            profile.map_or(Ok(()), |profile| color::convert(&mut reduced, &profile))?;
            Ok(reduced)
        }
        _ => pixels(decoder, source, Some(converter), &plan),
    }
}

fn planes(mut decoder: Decoder<'_>, components: &[Component], plan: &Plan) -> Result<Reduced, Error> {
    decoder.start_planes(plan.denominator()).map_err(corrupt)?;
    let samples = |(i, component): (usize, &Component)| Samples {
        channels: Channels::One,
        size: component.size,
        ratio: (i > 0).then_some(component.ratio),
        levels: if i > 0 { NARROW_COLOUR } else { NARROW_LUMA },
        batch: component.rows,
        stride: component.room,
    };
    let samples: Vec<Samples> = components.iter().enumerate().map(samples).collect();
    let reduced = plan.stream_planes(&samples, |rows| decoder.read_planes(components, rows).map_err(corrupt))?;
    decoder.finish().map_err(corrupt)?;
    Ok(reduced)
}

/// With a converter for samples that are not pixels yet.
fn pixels(
    mut decoder: Decoder<'_>,
    source: Source,
    mut converter: Option<Converter>,
    plan: &Plan,
) -> Result<Reduced, Error> {
    decoder.start(plan.denominator()).map_err(corrupt)?;
    let samples = Samples::pixels(decoder.output_size(), Channels::Rgb, BATCH);
    let row = samples.size.0 as usize * source.bytes_per_pixel();
    let mut batch = vec![0; if converter.is_some() { BATCH * row } else { 0 }];
    let reduced = plan.stream_pixels(samples, |rows| {
        let Some(converter) = &mut converter else {
            return decoder.read(rows, samples.stride).map(drop).map_err(corrupt);
        };
        let count = decoder.read(&mut batch, row).map_err(corrupt)?;
        let targets = rows.chunks_exact_mut(samples.stride);
        let mut converted = batch.chunks_exact(row).zip(targets).take(count);
        converted.try_for_each(|(row, target)| converter.convert(row, target))
    })?;
    decoder.finish().map_err(corrupt)?;
    Ok(reduced)
}
