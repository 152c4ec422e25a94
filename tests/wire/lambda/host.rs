//! The router in a Lambda, behind its gateway.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, header::AUTHORIZATION},
};
use bytes::Bytes;
use http_body_util::BodyExt;
use image_service::{
    domain::BlobKey,
    store::{BlobStore, blob::Fetched},
};
use serde_json::Value;

use super::process::Function;
use crate::{
    aws::Account,
    black_box::{Differences, Host, black_box},
    support::Client,
};

pub struct LambdaHost {
    pub account: Account,
    pub function: Arc<Function>,
    blobs: Arc<dyn BlobStore>,
}

impl LambdaHost {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub async fn start_with(vars: &[(&str, &str)]) -> Self {
        let account = Account::open().await;
        let function = Arc::new(Function::start_with(&account, vars).await);
        Self {
            blobs: account.blobs(),
            account,
            function,
        }
    }

    /// Whoever calls has a token that says no more than a name: verifying is the gateway's part,
    /// and tokens are verified where the real template runs.
    fn client(&self, user: Option<&str>) -> Client {
        let function = self.function.clone();
        let forward = move |request: Request<Body>| {
            let function = function.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let token = parts.headers.get(AUTHORIZATION).cloned();
                let caller = token
                    .as_ref()
                    .and_then(|token| token.to_str().unwrap().strip_prefix("Bearer "));
                let response: Response<Bytes> = function.request(caller, &Request::from_parts(parts, body)).await;
                response.map(Body::from)
            }
        };
        Client {
            router: Router::new().fallback(forward),
            token: user.map(str::to_owned),
        }
    }
}

impl Host for LambdaHost {
    const DIFFERENCES: Differences = Differences {
        files: "https://d123xyz.cloudfront.net",
        multipart_limit: Some(4 * 1024 * 1024),
        dependencies: &["dynamodb", "s3", "cloudfront"],
    };

    fn bucket(&self) -> &str {
        &self.account.bucket
    }

    fn anonymous(&self) -> Client {
        self.client(None)
    }

    fn user(&self, name: &str) -> Client {
        self.client(Some(name))
    }

    async fn put(&self, ticket: &Value, file: &[u8]) -> u16 {
        let mut request = reqwest::Client::new().put(ticket["url"].as_str().unwrap());
        for (name, value) in ticket["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        request.body(file.to_vec()).send().await.unwrap().status().as_u16()
    }

    async fn file(&self, key: &BlobKey) -> Option<Bytes> {
        match self.blobs.get(key, u64::MAX).await.unwrap() {
            Fetched::Found(file) => Some(file),
            Fetched::Missing | Fetched::TooLarge => None,
        }
    }
}

black_box!(LambdaHost::start());
