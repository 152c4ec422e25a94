//! The bookkeeping around an upload: what makes a retry harmless and a crash repairable.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::{BlobKey, Filename, Image, ImageId, Timestamp, UploadId, UserId, id::InvalidId};

/// `Idempotency-Key`: 1–255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Box<str>);

impl IdempotencyKey {
    pub const MAX_LENGTH: usize = 255;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let valid = (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        valid.then(|| Self(text.into())).ok_or(InvalidId("idempotency key"))
    }
}

/// SHA-256 of what makes two requests the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// The right of one request to finish under an idempotency key. It ends after
/// [`Lease::LIFETIME`]; then another request may take over, and this one can not commit any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub user: UserId,
    pub key: IdempotencyKey,
    /// Of its own for each request, so that a holder that was given up on is told from its successor.
    pub id: Ulid,
    pub fingerprint: Fingerprint,
    pub begun_at: Timestamp,
}

impl Lease {
    pub const LIFETIME: Duration = Duration::from_secs(60);

    pub fn new(user: UserId, key: IdempotencyKey, fingerprint: Fingerprint, now: Timestamp) -> Self {
        Self {
            user,
            key,
            id: Ulid::from_parts(u64::try_from(now.as_millis()).unwrap_or(0), rand::random()),
            fingerprint,
            begun_at: now,
        }
    }

    pub fn expires_at(&self) -> Timestamp {
        self.begun_at.plus(Self::LIFETIME)
    }
}

/// A lease together with the result that later requests of the same key are answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub lease: Lease,
    /// Opaque to the store.
    pub result: String,
}

impl Completion {
    /// How long a key is remembered, counted from when the request that succeeded took it.
    pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
}

/// A file that its owner is about to put into storage directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectUpload {
    pub id: UploadId,
    pub user: UserId,
    pub filename: Filename,
    pub begun_at: Timestamp,
    /// What finishing it gave; opaque to the store.
    pub result: Option<String>,
}

impl DirectUpload {
    /// After this it is unknown, finished or not.
    pub const LIFETIME: Duration = Duration::from_secs(60 * 60);
    /// How long its URL takes a file.
    pub const URL_LIFETIME: Duration = Duration::from_secs(10 * 60);

    pub fn key(&self) -> BlobKey {
        BlobKey::temporary(&self.user, self.id)
    }

    pub fn expires_at(&self) -> Timestamp {
        self.begun_at.plus(Self::LIFETIME)
    }
}

/// What was begun and may have been cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PendingKind {
    /// Files are about to exist; the metadata may never follow.
    Upload,
    /// The metadata is gone; files, caches and the CDN follow.
    Delete,
}

impl PendingKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "UPLOAD",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for PendingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A marker of work not yet finished: it names all that a clean-up has to touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    pub kind: PendingKind,
    pub image: ImageId,
    pub user: UserId,
    pub keys: [BlobKey; 2],
    pub begun_at: Timestamp,
}

impl Pending {
    pub fn upload(image: &Image) -> Self {
        Self::of(PendingKind::Upload, image, image.uploaded_at)
    }

    pub fn delete(image: &Image, now: Timestamp) -> Self {
        Self::of(PendingKind::Delete, image, now)
    }

    fn of(kind: PendingKind, image: &Image, begun_at: Timestamp) -> Self {
        Self {
            kind,
            image: image.id,
            user: image.user_id.clone(),
            keys: image.keys(),
            begun_at,
        }
    }
}
