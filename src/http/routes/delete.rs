//! `DELETE /images/{id}`

use axum::{extract::State, http::StatusCode};

use crate::{
    Error,
    http::{
        AppState,
        extract::ImagePath,
        limits::{Caller, Deadline},
        openapi::{failures, requests},
    },
};

/// Delete an image and its files
#[utoipa::path(
    delete,
    path = "/images/{id}",
    operation_id = "deleteImage",
    tag = "images",
    security(("bearer" = [])),
    params(requests::ImageId),
    responses((status = 204, description = "It is gone"), failures::DeleteImage),
)]
pub(in crate::http) async fn delete(
    State(state): State<AppState>,
    Caller(user): Caller,
    Deadline(deadline): Deadline,
    ImagePath(id): ImagePath,
) -> Result<StatusCode, Error> {
    state.images.delete(deadline, user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
