//! What is needed to reach AWS, read only where a backend there is named.

use std::fmt;

use super::{BlobBackend, MetadataBackend, Stage, parse, reader::Reader, settings as s};

/// One account and region, and what of it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aws {
    pub region: String,
    pub credentials: Credentials,
    pub endpoints: Endpoints,
    pub table: String,
    /// Whether clients upload through the accelerated endpoint of the bucket.
    pub accelerate: bool,
    /// `None`: this server serves the files itself.
    pub cdn: Option<Cdn>,
}

/// Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// Where the services are instead of in the region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    pub dynamodb: Option<String>,
    pub s3: Option<String>,
    pub cloudfront: Option<String>,
}

/// The distribution in front of the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cdn {
    pub domain: String,
    pub distribution: String,
    /// Whether it drops files by their tag, rather than by their path.
    pub cache_tags: bool,
}

/// `None` where everything is kept on this machine.
pub(super) fn aws(reader: &mut Reader, stage: Stage, metadata: MetadataBackend, blobs: BlobBackend) -> Option<Aws> {
    let region = reader.read(&s::AWS_REGION, parse::region);
    let table = reader
        .read_optional(&s::DYNAMODB_TABLE_NAME, parse::table)
        .unwrap_or_else(|| format!("ImageMetadata-{}", stage.as_str()));
    let endpoints = endpoints(reader);
    let cdn = cdn(reader, stage, blobs);
    let accelerate = reader.read(&s::S3_ACCELERATE, parse::switch);
    if accelerate && endpoints.s3.is_some() {
        reader.refuse(&s::S3_ACCELERATE, "is for S3 itself, not for another endpoint");
    }
    let access_key_id = reader.read_secret(&s::AWS_ACCESS_KEY_ID, parse::token);
    let secret_access_key = reader.read_secret(&s::AWS_SECRET_ACCESS_KEY, parse::token);
    let session_token = reader.read_secret(&s::AWS_SESSION_TOKEN, parse::token);
    if metadata.is_local() && blobs.is_local() {
        return None;
    }
    for setting in [&s::AWS_ACCESS_KEY_ID, &s::AWS_SECRET_ACCESS_KEY] {
        if !reader.is_set(setting) {
            reader.refuse(setting, "must be set with METADATA=dynamodb and with BLOBS=s3");
        }
    }
    Some(Aws {
        region,
        credentials: Credentials {
            access_key_id: access_key_id.unwrap_or_default(),
            secret_access_key: secret_access_key.unwrap_or_default(),
            session_token,
        },
        endpoints,
        table,
        accelerate,
        cdn,
    })
}

fn endpoints(reader: &mut Reader) -> Endpoints {
    let all = reader.read_optional(&s::AWS_ENDPOINT_URL, parse::url);
    let mut own = |setting| reader.read_optional(setting, parse::url).or_else(|| all.clone());
    Endpoints {
        dynamodb: own(&s::AWS_ENDPOINT_URL_DYNAMODB),
        s3: own(&s::AWS_ENDPOINT_URL_S3),
        cloudfront: own(&s::AWS_ENDPOINT_URL_CLOUDFRONT),
    }
}

fn cdn(reader: &mut Reader, stage: Stage, blobs: BlobBackend) -> Option<Cdn> {
    let domain = reader.read_optional(&s::CLOUDFRONT_DOMAIN, parse::host);
    let distribution = reader.read_optional(&s::CLOUDFRONT_DISTRIBUTION_ID, parse::distribution);
    let cache_tags = reader.read(&s::CLOUDFRONT_CACHE_TAGS, parse::switch);
    let settings = [&s::CLOUDFRONT_DOMAIN, &s::CLOUDFRONT_DISTRIBUTION_ID];
    let set = settings.map(|setting| reader.is_set(setting));
    if set != [domain.is_some(), distribution.is_some()] {
        // Refused already.
        return None;
    }
    for (setting, is_set) in settings.into_iter().zip(set) {
        if blobs.is_local() {
            if is_set {
                reader.refuse(setting, "needs BLOBS=s3");
            }
        } else if !is_set && set.contains(&true) {
            reader.refuse(setting, "must be set, as the other setting of the distribution is");
        } else if !is_set && stage != Stage::Dev {
            reader.refuse(setting, "must be set with BLOBS=s3 unless STAGE=dev");
        }
    }
    Some(Cdn {
        domain: domain?,
        distribution: distribution?,
        cache_tags,
    })
}
