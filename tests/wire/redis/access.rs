use std::{path::Path, process::Command};

use image_service::cache::{Cache, RedisCache};
use serde_json::{Value, json};

use super::server::{RedisServer, client};
use crate::process::Server;

async fn health(server: &Server) -> Value {
    let answer = reqwest::get(format!("http://{}/health", server.address)).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn by_password() {
    let user = ["--user", "app", "on", ">other-word", "~*", "&*", "+@all"];
    let redis = RedisServer::with(&[["--requirepass", "open-sesame"].as_slice(), &user].concat());
    let patience = std::time::Duration::from_secs(10);
    for (credentials, up) in [
        (":open-sesame@", true),
        ("app:other-word@", true),
        ("app:open-sesame@", false),
        (":wrong@", false),
        ("", false),
    ] {
        let endpoint = format!("redis://{credentials}127.0.0.1:{}", redis.port());
        let cache = RedisCache::new(client(&endpoint, patience));
        assert_eq!(cache.ping().await, Some(up), "{credentials}");
    }
}

/// A key and a certificate for `localhost` that nobody but who is told so trusts.
fn make_certificate(folder: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-days", "2"])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("openssl can not be run ({error}): apt-get install openssl"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// The whole program: what it trusts, and that its log holds no password at any level.
#[tokio::test]
async fn by_certificate_and_password_and_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path());
    let redis = RedisServer::with_tls(folder.path(), &["--requirepass", "open-sesame"]);
    let certificate = folder.path().join("certificate.pem");
    for (host, trusted, word, status) in [
        ("localhost", true, "open-sesame", "healthy"),
        ("localhost", false, "open-sesame", "degraded"),
        // The certificate is for another name.
        ("127.0.0.1", true, "open-sesame", "degraded"),
        ("localhost", true, "open-barley", "degraded"),
    ] {
        let endpoint = format!("rediss://:{word}@{host}:{}", redis.port());
        let mut vars = vec![
            ("REDIS_ENDPOINT", endpoint.as_str()),
            ("LOG_LEVEL", "trace"),
            ("CACHE_TIMEOUT", "5s"),
        ];
        if trusted {
            vars.push(("SSL_CERT_FILE", certificate.to_str().unwrap()));
        }
        let data = tempfile::tempdir().unwrap();
        let server = Server::start_with(data.path(), &vars);
        let health = health(&server).await;
        assert_eq!(health["status"], status, "{host} {trusted} {word}");
        let up = if status == "healthy" { "up" } else { "down" };
        assert_eq!(health["services"]["cache"], json!(up));
        let log = server.terminate().rest_of_log();
        assert!(log.contains("127.0.0.1") && !log.contains("open-"), "{log}");
    }
}
