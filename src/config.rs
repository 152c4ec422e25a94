//! All settings of a process, read once from environment variables (the server passes its flags in
//! the same form). Each is defined and documented in [`SETTINGS`], nowhere else; this module turns
//! them into types and reports everything that is wrong at once.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use tracing_subscriber::filter::Targets;

use crate::{
    pipeline::Format,
    rate_limit::{Limit, Limits},
    redis,
};

mod aws;
mod backend;
mod error;
mod origin;
mod parse;
mod reader;
mod secret;
mod settings;

pub use aws::{Aws, Cdn, Credentials, Endpoints};
pub use backend::{BlobBackend, MetadataBackend};
pub use error::{ConfigError, ConfigErrors};
pub use origin::OriginPattern;
pub use parse::duration as parse_duration;
pub use secret::Secret;
pub use settings::{Fallback, SETTINGS, Setting, Values};

use reader::Reader;
use settings as s;

/// What a deployment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Dev,
    Staging,
    Production,
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

/// Where the server listens and keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: IpAddr,
    /// Zero until the system has chosen a free one.
    pub port: u16,
    pub data_dir: PathBuf,
}

/// Who says who a caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// This server itself: it hands out tokens to everyone who asks.
    Dev,
    Jwt(JwtAuth),
    /// The API gateway in front of the Lambda.
    Gateway,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtAuth {
    pub issuer: String,
    /// Client ids; never empty.
    pub audiences: Vec<String>,
    pub jwks_url: String,
}

/// Which images are taken and how they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// Bytes.
    pub max_file_size: u64,
    /// Never empty.
    pub formats: Vec<Format>,
    /// Effort of the WebP encoder: 0 is fastest, 6 gives the smallest files.
    pub webp_effort: u8,
    pub max_page_size: u32,
    /// Shown as `s3Bucket`, also where files are in a folder.
    pub bucket: String,
}

/// How long one request may take, and how long a connection may stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    pub upload: Duration,
    pub get: Duration,
    pub list: Duration,
    pub update: Duration,
    pub delete: Duration,
    pub idle: Duration,
}

/// How much is done at once; what comes on top waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    pub connections: usize,
    /// Uploads whose bytes are in memory.
    pub uploads: usize,
    /// Bytes that all running image jobs may need together.
    pub pipeline_memory: u64,
    pub pipeline_jobs: usize,
}

/// Makes a local server behave like a distant one, to build honest spinners against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emulation {
    pub lambda_limits: bool,
    /// Added to each answer.
    pub latency: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    pub format: LogFormat,
    pub filter: Targets,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub stage: Stage,
    pub server: Server,
    pub auth: Auth,
    /// What the CDN in front sends along; `None`: anybody may call.
    pub origin_secret: Option<Secret>,
    pub allowed_origins: Vec<OriginPattern>,
    /// `None`: off.
    pub rate_limits: Option<Limits>,
    pub metadata: MetadataBackend,
    pub blobs: BlobBackend,
    /// `None`: nothing is kept there.
    pub aws: Option<Aws>,
    /// `None`: there is none.
    pub redis: Option<redis::Settings>,
    pub images: Images,
    pub time_limits: TimeLimits,
    pub capacity: Capacity,
    pub emulation: Emulation,
    pub log: Log,
    public_url: Option<String>,
}

