//! Finishes what was begun: deletions whose files, caches or CDN copies may still be there, and
//! uploads that never committed.

use std::time::Duration;

use futures_util::{StreamExt, future::try_join_all, stream};

use super::{
    Images, UPLOADS_ARE_DEAD_AFTER,
    upload::{Marker, Undone},
};
use crate::{
    domain::{ImageId, Pending, PendingKind},
    error::Causes,
    metrics, store,
};

/// Markers that are read and finished at a time.
const BATCH: usize = 100;
/// Images whose files are removed at the same time.
const CONCURRENCY: usize = 8;

/// What a clean-up did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drained {
    pub deletions: usize,
    pub uploads: usize,
    /// Left for the next time; each is in the log.
    pub failed: usize,
}

impl Images {
    /// Finishes everything that has been pending for longer than `age`, and forgets what expired.
    /// Costs what is pending, never a walk over all images.
    ///
    /// # Errors
    /// The markers can not be read. A failure of one image does not keep the others.
    pub async fn drain(&self, age: Duration) -> store::Result<Drained> {
        let now = self.backends.clock.now();
        let until = now.minus(age);
        let mut drained = Drained::default();

        let mut after = None;
        loop {
            let page = self
                .backends
                .metadata
                .pending(PendingKind::Delete, until, after.as_deref(), BATCH)
                .await?;
            let failed = self.finish_deletions(&page.items).await.len();
            drained.deletions += page.items.len() - failed;
            drained.failed += failed;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        loop {
            let page = self
                .backends
                .metadata
                .pending(PendingKind::Upload, until, after.as_deref(), BATCH)
                .await?;
            let failed = self.undo_uploads(&page.items).await;
            drained.uploads += page.items.len() - failed;
            drained.failed += failed;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        self.backends.metadata.purge_expired(now).await?;
        self.backends
            .blobs
            .expire_temporary(now.minus(TEMPORARY_LIFETIME))
            .await?;
        Ok(drained)
    }

    /// What a server does every hour: uploads may be under way, so only dead ones are undone.
    ///
    /// # Errors
    /// As [`Images::drain`].
    pub async fn drain_dead(&self) -> store::Result<Drained> {
        self.drain(UPLOADS_ARE_DEAD_AFTER).await
    }

    /// Finishes a batch of deletions: files, CDN, cache, marker last. Idempotent; returns the
    /// images that have to be tried again.
    pub async fn finish_deletions(&self, batch: &[Pending]) -> Vec<ImageId> {
        let removed = stream::iter(batch.to_vec())
            .map(|marker| async move { (self.remove_files(&marker).await, marker) })
            .buffer_unordered(CONCURRENCY)
            .collect::<Vec<_>>()
            .await;
        let mut failed = Vec::new();
        let mut gone = Vec::new();
        for (result, marker) in removed {
            match result {
                Ok(()) => gone.push(marker),
                Err(error) => {
                    report(&marker, &error);
                    failed.push(marker.image);
                }
            }
        }
        failed.extend(self.finish_removed(&gone).await);
        failed
    }

    /// The rest of it, for images whose files are gone.
    pub(super) async fn finish_removed(&self, gone: &[Pending]) -> Vec<ImageId> {
        if let Err(error) = self.backends.delivery.purge(gone).await {
            for marker in gone {
                report(marker, &error);
            }
            return gone.iter().map(|marker| marker.image).collect();
        }
        let mut failed = Vec::new();
        for marker in gone {
            self.backends.cache.bury_image(marker.image).await;
            if let Err(error) = self
                .backends
                .metadata
                .finish_pending(PendingKind::Delete, marker.image)
                .await
            {
                report(marker, &error);
                failed.push(marker.image);
            }
        }
        failed
    }

    async fn undo_uploads(&self, batch: &[Pending]) -> usize {
        let mut failed = 0;
        for intent in batch {
            match self.undo_upload(intent, Marker::Remove).await {
                Undone::Removed => metrics::orphan_removed(),
                Undone::WasCommitted => {}
                Undone::Later => failed += 1,
            }
        }
        failed
    }

    pub(super) async fn remove_files(&self, marker: &Pending) -> store::Result<()> {
        let removals = marker.keys.iter().map(|key| self.backends.blobs.delete(key));
        try_join_all(removals).await.map(drop)
    }
}

/// As long as the lifecycle rule of the bucket keeps them.
const TEMPORARY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

fn report(marker: &Pending, error: &store::Error) {
    metrics::cleanup_failed();
    tracing::warn!(
        error = %Causes(error),
        image = %marker.image,
        "a deletion is finished later"
    );
}
