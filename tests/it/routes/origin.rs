//! `ORIGIN_SECRET`: nothing comes round the CDN.

use axum::http::Method;
use image_service::config::Config;

use crate::support::{TestApp, app::Options};

#[tokio::test]
async fn only_those_who_know_the_secret_are_let_in() {
    let vars = [("ORIGIN_SECRET", "s3cret"), ("LOG_LEVEL", "info")];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::from_vars(vars).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    let mut options = Options::default();
    options.settings.origin_secret = config.origin_secret;
    let app = TestApp::with(options);
    let alice = app.user("alice");
    for path in ["/images", "/health", "/nowhere"] {
        for sent in [None, Some(""), Some("s3cre"), Some("s3crets"), Some("S3cret")] {
            let request = alice.request(Method::GET, path);
            let request = sent
                .into_iter()
                .fold(request, |request, sent| request.header("x-origin-secret", sent));
            let reply = alice.send(request, Default::default()).await;
            assert_eq!(reply.code(), (403, "NOT_AUTHORIZED".to_owned()), "{path} {sent:?}");
        }
    }
    let request = alice
        .request(Method::GET, "/images")
        .header("x-origin-secret", "s3cret");
    assert_eq!(alice.send(request, Default::default()).await.status, 200);
}

#[tokio::test]
async fn without_one_the_header_means_nothing() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let request = alice
        .request(Method::GET, "/images")
        .header("x-origin-secret", "anything");
    assert_eq!(alice.send(request, Default::default()).await.status, 200);
}
