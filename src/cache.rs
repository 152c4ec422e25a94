//! What may be forgotten at any time: copies of images and list pages. No request ever fails
//! because of a cache: its methods have no errors, a failed call is a miss.

use async_trait::async_trait;

use crate::domain::{Image, ImageId, ImagePage, ListQuery, UserId};

mod none;
#[cfg(feature = "aws")]
mod redis;

pub use none::NoCache;
#[cfg(feature = "aws")]
pub use redis::RedisCache;

/// What a cache knows of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CachedImage {
    Present(Box<Image>),
    /// Deleted a short while ago.
    Deleted,
    /// No copy. Who reads the image now may leave one.
    Missing(Ticket),
    /// No telling.
    Unknown,
}

/// Lets one copy of an image be left; a write of that image takes it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub u64);

impl Ticket {
    pub fn random() -> Self {
        Self(rand::random())
    }
}

/// Names one state of a user's lists; every write of the user makes a new one, which makes all
/// pages under the old one unreachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    /// Time of the user's last write, microseconds.
    pub micros: u64,
    /// Whether the lists' indexes can be trusted to show that write by now.
    pub settled: bool,
}

/// A list page and the count that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CachedPage {
    pub page: ImagePage,
    pub total: Option<u64>,
}

/// Holds copies for a while. A slow reader can not put back what a writer has changed, not even after
/// the cache has lost everything: an image is left only under the ticket, a page only under the
/// generation that was read before the store was asked, and a write ends both.
#[async_trait]
pub trait Cache: Send + Sync {
    async fn image(&self, id: ImageId) -> CachedImage;

    /// Leaves a copy of what was read after the ticket was got, unless there was a write since then
    /// or a copy of this version is there.
    async fn fill_image(&self, ticket: Ticket, image: &Image);

    /// Replaces an older copy after a write; ends all tickets.
    async fn renew_image(&self, image: &Image);

    /// Drops the copy, as it may be old; ends all tickets.
    async fn forget_image(&self, id: ImageId);

    /// Leaves a tombstone, as the image is gone; ends all tickets.
    async fn bury_image(&self, id: ImageId);

    /// The current generation of the user's lists; `None` when there is no telling.
    async fn generation(&self, user: &UserId) -> Option<Generation>;

    /// Starts a new generation: call it after every write of the user.
    async fn advance(&self, user: &UserId);

    async fn page(&self, generation: Generation, query: &ListQuery) -> Option<CachedPage>;

    async fn keep_page(&self, generation: Generation, query: &ListQuery, page: &CachedPage);

    /// Whether the service behind answers; `None` where there is none.
    async fn ping(&self) -> Option<bool>;
}
