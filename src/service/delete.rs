//! The end of an image.

use std::time::Instant;

use super::Images;
use crate::{
    Error,
    domain::{ImageId, UserId},
    error::{Action, Causes},
    store::metadata::Deleted,
};

impl Images {
    /// The image is gone when its metadata is; what is left then is named by a marker and removed
    /// now or later, without the user.
    ///
    /// # Errors
    /// [`Error::ImageNotFound`], [`Error::NotOwner`], a failing metadata store.
    pub async fn delete(&self, deadline: Instant, user: UserId, id: ImageId) -> Result<(), Error> {
        self.detached(deadline, |images, call| async move {
            call.check()?;
            let now = images.backends.clock.now();
            let cache = &images.backends.cache;
            let marker = match images.backends.metadata.delete(id, &user, now).await {
                Ok(Deleted::Marked(marker)) => marker,
                Ok(Deleted::NotFound) => return Err(Error::ImageNotFound),
                Ok(Deleted::NotOwner) => return Err(Error::NotOwner(Action::Delete)),
                Err(error) => {
                    // It may have happened all the same.
                    cache.forget_image(id).await;
                    cache.advance(&user).await;
                    return Err(error.into());
                }
            };
            cache.bury_image(id).await;
            cache.advance(&user).await;
            let removed = images.remove_files(&marker).await;
            if let Err(error) = &removed {
                tracing::warn!(error = %Causes(error), image = %id, "files of a deleted image are removed later");
            }
            if images.policy.finish_deletions {
                let finisher = images.clone();
                images.tasks.spawn(async move {
                    match removed {
                        Ok(()) => finisher.finish_removed(&[marker]).await,
                        Err(_) => finisher.finish_deletions(&[marker]).await,
                    }
                });
            }
            Ok(())
        })
        .await
    }
}
