//! Images: rows, conditional writes and the counts and tags that go with them.

use std::{collections::HashMap, str::FromStr};

use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::{
    Deserialize as _,
    de::{
        DeserializeOwned, IntoDeserializer,
        value::{Error as ValueError, SeqDeserializer, StrDeserializer},
    },
};

use crate::{
    domain::{AlbumId, Annotations, Image, ImageId, ImagePatch, Pending, Tag, Tags, Timestamp, UserId, Version},
    store::metadata::{Deleted, Updated},
};

use super::pending;

/// Columns in the order in which [`image`] reads them.
macro_rules! columns {
    () => {
        "images.id, images.user_id, images.album_id, images.uploaded_at, images.created_at, images.updated_at, \
         images.version, images.width, images.height, images.file_size, images.processed_size, images.quality, \
         images.mime_type, images.format, images.bucket, images.main_key, images.thumbnail_key, images.thumbhash, \
         images.original_filename, images.title, images.alt_text, images.tags, images.description"
    };
}
pub(super) use columns;

/// One row whose columns are `columns!`.
pub(super) fn image(row: &Row<'_>) -> rusqlite::Result<Image> {
    Ok(Image {
        id: parsed(row, 0)?,
        user_id: parsed(row, 1)?,
        annotations: Annotations {
            album_id: text(row, 2)?.map(|album| parse(album, 2)).transpose()?,
            title: text(row, 19)?.map(|title| trusted(title, 19)).transpose()?,
            alt_text: text(row, 20)?.map(|alt| trusted(alt, 20)).transpose()?,
            tags: split_tags(required(row, 21)?)?,
            description: text(row, 22)?.map(|text| trusted(text, 22)).transpose()?,
        },
        uploaded_at: timestamp(row, 3)?,
        created_at: timestamp(row, 4)?,
        updated_at: timestamp(row, 5)?,
        version: version(row, 6)?,
        width: row.get(7)?,
        height: row.get(8)?,
        file_size: unsigned(row, 9)?,
        processed_size: unsigned(row, 10)?,
        quality: row.get(11)?,
        mime_type: row.get(12)?,
        format: row.get(13)?,
        bucket: row.get(14)?,
        main_key: parsed(row, 15)?,
        thumbnail_key: parsed(row, 16)?,
        thumbhash: row.get(17)?,
        original_filename: trusted(required(row, 18)?, 18)?,
    })
}

pub(super) fn get(connection: &Connection, id: ImageId) -> rusqlite::Result<Option<Image>> {
    connection
        .prepare_cached(concat!("SELECT ", columns!(), " FROM images WHERE id = ?1"))?
        .query_row([id.to_string()], image)
        .optional()
}

pub(super) fn exists(connection: &Connection, id: ImageId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM images WHERE id = ?1")?
        .exists([id.to_string()])
}

pub(super) fn count(connection: &Connection, user: &UserId, album: Option<&AlbumId>) -> rusqlite::Result<u64> {
    let count = connection
        .prepare_cached("SELECT images FROM image_counts WHERE user_id = ?1 AND album_id = ?2")?
        .query_row((user.as_str(), album.map_or("", AlbumId::as_str)), |row| {
            unsigned(row, 0)
        })
        .optional()?;
    Ok(count.unwrap_or(0))
}

pub(super) fn insert(connection: &Connection, image: &Image) -> rusqlite::Result<()> {
    insert_row(connection, image)?;
    add_to_counts(connection, &image.user_id, None, 1)?;
    if let Some(album) = &image.annotations.album_id {
        add_to_counts(connection, &image.user_id, Some(album), 1)?;
    }
    Ok(())
}

/// Many new images at once; each count is touched only once.
pub(super) fn insert_all(connection: &Connection, images: &[Image]) -> rusqlite::Result<()> {
    let mut counts: HashMap<(&UserId, Option<&AlbumId>), i64> = HashMap::new();
    for image in images {
        insert_row(connection, image)?;
        *counts.entry((&image.user_id, None)).or_default() += 1;
        if let Some(album) = &image.annotations.album_id {
            *counts.entry((&image.user_id, Some(album))).or_default() += 1;
        }
    }
    for ((user, album), added) in counts {
        add_to_counts(connection, user, album, added)?;
    }
    Ok(())
}

pub(super) fn update(
    connection: &Connection,
    id: ImageId,
    user: &UserId,
    version: Version,
    patch: ImagePatch,
    now: Timestamp,
) -> rusqlite::Result<Updated> {
    let Some(old) = get(connection, id)? else {
        return Ok(Updated::NotFound);
    };
    if old.user_id != *user {
        return Ok(Updated::NotOwner);
    }
    if old.version != version {
        return Ok(Updated::Stale(old.version));
    }
    let mut new = old.clone();
    patch.apply(&mut new, now);
    connection
        .prepare_cached(
            "UPDATE images SET album_id = ?2, updated_at = ?3, version = ?4, title = ?5, alt_text = ?6, tags = ?7, \
             description = ?8 WHERE id = ?1",
        )?
        .execute(params![
            id.to_string(),
            new.annotations.album_id.as_ref().map(AlbumId::as_str),
            new.updated_at.as_millis(),
            signed(new.version.get())?,
            new.annotations.title.as_ref().map(|title| title.as_str()),
            new.annotations.alt_text.as_ref().map(|alt| alt.as_str()),
            join_tags(&new.annotations.tags),
            new.annotations.description.as_ref().map(|text| text.as_str()),
        ])?;
    let moved = old.annotations.album_id != new.annotations.album_id;
    if moved || old.annotations.tags != new.annotations.tags {
        delete_tags(connection, &old)?;
        insert_tags(connection, &new)?;
    }
    if moved {
        if let Some(from) = &old.annotations.album_id {
            add_to_counts(connection, user, Some(from), -1)?;
        }
        if let Some(to) = &new.annotations.album_id {
            add_to_counts(connection, user, Some(to), 1)?;
        }
    }
    Ok(Updated::Stored(Box::new(new)))
}

