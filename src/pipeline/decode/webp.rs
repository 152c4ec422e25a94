//! WebP: lossy and lossless; of an animation the first frame, on its canvas.

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{Converter, Model, Profile, Source};
use crate::pipeline::libwebp;
use crate::pipeline::probe::{Header, Image, WebP};
use crate::pipeline::raster::{Channels, Raster};

pub(super) fn decode(bytes: &[u8], header: &Header, webp: &WebP) -> Result<Raster, Error> {
    let mut raster = match &webp.image {
        Image::Still => {
            let features = libwebp::features(bytes).map_err(corrupt)?;
            check_size(header, (features.width, features.height))?;
            let channels = if features.alpha { Channels::Rgba } else { Channels::Rgb };
            let mut raster = Raster::new(features.width, features.height, channels)?;
            libwebp::decode_into(bytes, header.stored, &mut raster, (0, 0)).map_err(corrupt)?;
            raster
        }
        Image::Frame {
            data,
            x,
            y,
            width,
            height,
        } => {
            let data = &bytes[data.clone()];
            let features = libwebp::features(data).map_err(corrupt)?;
            if (features.width, features.height) != (*width, *height) {
                return Err(corrupt("the first frame is not as large as it says"));
            }
            // What the frame leaves uncovered is transparent.
            let mut raster = Raster::new(header.stored.0, header.stored.1, Channels::Rgba)?;
            libwebp::decode_into(data, (*width, *height), &mut raster, (*x, *y)).map_err(corrupt)?;
            raster
        }
    };
    if let Some(profile) = webp.icc.clone().and_then(|range| Profile::from_icc(&bytes[range])) {
        convert(&mut raster, profile)?;
    }
    Ok(raster)
}

fn convert(raster: &mut Raster, profile: Profile) -> Result<(), Error> {
    let source = Source {
        model: Model::Rgb,
        alpha: raster.channels == Channels::Rgba,
        deep: false,
    };
    let mut converter = Converter::new(source, Some(profile));
    if converter.is_identity() {
        return Ok(());
    }
    let mut row = vec![0; raster.stride()];
    for pixels in raster.pixels.chunks_exact_mut(row.len()) {
        row.copy_from_slice(pixels);
        converter.convert(&row, pixels)?;
    }
    Ok(())
}
