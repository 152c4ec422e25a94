//! What is counted and timed: each measurement is defined here once, for every host. The server
//! shows them to Prometheus, the Lambda writes them for CloudWatch; dashboard and alarms of
//! `template.yaml` use the same names, and a test compares them.
//!
//! No user, image or path is ever part of a measurement: the number of series is fixed.

use std::{sync::Arc, time::Duration};

use metrics::{counter, describe_counter, describe_histogram, histogram};

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    pub name: &'static str,
    pub unit: Unit,
    /// What tells its series apart, besides the stage.
    pub label: Option<&'static str>,
    pub help: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    Milliseconds,
}

/// Makes what a scraper reads.
pub type Exposition = Arc<dyn Fn() -> String + Send + Sync>;

macro_rules! measurements {
    ($($constant:ident $name:literal $unit:ident $label:expr, $help:literal;)+) => {
        $(const $constant: Metric = Metric { name: $name, unit: Unit::$unit, label: $label, help: $help };)+

        /// All measurements.
        pub const METRICS: &[Metric] = &[$($constant),+];
    };
}

measurements! {
    CACHE_FAILURES "CacheFailures" Count None, "Calls to Redis that failed or were not made because it does not answer";
    CACHE_HITS "CacheHits" Count None, "Images and list pages that were in the cache";
    CACHE_MISSES "CacheMisses" Count None, "Images and list pages that were not in the cache";
    CLEANUP_FAILURES "CleanupFailures" Count None, "Deletions and dead uploads that are left for the next clean-up";
    COLD_STARTS "ColdStarts" Count None, "First invocations of an instance";
    IDEMPOTENT_REPLAYS "IdempotentReplays" Count None, "Requests that were answered with an earlier result";
    ORPHANS_REMOVED "OrphansRemoved" Count None, "Dead uploads whose files were removed";
    PROCESSING_DURATION "ProcessingDuration" Milliseconds None, "Time to convert one image, in milliseconds";
    RATE_LIMITED "RateLimited" Count None, "Requests that were refused by a limit per user";
    STORAGE_DURATION "StorageDuration" Milliseconds None, "Time to store the files and the metadata of one image, in milliseconds";
    UPLOADS_FAILED "UploadsFailed" Count Some("Code"), "Uploads that failed, by the code of the answer";
    UPLOADS_SUCCEEDED "UploadsSucceeded" Count None, "Images that were stored";
}

/// Tells whoever records what the measurements mean.
pub fn describe() {
    for metric in METRICS {
        match metric.unit {
            Unit::Count => describe_counter!(metric.name, metrics::Unit::Count, metric.help),
            Unit::Milliseconds => describe_histogram!(metric.name, metrics::Unit::Milliseconds, metric.help),
        }
    }
}

#[cfg(feature = "aws")]
pub(crate) fn cache_failed() {
    counter!(CACHE_FAILURES.name).increment(1);
}

#[cfg(feature = "aws")]
pub(crate) fn cache_read(hit: bool) {
    let metric = if hit { CACHE_HITS } else { CACHE_MISSES };
    counter!(metric.name).increment(1);
}

/// Something that was deleted, or never finished, is still there.
pub fn cleanup_failed() {
    counter!(CLEANUP_FAILURES.name).increment(1);
}

/// An instance answers for the first time.
pub fn cold_start() {
    counter!(COLD_STARTS.name).increment(1);
}

pub(crate) fn replayed() {
    counter!(IDEMPOTENT_REPLAYS.name).increment(1);
}

pub(crate) fn orphan_removed() {
    counter!(ORPHANS_REMOVED.name).increment(1);
}

pub(crate) fn processed(took: Duration) {
    histogram!(PROCESSING_DURATION.name).record(millis(took));
}

pub(crate) fn rate_limited() {
    counter!(RATE_LIMITED.name).increment(1);
}

pub(crate) fn stored(took: Duration) {
    histogram!(STORAGE_DURATION.name).record(millis(took));
}

pub(crate) fn upload_failed(code: &'static str) {
    counter!(UPLOADS_FAILED.name, "Code" => code).increment(1);
}

pub(crate) fn upload_succeeded() {
    counter!(UPLOADS_SUCCEEDED.name).increment(1);
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
