//! Stacks of the emulator.

use std::{collections::BTreeMap, os::unix::ffi::OsStrExt, process::Command};

use serde_json::json;

use super::lacks;
use crate::{
    aws::{
        account::{answer, as_root, cloudformation, element, server},
        stack::Template,
    },
    lambda::process::binary,
    wait,
};

pub struct Stack {
    /// Physical ids by logical ones.
    resources: BTreeMap<String, String>,
}

impl Stack {
    /// The real template with the built Lambda, save for what the emulator lacks.
    pub async fn create(name: &str, parameters: &[(&str, &str)]) -> Self {
        let Template(mut template) = Template::load();
        lacks::take_out(&mut template);
        put(name, "").await;
        put(&format!("{name}/code.zip"), code()).await;
        template["Resources"]["ImageFunction"]["Properties"]["CodeUri"] = json!({ "Bucket": name, "Key": "code.zip" });
        // Too large for a parameter of a call, here as on AWS.
        put(&format!("{name}/template.json"), template.to_string()).await;

        let url = format!("{}/{name}/template.json", server("WIRE_AWS"));
        let mut fields = vec![
            ("TemplateURL".to_owned(), url),
            ("Capabilities.member.1".to_owned(), "CAPABILITY_IAM".to_owned()),
            ("Capabilities.member.2".to_owned(), "CAPABILITY_AUTO_EXPAND".to_owned()),
        ];
        for (number, (name, value)) in (1..).zip(lacks::PARAMETERS.iter().chain(parameters)) {
            let field = |part| format!("Parameters.member.{number}.{part}");
            fields.push((field("ParameterKey"), (*name).to_owned()));
            fields.push((field("ParameterValue"), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        cloudformation("CreateStack", name, &fields).await;
        let mut status = String::new();
        wait::until("the stack is there", async || {
            element(&cloudformation("DescribeStacks", name, &[]).await, "StackStatus").clone_into(&mut status);
            !status.ends_with("IN_PROGRESS")
        })
        .await;
        if status != "CREATE_COMPLETE" {
            panic!(
                "{status}: {}",
                reasons(&cloudformation("DescribeStackEvents", name, &[]).await)
            );
        }
        let resources = cloudformation("DescribeStackResources", name, &[]).await;
        let resources = resources.split("<member>").skip(1).map(|resource| {
            let part = |name| element(resource, name).to_owned();
            (part("LogicalResourceId"), part("PhysicalResourceId"))
        });
        Self {
            resources: resources.collect(),
        }
    }

    /// The physical id of a resource.
    pub fn id(&self, logical: &str) -> &str {
        let id = self.resources.get(logical);
        id.unwrap_or_else(|| panic!("{logical} is not in the stack: {:?}", self.resources))
    }
}

/// An artifact that starts the built binary where it is, and says where AWS is: to zip and unzip a
/// debug build takes longer than all else.
fn code() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let binary = binary();
    let script = format!(
        "#!/bin/sh\nexport AWS_ENDPOINT_URL={}\nexec '{}'\n",
        server("WIRE_AWS"),
        std::str::from_utf8(binary.as_bytes()).unwrap(),
    );
    std::fs::write(folder.path().join("bootstrap"), script).unwrap();
    let zipped = Command::new("python3")
        .args(["-m", "zipfile", "-c", "code.zip", "bootstrap"])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(zipped.success());
    std::fs::read(folder.path().join("code.zip")).unwrap()
}

/// A zone for the records of a domain; its id.
pub async fn hosted_zone(domain: &str) -> String {
    let body = format!(
        "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         <Name>{domain}</Name><CallerReference>tests</CallerReference></CreateHostedZoneRequest>"
    );
    let url = format!("{}/2013-04-01/hostedzone", server("WIRE_AWS"));
    let zone = answer(as_root(reqwest::Client::new().post(url).body(body), "route53")).await;
    element(&zone, "Id").trim_start_matches("/hostedzone/").to_owned()
}

/// A bucket, or an object in one.
async fn put(path: &str, body: impl Into<reqwest::Body>) {
    let url = format!("{}/{path}", server("WIRE_AWS"));
    answer(as_root(reqwest::Client::new().put(url).body(body), "s3")).await;
}

/// What went wrong, of all that happened.
fn reasons(events: &str) -> String {
    let failed = events.split("<member>").filter(|event| event.contains("CREATE_FAILED"));
    let told = failed.map(|event| {
        let part = |name| element(event, name);
        format!("{}: {}", part("LogicalResourceId"), part("ResourceStatusReason"))
    });
    told.collect::<Vec<_>>().join("\n")
}
