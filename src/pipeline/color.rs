//! From whatever a decoder yields to eight-bit sRGB.

mod press;
mod profile;

use std::iter;
use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, Transform8BitExecutor, Transform16BitExecutor,
    TransformOptions,
};

use press::Press;
pub(super) use profile::Profile;

use super::Error;
use super::picture::Picture;
use super::raster::Channels;
use super::resize::Reduced;

/// The samples of a decoder's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub model: Model,
    /// One more sample for alpha, which is never transformed.
    pub alpha: bool,
    /// Sixteen bits a sample, big-endian, instead of eight.
    pub deep: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    Gray,
    Rgb,
    /// Inverted: a sample of 0 is full ink.
    Cmyk {
        inverted: bool,
    },
}

impl Source {
    pub fn rgb(alpha: bool) -> Self {
        Self {
            model: Model::Rgb,
            alpha,
            deep: false,
        }
    }

    /// Whether the samples are pixels as they are, so that they may be converted when they are fewer.
    pub fn can_wait(self) -> bool {
        self.model == Model::Rgb && !self.deep
    }

    fn samples(self) -> usize {
        let colors = match self.model {
            Model::Gray => 1,
            Model::Rgb => 3,
            Model::Cmyk { .. } => 4,
        };
        colors + usize::from(self.alpha)
    }

    pub fn bytes_per_pixel(self) -> usize {
        self.samples() * if self.deep { 2 } else { 1 }
    }
}

/// Turns rows of a [`Source`] into RGB, or RGBA when the source has alpha.
pub(super) struct Converter {
    source: Source,
    transform: Transform,
    /// Grey is spread over three samples before the transform, because the profile is one for RGB.
    spread: bool,
    eight: Vec<u8>,
    sixteen: Vec<u16>,
    transformed: Vec<u16>,
}

enum Transform {
    /// The samples are sRGB.
    None,
    Eight(Arc<Transform8BitExecutor>),
    Sixteen(Arc<Transform16BitExecutor>),
    /// Inks without a profile.
    Press(Press),
}

impl Converter {
    /// A profile that says sRGB, does not fit the samples or can not be used counts as none.
    pub fn new(source: Source, profile: Option<Profile>) -> Self {
        let usable = profile.and_then(|profile| Transform::new(source, &profile.into_inner()));
        let (transform, spread) = usable.unwrap_or_else(|| match source.model {
            Model::Cmyk { .. } => (Transform::Press(Press::new()), false),
            Model::Gray | Model::Rgb => (Transform::None, false),
        });
        Self {
            source,
            transform,
            spread,
            eight: Vec::new(),
            sixteen: Vec::new(),
            transformed: Vec::new(),
        }
    }

    /// Whether samples mean what they say: at most they are spread or rounded.
    pub fn is_identity(&self) -> bool {
        matches!(self.transform, Transform::None)
    }

    /// Converts whole pixels.
    pub fn convert(&mut self, row: &[u8], target: &mut [u8]) -> Result<(), Error> {
        match &self.transform {
            Transform::None if self.source.deep => {
                self.eight.clear();
                self.eight.extend(deep_samples(row).map(narrow));
                spread(&self.eight, self.source.samples(), target);
            }
            Transform::None => spread(row, self.source.samples(), target),
            Transform::Eight(transform) => {
                let row = match self.source.model {
                    Model::Cmyk { inverted: true } => {
                        self.eight.clear();
                        self.eight.extend(row.iter().map(|sample| !sample));
                        &self.eight
                    }
                    Model::Gray if self.spread => {
                        self.eight.resize(target.len(), 0);
                        spread(row, self.source.samples(), &mut self.eight);
                        &self.eight
                    }
                    _ => row,
                };
                transform
                    .transform(row, target)
                    .map_err(|error| Error::Internal(error.into()))?;
            }
            Transform::Sixteen(transform) => {
                self.sixteen.clear();
                self.sixteen.extend(deep_samples(row));
                if self.spread {
                    let mut rgb = vec![0; target.len()];
                    spread(&self.sixteen, self.source.samples(), &mut rgb);
                    self.sixteen = rgb;
                }
                self.transformed.resize(target.len(), 0);
                transform
                    .transform(&self.sixteen, &mut self.transformed)
                    .map_err(|error| Error::Internal(error.into()))?;
                for (to, from) in target.iter_mut().zip(&self.transformed) {
                    *to = narrow(*from);
                }
            }
            Transform::Press(press) => {
                let flip = if self.source.model == (Model::Cmyk { inverted: true }) {
                    u8::MAX
                } else {
                    0
                };
                for (rgb, inks) in target.chunks_exact_mut(3).zip(row.as_chunks::<4>().0) {
                    rgb.copy_from_slice(&press.to_srgb(inks.map(|ink| ink ^ flip)));
                }
            }
        }
        Ok(())
    }
}

