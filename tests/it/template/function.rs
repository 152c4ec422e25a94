//! The function: its settings, what it may do, and what calls it besides the API.

use std::collections::{BTreeMap, BTreeSet};

use image_service::config::{Config, SETTINGS};
use serde_json::{Value, json};

use super::{DEV, EVERYTHING, PRODUCTION, STAGING, names, properties, stack};

/// What a role may do: policy, actions, resources.
type Grants = &'static [(&'static str, &'static [&'static str], &'static [&'static str])];

const TABLE: &str = "Table.Arn";
const INDEXES: &str = "Table.Arn/index/*";
const EC2: &str = "arn:aws:ec2:us-east-1:123456789012:*/*";

const FUNCTION: Grants = &[
    (
        "table",
        &[
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ],
        &[TABLE, INDEXES],
    ),
    (
        "bucket",
        &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        &["Bucket.Arn/images/*", "Bucket.Arn/temp/*"],
    ),
    ("bucket", &["s3:ListBucket"], &["Bucket.Arn"]),
    (
        "delivery",
        &["cloudfront:CreateInvalidation"],
        &["arn:aws:cloudfront::123456789012:distribution/Distribution"],
    ),
    (
        "telemetry",
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        &["LogGroup.Arn"],
    ),
    (
        "telemetry",
        &["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        &["*"],
    ),
    (
        "stream",
        &[
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
        ],
        &["Table.StreamArn"],
    ),
    ("stream", &["dynamodb:ListStreams"], &["Table.Arn/stream/*"]),
    ("stream", &["s3:PutObject"], &["FailureBucket.Arn/aws/lambda/*"]),
    ("stream", &["s3:ListBucket"], &["FailureBucket.Arn"]),
];

const NETWORK: Grants = &[
    (
        "network",
        &["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
        &["*"],
    ),
    (
        "network",
        &[
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:UnassignPrivateIpAddresses",
        ],
        &[EC2],
    ),
];

const OPERATOR: Grants = &[
    (
        "reconcile",
        &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Scan"],
        &[TABLE],
    ),
    (
        "reconcile",
        &["s3:DeleteObject", "s3:GetObject"],
        &["Bucket.Arn/images/*"],
    ),
    ("reconcile", &["s3:ListBucket"], &["Bucket.Arn"]),
];

fn environment(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let function = properties(parameters, "ImageFunction");
    let variables = function["Environment"]["Variables"].as_object().unwrap();
    variables
        .iter()
        .map(|(name, value)| (name.clone(), stack::text(value)))
        .collect()
}

#[test]
fn every_variable_is_a_setting() {
    let settings: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
    for (name, _) in environment(EVERYTHING) {
        assert!(settings.contains(name.as_str()), "{name} is no setting");
    }
}

#[test]
fn the_names_of_the_original_document_are_kept() {
    let variables = environment(PRODUCTION);
    let names: BTreeSet<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "CLOUDFRONT_DISTRIBUTION_ID",
        "CLOUDFRONT_DOMAIN",
        "DYNAMODB_TABLE_NAME",
        "MAX_FILE_SIZE",
        "MAX_PAGE_SIZE",
        "REDIS_ENDPOINT",
        "S3_BUCKET_NAME",
        "STAGE",
        "SUPPORTED_FORMATS",
    ] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn the_values_are_ones_that_the_function_accepts() {
    for parameters in [DEV, STAGING, PRODUCTION, EVERYTHING] {
        let mut variables: BTreeMap<String, String> = environment(parameters).into_iter().collect();
        if let Some(endpoint) = variables.get_mut("REDIS_ENDPOINT") {
            // Known once the cache is there.
            *endpoint = "rediss://:token@cache.example:6379".to_owned();
        }
        if cfg!(feature = "aws") {
            // Lambda brings them.
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
                variables.insert(name.to_owned(), "key".to_owned());
            }
        } else {
            let elsewhere =
                |name: &str| ["METADATA", "BLOBS", "REDIS_ENDPOINT"].contains(&name) || name.starts_with("CLOUDFRONT_");
            variables.retain(|name, _| !elsewhere(name));
        }
        Config::for_lambda(variables).unwrap_or_else(|errors| panic!("{parameters:?}\n{errors}"));
    }
}

#[test]
fn redis_and_the_origin_secret_are_set_where_they_are() {
    let value = |parameters, name| {
        let variables = environment(parameters);
        variables
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    };
    for name in ["REDIS_ENDPOINT", "AWS_ENDPOINT_URL_CLOUDFRONT", "ORIGIN_SECRET"] {
        assert_eq!(value(DEV, name), None, "{name}");
    }
    assert_eq!(
        value(PRODUCTION, "REDIS_ENDPOINT").as_deref(),
        Some(
            "rediss://:{{resolve:secretsmanager:RedisToken:SecretString}}@Redis.PrimaryEndPoint.Address:Redis.PrimaryEndPoint.Port"
        )
    );
    let secret = "{{resolve:secretsmanager:OriginSecretValue:SecretString}}";
    assert_eq!(value(EVERYTHING, "ORIGIN_SECRET").as_deref(), Some(secret));
    assert_eq!(value(&[("OriginSecret", "send")], "ORIGIN_SECRET"), None);
    assert_eq!(
        value(EVERYTHING, "PUBLIC_URL").as_deref(),
        Some("https://images.lego-api.com")
    );
    assert_eq!(
        value(DEV, "PUBLIC_URL").as_deref(),
        Some("https://Distribution.DomainName")
    );
}

#[test]
fn roles_may_do_exactly_this() {
    assert_eq!(grants(DEV, "FunctionRole"), owned(FUNCTION));
    assert_eq!(grants(PRODUCTION, "FunctionRole"), owned(&[FUNCTION, NETWORK].concat()));
    assert_eq!(grants(PRODUCTION, "OperatorRole"), owned(OPERATOR));
}

#[test]
fn listing_is_only_for_telling_what_is_missing() {
    let role = properties(DEV, "FunctionRole");
    let statement = &role["Policies"][1]["PolicyDocument"]["Statement"][1];
    assert_eq!(statement["Action"], "s3:ListBucket");
    assert_eq!(
        statement["Condition"],
        json!({ "StringLikeIfExists": { "s3:prefix": ["images/*", "temp/*"] } })
    );
}

#[test]
fn the_endpoints_of_the_network_let_no_more_through_than_the_role() {
    for (endpoint, prefix) in [("TableEndpoint", "dynamodb:"), ("BucketEndpoint", "s3:")] {
        let policy = &properties(PRODUCTION, endpoint)["PolicyDocument"]["Statement"][0];
        let role: BTreeSet<String> = FUNCTION
            .iter()
            .filter(|(policy, ..)| ["table", "bucket"].contains(policy))
            .flat_map(|(_, actions, _)| *actions)
            .filter(|action| action.starts_with(prefix))
            .map(|action| (*action).to_owned())
            .collect();
        assert_eq!(names(&policy["Action"]), role.into_iter().collect::<Vec<_>>());
        assert_eq!(
            policy["Condition"],
            json!({ "ArnEquals": { "aws:PrincipalArn": "FunctionRole.Arn" } })
        );
    }
}

#[test]
fn it_runs_as_the_design_says() {
    let function = properties(PRODUCTION, "ImageFunction");
    assert_eq!(function["Runtime"], "provided.al2023");
    assert_eq!(function["Architectures"], json!(["arm64"]));
    assert_eq!(function["MemorySize"], "1769");
    assert_eq!(function["Timeout"], 29);
    assert_eq!(function["Tracing"], "Active");
    assert_eq!(
        function["LoggingConfig"],
        json!({ "LogGroup": "LogGroup", "LogFormat": "JSON", "ApplicationLogLevel": "TRACE" })
    );
    assert_eq!(function["ReservedConcurrentExecutions"], 500);
    assert_eq!(
        properties(DEV, "ImageFunction")["ReservedConcurrentExecutions"],
        Value::Null
    );
    let chosen = properties(&[("Stage", "dev"), ("ReservedConcurrency", "7")], "ImageFunction");
    assert_eq!(chosen["ReservedConcurrentExecutions"], "7");
    let none = properties(
        &[("Stage", "production"), ("ReservedConcurrency", "none")],
        "ImageFunction",
    );
    assert_eq!(none["ReservedConcurrentExecutions"], Value::Null);
    assert_eq!(function["ProvisionedConcurrencyConfig"], Value::Null);
    assert_eq!(
        properties(EVERYTHING, "ImageFunction")["ProvisionedConcurrencyConfig"],
        json!({ "ProvisionedConcurrentExecutions": "2" })
    );
}

#[test]
fn production_goes_out_as_a_canary() {
    let preference = |parameters| properties(parameters, "ImageFunction")["DeploymentPreference"].clone();
    assert_eq!(
        preference(PRODUCTION),
        json!({ "Type": "Canary10Percent5Minutes", "Alarms": ["CanaryErrorsAlarm", "CanaryServerErrorsAlarm"] })
    );
    assert_eq!(preference(DEV)["Type"], "AllAtOnce");
}

#[test]
fn the_network_is_where_redis_is() {
    assert_eq!(properties(DEV, "ImageFunction")["VpcConfig"], Value::Null);
    for stage in [STAGING, PRODUCTION] {
        let network = &properties(stage, "ImageFunction")["VpcConfig"];
        assert_eq!(network["SubnetIds"], json!(["SubnetA", "SubnetB"]));
        assert_eq!(network["Ipv6AllowedForDualStack"], true);
    }
    let redis = |parameters| {
        let redis = properties(parameters, "Redis");
        [
            "NumCacheClusters",
            "AutomaticFailoverEnabled",
            "MultiAZEnabled",
            "SnapshotRetentionLimit",
        ]
        .map(|name| stack::text(&redis[name]))
    };
    assert_eq!(redis(STAGING), ["1", "false", "false", "0"]);
    assert_eq!(redis(PRODUCTION), ["2", "true", "true", "7"]);
    let off = properties(&[("Stage", "production"), ("Cache", "off")], "ImageFunction");
    assert_eq!(off["VpcConfig"], Value::Null);
}

#[test]
fn the_stream_brings_deletions_and_nothing_else() {
    let stream = properties(PRODUCTION, "DeletionStream");
    assert_eq!(stream["FunctionName"], "ImageFunction.Alias");
    assert_eq!(stream["EventSourceArn"], "Table.StreamArn");
    assert_eq!(stream["BatchSize"], 100);
    assert_eq!(stream["MaximumBatchingWindowInSeconds"], 1);
    assert_eq!(stream["MaximumRetryAttempts"], 3);
    assert_eq!(stream["BisectBatchOnFunctionError"], true);
    assert_eq!(stream["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    assert_eq!(
        stream["DestinationConfig"]["OnFailure"]["Destination"],
        "FailureBucket.Arn"
    );
    let filters = stream["FilterCriteria"]["Filters"].as_array().unwrap();
    let pattern: Value = serde_json::from_str(filters[0]["Pattern"].as_str().unwrap()).unwrap();
    assert_eq!(
        (filters.len(), pattern),
        (
            1,
            json!({
                "eventName": ["INSERT"],
                "dynamodb": { "Keys": {
                    "PK": { "S": [{ "prefix": "PENDING#" }] },
                    "SK": { "S": [{ "prefix": "DELETE#" }] },
                } },
            })
        )
    );
}

#[test]
fn the_schedule_is_hourly() {
    let schedule = properties(PRODUCTION, "HourlySchedule");
    assert_eq!(schedule["ScheduleExpression"], "rate(1 hour)");
    assert_eq!(schedule["Targets"][0]["Arn"], "ImageFunction.Alias");
    let permission = properties(PRODUCTION, "HourlySchedulePermission");
    assert_eq!(permission["SourceArn"], "HourlySchedule.Arn");
}

#[test]
fn logs_are_kept_as_long_as_each_stage_asks() {
    for (stage, days) in [(DEV, 7), (STAGING, 30), (PRODUCTION, 90)] {
        assert_eq!(properties(stage, "LogGroup")["RetentionInDays"], days);
    }
    assert_eq!(
        properties(STAGING, "LogGroup")["LogGroupName"],
        "/aws/lambda/image-service-staging"
    );
}

type Owned = Vec<(String, Vec<String>, Vec<String>)>;

/// What a role's own policies allow, in their order.
fn grants(parameters: &[(&str, &str)], role: &str) -> Owned {
    let role = properties(parameters, role);
    assert_eq!(role["ManagedPolicyArns"], Value::Null, "actions are written out");
    let policies = role["Policies"].as_array().unwrap().iter();
    policies
        .flat_map(|policy| {
            let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap().iter();
            statements
                .filter(|statement| statement["Effect"] == "Allow")
                .map(|statement| {
                    (
                        stack::text(&policy["PolicyName"]),
                        names(&statement["Action"]),
                        names(&statement["Resource"]),
                    )
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn owned(grants: &[(&str, &[&str], &[&str])]) -> Owned {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    grants
        .iter()
        .map(|(policy, actions, resources)| ((*policy).to_owned(), names(actions), names(resources)))
        .collect()
}
