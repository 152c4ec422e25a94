//! Walks: over pending work, and over everything for an audit.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::{
    DynamoMetadata,
    call::Operation,
    item::{self, Item, Reader, name, text},
    keys::{self, IMAGE_PREFIX, Key, METADATA, PK, SHARDS, SK},
};
use crate::{
    domain::{Image, ImageId, Pending, PendingKind, Timestamp},
    store::{Error, ErrorKind, Result, metadata::Walk},
};

/// Keys that the table takes in one read of many.
const BATCH: usize = 100;
/// Stands between the two keys of a position; no key has it.
const SEPARATOR: char = '\n';

impl DynamoMetadata {
    /// Shard by shard, each in the order of its keys.
    pub(super) async fn walk_pending(
        &self,
        kind: PendingKind,
        until: Timestamp,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Walk<Pending>> {
        let mut place = match after {
            None => Place { shard: 0, behind: None },
            Some(after) => Place::parse(after).ok_or_else(|| bad_position("pending"))?,
        };
        let mut items = Vec::new();
        while place.shard < SHARDS {
            if items.len() == limit {
                let next = Some(place.to_string());
                return Ok(Walk { items, next });
            }
            // Each read has its own time: what is pending may be much.
            let operation = Operation::begin("pending");
            let partition = keys::pending_partition(place.shard);
            let behind = place.behind.as_ref().map(|sk| {
                let key = Key {
                    pk: partition.clone(),
                    sk: sk.clone(),
                };
                key.into_item()
            });
            let output = operation
                .demand(|| {
                    self.client
                        .query()
                        .table_name(&self.table)
                        .consistent_read(true)
                        .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
                        .key_condition_expression("#pk = :shard AND begins_with(#sk, :kind)")
                        .filter_expression("#begunAt <= :until")
                        .expression_attribute_names("#pk", PK)
                        .expression_attribute_names("#sk", SK)
                        .expression_attribute_names("#begunAt", name::BEGUN_AT)
                        .expression_attribute_values(":shard", text(&partition))
                        .expression_attribute_values(":kind", text(format!("{kind}#")))
                        .expression_attribute_values(":until", text(until.to_string()))
                        .set_exclusive_start_key(behind.clone())
                        .send()
                })
                .await?;
            for item in output.items() {
                let marker = item::pending(|name| item.get(name)?.as_s().ok().map(String::as_str));
                items.push(marker.map_err(|error| operation.corrupt(error))?);
            }
            place = match output.last_evaluated_key() {
                Some(key) => Place {
                    behind: Some(key_of(&operation, key)?.sk),
                    ..place
                },
                None => Place {
                    shard: place.shard + 1,
                    behind: None,
                },
            };
        }
        Ok(Walk { items, next: None })
    }

    /// In the order of the table, which is none. A page may have fewer images than asked for: there
    /// are other things in the table.
    pub(super) async fn scan_images(&self, after: Option<&str>, limit: usize) -> Result<Walk<Image>> {
        let operation = Operation::begin("scan");
        let start = match after {
            None => None,
            Some(after) => Some(parse_position(after).ok_or_else(|| bad_position("scan"))?.into_item()),
        };
        let output = operation
            .demand(|| {
                self.client
                    .scan()
                    .table_name(&self.table)
                    .limit(i32::try_from(limit).unwrap_or(i32::MAX))
                    .filter_expression("#sk = :metadata AND begins_with(#pk, :image)")
                    .expression_attribute_names("#pk", PK)
                    .expression_attribute_names("#sk", SK)
                    .expression_attribute_values(":metadata", text(METADATA))
                    .expression_attribute_values(":image", text(IMAGE_PREFIX))
                    .set_exclusive_start_key(start.clone())
                    .send()
            })
            .await?;
        let images = output
            .items()
            .iter()
            .map(item::image)
            .collect::<std::result::Result<_, _>>();
        let next = output.last_evaluated_key().map(|key| key_of(&operation, key));
        Ok(Walk {
            items: images.map_err(|error| operation.corrupt(error))?,
            next: next.transpose()?.map(|key| position(&key)),
        })
    }

    /// Images first, as most are. For the others the order matters: a commit takes an intent and
    /// puts an image in one step, so whoever sees no intent and then no image has missed neither.
    pub(super) async fn known_images(&self, ids: &[ImageId]) -> Result<HashSet<ImageId>> {
        let mut unknown: HashSet<ImageId> = ids.iter().copied().collect();
        let images = |unknown: &HashSet<ImageId>| unknown.iter().map(|id| Key::image(*id)).collect::<Vec<_>>();
        let mut known = self.existing(images(&unknown)).await?;
        unknown.retain(|id| !known.contains(id));
        let markers = [PendingKind::Upload, PendingKind::Delete]
            .into_iter()
            .flat_map(|kind| unknown.iter().map(move |id| Key::pending(kind, *id)));
        let pending = self.existing(markers.collect()).await?;
        unknown.retain(|id| !pending.contains(id));
        known.extend(pending);
        known.extend(self.existing(images(&unknown)).await?);
        Ok(known)
    }

    /// The images of those keys under which something is.
    async fn existing(&self, keys: Vec<Key>) -> Result<HashSet<ImageId>> {
        let mut found = HashSet::new();
        for batch in keys.chunks(BATCH) {
            // Each batch has its own time: an audit asks for many.
            let operation = Operation::begin("known");
            let mut wanted: Vec<Item> = batch.iter().cloned().map(Key::into_item).collect();
            while !wanted.is_empty() {
                let request = KeysAndAttributes::builder()
                    .set_keys(Some(wanted))
                    .consistent_read(true)
                    .projection_expression("#pk, #sk")
                    .expression_attribute_names("#pk", PK)
                    .expression_attribute_names("#sk", SK)
                    .build()
                    .map_err(|error| operation.error(ErrorKind::Rejected, error))?;
                let requests = HashMap::from([(self.table.clone(), request)]);
                let output = operation
                    .demand(|| {
                        self.client
                            .batch_get_item()
                            .set_request_items(Some(requests.clone()))
                            .send()
                    })
                    .await?;
                for items in output.responses.unwrap_or_default().into_values() {
                    for item in items {
                        found.insert(item::image_of_key(&item).map_err(|error| operation.corrupt(error))?);
                    }
                }
                let left = output.unprocessed_keys.unwrap_or_default().into_values();
                wanted = left.flat_map(|request| request.keys).collect();
                if !wanted.is_empty() {
                    operation.pause().await?;
                }
            }
        }
        Ok(found)
    }
}

fn key_of(operation: &Operation, item: &Item) -> Result<Key> {
    let read = Reader(item);
    let text = |name| {
        read.text(name)
            .map(str::to_owned)
            .map_err(|error| operation.corrupt(error))
    };
    Ok(Key {
        pk: text(PK)?,
        sk: text(SK)?,
    })
}

/// Where a walk over pending work goes on.
struct Place {
    shard: u8,
    /// The last sort key that was read in it.
    behind: Option<String>,
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let (shard, behind) = text.split_once(SEPARATOR)?;
        Some(Self {
            shard: shard.parse().ok()?,
            behind: (!behind.is_empty()).then(|| behind.to_owned()),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{SEPARATOR}{}",
            self.shard,
            self.behind.as_deref().unwrap_or_default()
        )
    }
}

fn position(key: &Key) -> String {
    format!("{}{SEPARATOR}{}", key.pk, key.sk)
}

fn parse_position(text: &str) -> Option<Key> {
    let (pk, sk) = text.split_once(SEPARATOR)?;
    Some(Key {
        pk: pk.to_owned(),
        sk: sk.to_owned(),
    })
}

/// The caller passed a position that no walk has given out.
fn bad_position(operation: &'static str) -> Error {
    Operation::begin(operation).error(ErrorKind::Rejected, "not a position of this walk")
}