/// Converts pixels that were reduced before, because then they are fewer.
pub(super) fn convert(reduced: &mut Reduced, profile: &Profile) -> Result<(), Error> {
    for picture in iter::once(&mut reduced.main).chain(&mut reduced.thumbnail) {
        let Picture::Pixels(raster) = picture else {
            continue;
        };
        let mut converter = Converter::new(Source::rgb(raster.channels == Channels::Rgba), Some(profile.clone()));
        if converter.is_identity() {
            continue;
        }
        let mut row = vec![0; raster.stride()];
        for pixels in raster.pixels.chunks_exact_mut(row.len()) {
            row.copy_from_slice(pixels);
            converter.convert(&row, pixels)?;
        }
    }
    Ok(())
}

impl Transform {
    /// The transform to sRGB, and whether grey must be spread before it.
    fn new(source: Source, profile: &ColorProfile) -> Option<(Self, bool)> {
        let (spread, layout) = match (profile.color_space, source.model) {
            (DataColorSpace::Gray, Model::Gray) => (false, if source.alpha { Layout::GrayAlpha } else { Layout::Gray }),
            (DataColorSpace::Rgb, Model::Gray | Model::Rgb) => (
                source.model == Model::Gray,
                if source.alpha { Layout::Rgba } else { Layout::Rgb },
            ),
            // Four inks travel as four samples, whatever the layout is called.
            (DataColorSpace::Cmyk, Model::Cmyk { .. }) => (false, Layout::Rgba),
            _ => return None,
        };
        let target = if source.alpha { Layout::Rgba } else { Layout::Rgb };
        let srgb = ColorProfile::new_srgb();
        // As sharp does.
        let options = TransformOptions {
            rendering_intent: RenderingIntent::Perceptual,
            ..TransformOptions::default()
        };
        if profile.color_space == DataColorSpace::Rgb {
            let probe = profile
                .create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options)
                .ok()?;
            if changes_nothing(&*probe) {
                return None;
            }
        }
        let transform = if source.deep {
            Self::Sixteen(profile.create_transform_16bit(layout, &srgb, target, options).ok()?)
        } else {
            Self::Eight(profile.create_transform_8bit(layout, &srgb, target, options).ok()?)
        };
        Some((transform, spread))
    }
}

/// Whether a profile is sRGB by another name: judged by what it does to colours, as the same curves
/// and primaries come in many spellings.
fn changes_nothing(transform: &Transform8BitExecutor) -> bool {
    const LEVELS: [u8; 7] = [0, 16, 48, 96, 152, 208, 255];
    let colors: Vec<u8> = LEVELS
        .iter()
        .flat_map(|r| {
            LEVELS
                .iter()
                .flat_map(move |g| LEVELS.iter().flat_map(move |b| [*r, *g, *b]))
        })
        .collect();
    let mut transformed = vec![0; colors.len()];
    transform.transform(&colors, &mut transformed).is_ok()
        && colors.iter().zip(&transformed).all(|(a, b)| a.abs_diff(*b) <= 1)
}

fn deep_samples(row: &[u8]) -> impl Iterator<Item = u16> {
    row.as_chunks().0.iter().map(|bytes| u16::from_be_bytes(*bytes))
}

/// Rounds to eight bits.
fn narrow(sample: u16) -> u8 {
    ((u32::from(sample) * 255 + 32_767) / 65_535) as u8
}

/// Copies pixels of 1 to 4 samples, spreading grey over red, green and blue.
fn spread<T: Copy>(row: &[T], samples: usize, target: &mut [T]) {
    match samples {
        1 => {
            for (rgb, gray) in target.chunks_exact_mut(3).zip(row) {
                rgb.fill(*gray);
            }
        }
        2 => {
            for (rgba, gray) in target.chunks_exact_mut(4).zip(row.chunks_exact(2)) {
                rgba.copy_from_slice(&[gray[0], gray[0], gray[0], gray[1]]);
            }
        }
        _ => target.copy_from_slice(row),
    }
}
