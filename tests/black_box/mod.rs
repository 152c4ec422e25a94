//! The contract, seen from outside: the same cases for every host of the router, with the same
//! answers. What may differ is listed in [`Host`], and nowhere else.

use bytes::Bytes;
use image_service::domain::BlobKey;
use serde_json::Value;

use crate::support::{Client, Form, pictures};

mod errors;
mod images;
mod uploads;

pub use self::{errors::*, images::*, uploads::*};

/// Something that runs the router, on stores that hold nothing yet.
pub trait Host {
    /// What hosts do differently, and why.
    const DIFFERENCES: Differences;

    /// Name of the bucket that clients are told: it belongs to the deployment.
    fn bucket(&self) -> &str;

    fn anonymous(&self) -> Client;

    fn user(&self, name: &str) -> Client;

    /// Puts a file where a ticket for a direct upload says: here or to the bucket itself.
    async fn put(&self, ticket: &Value, file: &[u8]) -> u16;

    /// What is stored under a key.
    async fn file(&self, key: &BlobKey) -> Option<Bytes>;
}

/// Everything else is the same. Who verifies tokens can not be told from outside; the four answers that
/// the gateway gives by itself never come from a host (`tests/wire/lambda/gateway.rs` makes them).
pub struct Differences {
    /// Base of the URLs of files: a CDN serves them, or the host itself.
    pub files: &'static str,
    /// The bytes of a file in a multipart upload, where an event has to hold them.
    pub multipart_limit: Option<usize>,
    /// What `/health` asks, by the names that it has there.
    pub dependencies: &'static [&'static str],
}

/// A test for each case on one host.
macro_rules! black_box {
    ($open:expr) => {
        crate::black_box::black_box! { $open;
            an_upload_answers_with_the_image_object
            a_picture_arrives_byte_for_byte
            an_image_is_read_with_its_tag
            lists_are_walked_by_cursor
            an_update_needs_the_current_version
            text_is_cleaned_and_limits_are_told
            lists_are_filtered_by_tag
            a_deleted_image_is_gone
            images_belong_to_their_users
            a_direct_upload_takes_ten_mebibytes
            what_was_never_uploaded_can_not_be_finished
            a_file_that_does_not_fit_is_pointed_elsewhere
            a_retry_is_answered_with_the_first_result
            the_first_failed_check_answers
            errors_have_one_shape
            paths_mean_the_same_everywhere
            pages_of_other_origins_are_told_what_they_may
            health_tells_of_every_dependency
        }
    };
    ($open:expr; $($case:ident)+) => {
        $(
            #[tokio::test]
            async fn $case() {
                let host = $open.await;
                crate::black_box::$case(&host).await;
            }
        )+
    };
}
pub(crate) use black_box;

/// Uploads a small picture; the path of its image, and the image.
async fn image(client: &Client) -> (String, Value) {
    let image = client.uploaded(Form::with_file(&pictures::jpeg(120, 100))).await;
    (format!("/images/{}", image["id"].as_str().unwrap()), image)
}
