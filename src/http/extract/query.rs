//! The query of `GET /images`.

use std::num::NonZeroUsize;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::Refusals;
use crate::{
    Error,
    domain::{AlbumId, Cursor, ListQuery, SortOrder, Tag, UserId},
};

const DEFAULT_LIMIT: usize = 20;

/// # Errors
/// [`Error::Validation`] with every bad parameter; then [`Error::InvalidCursor`]. Unknown
/// parameters are ignored.
pub(in crate::http) fn list_query(user: UserId, query: &str, max_limit: NonZeroUsize) -> Result<ListQuery, Error> {
    let max_limit = max_limit.get();
    let mut list = ListQuery {
        user,
        album: None,
        tag: None,
        order: SortOrder::default(),
        limit: DEFAULT_LIMIT.min(max_limit),
        after: None,
    };
    let mut cursor = None;
    let mut refusals = Refusals::default();
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if seen.contains(&name) && matches!(&*name, "limit" | "cursor" | "albumId" | "tag" | "sortOrder") {
            refusals.add(&name, "must be given once");
            continue;
        }
        match &*name {
            "limit" => match value.parse() {
                Ok(limit) if (1..=max_limit).contains(&limit) => list.limit = limit,
                _ => refusals.add("limit", format!("must be a whole number from 1 to {max_limit}")),
            },
            "cursor" => cursor = Some(value.into_owned()),
            "albumId" => list.album = refusals.check("albumId", value.parse::<AlbumId>().map_err(|_| AlbumId::RULE)),
            "tag" => match Tag::parse(&value) {
                Ok(Some(tag)) => list.tag = Some(tag),
                Ok(None) => refusals.add("tag", "must not be empty"),
                Err(error) => refusals.add("tag", error.to_string()),
            },
            "sortOrder" => match &*value {
                "desc" => list.order = SortOrder::Descending,
                "asc" => list.order = SortOrder::Ascending,
                _ => refusals.add("sortOrder", "must be desc or asc"),
            },
            _ => {}
        }
        seen.push(name);
    }
    refusals.finish()?;
    if let Some(cursor) = cursor {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(cursor)
            .map_err(|_| Error::InvalidCursor)?;
        let cursor = Cursor::from_bytes(&bytes, &list).map_err(|_| Error::InvalidCursor)?;
        list.after = Some(cursor.position());
    }
    Ok(list)
}
