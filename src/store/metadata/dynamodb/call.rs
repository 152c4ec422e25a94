//! Calls that are repeated until they are answered, within a bound.

use std::time::Duration;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use tokio::time::{Instant, sleep, timeout_at};

use super::item::Unreadable;
use crate::store::{Error, ErrorKind, Result, aws};

pub(super) const BACKEND: &str = "dynamodb";

/// All that one operation of the store may take: less than any request may.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Pauses are chosen at random up to a bound that doubles from here …
const SHORTEST_PAUSE: Duration = Duration::from_millis(25);
/// … to here.
const LONGEST_PAUSE: Duration = Duration::from_millis(800);

/// One operation of the store: its calls share its time.
pub(super) struct Operation {
    pub(super) name: &'static str,
    deadline: Instant,
}

/// What to do about a service's answer that is an error.
pub(super) enum Verdict {
    /// It says that a condition failed: the caller knows what that means.
    Answer,
    Again(ErrorKind),
    Fail(ErrorKind),
}

impl Operation {
    pub(super) fn begin(name: &'static str) -> Self {
        Self {
            name,
            deadline: Instant::now() + TIME_LIMIT,
        }
    }

    /// Sends until there is an answer: `Err` within `Ok` is a failed condition.
    pub(super) async fn call<T, E, F>(&self, send: impl FnMut() -> F) -> Result<std::result::Result<T, E>>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
    {
        self.call_with(send, |_| None).await
    }

    /// [`Operation::call`], where `judge` may know better than the code of an error tells.
    pub(super) async fn call_with<T, E, F>(
        &self,
        mut send: impl FnMut() -> F,
        judge: impl Fn(&E) -> Option<Verdict>,
    ) -> Result<std::result::Result<T, E>>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
    {
        // Whether an earlier attempt may have been carried out although its answer never came.
        let mut unsure = false;
        let mut bound = SHORTEST_PAUSE;
        loop {
            let error = match timeout_at(self.deadline, send()).await {
                Ok(Ok(output)) => return Ok(Ok(output)),
                Ok(Err(error)) => error,
                Err(_) => return Err(self.error(ErrorKind::Unavailable, "no answer in time")),
            };
            let verdict = match error.as_service_error() {
                Some(answer) => judge(answer).unwrap_or_else(|| verdict(answer.code(), aws::kind(&error))),
                None => repeatable(aws::kind(&error)),
            };
            let (kind, error) = match (verdict, error) {
                (Verdict::Answer, SdkError::ServiceError(answer)) => return Ok(Err(answer.into_err())),
                (Verdict::Again(kind), error) => (kind, error),
                (Verdict::Fail(kind), error) => return Err(self.error(kind, error)),
                (Verdict::Answer, error) => return Err(self.error(ErrorKind::Rejected, error)),
            };
            unsure |= kind == ErrorKind::Unavailable;
            let pause = bound.mul_f64(rand::random());
            if Instant::now() + pause >= self.deadline {
                let kind = if unsure { ErrorKind::Unavailable } else { kind };
                return Err(self.error(kind, error));
            }
            tracing::debug!(operation = self.name, error = &error as &dyn std::error::Error, "again");
            sleep(pause).await;
            bound = LONGEST_PAUSE.min(bound * 2);
        }
    }

    /// A call that has no condition which could fail.
    pub(super) async fn demand<T, E, F>(&self, send: impl FnMut() -> F) -> Result<T>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
    {
        self.call(send)
            .await?
            .map_err(|error| self.error(ErrorKind::Rejected, error))
    }

    /// Waits a little where an answer said that there is more to ask for; fails when the time is up.
    pub(super) async fn pause(&self) -> Result<()> {
        let pause = SHORTEST_PAUSE.mul_f64(rand::random());
        if Instant::now() + pause >= self.deadline {
            return Err(self.error(ErrorKind::Throttled, "not everything was read in time"));
        }
        sleep(pause).await;
        Ok(())
    }

    pub(super) fn error(&self, kind: ErrorKind, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error {
            backend: BACKEND,
            operation: self.name,
            kind,
            source: source.into(),
        }
    }

    pub(super) fn corrupt(&self, source: Unreadable) -> Error {
        self.error(ErrorKind::Corrupt, source)
    }
}

fn verdict(code: Option<&str>, kind: ErrorKind) -> Verdict {
    match (code, kind) {
        (Some("ConditionalCheckFailedException"), _) => Verdict::Answer,
        // Another transaction has one of the items just now.
        (Some("TransactionConflictException"), _) => Verdict::Again(ErrorKind::Throttled),
        // This very transaction, sent before, is not finished.
        (Some("TransactionInProgressException"), _) => Verdict::Again(ErrorKind::Unavailable),
        (_, kind) => repeatable(kind),
    }
}

fn repeatable(kind: ErrorKind) -> Verdict {
    match kind {
        ErrorKind::Unavailable | ErrorKind::Throttled => Verdict::Again(kind),
        ErrorKind::Rejected | ErrorKind::Corrupt => Verdict::Fail(kind),
    }
}
