//! The service as it is wired up from its settings, on resources that are made from the template and
//! with the permissions that it grants, with a proxy before each server.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use image_service::{
    clock::{Clock, SystemClock},
    domain::UserId,
    http,
    service::{Audit, AuditReport, Drained, Images},
};
use ulid::Ulid;

use crate::{
    aws::{Account, Role, account},
    proxy::http::HttpProxy,
    redis::server::RedisServer,
    support::{Client, app::issuer},
};

/// With a table, a bucket, a distribution and a cache of its own.
pub struct Service {
    pub dynamodb: HttpProxy,
    pub s3: HttpProxy,
    pub cloudfront: HttpProxy,
    pub account: Account,
    pub images: Images,
    /// The same as `images`, for who may list everything: not through the proxies.
    operator: Images,
    router: axum::Router,
    pub redis: RedisServer,
}

/// A proxy before one of the servers that `tests/wire/servers.sh` starts.
pub async fn proxy_to(server: &str) -> HttpProxy {
    let url = account::server(server);
    let address: SocketAddr = url.trim_start_matches("http://").parse().unwrap();
    HttpProxy::to(address).await
}

impl Service {
    pub async fn new() -> Self {
        let dynamodb = proxy_to("WIRE_DYNAMODB").await;
        let s3 = proxy_to("WIRE_AWS").await;
        let cloudfront = proxy_to("WIRE_AWS").await;
        let redis = RedisServer::start();
        let account = Account::open().await;
        let operator = account.for_role(Role::Operator).await.application().state.images;
        let account = account
            .with("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb.url())
            .with("AWS_ENDPOINT_URL_S3", &s3.url())
            .with("AWS_ENDPOINT_URL_CLOUDFRONT", &cloudfront.url())
            .with("REDIS_ENDPOINT", &format!("127.0.0.1:{}", redis.port()))
            .with("WEBP_EFFORT", "0");
        let mut state = account.application().state;
        // Who calls is said by the tests' own issuer.
        state.authenticator = Arc::new(issuer().authenticator(Arc::new(SystemClock)));
        Self {
            dynamodb,
            s3,
            cloudfront,
            account,
            images: state.images.clone(),
            operator,
            router: http::router(state),
            redis,
        }
    }

    /// Somebody who has no images yet.
    pub fn somebody(&self) -> Client {
        let user: UserId = format!("user-{}", Ulid::generate()).parse().unwrap();
        Client {
            router: self.router.clone(),
            token: Some(issuer().issue(&user, SystemClock.now()).unwrap().token),
        }
    }

    /// Whether the CDN was told to drop the files of this image.
    pub async fn is_dropped(&self, image: &str) -> bool {
        let invalidations = self.account.invalidations().await;
        let mut items = invalidations.iter().flat_map(|(_, items)| items);
        items.any(|item| item.contains(image))
    }

    /// Finishes what is pending; then nothing is left, and every image has its two files and no
    /// file is without its image.
    pub async fn is_whole(&self, case: &str) {
        self.images.settle().await;
        let drained = self.images.drain(Duration::ZERO).await.unwrap();
        assert_eq!(drained.failed, 0, "{case}");
        assert_eq!(
            self.images.drain(Duration::ZERO).await.unwrap(),
            Drained::default(),
            "{case}"
        );
        let audit = Audit {
            dry_run: true,
            older_than: Duration::ZERO,
        };
        let report = self.operator.audit(audit, |_| {}).await.unwrap();
        let whole = AuditReport {
            files: report.images * 2,
            images: report.images,
            ..AuditReport::default()
        };
        assert_eq!(report, whole, "{case}");
    }
}
