//! Identifiers. Parsing is the only way in, so a value can stand in a key or a path as it is.

use std::{fmt, num::NonZeroU64, str::FromStr};

use serde::{Deserialize, Serialize};
use ulid::Ulid;
use uuid::Uuid;

use super::Timestamp;

/// The text is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0}")]
pub struct InvalidId(pub &'static str);

/// A ULID from a cryptographic random source and never monotonic: for the URL of a file its id is
/// the only secret, so one id must not tell the next.
fn new_ulid(now: Timestamp) -> Ulid {
    Ulid::from_parts(u64::try_from(now.as_millis()).unwrap_or(0), rand::random())
}

fn parse_ulid(text: &str) -> Option<Ulid> {
    let ulid = Ulid::from_string(text).ok()?;
    // The decoder is lenient (aliases of digits, overflow): only one spelling, whatever its case.
    ulid.to_string().eq_ignore_ascii_case(text).then_some(ulid)
}

/// Serialises a type through its `Display` and `TryFrom<String>`.
macro_rules! text_serde {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Names one image: a ULID for all that this service makes, a UUID for those that came from the
/// old PostgreSQL table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageId {
    Ulid(Ulid),
    Uuid(Uuid),
}

impl ImageId {
    pub fn new(now: Timestamp) -> Self {
        Self::Ulid(new_ulid(now))
    }

    /// The 128 bits, for compact encodings; [`ImageId::is_ulid`] tells the kind.
    pub fn to_bytes(self) -> [u8; 16] {
        match self {
            Self::Ulid(ulid) => ulid.to_bytes(),
            Self::Uuid(uuid) => uuid.into_bytes(),
        }
    }

    pub fn is_ulid(self) -> bool {
        matches!(self, Self::Ulid(_))
    }

    pub fn from_bytes(bytes: [u8; 16], ulid: bool) -> Self {
        if ulid {
            Self::Ulid(Ulid::from_bytes(bytes))
        } else {
            Self::Uuid(Uuid::from_bytes(bytes))
        }
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ulid(ulid) => ulid.fmt(f),
            Self::Uuid(uuid) => uuid.hyphenated().fmt(f),
        }
    }
}

impl FromStr for ImageId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.len() {
            ulid::ULID_LEN => parse_ulid(text).map(Self::Ulid),
            // Only the hyphenated form: the others would be second names of one image.
            uuid::fmt::Hyphenated::LENGTH => Uuid::try_parse(text).ok().map(Self::Uuid),
            _ => None,
        }
        .ok_or(InvalidId("image id"))
    }
}

text_serde!(ImageId);

/// Names one direct upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UploadId(Ulid);

impl UploadId {
    pub fn new(now: Timestamp) -> Self {
        Self(new_ulid(now))
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UploadId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        parse_ulid(text).map(Self).ok_or(InvalidId("upload id"))
    }
}

text_serde!(UploadId);

/// The `sub` of a token: 1–128 of `[A-Za-z0-9_:.@|-]`, the first a letter or digit, so that it can
/// be one segment of an object key and never `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(Box<str>);

impl UserId {
    pub const MAX_LENGTH: usize = 128;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UserId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let valid = text.len() <= Self::MAX_LENGTH
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_:.@|-".contains(&byte));
        valid.then(|| Self(text.into())).ok_or(InvalidId("user id"))
    }
}

text_serde!(UserId);

/// Names an album of the main API: 1–64 of `[A-Za-z0-9_-]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlbumId(Box<str>);

impl AlbumId {
    pub const MAX_LENGTH: usize = 64;
    /// The rule, for a person.
    pub const RULE: &'static str = "must be 1 to 64 letters, digits, '_' or '-'";

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AlbumId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AlbumId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let valid = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        valid.then(|| Self(text.into())).ok_or(InvalidId("album id"))
    }
}

text_serde!(AlbumId);

/// How often an image's metadata has been written; the first is 1. Bounded so that every client
/// (JSON numbers are doubles) and every store (signed 64 bits) can hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version(NonZeroU64);

impl Version {
    pub const FIRST: Self = Self(NonZeroU64::MIN);
    /// Largest integer that a double holds exactly (RFC 8259, section 6).
    pub const MAX: u64 = (1 << 53) - 1;

    pub fn new(value: u64) -> Option<Self> {
        NonZeroU64::new(value).filter(|v| v.get() <= Self::MAX).map(Self)
    }

    pub fn get(self) -> u64 {
        self.0.get()
    }

    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_id_is_a_ulid_or_a_uuid() {
        let ulid: ImageId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        assert!(ulid.is_ulid());
        assert_eq!("01arz3ndektsv4rrffq69g5fav".parse(), Ok(ulid));
        let uuid: ImageId = "67E55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
        assert_eq!(uuid.to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
        for text in [
            "",
            "01ARZ3NDEKTSV4RRFFQ69G5FA",
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU",
            "O1ARZ3NDEKTSV4RRFFQ69G5FAV",
            "67e5504410b1426f9247bb680e5fe0c8",
            "..%2F..%2Fetc",
        ] {
            assert_eq!(text.parse::<ImageId>(), Err(InvalidId("image id")), "{text}");
        }
    }

    #[test]
    fn a_user_id_can_not_leave_its_folder() {
        for text in ["alice", "us-east-1:67e55044", "auth0|abc", "a@b.example", "0"] {
            assert!(text.parse::<UserId>().is_ok(), "{text}");
        }
        for text in [
            "",
            "..",
            ".hidden",
            "a/b",
            "a b",
            "ä",
            "a\\b",
            "a\0",
            "-a",
            &"a".repeat(129),
        ] {
            assert!(text.parse::<UserId>().is_err(), "{text}");
        }
    }

    #[test]
    fn versions_are_positive_and_fit_a_double() {
        assert_eq!(Version::new(0), None);
        assert_eq!(Version::new(1), Some(Version::FIRST));
        assert_eq!(Version::new(1 << 53), None);
    }
}
