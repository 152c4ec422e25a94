//! From an uploaded file to a stored image.

use std::time::Instant;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::join;

use super::{Call, Images};
use crate::{
    Error,
    domain::{
        Annotations, BlobKey, Completion, Filename, Fingerprint, IdempotencyKey, Image, ImageId, Lease, Pending,
        PendingKind, UploadId, UserId, Version,
    },
    error::Causes,
    metrics,
    pipeline::{self, Format, Rendition},
    store::metadata::{Claim, Created, NewImage},
};

/// A file whose first bytes are those of an accepted format and whose size is within the limit.
#[derive(Debug, Clone)]
pub struct AcceptedFile(Bytes);

/// One upload, with everything that came along.
#[derive(Debug, Clone)]
pub struct UploadRequest {
    pub user: UserId,
    pub file: AcceptedFile,
    pub filename: Filename,
    pub annotations: Annotations,
    pub key: Option<IdempotencyKey>,
}

/// What an upload gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    pub image: Image,
    /// An earlier request did it; this one stored nothing.
    pub replayed: bool,
}

/// An image in the making: where it came from and how it is recorded.
pub(super) struct Draft {
    pub(super) user: UserId,
    pub(super) filename: Filename,
    pub(super) annotations: Annotations,
    pub(super) direct_upload: Option<UploadId>,
}

impl Images {
    /// Looks at the first bytes of a file; its name and declared type are never trusted.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`], [`Error::InvalidFileType`].
    pub fn accept(&self, file: Bytes) -> Result<AcceptedFile, Error> {
        if file.len() as u64 > self.policy.max_file_size {
            return Err(Error::FileTooLarge { direct_upload: false });
        }
        match pipeline::sniff(&file) {
            Some(format) if self.policy.formats.contains(&format) => Ok(AcceptedFile(file)),
            _ => Err(Error::InvalidFileType),
        }
    }

    /// Converts and stores an image.
    ///
    /// # Errors
    /// Bad input ([`Error::InvalidDimensions`], [`Error::CorruptImage`]), a key in use or reused,
    /// a failing backend, or no room in time. Then nothing is left behind.
    pub async fn upload(&self, deadline: Instant, request: UploadRequest) -> Result<Uploaded, Error> {
        self.detached(deadline, |images, call| async move {
            let UploadRequest {
                user,
                file,
                filename,
                annotations,
                key,
            } = request;
            let fingerprint = || {
                let file: [u8; 32] = Sha256::digest(&file.0).into();
                fingerprint("POST /images", &(file, filename.as_str(), &annotations))
            };
            // What no retry can mend is said before a key is taken.
            pipeline::probe(&file.0)?;
            let lease = match key {
                None => None,
                Some(key) => match images.claim(&call, &user, key, fingerprint()).await? {
                    Claimed::Granted(lease) => Some(lease),
                    Claimed::Finished(result) => return replay(&result),
                },
            };
            let draft = Draft {
                user,
                filename,
                annotations,
                direct_upload: None,
            };
            images.finish_upload(&call, draft, file, lease).await
        })
        .await
    }

    /// Processes and commits under a lease, which is freed again when that fails.
    pub(super) async fn finish_upload(
        &self,
        call: &Call,
        draft: Draft,
        file: AcceptedFile,
        lease: Option<Lease>,
    ) -> Result<Uploaded, Error> {
        let result = match self.process(call, file.0.clone()).await {
            Ok(rendition) => self.commit(call, draft, file.0.len(), rendition, lease.as_ref()).await,
            Err(error) => Err(error),
        };
        if let (Some(lease), false) = (&lease, matches!(result, Ok(Uploaded { replayed: false, .. }))) {
            self.release(lease).await;
        }
        result
    }

    async fn process(&self, call: &Call, file: Bytes) -> Result<Rendition, Error> {
        let header = pipeline::probe(&file)?;
        let recipe = self.policy.recipe.clone();
        let job = move || {
            let started = Instant::now();
            let rendition = pipeline::process(&file, &recipe);
            metrics::processed(started.elapsed());
            rendition
        };
        Ok(self.jobs.run(call, header.peak_bytes, job).await??)
    }

