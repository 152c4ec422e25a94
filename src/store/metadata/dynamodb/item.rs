//! Items of the table and what they stand for. Attributes of an image are called as in the API.

use std::{collections::HashMap, str::FromStr};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use serde::{
    Deserialize as _,
    de::{
        DeserializeOwned, IntoDeserializer,
        value::{Error as ValueError, SeqDeserializer, StrDeserializer},
    },
};

use super::keys::{self, ALBUM_INDEX, Key, SK, USER_INDEX};
use crate::domain::{
    AlbumId, Annotations, Completion, DirectUpload, Image, ImageId, Lease, Pending, Tags, Timestamp, UploadId, UserId,
    Version,
};

pub(super) type Item = HashMap<String, AttributeValue>;

/// An attribute that is not what this program writes.
#[derive(Debug, thiserror::Error)]
#[error("attribute {attribute}: {reason}")]
pub struct Unreadable {
    attribute: &'static str,
    reason: String,
}

pub(super) fn unreadable(attribute: &'static str, reason: impl ToString) -> Unreadable {
    Unreadable {
        attribute,
        reason: reason.to_string(),
    }
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn tags(tags: &Tags) -> AttributeValue {
    AttributeValue::L(tags.iter().map(|tag| text(tag.as_str())).collect())
}

/// Attributes that are named in expressions as well.
pub(super) mod name {
    pub const USER_ID: &str = "userId";
    pub const ALBUM_ID: &str = "albumId";
    pub const TITLE: &str = "title";
    pub const DESCRIPTION: &str = "description";
    pub const ALT_TEXT: &str = "altText";
    pub const TAGS: &str = "tags";
    pub const UPDATED_AT: &str = "updatedAt";
    pub const VERSION: &str = "version";
    /// The last update's own id: tells a repeated one from one that lost.
    pub const WRITE_ID: &str = "writeId";
    /// Images counted.
    pub const IMAGES: &str = "images";
    pub const BEGUN_AT: &str = "begunAt";
    /// On an intent: it must not be committed any more.
    pub const ABANDONED: &str = "abandoned";
    pub const LEASE_ID: &str = "leaseId";
    pub const FINGERPRINT: &str = "fingerprint";
    pub const RESULT: &str = "result";
    pub const TTL: &str = "ttl";
}

/// Writes an item, attribute by attribute.
struct Writer(Item);

impl Writer {
    fn new(key: Key) -> Self {
        Self(key.into_item())
    }

    fn put(mut self, name: &str, value: AttributeValue) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.put(name, text(value))
    }

    fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    fn number(self, name: &str, value: impl ToString) -> Self {
        self.put(name, number(value))
    }
}

/// Everything that the API shows of an image, but for the URLs, which follow from the configuration.
pub(super) fn of_image(image: &Image) -> Item {
    let annotations = &image.annotations;
    let aspect_ratio = (f64::from(image.width) / f64::from(image.height.max(1)) * 1000.0).round() / 1000.0;
    let mut writer = Writer::new(Key::image(image.id))
        .text(USER_INDEX.pk, keys::user_partition(&image.user_id))
        .text(USER_INDEX.sk, keys::uploaded(image.uploaded_at))
        .text("id", image.id.to_string())
        .text(name::USER_ID, image.user_id.as_str())
        .optional(name::ALBUM_ID, annotations.album_id.as_ref().map(AlbumId::as_str))
        .text("originalFilename", image.original_filename.as_str())
        .text("mimeType", &image.mime_type)
        .text("format", &image.format)
        .number("quality", image.quality)
        .number("fileSize", image.file_size)
        .number("processedSize", image.processed_size)
        .number("width", image.width)
        .number("height", image.height)
        .number("aspectRatio", aspect_ratio)
        .text("s3Bucket", &image.bucket)
        .text("s3Key", image.main_key.as_str())
        .text("thumbnailKey", image.thumbnail_key.as_str())
        .text("processingStatus", "completed")
        .text("thumbhash", &image.thumbhash)
        .optional(name::TITLE, annotations.title.as_ref().map(|title| title.as_str()))
        .optional(
            name::DESCRIPTION,
            annotations.description.as_ref().map(|text| text.as_str()),
        )
        .optional(name::ALT_TEXT, annotations.alt_text.as_ref().map(|alt| alt.as_str()))
        .put(name::TAGS, tags(&annotations.tags))
        .text("createdAt", image.created_at.to_string())
        .text(name::UPDATED_AT, image.updated_at.to_string())
        .text("uploadedAt", image.uploaded_at.to_string())
        .number(name::VERSION, image.version);
    if let Some(album) = &annotations.album_id {
        writer = writer
            .text(ALBUM_INDEX.pk, keys::album_partition(album))
            .text(ALBUM_INDEX.sk, keys::uploaded(image.uploaded_at));
    }
    writer.0
}

