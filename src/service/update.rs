//! Changes to metadata under optimistic locking.

use std::time::Instant;

use super::Images;
use crate::{
    Error,
    domain::{Image, ImageId, ImagePatch, UserId, Version},
    error::Action,
    store::metadata::Updated,
};

impl Images {
    /// # Errors
    /// [`Error::VersionMismatch`] when somebody else was first, [`Error::ImageNotFound`],
    /// [`Error::NotOwner`], a failing backend.
    pub async fn update(
        &self,
        deadline: Instant,
        user: UserId,
        id: ImageId,
        version: Version,
        patch: ImagePatch,
    ) -> Result<Image, Error> {
        self.detached(deadline, |images, call| async move {
            call.check()?;
            let now = images.backends.clock.now();
            let cache = &images.backends.cache;
            match images.backends.metadata.update(id, &user, version, &patch, now).await {
                Ok(Updated::Stored(image)) => {
                    cache.renew_image(&image).await;
                    cache.advance(&user).await;
                    Ok(*image)
                }
                Ok(Updated::NotFound) => Err(Error::ImageNotFound),
                Ok(Updated::NotOwner) => Err(Error::NotOwner(Action::Update)),
                Ok(Updated::Stale(current)) => Err(Error::VersionMismatch { current }),
                Err(error) => {
                    // It may have been written all the same.
                    cache.forget_image(id).await;
                    cache.advance(&user).await;
                    Err(error.into())
                }
            }
        })
        .await
    }
}
