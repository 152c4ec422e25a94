//! Uploads: intents, commits, idempotency keys, direct uploads.

use aws_sdk_dynamodb::{
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::{ReturnValuesOnConditionCheckFailure as OnFailure, builders::UpdateBuilder},
};

use super::{
    DynamoMetadata,
    call::Operation,
    item::{self, Item, Reader, name, text},
    keys::{Key, PK},
    transaction::Transaction,
};
use crate::{
    domain::{Completion, DirectUpload, ImageId, Lease, Pending, PendingKind, Timestamp, UploadId},
    store::{
        ErrorKind, Result,
        metadata::{Claim, Created, NewImage, Started},
    },
};

const IS_NEW: &str = "attribute_not_exists(#pk)";
/// Nobody has taken over from the lease or finished under it.
const IS_HELD: &str = "#leaseId = :lease AND attribute_not_exists(#result)";
/// Never used, held by this very lease, or expired.
const IS_FREE: &str = "attribute_not_exists(#pk) \
    OR (attribute_not_exists(#result) AND (#leaseId = :lease OR #begunAt <= :lapsed)) \
    OR #begunAt <= :forgotten";

impl DynamoMetadata {
    /// Puts an item where there is none; one that is there stays.
    async fn put_new(&self, operation: &Operation, item: Item) -> Result<()> {
        let outcome = operation
            .call(|| {
                self.client
                    .put_item()
                    .table_name(&self.table)
                    .set_item(Some(item.clone()))
                    .condition_expression(IS_NEW)
                    .expression_attribute_names("#pk", PK)
                    .send()
            })
            .await?;
        match outcome {
            Ok(_) | Err(PutItemError::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(operation.error(ErrorKind::Rejected, error)),
        }
    }

    pub(super) async fn put_intent(&self, intent: &Pending) -> Result<()> {
        self.put_new(&Operation::begin("begin_upload"), item::of_pending(intent))
            .await
    }

    pub(super) async fn commit_image(&self, new: &NewImage) -> Result<Created> {
        let operation = Operation::begin("create");
        let image = &new.image;
        let mut transaction = Transaction::new(self, &operation);
        let put = transaction.put(item::of_image(image), |put| {
            put.condition_expression(IS_NEW).expression_attribute_names("#pk", PK)
        })?;
        transaction.add_to_count(&image.user_id, None, 1)?;
        if let Some(album) = &image.annotations.album_id {
            transaction.add_to_count(&image.user_id, Some(album), 1)?;
        }
        transaction.delete(Key::pending(PendingKind::Upload, image.id), |delete| {
            delete
                .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#abandoned)")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#abandoned", name::ABANDONED)
        })?;
        let lease = match &new.completion {
            None => None,
            Some(completion) => Some(complete(&mut transaction, completion)?),
        };
        let finished = match &new.direct_upload {
            None => None,
            Some((upload, result)) => Some(transaction.update(Key::upload(*upload), |update| {
                set_result(update, result)
                    .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#result)")
                    .expression_attribute_names("#pk", PK)
            })?),
        };
        let Err(mut refused) = transaction.commit().await? else {
            return Ok(Created::Stored);
        };
        if refused.failed(put) {
            return Ok(Created::Stored);
        }
        if let Some(item) = finished.and_then(|finished| refused.found(finished)) {
            let result = Reader(&item).text(name::RESULT);
            return Ok(Created::AlreadyFinished(
                result.map_err(|error| operation.corrupt(error))?.to_owned(),
            ));
        }
        if lease.is_some_and(|lease| refused.failed(lease)) {
            return Ok(Created::LeaseLost);
        }
        Ok(Created::Abandoned)
    }

    /// The mark first, then the look: once it is there, the image can not come into being any more.
    pub(super) async fn abandon_intent(&self, image: ImageId) -> Result<bool> {
        let operation = Operation::begin("abandon_upload");
        let key = Key::pending(PendingKind::Upload, image).into_item();
        let marked = operation
            .call(|| {
                self.client
                    .update_item()
                    .table_name(&self.table)
                    .set_key(Some(key.clone()))
                    .update_expression("SET #abandoned = :yes")
                    .condition_expression("attribute_exists(#pk)")
                    .expression_attribute_names("#pk", PK)
                    .expression_attribute_names("#abandoned", name::ABANDONED)
                    .expression_attribute_values(":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
                    .send()
            })
            .await?;
        let has_intent = match marked {
            Ok(_) => true,
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => false,
            Err(error) => return Err(operation.error(ErrorKind::Rejected, error)),
        };
        if self.read(&operation, Key::image(image)).await?.is_none() {
            return Ok(true);
        }
        if has_intent {
            // A late repetition of the first step has left it behind.
            self.remove(&operation, Key::pending(PendingKind::Upload, image))
                .await?;
        }
        Ok(false)
    }

    /// Removes an item, if there is one.
    pub(super) async fn remove(&self, operation: &Operation, key: Key) -> Result<()> {
        let key = key.into_item();
        operation
            .demand(|| {
                self.client
                    .delete_item()
                    .table_name(&self.table)
                    .set_key(Some(key.clone()))
                    .send()
            })
            .await
            .map(drop)
    }

    pub(super) async fn take_key(&self, lease: &Lease) -> Result<Claim> {
        let operation = Operation::begin("claim");
        let item = item::of_lease(lease);
        let lapsed = lease.begun_at.minus(Lease::LIFETIME).to_string();
        let forgotten = lease.begun_at.minus(Completion::LIFETIME).to_string();
        let outcome = operation
            .call(|| {
                self.client
                    .put_item()
                    .table_name(&self.table)
                    .set_item(Some(item.clone()))
                    .condition_expression(IS_FREE)
                    .expression_attribute_names("#pk", PK)
                    .expression_attribute_names("#result", name::RESULT)
                    .expression_attribute_names("#leaseId", name::LEASE_ID)
                    .expression_attribute_names("#begunAt", name::BEGUN_AT)
                    .expression_attribute_values(":lease", text(lease.id.to_string()))
                    .expression_attribute_values(":lapsed", text(&lapsed))
                    .expression_attribute_values(":forgotten", text(&forgotten))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .send()
            })
            .await?;
        let record = match outcome {
            Ok(_) => return Ok(Claim::Granted),
            Err(PutItemError::ConditionalCheckFailedException(failed)) => failed.item.unwrap_or_default(),
            Err(error) => return Err(operation.error(ErrorKind::Rejected, error)),
        };
        if record.get(name::FINGERPRINT) != item.get(name::FINGERPRINT) {
            return Ok(Claim::Reused);
        }
        let read = Reader(&record);
        let claim = match read.optional(name::RESULT) {
            Ok(Some(result)) => Ok(Claim::Finished(result.to_owned())),
            Ok(None) => read.parsed(name::BEGUN_AT).map(|since| Claim::InProgress { since }),
            Err(error) => Err(error),
        };
        claim.map_err(|error| operation.corrupt(error))
    }

    pub(super) async fn give_key_back(&self, lease: &Lease) -> Result<()> {
        use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;

        let operation = Operation::begin("release");
        let outcome = operation
            .call(|| {
                self.client
                    .delete_item()
                    .table_name(&self.table)
                    .set_key(Some(Key::idempotency(lease).into_item()))
                    .condition_expression(IS_HELD)
                    .expression_attribute_names("#leaseId", name::LEASE_ID)
                    .expression_attribute_names("#result", name::RESULT)
                    .expression_attribute_values(":lease", text(lease.id.to_string()))
                    .send()
            })
            .await?;
        match outcome {
            Ok(_) | Err(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(operation.error(ErrorKind::Rejected, error)),
        }
    }

    pub(super) async fn put_direct_upload(
        &self,
        upload: &DirectUpload,
        completion: Option<&Completion>,
    ) -> Result<Started> {
        let operation = Operation::begin("start_direct_upload");
        let item = item::of_direct_upload(upload);
        let Some(completion) = completion else {
            self.put_new(&operation, item).await?;
            return Ok(Started::Stored);
        };
        let mut transaction = Transaction::new(self, &operation);
        let put = transaction.put(item, |put| {
            put.condition_expression(IS_NEW).expression_attribute_names("#pk", PK)
        })?;
        complete(&mut transaction, completion)?;
        Ok(match transaction.commit().await? {
            Ok(()) => Started::Stored,
            Err(refused) if refused.failed(put) => Started::Stored,
            Err(_) => Started::LeaseLost,
        })
    }

    pub(super) async fn read_direct_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<DirectUpload>> {
        let operation = Operation::begin("direct_upload");
        let item = self.read(&operation, Key::upload(id)).await?;
        let upload = item
            .map(|item| item::direct_upload(id, &item))
            .transpose()
            .map_err(|error| operation.corrupt(error))?;
        // The table forgets late.
        Ok(upload.filter(|upload| upload.expires_at() > now))
    }
}

/// Records a result under an idempotency key whose lease is still held.
fn complete(transaction: &mut Transaction<'_>, completion: &Completion) -> Result<usize> {
    let lease = &completion.lease;
    transaction.update(Key::idempotency(lease), |update| {
        set_result(update, &completion.result)
            .condition_expression(IS_HELD)
            .expression_attribute_names("#leaseId", name::LEASE_ID)
            .expression_attribute_values(":lease", text(lease.id.to_string()))
    })
}

fn set_result(update: UpdateBuilder, result: &str) -> UpdateBuilder {
    update
        .update_expression("SET #result = :result")
        .expression_attribute_names("#result", name::RESULT)
        .expression_attribute_values(":result", text(result))
}
