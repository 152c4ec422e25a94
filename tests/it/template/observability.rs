//! Alarms and dashboard: they name the metrics that the service writes.

use std::collections::{BTreeMap, BTreeSet};

use image_service::{
    ErrorCode,
    metrics::{METRICS, Metric},
};
use serde_json::Value;

use super::{DEV, EVERYTHING, PRODUCTION, names, properties, stack, stack::Template};

const NAMESPACE: &str = "ImageService";

/// The service's own metrics and their dimensions.
fn measured() -> BTreeMap<String, Vec<String>> {
    let dimensions = |metric: &Metric| {
        let names = metric.label.into_iter().chain(["Stage"]);
        names.map(str::to_owned).collect()
    };
    METRICS
        .iter()
        .map(|metric| (metric.name.to_owned(), dimensions(metric)))
        .collect()
}

/// What the original document wants to see, besides percentiles of the function's duration.
const OF_AWS: &[(&str, &[&str])] = &[
    (
        "AWS/Lambda",
        &["Invocations", "Duration", "Errors", "Throttles", "ConcurrentExecutions"],
    ),
    (
        "AWS/DynamoDB",
        &[
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "UserErrors",
            "SystemErrors",
        ],
    ),
    (
        "AWS/S3",
        &["TotalRequestLatency", "4xxErrors", "5xxErrors", "BytesUploaded"],
    ),
    (
        "AWS/CloudFront",
        &[
            "Requests",
            "BytesDownloaded",
            "4xxErrorRate",
            "5xxErrorRate",
            "CacheHitRate",
        ],
    ),
];

/// One metric, as an alarm or a widget names it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Watched {
    namespace: String,
    name: String,
    dimensions: Vec<String>,
}

#[test]
fn the_dashboard_shows_every_metric_of_the_service() {
    let shown: BTreeMap<String, Vec<String>> = dashboard()
        .into_iter()
        .filter(|metric| metric.namespace == NAMESPACE)
        .map(|metric| (metric.name, metric.dimensions))
        .collect();
    assert_eq!(shown, measured());
}

#[test]
fn the_dashboard_shows_what_the_original_document_lists() {
    let shown = dashboard();
    for (namespace, names) in OF_AWS {
        for name in *names {
            assert!(
                shown
                    .iter()
                    .any(|metric| metric.namespace == *namespace && metric.name == *name),
                "{namespace} {name}"
            );
        }
    }
    let body = properties(PRODUCTION, "Dashboard")["DashboardBody"].to_string();
    for percentile in ["p50", "p95", "p99"] {
        assert!(body.contains(percentile));
    }
}

#[test]
fn alarms_watch_metrics_that_are_written() {
    let stack = Template::load().deploy(EVERYTHING);
    let measured = measured();
    let mut watched = BTreeSet::new();
    for (id, alarm) in stack.of_type("AWS::CloudWatch::Alarm") {
        for metric in watched_by(alarm) {
            if metric.namespace == NAMESPACE {
                let dimensions = measured.get(&metric.name);
                assert_eq!(Some(&metric.dimensions), dimensions, "{id} watches {}", metric.name);
                watched.insert(metric.name);
            }
        }
    }
    let watched: Vec<&str> = watched.iter().map(String::as_str).collect();
    assert_eq!(
        watched,
        ["CacheFailures", "CleanupFailures", "OrphansRemoved", "UploadsFailed"]
    );
}

#[test]
fn failed_uploads_are_counted_by_codes_that_are_our_fault() {
    let alarm = properties(PRODUCTION, "UploadFailuresAlarm");
    let codes: Vec<String> = alarm["Metrics"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|metric| dimensions(&metric["MetricStat"]["Metric"]))
        .filter(|(name, _)| name == "Code")
        .map(|(_, value)| value)
        .collect();
    let ours = [
        ErrorCode::ImageProcessingFailed,
        ErrorCode::InternalError,
        ErrorCode::ServiceUnavailable,
        // The gateway sends whole bodies: it is not the client that was slow.
        ErrorCode::RequestTimeout,
    ];
    assert_eq!(codes, ours.map(ErrorCode::as_str));
}

#[test]
fn every_alarm_tells_the_one_topic() {
    let stack = Template::load().deploy(EVERYTHING);
    let mut alarm_names = BTreeSet::new();
    for (id, alarm) in stack.of_type("AWS::CloudWatch::Alarm") {
        assert_eq!(names(&alarm["AlarmActions"]), ["AlarmTopic"], "{id}");
        assert_eq!(names(&alarm["OKActions"]), ["AlarmTopic"], "{id}");
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{id}");
        assert!(alarm_names.insert(stack::text(&alarm["AlarmName"])), "{id}");
    }
    assert_eq!(
        properties(EVERYTHING, "AlarmSubscription")["Endpoint"],
        "ops@lego-moc.com"
    );
    assert!(!Template::load().deploy(DEV).resources.contains_key("AlarmSubscription"));
}

