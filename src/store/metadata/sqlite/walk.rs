//! Lists and walks by key: each page starts where the index is entered, whatever its number.

use rusqlite::{Connection, Params, params};

use super::images::{columns, image};
use crate::{
    domain::{AlbumId, Image, ImagePage, ListQuery, Position, SortOrder, Tag},
    store::metadata::Walk,
};

/// A page of `images` in the order of an index: its condition first, then where it is continued.
/// The cross join keeps the tags the outer loop: they are in the order of the list.
macro_rules! page {
    ($from:literal, $table:literal, $id:literal, $filter:literal, $compare:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM ",
            $from,
            " WHERE ",
            $filter,
            " AND (",
            $table,
            ".uploaded_at, ",
            $table,
            ".",
            $id,
            ") ",
            $compare,
            " (?2, ?3)",
            " ORDER BY ",
            $table,
            ".uploaded_at ",
            $order,
            ", ",
            $table,
            ".",
            $id,
            " ",
            $order,
            " LIMIT ?4"
        )
    };
    (images $filter:literal) => {
        [
            page!("images", "images", "id", $filter, "<", "DESC"),
            page!("images", "images", "id", $filter, ">", "ASC"),
        ]
    };
    (tags $filter:literal) => {
        [
            page!(
                "image_tags CROSS JOIN images ON images.id = image_tags.image_id",
                "image_tags",
                "image_id",
                $filter,
                "<",
                "DESC"
            ),
            page!(
                "image_tags CROSS JOIN images ON images.id = image_tags.image_id",
                "image_tags",
                "image_id",
                $filter,
                ">",
                "ASC"
            ),
        ]
    };
}

/// Descending and ascending.
type Statements = [&'static str; 2];

const BY_USER: Statements = page!(images "images.user_id = ?1");
const BY_ALBUM: Statements = page!(images "images.user_id = ?1 AND images.album_id = ?5");
const BY_TAG: Statements = page!(tags "image_tags.user_id = ?1 AND image_tags.tag = ?5");
const BY_ALBUM_AND_TAG: Statements =
    page!(tags "image_tags.user_id = ?1 AND image_tags.album_id = ?5 AND image_tags.tag = ?6");

pub(super) fn list(connection: &Connection, query: &ListQuery) -> rusqlite::Result<ImagePage> {
    let order = match query.order {
        SortOrder::Descending => 0,
        SortOrder::Ascending => 1,
    };
    // Beyond every position at the end where the list begins.
    let (time, id) = match (query.after, query.order) {
        (Some(Position { uploaded_at, id }), _) => (uploaded_at.as_millis(), id.to_string()),
        (None, SortOrder::Descending) => (i64::MAX, String::new()),
        (None, SortOrder::Ascending) => (i64::MIN, String::new()),
    };
    let (user, rows) = (query.user.as_str(), rows(query.limit));
    let album = query.album.as_ref().map(AlbumId::as_str);
    let tag = query.tag.as_ref().map(Tag::as_str);
    let (images, more) = match (album, tag) {
        (None, None) => page(connection, BY_USER[order], params![user, time, id, rows], query.limit),
        (Some(album), None) => page(
            connection,
            BY_ALBUM[order],
            params![user, time, id, rows, album],
            query.limit,
        ),
        (None, Some(tag)) => page(
            connection,
            BY_TAG[order],
            params![user, time, id, rows, tag],
            query.limit,
        ),
        (Some(album), Some(tag)) => page(
            connection,
            BY_ALBUM_AND_TAG[order],
            params![user, time, id, rows, album, tag],
            query.limit,
        ),
    }?;
    let next = if more { images.last().map(Position::of) } else { None };
    Ok(ImagePage { images, next })
}

/// All images in the order of their ids.
pub(super) fn scan(connection: &Connection, after: &str, limit: usize) -> rusqlite::Result<Walk<Image>> {
    const SCAN: &str = concat!("SELECT ", columns!(), " FROM images WHERE id > ?1 ORDER BY id LIMIT ?2");
    let (items, more) = page(connection, SCAN, params![after, rows(limit)], limit)?;
    let next = if more {
        items.last().map(|image| image.id.to_string())
    } else {
        None
    };
    Ok(Walk { items, next })
}

/// One more than the page holds tells whether there is another.
pub(super) fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

fn page(connection: &Connection, sql: &str, params: impl Params, limit: usize) -> rusqlite::Result<(Vec<Image>, bool)> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut images = Vec::with_capacity(limit.min(100));
    while let Some(row) = rows.next()? {
        if images.len() == limit {
            return Ok((images, true));
        }
        images.push(image(row)?);
    }
    Ok((images, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::metadata::sqlite::migrations;

    /// What keeps a page as cheap at 1,000,000 images as at 1,000.
    #[test]
    fn every_list_is_read_in_the_order_of_an_index() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrations::apply(&mut connection).unwrap();
        for (statements, index, columns) in [
            (BY_USER, "images_by_user", "user_id=?"),
            (BY_ALBUM, "images_by_album", "user_id=? AND album_id=?"),
            (BY_TAG, "PRIMARY KEY", "user_id=? AND tag=?"),
            (
                BY_ALBUM_AND_TAG,
                "image_tags_by_album",
                "user_id=? AND album_id=? AND tag=?",
            ),
        ] {
            for (sql, compare) in std::iter::zip(statements, ["<", ">"]) {
                let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
                let plan: Vec<String> = statement
                    .raw_query()
                    .mapped(|row| row.get("detail"))
                    .collect::<Result<_, _>>()
                    .unwrap();
                assert!(plan[0].contains(index), "{plan:?}");
                assert!(plan[0].contains(&format!("{columns} AND (uploaded_at,")), "{plan:?}");
                assert!(plan[0].contains(&format!("){compare}(?,?)")), "{plan:?}");
                assert!(!plan.concat().contains("TEMP B-TREE"), "{plan:?}");
            }
        }
    }
}
