//! The HTTP API: routes, who is let in, and how much.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use super::{DEV, EVERYTHING, PRODUCTION, properties, stack::Template};
use crate::support::{TestApp, routes::ROUTES};

/// Besides the routes of the contract: what browsers ask first, and what gets 404 and 405.
const OPEN: &[&str] = &["OPTIONS /{proxy+}", "$default"];

#[test]
fn every_route_of_the_contract_is_there_with_its_authorizer() {
    let stack = Template::load().deploy(PRODUCTION);
    let template: BTreeMap<String, bool> = stack
        .of_type("AWS::ApiGatewayV2::Route")
        .map(|(id, route)| {
            assert_eq!(route["Target"], "integrations/Integration", "{id}");
            let protected = match route["AuthorizationType"].as_str() {
                Some("JWT") => route["AuthorizerId"] == "Authorizer",
                Some("NONE") => false,
                other => panic!("{id}: {other:?}"),
            };
            (route["RouteKey"].as_str().unwrap().to_owned(), protected)
        })
        .collect();
    let contract: BTreeMap<String, bool> = ROUTES
        .iter()
        .map(|route| (format!("{} {}", route.method, route.path), route.protected))
        .chain(OPEN.iter().map(|key| ((*key).to_owned(), false)))
        .collect();
    assert_eq!(template, contract);
}

#[tokio::test]
async fn the_router_has_the_same_routes() {
    let app = TestApp::new();
    let paths: BTreeSet<&str> = ROUTES.iter().map(|route| route.path).collect();
    for path in paths {
        let expected: BTreeSet<&str> = ROUTES
            .iter()
            .filter(|route| route.path == path)
            .map(|route| route.method)
            .collect();
        let url = path.replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        let client = app.anonymous();
        let refused = client.send(client.request(Method::PUT, &url), Body::empty()).await;
        assert_eq!(refused.status, 405, "{path}");
        let allowed: BTreeSet<&str> = refused
            .header("allow")
            .split(',')
            .filter(|name| *name != "HEAD")
            .collect();
        assert_eq!(allowed, expected, "{path}");

        for route in ROUTES.iter().filter(|route| route.path == path) {
            let method = Method::from_bytes(route.method.as_bytes()).unwrap();
            let reply = client.send(client.request(method, &url), Body::empty()).await;
            assert_eq!(reply.status == 401, route.protected, "{route:?}: {}", reply.status);
        }
    }
}

#[test]
fn tokens_of_the_user_pool_are_accepted() {
    let authorizer = properties(DEV, "Authorizer");
    assert_eq!(authorizer["AuthorizerType"], "JWT");
    assert_eq!(authorizer["IdentitySource"], json!(["$request.header.Authorization"]));
    assert_eq!(
        authorizer["JwtConfiguration"],
        json!({
            "Issuer": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
            "Audience": ["web", "mobile"],
        })
    );
}

#[test]
fn events_are_of_payload_version_two_and_go_to_the_alias() {
    let integration = properties(DEV, "Integration");
    assert_eq!(integration["PayloadFormatVersion"], "2.0");
    assert_eq!(integration["IntegrationUri"], "ImageFunction.Alias");
    assert_eq!(properties(DEV, "ApiPermission")["FunctionName"], "ImageFunction.Alias");
}

#[test]
fn the_stage_throttles_and_logs() {
    let stage = properties(PRODUCTION, "ApiStage");
    assert_eq!(stage["StageName"], "$default");
    assert_eq!(
        stage["DefaultRouteSettings"],
        json!({ "ThrottlingBurstLimit": 5000, "ThrottlingRateLimit": 1000 })
    );
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();
    let format: Value = serde_json::from_str(format).expect("one JSON object");
    assert!(
        format
            .as_object()
            .unwrap()
            .values()
            .all(|field| field.as_str().unwrap().starts_with("$context."))
    );
}

#[test]
fn the_gateway_leaves_cors_to_the_application() {
    let stack = Template::load().deploy(EVERYTHING);
    assert_eq!(stack.properties("Api")["CorsConfiguration"], Value::Null);
}

#[test]
fn with_a_domain_of_its_own_production_has_no_other_door() {
    assert_eq!(properties(PRODUCTION, "Api")["DisableExecuteApiEndpoint"], false);
    assert_eq!(properties(EVERYTHING, "Api")["DisableExecuteApiEndpoint"], true);
    assert_eq!(properties(EVERYTHING, "ApiDomain")["DomainName"], "images.lego-api.com");
}
