//! From settings to a running application: the only file that names backends.

use std::{io, num::NonZeroUsize, sync::Arc};

use tokio::sync::Semaphore;

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "local")]
mod data_dir;

#[cfg(feature = "local")]
pub use data_dir::DataDir;

/// Without the local backends there is none.
#[cfg(not(feature = "local"))]
pub enum DataDir {}

#[cfg(feature = "aws")]
use crate::{cache::RedisCache, rate_limit::RedisRateLimiter, redis};
use crate::{
    cache::{Cache, NoCache},
    clock::{Clock, SystemClock},
    config::{Auth, BlobBackend, Config, MetadataBackend},
    delivery::{Delivery, DirectDelivery},
    http::{
        AppState, Health, Origins, ServiceNames, Settings, TimeLimits,
        auth::{Authenticator, GatewayAuthenticator},
    },
    pipeline::{Effort, Recipe},
    rate_limit::{Limits, ProcessRateLimiter, RateLimiter},
    service::{Backends, Images, Policy},
    store::{self, BlobStore, MetadataStore, blob::PutReceiver},
};
#[cfg(feature = "local")]
use crate::{
    http::{
        Pages,
        auth::{DevIssuer, JwtAuthenticator},
    },
    store::{
        blob::filesystem::{FilesystemBlobs, UrlSigner},
        metadata::sqlite::SqliteMetadata,
    },
};

/// The part of a file that fits a Lambda's request (api.md, "Direct uploads").
const LAMBDA_MULTIPART_LIMIT: u64 = 4 * 1024 * 1024;

/// Why the application can not start, for the person who starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{error}: {}", error.source)]
    Store {
        #[from]
        error: store::Error,
    },
    #[cfg(feature = "aws")]
    #[error("Redis can not be used: {0}")]
    Redis(Box<dyn std::error::Error + Send + Sync>),
    #[cfg(feature = "local")]
    #[error("the key set can not be fetched: {0}")]
    Http(#[from] reqwest::Error),
    #[error("{0}")]
    Unsupported(&'static str),
}

/// A running application.
pub struct Application {
    pub state: AppState,
    /// What is kept on this machine; it belongs to this process as long as this value lives.
    pub data: Option<DataDir>,
}

/// Opens the backends that the settings name.
///
/// # Errors
/// A backend that can not be opened at all; one that is merely down shows in `/health`.
pub fn connect(config: &Config) -> Result<Application, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let data = data(config)?;
    #[cfg(feature = "aws")]
    let aws = config.aws.as_ref().map(aws::Clients::new);

    let metadata: Arc<dyn MetadataStore> = match config.metadata {
        #[cfg(feature = "local")]
        MetadataBackend::Sqlite => Arc::new(sqlite(folder(data.as_ref())?)?),
        #[cfg(feature = "aws")]
        MetadataBackend::DynamoDb => Arc::new(account(aws.as_ref())?.metadata()),
    };
    let files = match config.blobs {
        #[cfg(feature = "local")]
        BlobBackend::Files => local_files(config, folder(data.as_ref())?)?,
        #[cfg(feature = "aws")]
        BlobBackend::S3 => Files {
            blobs: Arc::new(account(aws.as_ref())?.blobs(&config.images.bucket)),
            receiver: None,
            cdn: account(aws.as_ref())?.delivery(),
        },
    };
    let serves_files = files.cdn.is_none();
    let delivery = files
        .cdn
        .unwrap_or_else(|| Arc::new(DirectDelivery::new(&config.public_url())));
    let (cache, limiter) = shared(config)?;
    let backends = Backends {
        metadata,
        blobs: files.blobs,
        cache,
        delivery,
        clock: clock.clone(),
    };
    let authentication = authentication(config, data.as_ref(), clock)?;
    let state = AppState {
        images: Images::new(backends, policy(config)),
        authenticator: authentication.authenticator,
        limiter,
        health: Arc::new(Health::new(service_names(config))),
        settings: Arc::new(settings(config, serves_files)),
        upload_room: Arc::new(Semaphore::new(config.capacity.uploads)),
        receiver: files.receiver,
        metrics: None,
        // Whoever uses them signs in with tokens of this server.
        #[cfg(feature = "local")]
        pages: authentication
            .issuer
            .is_some()
            .then(|| Pages::new(&config.public_url())),
        #[cfg(feature = "local")]
        issuer: authentication.issuer,
    };
    Ok(Application { state, data })
}

/// Where files are, who takes them from clients if not the store itself, and who hands them out.
struct Files {
    blobs: Arc<dyn BlobStore>,
    receiver: Option<Arc<dyn PutReceiver>>,
    /// `None`: this server.
    cdn: Option<Arc<dyn Delivery>>,
}

/// The folder, opened where something of this application is kept in it.
#[cfg(feature = "local")]
fn data(config: &Config) -> Result<Option<DataDir>, StartError> {
    let is_needed = config.metadata.is_local() || config.blobs.is_local() || config.auth == Auth::Dev;
    let data = is_needed.then(|| DataDir::open(&config.server.data_dir));
    Ok(data.transpose()?)
}

#[cfg(not(feature = "local"))]
fn data(_config: &Config) -> Result<Option<DataDir>, StartError> {
    Ok(None)
}

