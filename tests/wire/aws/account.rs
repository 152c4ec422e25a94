//! A table, a bucket, a distribution and a user of one's own for each test, as the template would
//! make them: table and bucket are its own, and the user has its permissions and no other.
//! `tests/wire/servers.sh` runs the servers.

use std::{env, sync::Arc};

use image_service::{
    bootstrap::{self, Application},
    config::Config,
    store::{BlobStore, MetadataStore},
};
use reqwest::{RequestBuilder, header::AUTHORIZATION};
use serde_json::{Value, json};

use super::stack::Template;
use crate::wait;

/// The account that the emulator's own key belongs to. Its requests are not verified, those of users are.
const ACCOUNT: &str = "000000000000";

/// Base URL of a server that `servers.sh` has started.
pub fn server(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set, so nobody has started the servers: make test-wire, \
             or tests/wire/servers.sh cargo test --features aws --test wire"
        )
    })
}

/// A name that no other test has.
fn fresh(prefix: &str) -> String {
    format!("{prefix}-{:016x}", rand::random::<u64>())
}

/// As the owner of the account.
pub fn as_root(request: RequestBuilder, service: &str) -> RequestBuilder {
    let scope = format!("Credential=test/20260101/us-east-1/{service}/aws4_request");
    request.header(
        AUTHORIZATION,
        format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
    )
}

pub async fn answer(request: RequestBuilder) -> String {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    text
}

/// The text of the first element of this name.
pub fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let (_, rest) = xml
        .split_once(&format!("<{name}>"))
        .unwrap_or_else(|| panic!("no {name}: {xml}"));
    rest.split_once('<').unwrap().0
}

/// A role of the template whose permissions a user has.
#[derive(Debug, Clone, Copy)]
pub enum Role {
    Service,
    Operator,
}

/// Settings for an application on backends of its own.
#[derive(Clone)]
pub struct Account {
    pub table: String,
    pub bucket: String,
    vars: Vec<(String, String)>,
}

impl Account {
    /// Everything on AWS.
    pub async fn open() -> Self {
        Self::of(Role::Service, &fresh("Table"), &fresh("bucket"), true).await
    }

    async fn of(role: Role, table: &str, bucket: &str, create: bool) -> Self {
        if create {
            create_table(table).await;
            create_bucket(bucket).await;
        }
        let distribution = create_distribution().await;
        let (id, secret) = create_user(role, table, bucket, &distribution).await;
        let vars = [
            ("AUTH", "jwt"),
            ("JWT_ISSUER", "https://issuer.example"),
            ("JWT_AUDIENCE", "web"),
            ("METADATA", "dynamodb"),
            ("BLOBS", "s3"),
            ("DYNAMODB_TABLE_NAME", table),
            ("S3_BUCKET_NAME", bucket),
            ("CLOUDFRONT_DOMAIN", "d123xyz.cloudfront.net"),
            ("CLOUDFRONT_DISTRIBUTION_ID", &distribution),
            ("AWS_ACCESS_KEY_ID", &id),
            ("AWS_SECRET_ACCESS_KEY", &secret),
            ("AWS_ENDPOINT_URL", &server("WIRE_AWS")),
            ("AWS_ENDPOINT_URL_DYNAMODB", &server("WIRE_DYNAMODB")),
        ];
        Self {
            table: table.to_owned(),
            bucket: bucket.to_owned(),
            vars: vars.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        }
    }

    /// The same table and bucket for somebody else.
    pub async fn for_role(&self, role: Role) -> Self {
        Self::of(role, &self.table, &self.bucket, false).await
    }

    /// With another setting.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.vars.retain(|(known, _)| known != name);
        self.vars.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn var(&self, name: &str) -> &str {
        let (_, value) = self.vars.iter().find(|(known, _)| known == name).unwrap();
        value
    }

