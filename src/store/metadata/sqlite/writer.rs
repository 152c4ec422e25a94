//! One thread that writes. What has queued up while the disk was syncing goes into the next
//! transaction together (group commit): many concurrent writes cost one sync.

use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::{batch_failed, error, stopped};
use crate::store::Result;

/// Calls that wait for the thread; more wait for a place.
const QUEUE: usize = 1024;
/// Calls of one transaction.
const BATCH: usize = 64;

pub(super) struct Writer {
    /// `None` only while dropping.
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(&connection, queue))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs `work` in a transaction and returns once it is committed. An error of `work` undoes what
    /// it has written. A caller that goes away does not stop what it has queued.
    pub(super) async fn call<T, F>(&self, operation: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let call = Call {
            operation,
            work: Some(work),
            result: None,
            answer,
        };
        let jobs = self.jobs.as_ref().ok_or_else(|| stopped(operation))?;
        jobs.send(Box::new(call)).await.map_err(|_| stopped(operation))?;
        answered.await.map_err(|_| stopped(operation))?
    }
}

impl Drop for Writer {
    /// Waits for what is queued, so that the file is closed when this returns.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported by the panic hook.
            let _ = thread.join();
        }
    }
}

trait Job: Send {
    /// An error means that the whole transaction is beyond repair.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;

    /// Tells the caller, given how the transaction ended.
    fn answer(self: Box<Self>, transaction: &rusqlite::Result<()>);
}

struct Call<T, F> {
    operation: &'static str,
    work: Option<F>,
    result: Option<rusqlite::Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F> Job for Call<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        execute(connection, "SAVEPOINT call")?;
        let result = work(connection);
        if result.is_err() {
            if connection.is_autocommit() {
                // The error, such as a full disk, has undone the whole transaction.
                return result.map(drop);
            }
            execute(connection, "ROLLBACK TO call")?;
        }
        execute(connection, "RELEASE call")?;
        self.result = Some(result);
        Ok(())
    }

    fn answer(self: Box<Self>, transaction: &rusqlite::Result<()>) {
        let operation = self.operation;
        let result = match (transaction, self.result) {
            (Ok(()), Some(result)) => result.map_err(|source| error(operation, source)),
            (Ok(()), None) => Err(stopped(operation)),
            (Err(cause), _) => Err(batch_failed(operation, cause)),
        };
        // Fails when the caller has gone away.
        let _ = self.answer.send(result);
    }
}

fn run(connection: &Connection, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        let outcome = commit(connection, &mut batch);
        if outcome.is_err() && !connection.is_autocommit() {
            // Whatever this says, the next transaction shows whether the connection still works.
            let _ = execute(connection, "ROLLBACK");
        }
        for job in batch.drain(..) {
            job.answer(&outcome);
        }
    }
}

fn commit(connection: &Connection, batch: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    execute(connection, "BEGIN IMMEDIATE")?;
    for job in batch {
        job.run(connection)?;
    }
    execute(connection, "COMMIT")
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
