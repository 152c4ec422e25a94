//! What the API shows of an image: its fields and the URLs of its files.

use serde::Serialize;

use crate::{
    delivery::Delivery,
    domain::{AlbumId, AltText, Description, Filename, Image, ImageId, Tags, Timestamp, Title, UserId, Version},
};

/// The image object (api.md).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageView<'a> {
    id: ImageId,
    user_id: &'a UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    album_id: Option<&'a AlbumId>,
    original_filename: &'a Filename,
    mime_type: &'a str,
    file_size: u64,
    processed_size: u64,
    width: u32,
    height: u32,
    aspect_ratio: f64,
    s3_key: &'a str,
    s3_bucket: &'a str,
    thumbnail_key: &'a str,
    image_url: String,
    thumbnail_url: String,
    processing_status: &'static str,
    format: &'a str,
    quality: u8,
    thumbhash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a Title>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alt_text: Option<&'a AltText>,
    tags: &'a Tags,
    created_at: Timestamp,
    updated_at: Timestamp,
    uploaded_at: Timestamp,
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
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedImage<'a> {
    id: ImageId,
    user_id: &'a UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    album_id: Option<&'a AlbumId>,
    thumbnail_url: String,
    image_url: String,
    thumbhash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a Title>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alt_text: Option<&'a AltText>,
    width: u32,
    height: u32,
    tags: &'a Tags,
    uploaded_at: Timestamp,
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
