//! Files behind a CloudFront distribution.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use aws_sdk_cloudfront::{
    Client,
    types::{InvalidationBatch, Paths},
};
use sha2::{Digest, Sha256};

use super::{Delivery, url_path};
use crate::{
    domain::{BlobKey, Pending},
    store::{self, Error, ErrorKind, aws},
};

const BACKEND: &str = "cloudfront";
const OPERATION: &str = "purge";

/// How the distribution is told what to drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalidation {
    /// By URL path: two for each image.
    Paths,
    /// By the tag that each file carries: one for each image, whatever URL it was asked for by. The
    /// distribution must be configured for the header of the tag, otherwise nothing is dropped.
    Tags,
}

/// One distribution.
#[derive(Debug)]
pub struct CloudFront {
    client: Client,
    base: String,
    distribution: String,
    invalidation: Invalidation,
    /// Whether the last invalidation failed.
    failing: AtomicBool,
}

impl CloudFront {
    /// `domain` is the public host name.
    pub fn new(client: Client, domain: &str, distribution: impl Into<String>, invalidation: Invalidation) -> Self {
        Self {
            client,
            base: format!("https://{domain}"),
            distribution: distribution.into(),
            invalidation,
            failing: AtomicBool::new(false),
        }
    }

    fn items(&self, deleted: &[Pending]) -> BTreeSet<String> {
        match self.invalidation {
            Invalidation::Paths => deleted.iter().flat_map(|marker| &marker.keys).map(url_path).collect(),
            Invalidation::Tags => deleted.iter().map(|marker| format!("#{}", marker.image)).collect(),
        }
    }

    async fn invalidate(&self, items: BTreeSet<String>) -> store::Result<()> {
        let rejected = |source: aws_sdk_cloudfront::error::BuildError| Error {
            backend: BACKEND,
            operation: OPERATION,
            kind: ErrorKind::Rejected,
            source: source.into(),
        };
        let reference = reference(&items);
        let paths = Paths::builder()
            .quantity(i32::try_from(items.len()).unwrap_or(i32::MAX))
            .set_items(Some(items.into_iter().collect()))
            .build()
            .map_err(rejected)?;
        let batch = InvalidationBatch::builder()
            .caller_reference(reference)
            .paths(paths)
            .build()
            .map_err(rejected)?;
        self.client
            .create_invalidation()
            .distribution_id(&self.distribution)
            .invalidation_batch(batch)
            .send()
            .await
            .map(drop)
            .map_err(|source| aws::error(BACKEND, OPERATION, source))
    }
}

/// The same items are the same invalidation, however often it is asked for; other items are another.
fn reference(items: &BTreeSet<String>) -> String {
    let mut hash = Sha256::new();
    for item in items {
        hash.update(item);
        hash.update([b'\n']);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[async_trait]
impl Delivery for CloudFront {
    fn url(&self, key: &BlobKey) -> String {
        format!("{}{}", self.base, url_path(key))
    }

    async fn purge(&self, deleted: &[Pending]) -> store::Result<()> {
        if deleted.is_empty() {
            return Ok(());
        }
        let result = self.invalidate(self.items(deleted)).await;
        self.failing.store(result.is_err(), Ordering::Relaxed);
        result
    }

    /// How the last invalidation went: to invalidate is all that is permitted, and each one is billed.
    async fn ping(&self) -> Option<store::Result<()>> {
        Some(if self.failing.load(Ordering::Relaxed) {
            Err(Error {
                backend: BACKEND,
                operation: "ping",
                kind: ErrorKind::Unavailable,
                source: "the last invalidation failed".into(),
            })
        } else {
            Ok(())
        })
    }
}