/// A marker, all of it text: `userId`, `s3Key`, `thumbnailKey`, `begunAt`; kind and image are in its key.
pub(super) fn of_pending(pending: &Pending) -> Item {
    let [main, thumbnail] = &pending.keys;
    Writer::new(Key::pending(pending.kind, pending.image))
        .text(name::USER_ID, pending.user.as_str())
        .text("s3Key", main.as_str())
        .text("thumbnailKey", thumbnail.as_str())
        .text(name::BEGUN_AT, pending.begun_at.to_string())
        .0
}

pub(super) fn of_lease(lease: &Lease) -> Item {
    let forgotten_at = lease.begun_at.plus(Completion::LIFETIME);
    Writer::new(Key::idempotency(lease))
        .text(name::LEASE_ID, lease.id.to_string())
        .put(name::FINGERPRINT, AttributeValue::B(Blob::new(lease.fingerprint.0)))
        .text(name::BEGUN_AT, lease.begun_at.to_string())
        .number(name::TTL, forgotten_at.as_secs())
        .0
}

pub(super) fn of_direct_upload(upload: &DirectUpload) -> Item {
    Writer::new(Key::upload(upload.id))
        .text(name::USER_ID, upload.user.as_str())
        .text("filename", upload.filename.as_str())
        .text(name::BEGUN_AT, upload.begun_at.to_string())
        .optional(name::RESULT, upload.result.as_deref())
        .number(name::TTL, upload.expires_at().as_secs())
        .0
}

/// Reads an item, attribute by attribute.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a Item);

impl<'a> Reader<'a> {
    pub(super) fn optional(self, name: &'static str) -> Result<Option<&'a str>, Unreadable> {
        match self.0.get(name) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(unreadable(name, "not a text")),
        }
    }

