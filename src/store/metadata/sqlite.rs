//! Metadata in SQLite: one file, one writer, several readers.

use std::{collections::HashSet, path::Path, time::Duration};

use async_trait::async_trait;
use rusqlite::Connection;

use super::{Claim, Created, Deleted, MetadataStore, NewImage, Started, Updated, Walk};
use crate::{
    domain::{
        AlbumId, Completion, DirectUpload, Image, ImageId, ImagePage, ImagePatch, Lease, ListQuery, Pending,
        PendingKind, Timestamp, UploadId, UserId, Version,
    },
    store::Result,
};

mod error;
mod images;
mod migrations;
mod pending;
mod readers;
mod uploads;
mod walk;
mod writer;

use readers::Readers;
use writer::Writer;

/// How long a connection waits for another process, such as a backup, to release the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared: more than there are.
const STATEMENTS: usize = 64;

/// All metadata in one SQLite database. A write is committed and synced when its call returns.
pub struct SqliteMetadata {
    /// `None` in memory, where there is no second connection to the same data.
    readers: Option<Readers>,
    writer: Writer,
}

impl SqliteMetadata {
    /// Opens or creates the database; its folder must exist. Readers: as many as there are processors.
    ///
    /// # Errors
    /// Not a database, one written by a newer program, or no access.
    pub fn open(path: &Path) -> Result<Self> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let open = |operation| move |source| error::error(operation, source);
        let mut connection = Connection::open(path).map_err(open("open"))?;
        configure(&connection).map_err(open("configure"))?;
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            .map_err(open("configure"))?;
        migrations::apply(&mut connection)?;
        let readers = Readers::open(path, processors.clamp(2, 8)).map_err(open("open"))?;
        Self::start(connection, Some(readers))
    }

    /// A database of its own that lives as long as this value.
    ///
    /// # Errors
    /// No memory.
    pub fn in_memory() -> Result<Self> {
        let open = |source| error::error("open", source);
        let mut connection = Connection::open_in_memory().map_err(open)?;
        configure(&connection).map_err(open)?;
        migrations::apply(&mut connection)?;
        Self::start(connection, None)
    }

    fn start(connection: Connection, readers: Option<Readers>) -> Result<Self> {
        let writer = Writer::start(connection).map_err(|source| crate::store::Error {
            backend: "sqlite",
            operation: "start",
            kind: crate::store::ErrorKind::Unavailable,
            source: source.into(),
        })?;
        Ok(Self { readers, writer })
    }

    /// Adds many new images in one transaction, without intents: for filling a database.
    ///
    /// # Errors
    /// One of the images exists already; nothing was added.
    pub async fn bulk_insert(&self, images: &[Image]) -> Result<()> {
        let images = images.to_vec();
        self.write("bulk_insert", move |connection| images::insert_all(connection, &images))
            .await
    }

    async fn read<T, F>(&self, operation: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        match &self.readers {
            Some(readers) => readers.call(operation, work).await,
            None => self.writer.call(operation, work).await,
        }
    }

    async fn write<T, F>(&self, operation: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.writer.call(operation, work).await
    }
}

/// What every connection needs.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(BUSY_TIMEOUT)
}

#[async_trait]
impl MetadataStore for SqliteMetadata {
    async fn begin_upload(&self, intent: &Pending) -> Result<()> {
        let intent = intent.clone();
        self.write("begin_upload", move |c| pending::insert(c, &intent)).await
    }

    async fn create(&self, new: &NewImage) -> Result<Created> {
        let new = new.clone();
        self.write("create", move |c| uploads::create(c, &new)).await
    }

    async fn abandon_upload(&self, image: ImageId) -> Result<bool> {
        self.write("abandon_upload", move |c| pending::abandon(c, image)).await
    }

    async fn get(&self, id: ImageId) -> Result<Option<Image>> {
        self.read("get", move |c| images::get(c, id)).await
    }

    async fn list(&self, query: &ListQuery) -> Result<ImagePage> {
        let query = query.clone();
        self.read("list", move |c| walk::list(c, &query)).await
    }

    async fn count(&self, user: &UserId, album: Option<&AlbumId>) -> Result<u64> {
        let (user, album) = (user.clone(), album.cloned());
        self.read("count", move |c| images::count(c, &user, album.as_ref()))
            .await
    }

    async fn update(
        &self,
        id: ImageId,
        user: &UserId,
        version: Version,
        patch: &ImagePatch,
        now: Timestamp,
    ) -> Result<Updated> {
        let (user, patch) = (user.clone(), patch.clone());
        self.write("update", move |c| images::update(c, id, &user, version, patch, now))
            .await
    }

    async fn delete(&self, id: ImageId, user: &UserId, now: Timestamp) -> Result<Deleted> {
        let user = user.clone();
        self.write("delete", move |c| images::delete(c, id, &user, now)).await
    }

    async fn pending(
        &self,
        kind: PendingKind,
        until: Timestamp,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Walk<Pending>> {
        let after = match after {
            None => pending::After::nothing(),
            Some(text) => pending::After::parse(text).ok_or_else(|| error::bad_position("pending"))?,
        };
        self.read("pending", move |c| pending::walk(c, kind, until, &after, limit))
            .await
    }

    async fn finish_pending(&self, kind: PendingKind, image: ImageId) -> Result<()> {
        self.write("finish_pending", move |c| pending::remove(c, kind, image))
            .await
    }

    async fn claim(&self, lease: &Lease) -> Result<Claim> {
        let lease = lease.clone();
        self.write("claim", move |c| uploads::claim(c, &lease)).await
    }

    async fn release(&self, lease: &Lease) -> Result<()> {
        let lease = lease.clone();
        self.write("release", move |c| uploads::release(c, &lease)).await
    }

    async fn start_direct_upload(&self, upload: &DirectUpload, completion: Option<&Completion>) -> Result<Started> {
        let (upload, completion) = (upload.clone(), completion.cloned());
        self.write("start_direct_upload", move |c| {
            uploads::start_direct_upload(c, &upload, completion.as_ref())
        })
        .await
    }

    async fn direct_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<DirectUpload>> {
        self.read("direct_upload", move |c| uploads::direct_upload(c, id, now))
            .await
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<()> {
        self.write("purge_expired", move |c| uploads::purge_expired(c, now))
            .await
    }

    async fn scan(&self, after: Option<&str>, limit: usize) -> Result<Walk<Image>> {
        let after = after.unwrap_or_default().to_owned();
        self.read("scan", move |c| walk::scan(c, &after, limit)).await
    }

    async fn known(&self, ids: &[ImageId]) -> Result<HashSet<ImageId>> {
        let ids = ids.to_vec();
        self.read("known", move |c| {
            let mut known = HashSet::with_capacity(ids.len());
            for id in ids {
                if pending::is_known(c, id)? {
                    known.insert(id);
                }
            }
            Ok(known)
        })
        .await
    }

    /// Asks the writer: readers work on when it does not.
    async fn ping(&self) -> Result<()> {
        self.write("ping", |c| c.query_row("SELECT 1", [], |_| Ok(()))).await
    }
}
