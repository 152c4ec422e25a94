//! Markers of work that is not finished.

use rusqlite::{Connection, Row, params};

use super::{
    images::{self, parsed, timestamp},
    walk::rows,
};
use crate::{
    domain::{ImageId, Pending, PendingKind, Timestamp},
    store::metadata::Walk,
};

/// A marker that is there already stays as it is.
pub(super) fn insert(connection: &Connection, marker: &Pending) -> rusqlite::Result<()> {
    let [main, thumbnail] = &marker.keys;
    connection
        .prepare_cached(
            "INSERT INTO pending (image_id, kind, user_id, main_key, thumbnail_key, begun_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            marker.image.to_string(),
            marker.kind.as_str(),
            marker.user.as_str(),
            main.as_str(),
            thumbnail.as_str(),
            marker.begun_at.as_millis(),
        ])
        .map(drop)
}

pub(super) fn remove(connection: &Connection, kind: PendingKind, image: ImageId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM pending WHERE image_id = ?1 AND kind = ?2")?
        .execute((image.to_string(), kind.as_str()))
        .map(drop)
}

/// Takes the intent of an upload that is being committed; `false` when that is not allowed any more.
pub(super) fn take_intent(connection: &Connection, image: ImageId) -> rusqlite::Result<bool> {
    let taken = connection
        .prepare_cached("DELETE FROM pending WHERE image_id = ?1 AND kind = ?2 AND NOT abandoned")?
        .execute((image.to_string(), PendingKind::Upload.as_str()))?;
    Ok(taken > 0)
}

/// `true` when the image does not exist and from now on can not be committed.
pub(super) fn abandon(connection: &Connection, image: ImageId) -> rusqlite::Result<bool> {
    if images::exists(connection, image)? {
        remove(connection, PendingKind::Upload, image)?;
        return Ok(false);
    }
    connection
        .prepare_cached("UPDATE pending SET abandoned = 1 WHERE image_id = ?1 AND kind = ?2")?
        .execute((image.to_string(), PendingKind::Upload.as_str()))?;
    Ok(true)
}

/// Whether an image exists or has work pending, as of one moment.
pub(super) fn is_known(connection: &Connection, image: ImageId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM images WHERE id = ?1 UNION ALL SELECT 1 FROM pending WHERE image_id = ?1 LIMIT 1",
        )?
        .exists([image.to_string()])
}

/// Where a walk goes on: time and image of the last marker.
#[derive(Debug, Clone)]
pub(super) struct After {
    begun_at: i64,
    image: String,
}

impl After {
    /// Before the first marker.
    pub(super) fn nothing() -> Self {
        Self {
            begun_at: i64::MIN,
            image: String::new(),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (begun_at, image) = text.split_once('/')?;
        Some(Self {
            begun_at: begun_at.parse().ok()?,
            image: image.to_owned(),
        })
    }

    fn marker(marker: &Pending) -> String {
        format!("{}/{}", marker.begun_at.as_millis(), marker.image)
    }
}

pub(super) fn walk(
    connection: &Connection,
    kind: PendingKind,
    until: Timestamp,
    after: &After,
    limit: usize,
) -> rusqlite::Result<Walk<Pending>> {
    let mut statement = connection.prepare_cached(
        "SELECT image_id, user_id, main_key, thumbnail_key, begun_at FROM pending \
         WHERE kind = ?1 AND begun_at <= ?2 AND (begun_at, image_id) > (?3, ?4) \
         ORDER BY begun_at, image_id LIMIT ?5",
    )?;
    let params = params![
        kind.as_str(),
        until.as_millis(),
        after.begun_at,
        after.image,
        rows(limit)
    ];
    let mut items = statement
        .query_map(params, |row| marker(row, kind))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(After::marker) } else { None };
    Ok(Walk { items, next })
}

fn marker(row: &Row<'_>, kind: PendingKind) -> rusqlite::Result<Pending> {
    Ok(Pending {
        kind,
        image: parsed(row, 0)?,
        user: parsed(row, 1)?,
        keys: [parsed(row, 2)?, parsed(row, 3)?],
        begun_at: timestamp(row, 4)?,
    })
}
