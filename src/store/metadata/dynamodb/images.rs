//! One image: read, counted, updated, deleted.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure},
};

use super::{
    DynamoMetadata,
    call::Operation,
    item::{self, Item, Reader, name, number, text},
    keys::{self, ALBUM_INDEX, Key},
    transaction::Transaction,
};
use crate::{
    domain::{AlbumId, Change, Image, ImageId, ImagePatch, Pending, Timestamp, UserId, Version},
    store::{
        ErrorKind, Result,
        metadata::{Deleted, Updated},
    },
};

/// What an update needs; also where nothing is, as a comparison with nothing is false.
const OWNED_AND_CURRENT: &str = "#userId = :owner AND #version = :seen";

impl DynamoMetadata {
    /// Strongly consistent.
    pub(super) async fn read(&self, operation: &Operation, key: Key) -> Result<Option<Item>> {
        let key = key.into_item();
        let output = operation
            .demand(|| {
                self.client
                    .get_item()
                    .table_name(&self.table)
                    .set_key(Some(key.clone()))
                    .consistent_read(true)
                    .send()
            })
            .await?;
        Ok(output.item)
    }

    pub(super) async fn read_image(&self, operation: &Operation, id: ImageId) -> Result<Option<Image>> {
        let item = self.read(operation, Key::image(id)).await?;
        item.map(|item| item::image(&item))
            .transpose()
            .map_err(|error| operation.corrupt(error))
    }

    pub(super) async fn count_images(&self, user: &UserId, album: Option<&AlbumId>) -> Result<u64> {
        let operation = Operation::begin("count");
        let Some(item) = self.read(&operation, Key::count(user, album)).await? else {
            return Ok(0);
        };
        let images: i64 = Reader(&item)
            .number(name::IMAGES)
            .map_err(|error| operation.corrupt(error))?;
        Ok(u64::try_from(images).unwrap_or(0))
    }

    pub(super) async fn update_image(
        &self,
        id: ImageId,
        user: &UserId,
        seen: Version,
        patch: &ImagePatch,
        now: Timestamp,
    ) -> Result<Updated> {
        let operation = Operation::begin("update");
        let write = Write {
            user,
            seen,
            patch,
            now,
            id: format!("{:032x}", rand::random::<u128>()),
        };
        if patch.album_id == Change::Keep {
            return self.update_in_place(&operation, id, &write).await;
        }
        let Some(image) = self.read_image(&operation, id).await? else {
            return Ok(Updated::NotFound);
        };
        if image.user_id != *user {
            return Ok(Updated::NotOwner);
        }
        if image.version != seen {
            return Ok(Updated::Stale(image.version));
        }
        self.update_and_move(&operation, image, &write).await
    }

    async fn update_in_place(&self, operation: &Operation, id: ImageId, write: &Write<'_>) -> Result<Updated> {
        let expression = write.expression();
        let outcome = operation
            .call(|| {
                self.client
                    .update_item()
                    .table_name(&self.table)
                    .set_key(Some(Key::image(id).into_item()))
                    .update_expression(expression.text())
                    .condition_expression(OWNED_AND_CURRENT)
                    .set_expression_attribute_names(Some(expression.names.clone()))
                    .set_expression_attribute_values(Some(expression.values.clone()))
                    .return_values(ReturnValue::AllNew)
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .send()
            })
            .await?;
        match outcome {
            Ok(output) => {
                let item = output.attributes.unwrap_or_default();
                let image = item::image(&item).map_err(|error| operation.corrupt(error))?;
                Ok(Updated::Stored(Box::new(image)))
            }
            Err(UpdateItemError::ConditionalCheckFailedException(failed)) => write.refused(operation, failed.item),
            Err(error) => Err(operation.error(ErrorKind::Rejected, error)),
        }
    }

    /// `old` is as it was read: the version says whether it still is.
    async fn update_and_move(&self, operation: &Operation, old: Image, write: &Write<'_>) -> Result<Updated> {
        let mut new = old.clone();
        write.patch.clone().apply(&mut new, write.now);
        let (from, to) = (&old.annotations.album_id, &new.annotations.album_id);
        if from == to {
            return self.update_in_place(operation, old.id, write).await;
        }
        let mut expression = write.expression();
        match to {
            Some(album) => {
                expression.set(ALBUM_INDEX.pk, text(keys::album_partition(album)));
                expression.set(ALBUM_INDEX.sk, text(keys::uploaded(old.uploaded_at)));
            }
            None => {
                expression.remove(ALBUM_INDEX.pk);
                expression.remove(ALBUM_INDEX.sk);
            }
        }
        let mut transaction = Transaction::new(self, operation);
        let update = transaction.update(Key::image(old.id), |update| {
            update
                .update_expression(expression.text())
                .condition_expression(OWNED_AND_CURRENT)
                .set_expression_attribute_names(Some(expression.names))
                .set_expression_attribute_values(Some(expression.values))
        })?;
        for (album, added) in [(from, -1), (to, 1)] {
            if let Some(album) = album {
                transaction.add_to_count(write.user, Some(album), added)?;
            }
        }
        match transaction.commit().await? {
            Ok(()) => Ok(Updated::Stored(Box::new(new))),
            Err(mut refused) => write.refused(operation, refused.found(update)),
        }
    }

