//! Measurements as text that Prometheus reads from a server.

use std::sync::Arc;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder};

use crate::metrics::{self, Exposition};

/// Milliseconds: from a cached read to the longest upload.
const BUCKETS: [f64; 12] = [
    5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0, 30_000.0,
];

/// Counts for the whole process from now on.
///
/// # Errors
/// Measurements go somewhere else already.
pub fn install() -> Result<Exposition, BuildError> {
    let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    metrics::describe();
    Ok(Arc::new(move || {
        // Moves what was measured since the last time into the buckets.
        recorder.run_upkeep();
        recorder.render()
    }))
}