pub(super) fn delete(connection: &Connection, id: ImageId, user: &UserId, now: Timestamp) -> rusqlite::Result<Deleted> {
    let Some(image) = get(connection, id)? else {
        return Ok(Deleted::NotFound);
    };
    if image.user_id != *user {
        return Ok(Deleted::NotOwner);
    }
    connection
        .prepare_cached("DELETE FROM images WHERE id = ?1")?
        .execute([id.to_string()])?;
    delete_tags(connection, &image)?;
    add_to_counts(connection, user, None, -1)?;
    if let Some(album) = &image.annotations.album_id {
        add_to_counts(connection, user, Some(album), -1)?;
    }
    let marker = Pending::delete(&image, now);
    pending::insert(connection, &marker)?;
    Ok(Deleted::Marked(marker))
}

fn insert_row(connection: &Connection, image: &Image) -> rusqlite::Result<()> {
    let annotations = &image.annotations;
    connection
        .prepare_cached(
            "INSERT INTO images (id, user_id, album_id, uploaded_at, created_at, updated_at, version, width, height, \
             file_size, processed_size, quality, mime_type, format, bucket, main_key, thumbnail_key, thumbhash, \
             original_filename, title, alt_text, tags, description) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, \
             ?22, ?23)",
        )?
        .execute(params![
            image.id.to_string(),
            image.user_id.as_str(),
            annotations.album_id.as_ref().map(AlbumId::as_str),
            image.uploaded_at.as_millis(),
            image.created_at.as_millis(),
            image.updated_at.as_millis(),
            signed(image.version.get())?,
            image.width,
            image.height,
            signed(image.file_size)?,
            signed(image.processed_size)?,
            image.quality,
            image.mime_type,
            image.format,
            image.bucket,
            image.main_key.as_str(),
            image.thumbnail_key.as_str(),
            image.thumbhash,
            image.original_filename.as_str(),
            annotations.title.as_ref().map(|title| title.as_str()),
            annotations.alt_text.as_ref().map(|alt| alt.as_str()),
            join_tags(&annotations.tags),
            annotations.description.as_ref().map(|text| text.as_str()),
        ])?;
    insert_tags(connection, image)
}

fn insert_tags(connection: &Connection, image: &Image) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO image_tags (user_id, tag, uploaded_at, image_id, album_id) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for tag in image.annotations.tags.iter() {
        statement.execute(params![
            image.user_id.as_str(),
            tag.as_str(),
            image.uploaded_at.as_millis(),
            image.id.to_string(),
            image.annotations.album_id.as_ref().map(AlbumId::as_str),
        ])?;
    }
    Ok(())
}

fn delete_tags(connection: &Connection, image: &Image) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM image_tags WHERE user_id = ?1 AND tag = ?2 AND uploaded_at = ?3 AND image_id = ?4",
    )?;
    for tag in image.annotations.tags.iter() {
        statement.execute(params![
            image.user_id.as_str(),
            tag.as_str(),
            image.uploaded_at.as_millis(),
            image.id.to_string(),
        ])?;
    }
    Ok(())
}

fn add_to_counts(connection: &Connection, user: &UserId, album: Option<&AlbumId>, added: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO image_counts (user_id, album_id, images) VALUES (?1, ?2, ?3) \
             ON CONFLICT (user_id, album_id) DO UPDATE SET images = images + excluded.images",
        )?
        .execute((user.as_str(), album.map_or("", AlbumId::as_str), added))?;
    if added < 0 {
        connection
            .prepare_cached("DELETE FROM image_counts WHERE user_id = ?1 AND album_id = ?2 AND images = 0")?
            .execute((user.as_str(), album.map_or("", AlbumId::as_str)))?;
    }
    Ok(())
}

fn join_tags(tags: &Tags) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join("\n")
}

fn split_tags(lines: &str) -> rusqlite::Result<Tags> {
    if lines.is_empty() {
        return Ok(Tags::default());
    }
    let tags = SeqDeserializer::<_, ValueError>::new(lines.split('\n'));
    Tags::deserialize(tags).map_err(|error| unreadable(21, error))
}

/// A validated type is parsed again: what is in the file need not be what this program wrote.
pub(super) fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    parse(required(row, column)?, column)
}

pub(super) fn parse<T>(text: &str, column: usize) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error| unreadable(column, error))
}

/// Text that was normalised when it came in and is only shown: not normalised again.
pub(super) fn trusted<T: DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|error| unreadable(column, error))
}

pub(super) fn required<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    row.get_ref(column)?.as_str().map_err(|error| unreadable(column, error))
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<Option<&'a str>> {
    row.get_ref(column)?
        .as_str_or_null()
        .map_err(|error| unreadable(column, error))
}

pub(super) fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

fn version(row: &Row<'_>, column: usize) -> rusqlite::Result<Version> {
    let value = unsigned(row, column)?;
    Version::new(value).ok_or_else(|| unreadable(column, crate::domain::id::InvalidId("version")))
}

/// SQLite has no unsigned integers.
fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|error| unreadable(column, error))
}

fn signed(value: u64) -> rusqlite::Result<i64> {
    i64::try_from(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
