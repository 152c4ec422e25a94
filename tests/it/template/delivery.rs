//! The distribution in front of the API and the bucket.

use serde_json::{Value, json};

use super::{DEV, EVERYTHING, PRODUCTION, STAGING, names, properties, stack::Template};

/// Managed policies, by their ids.
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const ALL_VIEWER_EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

fn distribution(parameters: &[(&str, &str)]) -> Value {
    properties(parameters, "Distribution")["DistributionConfig"].clone()
}

#[test]
fn the_api_is_never_cached_or_redirected() {
    for (parameters, requests) in [(DEV, ALL_VIEWER_EXCEPT_HOST), (EVERYTHING, ALL_VIEWER)] {
        let behaviour = &distribution(parameters)["DefaultCacheBehavior"];
        assert_eq!(behaviour["TargetOriginId"], "api");
        assert_eq!(behaviour["CachePolicyId"], CACHING_DISABLED);
        assert_eq!(behaviour["OriginRequestPolicyId"], requests);
        assert_eq!(behaviour["ViewerProtocolPolicy"], "https-only");
        assert_eq!(behaviour["Compress"], false);
    }
}

#[test]
fn images_come_from_the_bucket() {
    let distribution = distribution(PRODUCTION);
    let behaviours = distribution["CacheBehaviors"].as_array().unwrap();
    assert_eq!(behaviours.len(), 1);
    assert_eq!(behaviours[0]["PathPattern"], "/images/*/*.webp");
    assert_eq!(behaviours[0]["TargetOriginId"], "images");
    assert_eq!(names(&behaviours[0]["AllowedMethods"]), ["GET", "HEAD"]);
    assert_eq!(behaviours[0]["Compress"], false);

    let caching = &properties(PRODUCTION, "ImageCaching")["CachePolicyConfig"];
    let lifetimes = ["MinTTL", "DefaultTTL", "MaxTTL"].map(|name| caching[name].as_u64().unwrap());
    assert_eq!(lifetimes, [0, 86_400, 31_536_000]);

    let bucket = &distribution["Origins"][1];
    assert_eq!(bucket["OriginAccessControlId"], "ImageAccess.Id");
    assert_eq!(bucket["S3OriginConfig"], json!({ "OriginAccessIdentity": "" }));
}

#[test]
fn an_image_is_invalidated_by_its_tag() {
    assert_eq!(
        distribution(DEV)["CacheTagConfig"],
        json!({ "HeaderName": "x-amz-meta-cache-tag" })
    );
}

#[test]
fn server_errors_are_not_cached() {
    let distribution = distribution(PRODUCTION);
    let responses = distribution["CustomErrorResponses"].as_array().unwrap();
    let codes: Vec<_> = responses
        .iter()
        .map(|response| response["ErrorCode"].as_u64().unwrap())
        .collect();
    assert_eq!(codes, [500, 502, 503, 504]);
    assert!(responses.iter().all(|response| response["ErrorCachingMinTTL"] == 0));
}

#[test]
fn a_domain_of_its_own_needs_tls_1_2() {
    let distribution = distribution(EVERYTHING);
    assert_eq!(distribution["Aliases"], json!(["images.lego-api.com"]));
    assert_eq!(
        distribution["ViewerCertificate"]["MinimumProtocolVersion"],
        "TLSv1.2_2021"
    );
    assert_eq!(distribution["Origins"][0]["DomainName"], "ApiDomain.RegionalDomainName");
    let stack = Template::load().deploy(EVERYTHING);
    let records: Vec<_> = stack
        .of_type("AWS::Route53::RecordSet")
        .map(|(_, record)| &record["Type"])
        .collect();
    assert_eq!(records, ["A", "AAAA"]);
}

#[test]
fn without_one_the_names_of_aws_do() {
    let distribution = distribution(STAGING);
    assert_eq!(distribution["Aliases"], Value::Null);
    assert_eq!(
        distribution["Origins"][0]["DomainName"],
        "Api.execute-api.us-east-1.amazonaws.com"
    );
    let stack = Template::load().deploy(STAGING);
    assert_eq!(stack.of_type("AWS::Route53::RecordSet").count(), 0);
    assert!(!stack.resources.contains_key("ApiDomain"));
}

#[test]
fn the_secret_is_sent_before_it_is_required() {
    let header = |mode| distribution(&[("OriginSecret", mode)])["Origins"][0]["OriginCustomHeaders"].clone();
    assert_eq!(header("off"), Value::Null);
    for mode in ["send", "require"] {
        assert_eq!(header(mode)[0]["HeaderName"], "X-Origin-Secret");
    }
}

#[test]
fn answers_of_the_gateway_itself_carry_cors() {
    let policy = properties(DEV, "ApiHeaders")["ResponseHeadersPolicyConfig"].clone();
    let cors = &policy["CorsConfig"];
    assert_eq!(cors["OriginOverride"], false, "the application's own answer wins");
    assert_eq!(
        cors["AccessControlAllowOrigins"]["Items"],
        json!([
            "https://lego-moc.com",
            "https://*.lego-moc.com",
            "http://localhost:3002"
        ])
    );
    assert_eq!(
        names(&cors["AccessControlAllowMethods"]["Items"]),
        ["DELETE", "GET", "OPTIONS", "PATCH", "POST"]
    );
    assert_eq!(cors["AccessControlMaxAgeSec"], 86_400);
    assert_eq!(
        policy["SecurityHeadersConfig"]["ContentTypeOptions"],
        json!({ "Override": true })
    );
}

#[test]
fn the_firewall_lets_files_through() {
    assert_eq!(distribution(PRODUCTION)["WebACLId"], Value::Null);
    assert_eq!(distribution(EVERYTHING)["WebACLId"], "WebAcl.Arn");
    let firewall = properties(EVERYTHING, "WebAcl");
    let rules = firewall["Rules"].as_array().unwrap();
    assert_eq!(rules[0]["Statement"]["RateBasedStatement"]["AggregateKeyType"], "IP");
    let common = &rules[1]["Statement"]["ManagedRuleGroupStatement"];
    assert_eq!(common["Name"], "AWSManagedRulesCommonRuleSet");
    let overrides = common["RuleActionOverrides"].as_array().unwrap();
    assert!(
        overrides
            .iter()
            .any(|rule| rule["Name"] == "SizeRestrictions_BODY" && rule["ActionToUse"] == json!({ "Count": {} }))
    );
}
