//! How large the pictures of an upload become, and where their samples come from.

use super::axis::Axis;
use super::bands::{self, Plane};
use super::kernel::Kernel;
use super::picture::{Picture, THUMBNAIL};
use super::probe::Header;
use super::raster::{Channels, Raster};
use super::reduce::{Levels, Reducer};
use super::threads::side_by_side;
use super::{Error, Recipe};

/// The size that fits inside a square of side `max` without enlarging, rounded as sharp does.
pub fn fit_inside((width, height): (u32, u32), max: u32) -> (u32, u32) {
    let shrink = (f64::from(width.max(height)) / f64::from(max.max(1))).max(1.0);
    let side = |length: u32| ((f64::from(length) / shrink).round() as u32).max(1);
    (side(width), side(height))
}

/// What to make of the samples of an upload, in its stored orientation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    stored: (u32, u32),
    fitted: (u32, u32),
    /// Side of the thumbnail, if it is made of the upload itself.
    strip: Option<u32>,
    /// Whether left and right, top and bottom will change places.
    mirrored: (bool, bool),
    /// By what the decoder divides the size already.
    denominator: u32,
}

/// The pictures of an upload, in its stored orientation.
pub(super) struct Reduced {
    pub main: Picture,
    /// Only if the main picture is too narrow a strip to make it of.
    pub thumbnail: Option<Picture>,
}

impl Reduced {
    fn of_pixels((main, thumbnail): (Raster, Option<Raster>)) -> Self {
        Self {
            main: Picture::Pixels(main),
            thumbnail: thumbnail.map(Picture::Pixels),
        }
    }

    fn of_planes(planes: Vec<(Raster, Option<Raster>)>) -> Self {
        let (main, strip): (Vec<_>, Vec<_>) = planes.into_iter().unzip();
        let three = |planes: Vec<Raster>| Picture::Planes(planes.try_into().expect("three planes"));
        let strip: Option<Vec<Raster>> = strip.into_iter().collect();
        Self {
            main: three(main),
            thumbnail: strip.map(three),
        }
    }
}

/// Samples of a picture that come row by row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Samples {
    pub channels: Channels,
    pub size: (u32, u32),
    /// Of a plane of colour: how many samples of brightness one of its own stands for.
    pub ratio: Option<(u32, u32)>,
    pub levels: Levels,
    /// How many rows come at once.
    pub batch: usize,
    /// Bytes from one row to the next: decoders may write more than there are samples.
    pub stride: usize,
}

impl Samples {
    /// Whole pixels, `batch` rows at a time.
    pub fn pixels(size: (u32, u32), channels: Channels, batch: usize) -> Self {
        Self {
            channels,
            size,
            ratio: None,
            levels: Levels::SAME,
            batch,
            stride: size.0 as usize * channels.count(),
        }
    }
}

impl Plan {
    pub fn new(header: &Header, recipe: &Recipe) -> Self {
        let fitted = fit_inside(header.stored, recipe.fit);
        let side = recipe.thumbnail.max(1);
        // The smaller picture holds all that the thumbnail needs, unless it is a narrow strip.
        let strip = fitted != header.stored && fitted.0.min(fitted.1) < side;
        Self {
            stored: header.stored,
            fitted,
            strip: strip.then_some(side),
            mirrored: header.orientation.mirrors(),
            denominator: 1,
        }
    }

    /// Lets a decoder divide the size by a power of two as long as it stays above the target's.
    pub fn divided(mut self, most: u32) -> Self {
        let enough = |denominator: u32| {
            let (width, height) = (self.stored.0 / denominator, self.stored.1 / denominator);
            width >= self.fitted.0 && height >= self.fitted.1 && self.strip.is_none_or(|side| width.min(height) >= side)
        };
        while self.denominator < most && enough(2 * self.denominator) {
            self.denominator *= 2;
        }
        self
    }

    pub fn denominator(&self) -> u32 {
        self.denominator
    }

    /// Makes pictures of samples.
    fn plane(&self, samples: &Samples) -> Result<Plane, Error> {
        let reducer = |(x, y), kernel| Reducer::new(x, y, samples.channels, kernel, samples.levels);
        let (x, y) = self.whole(samples);
        let main = reducer(self.grid((x, y), samples), Kernel::Lanczos3)?;
        let side = self.stored.0.min(self.stored.1);
        let square = |to| (x.middle(side, self.stored.0, to), y.middle(side, self.stored.1, to));
        let strip = self
            .strip
            .map(|to| reducer(self.grid(square(to), samples), THUMBNAIL))
            .transpose()?;
        Ok(Plane {
            main,
            strip,
            stride: samples.stride,
        })
    }