    pub(super) fn text(self, name: &'static str) -> Result<&'a str, Unreadable> {
        self.optional(name)?.ok_or_else(|| unreadable(name, "missing"))
    }

    pub(super) fn parsed<T: FromStr<Err: ToString>>(self, name: &'static str) -> Result<T, Unreadable> {
        self.text(name)?
            .parse()
            .map_err(|error: T::Err| unreadable(name, error.to_string()))
    }

    pub(super) fn number<T: FromStr<Err: ToString>>(self, name: &'static str) -> Result<T, Unreadable> {
        match self.0.get(name) {
            Some(AttributeValue::N(digits)) => digits
                .parse()
                .map_err(|error: T::Err| unreadable(name, error.to_string())),
            _ => Err(unreadable(name, "not a number")),
        }
    }

    pub(super) fn version(self) -> Result<Version, Unreadable> {
        Version::new(self.number(name::VERSION)?).ok_or_else(|| unreadable(name::VERSION, "out of range"))
    }

    /// Text that was normalised when it came in and is only shown: not normalised again.
    fn trusted<T: DeserializeOwned>(self, name: &'static str) -> Result<Option<T>, Unreadable> {
        self.optional(name)?
            .map(|text| {
                let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
                T::deserialize(deserializer).map_err(|error| unreadable(name, error))
            })
            .transpose()
    }

    fn tags(self) -> Result<Tags, Unreadable> {
        let Some(AttributeValue::L(values)) = self.0.get(name::TAGS) else {
            return Err(unreadable(name::TAGS, "not a list"));
        };
        let texts: Vec<&str> = values
            .iter()
            .map(|value| value.as_s().map(String::as_str))
            .collect::<Result<_, _>>()
            .map_err(|_| unreadable(name::TAGS, "not texts"))?;
        Tags::deserialize(SeqDeserializer::<_, ValueError>::new(texts.into_iter()))
            .map_err(|error| unreadable(name::TAGS, error))
    }
}

pub(super) fn image(item: &Item) -> Result<Image, Unreadable> {
    let read = Reader(item);
    Ok(Image {
        id: read.parsed("id")?,
        user_id: read.parsed(name::USER_ID)?,
        original_filename: read
            .trusted("originalFilename")?
            .ok_or_else(|| unreadable("originalFilename", "missing"))?,
        mime_type: read.text("mimeType")?.to_owned(),
        format: read.text("format")?.to_owned(),
        quality: read.number("quality")?,
        file_size: read.number("fileSize")?,
        processed_size: read.number("processedSize")?,
        width: read.number("width")?,
        height: read.number("height")?,
        bucket: read.text("s3Bucket")?.to_owned(),
        main_key: read.parsed("s3Key")?,
        thumbnail_key: read.parsed("thumbnailKey")?,
        thumbhash: read.text("thumbhash")?.to_owned(),
        annotations: Annotations {
            album_id: read
                .optional(name::ALBUM_ID)?
                .map(|_| read.parsed(name::ALBUM_ID))
                .transpose()?,
            title: read.trusted(name::TITLE)?,
            description: read.trusted(name::DESCRIPTION)?,
            alt_text: read.trusted(name::ALT_TEXT)?,
            tags: read.tags()?,
        },
        created_at: read.parsed("createdAt")?,
        updated_at: read.parsed(name::UPDATED_AT)?,
        uploaded_at: read.parsed("uploadedAt")?,
        version: read.version()?,
    })
}

/// Reads a marker, here or in a record of the table's stream: `text` gives an attribute by its name.
///
/// # Errors
/// It is no marker.
pub fn pending<'a>(text: impl Fn(&str) -> Option<&'a str>) -> Result<Pending, Unreadable> {
    fn parsed<T: FromStr<Err: ToString>>(name: &'static str, text: Option<&str>) -> Result<T, Unreadable> {
        let text = text.ok_or_else(|| unreadable(name, "missing"))?;
        text.parse()
            .map_err(|error: T::Err| unreadable(name, error.to_string()))
    }
    let (kind, image) = text(SK)
        .and_then(keys::parse_pending)
        .ok_or_else(|| unreadable(SK, "not of a marker"))?;
    Ok(Pending {
        kind,
        image,
        user: parsed(name::USER_ID, text(name::USER_ID))?,
        keys: [
            parsed("s3Key", text("s3Key"))?,
            parsed("thumbnailKey", text("thumbnailKey"))?,
        ],
        begun_at: parsed(name::BEGUN_AT, text(name::BEGUN_AT))?,
    })
}

pub(super) fn direct_upload(id: UploadId, item: &Item) -> Result<DirectUpload, Unreadable> {
    let read = Reader(item);
    Ok(DirectUpload {
        id,
        user: read.parsed::<UserId>(name::USER_ID)?,
        filename: read
            .trusted("filename")?
            .ok_or_else(|| unreadable("filename", "missing"))?,
        begun_at: read.parsed::<Timestamp>(name::BEGUN_AT)?,
        result: read.optional(name::RESULT)?.map(str::to_owned),
    })
}

/// The image that the item of a key-only read belongs to.
pub(super) fn image_of_key(item: &Item) -> Result<ImageId, Unreadable> {
    let read = Reader(item);
    keys::parse_image(read.text(keys::PK)?)
        .or_else(|| keys::parse_pending(read.text(SK).ok()?).map(|(_, image)| image))
        .ok_or_else(|| unreadable(keys::PK, "not of an image"))
}
