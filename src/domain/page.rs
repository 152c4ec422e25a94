//! Lists: what is asked for, where a page ends, and the opaque cursor that says so to a client.

use sha2::{Digest, Sha256};

use super::{AlbumId, Image, ImageId, Tag, Timestamp, UserId};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// Newest first.
    #[default]
    Descending,
    Ascending,
}

/// One page of one user's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    pub user: UserId,
    pub album: Option<AlbumId>,
    pub tag: Option<Tag>,
    pub order: SortOrder,
    /// At most this many images.
    pub limit: usize,
    /// Starts behind this image.
    pub after: Option<Position>,
}

/// Where an image stands in a list. The id decides between equal times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub uploaded_at: Timestamp,
    pub id: ImageId,
}

impl Position {
    pub fn of(image: &Image) -> Self {
        Self {
            uploaded_at: image.uploaded_at,
            id: image.id,
        }
    }
}

/// Images of one page, and where the next one starts if there is more.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImagePage {
    pub images: Vec<Image>,
    pub next: Option<Position>,
}

impl serde::Serialize for Position {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.uploaded_at, self.id).serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Position {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (uploaded_at, id) = serde::Deserialize::deserialize(deserializer)?;
        Ok(Self { uploaded_at, id })
    }
}

/// A [`Position`] as a client carries it: bytes that only fit the caller, filter and order that
/// they were made for. It holds no key of the table: those always come from the token and the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(Position);

/// The bytes are no cursor, or one of another caller, filter or order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list")]
pub struct InvalidCursor;

/// Changes with the layout: an old cursor is refused rather than misread.
const VERSION: u8 = 1;
const LENGTH: usize = 1 + 1 + 8 + 16 + CHECK_LENGTH;
const CHECK_LENGTH: usize = 12;

impl Cursor {
    pub fn new(position: Position) -> Self {
        Self(position)
    }

    pub fn position(self) -> Position {
        self.0
    }

    /// Version, kind of id, time, id, check.
    pub fn to_bytes(self, query: &ListQuery) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend([VERSION, u8::from(self.0.id.is_ulid())]);
        bytes.extend(self.0.uploaded_at.as_millis().to_be_bytes());
        bytes.extend(self.0.id.to_bytes());
        let check = check(&bytes, query);
        bytes.extend(check);
        bytes
    }

    /// # Errors
    /// Anything but what [`Cursor::to_bytes`] gave for a query that differs in `limit` and `after` only.
    pub fn from_bytes(bytes: &[u8], query: &ListQuery) -> Result<Self, InvalidCursor> {
        let (fields, checked) = bytes.split_last_chunk::<CHECK_LENGTH>().ok_or(InvalidCursor)?;
        if *checked != check(fields, query) {
            return Err(InvalidCursor);
        }
        let [VERSION, kind @ (0 | 1), rest @ ..] = fields else {
            return Err(InvalidCursor);
        };
        let (time, id) = rest.split_first_chunk::<8>().ok_or(InvalidCursor)?;
        Ok(Self(Position {
            uploaded_at: Timestamp::from_millis(i64::from_be_bytes(*time)),
            id: ImageId::from_bytes(id.try_into().map_err(|_| InvalidCursor)?, *kind == 1),
        }))
    }
}

/// Ties the bytes to the list. No secret is needed: whoever makes up a cursor moves within a list of their own.
fn check(fields: &[u8], query: &ListQuery) -> [u8; CHECK_LENGTH] {
    let mut hash = Sha256::new();
    let album = query.album.as_ref().map_or("", |album| album.as_str());
    let tag = query.tag.as_ref().map_or("", |tag| tag.as_str());
    for part in [fields, query.user.as_str().as_bytes(), album.as_bytes(), tag.as_bytes()] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.update([u8::from(query.order == SortOrder::Ascending)]);
    let digest: [u8; 32] = hash.finalize().into();
    *digest.first_chunk().expect("a digest is longer than its check")
}
