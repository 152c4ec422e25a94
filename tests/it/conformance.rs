//! The local backends keep the promises of the traits.

use std::sync::Arc;

use image_service::{
    cache::NoCache,
    rate_limit::ProcessRateLimiter,
    store::{
        blob::filesystem::{FilesystemBlobs, UrlSigner},
        metadata::sqlite::SqliteMetadata,
    },
};

#[path = "../conformance/mod.rs"]
pub mod cases;

mod sqlite_in_memory {
    use super::{Arc, SqliteMetadata};
    use crate::conformance::cases::metadata::metadata_conformance;

    async fn open() -> ((), Arc<SqliteMetadata>) {
        ((), Arc::new(SqliteMetadata::in_memory().unwrap()))
    }

    metadata_conformance!(open());
}

mod sqlite_in_a_file {
    use super::{Arc, SqliteMetadata};
    use crate::conformance::cases::metadata::metadata_conformance;

    async fn open() -> (tempfile::TempDir, Arc<SqliteMetadata>) {
        let folder = tempfile::tempdir().unwrap();
        let metadata = SqliteMetadata::open(&folder.path().join("metadata.sqlite")).unwrap();
        (folder, Arc::new(metadata))
    }

    metadata_conformance!(open());
}

mod filesystem {
    use super::{Arc, FilesystemBlobs, UrlSigner};
    use crate::conformance::cases::blob::blob_conformance;

    async fn open() -> (tempfile::TempDir, Arc<FilesystemBlobs>) {
        let folder = tempfile::tempdir().unwrap();
        let signer = UrlSigner::new(&[7; 32], "http://localhost:3000");
        let blobs = FilesystemBlobs::open(folder.path(), signer).unwrap();
        (folder, Arc::new(blobs))
    }

    blob_conformance!(open(), expires_temporary = true);
}

mod no_cache {
    use super::{Arc, NoCache};
    use crate::conformance::cases::cache::cache_conformance;

    async fn open() -> ((), Arc<NoCache>) {
        ((), Arc::new(NoCache))
    }

    cache_conformance!(open(), keeps = false);
}

mod process {
    use super::ProcessRateLimiter;
    use crate::conformance::cases::rate_limit::{Open, rate_limit_conformance};

    async fn open() -> ((), Box<Open>) {
        ((), Box::new(|limits| Box::new(ProcessRateLimiter::new(limits))))
    }

    rate_limit_conformance!(open());
}
