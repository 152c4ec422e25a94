//! Every layer's failures have the one shape, with or without a token.

use std::time::Duration;

use axum::{body::Body, http::Method};
use insta::assert_json_snapshot;

use crate::support::{
    TestApp,
    app::Options,
    faulty::{Fault, Faults},
};

#[tokio::test]
async fn an_error_names_its_family_code_and_request() {
    let app = TestApp::new();
    let reply = app.anonymous().get("/images").await;
    assert_eq!(reply.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    assert_json_snapshot!(reply.json(), { ".requestId" => "[id]" }, @r#"
    {
      "code": "UNAUTHORIZED",
      "error": "Unauthorized",
      "message": "Invalid or expired token",
      "requestId": "[id]"
    }
    "#);
}

#[tokio::test]
async fn unknown_paths_and_methods_need_no_token() {
    let app = TestApp::new();
    for client in [app.anonymous(), app.user("alice")] {
        for path in [
            "/images/",
            "/imagesx",
            "/images/a/b/c/d",
            "/images/alice/x.png",
            "/uploads/",
            "/api",
            "//images",
        ] {
            assert_eq!(client.get(path).await.code(), (404, "NOT_FOUND".to_owned()), "{path}");
        }
        for (method, path, allow) in [
            (Method::PUT, "/images", "GET,HEAD,POST"),
            (Method::DELETE, "/images", "GET,HEAD,POST"),
            (
                Method::POST,
                "/images/01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "GET,HEAD,PATCH,DELETE",
            ),
            (Method::GET, "/uploads", "POST"),
            (Method::POST, "/health", "GET,HEAD"),
            (Method::GET, "/uploads/01ARZ3NDEKTSV4RRFFQ69G5FAV", "PUT"),
        ] {
            let reply = client.send(client.request(method.clone(), path), Body::empty()).await;
            assert_eq!(reply.code(), (405, "METHOD_NOT_ALLOWED".to_owned()), "{method} {path}");
            assert_eq!(reply.header("allow"), allow, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_clients_request_id_is_ignored() {
    let app = TestApp::new();
    let client = app.anonymous();
    let request = client.request(Method::GET, "/health").header("x-request-id", "mine");
    let reply = client.send(request, Body::empty()).await;
    assert_ne!(reply.header("x-request-id"), "mine");
}

#[tokio::test]
async fn a_body_that_never_comes_runs_out_of_time() {
    let mut options = Options::default();
    options.settings.time_limits.upload = Duration::from_millis(20);
    options.settings.time_limits.update = Duration::from_millis(20);
    let app = TestApp::with(options);
    let alice = app.user("alice");
    for (method, path, content_type) in [
        (Method::POST, "/images", crate::support::Form::CONTENT_TYPE),
        (Method::POST, "/uploads", "application/json"),
        (Method::PATCH, "/images/01ARZ3NDEKTSV4RRFFQ69G5FAV", "application/json"),
    ] {
        let request = alice.request(method, path).header("content-type", content_type);
        let silence = Body::from_stream(futures_util::stream::pending::<Result<axum::body::Bytes, std::io::Error>>());
        assert_eq!(
            alice.send(request, silence).await.code(),
            (408, "REQUEST_TIMEOUT".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let reply = alice.send(alice.request(Method::HEAD, "/images"), Body::empty()).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 0));
}

#[tokio::test]
async fn a_panic_is_told_as_our_fault_and_nothing_else() {
    let faults = Faults::default();
    let app = TestApp::with(Options {
        faults: faults.clone(),
        ..Options::default()
    });
    let alice = app.user("alice");
    faults.fail_all_of("metadata.get", Fault::Panic);
    faults.fail_all_of("metadata.delete", Fault::Panic);
    let path = "/images/01ARZ3NDEKTSV4RRFFQ69G5FAV";
    // One is awaited by the handler, the other runs in a task of its own.
    for reply in [alice.get(path).await, alice.delete(path).await] {
        assert_eq!(reply.code(), (500, "INTERNAL_ERROR".to_owned()));
        assert_eq!(reply.json()["error"], "InternalError");
        assert!(!reply.text().contains("secret"), "{}", reply.text());
    }
}