    /// The axes of the main picture's pixels.
    fn whole(&self, samples: &Samples) -> (Axis, Axis) {
        let extent = |length| f64::from(length) / f64::from(self.denominator);
        (
            Axis::extent(samples.size.0, extent(self.stored.0), self.fitted.0),
            Axis::extent(samples.size.1, extent(self.stored.1), self.fitted.1),
        )
    }

    /// The axes of the samples, given those of the pixels.
    fn grid(&self, (x, y): (Axis, Axis), samples: &Samples) -> (Axis, Axis) {
        match samples.ratio {
            None => (x, y),
            Some((across, down)) => (
                x.colour(samples.size.0, across.into(), self.mirrored.0),
                y.colour(samples.size.1, down.into(), self.mirrored.1),
            ),
        }
    }

    /// Reduces pixels while `read` brings them, which fills the room for the next batch.
    pub fn stream_pixels(
        &self,
        samples: Samples,
        mut read: impl FnMut(&mut [u8]) -> Result<(), Error>,
    ) -> Result<Reduced, Error> {
        let mut pictures = bands::reduce(vec![self.plane(&samples)?], &[samples], |mut rows| read(rows[0]))?;
        Ok(Reduced::of_pixels(pictures.remove(0)))
    }

    /// Reduces planes while `read` brings them, or the one of a grey picture.
    pub fn stream_planes(
        &self,
        samples: &[Samples],
        read: impl FnMut(Vec<&mut [u8]>) -> Result<(), Error>,
    ) -> Result<Reduced, Error> {
        let planes = samples.iter().map(|samples| self.plane(samples));
        let mut pictures = bands::reduce(planes.collect::<Result<_, _>>()?, samples, read)?;
        if pictures.len() == 1 {
            pictures.extend(self.colourless()?);
        }
        Ok(Reduced::of_planes(pictures))
    }

    /// Reduces pixels that are there as a whole.
    pub fn reduce(&self, raster: Raster) -> Result<Reduced, Error> {
        Ok(Reduced::of_pixels(self.reduce_one(&raster, None)?))
    }

    /// Reduces planes that are there as a whole, with colour of half the size.
    pub fn reduce_planes(&self, [y, u, v]: [Raster; 3]) -> Result<Reduced, Error> {
        let half = Some((2, 2));
        let colour = || Ok::<_, Error>([self.reduce_one(&u, half)?, self.reduce_one(&v, half)?]);
        let (colour, luma) = side_by_side(colour, || self.reduce_one(&y, None));
        let [u, v] = colour?;
        Ok(Reduced::of_planes(vec![luma?, u, v]))
    }

    fn reduce_one(&self, raster: &Raster, ratio: Option<(u32, u32)>) -> Result<(Raster, Option<Raster>), Error> {
        let samples = Samples {
            ratio,
            ..Samples::pixels(raster.size(), raster.channels, 0)
        };
        let mut plane = self.plane(&samples)?;
        plane.take(&raster.pixels);
        Ok(plane.finish())
    }

    /// The planes of colour of a grey picture.
    fn colourless(&self) -> Result<[(Raster, Option<Raster>); 2], Error> {
        let flat = |(width, height): (u32, u32)| {
            let mut plane = Raster::new(width.div_ceil(2), height.div_ceil(2), Channels::One)?;
            plane.pixels.fill(128);
            Ok::<_, Error>(plane)
        };
        let both = || {
            Ok((
                flat(self.fitted)?,
                self.strip.map(|side| flat((side, side))).transpose()?,
            ))
        };
        Ok([both()?, both()?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_never_divides_below_the_target() {
        for stored in [
            (4096, 3072),
            (4095, 3072),
            (4288, 2848),
            (8000, 8000),
            (8000, 900),
            (2049, 100),
            (6000, 4000),
        ] {
            let fitted = fit_inside(stored, 2048);
            let plan = Plan {
                stored,
                fitted,
                strip: (fitted.0.min(fitted.1) < 400).then_some(400),
                mirrored: (false, false),
                denominator: 1,
            };
            let denominator = plan.divided(4).denominator();
            assert!(
                stored.0 / denominator >= fitted.0 && stored.1 / denominator >= fitted.1,
                "{stored:?}"
            );
            if plan.strip.is_some() {
                assert!(
                    denominator == 1 || stored.0.min(stored.1) / denominator >= 400,
                    "{stored:?}"
                );
            }
        }
        let whole = Plan {
            stored: (4096, 4096),
            fitted: (2048, 2048),
            strip: None,
            mirrored: (false, false),
            denominator: 1,
        };
        assert_eq!(whole.divided(4).denominator(), 2);
    }
}
