//! What is refused, and what is told about the service itself.

use axum::http::Method;
use serde_json::{Value, json};

use super::Host;

const ID: &str = "/images/01ARZ3NDEKTSV4RRFFQ69G5FAV";

pub async fn errors_have_one_shape<H: Host>(host: &H) {
    let (alice, nobody) = (host.user("alice"), host.anonymous());
    let cases = [
        (&nobody, Method::GET, "/images", "", 401, "UNAUTHORIZED"),
        (&nobody, Method::POST, "/images", "", 401, "UNAUTHORIZED"),
        (&nobody, Method::DELETE, ID, "", 401, "UNAUTHORIZED"),
        (&nobody, Method::GET, "/nowhere", "", 404, "NOT_FOUND"),
        (&nobody, Method::PUT, "/images", "", 405, "METHOD_NOT_ALLOWED"),
        (&alice, Method::GET, ID, "", 404, "IMAGE_NOT_FOUND"),
        (&alice, Method::GET, "/images/nothing", "", 404, "IMAGE_NOT_FOUND"),
        (&alice, Method::GET, "/images?limit=0", "", 400, "VALIDATION_FAILED"),
        (&alice, Method::GET, "/images?cursor=x", "", 400, "INVALID_CURSOR"),
        (&alice, Method::PATCH, ID, "{", 400, "INVALID_REQUEST"),
        (&alice, Method::PATCH, ID, "[]", 400, "VALIDATION_FAILED"),
        (&alice, Method::POST, "/uploads", "{}", 400, "VALIDATION_FAILED"),
    ];
    for (client, method, path, body, status, code) in cases {
        let request = client.request(method.clone(), path);
        // The client holds every reply against the one shape of errors.
        let reply = client
            .send(request.header("content-type", "application/json"), body.into())
            .await;
        assert_eq!(reply.code(), (status, code.to_owned()), "{method} {path}");
    }
    let reply = nobody.get("/images").await;
    assert_eq!(reply.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    assert_eq!(reply.json()["message"], "Invalid or expired token");
    let reply = nobody
        .send(nobody.request(Method::PUT, "/images"), Default::default())
        .await;
    assert_eq!(reply.header("allow"), "GET,HEAD,POST");
    let request = alice
        .request(Method::POST, "/images")
        .header("content-type", "image/jpeg");
    let reply = alice.send(request, "x".into()).await;
    assert_eq!(reply.code(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
}

/// Nothing on the way resolves or decodes a path before the router does.
pub async fn paths_mean_the_same_everywhere<H: Host>(host: &H) {
    let alice = host.user("alice");
    for path in [
        "/images/../health",
        "/images/",
        "//images",
        "/images/a/../b/c",
        "/%2e%2e/health",
    ] {
        assert_eq!(alice.get(path).await.code(), (404, "NOT_FOUND".to_owned()), "{path}");
    }
    for path in [
        "/images/%2e%2e",
        "/images/a%2Fb",
        "/images/%22",
        "/images/%FF",
        "/images/B%C3%BCr",
        "/images/100%25",
    ] {
        assert_eq!(
            alice.get(path).await.code(),
            (404, "IMAGE_NOT_FOUND".to_owned()),
            "{path}"
        );
    }
    let tag = alice.get("/images?tag=%C3%A9%26&limit=5").await.json();
    assert_eq!((&tag["images"], &tag["pagination"]["limit"]), (&json!([]), &json!(5)));
}

pub async fn pages_of_other_origins_are_told_what_they_may<H: Host>(host: &H) {
    let nobody = host.anonymous();
    let preflight = nobody
        .request(Method::OPTIONS, ID)
        .header("origin", "https://www.lego-moc.com")
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "authorization,content-type");
    let reply = nobody.send(preflight, Default::default()).await;
    assert!(reply.status.is_success());
    assert_eq!(reply.header("access-control-allow-origin"), "https://www.lego-moc.com");
    assert_eq!(
        reply.header("access-control-allow-methods"),
        "GET,POST,PATCH,DELETE,OPTIONS"
    );
    assert_eq!(reply.header("access-control-max-age"), "86400");
    for (origin, told) in [
        ("https://lego-moc.com", "https://lego-moc.com"),
        ("https://evil.example", ""),
    ] {
        let request = nobody.request(Method::GET, "/images").header("origin", origin);
        let reply = nobody.send(request, Default::default()).await;
        assert_eq!(reply.header("access-control-allow-origin"), told);
    }
}

pub async fn health_tells_of_every_dependency<H: Host>(host: &H) {
    let reply = host.anonymous().get("/health").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let health = reply.json();
    assert_eq!(health["status"], "healthy");
    let names: Vec<&str> = H::DIFFERENCES.dependencies.to_vec();
    let services: Value = names
        .into_iter()
        .map(|name| (name.to_owned(), "up".into()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(health["services"], services);
    let document = host.anonymous().get("/api-docs").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"]["/images/{id}"]["patch"].is_object());
}
