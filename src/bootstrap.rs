//! From settings to a running application: the only file that names backends.

use std::{io, num::NonZeroUsize, sync::Arc};

use tokio::sync::Semaphore;

#[cfg(feature = "local")]
mod data_dir;

#[cfg(feature = "local")]
pub use data_dir::DataDir;

#[cfg(feature = "aws")]
use crate::{cache::RedisCache, rate_limit::RedisRateLimiter, redis};
use crate::{
    cache::{Cache, NoCache},
    clock::{Clock, SystemClock},
    config::{Auth, BlobBackend, Config, MetadataBackend},
    delivery::DirectDelivery,
    http::{
        AppState, Health, Origins, Pages, ServiceNames, Settings, TimeLimits,
        auth::{Authenticator, DevIssuer, JwtAuthenticator},
    },
    pipeline::{Effort, Recipe},
    rate_limit::{Limits, ProcessRateLimiter, RateLimiter},
    service::{Backends, Images, Policy},
    store::{
        self,
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
    DataDir(#[from] io::Error),
    #[error("{error}: {}", error.source)]
    Store {
        #[from]
        error: store::Error,
    },
    #[cfg(feature = "aws")]
    #[error("Redis can not be used: {0}")]
    Redis(Box<dyn std::error::Error + Send + Sync>),
    #[error("the key set can not be fetched: {0}")]
    Http(#[from] reqwest::Error),
}

/// Opens the backends that the settings name. `data` is where local ones keep what they have.
///
/// # Errors
/// A backend that can not be opened at all; one that is merely down shows in `/health`.
pub fn connect(config: &Config, data: &DataDir) -> Result<AppState, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let public_url = config.public_url();
    let metadata = match config.metadata {
        MetadataBackend::Sqlite => Arc::new(sqlite(data)?),
    };
    let files = match config.blobs {
        BlobBackend::Files => {
            let signer = UrlSigner::new(&data.upload_key()?, &public_url);
            Arc::new(FilesystemBlobs::open(&data.files(), signer)?)
        }
    };
    let (cache, limiter) = shared(config)?;
    let backends = Backends {
        metadata,
        blobs: files.clone(),
        cache,
        delivery: Arc::new(DirectDelivery::new(&public_url)),
        clock: clock.clone(),
    };
    let (authenticator, issuer) = authentication(config, data, clock)?;
    Ok(AppState {
        images: Images::new(backends, policy(config)),
        authenticator,
        limiter,
        health: Arc::new(Health::new(ServiceNames {
            metadata: "metadata",
            storage: "storage",
            cdn: "cdn",
            cache: "cache",
        })),
        settings: Arc::new(settings(config)),
        upload_room: Arc::new(Semaphore::new(config.capacity.uploads)),
        receiver: Some(files),
        // They sign in with tokens of this server.
        pages: issuer.is_some().then(|| Pages::new(&public_url)),
        issuer,
    })
}

/// The local database itself, for what only it can do: take rows by the million.
///
/// # Errors
/// It can not be opened.
pub fn sqlite(data: &DataDir) -> Result<SqliteMetadata, StartError> {
    Ok(SqliteMetadata::open(&data.database())?)
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

type Authentication = (Arc<dyn Authenticator>, Option<Arc<DevIssuer>>);

fn authentication(config: &Config, data: &DataDir, clock: Arc<dyn Clock>) -> Result<Authentication, StartError> {
    Ok(match &config.auth {
        Auth::Dev => {
            let issuer = Arc::new(DevIssuer::open(data.root())?);
            (Arc::new(issuer.authenticator(clock)), Some(issuer))
        }
        Auth::Jwt(settings) => (Arc::new(JwtAuthenticator::new(settings, clock)?), None),
        Auth::Gateway => return Err(io::Error::other("AUTH=gateway is for the Lambda").into()),
    })
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
        finish_deletions: true,
    }
}

fn settings(config: &Config) -> Settings {
    let allowed = config.allowed_origins.clone();
    let limits = config.time_limits;
    Settings {
        origins: Origins::new(move |origin| allowed.iter().any(|pattern| pattern.matches(origin))),
        time_limits: TimeLimits {
            upload: limits.upload,
            get: limits.get,
            list: limits.list,
            update: limits.update,
            delete: limits.delete,
        },
        max_page_size: NonZeroUsize::new(config.images.max_page_size as usize).unwrap_or(NonZeroUsize::MIN),
        multipart_limit: config.emulation.lambda_limits.then_some(LAMBDA_MULTIPART_LIMIT),
        latency: config.emulation.latency,
    }
}
