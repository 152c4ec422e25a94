//! Drives the router in process. Every reply is held against what all replies must have.

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header, request::Builder},
};
use http_body_util::BodyExt;
use image_service::ErrorCode;
use serde_json::Value;
use tower::ServiceExt;

use super::Form;

/// Somebody who calls.
#[derive(Clone)]
pub struct Client {
    pub router: Router,
    pub token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path), Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path), Body::empty()).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.json(self.request(Method::PATCH, path), body).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.json(self.request(Method::POST, path), body).await
    }

    pub async fn upload(&self, form: Form) -> Reply {
        self.form(self.request(Method::POST, "/images"), form).await
    }

    /// Uploads a picture and returns the image object.
    pub async fn uploaded(&self, form: Form) -> Value {
        let reply = self.upload(form).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json()
    }

    pub async fn json(&self, request: Builder, body: Value) -> Reply {
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request, Body::from(body.to_string())).await
    }

    pub async fn form(&self, request: Builder, form: Form) -> Reply {
        let request = request.header(header::CONTENT_TYPE, Form::CONTENT_TYPE);
        self.send(request, Body::from(form.finish())).await
    }

    /// A request with this client's token.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(path);
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(&self, request: Builder, body: Body) -> Reply {
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        reply.check();
        reply
    }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status and the code of an error.
    pub fn code(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), code)
    }

    /// What api.md promises of every answer.
    pub fn check(&self) {
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        assert_eq!(self.header("vary"), "Origin");
        assert!(!self.header("cache-control").is_empty());
        assert_eq!(self.headers.get_all("x-request-id").iter().count(), 1);
        let failed = self.status.is_client_error() || self.status.is_server_error();
        if !failed || self.body.is_empty() {
            return;
        }
        let body = self.json();
        if body.get("services").is_some() {
            return;
        }
        let object = body.as_object().unwrap();
        for name in object.keys() {
            let known = [
                "error",
                "message",
                "code",
                "details",
                "currentVersion",
                "retryAfter",
                "requestId",
            ];
            assert!(known.contains(&name.as_str()), "{name} in {body}");
        }
        for name in ["error", "message", "code", "requestId"] {
            assert!(
                body[name].as_str().is_some_and(|text| !text.is_empty()),
                "{name} in {body}"
            );
        }
        assert_eq!(body["requestId"], self.header("x-request-id"));
        let code = ErrorCode::ALL.into_iter().find(|code| code.as_str() == body["code"]);
        let code = code.unwrap_or_else(|| panic!("unknown code in {body}"));
        assert_eq!(image_service::http::status(code), self.status);
        assert_eq!(image_service::http::error_name(code), body["error"]);
    }
}
