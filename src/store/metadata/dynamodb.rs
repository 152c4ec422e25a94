//! Metadata in DynamoDB: one table, two indexes, no scans but for the audit.
//!
//! Every write is a single conditional request, or one transaction where several items change. What
//! a failed condition means is told by the item that was found in its place, never by a second read.
//! Conflicts, throttling and lost answers are answered by sending the same again: each write either
//! carries a token, or its condition recognises what it has written itself.

use std::collections::HashSet;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;

use super::{Claim, Created, Deleted, MetadataStore, NewImage, Started, Updated, Walk};
use crate::{
    domain::{
        AlbumId, Completion, DirectUpload, Image, ImageId, ImagePage, ImagePatch, Lease, ListQuery, Pending,
        PendingKind, Timestamp, UploadId, UserId, Version,
    },
    store::Result,
};

mod call;
mod images;
mod item;
mod keys;
mod list;
mod transaction;
mod uploads;
mod walk;

use call::Operation;
pub use item::{Unreadable, pending as marker};
use keys::Key;

/// All metadata in one table. The client must not retry by itself: how often, how long and with
/// which token is decided here.
#[derive(Debug, Clone)]
pub struct DynamoMetadata {
    client: Client,
    table: String,
}

impl DynamoMetadata {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
        }
    }
}

#[async_trait]
impl MetadataStore for DynamoMetadata {
    async fn begin_upload(&self, intent: &Pending) -> Result<()> {
        self.put_intent(intent).await
    }

    async fn create(&self, new: &NewImage) -> Result<Created> {
        self.commit_image(new).await
    }

    async fn abandon_upload(&self, image: ImageId) -> Result<bool> {
        self.abandon_intent(image).await
    }

    async fn get(&self, id: ImageId) -> Result<Option<Image>> {
        self.read_image(&Operation::begin("get"), id).await
    }

    async fn list(&self, query: &ListQuery) -> Result<ImagePage> {
        self.list_images(query).await
    }

    async fn count(&self, user: &UserId, album: Option<&AlbumId>) -> Result<u64> {
        self.count_images(user, album).await
    }

    async fn update(
        &self,
        id: ImageId,
        user: &UserId,
        version: Version,
        patch: &ImagePatch,
        now: Timestamp,
    ) -> Result<Updated> {
        self.update_image(id, user, version, patch, now).await
    }

    async fn delete(&self, id: ImageId, user: &UserId, now: Timestamp) -> Result<Deleted> {
        self.delete_image(id, user, now).await
    }

    async fn pending(
        &self,
        kind: PendingKind,
        until: Timestamp,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Walk<Pending>> {
        self.walk_pending(kind, until, after, limit).await
    }

    async fn finish_pending(&self, kind: PendingKind, image: ImageId) -> Result<()> {
        self.remove(&Operation::begin("finish_pending"), Key::pending(kind, image))
            .await
    }

    async fn claim(&self, lease: &Lease) -> Result<Claim> {
        self.take_key(lease).await
    }

    async fn release(&self, lease: &Lease) -> Result<()> {
        self.give_key_back(lease).await
    }

    async fn start_direct_upload(&self, upload: &DirectUpload, completion: Option<&Completion>) -> Result<Started> {
        self.put_direct_upload(upload, completion).await
    }

    async fn direct_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<DirectUpload>> {
        self.read_direct_upload(id, now).await
    }

    /// The table forgets by itself, by the attribute `ttl`.
    async fn purge_expired(&self, _now: Timestamp) -> Result<()> {
        Ok(())
    }

    async fn scan(&self, after: Option<&str>, limit: usize) -> Result<Walk<Image>> {
        self.scan_images(after, limit).await
    }

    async fn known(&self, ids: &[ImageId]) -> Result<HashSet<ImageId>> {
        self.known_images(ids).await
    }

    /// Reads a key that never exists: what describes the table is not among the permissions.
    async fn ping(&self) -> Result<()> {
        let key = Key {
            pk: "PING".to_owned(),
            sk: keys::METADATA.to_owned(),
        };
        self.read(&Operation::begin("ping"), key).await.map(drop)
    }
}
