//! Compares all files with all metadata and says what it found.

use std::process::ExitCode;

use image_service::{
    bootstrap::{self, Application},
    config::Config,
    service::{Audit, AuditEvent},
};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use crate::{Failure, WARNING};

pub async fn reconcile(config: &Config, audit: Audit) -> Result<ExitCode, Failure> {
    // The folder stays locked until the end.
    let Application { state, data: _data } = bootstrap::connect(config)?;
    let progress = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(
        "{spinner} {msg} ({elapsed}, {pos} compared)",
    )?);
    progress.set_message("files");
    let report = state
        .images
        .audit(audit, |event| match event {
            AuditEvent::Files(count) => progress.inc(count as u64),
            AuditEvent::Images(count) => {
                progress.set_message("files and images");
                progress.inc(count as u64);
            }
            AuditEvent::Orphan(key) => progress.suspend(|| println!("nothing knows {key}")),
            AuditEvent::Foreign(key) => progress.suspend(|| println!("not a file of this service, left alone: {key}")),
            AuditEvent::Missing(image, key) => progress.suspend(|| println!("image {image} misses {key}")),
        })
        .await?;
    progress.finish_and_clear();
    let done = if audit.dry_run { "would be removed" } else { "removed" };
    println!(
        "{} files and {} images compared: {} unknown files ({}) {done}, {} files of images missing",
        report.files,
        report.images,
        report.orphans,
        HumanBytes(report.orphan_bytes),
        report.missing,
    );
    Ok(ExitCode::from(if report.missing == 0 { 0 } else { WARNING }))
}
