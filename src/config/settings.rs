//! The one table of settings: `--help`, the README and the tests are made from it.

use std::fmt;

/// One environment variable, which is a flag of the server as well.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub section: &'static str,
    pub name: &'static str,
    pub values: Values,
    pub default: Fallback,
    pub help: &'static str,
}

impl Setting {
    /// Name of the flag, without its dashes: `DATA_DIR` is `--data-dir`.
    pub fn flag(&self) -> String {
        self.name.to_ascii_lowercase().replace('_', "-")
    }
}

/// What may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    Of(&'static str),
    /// `on` or `off`; the flag alone means `on`.
    Switch,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Of(values) => values,
            Self::Switch => "on or off",
        })
    }
}

/// What holds when nothing, or nothing but spaces, is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    Value(&'static str),
    /// Follows from something else, which the text says.
    Derived(&'static str),
    None,
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value(text) | Self::Derived(text) => text,
            Self::None => "none",
        })
    }
}

macro_rules! settings {
    ($($section:literal: $($name:ident ($values:expr) $default:expr, $help:literal;)+)+) => {
        $($(
            pub(super) const $name: Setting = Setting {
                section: $section,
                name: stringify!($name),
                values: $values,
                default: $default,
                help: $help,
            };
        )+)+

        /// All settings, by section.
        pub const SETTINGS: &[Setting] = &[$($($name),+),+];
    };
}

use self::{
    Fallback::{Derived, Value},
    Values::{Of, Switch},
};

const DEFAULT_METADATA: &str = if AWS_ONLY { "dynamodb" } else { "sqlite" };
const DEFAULT_BLOBS: &str = if AWS_ONLY { "s3" } else { "files" };
const AWS_ONLY: bool = cfg!(all(feature = "aws", not(feature = "local")));

