//! What holds for the template as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    EVERYTHING, PRODUCTION,
    stack::{self, Template, references},
};

/// Types that CloudFormation gives no tags.
const WITHOUT_TAGS: &[&str] = &[
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::MonitoringSubscription",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCCidrBlock",
    "AWS::Lambda::Permission",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
];

#[test]
fn every_combination_of_parameters_names_only_what_it_deploys() {
    let template = Template::load();
    let domain = &EVERYTHING[1..3];
    for stage in ["dev", "staging", "production"] {
        for cache in ["on", "off"] {
            for waf in ["on", "off"] {
                for secret in ["off", "send", "require"] {
                    for domain in [&[][..], domain] {
                        let choices = [
                            ("Stage", stage),
                            ("Cache", cache),
                            ("Waf", waf),
                            ("OriginSecret", secret),
                        ];
                        template.deploy(&[&choices[..], domain].concat());
                    }
                }
            }
        }
    }
}

#[test]
fn resources_do_not_wait_for_each_other_in_a_circle() {
    let template = Template::load();
    let resources = template.section("Resources");
    let graph = waits_for(resources);
    // Kahn: whatever is left over waits for itself.
    let mut waiting = graph.clone();
    loop {
        let ready: Vec<String> = waiting
            .iter()
            .filter(|(_, on)| on.iter().all(|id| !waiting.contains_key(id)))
            .map(|(id, _)| id.clone())
            .collect();
        if ready.is_empty() {
            break;
        }
        ready.iter().for_each(|id| {
            waiting.remove(id);
        });
    }
    assert!(waiting.is_empty(), "{waiting:#?}");
    assert!(
        graph["ImageFunction"].contains("Distribution"),
        "the environment names it"
    );
    assert!(graph["Distribution"].contains("Api"), "its origin");
}

#[test]
fn everything_that_can_be_tagged_is() {
    let stack = Template::load().deploy(EVERYTHING);
    for (id, resource) in &stack.resources {
        let kind = resource["Type"].as_str().unwrap();
        let tags: BTreeMap<String, String> = match &resource["Properties"]["Tags"] {
            Value::Array(tags) => tags
                .iter()
                .map(|tag| (stack::text(&tag["Key"]), stack::text(&tag["Value"])))
                .collect(),
            Value::Object(tags) => tags
                .iter()
                .map(|(key, value)| (key.clone(), stack::text(value)))
                .collect(),
            _ => {
                assert!(WITHOUT_TAGS.contains(&kind), "{id}: {kind}");
                continue;
            }
        };
        let expected = [
            ("Component", "image-service"),
            ("CostCenter", "image-service"),
            ("Environment", "production"),
            ("Project", "lego-moc"),
        ];
        let tags: Vec<_> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(tags, expected, "{id}");
    }
}

#[test]
fn data_outlives_the_stack() {
    let template = Template::load();
    for (id, resource) in template.section("Resources") {
        let kept = ["AWS::DynamoDB::Table", "AWS::S3::Bucket"].contains(&resource["Type"].as_str().unwrap());
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert_eq!(
                resource.get(policy).is_some_and(|policy| policy == "Retain"),
                kept,
                "{id}"
            );
        }
    }
}

#[test]
fn parameters_are_described_and_checked() {
    for (name, parameter) in Template::load().section("Parameters") {
        assert!(parameter["Description"].is_string(), "{name}");
        let checks = ["AllowedPattern", "AllowedValues", "MinValue"];
        assert!(checks.iter().any(|check| parameter.get(check).is_some()), "{name}");
        let needed = ["UserPoolId", "UserPoolClientIds"].contains(&name.as_str());
        assert_eq!(parameter.get("Default").is_none(), needed, "{name}");
    }
}

#[test]
fn every_stage_can_be_deployed() {
    let configuration = include_str!("../../../samconfig.toml");
    let template = Template::load();
    let stages = template.section("Parameters")["Stage"]["AllowedValues"]
        .as_array()
        .unwrap();
    for stage in stages {
        let stage = stack::text(stage);
        for line in [
            format!("[{stage}.deploy.parameters]"),
            format!("stack_name = \"image-service-{stage}\""),
            format!("parameter_overrides = [\"Stage={stage}\"]"),
        ] {
            assert_eq!(configuration.matches(&line).count(), 1, "{line}");
        }
    }
}

#[test]
fn outputs_tell_what_others_need() {
    let outputs = |parameters| Template::load().deploy(parameters).outputs;
    let names: Vec<String> = outputs(PRODUCTION).into_keys().collect();
    assert_eq!(
        names,
        [
            "AlarmTopicArn",
            "ApiEndpoint",
            "CacheEndpoint",
            "CloudFrontDomain",
            "DistributionId",
            "DynamoDBTable",
            "FailureBucketName",
            "FunctionName",
            "ImageBucket",
            "OperatorRoleArn",
        ]
    );
    assert_eq!(
        outputs(EVERYTHING)["ApiEndpoint"]["Value"],
        "https://images.lego-api.com"
    );
}

/// Which resources each one waits for. SAM makes a version and an alias of the function; the alias
/// waits for the version, and for the alarms that watch a deployment.
fn waits_for(resources: &Map<String, Value>) -> BTreeMap<String, BTreeSet<String>> {
    let of = |value: &Value| {
        let mut found = BTreeSet::new();
        references(value, &mut found);
        found
            .into_iter()
            .map(|name| match name.split_once('.') {
                Some((id, "Alias")) => format!("{id}.Alias"),
                Some((id, attribute)) if attribute.starts_with("Version") => format!("{id}.Version"),
                Some((id, _)) => id.to_owned(),
                None => name,
            })
            .filter(|name| resources.contains_key(name.split('.').next().unwrap_or(name)))
            .collect::<BTreeSet<String>>()
    };
    let mut graph = BTreeMap::new();
    for (id, resource) in resources {
        let mut resource = resource.clone();
        if resource["Type"] == "AWS::Serverless::Function" {
            let properties = resource["Properties"].as_object_mut().unwrap();
            let mut alias = of(&properties.remove("DeploymentPreference").unwrap_or_default());
            alias.insert(format!("{id}.Version"));
            graph.insert(format!("{id}.Alias"), alias);
            graph.insert(format!("{id}.Version"), BTreeSet::from([id.clone()]));
        }
        graph.insert(id.clone(), of(&resource));
    }
    graph
}
