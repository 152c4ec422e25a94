//! The table and the bucket.

use serde_json::{Value, json};

use super::{DEV, EVERYTHING, PRODUCTION, STAGING, names, properties};

#[test]
fn the_table_has_the_keys_of_the_data_model() {
    let table = properties(PRODUCTION, "Table");
    assert_eq!(table["TableName"], "ImageMetadata-production");
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(keys(&table), ["PK", "SK"]);
    let indexes: Vec<_> = table["GlobalSecondaryIndexes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|index| (index["IndexName"].as_str().unwrap(), keys(index), &index["Projection"]))
        .collect();
    let all = json!({ "ProjectionType": "ALL" });
    assert_eq!(
        indexes,
        [
            ("UserIndex", vec!["GSI1PK", "GSI1SK"], &all),
            ("AlbumIndex", vec!["GSI2PK", "GSI2SK"], &all),
        ]
    );
    for attribute in table["AttributeDefinitions"].as_array().unwrap() {
        assert_eq!(attribute["AttributeType"], "S", "{attribute}");
    }
    assert_eq!(
        table["TimeToLiveSpecification"],
        json!({ "AttributeName": "ttl", "Enabled": true })
    );
    assert_eq!(
        table["StreamSpecification"],
        json!({ "StreamViewType": "NEW_AND_OLD_IMAGES" })
    );
    assert_eq!(table["SSESpecification"], json!({ "SSEEnabled": true }));
}

#[test]
fn only_production_is_kept_from_accidents() {
    for (stage, protected) in [(DEV, false), (STAGING, false), (PRODUCTION, true)] {
        let table = properties(stage, "Table");
        assert_eq!(
            table["PointInTimeRecoverySpecification"],
            json!({ "PointInTimeRecoveryEnabled": protected })
        );
        assert_eq!(table["DeletionProtectionEnabled"], protected);
    }
}

#[test]
fn the_bucket_is_private_and_encrypted() {
    let bucket = properties(STAGING, "Bucket");
    assert_eq!(bucket["BucketName"], "images-lego-moc-staging");
    let encryption = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"];
    assert_eq!(
        *encryption,
        json!([{ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }])
    );
    let block = bucket["PublicAccessBlockConfiguration"].as_object().unwrap();
    assert_eq!(block.len(), 4);
    assert!(block.values().all(|blocked| blocked == true), "{block:?}");

    let policy = properties(STAGING, "BucketPolicy");
    let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
    assert_eq!(statements[0]["Effect"], "Deny");
    assert_eq!(
        statements[0]["Condition"],
        json!({ "Bool": { "aws:SecureTransport": "false" } })
    );
    for statement in &statements[1..] {
        assert_eq!(statement["Principal"], json!({ "Service": "cloudfront.amazonaws.com" }));
        assert_eq!(
            statement["Condition"],
            json!({ "StringEquals": { "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/Distribution" } })
        );
    }
}

#[test]
fn nothing_temporary_stays_in_the_bucket() {
    let bucket = properties(PRODUCTION, "Bucket");
    assert_eq!(
        bucket["LifecycleConfiguration"]["Rules"],
        json!([
            { "Id": "DeleteIncompleteUploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 1 } },
            { "Id": "DeleteTemporaryUploads", "Status": "Enabled", "Prefix": "temp/", "ExpirationInDays": 1 },
            {
                "Id": "IntelligentTiering", "Status": "Enabled", "Prefix": "images/",
                "Transitions": [{ "StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0 }],
            },
        ])
    );
    use image_service::domain::BlobKey;
    assert_eq!((BlobKey::TEMPORARY, BlobKey::IMAGES), ("temp/", "images/"));
}

#[test]
fn browsers_may_put_files_from_the_listed_origins() {
    let rule = |parameters| properties(parameters, "Bucket")["CorsConfiguration"]["CorsRules"][0].clone();
    assert_eq!(
        names(&rule(PRODUCTION)["AllowedMethods"]),
        ["DELETE", "GET", "HEAD", "POST", "PUT"]
    );
    assert_eq!(
        rule(PRODUCTION)["AllowedOrigins"],
        json!(["https://lego-moc.com", "https://*.lego-moc.com"])
    );
    assert_eq!(
        rule(DEV)["AllowedOrigins"],
        json!([
            "https://lego-moc.com",
            "https://*.lego-moc.com",
            "http://localhost:3002"
        ])
    );
}

#[test]
fn parameters_switch_what_the_bucket_costs() {
    let bucket = properties(PRODUCTION, "Bucket");
    assert_eq!(bucket["AccelerateConfiguration"]["AccelerationStatus"], "Enabled");
    assert_eq!(bucket["MetricsConfigurations"], json!([{ "Id": "EntireBucket" }]));
    assert_eq!(bucket["LoggingConfiguration"], Value::Null);
    let bucket = properties(EVERYTHING, "Bucket");
    assert_eq!(bucket["LoggingConfiguration"]["DestinationBucketName"], "lego-moc-logs");
    let bucket = properties(
        &[
            ("Stage", "dev"),
            ("TransferAcceleration", "off"),
            ("BucketName", "other"),
        ],
        "Bucket",
    );
    assert_eq!(bucket["AccelerateConfiguration"]["AccelerationStatus"], "Suspended");
    assert_eq!(bucket["MetricsConfigurations"], Value::Null);
    assert_eq!(bucket["BucketName"], "other");
}

fn keys(item: &Value) -> Vec<&str> {
    let schema = item["KeySchema"].as_array().unwrap();
    let of = |kind| schema.iter().find(|key| key["KeyType"] == kind).unwrap();
    ["HASH", "RANGE"]
        .map(|kind| of(kind)["AttributeName"].as_str().unwrap())
        .to_vec()
}
