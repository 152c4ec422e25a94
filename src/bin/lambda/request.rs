//! From an event of the HTTP API to a request of the router, and from its response to an answer.
//!
//! Bytes stay what they are in both directions, and a path or a query goes to the router as it came:
//! it is not resolved or decoded here, so that it means the same as at the server.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{self, HeaderMap, HeaderName, HeaderValue, Method, Uri},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http_body_util::BodyExt;
use image_service::http::GatewayRequest;
use lambda_runtime::tower::ServiceExt;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::event::Failure;

/// What has no place in a query. An escape stays one.
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
/// What has no place in a path: the gateway may have decoded it.
const PATH: &AsciiSet = &QUERY
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The part of an event that matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpEvent<'a> {
    #[serde(borrow)]
    raw_path: Cow<'a, str>,
    #[serde(borrow, default)]
    raw_query_string: Cow<'a, str>,
    /// Those that came several times are joined by commas.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    request_context: RequestContext,
    #[serde(borrow, default)]
    body: Cow<'a, str>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    request_id: String,
    http: Description,
    authorizer: Option<Authorizer>,
}

#[derive(Deserialize)]
struct Description {
    method: String,
}

#[derive(Deserialize)]
struct Authorizer {
    jwt: Option<Token>,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    claims: BTreeMap<String, serde_json::Value>,
}

impl RequestContext {
    fn subject(&self) -> Option<String> {
        let claims = &self.authorizer.as_ref()?.jwt.as_ref()?.claims;
        claims.get("sub")?.as_str().map(str::to_owned)
    }
}

impl HttpEvent<'_> {
    /// # Errors
    /// What no gateway sends: a body that is not in its encoding, a method that is none.
    pub fn into_request(self, trace_id: Option<&str>) -> Result<http::Request<Body>, Failure> {
        let body = if self.is_base64_encoded {
            let body = BASE64_STANDARD.decode(&*self.body);
            Bytes::from(body.map_err(|_| Failure::unreadable("the body is not in base64"))?)
        } else {
            Bytes::from(self.body.into_owned())
        };
        let mut request = http::Request::new(Body::from(body));
        let method = &self.request_context.http.method;
        *request.method_mut() = Method::from_bytes(method.as_bytes())
            .map_err(|_| Failure::unreadable(format!("{method:?} is no method")))?;
        *request.uri_mut() = uri(&self.raw_path, &self.raw_query_string)?;
        *request.headers_mut() = headers(&self.headers);
        request.extensions_mut().insert(GatewayRequest {
            subject: self.request_context.subject(),
            request_id: self.request_context.request_id,
            trace_id: trace_id.and_then(root).map(str::to_owned),
        });
        Ok(request)
    }
}

fn uri(path: &str, query: &str) -> Result<Uri, Failure> {
    let mut uri = utf8_percent_encode(path, PATH).to_string();
    if !query.is_empty() {
        uri.push('?');
        uri.extend(utf8_percent_encode(query, QUERY));
    }
    uri.parse()
        .map_err(|error| Failure::unreadable(format!("path and query are no URI: {error}")))
}

/// What is no header is left out, as a server of HTTP would not have let it in.
fn headers(event: &BTreeMap<String, String>) -> HeaderMap {
    let header = |(name, value): (&String, &String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    };
    event.iter().filter_map(header).collect()
}

/// Payload format 2.0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    headers: BTreeMap<String, String>,
    body: String,
    is_base64_encoded: bool,
}

impl Response {
    /// # Errors
    /// The router broke off its answer.
    pub async fn of(router: Router, request: http::Request<Body>) -> Result<Self, Failure> {
        let response = match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| Failure::failed(error.to_string()))?;
        // Whatever is text stays readable; the rest would not survive JSON.
        let (body, is_base64_encoded) = match String::from_utf8(body.to_bytes().into()) {
            Ok(text) => (text, false),
            Err(binary) => (BASE64_STANDARD.encode(binary.as_bytes()), true),
        };
        let mut headers = BTreeMap::new();
        for (name, value) in &parts.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|values: &mut String| {
                    values.push_str(", ");
                    values.push_str(&value);
                })
                .or_insert_with(|| value.into_owned());
        }
        Ok(Self {
            status_code: parts.status.as_u16(),
            headers,
            body,
            is_base64_encoded,
        })
    }
}

/// What X-Ray calls the trace id, of a header such as `Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1`.
fn root(header: &str) -> Option<&str> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root="))
}
