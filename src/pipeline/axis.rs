//! Which samples of a source the samples of a smaller picture are made of.

/// One axis of a resize.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// Samples of the source.
    pub from: u32,
    /// Samples of the target.
    pub to: u32,
    /// Where the target begins, in samples of the source. May be outside of it.
    pub start: f64,
    /// Samples of the source to a sample of the target.
    pub scale: f64,
}

impl Axis {
    /// All of a source.
    pub fn whole(from: u32, to: u32) -> Self {
        Self::extent(from, f64::from(from), to)
    }

    /// All of a source whose last sample covers less than a sample's width.
    pub fn extent(from: u32, extent: f64, to: u32) -> Self {
        Self {
            from,
            to,
            start: 0.0,
            scale: extent / f64::from(to),
        }
    }

    /// The middle of what this axis covers: `side` of `whole` parts, as `to` samples.
    pub fn middle(self, side: u32, whole: u32, to: u32) -> Self {
        let part = f64::from(self.to) * self.scale / f64::from(whole);
        Self {
            to,
            start: self.start + f64::from(whole - side) / 2.0 * part,
            scale: f64::from(side) * part / f64::from(to),
            ..self
        }
    }

    /// The same axis for a plane of colour, of which the source has `from` samples, one for `ratio`
    /// samples of brightness, and the target one for two.
    ///
    /// The last sample of an odd target covers one sample of brightness that is not there; it is the
    /// first one if the picture will be mirrored, because the file begins with a whole one.
    pub fn colour(self, from: u32, ratio: f64, mirrored: bool) -> Self {
        let absent = if mirrored { self.to % 2 } else { 0 };
        Self {
            from,
            to: self.to.div_ceil(2),
            start: (self.start - f64::from(absent) * self.scale) / ratio,
            scale: 2.0 * self.scale / ratio,
        }
    }
}
