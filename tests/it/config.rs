//! Settings: what is read from which variable, and what a person is told when it is wrong.

use std::{collections::HashSet, time::Duration};

use image_service::{
    config::{Auth, Config, Fallback, LogFormat, SETTINGS, Stage},
    pipeline::Format,
    rate_limit::Limit,
};

type Vars<'a> = &'a [(&'a str, &'a str)];

fn owned(vars: Vars) -> impl Iterator<Item = (String, String)> {
    vars.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
}

fn config(vars: Vars) -> Config {
    Config::from_vars(owned(vars)).unwrap_or_else(|errors| panic!("{vars:?}\n{errors}"))
}

/// The names of the settings that are refused.
fn refused(vars: Vars) -> Vec<&'static str> {
    match Config::from_vars(owned(vars)) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0.iter().map(|error| error.name).collect(),
    }
}

fn limit(count: u32, seconds: u64) -> Limit {
    Limit {
        count,
        window: Duration::from_secs(seconds),
    }
}

#[test]
fn nothing_has_to_be_set() {
    let config = config(&[]);
    assert_eq!(config.stage, Stage::Dev);
    assert_eq!(config.server.host.to_string(), "127.0.0.1");
    assert_eq!(config.server.port, 3000);
    assert_eq!(config.server.data_dir.to_str(), Some("./data"));
    assert_eq!(config.public_url(), "http://localhost:3000");
    assert_eq!(config.auth, Auth::Dev);
    assert_eq!(config.rate_limits, None);
    assert_eq!(config.images.max_file_size, 10_485_760);
    assert_eq!(config.images.formats, [Format::Jpeg, Format::Png, Format::WebP]);
    assert_eq!(config.images.bucket, "images-lego-moc-dev");
    assert_eq!(config.images.max_page_size, 100);
    assert_eq!(config.time_limits.upload, Duration::from_secs(28));
    assert_eq!(config.time_limits.delete, Duration::from_secs(15));
    assert_eq!(config.capacity.pipeline_memory, 1 << 30);
    assert!(config.capacity.pipeline_jobs >= 1);
    assert!(!config.emulation.lambda_limits);
    assert_eq!(config.emulation.latency, Duration::ZERO);
    assert_eq!(config.log.format, LogFormat::Text);
}

#[test]
fn every_setting_is_documented_once() {
    let names: HashSet<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    assert_eq!(names.len(), SETTINGS.len());
    for setting in SETTINGS {
        assert!(!setting.help.ends_with('.'), "{}: help is a phrase", setting.name);
        assert!(!setting.help.contains("  "), "{}: help is one line", setting.name);
        // A fixed default is an allowed value, written out or not.
        if let Fallback::Value(default) = setting.default {
            assert_eq!(config(&[(setting.name, default)]), config(&[]), "{}", setting.name);
        }
    }
}

#[test]
fn every_setting_can_be_wrong_and_empty_is_as_if_unset() {
    for setting in SETTINGS {
        // Free text that has no wrong form.
        if !["DATA_DIR", "JWT_ISSUER", "JWT_AUDIENCE"].contains(&setting.name) {
            assert_eq!(refused(&[(setting.name, "no such=value")]), [setting.name]);
        }
        for empty in ["", "  "] {
            assert_eq!(config(&[(setting.name, empty)]), config(&[]), "{}", setting.name);
        }
    }
}

