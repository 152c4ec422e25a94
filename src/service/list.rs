//! A page of a user's images.

use std::time::Instant;

use super::{Images, before};
use crate::{
    Error,
    cache::CachedPage,
    domain::{ImagePage, ListQuery},
};

/// A page, and how many images there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub page: ImagePage,
    /// All of the user's images, or those in the album; not counted when a tag filters.
    pub total: Option<u64>,
}

impl Images {
    /// # Errors
    /// A failing backend.
    pub async fn list(&self, deadline: Instant, query: &ListQuery) -> Result<Listing, Error> {
        before(deadline, async {
            let cache = &self.backends.cache;
            // Read before the store is asked: what is written meanwhile makes the page unreachable.
            let generation = cache.generation(&query.user).await;
            if let Some(generation) = generation
                && let Some(CachedPage { page, total }) = cache.page(generation, query).await
            {
                return Ok(Listing { page, total });
            }
            let (page, total) = tokio::try_join!(self.backends.metadata.list(query), self.total(query))?;
            let listing = CachedPage { page, total };
            if let Some(generation) = generation.filter(|generation| generation.settled) {
                cache.keep_page(generation, query, &listing).await;
            }
            let CachedPage { page, total } = listing;
            Ok(Listing { page, total })
        })
        .await
    }

    async fn total(&self, query: &ListQuery) -> crate::store::Result<Option<u64>> {
        if query.tag.is_some() {
            return Ok(None);
        }
        self.backends
            .metadata
            .count(&query.user, query.album.as_ref())
            .await
            .map(Some)
    }
}
