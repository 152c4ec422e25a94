//! `POST /images`: one image as multipart, or the end of a direct upload as JSON.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    Error,
    http::{
        AppState,
        extract::{
            IdempotencyHeader, is_json, is_multipart,
            json::Object,
            multipart::{FileLimits, Form},
        },
        limits::{Caller, Deadline},
        openapi::{failures, requests},
        view::ImageView,
    },
    service::{FinishRequest, UploadRequest, Uploaded},
};

pub(super) const REPLAYED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("idempotent-replayed"),
    HeaderValue::from_static("true"),
);

/// Upload an image, or finish a direct upload
///
/// As a form with the file, up to 4 MiB everywhere; or as JSON with the `uploadId` of a file that
/// was sent the way that `POST /uploads` told.
#[utoipa::path(
    post,
    path = "/images",
    operation_id = "uploadImage",
    tag = "images",
    security(("bearer" = [])),
    params(requests::IdempotencyHeader),
    request_body(content(
        (requests::UploadForm = "multipart/form-data"),
        (requests::FinishUpload = "application/json"),
    )),
    responses(
        (status = 201, description = "The image", body = ImageView, headers(
            ("Location" = String, description = "Path of the image"),
            ("Idempotent-Replayed" = String, description = "`true` when this is the first result once more"),
        ), links(
            ("read" = (operation_id = "getImage", parameters(("id" = "$response.body#/id")))),
            ("change" = (operation_id = "updateImage", parameters(("id" = "$response.body#/id")))),
            ("delete" = (operation_id = "deleteImage", parameters(("id" = "$response.body#/id")))),
        )),
        failures::Upload,
    ),
)]
pub(in crate::http) async fn upload(
    State(state): State<AppState>,
    Caller(user): Caller,
    deadline: Deadline,
    IdempotencyHeader(key): IdempotencyHeader,
    request: Request,
) -> Result<Response, Error> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    // Held until the answer: the body stays in memory that long.
    let _room = deadline
        .wait(async { state.upload_room.acquire().await.map_err(Error::internal) })
        .await
        .map_err(|_| Error::Overloaded)?;
    let uploaded = if is_multipart(content_type) {
        let limits = FileLimits::of(&state);
        let form = deadline.wait(Form::read(request, limits)).await?;
        let file = state.images.accept(form.file)?;
        let annotations = form.fields.annotations()?;
        let request = UploadRequest {
            user,
            file,
            filename: form.filename,
            annotations,
            key,
        };
        state.images.upload(deadline.0, request).await?
    } else if is_json(content_type) {
        let mut body = deadline.wait(Object::read(request)).await?;
        let upload = body.upload_id();
        let annotations = body.annotations();
        body.finish()?;
        let upload = upload.ok_or(Error::UploadNotFound)?;
        let request = FinishRequest {
            user,
            upload,
            annotations,
            key,
        };
        state.images.finish_direct_upload(deadline.0, request).await?
    } else {
        return Err(Error::UnsupportedMediaType);
    };
    Ok(created(&state, &uploaded))
}

fn created(state: &AppState, uploaded: &Uploaded) -> Response {
    let image = &uploaded.image;
    tracing::Span::current().record("image", tracing::field::display(image.id));
    let view = ImageView::of(image, &*state.images.backends().delivery);
    let location = [(header::LOCATION, format!("/images/{}", image.id))];
    let mut response = (StatusCode::CREATED, location, Json(view)).into_response();
    if uploaded.replayed {
        response.headers_mut().extend([REPLAYED]);
    }
    response
}
