//! Which images are processed at the same time: as many as there are cores, and no more than
//! memory allows.

use std::sync::Arc;

use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

use super::Call;
use crate::Error;

/// Memory is counted in pieces of this many bytes, so that a count fits the semaphore.
const UNIT: u64 = 64 * 1024;

/// Admits jobs first come, first served.
#[derive(Clone)]
pub(super) struct Jobs {
    cores: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    memory_units: u32,
}

impl Jobs {
    pub(super) fn new(cores: usize, memory: u64) -> Self {
        let memory_units = u32::try_from(memory / UNIT).unwrap_or(u32::MAX).max(1);
        Self {
            cores: Arc::new(Semaphore::new(cores.max(1))),
            memory: Arc::new(Semaphore::new(memory_units as usize)),
            memory_units,
        }
    }

    /// Runs `job` off the async threads once there is a core and `bytes` of memory for it.
    ///
    /// The permits live in the job itself: a client that hangs up does not free what is still in use.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when there is no room before the call's time is up.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        call: &Call,
        bytes: u64,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permits = call.wait(self.admit(bytes)).await.map_err(|error| match error {
            Error::Timeout => Error::Overloaded,
            other => other,
        })?;
        let permits = permits.map_err(Error::internal)?;
        let job = spawn_blocking(move || {
            let result = job();
            drop(permits);
            result
        });
        call.wait(job).await?.map_err(Error::internal)
    }

    async fn admit(&self, bytes: u64) -> Result<[OwnedSemaphorePermit; 2], AcquireError> {
        // One that needs more than there is runs alone.
        let units = u32::try_from(bytes.div_ceil(UNIT))
            .unwrap_or(u32::MAX)
            .clamp(1, self.memory_units);
        let memory = Arc::clone(&self.memory).acquire_many_owned(units).await?;
        let core = Arc::clone(&self.cores).acquire_owned().await?;
        Ok([memory, core])
    }
}
