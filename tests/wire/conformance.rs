//! The backends behind a network keep the promises of the traits.

#[path = "../conformance/mod.rs"]
pub mod cases;

mod redis_cache {
    use std::sync::Arc;

    use image_service::cache::RedisCache;

    use crate::{conformance::cases::cache::cache_conformance, redis::server::RedisServer};

    async fn open() -> (RedisServer, Arc<RedisCache>) {
        let server = RedisServer::start();
        let cache = server.cache();
        (server, Arc::new(cache))
    }

    cache_conformance!(open(), keeps = true);
}

mod redis_rate_limiter {
    use image_service::rate_limit::RedisRateLimiter;

    use crate::{
        conformance::cases::rate_limit::{Open, rate_limit_conformance},
        redis::server::RedisServer,
    };

    async fn open() -> (RedisServer, Box<Open>) {
        let server = RedisServer::start();
        let redis = server.client();
        let open: Box<Open> = Box::new(move |limits| Box::new(RedisRateLimiter::new(redis.clone(), limits)));
        (server, open)
    }

    rate_limit_conformance!(open());
}

mod dynamodb {
    use std::sync::Arc;

    use image_service::store::MetadataStore;

    use crate::{aws::Account, conformance::cases::metadata::metadata_conformance};

    async fn open() -> (Account, Arc<dyn MetadataStore>) {
        let account = Account::open().await;
        let metadata = account.metadata();
        (account, metadata)
    }

    metadata_conformance!(open());
}

mod s3 {
    use std::sync::Arc;

    use image_service::store::BlobStore;

    use crate::{aws::Account, conformance::cases::blob::blob_conformance};

    async fn open() -> (Account, Arc<dyn BlobStore>) {
        let account = Account::open().await;
        let blobs = account.blobs();
        (account, blobs)
    }

    blob_conformance!(open(), expires_temporary = false);
}
