//! Clients of AWS. What the SDK would look for in files, on other machines and in the environment is
//! in the settings already: a client is made without a read or a call, which a cold start would wait for.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use aws_credential_types::Credentials;
use aws_sdk_cloudfront as cloudfront;
use aws_sdk_dynamodb as dynamodb;
use aws_sdk_s3 as s3;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};

use crate::{
    config,
    delivery::{CloudFront, Delivery, Invalidation},
    store::{blob::s3::S3Blobs, metadata::dynamodb::DynamoMetadata},
};

/// To the region's own services.
const CONNECT: Duration = Duration::from_secs(1);
/// Until the head of an answer: the same for all, so that all share one pool and one reading of the
/// system's certificates.
const ANSWER: Duration = Duration::from_secs(5);
/// One attempt at DynamoDB, which answers within milliseconds or not at all.
const TABLE_ATTEMPT: Duration = Duration::from_millis(1_500);
/// One attempt at moving a file, and all of them together.
const FILE_ATTEMPT: Duration = Duration::from_secs(8);
const FILE: Duration = Duration::from_secs(15);
/// Attempts at S3 and CloudFront.
const ATTEMPTS: u32 = 3;
/// CloudFront is a global service: this is where its requests are signed for.
const CLOUDFRONT_REGION: &str = "us-east-1";

/// The part of a client's configuration that all have in common.
macro_rules! common {
    ($sdk:ident, $clients:expr, $region:expr, $endpoint:expr) => {{
        let mut builder = $sdk::Config::builder();
        builder.set_endpoint_url($endpoint.clone());
        builder
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region($sdk::config::Region::new($region))
            .credentials_provider($clients.credentials.clone())
            .http_client($clients.http.clone())
    }};
}

/// What all clients share.
pub(super) struct Clients<'a> {
    settings: &'a config::Aws,
    http: SharedHttpClient,
    credentials: Credentials,
}

impl<'a> Clients<'a> {
    pub(super) fn new(settings: &'a config::Aws) -> Self {
        let config::Credentials {
            access_key_id,
            secret_access_key,
            session_token,
        } = settings.credentials.clone();
        Self {
            settings,
            http: SharedHttpClient::new(OnFirstUse::default()),
            credentials: Credentials::new(access_key_id, secret_access_key, session_token, None, "settings"),
        }
    }

    pub(super) fn metadata(&self) -> DynamoMetadata {
        let endpoint = &self.settings.endpoints.dynamodb;
        let config = common!(dynamodb, self, self.settings.region.clone(), endpoint)
            .timeout_config(timeouts().operation_attempt_timeout(TABLE_ATTEMPT).build())
            // The store repeats by itself: only it knows what a conflict means.
            .retry_config(RetryConfig::disabled())
            .build();
        DynamoMetadata::new(dynamodb::Client::from_conf(config), &self.settings.table)
    }

    pub(super) fn blobs(&self, bucket: &str) -> S3Blobs {
        let endpoint = &self.settings.endpoints.s3;
        let config = |accelerate: bool| {
            common!(s3, self, self.settings.region.clone(), endpoint)
                // Other endpoints rarely have a host name for each bucket.
                .force_path_style(endpoint.is_some())
                .accelerate(accelerate)
                // The signature covers the body already, and what is signed for a browser must not
                // ask for more than a browser sends.
                .request_checksum_calculation(s3::config::RequestChecksumCalculation::WhenRequired)
                .response_checksum_validation(s3::config::ResponseChecksumValidation::WhenRequired)
                .timeout_config(
                    timeouts()
                        .operation_attempt_timeout(FILE_ATTEMPT)
                        .operation_timeout(FILE)
                        .build(),
                )
                .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
                .build()
        };
        let client = s3::Client::from_conf(config(false));
        // Only what users send comes from far away.
        let signer = if self.settings.accelerate {
            s3::Client::from_conf(config(true))
        } else {
            client.clone()
        };
        S3Blobs::new(client, signer, bucket)
    }

    /// `None` where no distribution is named.
    pub(super) fn delivery(&self) -> Option<Arc<dyn Delivery>> {
        let cdn = self.settings.cdn.as_ref()?;
        let endpoint = &self.settings.endpoints.cloudfront;
        let config = common!(cloudfront, self, CLOUDFRONT_REGION, endpoint)
            .timeout_config(
                timeouts()
                    .operation_attempt_timeout(FILE_ATTEMPT)
                    .operation_timeout(FILE)
                    .build(),
            )
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .build();
        let invalidation = if cdn.cache_tags {
            Invalidation::Tags
        } else {
            Invalidation::Paths
        };
        let client = cloudfront::Client::from_conf(config);
        Some(Arc::new(CloudFront::new(
            client,
            &cdn.domain,
            &cdn.distribution,
            invalidation,
        )))
    }
}

/// Reads the system's certificates with the first request. Left alone, the SDK would do so for each
/// client that is made, and a cold start would wait for it.
#[derive(Debug, Default)]
struct OnFirstUse(OnceLock<SharedHttpClient>);

impl HttpClient for OnFirstUse {
    fn http_connector(&self, settings: &HttpConnectorSettings, parts: &RuntimeComponents) -> SharedHttpConnector {
        let client = self.0.get_or_init(|| {
            aws_smithy_http_client::Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
                .build_https()
        });
        client.http_connector(settings, parts)
    }
}

fn timeouts() -> aws_smithy_types::timeout::TimeoutConfigBuilder {
    TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(ANSWER)
}
