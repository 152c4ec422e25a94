//! One image of its owner.

use std::time::Instant;

use super::{Images, before};
use crate::{
    Error,
    cache::CachedImage,
    domain::{Image, ImageId, UserId},
    error::Action,
};

impl Images {
    /// # Errors
    /// [`Error::ImageNotFound`], [`Error::NotOwner`], a failing backend.
    pub async fn get(&self, deadline: Instant, user: &UserId, id: ImageId) -> Result<Image, Error> {
        let image = before(deadline, self.find(id)).await?.ok_or(Error::ImageNotFound)?;
        if image.user_id == *user {
            Ok(image)
        } else {
            Err(Error::NotOwner(Action::Access))
        }
    }

    async fn find(&self, id: ImageId) -> Result<Option<Image>, Error> {
        let cache = &self.backends.cache;
        let ticket = match cache.image(id).await {
            CachedImage::Present(image) => return Ok(Some(*image)),
            CachedImage::Deleted => return Ok(None),
            CachedImage::Missing(ticket) => Some(ticket),
            CachedImage::Unknown => None,
        };
        let image = self.backends.metadata.get(id).await?;
        if let (Some(image), Some(ticket)) = (&image, ticket) {
            cache.fill_image(ticket, image).await;
        }
        Ok(image)
    }
}
