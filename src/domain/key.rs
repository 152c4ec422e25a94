//! Names of stored files: the only maker of object keys.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::id::{ImageId, InvalidId, UploadId, UserId};

/// Where a file lives, the same on S3 (object key) and in the local folder (relative path):
///
/// | key | what |
/// | --- | --- |
/// | `images/<userId>/<imageId>.webp` | main file |
/// | `images/<userId>/thumbnails/<imageId>.webp` | thumbnail |
/// | `temp/<userId>/<uploadId>` | a direct upload that is not finished |
///
/// Made of validated ids or parsed from a store, so it is a relative path of plain segments:
/// never empty, absolute, `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey(Box<str>);

impl BlobKey {
    /// Prefix of everything that is served.
    pub const IMAGES: &'static str = "images/";
    /// Prefix of everything that expires by itself.
    pub const TEMPORARY: &'static str = "temp/";

    pub fn main(user: &UserId, image: ImageId) -> Self {
        Self(format!("{}{user}/{image}.webp", Self::IMAGES).into())
    }

    pub fn thumbnail(user: &UserId, image: ImageId) -> Self {
        Self(format!("{}{user}/thumbnails/{image}.webp", Self::IMAGES).into())
    }

    pub fn temporary(user: &UserId, upload: UploadId) -> Self {
        Self(format!("{}{user}/{upload}", Self::TEMPORARY).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_temporary(&self) -> bool {
        self.0.starts_with(Self::TEMPORARY)
    }

    /// Whose file it is.
    pub fn user(&self) -> Option<UserId> {
        self.0.split('/').nth(1)?.parse().ok()
    }

    /// The image that a served file belongs to; `None` for a name that this service does not give.
    pub fn image_id(&self) -> Option<ImageId> {
        let name = self.0.strip_prefix(Self::IMAGES)?.rsplit('/').next()?;
        name.strip_suffix(".webp")?.parse().ok()
    }

    pub fn is_thumbnail(&self) -> bool {
        self.0.starts_with(Self::IMAGES) && self.0.split('/').nth(2) == Some("thumbnails")
    }

    /// The direct upload that a temporary file belongs to.
    pub fn upload_id(&self) -> Option<UploadId> {
        self.0.strip_prefix(Self::TEMPORARY)?.rsplit('/').next()?.parse().ok()
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BlobKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let plain = |segment: &str| {
            !segment.is_empty()
                && !segment.starts_with('.')
                && segment
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_:.@|-".contains(&byte))
        };
        let valid = text.len() <= 1024
            && (text.starts_with(Self::IMAGES) || text.starts_with(Self::TEMPORARY))
            && text.split('/').all(plain);
        valid.then(|| Self(text.into())).ok_or(InvalidId("blob key"))
    }
}

impl Serialize for BlobKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for BlobKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_whom_they_belong_to() {
        let user: UserId = "alice".parse().unwrap();
        let image: ImageId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let key = BlobKey::thumbnail(&user, image);
        assert_eq!(key.as_str(), "images/alice/thumbnails/01ARZ3NDEKTSV4RRFFQ69G5FAV.webp");
        assert_eq!(key.image_id(), Some(image));
        assert!(key.is_thumbnail() && !BlobKey::main(&user, image).is_thumbnail());
        assert_eq!(key.user(), Some(user));
        assert_eq!(key.as_str().parse(), Ok(key));
    }

    #[test]
    fn no_key_leaves_its_root() {
        for text in [
            "",
            "images/",
            "images/../x",
            "/images/a",
            "images//a",
            "other/a",
            "images/a/.b",
            "images/a\\b",
            "images/a b",
        ] {
            assert!(text.parse::<BlobKey>().is_err(), "{text}");
        }
    }
}
