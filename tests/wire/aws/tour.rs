use std::time::Duration;

use image_service::service::Audit;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Account, Role};
use crate::{
    process::{self, Server},
    support::{Form, pictures},
    wait,
};

struct User {
    base: String,
    token: String,
}

impl User {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base);
        reqwest::Client::new().request(method, url).bearer_auth(&self.token)
    }

    async fn json(&self, method: Method, path: &str, body: &Value, status: StatusCode) -> Value {
        let request = self.request(method, path).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        response.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let response = self.request(Method::GET, path).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }
}

/// The whole life of images: uploaded, listed, changed, deleted; and nothing is left of them.
#[tokio::test]
async fn the_server_runs_on_aws() {
    let account = Account::open().await.with("AUTH", "dev");
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_with(folder.path(), &account.vars());
    assert!(
        server.banner.contains("metadata in DynamoDB, files in S3"),
        "{}",
        server.banner
    );
    let alice = User {
        base: format!("http://{}", server.address),
        token: server.token("auth0|alice"),
    };
    let (status, health) = alice.get("/health").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        health["services"],
        json!({"dynamodb": "up", "s3": "up", "cloudfront": "up"})
    );

    let form = Form::with_file(&pictures::jpeg(640, 480)).text("albumId", "castles");
    let upload = alice
        .request(Method::POST, "/images")
        .header("content-type", Form::CONTENT_TYPE)
        .body(form.finish());
    let response = upload.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let first: Value = response.json().await.unwrap();
    let id = first["id"].as_str().unwrap();
    assert_eq!(
        first["imageUrl"],
        format!("https://d123xyz.cloudfront.net/images/auth0%7Calice/{id}.webp")
    );

    let file = pictures::png(300, 200);
    let start = json!({"filename": "b.png", "contentType": "image/png", "size": file.len()});
    let ticket = alice.json(Method::POST, "/uploads", &start, StatusCode::CREATED).await;
    let mut put = reqwest::Client::new().put(ticket["url"].as_str().unwrap()).body(file);
    for (name, value) in ticket["headers"].as_object().unwrap() {
        put = put.header(name, value.as_str().unwrap());
    }
    assert_eq!(put.send().await.unwrap().status(), StatusCode::OK);
    let finish = json!({"uploadId": ticket["uploadId"], "title": "Second"});
    let second = alice.json(Method::POST, "/images", &finish, StatusCode::CREATED).await;
    assert_eq!(second["width"], 300);

    let (_, list) = alice.get("/images").await;
    assert_eq!(
        (list["totalCount"].as_u64(), list["images"][0]["id"].as_str()),
        (Some(2), second["id"].as_str())
    );
    let (_, list) = alice.get("/images?albumId=castles").await;
    assert_eq!(
        (list["totalCount"].as_u64(), list["images"][0]["id"].as_str()),
        (Some(1), Some(id))
    );
    let patch = json!({"version": 1, "title": "Gate", "albumId": null});
    let path = format!("/images/{id}");
    let patched = alice.json(Method::PATCH, &path, &patch, StatusCode::OK).await;
    assert_eq!(
        (patched["version"].as_u64(), patched["title"].as_str()),
        (Some(2), Some("Gate"))
    );
    let stale = alice.json(Method::PATCH, &path, &patch, StatusCode::CONFLICT).await;
    assert_eq!(stale["currentVersion"], 2);

    let audit = Audit {
        dry_run: false,
        older_than: Duration::ZERO,
    };
    let operator = account.for_role(Role::Operator).await.application();
    let report = operator.state.images.audit(audit, |_| ()).await.unwrap();
    assert_eq!((report.images, report.orphans, report.missing), (2, 0, 0));

    for image in [&first, &second] {
        let path = format!("/images/{}", image["id"].as_str().unwrap());
        let response = alice.request(Method::DELETE, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(alice.get(&path).await.0, StatusCode::NOT_FOUND);
    }
    wait::until("both deletions reach the CDN", async || {
        account.invalidations().await.len() == 2
    })
    .await;
    let left = operator.state.images.audit(audit, |_| ()).await.unwrap();
    assert_eq!((left.files, left.images), (0, 0));
    assert_eq!(server.terminate().exit_status(), 0);
}

#[tokio::test]
async fn reconcile_compares_bucket_and_table() {
    let account = Account::open().await;
    let images = account.application().state.images;
    let key = "images/alice/01ARZ3NDEKTSV4RRFFQ69G5FAV.webp".parse().unwrap();
    images.backends().blobs.put(&key, "lost".into()).await.unwrap();

    let operator = account.for_role(Role::Operator).await.with("AUTH", "dev");
    let folder = tempfile::tempdir().unwrap();
    let reconcile = |older_than: &str| {
        let mut command = process::command();
        command.args(["reconcile", "--older-than", older_than]);
        command.env("DATA_DIR", folder.path()).envs(operator.vars());
        process::output(&mut command)
    };
    let (status, told, _) = reconcile("1h");
    assert_eq!(status, 0);
    assert!(
        told.ends_with("1 files and 0 images compared: 0 unknown files (0 B) removed, 0 files of images missing\n"),
        "{told}"
    );
    let (status, told, _) = reconcile("0s");
    assert_eq!(status, 0);
    assert!(
        told.contains(&format!("nothing knows {key}")) && told.contains("1 unknown files (4 B) removed"),
        "{told}"
    );
    assert!(!images.backends().blobs.exists(&key).await.unwrap());
}
