//! JPEG: baseline and progressive; grey, RGB, YCbCr, CMYK and YCCK.
//!
//! A grey or YCbCr image in sRGB, which is what cameras write, stays as it is: its planes are reduced
//! and handed to the encoder. Others become pixels first.

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{self, Converter, Model, Profile, Source};
use crate::pipeline::libjpeg::{self, Component, Decoder, Limits, Rows};
use crate::pipeline::picture::{NARROW_COLOUR, NARROW_LUMA};
use crate::pipeline::probe::{Header, Jpeg};
use crate::pipeline::raster::Channels;
use crate::pipeline::resize::{Plan, Reduced, Samples, Sink, assemble};

/// Real encoders write about ten scans.
const MAX_SCANS: i32 = 64;

/// Rows that are read at once: a multiple of what the library makes at once.
const BAND: usize = 16;

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
    let sink = |(i, component): (usize, &Component)| {
        plan.sink(Samples {
            channels: Channels::One,
            size: component.size,
            ratio: (i > 0).then_some(component.ratio),
            levels: if i > 0 { NARROW_COLOUR } else { NARROW_LUMA },
            batch: component.rows,
            stride: component.room,
        })
    };
    let mut sinks: Vec<Sink> = components.iter().enumerate().map(sink).collect::<Result<_, _>>()?;
    while sinks[0].missing() > 0 {
        let mut rows: Vec<Rows> = sinks
            .iter_mut()
            .map(|sink| Rows {
                stride: sink.stride(),
                samples: sink.room(),
            })
            .collect();
        decoder.read_planes(components, &mut rows).map_err(corrupt)?;
        for (sink, component) in sinks.iter_mut().zip(components) {
            sink.take(component.rows.min(sink.missing()));
        }
    }
    decoder.finish().map_err(corrupt)?;
    let mut planes: Vec<_> = sinks.into_iter().map(Sink::finish).collect();
    if planes.len() == 1 {
        planes.extend(plan.colourless()?);
    }
    Ok(assemble(planes))
}

/// With a converter for samples that are not pixels yet.
fn pixels(
    mut decoder: Decoder<'_>,
    source: Source,
    mut converter: Option<Converter>,
    plan: &Plan,
) -> Result<Reduced, Error> {
    decoder.start(plan.denominator()).map_err(corrupt)?;
    let (width, height) = decoder.output_size();
    let mut sink = plan.sink(Samples::pixels((width, height), Channels::Rgb, BAND))?;
    let row = width as usize * source.bytes_per_pixel();
    let mut band = vec![0; if converter.is_some() { BAND * row } else { 0 }];
    while sink.missing() > 0 {
        let count = BAND.min(sink.missing());
        let stride = sink.stride();
        let rows = &mut sink.room()[..count * stride];
        match &mut converter {
            None => decoder.read(rows, stride).map_err(corrupt)?,
            Some(converter) => {
                let band = &mut band[..count * row];
                decoder.read(band, row).map_err(corrupt)?;
                for (row, target) in band.chunks_exact(row).zip(rows.chunks_mut(stride)) {
                    converter.convert(row, &mut target[..width as usize * 3])?;
                }
            }
        }
        sink.take(count);
    }
    decoder.finish().map_err(corrupt)?;
    Ok(Reduced::of_pixels(sink))
}
