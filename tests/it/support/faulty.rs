//! Stores that fail when a test says so.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use image_service::{
    domain::{
        AlbumId, BlobKey, Completion, DirectUpload, Image, ImageId, ImagePage, ImagePatch, Lease, ListQuery, Pending,
        PendingKind, Timestamp, UploadId, UserId, Version,
    },
    store::{
        BlobStore, Error, ErrorKind, MetadataStore, Result,
        blob::{BlobEntry, Fetched, PutGrant, SignedPut},
        metadata::{Claim, Created, Deleted, NewImage, Started, Updated, Walk},
    },
};
use tokio::sync::Notify;

/// What a failed call has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    NotDone,
    /// All that it should: only its answer is lost.
    AnswerLost,
    /// It panics, as only a bug of ours would.
    Panic,
}

/// A call that waits until it is let go.
#[derive(Clone, Default)]
pub struct Hold {
    reached: Arc<Notify>,
    let_go: Arc<Notify>,
}

impl Hold {
    /// Waits until the call is there.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    pub fn let_go(&self) {
        self.let_go.notify_one();
    }
}

/// What happens to one call.
#[derive(Clone)]
enum Fate {
    Fails(Fault),
    Waits(Hold),
}

/// Which calls fail. One of these can stand behind several stores, whose calls it then counts
/// together. Calls are named after their trait: `metadata.create`, `blob.put`.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    plans: Vec<Plan>,
    calls: Vec<&'static str>,
}

struct Plan {
    /// `None`: any.
    call: Option<&'static str>,
    /// Calls that go through before; `None` fails all there are.
    before: Option<usize>,
    fate: Fate,
}

impl Faults {
    /// Fails the n-th call from now, whichever it is; the first is 1.
    pub fn fail_nth(&self, n: usize, fault: Fault) {
        self.plan(None, Some(n), Fate::Fails(fault));
    }

    /// Fails the n-th call of this name from now; the first is 1.
    pub fn fail_nth_of(&self, call: &'static str, n: usize, fault: Fault) {
        self.plan(Some(call), Some(n), Fate::Fails(fault));
    }

    /// Fails all calls of this name from now.
    pub fn fail_all_of(&self, call: &'static str, fault: Fault) {
        self.plan(Some(call), None, Fate::Fails(fault));
    }

    /// Lets the n-th call of this name from now wait; the first is 1.
    pub fn hold_nth_of(&self, call: &'static str, n: usize) -> Hold {
        let hold = Hold::default();
        self.plan(Some(call), Some(n), Fate::Waits(hold.clone()));
        hold
    }

    /// From now on nothing fails, and counting starts anew.
    pub fn clear(&self) {
        *self.state() = State::default();
    }

