//! Making the stored files.

use super::raster::Raster;
use super::{Effort, Error, libwebp};

/// A lossy WebP of pixels alone: there is nothing in it that could carry metadata.
pub(super) fn webp(raster: &Raster, quality: u8, effort: Effort) -> Result<Vec<u8>, Error> {
    libwebp::encode(raster, quality, effort.get()).map_err(|error| Error::Internal(error.into()))
}
