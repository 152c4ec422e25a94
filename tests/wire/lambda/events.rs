//! The table's stream, the hourly schedule, and what is neither.

use axum::http::Request;
use bytes::Bytes;
use image_service::domain::{PendingKind, Timestamp};
use serde_json::{Value, json};

use super::{gateway, host::LambdaHost, runtime::Outcome};
use crate::{
    aws::account::dynamodb,
    black_box::Host,
    support::{Form, pictures},
};

pub fn schedule() -> Value {
    json!({
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2025-01-15T10:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/image-service-dev-hourly"],
        "detail": {},
    })
}

/// A record of the stream, with the number of its place there.
fn record(number: usize, item: &Value) -> Value {
    json!({
        "eventID": format!("c9fbe7d0261a5163fcb6940593e4179{number}"),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_736_937_000.0,
            "Keys": { "PK": item["PK"], "SK": item["SK"] },
            "NewImage": item,
            "SequenceNumber": number.to_string(),
            "SizeBytes": 200,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/Table/stream/2025-01-15T00:00:00.000",
    })
}

/// The markers of deletions, as the stream would bring them.
async fn deletion_markers(host: &LambdaHost) -> Vec<Value> {
    let scan = dynamodb("Scan", &json!({ "TableName": host.account.table })).await;
    let items = scan["Items"].as_array().unwrap().iter();
    items
        .filter(|item| item["SK"]["S"].as_str().unwrap().starts_with("DELETE#"))
        .cloned()
        .collect()
}

async fn delete_images(host: &LambdaHost, count: usize) {
    let alice = host.user("auth0|alice");
    for _ in 0..count {
        let image = alice.uploaded(Form::with_file(&pictures::jpeg(120, 100))).await;
        let path = format!("/images/{}", image["id"].as_str().unwrap());
        assert_eq!(alice.delete(&path).await.status, 204);
    }
}

#[tokio::test]
async fn the_stream_finishes_deletions() {
    let host = LambdaHost::start().await;
    delete_images(&host, 2).await;
    let markers = deletion_markers(&host).await;
    assert_eq!(markers.len(), 2, "the function leaves them to the stream");
    assert!(host.account.invalidations().await.is_empty());

    let records: Vec<Value> = (1..).zip(&markers).map(|(number, item)| record(number, item)).collect();
    let batch = json!({ "Records": records });
    for _ in 0..2 {
        let answer = host.function.invoke(&batch).await.answer();
        assert_eq!(answer, json!({ "batchItemFailures": [] }));
    }
    assert!(deletion_markers(&host).await.is_empty());
    let invalidations = host.account.invalidations().await;
    assert!(!invalidations.is_empty());
}

#[tokio::test]
async fn of_a_batch_only_what_failed_comes_again() {
    let host = LambdaHost::start().await;
    delete_images(&host, 2).await;
    let markers = deletion_markers(&host).await;
    let mut broken = markers[0].clone();
    broken["s3Key"] = json!({ "S": "../../etc/passwd" });
    let mut changed = record(4, &markers[0]);
    changed["eventName"] = "REMOVE".into();
    let image = json!({ "PK": { "S": "IMAGE#01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "SK": { "S": "METADATA" } });
    let batch = json!({ "Records": [
        record(1, &markers[0]), record(2, &broken), record(3, &markers[1]), changed, record(5, &image),
    ] });
    let answer = host.function.invoke(&batch).await.answer();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "2" }] }));
    assert!(deletion_markers(&host).await.is_empty());
}

#[tokio::test]
async fn the_schedule_finishes_what_is_old_and_leaves_what_is_new() {
    let host = LambdaHost::start().await;
    delete_images(&host, 1).await;
    assert_eq!(host.function.invoke(&schedule()).await.answer(), json!({}));
    let markers = deletion_markers(&host).await;
    assert_eq!(markers.len(), 1, "somebody may be at work on it");

    let mut old = markers[0].clone();
    old["begunAt"] = json!({ "S": "2025-01-15T10:30:00.000Z" });
    dynamodb("PutItem", &json!({ "TableName": host.account.table, "Item": old })).await;
    assert_eq!(host.function.invoke(&schedule()).await.answer(), json!({}));
    let metadata = host.account.metadata();
    let far = Timestamp::from_millis(4_000_000_000_000);
    let pending = metadata.pending(PendingKind::Delete, far, None, 10).await.unwrap();
    assert!(pending.items.is_empty());
}

/// The gateway may decode a path before it puts it into an event; what is then no URI any more, or a
/// header that is none, must not end the process.
#[tokio::test]
async fn what_no_server_would_let_in_is_answered() {
    let host = LambdaHost::start().await;
    let request = Request::get("/images/x?limit=5").body(Bytes::new()).unwrap();
    let event = gateway::event(&request, Some("alice")).unwrap();
    for path in [
        "/images/a b",
        "/images/Bür",
        "/images/\"<>\"",
        "/images/{id}",
        "/images/\u{0}",
        "/images/100%",
        "/images/?",
    ] {
        let mut event = event.clone();
        event["rawPath"] = path.into();
        event["rawQueryString"] = "tag=a b&tag=ü".into();
        event["headers"]["host"] = "[".into();
        event["headers"]["x-name"] = "Bür\n".into();
        event["headers"]["no header"] = "x".into();
        let answer = host.function.invoke(&event).await.answer();
        assert_eq!(answer["statusCode"], 404, "{path}: {answer}");
    }
    let mut broken = event.clone();
    broken["body"] = "?".into();
    broken["isBase64Encoded"] = true.into();
    assert!(matches!(host.function.invoke(&broken).await, Outcome::Failure { kind, .. } if kind == "UnreadableEvent"));
}

#[tokio::test]
async fn anything_else_is_told_what_it_is_not() {
    let host = LambdaHost::start().await;
    let sqs = json!({ "Records": [{ "eventSource": "aws:sqs", "body": "secret" }] });
    let version_1 = json!({ "version": "1.0", "path": "/images", "requestContext": {} });
    for event in [
        json!({}),
        json!([]),
        json!("x"),
        json!(null),
        json!({ "Records": [] }),
        sqs,
        version_1,
    ] {
        match host.function.invoke(&event).await {
            Outcome::Failure { kind, message } => {
                assert_eq!(kind, "UnknownEvent", "{event}");
                assert!(message.contains("no request of an HTTP API"), "{message}");
                assert!(!message.contains("secret"), "{message}");
            }
            other => panic!("{event}: {other:?}"),
        }
    }
    let broken = json!({ "version": "2.0", "rawPath": 5, "requestContext": { "requestId": "r" } });
    match host.function.invoke(&broken).await {
        Outcome::Failure { kind, .. } => assert_eq!(kind, "UnreadableEvent"),
        other => panic!("{other:?}"),
    }
    // And it goes on.
    assert_eq!(host.anonymous().get("/health").await.status, 200);
}
