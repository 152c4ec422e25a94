//! The router in this process, called without a network.

use axum::{body::Body, http::Method};
use bytes::Bytes;
use image_service::{domain::BlobKey, store::blob::Fetched};
use serde_json::Value;

use crate::{
    black_box::{Differences, Host, black_box},
    support::{Client, TestApp},
};

impl Host for TestApp {
    const DIFFERENCES: Differences = Differences {
        files: "http://localhost:3000",
        multipart_limit: None,
        dependencies: &["metadata", "storage"],
    };

    fn bucket(&self) -> &str {
        "images-lego-moc-dev"
    }

    fn anonymous(&self) -> Client {
        self.anonymous()
    }

    fn user(&self, name: &str) -> Client {
        self.user(name)
    }

    async fn put(&self, ticket: &Value, file: &[u8]) -> u16 {
        let path = ticket["url"]
            .as_str()
            .unwrap()
            .strip_prefix("http://localhost:3000")
            .unwrap();
        let client = self.anonymous();
        let mut request = client.request(Method::PUT, path).header("content-length", file.len());
        for (name, value) in ticket["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        client.send(request, Body::from(file.to_vec())).await.status.as_u16()
    }

    async fn file(&self, key: &BlobKey) -> Option<Bytes> {
        match self.images.backends().blobs.get(key, u64::MAX).await.unwrap() {
            Fetched::Found(file) => Some(file),
            Fetched::Missing | Fetched::TooLarge => None,
        }
    }
}

black_box!(async { TestApp::new() });
