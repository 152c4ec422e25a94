//! The keys of the table. Other systems read them: their format is fixed.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::Item;
use crate::domain::{AlbumId, ImageId, Lease, PendingKind, Timestamp, UploadId, UserId};

pub(super) const PK: &str = "PK";
pub(super) const SK: &str = "SK";
/// Sort key of whatever has no second item under its partition key.
pub(super) const METADATA: &str = "METADATA";
pub(super) const IMAGE_PREFIX: &str = "IMAGE#";
const UPLOADED_PREFIX: &str = "UPLOADED#";

/// Partitions that pending work is spread over: enough for any rate of writes, few enough to walk.
pub(super) const SHARDS: u8 = 16;

/// An index with the names of its keys.
pub(super) struct Index {
    pub(super) name: &'static str,
    pub(super) pk: &'static str,
    pub(super) sk: &'static str,
}

/// All images of a user.
pub(super) const USER_INDEX: Index = Index {
    name: "UserIndex",
    pk: "GSI1PK",
    sk: "GSI1SK",
};
/// All images of an album id, which several users may have.
pub(super) const ALBUM_INDEX: Index = Index {
    name: "AlbumIndex",
    pk: "GSI2PK",
    sk: "GSI2SK",
};

/// The primary key of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(super) fn image(id: ImageId) -> Self {
        Self::new(format!("{IMAGE_PREFIX}{id}"), METADATA)
    }

    /// How many images a user has, in all or in one album.
    pub(super) fn count(user: &UserId, album: Option<&AlbumId>) -> Self {
        let sk = match album {
            None => "COUNT".to_owned(),
            Some(album) => format!("COUNT#{album}"),
        };
        Self::new(user_partition(user), sk)
    }

    /// A user id has no `#`, so no two pairs of user and key share a partition key.
    pub(super) fn idempotency(lease: &Lease) -> Self {
        Self::new(format!("IDEMPOTENCY#{}#{}", lease.user, lease.key.as_str()), METADATA)
    }

    pub(super) fn upload(id: UploadId) -> Self {
        Self::new(format!("UPLOAD#{id}"), METADATA)
    }

    pub(super) fn pending(kind: PendingKind, image: ImageId) -> Self {
        Self::new(pending_partition(shard(image)), format!("{kind}#{image}"))
    }

    /// The key as an item, to look one up by.
    pub(super) fn into_item(self) -> Item {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk)),
            (SK.to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

pub(super) fn user_partition(user: &UserId) -> String {
    format!("USER#{user}")
}

pub(super) fn album_partition(album: &AlbumId) -> String {
    format!("ALBUM#{album}")
}

pub(super) fn pending_partition(shard: u8) -> String {
    format!("PENDING#{shard}")
}

/// The last byte of an id is random, whichever kind of id it is.
pub(super) fn shard(image: ImageId) -> u8 {
    let [.., last] = image.to_bytes();
    last % SHARDS
}

pub(super) fn uploaded(at: Timestamp) -> String {
    format!("{UPLOADED_PREFIX}{at}")
}

/// The time in a sort key of an index.
pub(super) fn parse_uploaded(sk: &str) -> Option<Timestamp> {
    sk.strip_prefix(UPLOADED_PREFIX)?.parse().ok()
}

/// The image in a partition key.
pub(super) fn parse_image(pk: &str) -> Option<ImageId> {
    pk.strip_prefix(IMAGE_PREFIX)?.parse().ok()
}

/// The kind of work and the image in the sort key of a marker.
pub(super) fn parse_pending(sk: &str) -> Option<(PendingKind, ImageId)> {
    let (kind, image) = sk.split_once('#')?;
    let kind = [PendingKind::Upload, PendingKind::Delete]
        .into_iter()
        .find(|candidate| candidate.as_str() == kind)?;
    Some((kind, image.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_data_model() {
        let image: ImageId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let user: UserId = "alice".parse().unwrap();
        let album: AlbumId = "castles".parse().unwrap();
        let is = |key: Key, pk: &str, sk: &str| assert_eq!((key.pk.as_str(), key.sk.as_str()), (pk, sk));
        is(Key::image(image), "IMAGE#01ARZ3NDEKTSV4RRFFQ69G5FAV", "METADATA");
        is(Key::count(&user, None), "USER#alice", "COUNT");
        is(Key::count(&user, Some(&album)), "USER#alice", "COUNT#castles");
        let pending = Key::pending(PendingKind::Delete, image);
        is(pending.clone(), "PENDING#11", "DELETE#01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(parse_pending(&pending.sk), Some((PendingKind::Delete, image)));
        let time = Timestamp::from_millis(1_736_937_000_000);
        assert_eq!(uploaded(time), "UPLOADED#2025-01-15T10:30:00.000Z");
        assert_eq!(parse_uploaded(&uploaded(time)), Some(time));
    }
}
