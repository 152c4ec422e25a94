//! Compares all files with all metadata: the safety net below the pending markers.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::Images;
use crate::{
    Error,
    domain::{BlobKey, Image, ImageId},
    store::{self, blob::BlobEntry},
};

/// Files or images that are read at a time.
const PAGE: usize = 1000;
/// Files that are looked for at the same time.
const CONCURRENCY: usize = 16;

/// What an audit may do.
#[derive(Debug, Clone, Copy)]
pub struct Audit {
    /// Only report.
    pub dry_run: bool,
    /// Files younger than this are left alone: they may be about to be known.
    pub older_than: Duration,
}

/// What an audit meets, as it meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditEvent {
    /// This many more files were compared.
    Files(usize),
    /// This many more images were compared.
    Images(usize),
    /// A file that nothing knows.
    Orphan(BlobKey),
    /// A file whose name is none of this service's: it may have been moved here, so it stays.
    Foreign(BlobKey),
    /// An image that misses a file.
    Missing(ImageId, BlobKey),
}

/// What an audit found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditReport {
    pub files: u64,
    pub images: u64,
    /// Removed, unless it was a dry run.
    pub orphans: u64,
    pub orphan_bytes: u64,
    /// Left alone.
    pub foreign: u64,
    pub missing: u64,
}

impl Images {
    /// Walks everything, page by page: files that nothing knows are removed, images whose files
    /// are missing are reported.
    ///
    /// # Errors
    /// A failing backend; what was done until then stays done.
    pub async fn audit(&self, audit: Audit, mut event: impl FnMut(AuditEvent) + Send) -> Result<AuditReport, Error> {
        let mut report = AuditReport::default();
        self.audit_files(audit, &mut report, &mut event).await?;
        self.audit_images(&mut report, &mut event).await?;
        Ok(report)
    }

    async fn audit_files(
        &self,
        audit: Audit,
        report: &mut AuditReport,
        event: &mut (impl FnMut(AuditEvent) + Send),
    ) -> store::Result<()> {
        let young = self.backends.clock.now().minus(audit.older_than);
        let mut after = None;
        loop {
            let page = self
                .backends
                .blobs
                .list(BlobKey::IMAGES, after.as_deref(), PAGE)
                .await?;
            report.files += page.items.len() as u64;
            event(AuditEvent::Files(page.items.len()));
            let (ours, foreign): (Vec<_>, Vec<_>) =
                page.items.into_iter().partition(|file| file.key.image_id().is_some());
            for file in foreign {
                report.foreign += 1;
                event(AuditEvent::Foreign(file.key));
            }
            for orphan in self
                .orphans(ours)
                .await?
                .into_iter()
                .filter(|file| file.modified_at <= young)
            {
                report.orphans += 1;
                report.orphan_bytes += orphan.size;
                event(AuditEvent::Orphan(orphan.key.clone()));
                if !audit.dry_run {
                    self.backends.blobs.delete(&orphan.key).await?;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Asked after the files were listed: an upload that is under way has its marker by then.
    async fn orphans(&self, files: Vec<BlobEntry>) -> store::Result<Vec<BlobEntry>> {
        let ids: Vec<ImageId> = files.iter().filter_map(|file| file.key.image_id()).collect();
        let known = self.backends.metadata.known(&ids).await?;
        let unknown = |file: &BlobEntry| file.key.image_id().is_some_and(|id| !known.contains(&id));
        Ok(files.into_iter().filter(unknown).collect())
    }

    async fn audit_images(
        &self,
        report: &mut AuditReport,
        event: &mut (impl FnMut(AuditEvent) + Send),
    ) -> store::Result<()> {
        let mut after = None;
        loop {
            let page = self.backends.metadata.scan(after.as_deref(), PAGE).await?;
            report.images += page.items.len() as u64;
            event(AuditEvent::Images(page.items.len()));
            let missing: Vec<_> = stream::iter(&page.items)
                .map(|image| self.missing(image))
                .buffer_unordered(CONCURRENCY)
                .try_collect()
                .await?;
            for (id, key) in missing.into_iter().flatten() {
                report.missing += 1;
                event(AuditEvent::Missing(id, key));
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn missing(&self, image: &Image) -> store::Result<Vec<(ImageId, BlobKey)>> {
        let mut missing = Vec::new();
        for key in image.keys() {
            if !self.backends.blobs.exists(&key).await? {
                missing.push((image.id, key));
            }
        }
        // Deleted while this was looking.
        if !missing.is_empty() && self.backends.metadata.get(image.id).await?.is_none() {
            missing.clear();
        }
        Ok(missing)
    }
}
