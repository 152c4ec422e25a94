//! `POST /uploads`

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::upload::REPLAYED;
use crate::{
    Error,
    domain::{Filename, Timestamp, UploadId},
    http::{
        AppState,
        extract::{IdempotencyHeader, json::Object},
        limits::{Caller, Deadline},
        openapi::{failures, requests},
    },
    pipeline::Format,
    service::StartRequest,
    store::blob::SignedPut,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TicketView<'a> {
    upload_id: UploadId,
    method: &'static str,
    #[serde(flatten)]
    put: &'a SignedPut,
    expires_at: Timestamp,
}

/// Start a direct upload
///
/// Send the file as the answer says within 10 minutes, then finish with `POST /images` and the
/// `uploadId` within the hour.
#[utoipa::path(
    post,
    path = "/uploads",
    operation_id = "startUpload",
    tag = "uploads",
    security(("bearer" = [])),
    params(requests::IdempotencyHeader),
    request_body(content = requests::StartUpload, content_type = "application/json"),
    responses(
        (status = 201, description = "How to send the file", body = requests::DirectUpload, headers(
            ("Idempotent-Replayed" = String, description = "`true` when this is the first result once more"),
        )),
        failures::StartUpload,
    ),
)]
pub(in crate::http) async fn start(
    State(state): State<AppState>,
    Caller(user): Caller,
    deadline: Deadline,
    IdempotencyHeader(key): IdempotencyHeader,
    request: Request,
) -> Result<Response, Error> {
    let mut body = deadline.wait(Object::read(request)).await?;
    let filename = body.optional_string("filename").unwrap_or_default();
    let content_type = body.required_string("contentType");
    let size = body.size();
    body.finish()?;
    let (content_type, size) = content_type
        .zip(size)
        .ok_or_else(|| Error::internal("a missing field was not refused"))?;
    if size > state.images.policy().max_file_size {
        return Err(Error::FileTooLarge { direct_upload: false });
    }
    let format = Format::all()
        .into_iter()
        .find(|format| format.mime().eq_ignore_ascii_case(&content_type))
        .ok_or(Error::InvalidFileType)?;
    let request = StartRequest {
        user,
        filename: Filename::sanitise(&filename),
        format,
        size,
        key,
    };
    let (ticket, replayed) = state.images.start_upload(deadline.0, request).await?;
    let view = TicketView {
        upload_id: ticket.upload,
        method: "PUT",
        put: &ticket.put,
        expires_at: ticket.expires_at,
    };
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    if replayed {
        response.headers_mut().extend([REPLAYED]);
    }
    Ok(response)
}
