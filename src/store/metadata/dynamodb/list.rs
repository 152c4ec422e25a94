//! Pages of a user's images.
//!
//! A list without a filter reads its page and one item more, which tells whether there is another
//! page. A filter drops items after they were read and paid for, so a filtered page is topped up by
//! further reads, each larger than the one before, until it is full or [`MOST_EXAMINED`] items were read.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ulid::Ulid;

use super::{
    DynamoMetadata,
    call::Operation,
    item::{self, Item, Reader, name, text, unreadable},
    keys::{self, ALBUM_INDEX, Index, Key, USER_INDEX},
};
use crate::{
    domain::{Image, ImageId, ImagePage, ListQuery, Position, SortOrder, Timestamp},
    store::Result,
};

/// Items that one filtered page may cost: 1,000 of 1 KiB are 125 read units.
const MOST_EXAMINED: usize = 1_000;
/// Items of one read: 250 of 1 KiB are a quarter of what a read may return.
const MOST_READ: usize = 250;

/// Where a read begins.
enum Start {
    Beginning,
    /// Behind this item, which need not exist any more.
    Behind(Position),
    /// With the first item of this time.
    At(Timestamp),
}

/// What one read gave.
struct Part {
    images: Vec<Image>,
    examined: usize,
    /// The last item that was examined, if there may be more.
    last: Option<Position>,
}

impl DynamoMetadata {
    pub(super) async fn list_images(&self, query: &ListQuery) -> Result<ImagePage> {
        let operation = Operation::begin("list");
        let filtered = query.album.is_some() || query.tag.is_some();
        let wanted = query.limit.saturating_add(1);
        let mut start = query.after.map_or(Start::Beginning, start_of);
        let mut images: Vec<Image> = Vec::with_capacity(wanted.min(MOST_READ));
        let mut examined = 0;
        let mut size = wanted;
        loop {
            let read = if filtered { size } else { wanted - images.len() };
            let part = self.read_part(&operation, query, &start, read).await?;
            examined += part.examined;
            images.extend(part.images);
            if images.len() > query.limit {
                images.truncate(query.limit);
                let next = images.last().map(Position::of);
                return Ok(ImagePage { images, next });
            }
            let Some(last) = part.last else {
                return Ok(ImagePage { images, next: None });
            };
            if filtered && examined >= MOST_EXAMINED {
                if query.album.is_none() {
                    return Ok(ImagePage {
                        images,
                        next: Some(last),
                    });
                }
                if let Some(page) = cut(&start, &mut images, last) {
                    return Ok(page);
                }
            }
            start = Start::Behind(last);
            size = size.saturating_mul(2).min(MOST_READ.max(wanted));
        }
    }

    async fn read_part(&self, operation: &Operation, query: &ListQuery, start: &Start, size: usize) -> Result<Part> {
        let request = Request::new(query, start);
        let output = operation
            .demand(|| {
                self.client
                    .query()
                    .table_name(&self.table)
                    .index_name(request.index.name)
                    .scan_index_forward(query.order == SortOrder::Ascending)
                    .limit(i32::try_from(size).unwrap_or(i32::MAX))
                    .key_condition_expression(&request.condition)
                    .set_filter_expression(request.filter.clone())
                    .set_expression_attribute_names(Some(request.names.clone()))
                    .set_expression_attribute_values(Some(request.values.clone()))
                    .set_exclusive_start_key(request.behind.clone())
                    .send()
            })
            .await?;
        let images = output
            .items()
            .iter()
            .map(item::image)
            .collect::<std::result::Result<_, _>>();
        let last = output.last_evaluated_key().map(|key| position(key, request.index));
        Ok(Part {
            images: images.map_err(|error| operation.corrupt(error))?,
            examined: usize::try_from(output.scanned_count()).unwrap_or(0),
            last: last.transpose().map_err(|error| operation.corrupt(error))?,
        })
    }
}

fn start_of(position: Position) -> Start {
    if position.id == FIRST_OF_ITS_TIME {
        Start::At(position.uploaded_at)
    } else {
        Start::Behind(position)
    }
}

/// No image has this id: a position with it stands before all images of its time.
const FIRST_OF_ITS_TIME: ImageId = ImageId::Ulid(Ulid::nil());

/// Ends a page within an album that several users may share. The last item may be another user's,
/// whose id is a secret and has no place in a cursor: the next page starts with the whole of its
/// time instead. `None` where that would be where this page has started.
fn cut(start: &Start, images: &mut Vec<Image>, last: Position) -> Option<ImagePage> {
    let time = last.uploaded_at;
    let started_there = match start {
        Start::Beginning => false,
        Start::Behind(position) => position.uploaded_at == time,
        Start::At(start) => *start == time,
    };
    if started_there {
        return None;
    }
    let mut images = std::mem::take(images);
    images.retain(|image| image.uploaded_at != time);
    Some(ImagePage {
        images,
        next: Some(Position {
            uploaded_at: time,
            id: FIRST_OF_ITS_TIME,
        }),
    })
}

/// A query, but for what depends on the read.
struct Request {
    index: &'static Index,
    condition: String,
    filter: Option<String>,
    names: HashMap<String, String>,
    values: Item,
    behind: Option<Item>,
}

impl Request {
    /// The partition comes from the token and the query, never from the cursor.
    fn new(query: &ListQuery, start: &Start) -> Self {
        let mut filters = Vec::new();
        let mut names = HashMap::new();
        let mut values = HashMap::new();
        let mut name = |alias: &str, name: &str| names.insert(alias.to_owned(), name.to_owned());
        let mut value = |alias: &str, value: AttributeValue| values.insert(alias.to_owned(), value);

        let (index, partition) = match &query.album {
            None => (&USER_INDEX, keys::user_partition(&query.user)),
            Some(album) => {
                name("#userId", name::USER_ID);
                value(":user", text(query.user.as_str()));
                filters.push("#userId = :user");
                (&ALBUM_INDEX, keys::album_partition(album))
            }
        };
        name("#pk", index.pk);
        value(":partition", text(&partition));
        let mut condition = "#pk = :partition".to_owned();
        if let Start::At(time) = start {
            name("#sk", index.sk);
            value(":from", text(keys::uploaded(*time)));
            condition.push_str(match query.order {
                SortOrder::Ascending => " AND #sk >= :from",
                SortOrder::Descending => " AND #sk <= :from",
            });
        }
        if let Some(tag) = &query.tag {
            name("#tags", name::TAGS);
            value(":tag", text(tag.as_str()));
            filters.push("contains(#tags, :tag)");
        }
        let behind = match start {
            Start::Behind(position) => {
                let mut key = Key::image(position.id).into_item();
                key.insert(index.pk.to_owned(), text(&partition));
                key.insert(index.sk.to_owned(), text(keys::uploaded(position.uploaded_at)));
                Some(key)
            }
            Start::Beginning | Start::At(_) => None,
        };
        Self {
            index,
            condition,
            filter: (!filters.is_empty()).then(|| filters.join(" AND ")),
            names,
            values,
            behind,
        }
    }
}

fn position(key: &Item, index: &Index) -> std::result::Result<Position, item::Unreadable> {
    let read = Reader(key);
    let uploaded_at = keys::parse_uploaded(read.text(index.sk)?);
    Ok(Position {
        uploaded_at: uploaded_at.ok_or_else(|| unreadable(index.sk, "no time"))?,
        id: keys::parse_image(read.text(keys::PK)?).ok_or_else(|| unreadable(keys::PK, "no image"))?,
    })
}