settings! {
    "Server":
    PORT (Of("a port, or 0 for any free one")) Value("3000"),
        "Port to listen on";
    HOST (Of("an IP address")) Value("127.0.0.1"),
        "Address to listen on; 0.0.0.0 or :: makes the server reachable from other machines";
    DATA_DIR (Of("a folder")) Value("./data"),
        "Where everything is kept; made when missing";
    STAGE (Of("dev, staging or production")) Value("dev"),
        "What this deployment is for";
    PUBLIC_URL (Of("an http or https URL without a query")) Derived("http://localhost:<PORT>"),
        "Base of the URLs of images, as browsers reach this server";

    "Authentication":
    AUTH (Of("dev, jwt or gateway")) Derived("dev with STAGE=dev, otherwise it must be set"),
        "Who says who a caller is. dev: this server hands out tokens to everyone (only with STAGE=dev); \
         jwt: tokens of JWT_ISSUER are verified here; gateway: the API gateway has verified them (only on AWS Lambda)";
    JWT_ISSUER (Of("the `iss` of tokens")) Fallback::None,
        "Issuer of the tokens, such as https://cognito-idp.us-east-1.amazonaws.com/<user pool>; needed with AUTH=jwt";
    JWT_AUDIENCE (Of("client ids between commas")) Fallback::None,
        "Client ids that tokens may be made for; needed with AUTH=jwt";
    JWKS_URL (Of("an https URL, or an http URL of this machine")) Derived("<JWT_ISSUER>/.well-known/jwks.json"),
        "Where the issuer publishes its keys";
    ORIGIN_SECRET (Of("a word of visible ASCII characters")) Fallback::None,
        "What every request must carry in X-Origin-Secret, so that nothing comes round the CDN that sends it";

    "Limits":
    ALLOWED_ORIGINS (Of("origins between commas, such as https://example.com or https://*.example.com"))
        Derived("https://lego-moc.com,https://*.lego-moc.com and, with STAGE=dev, http://localhost:3002"),
        "Web pages that may call the API (CORS), instead of the default ones; *. stands for all subdomains";
    RATE_LIMITS (Switch) Value("off"),
        "Whether the limits per user below hold";
    RATE_LIMIT_UPLOADS (Of("counts and windows such as 10/1m,100/1h, or off")) Value("10/1m,100/1h"),
        "Uploads per user";
    RATE_LIMIT_UPDATES (Of("counts and windows such as 10/1m,100/1h, or off")) Value("50/1m"),
        "Updates per user";
    RATE_LIMIT_DELETES (Of("counts and windows such as 10/1m,100/1h, or off")) Value("50/1m"),
        "Deletions per user";
    RATE_LIMIT_READS (Of("counts and windows such as 10/1m,100/1h, or off")) Value("1000/1s"),
        "Reads (one image or a list) per user";
    MAX_FILE_SIZE (Of("1 to 10485760")) Value("10485760"),
        "Largest file that can be uploaded, in bytes";
    SUPPORTED_FORMATS (Of("some of image/jpeg,image/png,image/webp")) Value("image/jpeg,image/png,image/webp"),
        "Kinds of files that can be uploaded";
    MAX_PAGE_SIZE (Of("1 to 100")) Value("100"),
        "Most images in one page of a list";
    TIME_LIMIT_UPLOAD (Of("1ms to 28s")) Value("28s"),
        "How long an upload may take";
    TIME_LIMIT_GET (Of("1ms to 28s")) Value("10s"),
        "How long it may take to get an image";
    TIME_LIMIT_LIST (Of("1ms to 28s")) Value("10s"),
        "How long it may take to list images";
    TIME_LIMIT_UPDATE (Of("1ms to 28s")) Value("10s"),
        "How long an update may take";
    TIME_LIMIT_DELETE (Of("1ms to 28s")) Value("15s"),
        "How long a deletion may take";
    TIME_LIMIT_IDLE (Of("1ms to 10m")) Value("30s"),
        "How long a connection may stand still while it waits for the head of a request, or for its client to take \
         more of an answer";

    "Storage":
    METADATA (Of("sqlite or, in a server that is built with the feature `aws`, dynamodb")) Value(DEFAULT_METADATA),
        "Where metadata is kept";
    BLOBS (Of("files or, in a server that is built with the feature `aws`, s3")) Value(DEFAULT_BLOBS),
        "Where files are kept";
    DYNAMODB_TABLE_NAME (Of("the name of a table")) Derived("ImageMetadata-<STAGE>"),
        "Table of the metadata, with METADATA=dynamodb";
    S3_BUCKET_NAME (Of("the name of a bucket")) Derived("images-lego-moc-<STAGE>"),
        "Bucket of the files; with BLOBS=files it is only shown, as `s3Bucket`";
    S3_ACCELERATE (Switch) Value("off"),
        "Whether direct uploads go through the accelerated endpoint of the bucket";
    CLOUDFRONT_DOMAIN (Of("a host name")) Derived("none with STAGE=dev: this server serves the files; otherwise it must be set with BLOBS=s3"),
        "Host of the URLs of images, with BLOBS=s3";
    CLOUDFRONT_DISTRIBUTION_ID (Of("the id of a distribution")) Fallback::None,
        "Distribution that is told of deleted images; needed with CLOUDFRONT_DOMAIN";
    CLOUDFRONT_CACHE_TAGS (Switch) Value("off"),
        "Whether the distribution drops files by their tag; it must be configured for the header x-amz-meta-cache-tag, \
         otherwise it drops nothing";
    AWS_REGION (Of("the name of a region")) Value("us-east-1"),
        "Region of table and bucket";
    AWS_ACCESS_KEY_ID (Of("an access key")) Fallback::None,
        "Who the service is to AWS; needed with METADATA=dynamodb and with BLOBS=s3";
    AWS_SECRET_ACCESS_KEY (Of("the secret of the access key")) Fallback::None,
        "Proves it; a flag shows in lists of processes, the variable does not";
    AWS_SESSION_TOKEN (Of("the token of a session")) Fallback::None,
        "Comes with temporary access keys";
    AWS_ENDPOINT_URL (Of("an http or https URL")) Derived("the services of AWS_REGION"),
        "Where DynamoDB, S3 and CloudFront are instead, such as an emulator";
    AWS_ENDPOINT_URL_DYNAMODB (Of("an http or https URL")) Derived("AWS_ENDPOINT_URL"),
        "Where DynamoDB is instead";
    AWS_ENDPOINT_URL_S3 (Of("an http or https URL")) Derived("AWS_ENDPOINT_URL"),
        "Where S3 is instead";
    AWS_ENDPOINT_URL_CLOUDFRONT (Of("an http or https URL")) Derived("AWS_ENDPOINT_URL"),
        "Where CloudFront is told of deletions instead, such as its dual-stack endpoint https://cloudfront.global.api.aws";
    REDIS_ENDPOINT (Of("host, host:port, redis://user:password@host:port/database or, with TLS, rediss://…"))
        Derived("none: nothing is cached, and limits are counted in this process"),
        "Redis (7 or later) that all instances share, for copies of metadata and for the limits per user; \
         needs a server that is built with the feature `aws`";
    CACHE_TIMEOUT (Of("1ms to 5s")) Value("50ms"),
        "How long one call to Redis may take; then the request goes on without it";

    "Resources":
    WEBP_EFFORT (Of("0 to 6")) Value("2"),
        "Effort of the WebP encoder: 0 is fastest, 6 gives the smallest files";
    PIPELINE_JOBS (Of("1 to 256")) Derived("the number of cores"),
        "Images that are processed at once";
    PIPELINE_MEMORY_MIB (Of("64 to 1048576")) Value("1024"),
        "Memory for all images that are processed at once, in MiB; an image that needs more is processed alone";
    MAX_CONCURRENT_UPLOADS (Of("1 to 4096")) Value("64"),
        "Uploads that are received at once, each of at most MAX_FILE_SIZE in memory";
    MAX_CONNECTIONS (Of("1 to 65536")) Value("1024"),
        "Connections that are open at once; more wait";

    "Development":
    EMULATE_LAMBDA_LIMITS (Switch) Value("off"),
        "Refuse what would not fit through AWS Lambda, such as multipart uploads over 4 MiB";
    LATENCY (Of("0ms to 10s")) Value("0ms"),
        "Delay before each answer, to see what users far away see";

    "Logs":
    LOG_FORMAT (Of("text or json")) Value("text"),
        "One line of text, or one JSON object, for each event";
    LOG_LEVEL (Of("error, warn, info, debug or trace, or a list such as warn,image_service=debug")) Value("info"),
        "Which events are logged";
}
