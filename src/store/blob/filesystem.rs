//! Files in a folder.

use std::{io, path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;

use super::{BlobEntry, BlobStore, Fetched, PutGrant, PutReceiver, SignedPut, SignedQuery};
use crate::{
    domain::{BlobKey, Timestamp, UploadId},
    store::{Error, ErrorKind, Result, metadata::Walk},
};

mod files;
mod signer;
mod walk;

use files::Files;
pub use signer::UrlSigner;

/// Temporary files that are looked at in one go.
const EXPIRY_PAGE: usize = 1_000;

/// All files below one folder, under their keys. Only one process may use a folder at a time.
pub struct FilesystemBlobs {
    files: Arc<Files>,
    signer: UrlSigner,
}

impl FilesystemBlobs {
    /// Makes the folder if there is none.
    ///
    /// # Errors
    /// No access, or something else stands in its place.
    pub fn open(root: &Path, signer: UrlSigner) -> Result<Self> {
        let files = Files::open(root).map_err(|source| error("open", source))?;
        Ok(Self {
            files: Arc::new(files),
            signer,
        })
    }

    async fn run<T, F>(&self, operation: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Files) -> io::Result<T> + Send + 'static,
    {
        let files = Arc::clone(&self.files);
        tokio::task::spawn_blocking(move || work(&files))
            .await
            .map_err(io::Error::other)
            .flatten()
            .map_err(|source| error(operation, source))
    }
}

#[async_trait]
impl PutReceiver for FilesystemBlobs {
    fn verify(
        &self,
        upload: UploadId,
        query: &SignedQuery,
        content_type: &str,
        content_length: u64,
        now: Timestamp,
    ) -> std::result::Result<BlobKey, &'static str> {
        self.signer.verify(upload, query, content_type, content_length, now)
    }

    async fn put_new(&self, key: &BlobKey, bytes: Bytes) -> Result<bool> {
        let key = key.clone();
        self.run("put_new", move |files| files.put_new(&key, &bytes)).await
    }
}

#[async_trait]
impl BlobStore for FilesystemBlobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        let key = key.clone();
        self.run("put", move |files| files.put(&key, &bytes)).await
    }

    async fn get(&self, key: &BlobKey, limit: u64) -> Result<Fetched> {
        let key = key.clone();
        self.run("get", move |files| files.get(&key, limit)).await
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool> {
        let key = key.clone();
        self.run("exists", move |files| files.exists(&key)).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        let key = key.clone();
        self.run("delete", move |files| files.delete(&key)).await
    }

    async fn sign_put(&self, grant: &PutGrant) -> Result<SignedPut> {
        self.signer.sign(grant).ok_or_else(|| Error {
            backend: BACKEND,
            operation: "sign_put",
            kind: ErrorKind::Rejected,
            source: "only temporary files may be put directly".into(),
        })
    }

    async fn list(&self, prefix: &'static str, after: Option<&str>, limit: usize) -> Result<Walk<BlobEntry>> {
        let after = after.unwrap_or_default().to_owned();
        self.run("list", move |files| {
            // One more than the page holds tells whether there is another.
            let mut items = walk::page(&files.root, prefix, &after, limit.saturating_add(1))?;
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items.last().filter(|_| more).map(|entry| entry.key.to_string());
            Ok(Walk { items, next })
        })
        .await
    }

    async fn expire_temporary(&self, before: Timestamp) -> Result<()> {
        self.run("expire_temporary", move |files| {
            let mut after = String::new();
            loop {
                let page = walk::page(&files.root, BlobKey::TEMPORARY, &after, EXPIRY_PAGE)?;
                let Some(last) = page.last() else {
                    return Ok(());
                };
                after = last.key.to_string();
                for entry in page.iter().filter(|entry| entry.modified_at < before) {
                    files.delete(&entry.key)?;
                }
            }
        })
        .await
    }

    async fn ping(&self) -> Result<()> {
        self.run("ping", Files::ping).await
    }
}

const BACKEND: &str = "filesystem";

fn error(operation: &'static str, source: io::Error) -> Error {
    Error {
        backend: BACKEND,
        operation,
        kind: kind(source.kind()),
        source: source.into(),
    }
}

fn kind(kind: io::ErrorKind) -> ErrorKind {
    match kind {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::Rejected,
        io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::AlreadyExists
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::InvalidData => ErrorKind::Corrupt,
        // A full disk, a lost mount, too many open files: it may pass.
        _ => ErrorKind::Unavailable,
    }
}
