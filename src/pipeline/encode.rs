//! Making the stored files.

use super::picture::Picture;
use super::{Effort, Error, libwebp};

/// A lossy WebP of pixels alone: there is nothing in it that could carry metadata.
pub(super) fn webp(picture: &Picture, quality: u8, effort: Effort) -> Result<Vec<u8>, Error> {
    libwebp::encode(picture, quality, effort.get()).map_err(|error| Error::Internal(error.into()))
}
