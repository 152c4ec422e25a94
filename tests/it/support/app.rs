//! The real router on SQLite in memory and a temporary folder.

use std::{
    num::NonZeroUsize,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::Router;
use image_service::{
    cache::{Cache, NoCache},
    clock::Clock,
    delivery::DirectDelivery,
    domain::UserId,
    http::{self, AppState, Health, Origins, Pages, ServiceNames, Settings, TimeLimits, auth::DevIssuer},
    pipeline::{Effort, Format, Recipe},
    rate_limit::{Limits, ProcessRateLimiter, RateLimiter},
    service::{Backends, Images, Policy},
    store::{
        BlobStore, MetadataStore,
        blob::filesystem::{FilesystemBlobs, UrlSigner},
        metadata::sqlite::SqliteMetadata,
    },
};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use super::{
    Client, ManualClock,
    faulty::{Faults, Faulty},
};

const BASE_URL: &str = "http://localhost:3000";

/// One application with everything it stands on.
pub struct TestApp {
    pub router: Router,
    pub images: Images,
    pub clock: Arc<ManualClock>,
    folder: TempDir,
}

/// What a test wants to be otherwise.
pub struct Options {
    pub limits: Limits,
    pub settings: Settings,
    pub policy: Policy,
    /// Which calls to the stores fail.
    pub faults: Faults,
    pub cache: Arc<dyn Cache>,
    /// Instead of one in the process for `limits`.
    pub limiter: Option<Arc<dyn RateLimiter>>,
    pub upload_room: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::off(),
            settings: Settings {
                origins: Origins::new(|origin| origin == "https://lego-moc.com" || origin.ends_with(".lego-moc.com")),
                origin_secret: None,
                time_limits: TimeLimits {
                    upload: Duration::from_secs(28),
                    get: Duration::from_secs(10),
                    list: Duration::from_secs(10),
                    update: Duration::from_secs(10),
                    delete: Duration::from_secs(15),
                },
                max_page_size: NonZeroUsize::new(100).unwrap(),
                multipart_limit: None,
                latency: Duration::ZERO,
                serves_files: true,
            },
            policy: Policy {
                bucket: "images-lego-moc-dev".to_owned(),
                // The fastest: what is tested here is not the encoder.
                recipe: Recipe {
                    effort: Effort::new(0).unwrap(),
                    ..Recipe::default()
                },
                formats: Format::all().to_vec(),
                max_file_size: 10 * 1024 * 1024,
                max_jobs: 2,
                job_memory: 1 << 30,
                finish_deletions: true,
            },
            faults: Faults::default(),
            cache: Arc::new(NoCache),
            limiter: None,
            upload_room: 8,
        }
    }
}

/// One key for all tests: making one takes a while.
pub fn issuer() -> Arc<DevIssuer> {
    static ISSUER: OnceLock<Arc<DevIssuer>> = OnceLock::new();
    ISSUER.get_or_init(|| Arc::new(DevIssuer::generate().unwrap())).clone()
}

impl TestApp {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::default());
        let signer = UrlSigner::new(&[7; 32], BASE_URL);
        let files = Arc::new(FilesystemBlobs::open(folder.path(), signer).unwrap());
        let metadata: Arc<dyn MetadataStore> = Arc::new(SqliteMetadata::in_memory().unwrap());
        let blobs: Arc<dyn BlobStore> = files.clone();
        let backends = Backends {
            metadata: Arc::new(Faulty::new(metadata, &options.faults)),
            blobs: Arc::new(Faulty::new(blobs, &options.faults)),
            cache: options.cache,
            delivery: Arc::new(DirectDelivery::new(BASE_URL)),
            clock: clock.clone(),
        };
        let images = Images::new(backends, options.policy);
        let router = http::router(AppState {
            images: images.clone(),
            authenticator: Arc::new(issuer().authenticator(clock.clone())),
            limiter: options
                .limiter
                .unwrap_or_else(|| Arc::new(ProcessRateLimiter::new(options.limits))),
            health: Arc::new(Health::new(ServiceNames {
                metadata: "metadata",
                storage: "storage",
                cdn: "cdn",
                cache: "cache",
            })),
            settings: Arc::new(options.settings),
            upload_room: Arc::new(Semaphore::new(options.upload_room)),
            receiver: Some(files),
            metrics: Some(Arc::new(String::new)),
            issuer: Some(issuer()),
            pages: Some(Pages::new(BASE_URL)),
        });
        Self {
            router,
            images,
            clock,
            folder,
        }
    }

    pub fn anonymous(&self) -> Client {
        Client {
            router: self.router.clone(),
            token: None,
        }
    }

    pub fn user(&self, name: &str) -> Client {
        let user: UserId = name.parse().unwrap();
        let token = issuer().issue(&user, self.clock.now()).unwrap().token;
        Client {
            router: self.router.clone(),
            token: Some(token),
        }
    }

    /// Every stored file, as its key.
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(
                        path.strip_prefix(self.folder.path())
                            .unwrap()
                            .to_str()
                            .unwrap()
                            .to_owned(),
                    );
                }
            }
        }
        files.sort();
        files
    }
}
