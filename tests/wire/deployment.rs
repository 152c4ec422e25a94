//! `template.yaml` as a stack of the emulator's CloudFormation: its API with the authorizer, its role
//! with the permissions, its stream with the filter, and behind them the built Lambda.

/// Stacks.
mod cloudformation;
/// Tokens.
mod cognito;
/// What the emulator does not have.
mod lacks;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, header::AUTHORIZATION},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::{
    aws::account::{answer, as_root, element, server},
    support::{Client, Form, pictures},
    wait,
};
use cloudformation::Stack;
use cognito::UserPool;

/// The application behind the API's own address.
fn client(stack: &Stack, token: &str) -> Client {
    let base = format!("{}/_aws/execute-api/{}/$default", server("WIRE_AWS"), stack.id("Api"));
    let http = reqwest::Client::new();
    let forward = move |request: Request<Body>| {
        let (base, http) = (base.clone(), http.clone());
        async move {
            let (parts, body) = request.into_parts();
            let response = http
                .request(parts.method, format!("{base}{}", parts.uri))
                .headers(parts.headers)
                .body(body.collect().await.unwrap().to_bytes())
                .send()
                .await
                .unwrap();
            let (parts, body) = http::Response::from(response).into_parts();
            Response::from_parts(parts, Body::from(body.collect().await.unwrap().to_bytes()))
        }
    };
    Client {
        router: Router::new().fallback(forward),
        token: Some(token.to_owned()),
    }
}

/// What the gateway says by itself: status and body.
async fn refusal(stack: &Stack, token: Option<&str>) -> (u16, Value) {
    let url = format!(
        "{}/_aws/execute-api/{}/$default/images",
        server("WIRE_AWS"),
        stack.id("Api")
    );
    let mut request = reqwest::Client::new().get(url);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn table(operation: &str, body: Value) -> Value {
    let request = reqwest::Client::new()
        .post(server("WIRE_AWS"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .body(body.to_string());
    serde_json::from_str(&answer(as_root(request, "dynamodb")).await).unwrap()
}

#[tokio::test]
async fn the_smallest_stack_serves_users_of_its_pool() {
    let pool = UserPool::create().await;
    let parameters = [
        ("Stage", "dev"),
        ("UserPoolId", &pool.id),
        ("UserPoolClientIds", &pool.client),
    ];
    let stack = Stack::create("image-service-dev", &parameters).await;
    let (tokens, others) = (
        pool.sign_in("alice").await,
        UserPool::create().await.sign_in("mallory").await,
    );

    // Another signature, another user in it, another pool, nothing at all.
    let unauthorized = (401, json!({ "message": "Unauthorized" }));
    let parts: Vec<&str> = tokens.access.split('.').collect();
    let [head, claims, signature] = parts[..] else {
        panic!("three parts")
    };
    let other_claims = others.access.split('.').nth(1).unwrap();
    for token in [
        format!("{head}.{claims}.{}", signature.chars().rev().collect::<String>()),
        format!("{head}.{other_claims}.{signature}"),
        format!("{head}.{claims}."),
        others.access,
    ] {
        assert_eq!(refusal(&stack, Some(&token)).await, unauthorized, "{token}");
    }
    assert_eq!(refusal(&stack, None).await, unauthorized);

    for token in [&tokens.access, &tokens.id] {
        let reply = client(&stack, token).get("/images").await;
        assert_eq!((reply.status.as_u16(), &reply.json()["totalCount"]), (200, &json!(0)));
    }
    let alice = client(&stack, &tokens.access);
    let health = alice.get("/health").await;
    assert_eq!(health.json()["status"], "healthy", "{}", health.text());

    let image = alice.uploaded(Form::with_file(&pictures::jpeg(192, 108))).await;
    assert_eq!(image["userId"], tokens.subject);
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    assert_eq!(alice.get(&path).await.json(), image);
    let changed = alice.patch(&path, json!({ "version": 1, "title": "Gate" })).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["version"]), (200, &json!(2)));
    assert_eq!(alice.delete(&path).await.status, 204);
    assert_eq!(alice.get(&path).await.code(), (404, "IMAGE_NOT_FOUND".to_owned()));

    for (origin, allowed) in [
        ("https://www.lego-moc.com", true),
        ("http://localhost:3002", true),
        ("https://lego-moc.com.evil.example", false),
    ] {
        assert_eq!(may_put(&stack, origin).await, allowed, "{origin}");
    }

    // The stream calls the function by itself, which tells the CDN and takes the marker away.
    wait::until("the deletion is finished", async || {
        let found = table("Scan", json!({ "TableName": stack.id("Table") })).await;
        let items = found["Items"].as_array().unwrap();
        !items
            .iter()
            .any(|item| item["PK"]["S"].as_str().unwrap().starts_with("PENDING#"))
    })
    .await;
    let url = format!(
        "{}/2020-05-31/distribution/{}/invalidation",
        server("WIRE_AWS"),
        stack.id("Distribution")
    );
    let invalidations = answer(as_root(reqwest::Client::new().get(url), "cloudfront")).await;
    assert_eq!(element(&invalidations, "Quantity"), "1");
}

/// Whether the bucket lets a page of this origin put a file.
async fn may_put(stack: &Stack, origin: &str) -> bool {
    let url = format!("{}/{}/temp/alice/upload", server("WIRE_AWS"), stack.id("Bucket"));
    let request = reqwest::Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type,if-none-match");
    let allowed = request.send().await.unwrap();
    allowed.status().is_success() && allowed.headers().contains_key("access-control-allow-origin")
}

#[tokio::test]
async fn the_largest_stack_can_be_created() {
    let pool = UserPool::create().await;
    let zone = cloudformation::hosted_zone("lego-api.com").await;
    let parameters = [
        ("Stage", "production"),
        ("UserPoolId", &*pool.id),
        ("UserPoolClientIds", &pool.client),
        ("DomainName", "images.lego-api.com"),
        (
            "CertificateArn",
            "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000",
        ),
        ("HostedZoneId", &zone),
        ("AlarmEmail", "ops@lego-moc.com"),
        ("ProvisionedConcurrency", "2"),
        ("OriginSecret", "require"),
        ("Waf", "on"),
        ("OperatorArn", "arn:aws:iam::123456789012:role/operators"),
    ];
    let stack = Stack::create("image-service-production", &parameters).await;
    for id in [
        "Redis",
        "WebAcl",
        "AddressRecord",
        "CacheFailuresAlarm",
        "AlarmSubscription",
    ] {
        assert!(!stack.id(id).is_empty(), "{id}");
    }
}
