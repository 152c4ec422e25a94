//! Resizing while the rows come in, so that no large picture is ever in memory as a whole.
//!
//! Rows wait in a window that slides down the source. As soon as it holds all that some rows of the
//! target need, these are made: first only as high as the target, and when all are there, as wide.

use fast_image_resize::images::{CroppedImage, Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::Error;
use super::axis::Axis;
use super::raster::{Channels, Raster, opaque, zeros};

/// What a window holds before it slides: it should stay in a core's own cache.
const WINDOW_BYTES: usize = 384 * 1024;

/// The farthest that a sample of the target looks, in samples of the target.
const REACH: f64 = 3.0;

/// Rows of the source below which it is not worth making rows of the target.
const WORTH: f64 = 8.0;

pub(super) struct Reducer {
    x: Axis,
    y: Axis,
    channels: Channels,
    filter: FilterType,
    /// Samples of a row with those around it.
    width: usize,
    /// Rows that have not been used up, counted with the copies above the first one.
    window: Vec<u8>,
    first: usize,
    filled: usize,
    /// Rows of the source that have come.
    seen: u32,
    /// Rows as high as the target and as wide as the source.
    tall: Vec<u8>,
    done: u32,
    /// Whether alpha has hidden nothing so far.
    opaque: bool,
    resizer: Resizer,
}

impl Reducer {
    /// For rows that come `batch` at once at most and need room for `room` samples.
    pub fn new(x: Axis, y: Axis, channels: Channels, batch: usize, room: usize) -> Result<Self, Error> {
        let (left, right) = x.overhang();
        let width = left + (x.from as usize + right).max(room);
        let stride = width * channels.count();
        let (window, tall) = if y.is_identity() {
            (0, y.to as usize + batch)
        } else {
            let (above, below) = y.overhang();
            let free = (WINDOW_BYTES / stride).max((4.0 * y.scale) as usize + WORTH as usize);
            let rows = (free + (2.0 * REACH * y.scale.max(1.0)) as usize + 4).min(y.from as usize);
            (above + rows + batch + below, y.to as usize)
        };
        Ok(Self {
            x,
            y,
            channels,
            filter: FilterType::Lanczos3,
            width,
            window: zeros(window * stride)?,
            first: 0,
            filled: 0,
            seen: 0,
            tall: zeros(tall * stride)?,
            done: 0,
            opaque: true,
            resizer: Resizer::new(),
        })
    }

    /// By areas instead of curves: cheap, for a target of a few pixels.
    pub fn rough(mut self) -> Self {
        self.filter = FilterType::Box;
        self
    }

    /// Bytes from one row to the next.
    pub fn stride(&self) -> usize {
        self.width * self.channels.count()
    }

    pub fn is_identity(&self) -> bool {
        self.x.is_identity() && self.y.is_identity()
    }

    /// Rows of the source that are still to come.
    pub fn missing(&self) -> usize {
        (self.y.from - self.seen) as usize
    }

    /// Room for the next `count` rows.
    pub fn room(&mut self, count: usize) -> &mut [u8] {
        let (stride, left) = (self.stride(), self.x.overhang().0 * self.channels.count());
        if self.y.is_identity() {
            return &mut self.tall[self.seen as usize * stride..][..count * stride][left..];
        }
        if (self.filled + count) * stride > self.window.len() {
            self.slide();
        }
        &mut self.window[self.filled * stride..][..count * stride][left..]
    }

    /// Lets go of the rows that are used up.
    fn slide(&mut self) {
        let Axis { start, scale, to, .. } = self.y;
        let used = if self.done == to {
            self.filled
        } else {
            let centre = self.y.overhang().0 as f64 + start + (f64::from(self.done) + 0.5) * scale;
            let keep = (centre - REACH * scale.max(1.0)).max(0.0) as usize;
            keep.saturating_sub(self.first).min(self.filled)
        };
        let stride = self.stride();
        self.window.copy_within(used * stride..self.filled * stride, 0);
        self.first += used;
        self.filled -= used;
    }

    /// Takes the first `count` rows of the room.
    pub fn take(&mut self, count: usize) -> Result<(), Error> {
        let (stride, identity) = (self.stride(), self.is_identity());
        let rows = if self.y.is_identity() {
            &mut self.tall[self.seen as usize * stride..][..count * stride]
        } else {
            &mut self.window[self.filled * stride..][..count * stride]
        };
        if self.channels == Channels::Rgba {
            let visible = opaque(rows);
            self.opaque &= visible;
            // Transparent pixels must lend no colour to their neighbours.
            if !visible && !identity {
                let mut image = image(rows, self.width, count, self.channels)?;
                MulDiv::new().multiply_alpha_inplace(&mut image).map_err(internal)?;
            }
        }
        extend(rows, stride, self.channels.count(), self.x);
        let first = self.seen == 0;
        self.seen += count as u32;
        if self.y.is_identity() {
            return Ok(());
        }
        self.filled += count;
        if first {
            for _ in 0..self.y.overhang().0 {
                self.window.copy_within(0..self.filled * stride, stride);
                self.filled += 1;
            }
        }
        self.shrink(false)
    }

    /// Makes the rows of the target that can be made.
    fn shrink(&mut self, all: bool) -> Result<(), Error> {
        let Axis { start, scale, to, .. } = self.y;
        let start = start + self.y.overhang().0 as f64;
        let end = (self.first + self.filled) as f64;
        let ready = if all {
            to
        } else {
            let ready = (end - 1.0 - REACH * scale.max(1.0) - start) / scale + 0.5;
            (ready.max(0.0) as u32).min(to)
        };
        if ready <= self.done || (ready < to && f64::from(ready - self.done) * scale < WORTH) {
            return Ok(());
        }
        let stride = self.stride();
        let rows = ready - self.done;
        let source = view(
            &self.window[..self.filled * stride],
            self.width,
            self.filled,
            self.channels,
        )?;
        let target = &mut self.tall[self.done as usize * stride..ready as usize * stride];
        let mut target = image(target, self.width, rows as usize, self.channels)?;
        let top = (start + f64::from(self.done) * scale - self.first as f64).max(0.0);
        let height = (f64::from(rows) * scale).min(self.filled as f64 - top);
        let options = options(self.filter).crop(0.0, top, self.width as f64, height);
        self.resizer.resize(&source, &mut target, &options).map_err(internal)?;
        self.done = ready;
        Ok(())
    }

    /// Takes all rows of a picture that is there as a whole.
    pub fn feed(&mut self, raster: &Raster) -> Result<(), Error> {
        let stride = raster.stride();
        for rows in raster.pixels.chunks(BATCH * stride) {
            self.copy(rows, stride, rows.len() / stride)?;
        }
        Ok(())
    }

    /// The picture, of a source that is there as a whole.
    pub fn finish_with(mut self, raster: &Raster) -> Result<Raster, Error> {
        self.feed(raster)?;
        self.finish()
    }

    /// Takes copies of `count` rows.
    pub fn copy(&mut self, rows: &[u8], stride: usize, count: usize) -> Result<(), Error> {
        let len = self.x.from as usize * self.channels.count();
        let own = self.stride();
        for (to, from) in self.room(count).chunks_mut(own).zip(rows.chunks(stride)) {
            to[..len].copy_from_slice(&from[..len]);
        }
        self.take(count)
    }

    /// The picture, all of whose rows have come.
    pub fn finish(mut self) -> Result<Raster, Error> {
        let stride = self.stride();
        if !self.y.is_identity() {
            for _ in 0..self.y.overhang().1 {
                if (self.filled + 1) * stride > self.window.len() {
                    self.slide();
                }
                let end = self.filled * stride;
                self.window.copy_within(end - stride..end, end);
                self.filled += 1;
            }
            self.shrink(true)?;
        }
        self.window = Vec::new();
        let (width, height, identity) = (self.x.to, self.y.to, self.is_identity());
        let mut raster = if self.x.is_identity() && self.width == width as usize {
            self.tall.truncate(height as usize * stride);
            Raster {
                width,
                height,
                channels: self.channels,
                pixels: self.tall,
            }
        } else {
            self.narrow()?
        };
        if self.channels == Channels::Rgba && !self.opaque && !identity {
            let mut image = image(&mut raster.pixels, width as usize, height as usize, Channels::Rgba)?;
            MulDiv::new().divide_alpha_inplace(&mut image).map_err(internal)?;
        }
        Ok(if self.opaque {
            raster.without_opaque_alpha()
        } else {
            raster
        })
    }

    /// Makes the rows as wide as the target.
    fn narrow(&mut self) -> Result<Raster, Error> {
        let (width, height) = (self.x.to, self.y.to);
        let mut raster = Raster::new(width, height, self.channels)?;
        let source = view(&self.tall, self.width, height as usize, self.channels)?;
        // What stands behind the last sample must not be looked at.
        let (left, right) = self.x.overhang();
        let used = (left + self.x.from as usize + right) as u32;
        let source = CroppedImage::new(&source, 0, 0, used, height).map_err(internal)?;
        let mut target = image(&mut raster.pixels, width as usize, height as usize, self.channels)?;
        let start = (self.x.start + left as f64).max(0.0);
        let across = (f64::from(width) * self.x.scale).min(f64::from(used) - start);
        let options = options(self.filter).crop(start, 0.0, across, height.into());
        self.resizer.resize(&source, &mut target, &options).map_err(internal)?;
        Ok(raster)
    }
}

/// Rows that are copied at once.
pub(super) const BATCH: usize = 16;

/// Repeats the first and the last samples of rows as far as the target reaches.
fn extend(rows: &mut [u8], stride: usize, size: usize, x: Axis) {
    let (left, right) = x.overhang();
    if (left, right) == (0, 0) {
        return;
    }
    let end = left + x.from as usize;
    for row in rows.chunks_exact_mut(stride) {
        for i in 0..left {
            row.copy_within(left * size..(left + 1) * size, i * size);
        }
        for i in end..end + right {
            row.copy_within((end - 1) * size..end * size, i * size);
        }
    }
}

fn options(filter: FilterType) -> ResizeOptions {
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .use_alpha(false)
}

fn view(rows: &[u8], width: usize, height: usize, channels: Channels) -> Result<ImageRef<'_>, Error> {
    ImageRef::new(width as u32, height as u32, rows, pixel_type(channels)).map_err(internal)
}

fn image(rows: &mut [u8], width: usize, height: usize, channels: Channels) -> Result<Image<'_>, Error> {
    Image::from_slice_u8(width as u32, height as u32, rows, pixel_type(channels)).map_err(internal)
}

fn pixel_type(channels: Channels) -> PixelType {
    match channels {
        Channels::One => PixelType::U8,
        Channels::Rgb => PixelType::U8x3,
        Channels::Rgba => PixelType::U8x4,
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(error.into())
}