#[test]
fn all_errors_are_told_at_once_by_name() {
    let errors = Config::from_vars(owned(&[
        ("PORT", "eighty"),
        ("STAGE", "test"),
        ("MAX_FILE_SIZE", "10485761"),
        ("BLOBS", "disk"),
        ("HOME", "/somewhere"),
    ]))
    .unwrap_err();
    insta::assert_snapshot!(errors, @r#"
    STAGE: must be dev, staging or production, is "test"
    PORT: must be a port, or 0 for any free one, is "eighty"
    BLOBS: must be files or, in a server that is built with the feature `aws`, s3, is "disk"
    MAX_FILE_SIZE: must be 1 to 10485760, is "10485761"
    "#);
}

#[test]
fn what_aws_needs_is_asked_for_where_it_is_used() {
    assert_eq!(
        config(&[("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_REGION", "eu-west-1")]).aws,
        None
    );
    let secret = "not+for/logs=";
    let errors = Config::from_vars(owned(&[
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_SESSION_TOKEN", "with a space"),
    ]))
    .unwrap_err();
    insta::assert_snapshot!(errors, @"AWS_SESSION_TOKEN: must be the token of a session");
    assert_eq!(
        refused(&[("CLOUDFRONT_DOMAIN", "images.example")]),
        ["CLOUDFRONT_DOMAIN"]
    );
}

#[cfg(feature = "aws")]
mod aws {
    use image_service::config::{BlobBackend, Cdn, Endpoints, MetadataBackend};

    use super::{Vars, config, refused};

    const KEY: [(&str, &str); 2] = [
        ("AWS_ACCESS_KEY_ID", "AKIA"),
        ("AWS_SECRET_ACCESS_KEY", "not+for/logs="),
    ];
    const BOTH: [(&str, &str); 2] = [("METADATA", "dynamodb"), ("BLOBS", "s3")];

    fn with(more: Vars) -> Vec<(&'static str, &'static str)> {
        // Leaked, as these are a few bytes of a test.
        let more = more
            .iter()
            .map(|(name, value)| (&*String::leak((*name).into()), &*String::leak((*value).into())));
        KEY.into_iter().chain(BOTH).chain(more).collect()
    }

    #[test]
    fn names_follow_from_the_stage() {
        let config = config(&with(&[]));
        assert_eq!(
            (config.metadata, config.blobs),
            (MetadataBackend::DynamoDb, BlobBackend::S3)
        );
        let aws = config.aws.unwrap();
        assert_eq!(
            (aws.table.as_str(), aws.region.as_str()),
            ("ImageMetadata-dev", "us-east-1")
        );
        assert_eq!(
            (aws.endpoints, aws.cdn, aws.accelerate),
            (Endpoints::default(), None, false)
        );
        assert!(!format!("{:?}", aws.credentials).contains("logs"));
    }

    #[test]
    fn endpoints_are_those_of_the_service_or_of_all() {
        let vars = with(&[
            ("AWS_ENDPOINT_URL", "http://localhost:1"),
            ("AWS_ENDPOINT_URL_S3", "http://localhost:2"),
        ]);
        let endpoints = config(&vars).aws.unwrap().endpoints;
        assert_eq!(endpoints.dynamodb.as_deref(), Some("http://localhost:1"));
        assert_eq!(endpoints.s3.as_deref(), Some("http://localhost:2"));
        assert_eq!(endpoints.cloudfront.as_deref(), Some("http://localhost:1"));
    }

    #[test]
    fn a_distribution_is_named_whole() {
        let domain = ("CLOUDFRONT_DOMAIN", "d123xyz.cloudfront.net");
        let id = ("CLOUDFRONT_DISTRIBUTION_ID", "E2QWRUHEXAMPLE");
        let cdn = Cdn {
            domain: domain.1.to_owned(),
            distribution: id.1.to_owned(),
            cache_tags: true,
        };
        let vars = with(&[domain, id, ("CLOUDFRONT_CACHE_TAGS", "on")]);
        assert_eq!(config(&vars).aws.unwrap().cdn, Some(cdn));
        assert_eq!(refused(&with(&[domain])), [id.0]);
        assert_eq!(refused(&with(&[id])), [domain.0]);
        let staging = with(&[("STAGE", "staging"), ("AUTH", "gateway")]);
        assert_eq!(refused(&staging), [domain.0, id.0]);
    }

    #[test]
    fn what_can_not_work_is_refused() {
        for one in BOTH {
            assert_eq!(refused(&[one]), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
        }
        let accelerated = with(&[("S3_ACCELERATE", "on"), ("AWS_ENDPOINT_URL_S3", "http://localhost:2")]);
        assert_eq!(refused(&accelerated), ["S3_ACCELERATE"]);
    }
}

#[test]
fn authentication_fits_the_stage() {
    const ISSUER: (&str, &str) = ("JWT_ISSUER", "https://issuer.example/pool/");
    const AUDIENCE: (&str, &str) = ("JWT_AUDIENCE", "web, app");
    let Auth::Jwt(jwt) = config(&[("AUTH", "jwt"), ("STAGE", "production"), ISSUER, AUDIENCE]).auth else {
        panic!("not jwt");
    };
    assert_eq!(jwt.issuer, "https://issuer.example/pool/");
    assert_eq!(jwt.audiences, ["web", "app"]);
    assert_eq!(jwt.jwks_url, "https://issuer.example/pool/.well-known/jwks.json");
    assert_eq!(config(&[("AUTH", "gateway"), ("STAGE", "staging")]).auth, Auth::Gateway);

    let cases: &[(Vars, &[&str])] = &[
        (&[("STAGE", "production")], &["AUTH"]),
        (&[("STAGE", "staging"), ("AUTH", "dev")], &["AUTH"]),
        (&[("STAGE", "staging"), ("AUTH", "none")], &["AUTH"]),
        (&[("AUTH", "jwt")], &["JWT_ISSUER", "JWT_AUDIENCE"]),
        (&[("AUTH", "jwt"), ISSUER], &["JWT_AUDIENCE"]),
        (&[("AUTH", "jwt"), ("JWT_ISSUER", "my-issuer"), AUDIENCE], &["JWKS_URL"]),
        (
            &[("AUTH", "jwt"), ("JWT_ISSUER", "http://issuer.example"), AUDIENCE],
            &["JWKS_URL"],
        ),
        (
            &[
                ("AUTH", "jwt"),
                ("JWT_ISSUER", "my-issuer"),
                AUDIENCE,
                ("JWKS_URL", "http://localhost:9/keys"),
            ],
            &[],
        ),
    ];
    for (vars, names) in cases {
        assert_eq!(refused(vars), *names, "{vars:?}");
    }
}

#[test]
fn the_server_does_not_trust_a_gateway() {
    let errors = Config::for_server(owned(&[("AUTH", "gateway"), ("PORT", "x")])).unwrap_err();
    assert_eq!(
        errors.0.iter().map(|error| error.name).collect::<Vec<_>>(),
        ["PORT", "AUTH"]
    );
    assert!(Config::for_server(owned(&[])).is_ok());
}

#[test]
fn origins_depend_on_the_stage() {
    let origins = |vars| {
        config(vars)
            .allowed_origins
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let public = ["https://lego-moc.com", "https://*.lego-moc.com"];
    assert_eq!(origins(&[]), [public[0], public[1], "http://localhost:3002"]);
    assert_eq!(origins(&[("STAGE", "production"), ("AUTH", "gateway")]), public);
    assert_eq!(
        origins(&[("ALLOWED_ORIGINS", "https://a.example, http://*.b.example:8080,")]),
        ["https://a.example", "http://*.b.example:8080"]
    );
    assert_eq!(
        refused(&[("ALLOWED_ORIGINS", "https://a.example,*")]),
        ["ALLOWED_ORIGINS"]
    );
    assert_eq!(refused(&[("ALLOWED_ORIGINS", ",")]), ["ALLOWED_ORIGINS"]);
}

#[test]
fn rate_limits_are_off_until_they_are_on() {
    let limits = config(&[("RATE_LIMITS", "on")]).rate_limits.unwrap();
    assert_eq!(limits.upload, [limit(10, 60), limit(100, 3600)]);
    assert_eq!(limits.update, [limit(50, 60)]);
    assert_eq!(limits.delete, [limit(50, 60)]);
    assert_eq!(limits.read, [limit(1000, 1)]);
    let limits = config(&[
        ("RATE_LIMITS", "on"),
        ("RATE_LIMIT_UPLOADS", "3/10s"),
        ("RATE_LIMIT_READS", "off"),
    ])
    .rate_limits
    .unwrap();
    assert_eq!(limits.upload, [limit(3, 10)]);
    assert_eq!(limits.read, []);
    for wrong in ["10", "0/1m", "10/1", "10/0s", "-1/1m", "10/1m;5/1s", "10/2000h", "on"] {
        assert_eq!(
            refused(&[("RATE_LIMIT_UPLOADS", wrong)]),
            ["RATE_LIMIT_UPLOADS"],
            "{wrong}"
        );
    }
}

#[test]
fn limits_can_only_be_narrowed() {
    let narrowed = config(&[
        ("MAX_FILE_SIZE", "1000"),
        ("SUPPORTED_FORMATS", "image/png"),
        ("MAX_PAGE_SIZE", "10"),
        ("TIME_LIMIT_UPLOAD", "500ms"),
    ]);
    assert_eq!(narrowed.images.max_file_size, 1000);
    assert_eq!(narrowed.images.formats, [Format::Png]);
    assert_eq!(narrowed.images.max_page_size, 10);
    assert_eq!(narrowed.time_limits.upload, Duration::from_millis(500));
    for (name, wrong) in [
        ("MAX_FILE_SIZE", "0"),
        ("SUPPORTED_FORMATS", "image/png,image/gif"),
        ("MAX_PAGE_SIZE", "101"),
        ("TIME_LIMIT_UPLOAD", "29s"),
        ("TIME_LIMIT_GET", "0s"),
        ("WEBP_EFFORT", "7"),
        ("LATENCY", "11s"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "loud"),
        ("S3_BUCKET_NAME", "My_Bucket"),
        ("CACHE_TIMEOUT", "6s"),
        ("PUBLIC_URL", "localhost:3000"),
    ] {
        assert_eq!(refused(&[(name, wrong)]), [name], "{wrong}");
    }
}

#[test]
fn what_follows_from_other_settings() {
    assert_eq!(config(&[("PORT", "8080")]).public_url(), "http://localhost:8080");
    let served = config(&[("PUBLIC_URL", "https://images.example/")]);
    assert_eq!(served.public_url(), "https://images.example");
    let staging = config(&[("STAGE", "staging"), ("AUTH", "gateway")]);
    assert_eq!(staging.images.bucket, "images-lego-moc-staging");
    let mut free_port = config(&[("PORT", "0")]);
    free_port.server.port = 4321;
    assert_eq!(free_port.public_url(), "http://localhost:4321");
}

#[test]
fn the_password_of_redis_is_never_told() {
    for endpoint in [
        "rediss://app:secret-1@cache.example:6380",
        "rediss://app:secret-1@cache.example:x",
    ] {
        let errors = Config::from_vars(owned(&[("REDIS_ENDPOINT", endpoint), ("PORT", "x")])).unwrap_err();
        let told = format!("{errors} {errors:?}");
        assert!(told.contains("PORT") && !told.contains("secret"), "{told}");
    }
    let endpoint = ("REDIS_ENDPOINT", "rediss://app:secret-1@cache.example:6380");
    if cfg!(feature = "aws") {
        let config = config(&[endpoint, ("CACHE_TIMEOUT", "20ms")]);
        let shown = format!("{config:?}");
        assert!(
            shown.contains("cache.example") && !shown.contains("secret-1"),
            "{shown}"
        );
        let redis = config.redis.unwrap();
        assert_eq!(redis.endpoint.password.as_deref(), Some("secret-1"));
        assert_eq!(redis.timeout, Duration::from_millis(20));
    } else {
        assert_eq!(refused(&[endpoint]), ["REDIS_ENDPOINT"]);
    }
}

#[test]
fn the_lambda_needs_to_be_told_what_is_its_own() {
    let told = [
        ("STAGE", "staging"),
        ("AUTH", "gateway"),
        ("DYNAMODB_TABLE_NAME", "ImageMetadata-staging"),
        ("S3_BUCKET_NAME", "images-lego-moc-staging"),
    ];
    let refused = |vars: Vars| match Config::for_lambda(owned(vars)) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0.iter().map(|error| error.name).collect(),
    };
    assert!(refused(&told).is_empty());
    for (index, (name, _)) in told.iter().enumerate() {
        let mut vars = told.to_vec();
        vars.remove(index);
        assert!(refused(&vars).contains(name), "{name}");
    }
    assert_eq!(
        refused(&[&told[..], &[("STAGE", "dev"), ("AUTH", "dev")]].concat()),
        ["AUTH"]
    );
}
