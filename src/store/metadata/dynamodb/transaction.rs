//! All or nothing: several writes, and which condition kept them from being done.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem, Update,
        builders::{DeleteBuilder, PutBuilder, UpdateBuilder},
    },
};

use super::{
    DynamoMetadata,
    call::{Operation, Verdict},
    item::{Item, name, number},
    keys::Key,
};
use crate::{
    domain::{AlbumId, UserId},
    store::{ErrorKind, Result},
};

/// Writes in the making, in the order in which a refusal counts them.
pub(super) struct Transaction<'a> {
    store: &'a DynamoMetadata,
    operation: &'a Operation,
    items: Vec<TransactWriteItem>,
}

/// Nothing was written: at least one condition failed.
pub(super) struct Refused(Vec<CancellationReason>);

impl Refused {
    /// Whether the condition of this write failed.
    pub(super) fn failed(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(is_failed_condition)
    }

    /// What was in the place of this write when its condition failed; `None`: nothing.
    pub(super) fn found(&mut self, index: usize) -> Option<Item> {
        let item = self.0.get_mut(index)?.item.take()?;
        (!item.is_empty()).then_some(item)
    }
}

impl<'a> Transaction<'a> {
    pub(super) fn new(store: &'a DynamoMetadata, operation: &'a Operation) -> Self {
        Self {
            store,
            operation,
            items: Vec::with_capacity(6),
        }
    }

    /// Adds a write and answers its number.
    pub(super) fn put(&mut self, item: Item, with: impl FnOnce(PutBuilder) -> PutBuilder) -> Result<usize> {
        let put = with(
            Put::builder()
                .table_name(&self.store.table)
                .set_item(Some(item))
                .return_values_on_condition_check_failure(OnFailure::AllOld),
        );
        let put = put.build().map_err(|error| self.impossible(error))?;
        Ok(self.push(TransactWriteItem::builder().put(put).build()))
    }

    pub(super) fn update(&mut self, key: Key, with: impl FnOnce(UpdateBuilder) -> UpdateBuilder) -> Result<usize> {
        let update = with(
            Update::builder()
                .table_name(&self.store.table)
                .set_key(Some(key.into_item()))
                .return_values_on_condition_check_failure(OnFailure::AllOld),
        );
        let update = update.build().map_err(|error| self.impossible(error))?;
        Ok(self.push(TransactWriteItem::builder().update(update).build()))
    }

    pub(super) fn delete(&mut self, key: Key, with: impl FnOnce(DeleteBuilder) -> DeleteBuilder) -> Result<usize> {
        let delete = with(
            Delete::builder()
                .table_name(&self.store.table)
                .set_key(Some(key.into_item()))
                .return_values_on_condition_check_failure(OnFailure::AllOld),
        );
        let delete = delete.build().map_err(|error| self.impossible(error))?;
        Ok(self.push(TransactWriteItem::builder().delete(delete).build()))
    }

    /// Adds to the count of a user's images, in all or in one album.
    pub(super) fn add_to_count(&mut self, user: &UserId, album: Option<&AlbumId>, added: i64) -> Result<usize> {
        self.update(Key::count(user, album), |update| {
            update
                .update_expression("ADD #images :added")
                .expression_attribute_names("#images", name::IMAGES)
                .expression_attribute_values(":added", number(added))
        })
    }

    /// Does all of it, or nothing where a condition fails. However often it is sent, it is done once: the
    /// attempts share a token. A later call is another write with a token of its own.
    pub(super) async fn commit(self) -> Result<std::result::Result<(), Refused>> {
        let token = format!("{:032x}", rand::random::<u128>());
        let outcome = self
            .operation
            .call_with(
                || {
                    self.store
                        .client
                        .transact_write_items()
                        .set_transact_items(Some(self.items.clone()))
                        .client_request_token(&token)
                        .send()
                },
                judge,
            )
            .await?;
        match outcome {
            Ok(_) => Ok(Ok(())),
            Err(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                Ok(Err(Refused(cancelled.cancellation_reasons.unwrap_or_default())))
            }
            Err(error) => Err(self.operation.error(ErrorKind::Rejected, error)),
        }
    }

    fn push(&mut self, item: TransactWriteItem) -> usize {
        self.items.push(item);
        self.items.len() - 1
    }

    /// Something that a request can not be without is missing.
    fn impossible(&self, error: aws_sdk_dynamodb::error::BuildError) -> crate::store::Error {
        self.operation.error(ErrorKind::Rejected, error)
    }
}

/// A conflict says nothing about the conditions: they are looked at again when it has passed.
fn judge(error: &TransactWriteItemsError) -> Option<Verdict> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return None;
    };
    let reasons = cancelled.cancellation_reasons();
    let passing = |reason: &CancellationReason| {
        matches!(
            reason.code(),
            Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
        )
    };
    Some(if reasons.iter().any(passing) {
        Verdict::Again(ErrorKind::Throttled)
    } else if reasons.iter().any(is_failed_condition) {
        Verdict::Answer
    } else {
        Verdict::Fail(ErrorKind::Rejected)
    })
}

fn is_failed_condition(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}