    pub(super) async fn delete_image(&self, id: ImageId, user: &UserId, now: Timestamp) -> Result<Deleted> {
        let operation = Operation::begin("delete");
        let mut found = self.read(&operation, Key::image(id)).await?;
        loop {
            let Some(item) = found else {
                return Ok(Deleted::NotFound);
            };
            let image = item::image(&item).map_err(|error| operation.corrupt(error))?;
            if image.user_id != *user {
                return Ok(Deleted::NotOwner);
            }
            let marker = Pending::delete(&image, now);
            let album = image.annotations.album_id.as_ref();
            let mut transaction = Transaction::new(self, &operation);
            let removal = transaction.delete(Key::image(id), |delete| {
                let delete = delete
                    .expression_attribute_names("#userId", name::USER_ID)
                    .expression_attribute_names("#albumId", name::ALBUM_ID)
                    .expression_attribute_values(":owner", text(user.as_str()));
                // The counts below are those of this album.
                match album {
                    Some(album) => delete
                        .condition_expression("#userId = :owner AND #albumId = :album")
                        .expression_attribute_values(":album", text(album.as_str())),
                    None => delete.condition_expression("#userId = :owner AND attribute_not_exists(#albumId)"),
                }
            })?;
            transaction.add_to_count(user, None, -1)?;
            if album.is_some() {
                transaction.add_to_count(user, album, -1)?;
            }
            transaction.put(item::of_pending(&marker), |put| put)?;
            match transaction.commit().await? {
                Ok(()) => return Ok(Deleted::Marked(marker)),
                // Gone, or moved to another album meanwhile: then once more, as it is now.
                Err(mut refused) => found = refused.found(removal),
            }
        }
    }
}

/// One update, however often it is sent.
struct Write<'a> {
    user: &'a UserId,
    seen: Version,
    patch: &'a ImagePatch,
    now: Timestamp,
    id: String,
}

impl Write<'_> {
    /// Everything but the keys of the album's index.
    fn expression(&self) -> Expression {
        let mut expression = Expression::default();
        expression.value("owner", text(self.user.as_str()));
        expression.value("seen", number(self.seen));
        expression.name(name::USER_ID);
        expression.set(name::VERSION, number(self.seen.next()));
        expression.set(name::UPDATED_AT, text(self.now.to_string()));
        expression.set(name::WRITE_ID, text(&self.id));
        let patch = self.patch;
        expression.change(name::ALBUM_ID, &patch.album_id, AlbumId::as_str);
        expression.change(name::TITLE, &patch.title, |title| title.as_str());
        expression.change(name::DESCRIPTION, &patch.description, |text| text.as_str());
        expression.change(name::ALT_TEXT, &patch.alt_text, |alt| alt.as_str());
        if let Some(tags) = &patch.tags {
            expression.set(name::TAGS, item::tags(tags));
        }
        expression
    }

    /// Why the condition failed, from what was found in the image's place.
    fn refused(&self, operation: &Operation, found: Option<Item>) -> Result<Updated> {
        let Some(item) = found.filter(|item| !item.is_empty()) else {
            return Ok(Updated::NotFound);
        };
        let read = Reader(&item);
        let owner: UserId = read.parsed(name::USER_ID).map_err(|error| operation.corrupt(error))?;
        if owner != *self.user {
            return Ok(Updated::NotOwner);
        }
        // It was this very update, whose first answer was lost.
        if matches!(read.optional(name::WRITE_ID), Ok(Some(id)) if id == self.id) {
            let image = item::image(&item).map_err(|error| operation.corrupt(error))?;
            return Ok(Updated::Stored(Box::new(image)));
        }
        Ok(Updated::Stale(
            read.version().map_err(|error| operation.corrupt(error))?,
        ))
    }
}

/// What an update sets and removes. Attributes are written as `#name` and `:name`: some names are
/// words of the expression language.
#[derive(Default)]
struct Expression {
    set: Vec<&'static str>,
    removed: Vec<&'static str>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    fn name(&mut self, name: &'static str) {
        self.names.insert(format!("#{name}"), name.to_owned());
    }

    fn value(&mut self, name: &str, value: AttributeValue) {
        self.values.insert(format!(":{name}"), value);
    }

    fn set(&mut self, name: &'static str, value: AttributeValue) {
        self.name(name);
        self.value(name, value);
        self.set.push(name);
    }

    fn remove(&mut self, name: &'static str) {
        self.name(name);
        self.removed.push(name);
    }

    fn change<T>(&mut self, name: &'static str, change: &Change<T>, as_text: impl Fn(&T) -> &str) {
        match change {
            Change::Keep => {}
            Change::Set(value) => self.set(name, text(as_text(value))),
            Change::Remove => self.remove(name),
        }
    }

    fn text(&self) -> String {
        let set: Vec<String> = self.set.iter().map(|name| format!("#{name} = :{name}")).collect();
        let removed: Vec<String> = self.removed.iter().map(|name| format!("#{name}")).collect();
        let mut text = format!("SET {}", set.join(", "));
        if !removed.is_empty() {
            text.push_str(" REMOVE ");
            text.push_str(&removed.join(", "));
        }
        text
    }
}
