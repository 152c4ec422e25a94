//! Files of images.

use async_trait::async_trait;
use bytes::Bytes;

use super::{Result, metadata::Walk};
use crate::domain::{BlobKey, Timestamp, UploadId};

#[cfg(feature = "local")]
pub mod filesystem;
#[cfg(feature = "aws")]
pub mod s3;

/// A stored file as an audit sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobEntry {
    pub key: BlobKey,
    /// Bytes.
    pub size: u64,
    pub modified_at: Timestamp,
}

/// What became of [`BlobStore::get`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    Found(Bytes),
    Missing,
    /// Larger than the limit; nothing was read.
    TooLarge,
}

/// A request that may be signed: one PUT of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutGrant {
    pub key: BlobKey,
    pub content_type: &'static str,
    /// Exactly this many bytes.
    pub content_length: u64,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Where and how a client puts a file. `headers` is all that it must send besides the length.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedPut {
    pub url: String,
    pub headers: std::collections::BTreeMap<String, String>,
}

/// Holds files. A file never changes under its key; writing is atomic (a reader sees all of it or
/// none) and durable when it returns; deleting is idempotent.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Writes a file, replacing one that is there.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()>;

    /// Reads a whole file of at most `limit` bytes.
    async fn get(&self, key: &BlobKey, limit: u64) -> Result<Fetched>;

    async fn exists(&self, key: &BlobKey) -> Result<bool>;

    /// Removes a file; fine when there is none.
    async fn delete(&self, key: &BlobKey) -> Result<()>;

    /// Lets whoever holds the answer put one file, once, until the grant expires.
    async fn sign_put(&self, grant: &PutGrant) -> Result<SignedPut>;

    /// Files under a prefix ([`BlobKey::IMAGES`] or [`BlobKey::TEMPORARY`]) in key order, for an audit.
    async fn list(&self, prefix: &'static str, after: Option<&str>, limit: usize) -> Result<Walk<BlobEntry>>;

    /// Removes temporary files older than `before`, where the backend does not do so by itself.
    async fn expire_temporary(&self, before: Timestamp) -> Result<()>;

    /// Whether the backend answers.
    async fn ping(&self) -> Result<()>;
}

/// The query of a signed URL as it arrives: nothing in it is trusted before [`PutReceiver::verify`].
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct SignedQuery {
    pub user: String,
    pub r#type: String,
    /// Bytes.
    pub length: String,
    /// Milliseconds since the Unix epoch.
    pub expires: String,
    pub signature: String,
}

/// The receiving end of a signed PUT, where this server is the storage.
#[async_trait]
pub trait PutReceiver: Send + Sync {
    /// The key that the request may write.
    ///
    /// # Errors
    /// What the signature does not allow, for the log.
    fn verify(
        &self,
        upload: UploadId,
        query: &SignedQuery,
        content_type: &str,
        content_length: u64,
        now: Timestamp,
    ) -> std::result::Result<BlobKey, &'static str>;

    /// Writes a file where there is none; `false` when there is one already.
    async fn put_new(&self, key: &BlobKey, bytes: Bytes) -> Result<bool>;
}
