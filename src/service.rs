//! The use cases, and the only place that orders side effects.
//!
//! Every write has one commit point, a single call to the metadata store, and leaves a marker
//! before it begins ([`Pending`](crate::domain::Pending)): a crash anywhere leaves garbage that [`Images::drain`] removes,
//! never metadata without files.

use std::{
    panic,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::timeout_at;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use crate::{
    Error,
    cache::Cache,
    clock::Clock,
    delivery::Delivery,
    pipeline::{Format, Recipe},
    store::{BlobStore, MetadataStore},
};

mod audit;
mod cleanup;
mod delete;
mod direct_upload;
mod get;
mod jobs;
mod list;
mod update;
mod upload;

pub use audit::{Audit, AuditEvent, AuditReport};
pub use cleanup::Drained;
pub use direct_upload::{FinishRequest, StartRequest, Ticket};
pub use list::Listing;
pub use upload::{AcceptedFile, UploadRequest, Uploaded};

/// What the use cases work with. Only `bootstrap` knows which backends these are.
#[derive(Clone)]
pub struct Backends {
    pub metadata: Arc<dyn MetadataStore>,
    pub blobs: Arc<dyn BlobStore>,
    pub cache: Arc<dyn Cache>,
    pub delivery: Arc<dyn Delivery>,
    pub clock: Arc<dyn Clock>,
}

/// What a deployment decides.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Name of the bucket, told to clients.
    pub bucket: String,
    pub recipe: Recipe,
    /// What uploads may be: all or some of [`Format`].
    pub formats: Vec<Format>,
    /// Bytes of an upload.
    pub max_file_size: u64,
    /// Images that are processed at the same time.
    pub max_jobs: usize,
    /// Bytes that all of them may need together.
    pub job_memory: u64,
    /// Whether this process finishes deletions itself (a server) or something else is told of the
    /// markers (a function that the table's stream calls).
    pub finish_deletions: bool,
}

/// The use cases. Cheap to clone.
#[derive(Clone)]
pub struct Images {
    backends: Arc<Backends>,
    policy: Arc<Policy>,
    jobs: jobs::Jobs,
    tasks: TaskTracker,
}

impl Images {
    pub fn new(backends: Backends, policy: Policy) -> Self {
        Self {
            jobs: jobs::Jobs::new(policy.max_jobs, policy.job_memory),
            tasks: TaskTracker::new(),
            backends: Arc::new(backends),
            policy: Arc::new(policy),
        }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub fn backends(&self) -> &Backends {
        &self.backends
    }

    /// Waits until nothing is under way that an answer did not wait for: clean-ups, and writes
    /// whose client went away or whose time was up.
    pub async fn settle(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }

    /// Runs a use case with side effects to its end, whatever becomes of the caller: when the
    /// caller is dropped or `deadline` passes, the use case learns of it through [`Call`] and is
    /// never cut off in the middle of a write.
    async fn detached<T, F>(&self, deadline: Instant, use_case: impl FnOnce(Self, Call) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let gone = CancellationToken::new();
        let _tells_when_dropped = gone.clone().drop_guard();
        let call = Call { deadline, gone };
        let task = self.tasks.spawn(use_case(self.clone(), call).in_current_span());
        match timeout_at(deadline.into(), task).await {
            Err(_) => Err(Error::Timeout),
            Ok(Ok(result)) => result,
            Ok(Err(failure)) => match failure.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(failure) => Err(Error::internal(failure)),
            },
        }
    }
}

/// How long somebody waits for an answer.
struct Call {
    deadline: Instant,
    gone: CancellationToken,
}

impl Call {
    /// Awaits something that may be dropped half-way: it has no side effects, or harmless ones.
    async fn wait<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.gone.cancelled() => Err(Error::ClientGone),
            result = timeout_at(self.deadline.into(), future) => result.map_err(|_| Error::Timeout),
        }
    }

    /// Asked before a side effect begins.
    fn check(&self) -> Result<(), Error> {
        if self.gone.is_cancelled() {
            Err(Error::ClientGone)
        } else {
            self.check_time()
        }
    }

    /// Asked once side effects have begun: then it is quicker to finish than to undo, unless the
    /// time is up and the answer has been given.
    fn check_time(&self) -> Result<(), Error> {
        if Instant::now() >= self.deadline {
            Err(Error::Timeout)
        } else {
            Ok(())
        }
    }
}

/// Waits for a read until `deadline`.
async fn before<T>(deadline: Instant, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout_at(deadline.into(), read).await.unwrap_or(Err(Error::Timeout))
}

/// Uploads that began longer ago than this are dead: none may take this long.
pub const UPLOADS_ARE_DEAD_AFTER: Duration = Duration::from_secs(60 * 60);