    /// Intent, files, metadata: in this order, so that whatever is cut off can be found and undone.
    async fn commit(
        &self,
        call: &Call,
        draft: Draft,
        file_size: usize,
        rendition: Rendition,
        lease: Option<&Lease>,
    ) -> Result<Uploaded, Error> {
        call.check()?;
        let metadata = &self.backends.metadata;
        let (image, [main, thumbnail]) =
            self.describe(draft.user, draft.filename, draft.annotations, file_size, rendition);
        let result = serde_json::to_string(&image).map_err(Error::internal)?;
        let new = NewImage {
            completion: lease.map(|lease| Completion {
                lease: lease.clone(),
                result: result.clone(),
            }),
            direct_upload: draft.direct_upload.map(|id| (id, result)),
            image,
        };
        let image = &new.image;

        let started = Instant::now();
        let intent = Pending::upload(image);
        metadata.begin_upload(&intent).await?;
        let blobs = &self.backends.blobs;
        // Both to their end: one that is dropped may still write its file after the other's failure was undone.
        let (main, thumbnail) = join!(
            blobs.put(&image.main_key, main),
            blobs.put(&image.thumbnail_key, thumbnail)
        );
        let written = main.and(thumbnail);
        // A write that was given up on may still happen: the marker stays, so that the files are removed again later.
        let marker = if written.is_ok() { Marker::Remove } else { Marker::Keep };
        let created = match written.map_err(Error::from).and_then(|()| call.check_time()) {
            Ok(()) => metadata.create(&new).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        match created {
            Ok(Created::Stored) => {
                metrics::stored(started.elapsed());
                self.written(&draft.direct_upload, image).await;
                Ok(Uploaded {
                    image: new.image,
                    replayed: false,
                })
            }
            Ok(refused) => {
                self.undo_upload(&intent, marker).await;
                match refused {
                    Created::AlreadyFinished(result) => replay(&result),
                    Created::LeaseLost => Err(Error::RequestInProgress {
                        retry_after: RETRY_SOON,
                    }),
                    Created::Abandoned | Created::Stored => Err(Error::Timeout),
                }
            }
            // The answer may have been lost after the commit: only the store can tell.
            Err(error) => {
                if self.undo_upload(&intent, marker).await == Undone::WasCommitted {
                    self.written(&draft.direct_upload, image).await;
                    return Ok(Uploaded {
                        image: new.image,
                        replayed: false,
                    });
                }
                Err(error)
            }
        }
    }

    /// The image as it will be recorded, and its two files.
    fn describe(
        &self,
        user: UserId,
        filename: Filename,
        annotations: Annotations,
        file_size: usize,
        rendition: Rendition,
    ) -> (Image, [Bytes; 2]) {
        let now = self.backends.clock.now();
        let id = ImageId::new(now);
        let image = Image {
            id,
            original_filename: filename,
            mime_type: Format::WebP.mime().to_owned(),
            format: "webp".to_owned(),
            quality: self.policy.recipe.quality,
            file_size: file_size as u64,
            processed_size: rendition.main.len() as u64,
            width: rendition.width,
            height: rendition.height,
            bucket: self.policy.bucket.clone(),
            main_key: BlobKey::main(&user, id),
            thumbnail_key: BlobKey::thumbnail(&user, id),
            thumbhash: BASE64_STANDARD.encode(&rendition.thumbhash),
            user_id: user,
            annotations,
            created_at: now,
            updated_at: now,
            uploaded_at: now,
            version: Version::FIRST,
        };
        (image, [rendition.main.into(), rendition.thumbnail.into()])
    }

    /// After the commit: nothing here can fail the upload any more.
    async fn written(&self, direct_upload: &Option<UploadId>, image: &Image) {
        metrics::upload_succeeded();
        self.backends.cache.advance(&image.user_id).await;
        if let Some(upload) = direct_upload {
            let key = BlobKey::temporary(&image.user_id, *upload);
            if let Err(error) = self.backends.blobs.delete(&key).await {
                // It expires by itself.
                tracing::warn!(
                    error = %Causes(&error),
                    "a finished upload's temporary file stays"
                );
            }
        }
    }

    /// Takes an upload back. What can not be done now is done by [`Images::drain`].
    pub(super) async fn undo_upload(&self, intent: &Pending, marker: Marker) -> Undone {
        let undone = async {
            if !self.backends.metadata.abandon_upload(intent.image).await? {
                return Ok(Undone::WasCommitted);
            }
            self.remove_files(intent).await?;
            if marker == Marker::Remove {
                self.backends
                    .metadata
                    .finish_pending(PendingKind::Upload, intent.image)
                    .await?;
            }
            Ok::<_, crate::store::Error>(Undone::Removed)
        };
        undone.await.unwrap_or_else(|error| {
            metrics::cleanup_failed();
            tracing::warn!(error = %Causes(&error), image = %intent.image, "an upload is undone later");
            Undone::Later
        })
    }

    pub(super) async fn claim(
        &self,
        call: &Call,
        user: &UserId,
        key: IdempotencyKey,
        fingerprint: Fingerprint,
    ) -> Result<Claimed, Error> {
        let now = self.backends.clock.now();
        let lease = Lease::new(user.clone(), key, fingerprint, now);
        let claim = call.wait(self.backends.metadata.claim(&lease)).await;
        match claim.and_then(|claim| Ok(claim?)) {
            Ok(Claim::Granted) => Ok(Claimed::Granted(lease)),
            Ok(Claim::Finished(result)) => Ok(Claimed::Finished(result)),
            Ok(Claim::InProgress { since }) => {
                let left = since.plus(Lease::LIFETIME).since(now);
                Err(Error::RequestInProgress {
                    retry_after: RETRY_SOON.min(left),
                })
            }
            Ok(Claim::Reused) => Err(Error::IdempotencyKeyReused),
            Err(error) => {
                // It may have been granted all the same.
                self.release(&lease).await;
                Err(error)
            }
        }
    }

    pub(super) async fn release(&self, lease: &Lease) {
        if let Err(error) = self.backends.metadata.release(lease).await {
            // It ends by itself.
            tracing::warn!(error = %Causes(&error), "an idempotency lease stays");
        }
    }
}

/// When a request that met its running twin should come back.
pub(super) const RETRY_SOON: std::time::Duration = std::time::Duration::from_secs(2);

/// What becomes of an intent once its files are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Remove,
    /// [`Images::drain`] comes back to it.
    Keep,
}

/// What became of an upload that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undone {
    Removed,
    WasCommitted,
    Later,
}

pub(super) enum Claimed {
    Granted(Lease),
    Finished(String),
}

pub(super) fn replay(result: &str) -> Result<Uploaded, Error> {
    let image = serde_json::from_str(result).map_err(Error::internal)?;
    metrics::replayed();
    Ok(Uploaded { image, replayed: true })
}

/// What makes two requests the same: the route and what they ask for, after normalisation.
pub(super) fn fingerprint(route: &str, content: &impl Serialize) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(route);
    hash.update([0]);
    hash.update(serde_json::to_vec(content).expect("text, numbers and lists of them always serialise"));
    Fingerprint(hash.finalize().into())
}
