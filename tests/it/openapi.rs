use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use image_service::{
    ErrorCode,
    http::{Extras, document, status},
};
use serde_json::Value;

use crate::support::TestApp;

/// Pages and what they are made of: for people, not part of the API.
const PAGES: [&str; 4] = ["/", "/console/", "/swagger", "/swagger/"];
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn parsed(extras: Extras) -> Value {
    serde_json::from_slice(&document(extras)).unwrap()
}

/// Path, method and operation.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(METHODS.contains(&method.as_str()), "{method} of {path}");
            operations.push((path.as_str(), method.as_str(), operation));
        }
    }
    operations
}

/// Every path that a router knows; axum tells in its `Debug` output only.
fn paths(router: &axum::Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let paths: BTreeSet<String> = text
        .split('"')
        // Axum's own fallback is a path of its own.
        .filter(|part| part.starts_with('/') && !part.starts_with("/{*__private"))
        .map(str::to_owned)
        .collect();
    assert!(paths.contains("/images"), "{text}");
    paths
}

fn is_page(path: &str) -> bool {
    PAGES
        .iter()
        .any(|page| path == *page || (page.len() > 1 && page.ends_with('/') && path.starts_with(page)))
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let app = TestApp::new();
    let reply = app.anonymous().get("/api-docs").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/json");
    let served = reply.json();
    assert_eq!(served["openapi"], "3.1.0");

    let mut described: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, method, _) in operations(&served) {
        described
            .entry(path.to_owned())
            .or_default()
            .insert(method.to_ascii_uppercase());
    }
    let mut routed = BTreeMap::new();
    let unused = Method::from_bytes(b"PROPFIND").unwrap();
    for path in paths(&app.router).into_iter().filter(|path| !is_page(path)) {
        let url = path.replace(['{', '}'], "");
        let client = app.anonymous();
        let reply = client.send(client.request(unused.clone(), &url), Body::empty()).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let methods = reply.header("allow").split(',').map(|method| method.trim().to_owned());
        // Wherever there is GET, there is HEAD.
        let methods: BTreeSet<String> = methods.filter(|method| method != "HEAD").collect();
        routed.insert(path, methods);
    }
    assert_eq!(described, routed);
}

#[test]
fn a_host_describes_only_what_it_serves() {
    let bare = parsed(Extras {
        files: false,
        uploads: false,
        metrics: false,
        tokens: false,
    });
    let paths: Vec<&String> = bare["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/api-docs", "/health", "/images", "/images/{id}", "/uploads"]);
}

#[test]
fn every_code_has_an_example_with_its_status() {
    let document = parsed(Extras::ALL);
    let codes: Vec<&str> = ErrorCode::ALL.into_iter().map(ErrorCode::as_str).collect();
    assert_eq!(
        document["components"]["schemas"]["ErrorCode"]["enum"],
        Value::from(codes)
    );

    let mut shown = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        for (answered, response) in operation["responses"].as_object().unwrap() {
            let place = format!("{method} {path} {answered}");
            assert!(response["headers"]["X-Request-Id"].is_object(), "{place}");
            let content = &response["content"]["application/json"];
            let Some(examples) = content["examples"].as_object() else {
                assert!(answered.starts_with(['2', '3']) || path == "/health", "{place}");
                continue;
            };
            let listed = &content["schema"]["allOf"][1]["properties"]["code"]["enum"];
            let mut here = BTreeSet::new();
            for example in examples.values() {
                let value = &example["value"];
                let code = ErrorCode::ALL
                    .into_iter()
                    .find(|code| code.as_str() == value["code"])
                    .unwrap_or_else(|| panic!("{place}: {value}"));
                assert_eq!(status(code).as_str(), answered, "{place}");
                assert!(!value["message"].as_str().unwrap().is_empty(), "{place}");
                here.insert(code.as_str());
            }
            assert_eq!(listed, &Value::from_iter(here.iter().copied()), "{place}");
            shown.extend(here);
        }
    }
    // What no operation answers: the path is known, the method is not.
    shown.insert(ErrorCode::MethodNotAllowed.as_str());
    assert_eq!(shown, ErrorCode::ALL.into_iter().map(ErrorCode::as_str).collect());
}

#[test]
fn what_needs_a_token_says_so() {
    for (path, method, operation) in operations(&parsed(Extras::ALL)) {
        let is_protected = operation["responses"].get("401").is_some();
        assert_eq!(operation.get("security").is_some(), is_protected, "{method} {path}");
        assert!(
            operation["operationId"].is_string() && operation["summary"].is_string(),
            "{method} {path}"
        );
    }
}

#[test]
fn the_client_is_made_from_this_document() {
    let kept: Value = serde_json::from_str(include_str!("../../src/console/client/openapi.json")).unwrap();
    assert!(
        kept == parsed(Extras::ALL),
        "run `make client` and commit what it changes"
    );
}

#[tokio::test]
async fn pages_are_served_with_a_policy_and_kept_by_browsers() {
    let app = TestApp::new();
    for path in paths(&app.router).into_iter().filter(|path| is_page(path)) {
        let reply = app.anonymous().get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let client = app.anonymous();
        let request = client
            .request(Method::GET, &path)
            .header("if-none-match", reply.header("etag"));
        let again = client.send(request, Body::empty()).await;
        assert_eq!(
            (again.status, again.body.len()),
            (StatusCode::NOT_MODIFIED, 0),
            "{path}"
        );
    }
}