    pub fn vars(&self) -> Vec<(&str, &str)> {
        self.vars
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    pub fn application(&self) -> Application {
        let config = Config::from_vars(self.vars.clone()).unwrap();
        bootstrap::connect(&config).unwrap()
    }

    pub fn metadata(&self) -> Arc<dyn MetadataStore> {
        self.application().state.images.backends().metadata.clone()
    }

    pub fn blobs(&self) -> Arc<dyn BlobStore> {
        self.application().state.images.backends().blobs.clone()
    }

    /// What the distribution was told to drop: caller reference and items.
    pub async fn invalidations(&self) -> Vec<(String, Vec<String>)> {
        let base = format!(
            "{}/2020-05-31/distribution/{}/invalidation",
            server("WIRE_AWS"),
            self.var("CLOUDFRONT_DISTRIBUTION_ID")
        );
        let http = reqwest::Client::new();
        let list = answer(as_root(http.get(&base), "cloudfront")).await;
        let mut found = Vec::new();
        for part in list.split("<InvalidationSummary>").skip(1) {
            let one = format!("{base}/{}", element(part, "Id"));
            let one = answer(as_root(http.get(one), "cloudfront")).await;
            let items = one
                .split("<Path>")
                .skip(1)
                .map(|item| item.split('<').next().unwrap().to_owned());
            found.push((element(&one, "CallerReference").to_owned(), items.collect()));
        }
        found
    }
}

/// With the keys and indexes of the template.
async fn create_table(name: &str) {
    let stack = Template::load().deploy(&[("Stage", "dev")]);
    let properties = stack.properties("Table");
    let mut table = json!({"TableName": name});
    for part in [
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "BillingMode",
    ] {
        table[part] = properties[part].clone();
    }
    dynamodb("CreateTable", &table).await;
}

/// A request to DynamoDB itself.
pub async fn dynamodb(operation: &str, body: &Value) -> Value {
    let request = reqwest::Client::new()
        .post(server("WIRE_DYNAMODB"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .header("x-amz-date", "20260101T000000Z")
        .body(body.to_string());
    serde_json::from_str(&answer(as_root(request, "dynamodb")).await).unwrap()
}

/// The bucket of the template, as a stack of its own.
async fn create_bucket(name: &str) {
    let stack = Template::load().deploy(&[("Stage", "dev")]);
    let mut properties = stack.properties("Bucket").clone();
    properties["BucketName"] = json!(name);
    let template = json!({ "Resources": { "Bucket": { "Type": "AWS::S3::Bucket", "Properties": properties } } });
    let stack = format!("stack-{name}");
    cloudformation("CreateStack", &stack, &[("TemplateBody", &template.to_string())]).await;
    let status = async || {
        let told = cloudformation("DescribeStacks", &stack, &[]).await;
        element(&told, "StackStatus").to_owned()
    };
    wait::until("the bucket is there", async || !status().await.ends_with("IN_PROGRESS")).await;
    assert_eq!(status().await, "CREATE_COMPLETE");
}

/// A request to CloudFormation about a stack.
pub async fn cloudformation(action: &str, stack: &str, fields: &[(&str, &str)]) -> String {
    let about = [("Version", "2010-05-15"), ("Action", action), ("StackName", stack)];
    query("cloudformation", &[&about, fields].concat()).await
}

/// A request in AWS's query protocol.
async fn query(service: &str, fields: &[(&str, &str)]) -> String {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = reqwest::Client::new()
        .post(server("WIRE_AWS"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    answer(as_root(request, service)).await
}

async fn create_distribution() -> String {
    let config = format!(
        "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
         <CallerReference>{}</CallerReference><Comment></Comment><Enabled>true</Enabled>\
         <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>o.example</DomainName></Origin></Items>\
         </Origins><DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>\
         <ViewerProtocolPolicy>https-only</ViewerProtocolPolicy></DefaultCacheBehavior></DistributionConfig>",
        fresh("distribution")
    );
    let url = format!("{}/2020-05-31/distribution", server("WIRE_AWS"));
    let request = reqwest::Client::new().post(url).body(config);
    element(&answer(as_root(request, "cloudfront")).await, "Id").to_owned()
}

/// Access key and secret of a new user.
async fn create_user(role: Role, table: &str, bucket: &str, distribution: &str) -> (String, String) {
    let user = fresh("user");
    let iam = async |action: &str, more: &[(&str, &str)]| {
        let about = [("Version", "2010-05-08"), ("Action", action), ("UserName", &user)];
        query("iam", &[&about, more].concat()).await
    };
    iam("CreateUser", &[]).await;
    for (name, policy) in policies(role, table, bucket, distribution) {
        iam("PutUserPolicy", &[("PolicyName", &name), ("PolicyDocument", &policy)]).await;
    }
    let key = iam("CreateAccessKey", &[]).await;
    (
        element(&key, "AccessKeyId").to_owned(),
        element(&key, "SecretAccessKey").to_owned(),
    )
}

/// What the template grants, about these resources.
fn policies(role: Role, table: &str, bucket: &str, distribution: &str) -> Vec<(String, String)> {
    let stack = Template::load().deploy(&[("Stage", "dev")]);
    let role = match role {
        Role::Service => "FunctionRole",
        Role::Operator => "OperatorRole",
    };
    let policies = stack.properties(role)["Policies"].as_array().unwrap();
    let here = |policy: &Value| {
        let document = policy["PolicyDocument"].to_string();
        document
            .replace(
                "Table.Arn",
                &format!("arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table}"),
            )
            .replace("\"Bucket.Arn", &format!("\"arn:aws:s3:::{bucket}"))
            .replace(
                "arn:aws:cloudfront::123456789012:distribution/Distribution",
                &format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{distribution}"),
            )
    };
    let name = |policy: &Value| policy["PolicyName"].as_str().unwrap().to_owned();
    policies.iter().map(|policy| (name(policy), here(policy))).collect()
}
