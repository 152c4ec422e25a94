//! `template.yaml`: what would be deployed, held against the contract and against the crate.

mod api;
mod data;
mod delivery;
mod function;
mod observability;
mod stack;
mod whole;

use serde_json::Value;
use stack::Template;

const DEV: &[(&str, &str)] = &[("Stage", "dev")];
const STAGING: &[(&str, &str)] = &[("Stage", "staging")];
const PRODUCTION: &[(&str, &str)] = &[("Stage", "production")];
/// Production with everything that can be switched on.
const EVERYTHING: &[(&str, &str)] = &[
    ("Stage", "production"),
    ("DomainName", "images.lego-api.com"),
    (
        "CertificateArn",
        "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
    ),
    ("HostedZoneId", "Z0123456789"),
    ("AlarmEmail", "ops@lego-moc.com"),
    ("ProvisionedConcurrency", "2"),
    ("OriginSecret", "require"),
    ("Waf", "on"),
    ("AccessLogBucket", "lego-moc-logs"),
    ("OperatorArn", "arn:aws:iam::123456789012:role/operators"),
];

/// The properties of one resource of a deployment.
fn properties(parameters: &[(&str, &str)], id: &str) -> Value {
    Template::load().deploy(parameters).properties(id).clone()
}

/// A list of names, sorted.
fn names(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = match value {
        Value::Array(values) => values.iter().map(stack::text).collect(),
        Value::Null => Vec::new(),
        one => vec![stack::text(one)],
    };
    names.sort();
    names
}
