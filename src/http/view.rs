//! What the API shows of an image: its fields and the URLs of its files.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    delivery::Delivery,
    domain::{AlbumId, AltText, Description, Filename, Image, ImageId, Tags, Timestamp, Title, UserId, Version},
};

/// The image object (api.md).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Image)]
pub(super) struct ImageView<'a> {
    #[schema(value_type = String, example = "01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: ImageId,
    #[schema(value_type = String, example = "alice")]
    user_id: &'a UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "castles")]
    album_id: Option<&'a AlbumId>,
    #[schema(value_type = String, example = "IMG_1234.jpg")]
    original_filename: &'a Filename,
    /// Of the stored file.
    #[schema(example = "image/webp")]
    mime_type: &'a str,
    /// Bytes uploaded.
    file_size: u64,
    /// Bytes of the stored main file.
    processed_size: u64,
    /// Pixels of the upload as a person sees it, before fitting.
    #[schema(example = 1920)]
    width: u32,
    #[schema(example = 1080)]
    height: u32,
    /// `width` / `height`, rounded to three decimals.
    #[schema(example = 1.778)]
    aspect_ratio: f64,
    s3_key: &'a str,
    s3_bucket: &'a str,
    thumbnail_key: &'a str,
    #[schema(format = "uri")]
    image_url: String,
    #[schema(format = "uri")]
    thumbnail_url: String,
    processing_status: &'static str,
    format: &'a str,
    quality: u8,
    /// Base64 of a ThumbHash: what to paint until the thumbnail is there.
    #[schema(example = "1QcSHQRnh493V4dIh4eXh1h4kJUI")]
    thumbhash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "Castle gate")]
    title: Option<&'a Title>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    description: Option<&'a Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "Grey castle gate with two towers")]
    alt_text: Option<&'a AltText>,
    #[schema(value_type = Vec<String>)]
    tags: &'a Tags,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    uploaded_at: Timestamp,
    /// One higher after each change.
    #[schema(value_type = u64, minimum = 1)]
    version: Version,
}

impl<'a> ImageView<'a> {
    pub(super) fn of(image: &'a Image, delivery: &dyn Delivery) -> Self {
        Self {
            id: image.id,
            user_id: &image.user_id,
            album_id: image.annotations.album_id.as_ref(),
            original_filename: &image.original_filename,
            mime_type: &image.mime_type,
            file_size: image.file_size,
            processed_size: image.processed_size,
            width: image.width,
            height: image.height,
            aspect_ratio: aspect_ratio(image.width, image.height),
            s3_key: image.main_key.as_str(),
            s3_bucket: &image.bucket,
            thumbnail_key: image.thumbnail_key.as_str(),
            image_url: delivery.url(&image.main_key),
            thumbnail_url: delivery.url(&image.thumbnail_key),
            // An image exists only when it is completely processed.
            processing_status: "completed",
            format: &image.format,
            quality: image.quality,
            thumbhash: &image.thumbhash,
            title: image.annotations.title.as_ref(),
            description: image.annotations.description.as_ref(),
            alt_text: image.annotations.alt_text.as_ref(),
            tags: &image.annotations.tags,
            created_at: image.created_at,
            updated_at: image.updated_at,
            uploaded_at: image.uploaded_at,
            version: image.version,
        }
    }
}

/// What a list shows of each image (api.md, `GET /images`).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListedImage)]
pub(super) struct ListedImage<'a> {
    #[schema(value_type = String, example = "01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: ImageId,
    #[schema(value_type = String, example = "alice")]
    user_id: &'a UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "castles")]
    album_id: Option<&'a AlbumId>,
    #[schema(format = "uri")]
    thumbnail_url: String,
    #[schema(format = "uri")]
    image_url: String,
    /// Base64 of a ThumbHash: what to paint until the thumbnail is there.
    #[schema(example = "1QcSHQRnh493V4dIh4eXh1h4kJUI")]
    thumbhash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "Castle gate")]
    title: Option<&'a Title>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "Grey castle gate with two towers")]
    alt_text: Option<&'a AltText>,
    /// Pixels of the upload as a person sees it, before fitting.
    #[schema(example = 1920)]
    width: u32,
    #[schema(example = 1080)]
    height: u32,
    #[schema(value_type = Vec<String>)]
    tags: &'a Tags,
    #[schema(value_type = String, format = DateTime)]
    uploaded_at: Timestamp,
    /// One higher after each change.
    #[schema(value_type = u64, minimum = 1)]
    version: Version,
}

impl<'a> ListedImage<'a> {
    pub(super) fn of(image: &'a Image, delivery: &dyn Delivery) -> Self {
        Self {
            id: image.id,
            user_id: &image.user_id,
            album_id: image.annotations.album_id.as_ref(),
            thumbnail_url: delivery.url(&image.thumbnail_key),
            image_url: delivery.url(&image.main_key),
            thumbhash: &image.thumbhash,
            title: image.annotations.title.as_ref(),
            alt_text: image.annotations.alt_text.as_ref(),
            width: image.width,
            height: image.height,
            tags: &image.annotations.tags,
            uploaded_at: image.uploaded_at,
            version: image.version,
        }
    }
}

/// Width / height, rounded to three decimals.
fn aspect_ratio(width: u32, height: u32) -> f64 {
    (f64::from(width) / f64::from(height) * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    #[test]
    fn aspect_ratios_have_three_decimals() {
        assert_eq!(super::aspect_ratio(1920, 1080), 1.778);
        assert_eq!(super::aspect_ratio(100, 300), 0.333);
    }
}
