//! How files reach the public: their URLs, and taking them back.

use async_trait::async_trait;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    domain::{BlobKey, Pending},
    store,
};

#[cfg(feature = "aws")]
mod cloudfront;
mod direct;

#[cfg(feature = "aws")]
pub use cloudfront::{CloudFront, Invalidation};
pub use direct::DirectDelivery;

/// Unreserved characters (RFC 3986, section 2.3) and the separator stay as they are.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The path of a file in a URL or an invalidation, starting with `/`.
pub fn url_path(key: &BlobKey) -> String {
    format!("/{}", utf8_percent_encode(key.as_str(), PATH))
}

/// Publishes files under URLs that never depend on a request.
#[async_trait]
pub trait Delivery: Send + Sync {
    /// The public URL of a file.
    fn url(&self, key: &BlobKey) -> String;

    /// Makes sure that none of these deleted images is served from a cache. Idempotent.
    async fn purge(&self, deleted: &[Pending]) -> store::Result<()>;

    /// Whether the service behind answers; `None` where there is none.
    async fn ping(&self) -> Option<store::Result<()>>;
}
