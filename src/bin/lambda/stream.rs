//! Changes of the table: of these, deletions that are to be finished.

use std::collections::{HashMap, HashSet};

use image_service::{
    domain::{Pending, PendingKind},
    metrics,
    service::Images,
    store::metadata::dynamodb,
};
use serde::{Deserialize, Serialize};

/// One change.
#[derive(Deserialize)]
pub struct Record {
    #[serde(rename = "eventName")]
    name: String,
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: String,
    #[serde(default)]
    keys: Item,
    #[serde(default)]
    new_image: Item,
}

type Item = HashMap<String, Attribute>;

/// Markers are all text; attributes of other kinds do not matter.
#[derive(Deserialize)]
struct Attribute {
    #[serde(rename = "S")]
    text: Option<String>,
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.text.as_deref()
}

/// Those that are sent again.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

impl Record {
    /// What the filter of the event source lets through, in case it lets through more.
    fn is_new_deletion(&self) -> bool {
        let key = |name, prefix| text(&self.dynamodb.keys, name).is_some_and(|key| key.starts_with(prefix));
        self.name == "INSERT" && key("PK", "PENDING#") && key("SK", "DELETE#")
    }

    fn marker(&self) -> Result<Pending, dynamodb::Unreadable> {
        dynamodb::marker(|name| text(&self.dynamodb.new_image, name))
    }
}

/// Finishes what it can. What can not be read is reported as well: the records are kept where
/// those end that have failed too often.
pub async fn finish_deletions(images: &Images, records: Vec<Record>) -> Response {
    let mut failed = HashSet::new();
    let mut markers = Vec::new();
    for record in records.iter().filter(|record| record.is_new_deletion()) {
        let number = record.dynamodb.sequence_number.as_str();
        match record.marker() {
            Ok(marker) if marker.kind == PendingKind::Delete => markers.push((number, marker)),
            Ok(_) => {}
            Err(error) => {
                metrics::cleanup_failed();
                tracing::error!(%error, sequence_number = number, "a record of the stream is no marker");
                failed.insert(number);
            }
        }
    }
    let pending: Vec<Pending> = markers.iter().map(|(_, marker)| marker.clone()).collect();
    let unfinished: HashSet<_> = images.finish_deletions(&pending).await.into_iter().collect();
    let again = markers.iter().filter(|(_, marker)| unfinished.contains(&marker.image));
    failed.extend(again.map(|(number, _)| *number));
    tracing::info!(records = records.len(), failed = failed.len(), "deletions finished");
    let numbers = records.iter().map(|record| &record.dynamodb.sequence_number);
    Response {
        batch_item_failures: numbers
            .filter(|number| failed.contains(number.as_str()))
            .map(|number| BatchItemFailure {
                item_identifier: number.clone(),
            })
            .collect(),
    }
}