#[test]
fn every_alarm_has_a_runbook() {
    let runbooks = include_str!("../../../migrations-notes/runbooks.md");
    let stack = Template::load().deploy(EVERYTHING);
    for (id, alarm) in stack.of_type("AWS::CloudWatch::Alarm") {
        let name = stack::text(&alarm["AlarmName"]).replace("image-service-production-", "");
        assert!(runbooks.contains(&format!("`{name}`")), "{id}: no runbook names {name}");
    }
}

#[test]
fn the_thresholds_of_the_original_document_are_kept() {
    let of = |id: &str| {
        let alarm = properties(PRODUCTION, id);
        ["MetricName", "Threshold", "Period", "EvaluationPeriods"].map(|name| stack::text(&alarm[name]))
    };
    assert_eq!(of("FunctionErrorsAlarm"), ["Errors", "10", "300", "2"]);
    assert_eq!(of("TableUserErrorsAlarm"), ["UserErrors", "5", "300", "1"]);
    assert_eq!(of("CloudFrontErrorsAlarm"), ["5xxErrorRate", "1", "300", "2"]);
}

fn dimensions(metric: &Value) -> Vec<(String, String)> {
    let dimensions = metric["Dimensions"].as_array().map(Vec::as_slice).unwrap_or_default();
    dimensions
        .iter()
        .map(|dimension| (stack::text(&dimension["Name"]), stack::text(&dimension["Value"])))
        .collect()
}

fn watched_by(alarm: &Value) -> Vec<Watched> {
    let metric = |metric: &Value| {
        let mut dimensions: Vec<String> = dimensions(metric).into_iter().map(|(name, _)| name).collect();
        dimensions.sort();
        Watched {
            namespace: stack::text(&metric["Namespace"]),
            name: stack::text(&metric["MetricName"]),
            dimensions,
        }
    };
    match alarm["Metrics"].as_array() {
        Some(metrics) => metrics
            .iter()
            .filter_map(|part| part.get("MetricStat"))
            .map(|part| metric(&part["Metric"]))
            .collect(),
        None => vec![metric(alarm)],
    }
}

/// Every metric of every widget. A row is `[namespace, name, dimension, value, …, {options}]`, where
/// `.` repeats the row above, or one search expression.
fn dashboard() -> BTreeSet<Watched> {
    let body = properties(PRODUCTION, "Dashboard")["DashboardBody"].clone();
    let body: Value = serde_json::from_str(body.as_str().unwrap()).expect("JSON");
    let mut found = BTreeSet::new();
    for widget in body["widgets"].as_array().unwrap() {
        let mut above: Vec<String> = Vec::new();
        for row in widget["properties"]["metrics"].as_array().unwrap() {
            if let Some(expression) = row[0]["expression"].as_str() {
                found.extend(searched(expression));
                continue;
            }
            let cells = row.as_array().unwrap().iter().filter(|cell| cell.is_string());
            let row: Vec<String> = cells
                .enumerate()
                .map(|(column, cell)| match cell.as_str() {
                    Some(".") => above[column].clone(),
                    _ => stack::text(cell),
                })
                .collect();
            let mut dimensions: Vec<String> = row[2..].iter().step_by(2).cloned().collect();
            dimensions.sort();
            found.insert(Watched {
                namespace: row[0].clone(),
                name: row[1].clone(),
                dimensions,
            });
            above = row;
        }
    }
    found
}

/// `SEARCH('{Namespace,Dimension,…} … MetricName="A" …')`, or `MetricName=("A" OR "B")`.
fn searched(expression: &str) -> Vec<Watched> {
    let (_, schema) = expression.split_once('{').unwrap();
    let (schema, rest) = schema.split_once('}').unwrap();
    let mut schema = schema.split(',').map(str::to_owned);
    let namespace = schema.next().unwrap();
    let mut dimensions: Vec<String> = schema.collect();
    dimensions.sort();
    let (_, names) = rest.split_once("MetricName=").unwrap();
    let end = if names.starts_with('(') { ')' } else { ' ' };
    let (names, _) = names.split_once(end).unwrap();
    names
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|name| Watched {
            namespace: namespace.clone(),
            name: name.to_owned(),
            dimensions: dimensions.clone(),
        })
        .collect()
}
