//! Everything of the template that the emulator can not take, and why. Nothing else is changed.

use serde_json::{Map, Value};

/// Kinds of resources that it does not know.
const KINDS: &[(&str, &str)] = &[
    ("AWS::CloudFront::MonitoringSubscription", "no measurements of a CDN"),
    ("AWS::EC2::EgressOnlyInternetGateway", "no IPv6"),
    (
        "AWS::EC2::SecurityGroupIngress",
        "no packets that a rule could let through",
    ),
    ("AWS::EC2::VPCCidrBlock", "no IPv6"),
];

/// Properties of resources that it does not know, or that need those above.
const PROPERTIES: &[(&str, &str, &str)] = &[
    ("AWS::EC2::Subnet", "Ipv6CidrBlock", "no IPv6"),
    ("AWS::EC2::Subnet", "AssignIpv6AddressOnCreation", "no IPv6"),
    ("AWS::Serverless::Function", "DeploymentPreference", "no CodeDeploy"),
];

/// Single resources.
const RESOURCES: &[(&str, &str)] = &[("EgressRoute", "no IPv6")];

/// Statements of bucket policies, by their names.
const STATEMENTS: &[(&str, &str)] = &[("RefuseWithoutTls", "it listens without TLS, and would refuse everybody")];

/// Parameters with other values than a deployment to AWS would have.
pub const PARAMETERS: &[(&str, &str)] = &[
    // The function is pointed to the emulator, and an endpoint of one's own can not be accelerated.
    ("TransferAcceleration", "off"),
];

/// Takes out what is lacking. What is listed and is not there fails, so that the lists do not outlive
/// their reasons.
pub fn take_out(template: &mut Value) {
    let resources = template["Resources"].as_object_mut().unwrap();
    for (kind, _) in KINDS {
        remove(resources, kind, |_, resource| resource["Type"] == *kind);
    }
    // Its alarms compare one measurement with a number.
    remove(resources, "metric math", |_, resource| {
        resource["Type"] == "AWS::CloudWatch::Alarm" && resource["Properties"].get("Metrics").is_some()
    });
    for (id, _) in RESOURCES {
        remove(resources, id, |known, _| known == *id);
    }
    for (kind, property, _) in PROPERTIES {
        let mut found = 0;
        for resource in resources.values_mut().filter(|resource| resource["Type"] == *kind) {
            let properties = resource["Properties"].as_object_mut().unwrap();
            found += usize::from(properties.remove(*property).is_some());
        }
        assert!(found > 0, "no {kind} has {property}");
    }
    for (name, _) in STATEMENTS {
        let mut found = 0;
        for resource in resources
            .values_mut()
            .filter(|resource| resource["Type"] == "AWS::S3::BucketPolicy")
        {
            let statements = &mut resource["Properties"]["PolicyDocument"]["Statement"];
            let statements = statements.as_array_mut().unwrap();
            let before = statements.len();
            statements.retain(|statement| statement["Sid"] != *name);
            found += before - statements.len();
        }
        assert!(found > 0, "no bucket policy has {name}");
    }
    // Nobody waits for what is not there.
    let ids: Vec<String> = resources.keys().cloned().collect();
    for resource in resources.values_mut().filter_map(Value::as_object_mut) {
        if resource
            .get("DependsOn")
            .is_some_and(|id| !ids.iter().any(|known| id == known))
        {
            resource.remove("DependsOn");
        }
    }
}

fn remove(resources: &mut Map<String, Value>, what: &str, is_lacking: impl Fn(&str, &Value) -> bool) {
    let before = resources.len();
    resources.retain(|id, resource| !is_lacking(id, resource));
    assert!(resources.len() < before, "nothing in the template is {what}");
}
