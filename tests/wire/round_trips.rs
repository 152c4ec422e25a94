//! A change of these numbers is a change of how long clients wait: the README has them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    service::Service,
    support::{Form, Reply, pictures},
};

/// The clean-up that follows the answer included.
async fn counted(service: &Service, operation: &str, act: impl Future<Output = Reply>) -> String {
    service.images.settle().await;
    let servers = [
        ("DynamoDB", &service.dynamodb),
        ("S3", &service.s3),
        ("CloudFront", &service.cloudfront),
    ];
    for (_, proxy) in servers {
        proxy.count_anew();
    }
    // To ask is a read as well.
    let (before, asked) = (redis_reads(service), redis_reads(service));
    let reply = act.await;
    assert!(reply.status.is_success(), "{operation}: {}", reply.text());
    service.images.settle().await;
    let redis = redis_reads(service) - asked - (asked - before);
    let counts = servers.into_iter().map(|(name, proxy)| (name, proxy.seen()));
    let counts: Vec<String> = counts
        .chain([("Redis", redis)])
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    format!("{operation}: {}", counts.join(", "))
}

/// What Redis has read from its connections so far: each request is one.
fn redis_reads(service: &Service) -> usize {
    let stats = service.redis.ask(&["INFO", "stats"]);
    let count = stats
        .lines()
        .find_map(|line| line.trim().strip_prefix("total_reads_processed:"));
    count.unwrap().parse().unwrap()
}

fn form() -> Form {
    Form::with_file(&pictures::jpeg(100, 100)).text("albumId", "castles")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_operation_takes_the_round_trips_that_the_readme_says() {
    let service = Service::new().await;
    let user = service.somebody();
    let path = |image: &Value| format!("/images/{}", image["id"].as_str().unwrap());
    // Connections are made, and Redis knows the scripts.
    let warm = path(&user.uploaded(form()).await);
    user.get("/images").await;
    user.get(&warm).await;
    assert_eq!(user.delete(&warm).await.status, 204);

    let mut lines = vec![counted(&service, "upload", user.upload(form())).await];
    let request = user.request(Method::POST, "/images").header("idempotency-key", "k");
    lines.push(counted(&service, "upload with a key", user.form(request, form())).await);
    // As if the last write had been long ago: pages are cached again.
    for key in service.redis.keys() {
        if key.ends_with(":generation") {
            service.redis.ask(&["SET", &key, "1"]);
        }
    }
    lines.push(counted(&service, "list", user.get("/images")).await);
    lines.push(counted(&service, "list, cached", user.get("/images")).await);
    let list = user.get("/images").await.json();
    let image = path(&list["images"][0]);
    lines.push(counted(&service, "get", user.get(&image)).await);
    lines.push(counted(&service, "get, cached", user.get(&image)).await);
    let title = json!({ "version": 1, "title": "Gate" });
    lines.push(counted(&service, "update", user.patch(&image, title)).await);
    let album = json!({ "version": 2, "albumId": "towers" });
    lines.push(counted(&service, "move", user.patch(&image, album)).await);
    lines.push(counted(&service, "delete", user.delete(&image)).await);
    insta::assert_snapshot!(lines.join("\n"), @r"
    upload: DynamoDB 2, S3 2, Redis 1
    upload with a key: DynamoDB 3, S3 2, Redis 1
    list: DynamoDB 2, Redis 3
    list, cached: Redis 2
    get: DynamoDB 1, Redis 2
    get, cached: Redis 1
    update: DynamoDB 1, Redis 2
    move: DynamoDB 2, Redis 2
    delete: DynamoDB 3, S3 2, CloudFront 1, Redis 3
    ");
}
