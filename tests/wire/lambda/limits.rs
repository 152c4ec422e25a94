//! Limits, logs and measurements of a function.

use std::time::Duration;

use axum::http::{Method, Request, header::CONTENT_TYPE};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    REQUEST_ID,
    events::schedule,
    gateway,
    host::LambdaHost,
    process::Function,
    runtime::{Outcome, PAYLOAD_LIMIT},
};
use crate::{
    aws::Account,
    black_box::Host,
    support::{Form, pictures},
};

pub fn upload(file: &[u8]) -> Request<Bytes> {
    Request::post("/images")
        .header(CONTENT_TYPE, Form::CONTENT_TYPE)
        .body(Form::with_file(file).finish().into())
        .unwrap()
}

#[tokio::test]
async fn an_event_holds_what_is_answered_with_a_pointer_and_no_more() {
    let host = LambdaHost::start().await;
    // In base64 these still fit: the function refuses them and says where to go. That they are no
    // picture is not even found out.
    let mut file = vec![0; 4_500_000];
    let reply = host.function.request(Some("alice"), &upload(&file)).await;
    assert_eq!(reply.status(), 413);
    let body: Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(body["details"], json!({ "directUpload": "/uploads" }));
    // These do not: the gateway refuses them by itself, in words of its own.
    for size in [4_720_000, 10_000_001] {
        file.resize(size, 0);
        let reply = host.function.request(Some("alice"), &upload(&file)).await;
        assert_eq!(reply.status(), 413);
        let body: Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body, json!({ "message": "Request Entity Too Large" }));
    }
    let event = gateway::event(&upload(&file[..4_500_000]), None).unwrap().to_string();
    assert!(event.len() < PAYLOAD_LIMIT);
}

#[tokio::test]
async fn what_takes_too_long_is_answered_in_time() {
    let account = Account::open().await;
    // A table that does not answer: the address takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let slow = Function::start_with(
        &account,
        &[
            ("AWS_ENDPOINT_URL_DYNAMODB", &url),
            ("TIME_LIMIT_GET", "100ms"),
            ("TIME_LIMIT_DELETE", "100ms"),
        ],
    )
    .await;
    for method in [Method::GET, Method::DELETE] {
        let request = Request::builder()
            .method(method.clone())
            .uri("/images/01ARZ3NDEKTSV4RRFFQ69G5FAV")
            .body(Bytes::new())
            .unwrap();
        let event = gateway::event(&request, Some("alice")).unwrap();
        // The deletion goes on behind its answer, and is cut short for the answer to get out.
        let outcome = slow.api.invoke(event.to_string(), Duration::from_secs(2)).await;
        assert_eq!(gateway::response(outcome).status(), 408, "{method}");
    }
    // So is a clean-up, which says so and is begun again by the next event.
    let outcome = slow
        .api
        .invoke(schedule().to_string(), Duration::from_millis(800))
        .await;
    let Outcome::Failure { kind, message } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((&*kind, &*message), ("Failed", "it took too long"));
    // Where the application would wait longer, Lambda does not.
    let request = Request::get("/images").body(Bytes::new()).unwrap();
    let event = gateway::event(&request, Some("alice")).unwrap();
    let outcome = slow.api.invoke(event.to_string(), Duration::from_millis(500)).await;
    assert_eq!(outcome, Outcome::TimedOut);
    assert_eq!(gateway::response(outcome).status(), 503);
}

/// What it writes: one line for each request, its first event marked, measurements for CloudWatch
/// and nothing that is secret.
#[tokio::test]
async fn logs_and_measurements_are_lines_of_json() {
    let account = Account::open().await;
    let function = Function::start(&account).await;
    let file = pictures::jpeg(120, 100);
    let mut request = upload(&file);
    request
        .headers_mut()
        .insert("authorization", "Bearer auth0|alice".parse().unwrap());
    let reply = function.request(Some("auth0|alice"), &request).await;
    assert_eq!(reply.status(), 201);
    assert_eq!(reply.headers()["x-request-id"], REQUEST_ID);
    let image: Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(
        function.request(Some("auth0|alice"), &upload(b"GIF89a")).await.status(),
        400
    );

    let lines = function.end();
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let answered: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(answered.len(), 2);
    let span = &answered[0]["span"];
    assert_eq!(
        (&span["request_id"], &span["trace_id"]),
        (&json!(REQUEST_ID), &json!("1-6787a2c8-0123456789abcdef01234567"))
    );
    assert_eq!((&span["user"], &span["image"]), (&json!("auth0|alice"), &image["id"]));
    assert_eq!((&span["method"], &span["route"]), (&json!("POST"), &json!("/images")));
    assert_eq!(answered[0]["status"], 201);
    assert!(answered[0]["bytes_in"].as_u64().unwrap() > file.len() as u64);
    let cold = lines.iter().filter(|line| line["cold_start"] == true).count();
    assert_eq!(cold, 1);

    let measured: Vec<&Value> = lines.iter().filter(|line| line.get("_aws").is_some()).collect();
    assert_eq!(measured.len(), 2, "one for each invocation");
    assert_eq!(measured[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"], "ImageService");
    assert_eq!(
        (&measured[0]["ColdStarts"], &measured[0]["UploadsSucceeded"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(measured[0]["Stage"], "dev");
    for name in ["ProcessingDuration", "StorageDuration"] {
        assert!(measured[0][name][0].as_f64().unwrap() > 0.0);
    }
    assert_eq!(
        (&measured[1]["UploadsFailed"], &measured[1]["Code"]),
        (&json!(1), &json!("INVALID_FILE_TYPE"))
    );
    for line in &lines {
        let text = line.to_string();
        assert!(
            !text.contains("Bearer") && !text.contains(account.var("AWS_SECRET_ACCESS_KEY")),
            "{text}"
        );
        assert!(line.get("_aws").is_none() || !text.contains("alice"), "{text}");
    }
}

#[tokio::test]
async fn the_secret_of_the_cdn_is_insisted_on() {
    let host = LambdaHost::start_with(&[("ORIGIN_SECRET", "s3cret")]).await;
    let alice = host.user("alice");
    assert_eq!(alice.get("/images").await.code(), (403, "NOT_AUTHORIZED".to_owned()));
    let request = alice
        .request(Method::GET, "/images")
        .header("x-origin-secret", "s3cret");
    assert_eq!(alice.send(request, Default::default()).await.status, 200);
}
