//! Metadata of images and the bookkeeping around uploads and deletions.

use std::collections::HashSet;

use async_trait::async_trait;

use super::Result;
use crate::domain::{
    AlbumId, Completion, DirectUpload, Image, ImageId, ImagePage, ImagePatch, Lease, ListQuery, Pending, PendingKind,
    Timestamp, UploadId, UserId, Version,
};

#[cfg(feature = "aws")]
pub mod dynamodb;
#[cfg(feature = "local")]
pub mod sqlite;

/// One image about to be committed, with everything that becomes true together with it.
#[derive(Debug, Clone)]
pub struct NewImage {
    pub image: Image,
    /// Recorded only while its lease is still held.
    pub completion: Option<Completion>,
    /// The direct upload that this image came from, and what finishing it gave. Recorded only
    /// while nobody else has finished it.
    pub direct_upload: Option<(UploadId, String)>,
}

/// What became of [`MetadataStore::create`]. Anything but `Stored` wrote nothing. Where several
/// apply, the first one is the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    Stored,
    /// Another request finished the direct upload first, with this result.
    AlreadyFinished(String),
    /// Another request holds the idempotency key by now, or has finished under it.
    LeaseLost,
    /// The intent is gone or abandoned, or the direct upload is forgotten: this upload was given up on.
    Abandoned,
}

/// What became of [`MetadataStore::start_direct_upload`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    Stored,
    LeaseLost,
}

/// What became of [`MetadataStore::claim`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The caller goes on, and completes or releases the lease.
    Granted,
    /// The same request has succeeded before, with this result.
    Finished(String),
    /// The same request is running, since this time.
    InProgress { since: Timestamp },
    /// The key belongs to another request.
    Reused,
}

/// What became of [`MetadataStore::update`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Updated {
    Stored(Box<Image>),
    NotFound,
    NotOwner,
    /// The version that is current.
    Stale(Version),
}

/// What became of [`MetadataStore::delete`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deleted {
    /// The marker that was left: the files are still to be removed.
    Marked(Pending),
    NotFound,
    NotOwner,
}

/// One page of a walk; `next` continues it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk<T> {
    pub items: Vec<T>,
    /// Opaque; `None` at the end.
    pub next: Option<String>,
}

/// Holds all metadata. Every method is atomic: on an error nothing, or everything, has happened,
/// never a part. Writes are conditional; their outcome says which condition failed.
#[async_trait]
pub trait MetadataStore: Send + Sync {
    /// Records that the files of an image are about to exist. Must come before the files. A repeated
    /// call changes nothing; it does not revive an upload that was given up on.
    async fn begin_upload(&self, intent: &Pending) -> Result<()>;

    /// Commits an image: puts it, adds it to the counts of its user and album, removes its intent,
    /// completes the idempotency record and the direct upload, all or nothing.
    ///
    /// A repeated call for the same image answers `Stored` and changes nothing more.
    async fn create(&self, new: &NewImage) -> Result<Created>;

    /// Gives up on an upload that may or may not have been committed. `true`: it was not and can not
    /// be any more; its files are to be removed and then the intent, which until then stays among
    /// the pending. `false`: the image exists, its intent is gone.
    async fn abandon_upload(&self, image: ImageId) -> Result<bool>;

    /// The image as of now (strongly consistent), whoever owns it.
    async fn get(&self, id: ImageId) -> Result<Option<Image>>;

    /// One page in the order of `uploadedAt`; equal times in a stable order. Walking by `next`
    /// visits every image that exists throughout exactly once. A page with `next` may be short only
    /// where a filter met the bound on reads. May lag behind writes for a moment.
    async fn list(&self, query: &ListQuery) -> Result<ImagePage>;

    /// How many images the user has, in all or in one album.
    async fn count(&self, user: &UserId, album: Option<&AlbumId>) -> Result<u64>;

    /// Applies the patch if the caller owns the image and has seen its current version; moves the
    /// album counts along. Of two updates of one version exactly one is stored.
    async fn update(
        &self,
        id: ImageId,
        user: &UserId,
        version: Version,
        patch: &ImagePatch,
        now: Timestamp,
    ) -> Result<Updated>;

    /// Removes the image if the caller owns it, takes it off the counts and leaves a deletion marker.
    async fn delete(&self, id: ImageId, user: &UserId, now: Timestamp) -> Result<Deleted>;

    /// Markers begun at or before `until`, page by page. A marker that is there throughout the walk
    /// is visited exactly once, even while others are finished.
    async fn pending(
        &self,
        kind: PendingKind,
        until: Timestamp,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Walk<Pending>>;

    /// Removes a marker: its work is done. Idempotent.
    async fn finish_pending(&self, kind: PendingKind, image: ImageId) -> Result<()>;

    /// Takes an idempotency key for one request, as of its `begun_at`. A key is free when it was never
    /// used, was released, or has expired: [`Lease::LIFETIME`] after it was taken, once a result is
    /// recorded [`Completion::LIFETIME`] after. A holder whose lease has expired can still finish until
    /// somebody has taken over. A repeated call with the same lease is granted again.
    async fn claim(&self, lease: &Lease) -> Result<Claim>;

    /// Frees the key if this lease still holds it and nothing was recorded. Idempotent.
    async fn release(&self, lease: &Lease) -> Result<()>;

    /// Records a direct upload, and its result under the idempotency key if there is one. A repeated
    /// call for the same upload answers `Stored` and changes nothing more.
    async fn start_direct_upload(&self, upload: &DirectUpload, completion: Option<&Completion>) -> Result<Started>;

    /// A direct upload that has not expired at `now`, whoever began it (strongly consistent).
    async fn direct_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<DirectUpload>>;

    /// Forgets direct uploads that have expired at `now`, and idempotency records that would have even if
    /// they had been finished, where the backend does not do so by itself.
    async fn purge_expired(&self, now: Timestamp) -> Result<()>;

    /// All images of all users in a stable order, for an audit.
    async fn scan(&self, after: Option<&str>, limit: usize) -> Result<Walk<Image>>;

    /// Those of `ids` that exist or have pending work: their files are not garbage.
    async fn known(&self, ids: &[ImageId]) -> Result<HashSet<ImageId>>;

    /// Whether the backend answers.
    async fn ping(&self) -> Result<()>;
}
