//! `DELETE /images/{id}`

use axum::{extract::State, http::StatusCode};

use crate::{
    Error,
    http::{
        AppState,
        extract::ImagePath,
        limits::{Caller, Deadline},
    },
};

pub(in crate::http) async fn delete(
    State(state): State<AppState>,
    Caller(user): Caller,
    Deadline(deadline): Deadline,
    ImagePath(id): ImagePath,
) -> Result<StatusCode, Error> {
    state.images.delete(deadline, user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
