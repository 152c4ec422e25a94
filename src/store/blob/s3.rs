//! Files in a bucket.

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    error::ProvideErrorMetadata,
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
    primitives::ByteStream,
    types::{ServerSideEncryption, StorageClass},
};
use bytes::{Bytes, BytesMut};

use super::{BlobEntry, BlobStore, Fetched, PutGrant, SignedPut};
use crate::{
    domain::{BlobKey, Timestamp},
    store::{Error, ErrorKind, Result, aws, metadata::Walk},
};

mod sign;

const BACKEND: &str = "s3";
/// A file never changes under its key.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Comes back as the header `x-amz-meta-cache-tag`, by which the CDN can be told to drop all that
/// belongs to an image, whatever URL it was asked for by.
const CACHE_TAG: &str = "cache-tag";
/// Objects that one request lists.
const MOST_LISTED: usize = 1_000;

/// All files in one bucket, under their keys. Old temporary files are removed by a rule of the bucket.
#[derive(Debug, Clone)]
pub struct S3Blobs {
    client: Client,
    /// Makes the URLs that clients upload to; may name another endpoint.
    signer: Client,
    bucket: String,
}

impl S3Blobs {
    /// `signer` only signs. Neither client may add checksums where none is asked for: browsers can
    /// not send them.
    pub fn new(client: Client, signer: Client, bucket: impl Into<String>) -> Self {
        Self {
            client,
            signer,
            bucket: bucket.into(),
        }
    }
}

#[async_trait]
impl BlobStore for S3Blobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        let mut request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .server_side_encryption(ServerSideEncryption::Aes256)
            .body(ByteStream::from(bytes));
        if let Some(image) = key.image_id() {
            request = request
                .content_type("image/webp")
                .cache_control(IMMUTABLE)
                .metadata(CACHE_TAG, image.to_string());
            // Thumbnails are smaller than what tiering looks at.
            if !key.is_thumbnail() {
                request = request.storage_class(StorageClass::IntelligentTiering);
            }
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(source) => Err(aws::error(BACKEND, "put", source)),
        }
    }

    async fn get(&self, key: &BlobKey, limit: u64) -> Result<Fetched> {
        const OPERATION: &str = "get";
        let request = self.client.get_object().bucket(&self.bucket).key(key.as_str());
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) => {
                return match error.as_service_error() {
                    Some(GetObjectError::NoSuchKey(_)) => Ok(Fetched::Missing),
                    _ => Err(aws::error(BACKEND, OPERATION, error)),
                };
            }
        };
        let length = object.content_length().and_then(|length| u64::try_from(length).ok());
        let Some(length) = length else {
            return Err(error(OPERATION, ErrorKind::Corrupt, "an object without a length"));
        };
        if length > limit {
            return Ok(Fetched::TooLarge);
        }
        let mut body = object.body;
        let mut bytes = BytesMut::with_capacity(usize::try_from(length).unwrap_or(0));
        loop {
            match body.try_next().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return Ok(Fetched::Found(bytes.freeze())),
                Err(source) => return Err(error(OPERATION, ErrorKind::Unavailable, source)),
            }
        }
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool> {
        self.head("exists", key.as_str()).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key.as_str());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(source) => Err(aws::error(BACKEND, "delete", source)),
        }
    }

    async fn sign_put(&self, grant: &PutGrant) -> Result<SignedPut> {
        self.presign(grant).await
    }

    async fn list(&self, prefix: &'static str, after: Option<&str>, limit: usize) -> Result<Walk<BlobEntry>> {
        const OPERATION: &str = "list";
        let size = i32::try_from(limit.clamp(1, MOST_LISTED)).unwrap_or(i32::MAX);
        let output = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .set_start_after(after.map(str::to_owned))
            .max_keys(size)
            .send()
            .await
            .map_err(|source| aws::error(BACKEND, OPERATION, source))?;
        let next = match (output.is_truncated(), output.contents().last()) {
            (Some(true), Some(last)) => last.key().map(str::to_owned),
            _ => None,
        };
        // Whatever else lies there was not put by this service and is not its to remove.
        let items = output.contents().iter().filter_map(entry).collect();
        Ok(Walk { items, next })
    }

    /// A rule of the bucket does so.
    async fn expire_temporary(&self, _before: Timestamp) -> Result<()> {
        Ok(())
    }

    /// Looks for a key that never exists: what describes the bucket is not among the permissions.
    async fn ping(&self) -> Result<()> {
        self.head("ping", &format!("{}ping", BlobKey::TEMPORARY))
            .await
            .map(drop)
    }
}

impl S3Blobs {
    async fn head(&self, operation: &'static str, key: &str) -> Result<bool> {
        let request = self.client.head_object().bucket(&self.bucket).key(key);
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                // The answer to HEAD has no body that could say so.
                Some(HeadObjectError::NotFound(_)) => Ok(false),
                Some(other) if other.code() == Some("NoSuchKey") => Ok(false),
                _ => Err(aws::error(BACKEND, operation, error)),
            },
        }
    }
}

fn entry(object: &aws_sdk_s3::types::Object) -> Option<BlobEntry> {
    Some(BlobEntry {
        key: object.key()?.parse().ok()?,
        size: u64::try_from(object.size()?).ok()?,
        modified_at: Timestamp::from_millis(object.last_modified()?.to_millis().ok()?),
    })
}

fn error(
    operation: &'static str,
    kind: ErrorKind,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error {
        backend: BACKEND,
        operation,
        kind,
        source: source.into(),
    }
}
