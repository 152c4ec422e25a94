//! The service as it is wired up from its settings, on servers that speak like AWS, with a proxy
//! before each of them.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use aws_sdk_dynamodb as dynamodb;
use aws_sdk_s3 as s3;
use dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use image_service::{
    bootstrap,
    clock::{Clock, SystemClock},
    config::Config,
    domain::UserId,
    http,
    service::{Audit, AuditReport, Drained, Images},
};
use ulid::Ulid;

use crate::{
    proxy::http::HttpProxy,
    redis::server::RedisServer,
    support::{Client, app::issuer},
};

const REGION: &str = "us-east-1";

/// With a table, a bucket and a cache of its own.
pub struct Stack {
    pub dynamodb: HttpProxy,
    pub s3: HttpProxy,
    pub images: Images,
    router: axum::Router,
    _redis: RedisServer,
}

/// Where `tests/wire/servers.sh` says that a server is.
fn server(name: &str) -> SocketAddr {
    let url = std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: tests/wire/servers.sh starts the servers and runs the tests"));
    url.strip_prefix("http://")
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("{name} is no http://<address>:<port>: {url}"))
}

impl Stack {
    pub async fn new() -> Self {
        let name = format!("faults-{}", Ulid::generate().to_string().to_lowercase());
        let servers = (server("WIRE_DYNAMODB"), server("WIRE_AWS"));
        create_table(servers.0, &name).await;
        create_bucket(servers.1, &name).await;
        let dynamodb = HttpProxy::to(servers.0).await;
        let s3 = HttpProxy::to(servers.1).await;
        let redis = RedisServer::start();
        let vars = [
            ("METADATA", "dynamodb"),
            ("BLOBS", "s3"),
            ("DYNAMODB_TABLE_NAME", &name),
            ("S3_BUCKET_NAME", &name),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb.url()),
            ("AWS_ENDPOINT_URL_S3", &s3.url()),
            ("REDIS_ENDPOINT", &format!("127.0.0.1:{}", redis.port())),
            ("WEBP_EFFORT", "0"),
            // No data folder then; who calls is said by the tests' own issuer below.
            ("AUTH", "jwt"),
            ("JWT_ISSUER", "https://issuer.example"),
            ("JWT_AUDIENCE", "tests"),
        ];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut state = bootstrap::connect(&Config::from_vars(vars).unwrap()).unwrap().state;
        state.authenticator = Arc::new(issuer().authenticator(Arc::new(SystemClock)));
        Self {
            dynamodb,
            s3,
            images: state.images.clone(),
            router: http::router(state),
            _redis: redis,
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
        let report = self.images.audit(audit, |_| {}).await.unwrap();
        let whole = AuditReport {
            files: report.images * 2,
            images: report.images,
            ..AuditReport::default()
        };
        assert_eq!(report, whole, "{case}");
    }
}

async fn create_table(server: SocketAddr, name: &str) {
    let config = dynamodb::Config::builder()
        .behavior_version(dynamodb::config::BehaviorVersion::latest())
        .region(dynamodb::config::Region::new(REGION))
        .endpoint_url(format!("http://{server}"))
        .credentials_provider(dynamodb::config::Credentials::new("test", "test", None, None, "tests"))
        .http_client(http_client())
        .build();
    let key = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    let keys = |prefix: &str| {
        vec![
            key(&format!("{prefix}PK"), KeyType::Hash),
            key(&format!("{prefix}SK"), KeyType::Range),
        ]
    };
    let index = |name: &str, prefix: &str| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .set_key_schema(Some(keys(prefix)))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .unwrap()
    };
    let attributes = ["PK", "SK", "GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"].map(|name| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    });
    dynamodb::Client::from_conf(config)
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes.to_vec()))
        .set_key_schema(Some(keys("")))
        .global_secondary_indexes(index("UserIndex", "GSI1"))
        .global_secondary_indexes(index("AlbumIndex", "GSI2"))
        .send()
        .await
        .unwrap_or_else(|error| panic!("no table on {server}: {error:?}"));
}

async fn create_bucket(server: SocketAddr, name: &str) {
    let config = s3::Config::builder()
        .behavior_version(s3::config::BehaviorVersion::latest())
        .region(s3::config::Region::new(REGION))
        .endpoint_url(format!("http://{server}"))
        .force_path_style(true)
        .credentials_provider(s3::config::Credentials::new("test", "test", None, None, "tests"))
        .http_client(http_client())
        .build();
    s3::Client::from_conf(config)
        .create_bucket()
        .bucket(name)
        .send()
        .await
        .unwrap_or_else(|error| panic!("no bucket on {server}: {error:?}"));
}

fn http_client() -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}
