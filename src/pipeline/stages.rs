//! The stages one by one, for the benchmarks: compiled with the feature `bench` only.

use super::color::{self, Profile};
use super::orient::Orientation;
use super::picture::Picture;
use super::resize::{Plan, Reduced};
use super::{Effort, Error, Recipe, decode, encode, placeholder, probe};

/// A decoded picture.
pub struct Decoded(Picture);

impl Decoded {
    /// Decodes an upload and fits it on the way.
    pub fn new(bytes: &[u8], fit: u32) -> Result<Self, Error> {
        let header = probe(bytes)?;
        let recipe = Recipe {
            fit,
            ..Recipe::default()
        };
        let reduced = decode::decode(bytes, &header, &Plan::new(&header, &recipe))?;
        Ok(Self(reduced.main))
    }

    /// Converts pixels from the colours of a profile.
    pub fn convert(self, icc: &[u8]) -> Result<Self, Error> {
        let mut reduced = Reduced {
            main: self.0,
            thumbnail: None,
        };
        if let Some(profile) = Profile::from_icc(icc) {
            color::convert(&mut reduced, &profile)?;
        }
        Ok(Self(reduced.main))
    }

    /// Turns as an EXIF orientation says.
    pub fn orient(self, tag: u16) -> Self {
        Self(self.0.turn(Orientation::from_tag(tag).unwrap_or_default()))
    }

    pub fn thumbnail(&self, side: u32) -> Result<Self, Error> {
        self.0.square(side).map(Self)
    }

    pub fn encode(&self, quality: u8, effort: Effort) -> Result<Vec<u8>, Error> {
        encode::webp(&self.0, quality, effort)
    }

    pub fn thumbhash(&self) -> Result<Vec<u8>, Error> {
        placeholder::thumbhash(&self.0)
    }
}

impl Clone for Decoded {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Picture::Pixels(raster) => Picture::Pixels(raster.clone()),
            Picture::Planes(planes) => Picture::Planes(planes.clone()),
        })
    }
}