impl Config {
    /// Reads the settings among `vars`; the rest of an environment is ignored.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigErrors> {
        let mut reader = Reader::new(vars);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    /// [`Config::from_vars`] without what only the Lambda can do.
    pub fn for_server(vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigErrors> {
        let mut reader = Reader::new(vars);
        let config = Self::read(&mut reader);
        if config.auth == Auth::Gateway {
            reader.refuse(&s::AUTH, "gateway is for the Lambda: here it would trust any caller");
        }
        reader.finish(config)
    }

    /// [`Config::from_vars`] of a function behind the API gateway. What names data has no default
    /// here: a forgotten variable must not become another stage's table.
    pub fn for_lambda(vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigErrors> {
        let mut reader = Reader::new(vars);
        let config = Self::read(&mut reader);
        if config.auth != Auth::Gateway && reader.is_set(&s::AUTH) {
            reader.refuse(&s::AUTH, "must be gateway: this is the Lambda");
        }
        for setting in [&s::STAGE, &s::AUTH, &s::DYNAMODB_TABLE_NAME, &s::S3_BUCKET_NAME] {
            if !reader.is_set(setting) {
                reader.refuse(setting, "must be set for the Lambda");
            }
        }
        reader.finish(config)
    }

    /// Base of the URLs of files, without a slash at its end.
    pub fn public_url(&self) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://localhost:{}", self.server.port))
    }

    fn read(reader: &mut Reader) -> Self {
        let stage = reader.read(&s::STAGE, |text| {
            [Stage::Dev, Stage::Staging, Stage::Production]
                .into_iter()
                .find(|stage| stage.as_str() == text)
        });
        let server = server(reader);
        let auth = auth(reader, stage);
        let allowed_origins = allowed_origins(reader, stage);
        let rate_limits = rate_limits(reader);
        let metadata = reader.read(&s::METADATA, MetadataBackend::parse);
        let blobs = reader.read(&s::BLOBS, BlobBackend::parse);
        Self {
            stage,
            server,
            auth,
            origin_secret: reader.read_secret(&s::ORIGIN_SECRET, parse::token).map(Secret),
            allowed_origins,
            rate_limits,
            metadata,
            blobs,
            aws: aws::aws(reader, stage, metadata, blobs),
            redis: redis(reader),
            images: images(reader, stage),
            time_limits: time_limits(reader),
            capacity: capacity(reader),
            emulation: Emulation {
                lambda_limits: reader.read(&s::EMULATE_LAMBDA_LIMITS, parse::switch),
                latency: reader.read(&s::LATENCY, |text| {
                    parse::duration(text).filter(|latency| *latency <= Duration::from_secs(10))
                }),
            },
            log: log(reader),
            public_url: reader.read_optional(&s::PUBLIC_URL, |text| {
                parse::url(text).map(|url| url.trim_end_matches('/').to_owned())
            }),
        }
    }
}

fn server(reader: &mut Reader) -> Server {
    Server {
        host: reader.read(&s::HOST, |text| text.parse().ok()),
        port: reader.read(&s::PORT, |text| text.parse().ok()),
        data_dir: reader.read(&s::DATA_DIR, |text| Some(text.into())),
    }
}

fn auth(reader: &mut Reader, stage: Stage) -> Auth {
    #[derive(Clone, Copy)]
    enum Mode {
        Dev,
        Jwt,
        Gateway,
    }
    let issuer = reader.read_optional(&s::JWT_ISSUER, |text| Some(text.to_owned()));
    let audiences = reader.read_optional(&s::JWT_AUDIENCE, |text| parse::list(text, |id| Some(id.to_owned())));
    let jwks_url = reader.read_optional(&s::JWKS_URL, parse::trusted_url);
    let mode = reader.read_optional(&s::AUTH, |text| match text {
        "dev" => Some(Mode::Dev),
        "jwt" => Some(Mode::Jwt),
        "gateway" => Some(Mode::Gateway),
        _ => None,
    });
    match mode {
        Some(Mode::Dev) if stage != Stage::Dev => {
            reader.refuse(&s::AUTH, "dev lets everyone in as anyone: only with STAGE=dev");
            Auth::Dev
        }
        Some(Mode::Dev) => Auth::Dev,
        Some(Mode::Gateway) => Auth::Gateway,
        Some(Mode::Jwt) => Auth::Jwt(jwt(reader, issuer, audiences, jwks_url)),
        None => {
            if stage != Stage::Dev && !reader.is_set(&s::AUTH) {
                reader.refuse(&s::AUTH, "must be set unless STAGE=dev");
            }
            Auth::Dev
        }
    }
}

fn jwt(
    reader: &mut Reader,
    issuer: Option<String>,
    audiences: Option<Vec<String>>,
    jwks_url: Option<String>,
) -> JwtAuth {
    for setting in [&s::JWT_ISSUER, &s::JWT_AUDIENCE] {
        if !reader.is_set(setting) {
            reader.refuse(setting, "must be set with AUTH=jwt");
        }
    }
    let issuer = issuer.unwrap_or_default();
    let jwks_url = jwks_url.unwrap_or_else(|| {
        let url = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
        if !issuer.is_empty() && !reader.is_set(&s::JWKS_URL) && parse::trusted_url(&url).is_none() {
            reader.refuse(&s::JWKS_URL, "must be set, as JWT_ISSUER is not an https URL");
        }
        url
    });
    JwtAuth {
        issuer,
        audiences: audiences.unwrap_or_default(),
        jwks_url,
    }
}

fn allowed_origins(reader: &mut Reader, stage: Stage) -> Vec<OriginPattern> {
    let list = |text: &str| parse::list(text, |origin| origin.parse().ok());
    reader
        .read_optional(&s::ALLOWED_ORIGINS, list)
        .or_else(|| {
            list(match stage {
                Stage::Dev => "https://lego-moc.com,https://*.lego-moc.com,http://localhost:3002",
                Stage::Staging | Stage::Production => "https://lego-moc.com,https://*.lego-moc.com",
            })
        })
        .unwrap_or_default()
}

fn rate_limits(reader: &mut Reader) -> Option<Limits> {
    let mut limits = |setting: &Setting| -> Vec<Limit> { reader.read(setting, parse::limits) };
    let limits = Limits {
        upload: limits(&s::RATE_LIMIT_UPLOADS),
        update: limits(&s::RATE_LIMIT_UPDATES),
        delete: limits(&s::RATE_LIMIT_DELETES),
        read: limits(&s::RATE_LIMIT_READS),
    };
    reader.read(&s::RATE_LIMITS, parse::switch).then_some(limits)
}

fn redis(reader: &mut Reader) -> Option<redis::Settings> {
    const LONGEST: Duration = Duration::from_secs(5);
    let timeout = reader.read(&s::CACHE_TIMEOUT, |text| {
        parse::duration(text).filter(|timeout| (Duration::from_millis(1)..=LONGEST).contains(timeout))
    });
    let endpoint = reader.read_secret(&s::REDIS_ENDPOINT, |text| text.parse().ok())?;
    if cfg!(not(feature = "aws")) {
        reader.refuse(
            &s::REDIS_ENDPOINT,
            "needs a server that is built with the feature `aws`",
        );
    }
    Some(redis::Settings { endpoint, timeout })
}

fn images(reader: &mut Reader, stage: Stage) -> Images {
    Images {
        max_file_size: reader.read(&s::MAX_FILE_SIZE, |text| parse::number(text, 1..=10_485_760)),
        formats: reader.read(&s::SUPPORTED_FORMATS, |text| {
            parse::list(text, |name| {
                Format::all().into_iter().find(|format| format.mime() == name)
            })
        }),
        webp_effort: reader.read(&s::WEBP_EFFORT, |text| parse::number(text, 0..=6)),
        max_page_size: reader.read(&s::MAX_PAGE_SIZE, |text| parse::number(text, 1..=100)),
        bucket: reader
            .read_optional(&s::S3_BUCKET_NAME, parse::bucket)
            .unwrap_or_else(|| format!("images-lego-moc-{}", stage.as_str())),
    }
}

fn time_limits(reader: &mut Reader) -> TimeLimits {
    // An answer must be out before the gateway's 30 s and the Lambda's 29 s.
    const LONGEST: Duration = Duration::from_secs(28);
    const LONGEST_IDLE: Duration = Duration::from_secs(10 * 60);
    let mut read = |setting: &Setting, longest| {
        reader.read(setting, |text| {
            parse::duration(text).filter(|limit| (Duration::from_millis(1)..=longest).contains(limit))
        })
    };
    let idle = read(&s::TIME_LIMIT_IDLE, LONGEST_IDLE);
    let mut limit = |setting| read(setting, LONGEST);
    TimeLimits {
        upload: limit(&s::TIME_LIMIT_UPLOAD),
        get: limit(&s::TIME_LIMIT_GET),
        list: limit(&s::TIME_LIMIT_LIST),
        update: limit(&s::TIME_LIMIT_UPDATE),
        delete: limit(&s::TIME_LIMIT_DELETE),
        idle,
    }
}

fn capacity(reader: &mut Reader) -> Capacity {
    Capacity {
        connections: reader.read(&s::MAX_CONNECTIONS, |text| parse::number(text, 1..=65_536)),
        uploads: reader.read(&s::MAX_CONCURRENT_UPLOADS, |text| parse::number(text, 1..=4_096)),
        pipeline_memory: reader.read(&s::PIPELINE_MEMORY_MIB, |text| {
            parse::number(text, 64..=1_048_576).map(|mib: u64| mib << 20)
        }),
        pipeline_jobs: reader
            .read_optional(&s::PIPELINE_JOBS, |text| parse::number(text, 1..=256))
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

fn log(reader: &mut Reader) -> Log {
    Log {
        format: reader.read(&s::LOG_FORMAT, |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        }),
        filter: reader.read(&s::LOG_LEVEL, parse::log_filter),
    }
}
