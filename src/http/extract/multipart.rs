//! `multipart/form-data`, read as it arrives.

use axum::{
    RequestExt,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    http::StatusCode,
};
use bytes::Bytes;

use super::fields::Fields;
use crate::{Error, domain::Filename, http::AppState};

/// Bytes of a whole body: a file of 10 MiB and everything around it.
const MAX_BODY: usize = 11 * 1024 * 1024;
/// Bytes of one text part.
const MAX_TEXT: usize = 64 * 1024;

/// An upload form, complete and within its limits, but not validated yet.
pub(in crate::http) struct Form {
    pub(in crate::http) file: Bytes,
    pub(in crate::http) filename: Filename,
    pub(in crate::http) fields: Fields,
}

impl Form {
    /// Reads the parts in any order and stops at the first one that breaks a limit.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it is no such form, [`Error::FileTooLarge`].
    pub(in crate::http) async fn read(mut request: Request, limits: FileLimits) -> Result<Self, Error> {
        DefaultBodyLimit::max(MAX_BODY).apply(&mut request);
        let request = request.with_limited_body();
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| Error::InvalidRequest("the multipart boundary is missing or not valid".into()))?;
        let mut file = None;
        let mut fields = Fields::default();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            match part.name() {
                Some("file") if file.is_some() => {
                    return Err(Error::InvalidRequest("there must be exactly one file part".into()));
                }
                Some("file") => {
                    let filename = Filename::sanitise(part.file_name().unwrap_or_default());
                    file = Some((filename, read_file(part, limits).await?));
                }
                Some(name) if Fields::knows(name) => {
                    let name = name.to_owned();
                    let text = read_text(part).await?;
                    fields.add(&name, text);
                }
                // The parser skips what is not read.
                _ => {}
            }
        }
        let (filename, file) = file.ok_or_else(|| Error::InvalidRequest("the file part is missing".into()))?;
        Ok(Self { file, filename, fields })
    }
}

async fn read_file(mut part: Field<'_>, limits: FileLimits) -> Result<Bytes, Error> {
    let mut file = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(broken)? {
        limits.check((file.len() + chunk.len()) as u64)?;
        file.extend_from_slice(&chunk);
    }
    Ok(file.into())
}

async fn read_text(mut part: Field<'_>) -> Result<String, Error> {
    let mut text = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(broken)? {
        if text.len() + chunk.len() > MAX_TEXT {
            return Err(Error::InvalidRequest("a text part is larger than 64 KiB".into()));
        }
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).map_err(|_| Error::InvalidRequest("a text part is not UTF-8".into()))
}

fn broken(error: axum::extract::multipart::MultipartError) -> Error {
    Error::InvalidRequest(match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "the request is larger than 11 MiB".into(),
        _ => "the multipart body is broken or cut off".into(),
    })
}

/// What a file in a multipart body may weigh.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct FileLimits {
    /// Bytes of any upload.
    file: u64,
    /// Bytes that fit this host's requests, where that is less.
    request: Option<u64>,
}

impl FileLimits {
    pub(in crate::http) fn of(state: &AppState) -> Self {
        Self {
            file: state.images.policy().max_file_size,
            request: state.settings.multipart_limit,
        }
    }

    /// # Errors
    /// [`Error::FileTooLarge`], which points to the direct upload where that would take the file.
    fn check(self, size: u64) -> Result<(), Error> {
        if size > self.file {
            Err(Error::FileTooLarge { direct_upload: false })
        } else if self.request.is_some_and(|limit| size > limit) {
            Err(Error::FileTooLarge { direct_upload: true })
        } else {
            Ok(())
        }
    }
}