    /// The calls since the start or [`Faults::clear`], in their order.
    pub fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }

    /// Whether every planned failure has happened: else a test has proved nothing.
    pub fn all_happened(&self) -> bool {
        self.state().plans.iter().all(|plan| plan.before.is_none())
    }

    fn plan(&self, call: Option<&'static str>, n: Option<usize>, fate: Fate) {
        let before = n.map(|n| n.checked_sub(1).expect("the first call is 1"));
        self.state().plans.push(Plan { call, before, fate });
    }

    /// Counts a call; what is to happen to it.
    fn next(&self, call: &'static str) -> Option<Fate> {
        let mut state = self.state();
        state.calls.push(call);
        let mut fate = None;
        state.plans.retain_mut(|plan| {
            if plan.call.is_some_and(|planned| planned != call) {
                return true;
            }
            match &mut plan.before {
                Some(before @ 1..) => {
                    *before -= 1;
                    true
                }
                Some(0) => {
                    fate = Some(plan.fate.clone());
                    false
                }
                None => {
                    fate = Some(plan.fate.clone());
                    true
                }
            }
        });
        fate
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failure(operation: &'static str) -> Error {
    Error {
        backend: "faulty",
        operation,
        kind: ErrorKind::Unavailable,
        source: "as the test wants it".into(),
    }
}

/// Passes every call on to `inner` unless it is to fail.
pub struct Faulty<S: ?Sized> {
    inner: Arc<S>,
    faults: Faults,
}

impl<S: ?Sized> Faulty<S> {
    pub fn new(inner: Arc<S>, faults: &Faults) -> Self {
        Self {
            inner,
            faults: faults.clone(),
        }
    }

    async fn call<T>(&self, name: &'static str, call: impl Future<Output = Result<T>>) -> Result<T> {
        match self.faults.next(name) {
            None => call.await,
            Some(Fate::Fails(Fault::NotDone)) => Err(failure(name)),
            Some(Fate::Fails(Fault::AnswerLost)) => call.await.and(Err(failure(name))),
            Some(Fate::Fails(Fault::Panic)) => panic!("{name}: a secret of the server"),
            Some(Fate::Waits(hold)) => {
                hold.reached.notify_one();
                hold.let_go.notified().await;
                call.await
            }
        }
    }
}

#[async_trait]
impl MetadataStore for Faulty<dyn MetadataStore> {
    async fn begin_upload(&self, intent: &Pending) -> Result<()> {
        self.call("metadata.begin_upload", self.inner.begin_upload(intent))
            .await
    }

    async fn create(&self, new: &NewImage) -> Result<Created> {
        self.call("metadata.create", self.inner.create(new)).await
    }

    async fn abandon_upload(&self, image: ImageId) -> Result<bool> {
        self.call("metadata.abandon_upload", self.inner.abandon_upload(image))
            .await
    }

    async fn get(&self, id: ImageId) -> Result<Option<Image>> {
        self.call("metadata.get", self.inner.get(id)).await
    }

    async fn list(&self, query: &ListQuery) -> Result<ImagePage> {
        self.call("metadata.list", self.inner.list(query)).await
    }

    async fn count(&self, user: &UserId, album: Option<&AlbumId>) -> Result<u64> {
        self.call("metadata.count", self.inner.count(user, album)).await
    }

    async fn update(
        &self,
        id: ImageId,
        user: &UserId,
        version: Version,
        patch: &ImagePatch,
        now: Timestamp,
    ) -> Result<Updated> {
        self.call("metadata.update", self.inner.update(id, user, version, patch, now))
            .await
    }

    async fn delete(&self, id: ImageId, user: &UserId, now: Timestamp) -> Result<Deleted> {
        self.call("metadata.delete", self.inner.delete(id, user, now)).await
    }

    async fn pending(
        &self,
        kind: PendingKind,
        until: Timestamp,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Walk<Pending>> {
        self.call("metadata.pending", self.inner.pending(kind, until, after, limit))
            .await
    }

    async fn finish_pending(&self, kind: PendingKind, image: ImageId) -> Result<()> {
        self.call("metadata.finish_pending", self.inner.finish_pending(kind, image))
            .await
    }

    async fn claim(&self, lease: &Lease) -> Result<Claim> {
        self.call("metadata.claim", self.inner.claim(lease)).await
    }

    async fn release(&self, lease: &Lease) -> Result<()> {
        self.call("metadata.release", self.inner.release(lease)).await
    }

    async fn start_direct_upload(&self, upload: &DirectUpload, completion: Option<&Completion>) -> Result<Started> {
        let call = self.inner.start_direct_upload(upload, completion);
        self.call("metadata.start_direct_upload", call).await
    }

    async fn direct_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<DirectUpload>> {
        self.call("metadata.direct_upload", self.inner.direct_upload(id, now))
            .await
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<()> {
        self.call("metadata.purge_expired", self.inner.purge_expired(now)).await
    }

    async fn scan(&self, after: Option<&str>, limit: usize) -> Result<Walk<Image>> {
        self.call("metadata.scan", self.inner.scan(after, limit)).await
    }

    async fn known(&self, ids: &[ImageId]) -> Result<HashSet<ImageId>> {
        self.call("metadata.known", self.inner.known(ids)).await
    }

    async fn ping(&self) -> Result<()> {
        self.call("metadata.ping", self.inner.ping()).await
    }
}

#[async_trait]
impl BlobStore for Faulty<dyn BlobStore> {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<()> {
        self.call("blob.put", self.inner.put(key, bytes)).await
    }

    async fn get(&self, key: &BlobKey, limit: u64) -> Result<Fetched> {
        self.call("blob.get", self.inner.get(key, limit)).await
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool> {
        self.call("blob.exists", self.inner.exists(key)).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        self.call("blob.delete", self.inner.delete(key)).await
    }

    async fn sign_put(&self, grant: &PutGrant) -> Result<SignedPut> {
        self.call("blob.sign_put", self.inner.sign_put(grant)).await
    }

    async fn list(&self, prefix: &'static str, after: Option<&str>, limit: usize) -> Result<Walk<BlobEntry>> {
        self.call("blob.list", self.inner.list(prefix, after, limit)).await
    }

    async fn expire_temporary(&self, before: Timestamp) -> Result<()> {
        self.call("blob.expire_temporary", self.inner.expire_temporary(before))
            .await
    }

    async fn ping(&self) -> Result<()> {
        self.call("blob.ping", self.inner.ping()).await
    }
}
