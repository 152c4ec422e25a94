//! Starts that fail, and those that must not.

use axum::http::Request;
use bytes::Bytes;
use serde_json::Value;

use super::process::Function;
use crate::aws::Account;

fn owned(vars: &[(&str, &str)]) -> Vec<(String, String)> {
    vars.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// On threads of its own: the process waits for an answer while the test waits for the process.
#[tokio::test(flavor = "multi_thread")]
async fn settings_that_can_not_be_used_are_told_by_name() {
    let vars = owned(&[
        ("STAGE", "dev"),
        ("AUTH", "jwt"),
        ("METADATA", "dynamodb"),
        ("WEBP_EFFORT", "9"),
        ("S3_BUCKET_NAME", "bucket"),
    ]);
    let function = Function::spawn(&vars).await;
    let error = function.api.up().await.unwrap_err();
    assert_eq!(error["errorType"], "Runtime.InitError");
    let message = error["errorMessage"].as_str().unwrap();
    for name in ["AUTH", "WEBP_EFFORT", "DYNAMODB_TABLE_NAME", "AWS_ACCESS_KEY_ID"] {
        assert!(message.contains(name), "{message}");
    }
    let (status, lines) = function.ended();
    assert_eq!(status, Some(1));
    assert!(
        lines
            .iter()
            .any(|line| line.contains("can not start") && line.contains("WEBP_EFFORT"))
    );
}

#[tokio::test]
async fn it_says_who_starts_it() {
    let output = std::process::Command::new(super::process::binary())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("started by AWS Lambda"), "{text}");
}

/// Nothing is connected to before it is needed: nobody is there, and it starts.
#[tokio::test]
async fn it_starts_without_anybody_to_talk_to() {
    let account = Account::open().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{nobody}");
    let redis = format!("redis://{nobody}");
    let vars = [
        ("AWS_ENDPOINT_URL", &*url),
        ("AWS_ENDPOINT_URL_DYNAMODB", &url),
        ("REDIS_ENDPOINT", &redis),
    ];
    let function = Function::start_with(&account, &vars).await;
    let request = Request::get("/nowhere").body(Bytes::new()).unwrap();
    assert_eq!(function.request(None, &request).await.status(), 404);
}

/// Requests are served, and the alarm's measurement counts what the cache did not do.
#[tokio::test]
async fn a_cache_that_is_gone_costs_no_request() {
    let account = Account::open().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let redis = format!("redis://{nobody}");
    let function = Function::start_with(&account, &[("REDIS_ENDPOINT", &redis), ("RATE_LIMITS", "on")]).await;
    let request = Request::get("/images").body(Bytes::new()).unwrap();
    for _ in 0..20 {
        let response = function.request(Some("alice"), &request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-ratelimit-limit"], "1000");
    }
    let lines: Vec<Value> = function
        .end()
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let counted: Vec<u64> = lines.iter().filter_map(|line| line["CacheFailures"].as_u64()).collect();
    assert_eq!(counted.len(), 20, "in each invocation, also while Redis is left alone");
}
