//! Idempotency records and direct uploads: what makes a retry harmless.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    images::{self, parsed, required, timestamp, trusted},
    pending,
};
use crate::{
    domain::{Completion, DirectUpload, Lease, Timestamp, UploadId},
    store::metadata::{Claim, Created, NewImage, Started},
};

pub(super) fn create(connection: &Connection, new: &NewImage) -> rusqlite::Result<Created> {
    if images::exists(connection, new.image.id)? {
        return Ok(Created::Stored);
    }
    // Every condition before the first write, so that a refusal has written nothing.
    let mut forgotten = false;
    if let Some((upload, _)) = &new.direct_upload {
        match result_of(connection, *upload)? {
            Some(Some(result)) => return Ok(Created::AlreadyFinished(result)),
            Some(None) => {}
            None => forgotten = true,
        }
    }
    if let Some(completion) = &new.completion
        && !is_held(connection, &completion.lease)?
    {
        return Ok(Created::LeaseLost);
    }
    if forgotten || !pending::take_intent(connection, new.image.id)? {
        return Ok(Created::Abandoned);
    }
    images::insert(connection, &new.image)?;
    if let Some(completion) = &new.completion {
        complete(connection, completion)?;
    }
    if let Some((upload, result)) = &new.direct_upload {
        connection
            .prepare_cached("UPDATE direct_uploads SET result = ?2 WHERE id = ?1")?
            .execute((upload.to_string(), result))?;
    }
    Ok(Created::Stored)
}

pub(super) fn claim(connection: &Connection, lease: &Lease) -> rusqlite::Result<Claim> {
    if let Some(record) = Record::read(connection, lease)? {
        if record.lease_id == lease.id.to_string() && record.result.is_none() {
            return Ok(Claim::Granted);
        }
        if record.expires_at() > lease.begun_at {
            return Ok(match record.result {
                _ if record.fingerprint != lease.fingerprint.0 => Claim::Reused,
                Some(result) => Claim::Finished(result),
                None => Claim::InProgress { since: record.begun_at },
            });
        }
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO idempotency (user_id, key, lease_id, fingerprint, begun_at) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            lease.user.as_str(),
            lease.key.as_str(),
            lease.id.to_string(),
            lease.fingerprint.0,
            lease.begun_at.as_millis(),
        ])?;
    Ok(Claim::Granted)
}

pub(super) fn release(connection: &Connection, lease: &Lease) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM idempotency WHERE user_id = ?1 AND key = ?2 AND lease_id = ?3 AND result IS NULL")?
        .execute((lease.user.as_str(), lease.key.as_str(), lease.id.to_string()))
        .map(drop)
}

pub(super) fn start_direct_upload(
    connection: &Connection,
    upload: &DirectUpload,
    completion: Option<&Completion>,
) -> rusqlite::Result<Started> {
    if result_of(connection, upload.id)?.is_some() {
        return Ok(Started::Stored);
    }
    if let Some(completion) = completion {
        if !is_held(connection, &completion.lease)? {
            return Ok(Started::LeaseLost);
        }
        complete(connection, completion)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO direct_uploads (id, user_id, filename, begun_at, result) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            upload.id.to_string(),
            upload.user.as_str(),
            upload.filename.as_str(),
            upload.begun_at.as_millis(),
            upload.result,
        ])?;
    Ok(Started::Stored)
}

pub(super) fn direct_upload(
    connection: &Connection,
    id: UploadId,
    now: Timestamp,
) -> rusqlite::Result<Option<DirectUpload>> {
    let upload = connection
        .prepare_cached("SELECT user_id, filename, begun_at, result FROM direct_uploads WHERE id = ?1")?
        .query_row([id.to_string()], |row| {
            Ok(DirectUpload {
                id,
                user: parsed(row, 0)?,
                filename: trusted(required(row, 1)?, 1)?,
                begun_at: timestamp(row, 2)?,
                result: row.get(3)?,
            })
        })
        .optional()?;
    Ok(upload.filter(|upload| upload.expires_at() > now))
}

pub(super) fn purge_expired(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM idempotency WHERE begun_at <= ?1",
        [now.minus(Completion::LIFETIME).as_millis()],
    )?;
    connection.execute(
        "DELETE FROM direct_uploads WHERE begun_at <= ?1",
        [now.minus(DirectUpload::LIFETIME).as_millis()],
    )?;
    Ok(())
}

struct Record {
    lease_id: String,
    fingerprint: [u8; 32],
    begun_at: Timestamp,
    result: Option<String>,
}

impl Record {
    fn read(connection: &Connection, lease: &Lease) -> rusqlite::Result<Option<Self>> {
        connection
            .prepare_cached(
                "SELECT lease_id, fingerprint, begun_at, result FROM idempotency WHERE user_id = ?1 AND key = ?2",
            )?
            .query_row((lease.user.as_str(), lease.key.as_str()), |row| {
                Ok(Self {
                    lease_id: row.get(0)?,
                    fingerprint: row.get(1)?,
                    begun_at: timestamp(row, 2)?,
                    result: row.get(3)?,
                })
            })
            .optional()
    }

    fn expires_at(&self) -> Timestamp {
        self.begun_at.plus(if self.result.is_some() {
            Completion::LIFETIME
        } else {
            Lease::LIFETIME
        })
    }
}

/// Whether nobody has taken over from this lease or finished under it.
fn is_held(connection: &Connection, lease: &Lease) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM idempotency WHERE user_id = ?1 AND key = ?2 AND lease_id = ?3 AND result IS NULL",
        )?
        .exists((lease.user.as_str(), lease.key.as_str(), lease.id.to_string()))
}

fn complete(connection: &Connection, completion: &Completion) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE idempotency SET result = ?3 WHERE user_id = ?1 AND key = ?2")?
        .execute((
            completion.lease.user.as_str(),
            completion.lease.key.as_str(),
            &completion.result,
        ))
        .map(drop)
}

/// `None`: no such direct upload; `Some(None)`: not finished.
fn result_of(connection: &Connection, upload: UploadId) -> rusqlite::Result<Option<Option<String>>> {
    connection
        .prepare_cached("SELECT result FROM direct_uploads WHERE id = ?1")?
        .query_row([upload.to_string()], |row| row.get(0))
        .optional()
}
