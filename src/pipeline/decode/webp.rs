//! WebP: lossy and lossless; of an animation the first frame, on its canvas.

use super::{check_size, corrupt};
use crate::pipeline::Error;
use crate::pipeline::color::{self, Converter, Profile, Source};
use crate::pipeline::libwebp;
use crate::pipeline::probe::{Header, Image, WebP};
use crate::pipeline::raster::{Channels, Raster};
use crate::pipeline::resize::{Plan, Reduced};

pub(super) fn decode(bytes: &[u8], header: &Header, webp: &WebP, plan: &Plan) -> Result<Reduced, Error> {
    let profile = webp.icc.clone().and_then(|range| Profile::from_icc(&bytes[range]));
    let raster = match &webp.image {
        Image::Still => {
            let features = libwebp::features(bytes).map_err(corrupt)?;
            check_size(header, (features.width, features.height))?;
            let (width, height) = header.stored;
            let converted = || !Converter::new(Source::rgb(false), profile.clone()).is_identity();
            if features.lossy && !features.alpha && !converted() {
                // Already what the encoder takes.
                let colour = || Raster::new(width.div_ceil(2), height.div_ceil(2), Channels::One);
                let mut planes = [Raster::new(width, height, Channels::One)?, colour()?, colour()?];
                libwebp::decode_planes(bytes, &mut planes).map_err(corrupt)?;
                return plan.reduce_planes(planes);
            }
            let channels = if features.alpha { Channels::Rgba } else { Channels::Rgb };
            let mut raster = Raster::new(width, height, channels)?;
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
    let mut reduced = plan.reduce(raster)?;
    profile.map_or(Ok(()), |profile| color::convert(&mut reduced, &profile))?;
    Ok(reduced)
}
