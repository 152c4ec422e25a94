//! Uploads that go straight to storage: begun here, put by the client, finished here.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::{
    Images,
    upload::{Claimed, Draft, Uploaded, fingerprint, replay},
};
use crate::{
    Error,
    domain::{Annotations, Completion, DirectUpload, Filename, IdempotencyKey, Lease, Timestamp, UploadId, UserId},
    metrics,
    pipeline::Format,
    store::{
        blob::{Fetched, PutGrant, SignedPut},
        metadata::Started,
    },
};

/// Asks for a place to put one file.
#[derive(Debug, Clone)]
pub struct StartRequest {
    pub user: UserId,
    pub filename: Filename,
    /// As declared; what arrives is checked again.
    pub format: Format,
    /// Bytes, as declared and signed.
    pub size: u64,
    pub key: Option<IdempotencyKey>,
}

/// Where the file goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub upload: UploadId,
    pub put: SignedPut,
    /// Of the URL.
    pub expires_at: Timestamp,
}

/// Turns the file that was put into an image.
#[derive(Debug, Clone)]
pub struct FinishRequest {
    pub user: UserId,
    pub upload: UploadId,
    pub annotations: Annotations,
    pub key: Option<IdempotencyKey>,
}

impl Images {
    /// Begins a direct upload; `true` when an earlier request with the same key did.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`], [`Error::InvalidFileType`], a key in use or reused, a failing backend.
    pub async fn start_upload(&self, deadline: Instant, request: StartRequest) -> Result<(Ticket, bool), Error> {
        if request.size > self.policy.max_file_size {
            return Err(Error::FileTooLarge { direct_upload: false });
        }
        if !self.policy.formats.contains(&request.format) {
            return Err(Error::InvalidFileType);
        }
        self.detached(deadline, |images, call| async move {
            let lease = match &request.key {
                None => None,
                Some(key) => {
                    let content = (request.filename.as_str(), request.format.mime(), request.size);
                    let fingerprint = fingerprint("POST /uploads", &content);
                    match images.claim(&call, &request.user, key.clone(), fingerprint).await? {
                        Claimed::Granted(lease) => Some(lease),
                        Claimed::Finished(result) => {
                            let ticket = serde_json::from_str(&result).map_err(Error::internal)?;
                            metrics::replayed();
                            return Ok((ticket, true));
                        }
                    }
                }
            };
            let started = match call.check() {
                Ok(()) => images.sign(request, lease.as_ref()).await,
                Err(error) => Err(error),
            };
            if let (Some(lease), Err(_)) = (&lease, &started) {
                images.release(lease).await;
            }
            Ok((started?, false))
        })
        .await
    }

    async fn sign(&self, request: StartRequest, lease: Option<&Lease>) -> Result<Ticket, Error> {
        let now = self.backends.clock.now();
        let upload = DirectUpload {
            id: UploadId::new(now),
            user: request.user,
            filename: request.filename,
            begun_at: now,
            result: None,
        };
        let expires_at = now.plus(DirectUpload::URL_LIFETIME);
        let grant = PutGrant {
            key: upload.key(),
            content_type: request.format.mime(),
            content_length: request.size,
            issued_at: now,
            expires_at,
        };
        let ticket = Ticket {
            upload: upload.id,
            put: self.backends.blobs.sign_put(&grant).await?,
            expires_at,
        };
        let completion = match lease {
            None => None,
            Some(lease) => Some(Completion {
                lease: lease.clone(),
                result: serde_json::to_string(&ticket).map_err(Error::internal)?,
            }),
        };
        match self
            .backends
            .metadata
            .start_direct_upload(&upload, completion.as_ref())
            .await?
        {
            Started::Stored => Ok(ticket),
            Started::LeaseLost => Err(Error::RequestInProgress {
                retry_after: super::upload::RETRY_SOON,
            }),
        }
    }

    /// Goes on with a file that was put exactly as with one that came in the request.
    ///
    /// # Errors
    /// [`Error::UploadNotFound`] when it is unknown, somebody else's, expired or its file never
    /// arrived; otherwise as [`Images::upload`].
    pub async fn finish_direct_upload(&self, deadline: Instant, request: FinishRequest) -> Result<Uploaded, Error> {
        self.detached(deadline, |images, call| async move {
            let FinishRequest {
                user,
                upload,
                annotations,
                key,
            } = request;
            let lease = match key {
                None => None,
                Some(key) => {
                    let fingerprint = fingerprint("POST /images", &(upload, &annotations));
                    match images.claim(&call, &user, key, fingerprint).await? {
                        Claimed::Granted(lease) => Some(lease),
                        Claimed::Finished(result) => return replay(&result),
                    }
                }
            };
            let fetched = call.wait(images.fetch(&user, upload)).await.and_then(|fetched| fetched);
            let file = match fetched {
                Ok(Arrived::File(filename, file)) => images.accept(file).map(|file| (filename, file)),
                Ok(Arrived::Finished(result)) => {
                    images.release_all(lease.as_ref()).await;
                    return replay(&result);
                }
                Err(error) => Err(error),
            };
            match file {
                Ok((filename, file)) => {
                    let draft = Draft {
                        user,
                        filename,
                        annotations,
                        direct_upload: Some(upload),
                    };
                    images.finish_upload(&call, draft, file, lease).await
                }
                Err(error) => {
                    images.release_all(lease.as_ref()).await;
                    Err(error)
                }
            }
        })
        .await
    }

    async fn release_all(&self, lease: Option<&Lease>) {
        if let Some(lease) = lease {
            self.release(lease).await;
        }
    }

    async fn fetch(&self, user: &UserId, id: UploadId) -> Result<Arrived, Error> {
        let record = self.own_direct_upload(user, id).await?;
        if let Some(result) = record.result {
            return Ok(Arrived::Finished(result));
        }
        match self
            .backends
            .blobs
            .get(&record.key(), self.policy.max_file_size)
            .await?
        {
            Fetched::Found(file) => Ok(Arrived::File(record.filename, file)),
            Fetched::TooLarge => Err(Error::FileTooLarge { direct_upload: false }),
            // Never put, or taken away by a request that finished it in the meantime.
            Fetched::Missing => match self.own_direct_upload(user, id).await?.result {
                Some(result) => Ok(Arrived::Finished(result)),
                None => Err(Error::UploadNotFound),
            },
        }
    }

    async fn own_direct_upload(&self, user: &UserId, id: UploadId) -> Result<DirectUpload, Error> {
        let now = self.backends.clock.now();
        let upload = self.backends.metadata.direct_upload(id, now).await?;
        upload
            .filter(|upload| upload.user == *user)
            .ok_or(Error::UploadNotFound)
    }
}

enum Arrived {
    File(Filename, bytes::Bytes),
    Finished(String),
}
