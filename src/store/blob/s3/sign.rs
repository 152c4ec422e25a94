//! URLs that let a client put one file without credentials of its own.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::presigning::PresigningConfig;

use super::{BACKEND, S3Blobs, error};
use crate::{
    domain::Timestamp,
    store::{
        ErrorKind, Result, aws,
        blob::{PutGrant, SignedPut},
    },
};

const OPERATION: &str = "sign_put";

impl S3Blobs {
    /// Length, type and `If-None-Match` are signed: with anything else the bucket refuses the file,
    /// and so it does a second one.
    pub(super) async fn presign(&self, grant: &PutGrant) -> Result<SignedPut> {
        if !grant.key.is_temporary() {
            return Err(error(
                OPERATION,
                ErrorKind::Rejected,
                "only temporary files may be put directly",
            ));
        }
        let length =
            i64::try_from(grant.content_length).map_err(|source| error(OPERATION, ErrorKind::Rejected, source))?;
        let lifetime = PresigningConfig::builder()
            .start_time(system_time(grant.issued_at))
            .expires_in(grant.expires_at.since(grant.issued_at))
            .build()
            .map_err(|source| error(OPERATION, ErrorKind::Rejected, source))?;
        let request = self
            .signer
            .put_object()
            .bucket(&self.bucket)
            .key(grant.key.as_str())
            .content_type(grant.content_type)
            .content_length(length)
            .if_none_match("*")
            .presigned(lifetime)
            .await
            .map_err(|source| aws::error(BACKEND, OPERATION, source))?;
        Ok(SignedPut {
            url: request.uri().to_owned(),
            headers: BTreeMap::from([
                ("Content-Type".to_owned(), grant.content_type.to_owned()),
                ("If-None-Match".to_owned(), "*".to_owned()),
            ]),
        })
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(0))
}
