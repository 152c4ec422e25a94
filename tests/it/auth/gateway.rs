//! `AUTH=gateway`: the gateway in front has verified the token.

use axum::http::{Request, header::AUTHORIZATION};
use image_service::{
    Error,
    http::{
        GatewayRequest,
        auth::{Authenticator, GatewayAuthenticator},
    },
};

async fn ask(gateway: Option<GatewayRequest>) -> Result<String, String> {
    let request = Request::get("/images").header(AUTHORIZATION, "Bearer alice").header(
        "x-amzn-request-context",
        r#"{"authorizer":{"jwt":{"claims":{"sub":"alice"}}}}"#,
    );
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    if let Some(gateway) = gateway {
        parts.extensions.insert(gateway);
    }
    match GatewayAuthenticator.authenticate(&parts).await {
        Ok(user) => Ok(user.to_string()),
        Err(Error::Unauthorized(reason)) => Err(reason.into_owned()),
        Err(other) => panic!("{other}"),
    }
}

fn claims(subject: Option<&str>) -> Option<GatewayRequest> {
    Some(GatewayRequest {
        request_id: "r-1".to_owned(),
        trace_id: None,
        subject: subject.map(str::to_owned),
    })
}

#[tokio::test]
async fn the_verified_subject_is_the_user() {
    assert_eq!(ask(claims(Some("auth0|alice"))).await.unwrap(), "auth0|alice");
}

#[tokio::test]
async fn headers_are_never_believed() {
    assert_eq!(ask(None).await.unwrap_err(), "did not come through the gateway");
    assert_eq!(
        ask(claims(None)).await.unwrap_err(),
        "no claims of the gateway's authorizer"
    );
}

#[tokio::test]
async fn a_subject_that_could_be_a_path_is_refused() {
    for subject in ["", "../bob", "a/b", "a b", "-a", &"a".repeat(129)] {
        assert_eq!(
            ask(claims(Some(subject))).await.unwrap_err(),
            "sub is no user id",
            "{subject:?}"
        );
    }
}
