//! Fitting and cropping.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::raster::{Channels, Raster};
use super::{Error, Recipe};

/// The two pictures of a recipe, still in the stored orientation.
pub(super) struct Resized {
    pub main: Raster,
    pub thumbnail: Raster,
}

/// The part of a raster that is looked at, in pixels that need not be whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crop {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Crop {
    pub fn whole(raster: &Raster) -> Self {
        Self {
            left: 0.0,
            top: 0.0,
            width: raster.width.into(),
            height: raster.height.into(),
        }
    }

    /// The largest centred square.
    fn square(raster: &Raster) -> Self {
        let (width, height) = (f64::from(raster.width), f64::from(raster.height));
        let side = width.min(height);
        Self {
            left: (width - side) / 2.0,
            top: (height - side) / 2.0,
            width: side,
            height: side,
        }
    }
}

/// The size that fits inside a square of side `max` without enlarging, rounded as sharp does.
pub fn fit_inside((width, height): (u32, u32), max: u32) -> (u32, u32) {
    let shrink = (f64::from(width.max(height)) / f64::from(max.max(1))).max(1.0);
    let side = |length: u32| ((f64::from(length) / shrink).round() as u32).max(1);
    (side(width), side(height))
}

/// Makes both pictures from one decoded raster.
pub(super) fn resize(mut raster: Raster, recipe: &Recipe) -> Result<Resized, Error> {
    let size = fit_inside((raster.width, raster.height), recipe.fit);
    let side = recipe.thumbnail.max(1);
    if size == (raster.width, raster.height) {
        let thumbnail = resample(&raster, Crop::square(&raster), (side, side))?;
        return Ok(Resized {
            main: raster,
            thumbnail,
        });
    }
    // Premultiplied in place and once for both, so that transparent pixels lend no colour to their
    // neighbours and no second copy of a large upload is made.
    premultiply(&mut raster)?;
    let mut main = convolve(&raster, Crop::whole(&raster), size, false)?;
    // The smaller picture holds all that the thumbnail needs, unless it is a narrow strip.
    let source = if size.0.min(size.1) >= side { &main } else { &raster };
    let mut thumbnail = convolve(source, Crop::square(source), (side, side), false)?;
    unpremultiply(&mut main)?;
    unpremultiply(&mut thumbnail)?;
    Ok(Resized { main, thumbnail })
}

/// Resizes a part of a raster whose colour is not premultiplied.
pub(super) fn resample(raster: &Raster, crop: Crop, size: (u32, u32)) -> Result<Raster, Error> {
    convolve(raster, crop, size, true)
}

fn convolve(raster: &Raster, crop: Crop, size: (u32, u32), multiply: bool) -> Result<Raster, Error> {
    let mut resized = Raster::new(size.0, size.1, raster.channels)?;
    let pixel_type = pixel_type(raster.channels);
    let source = ImageRef::new(raster.width, raster.height, &raster.pixels, pixel_type).map_err(internal)?;
    let mut target = Image::from_slice_u8(size.0, size.1, &mut resized.pixels, pixel_type).map_err(internal)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(crop.left, crop.top, crop.width, crop.height)
        .use_alpha(multiply);
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(internal)?;
    Ok(resized)
}

fn premultiply(raster: &mut Raster) -> Result<(), Error> {
    in_place(raster, |image| MulDiv::new().multiply_alpha_inplace(image))
}

fn unpremultiply(raster: &mut Raster) -> Result<(), Error> {
    in_place(raster, |image| MulDiv::new().divide_alpha_inplace(image))
}

fn in_place<E: std::error::Error + Send + Sync + 'static>(
    raster: &mut Raster,
    work: impl FnOnce(&mut Image) -> Result<(), E>,
) -> Result<(), Error> {
    if raster.channels == Channels::Rgb {
        return Ok(());
    }
    let (width, height, pixel_type) = (raster.width, raster.height, pixel_type(raster.channels));
    let mut image = Image::from_slice_u8(width, height, &mut raster.pixels, pixel_type).map_err(internal)?;
    work(&mut image).map_err(internal)
}

fn pixel_type(channels: Channels) -> PixelType {
    match channels {
        Channels::Rgb => PixelType::U8x3,
        Channels::Rgba => PixelType::U8x4,
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(error.into())
}
