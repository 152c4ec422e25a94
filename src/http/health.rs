//! Whether the service and what it depends on are up.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::{domain::Timestamp, service::Images};

/// So that the probe can not be used to load the dependencies.
const CACHED_FOR: Duration = Duration::from_secs(5);
/// A dependency that takes longer to say so is not up.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the dependencies are called in the answer.
#[derive(Debug, Clone, Copy)]
pub struct ServiceNames {
    pub metadata: &'static str,
    pub storage: &'static str,
    pub cdn: &'static str,
    pub cache: &'static str,
}

/// Asks the dependencies, at most every five seconds.
pub struct Health {
    names: ServiceNames,
    last: Mutex<Option<(Instant, Report)>>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Health)]
pub(super) struct Report {
    /// `healthy`, `degraded` or `unhealthy`.
    status: &'static str,
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    version: &'static str,
    /// `up` or `down` for each dependency; those that are not configured are left out.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    services: serde_json::Map<String, serde_json::Value>,
}

impl Report {
    pub(super) fn is_up(&self) -> bool {
        self.status != "unhealthy"
    }
}

impl Health {
    pub fn new(names: ServiceNames) -> Self {
        Self {
            names,
            last: Mutex::new(None),
            asking: tokio::sync::Mutex::new(()),
        }
    }

    pub(super) async fn report(&self, images: &Images) -> Report {
        if let Some(report) = self.recent() {
            return report;
        }
        // One asks, the others wait for its answer.
        let _asking = self.asking.lock().await;
        if let Some(report) = self.recent() {
            return report;
        }
        let report = self.ask(images).await;
        *self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((Instant::now(), report.clone()));
        report
    }

    fn recent(&self) -> Option<Report> {
        let last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        last.as_ref()
            .filter(|(asked, _)| asked.elapsed() < CACHED_FOR)
            .map(|(_, report)| report.clone())
    }

    async fn ask(&self, images: &Images) -> Report {
        let backends = images.backends();
        let (metadata, storage, cdn, cache) = tokio::join!(
            timeout(PATIENCE, backends.metadata.ping()),
            timeout(PATIENCE, backends.blobs.ping()),
            timeout(PATIENCE, backends.delivery.ping()),
            timeout(PATIENCE, backends.cache.ping()),
        );
        let metadata = matches!(metadata, Ok(Ok(())));
        let storage = matches!(storage, Ok(Ok(())));
        let cdn = cdn.unwrap_or(Some(Err(slow()))).map(|answer| answer.is_ok());
        let cache = cache.unwrap_or(Some(false));

        let mut services = serde_json::Map::new();
        let all = [
            (self.names.metadata, Some(metadata)),
            (self.names.storage, Some(storage)),
            (self.names.cdn, cdn),
            (self.names.cache, cache),
        ];
        for (name, up) in all {
            if let Some(up) = up {
                services.insert(name.to_owned(), if up { "up" } else { "down" }.into());
            }
        }
        Report {
            status: match (metadata && storage, cdn != Some(false) && cache != Some(false)) {
                (false, _) => "unhealthy",
                (true, false) => "degraded",
                (true, true) => "healthy",
            },
            timestamp: backends.clock.now(),
            version: env!("CARGO_PKG_VERSION"),
            services,
        }
    }
}

fn slow() -> crate::store::Error {
    crate::store::Error {
        backend: "delivery",
        operation: "ping",
        kind: crate::store::ErrorKind::Unavailable,
        source: "no answer in time".into(),
    }
}
