//! Fresh users, albums and images.

use std::time::Duration;

use image_service::{
    clock::{Clock, SystemClock},
    domain::{
        AlbumId, Annotations, BlobKey, Completion, DirectUpload, Filename, Fingerprint, Image, ImageId, ImagePatch,
        Lease, Pending, Tags, Timestamp, UploadId, UserId, Version,
    },
    store::{
        MetadataStore,
        metadata::{Created, NewImage},
    },
};
use ulid::Ulid;

/// Now, so that no backend takes what the cases write for long expired.
pub fn now() -> Timestamp {
    SystemClock.now()
}

pub fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

pub fn user() -> UserId {
    format!("conformance|{}", Ulid::generate()).parse().unwrap()
}

pub fn album() -> AlbumId {
    format!("album-{}", Ulid::generate()).parse().unwrap()
}

pub fn tags(tags: &[&str]) -> Tags {
    Tags::parse(tags).unwrap()
}

/// An image in no album, with nothing that is optional.
pub fn image(user: &UserId, uploaded_at: Timestamp) -> Image {
    image_of(user, ImageId::new(uploaded_at), uploaded_at)
}

pub fn image_of(user: &UserId, id: ImageId, uploaded_at: Timestamp) -> Image {
    Image {
        id,
        user_id: user.clone(),
        original_filename: Filename::sanitise("Brücke \"7\".JPG"),
        mime_type: "image/webp".to_owned(),
        format: "webp".to_owned(),
        quality: 85,
        file_size: 524_288,
        processed_size: 245_760,
        width: 1920,
        height: 1080,
        bucket: "images".to_owned(),
        main_key: BlobKey::main(user, id),
        thumbnail_key: BlobKey::thumbnail(user, id),
        thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned(),
        annotations: Annotations::default(),
        created_at: uploaded_at,
        updated_at: uploaded_at,
        uploaded_at,
        version: Version::FIRST,
    }
}

pub fn in_album(mut image: Image, album: &AlbumId) -> Image {
    image.annotations.album_id = Some(album.clone());
    image
}

pub fn tagged(mut image: Image, with: &[&str]) -> Image {
    image.annotations.tags = tags(with);
    image
}

/// Just the image, without an idempotency key or a direct upload.
pub fn new(image: &Image) -> NewImage {
    NewImage {
        image: image.clone(),
        completion: None,
        direct_upload: None,
    }
}

/// Stores an image the way the service does.
pub async fn store(store: &dyn MetadataStore, image: &Image) {
    store.begin_upload(&Pending::upload(image)).await.unwrap();
    assert_eq!(store.create(&new(image)).await.unwrap(), Created::Stored);
}

/// Stores as many images of one user as there are times, given in milliseconds after the first.
pub async fn store_at(metadata: &dyn MetadataStore, user: &UserId, times: &[u64]) -> Vec<Image> {
    let start = now();
    let mut images = Vec::new();
    for &time in times {
        let image = image(user, start.plus(millis(time)));
        store(metadata, &image).await;
        images.push(image);
    }
    images
}

pub fn ids<'a>(images: impl IntoIterator<Item = &'a Image>) -> Vec<ImageId> {
    images.into_iter().map(|image| image.id).collect()
}

/// A patch that puts the image into an album, or takes it out.
pub fn to_album(album: Option<&AlbumId>) -> ImagePatch {
    use image_service::domain::Change;
    ImagePatch {
        album_id: album.map_or(Change::Remove, |album| Change::Set(album.clone())),
        ..ImagePatch::default()
    }
}

pub fn lease(user: &UserId, key: &str, request: u8, begun_at: Timestamp) -> Lease {
    Lease::new(user.clone(), key.parse().unwrap(), Fingerprint([request; 32]), begun_at)
}

pub fn completion(lease: &Lease, result: &str) -> Completion {
    Completion {
        lease: lease.clone(),
        result: result.to_owned(),
    }
}

pub fn direct_upload(user: &UserId, begun_at: Timestamp) -> DirectUpload {
    DirectUpload {
        id: UploadId::new(begun_at),
        user: user.clone(),
        filename: Filename::sanitise("IMG_1.jpg"),
        begun_at,
        result: None,
    }
}