#[cfg(feature = "local")]
fn folder(data: Option<&DataDir>) -> Result<&DataDir, StartError> {
    data.ok_or(StartError::Unsupported("no data folder is open"))
}

#[cfg(feature = "aws")]
fn account<'a>(aws: Option<&'a aws::Clients<'a>>) -> Result<&'a aws::Clients<'a>, StartError> {
    aws.ok_or(StartError::Unsupported("no access to AWS is configured"))
}

/// The local database itself, for what only it can do: take rows by the million.
///
/// # Errors
/// It can not be opened.
#[cfg(feature = "local")]
pub fn sqlite(data: &DataDir) -> Result<SqliteMetadata, StartError> {
    Ok(SqliteMetadata::open(&data.database())?)
}

#[cfg(feature = "local")]
fn local_files(config: &Config, data: &DataDir) -> Result<Files, StartError> {
    let signer = UrlSigner::new(&data.upload_key()?, &config.public_url());
    let files = Arc::new(FilesystemBlobs::open(&data.files(), signer)?);
    Ok(Files {
        blobs: files.clone(),
        receiver: Some(files),
        cdn: None,
    })
}

type Shared = (Arc<dyn Cache>, Arc<dyn RateLimiter>);

/// What instances share through Redis; without it each has its own.
fn shared(config: &Config) -> Result<Shared, StartError> {
    let limits = config.rate_limits.clone().unwrap_or_else(Limits::off);
    #[cfg(feature = "aws")]
    if let Some(settings) = &config.redis {
        let redis = redis::Client::new(settings).map_err(StartError::Redis)?;
        return Ok((
            Arc::new(RedisCache::new(redis.clone())),
            Arc::new(RedisRateLimiter::new(redis, limits)),
        ));
    }
    Ok((Arc::new(NoCache), Arc::new(ProcessRateLimiter::new(limits))))
}

struct Authentication {
    authenticator: Arc<dyn Authenticator>,
    #[cfg(feature = "local")]
    issuer: Option<Arc<DevIssuer>>,
}

#[cfg(feature = "local")]
fn authentication(
    config: &Config,
    data: Option<&DataDir>,
    clock: Arc<dyn Clock>,
) -> Result<Authentication, StartError> {
    Ok(match &config.auth {
        Auth::Dev => {
            let issuer = Arc::new(DevIssuer::open(folder(data)?.root())?);
            Authentication {
                authenticator: Arc::new(issuer.authenticator(clock)),
                issuer: Some(issuer),
            }
        }
        Auth::Jwt(settings) => Authentication {
            authenticator: Arc::new(JwtAuthenticator::new(settings, clock)?),
            issuer: None,
        },
        Auth::Gateway => Authentication {
            authenticator: Arc::new(GatewayAuthenticator),
            issuer: None,
        },
    })
}

#[cfg(not(feature = "local"))]
fn authentication(
    config: &Config,
    _data: Option<&DataDir>,
    _clock: Arc<dyn Clock>,
) -> Result<Authentication, StartError> {
    match config.auth {
        Auth::Gateway => Ok(Authentication {
            authenticator: Arc::new(GatewayAuthenticator),
        }),
        Auth::Dev | Auth::Jwt(_) => Err(StartError::Unsupported(
            "tokens can only be verified in a build with the feature `local`",
        )),
    }
}

/// Names of the API: what the dependencies are on AWS, their parts where they are on this machine.
fn service_names(config: &Config) -> ServiceNames {
    let name = |is_local, here, there| if is_local { here } else { there };
    ServiceNames {
        metadata: name(config.metadata.is_local(), "metadata", "dynamodb"),
        storage: name(config.blobs.is_local(), "storage", "s3"),
        cdn: name(config.blobs.is_local(), "cdn", "cloudfront"),
        cache: name(config.metadata.is_local(), "cache", "redis"),
    }
}

fn policy(config: &Config) -> Policy {
    Policy {
        bucket: config.images.bucket.clone(),
        recipe: Recipe {
            effort: Effort::new(config.images.webp_effort).unwrap_or_default(),
            ..Recipe::default()
        },
        formats: config.images.formats.clone(),
        max_file_size: config.images.max_file_size,
        max_jobs: config.capacity.pipeline_jobs,
        job_memory: config.capacity.pipeline_memory,
        // A frozen function finishes nothing: the table's stream calls it again for that.
        finish_deletions: config.auth != Auth::Gateway,
    }
}

fn settings(config: &Config, serves_files: bool) -> Settings {
    let allowed = config.allowed_origins.clone();
    let limits = config.time_limits;
    Settings {
        origins: Origins::new(move |origin| allowed.iter().any(|pattern| pattern.matches(origin))),
        origin_secret: config.origin_secret.clone(),
        time_limits: TimeLimits {
            upload: limits.upload,
            get: limits.get,
            list: limits.list,
            update: limits.update,
            delete: limits.delete,
        },
        max_page_size: NonZeroUsize::new(config.images.max_page_size as usize).unwrap_or(NonZeroUsize::MIN),
        multipart_limit: (config.emulation.lambda_limits || config.auth == Auth::Gateway)
            .then_some(LAMBDA_MULTIPART_LIMIT),
        latency: config.emulation.latency,
        serves_files,
    }
}
