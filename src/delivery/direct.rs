//! Files served by this very server: nothing caches them on our behalf.

use async_trait::async_trait;

use super::{Delivery, url_path};
use crate::{
    domain::{BlobKey, Pending},
    store,
};

/// URLs below one base, such as `http://localhost:3000`.
#[derive(Debug, Clone)]
pub struct DirectDelivery {
    base: String,
}

impl DirectDelivery {
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
        }
    }
}

#[async_trait]
impl Delivery for DirectDelivery {
    fn url(&self, key: &BlobKey) -> String {
        format!("{}{}", self.base, url_path(key))
    }

    async fn purge(&self, _deleted: &[Pending]) -> store::Result<()> {
        Ok(())
    }

    async fn ping(&self) -> Option<store::Result<()>> {
        None
    }
}
