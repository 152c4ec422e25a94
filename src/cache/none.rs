//! "No cache" is a backend like any other.

use async_trait::async_trait;

use super::{Cache, CachedImage, CachedPage, Generation, Ticket};
use crate::domain::{Image, ImageId, ListQuery, UserId};

/// Knows nothing and keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCache;

#[async_trait]
impl Cache for NoCache {
    async fn image(&self, _id: ImageId) -> CachedImage {
        CachedImage::Unknown
    }

    async fn fill_image(&self, _ticket: Ticket, _image: &Image) {}

    async fn renew_image(&self, _image: &Image) {}

    async fn forget_image(&self, _id: ImageId) {}

    async fn bury_image(&self, _id: ImageId) {}

    async fn generation(&self, _user: &UserId) -> Option<Generation> {
        None
    }

    async fn advance(&self, _user: &UserId) {}

    async fn page(&self, _generation: Generation, _query: &ListQuery) -> Option<CachedPage> {
        None
    }

    async fn keep_page(&self, _generation: Generation, _query: &ListQuery, _page: &CachedPage) {}

    async fn ping(&self) -> Option<bool> {
        None
    }
}
