//! A picture on its way to the encoder.

use super::Error;
use super::axis::Axis;
use super::kernel::Kernel;
use super::orient::{self, Orientation};
use super::raster::{Channels, Raster};
use super::reduce::{Levels, Reducer};
use super::resize::fit_inside;

/// What the thumbnail is reduced by.
pub(super) const THUMBNAIL: Kernel = Kernel::CatmullRom;

pub(super) enum Picture {
    /// Red, green, blue and perhaps alpha.
    Pixels(Raster),
    /// What a lossy WebP is made of: brightness, and two planes of colour of half its size (rounded
    /// up), by BT.601 in its narrow range. Photos stay like this all the way from the camera's JPEG.
    Planes([Raster; 3]),
}

impl Picture {
    pub fn size(&self) -> (u32, u32) {
        match self {
            Self::Pixels(raster) | Self::Planes([raster, ..]) => raster.size(),
        }
    }

    /// Turns the picture upright.
    pub fn turn(self, orientation: Orientation) -> Self {
        match self {
            Self::Pixels(raster) => Self::Pixels(orient::apply(raster, orientation)),
            Self::Planes(planes) => Self::Planes(planes.map(|plane| orient::apply(plane, orientation))),
        }
    }

    /// The largest centred square, resized.
    pub fn square(&self, side: u32) -> Result<Self, Error> {
        let (width, height) = self.size();
        let part = |length| Axis::whole(length, length).middle(width.min(height), length, side);
        let (x, y) = (part(width), part(height));
        Ok(match self {
            Self::Pixels(raster) => Self::Pixels(reduce(raster, x, y, THUMBNAIL)?),
            Self::Planes([luma, u, v]) => {
                let colour = |plane: &Raster| {
                    let (x, y) = (x.colour(plane.width, 2.0, false), y.colour(plane.height, 2.0, false));
                    reduce(plane, x, y, THUMBNAIL)
                };
                Self::Planes([reduce(luma, x, y, THUMBNAIL)?, colour(u)?, colour(v)?])
            }
        })
    }

    /// The picture at most `side` large, for looking at areas rather than details.
    pub fn rough(&self, side: u32) -> Result<Raster, Error> {
        let (width, height) = fit_inside(self.size(), side);
        let rough = |raster: &Raster| {
            let (x, y) = (Axis::whole(raster.width, width), Axis::whole(raster.height, height));
            reduce(raster, x, y, Kernel::Area)
        };
        match self {
            Self::Pixels(raster) => rough(raster),
            // Half a pixel of colour at the end of an odd side does not matter here.
            Self::Planes([y, u, v]) => {
                let (y, u, v) = (rough(y)?, rough(u)?, rough(v)?);
                let mut rgb = Raster::new(width, height, Channels::Rgb)?;
                let samples = y.pixels.iter().zip(&u.pixels).zip(&v.pixels);
                for (pixel, ((y, u), v)) in rgb.pixels.as_chunks_mut().0.iter_mut().zip(samples) {
                    *pixel = to_rgb(*y, *u, *v);
                }
                Ok(rgb)
            }
        }
    }
}

fn reduce(raster: &Raster, x: Axis, y: Axis, kernel: Kernel) -> Result<Raster, Error> {
    Ok(Reducer::new(x, y, raster.channels, kernel, Levels::SAME)?.of(raster))
}

/// The colour of three samples of the narrow range.
fn to_rgb(y: u8, u: u8, v: u8) -> [u8; 3] {
    let y = 1.164_383 * (f32::from(y) - 16.0);
    let (u, v) = (f32::from(u) - 128.0, f32::from(v) - 128.0);
    // The casts saturate.
    [y + 1.596_027 * v, y - 0.391_762 * u - 0.812_968 * v, y + 2.017_232 * u].map(|value| (value + 0.5) as u8)
}

/// From brightness that uses all of the 256 levels to the narrow range: 219 of them, from 16.
pub(super) const NARROW_LUMA: Levels = Levels {
    factor: 219.0 / 255.0,
    offset: 16.0,
};

/// The same for colour: 224 levels around 128.
pub(super) const NARROW_COLOUR: Levels = Levels {
    factor: 224.0 / 255.0,
    offset: 128.0 - 128.0 * 224.0 / 255.0,
};
