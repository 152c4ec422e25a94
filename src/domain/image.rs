//! One stored image and the changes that a user can make to it.

use serde::{Deserialize, Serialize};

use super::{AlbumId, AltText, BlobKey, Description, Filename, ImageId, Tags, Timestamp, Title, UserId, Version};

/// Everything that is kept about an image. URLs are not: they follow from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    pub id: ImageId,
    pub user_id: UserId,
    pub original_filename: Filename,
    /// Media type of the stored main file.
    pub mime_type: String,
    /// Encoding of the stored main file.
    pub format: String,
    /// Quality that the main file was encoded with, 0–100.
    pub quality: u8,
    /// Bytes uploaded.
    pub file_size: u64,
    /// Bytes of the stored main file.
    pub processed_size: u64,
    /// Pixels of the upload as a person sees it, before fitting.
    pub width: u32,
    pub height: u32,
    pub bucket: String,
    pub main_key: BlobKey,
    pub thumbnail_key: BlobKey,
    /// ThumbHash placeholder, base64.
    pub thumbhash: String,
    #[serde(flatten)]
    pub annotations: Annotations,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub uploaded_at: Timestamp,
    pub version: Version,
}

impl Image {
    /// Both files, in no order that matters.
    pub fn keys(&self) -> [BlobKey; 2] {
        [self.main_key.clone(), self.thumbnail_key.clone()]
    }
}

/// What a user says about an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album_id: Option<AlbumId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<AltText>,
    #[serde(default)]
    pub tags: Tags,
}

/// What happens to one optional field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    #[default]
    Keep,
    Set(T),
    Remove,
}

impl<T> Change<T> {
    pub fn apply(self, value: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Set(new) => *value = Some(new),
            Self::Remove => *value = None,
        }
    }
}

/// The changes of one update; what is kept stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImagePatch {
    pub album_id: Change<AlbumId>,
    pub title: Change<Title>,
    pub description: Change<Description>,
    pub alt_text: Change<AltText>,
    /// Replaces all tags.
    pub tags: Option<Tags>,
}

impl ImagePatch {
    /// The image after this update at `now`.
    pub fn apply(self, image: &mut Image, now: Timestamp) {
        let annotations = &mut image.annotations;
        self.album_id.apply(&mut annotations.album_id);
        self.title.apply(&mut annotations.title);
        self.description.apply(&mut annotations.description);
        self.alt_text.apply(&mut annotations.alt_text);
        if let Some(tags) = self.tags {
            annotations.tags = tags;
        }
        image.updated_at = now;
        image.version = image.version.next();
    }
}
