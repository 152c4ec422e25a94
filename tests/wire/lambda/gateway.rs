//! The HTTP API in front of the function: from a request to an event of payload format 2.0 and back.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::runtime::Outcome;

/// Bytes of a request's body that the gateway takes.
const DOOR: usize = 10_000_000;

/// The event of a request; the gateway's own refusal of one that is too large.
pub fn event(request: &Request<Bytes>, caller: Option<&str>) -> Result<Value, Box<Response<Bytes>>> {
    if request.body().len() > DOOR {
        return Err(Box::new(own(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")));
    }
    let method = request.method().as_str();
    let path = request.uri().path();
    let query = request.uri().query().unwrap_or_default();
    let mut headers = BTreeMap::new();
    for name in request.headers().keys() {
        let values: Vec<&str> = request
            .headers()
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        headers.insert(name.as_str(), values.join(","));
    }
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "api-id.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "api-id",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "wire",
            },
            "requestId": super::REQUEST_ID,
            "routeKey": "$default",
            "stage": "$default",
            "time": "15/Jan/2025:10:30:00 +0000",
            "timeEpoch": 1_736_937_000_000_u64,
        },
        "isBase64Encoded": false,
    });
    if let Some(caller) = caller {
        // Cognito's access token; the authorizer makes text of every claim.
        event["requestContext"]["authorizer"] = json!({ "jwt": {
            "claims": {
                "sub": caller,
                "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
                "client_id": "client",
                "token_use": "access",
                "exp": "1736940600",
                "cognito:groups": "[builders admins]",
            },
            "scopes": null,
        } });
    }
    if !request.body().is_empty() {
        let text = std::str::from_utf8(request.body())
            .ok()
            .filter(|_| is_text(request.headers()));
        event["isBase64Encoded"] = text.is_none().into();
        event["body"] = match text {
            Some(text) => text.into(),
            None => BASE64_STANDARD.encode(request.body()).into(),
        };
    }
    Ok(event)
}

fn is_text(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .map_or("", |value| value.to_str().unwrap());
    ["text/", "application/json", "application/xml", "application/javascript"]
        .iter()
        .any(|prefix| content_type.starts_with(prefix))
}

/// What the client gets of what the function said.
pub fn response(outcome: Outcome) -> Response<Bytes> {
    let answer = match outcome {
        Outcome::Answer(answer) => answer,
        Outcome::EventTooLarge => return own(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
        Outcome::TimedOut => return own(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        Outcome::Failure { .. } | Outcome::AnswerTooLarge | Outcome::Ended => {
            return own(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        }
    };
    let body = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"].as_bool() {
        Some(true) => BASE64_STANDARD.decode(body).unwrap(),
        _ => body.as_bytes().to_vec(),
    };
    let mut response = Response::new(Bytes::from(body));
    let status = answer["statusCode"].as_u64().unwrap();
    *response.status_mut() = StatusCode::from_u16(status.try_into().unwrap()).unwrap();
    for (name, value) in answer["headers"].as_object().unwrap() {
        let name: HeaderName = name.parse().unwrap();
        response
            .headers_mut()
            .insert(name, value.as_str().unwrap().parse().unwrap());
    }
    response
}

/// An answer that the function never sees.
fn own(status: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    response
}
