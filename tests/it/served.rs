//! The router in the built server, called over TCP.

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method, Request, Response, header::HOST},
};
use bytes::Bytes;
use hyper_util::rt::TokioIo;
use image_service::domain::BlobKey;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{
    black_box::{Differences, Host, black_box},
    process::Server,
    support::Client,
};

/// What it calls itself: URLs would name its port otherwise, which is another one each time.
const PUBLIC_URL: &str = "http://localhost:3000";

struct ServerHost {
    server: Server,
    _data: TempDir,
}

impl ServerHost {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        // The fastest effort: what is tested here is not the encoder.
        let server = Server::start_with(data.path(), &[("WEBP_EFFORT", "0"), ("PUBLIC_URL", PUBLIC_URL)]);
        Self { server, _data: data }
    }

    fn client(&self, token: Option<String>) -> Client {
        let address = self.server.address.clone();
        let forward = move |request: Request<Body>| {
            let address = address.clone();
            async move { send(&address, request).await }
        };
        Client {
            router: Router::new().fallback(forward),
            token,
        }
    }
}

/// Writes the path as it is, where clients for general use resolve it first.
async fn send(address: &str, mut request: Request<Body>) -> Response<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    request
        .headers_mut()
        .insert(HOST, HeaderValue::from_static("localhost"));
    sender.send_request(request).await.unwrap().map(Body::new)
}

impl Host for ServerHost {
    const DIFFERENCES: Differences = Differences {
        files: PUBLIC_URL,
        multipart_limit: None,
        dependencies: &["metadata", "storage"],
    };

    fn bucket(&self) -> &str {
        "images-lego-moc-dev"
    }

    fn anonymous(&self) -> Client {
        self.client(None)
    }

    fn user(&self, name: &str) -> Client {
        self.client(Some(self.server.token(name)))
    }

    async fn put(&self, ticket: &Value, file: &[u8]) -> u16 {
        let path = ticket["url"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap();
        let client = self.anonymous();
        let mut request = client.request(Method::PUT, path);
        for (name, value) in ticket["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        client.send(request, Body::from(file.to_vec())).await.status.as_u16()
    }

    async fn file(&self, key: &BlobKey) -> Option<Bytes> {
        let reply = self.anonymous().get(&format!("/{key}")).await;
        reply.status.is_success().then_some(reply.body)
    }
}

black_box!(async { ServerHost::start() });
