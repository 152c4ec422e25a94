//! Clients that go away and time that runs out, at every stage of an upload.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use futures_util::{StreamExt, stream};
use image_service::service::Drained;

use crate::support::{
    Form, TestApp,
    app::Options,
    faulty::{Faults, Hold},
    pictures,
};

fn app_with(faults: &Faults, upload_limit: Duration) -> TestApp {
    let mut options = Options {
        faults: faults.clone(),
        ..Options::default()
    };
    options.settings.time_limits.upload = upload_limit;
    TestApp::with(options)
}

fn form() -> Form {
    Form::with_file(&pictures::jpeg(100, 100))
}

/// Uploads with a key until `hold` is reached, then hangs up and lets go.
async fn hang_up_at(app: &TestApp, hold: &Hold) {
    let alice = app.user("alice");
    let request = alice.request(Method::POST, "/images").header("idempotency-key", "k");
    tokio::select! {
        reply = alice.form(request, form()) => panic!("answered before: {}", reply.text()),
        () = hold.reached() => {}
    }
    hold.let_go();
    app.images.settle().await;
}

/// How many images there are, each of them whole, and nothing else.
async fn whole_images(app: &TestApp) -> usize {
    assert_eq!(app.images.drain(Duration::ZERO).await.unwrap(), Drained::default());
    let page = app.user("alice").get("/images").await.json();
    let images = page["images"].as_array().unwrap().len();
    assert_eq!(page["totalCount"], images);
    assert_eq!(app.files().len(), 2 * images, "{:?}", app.files());
    images
}

#[tokio::test]
async fn before_anything_is_stored_leaves_nothing() {
    let faults = Faults::default();
    let app = app_with(&faults, Duration::from_secs(28));
    hang_up_at(&app, &faults.hold_nth_of("metadata.claim", 1)).await;
    assert_eq!(whole_images(&app).await, 0);
    // The key is free again.
    let alice = app.user("alice");
    let request = alice.request(Method::POST, "/images").header("idempotency-key", "k");
    let reply = alice.form(request, form()).await;
    assert_eq!((reply.status.as_u16(), reply.header("idempotent-replayed")), (201, ""));
}

#[tokio::test]
async fn in_the_middle_of_the_commit_finishes_it() {
    for call in ["metadata.begin_upload", "blob.put", "metadata.create"] {
        let faults = Faults::default();
        let app = app_with(&faults, Duration::from_secs(28));
        hang_up_at(&app, &faults.hold_nth_of(call, 1)).await;
        assert_eq!(whole_images(&app).await, 1, "{call}");
    }
}

#[tokio::test]
async fn in_the_middle_of_the_body_leaves_nothing() {
    let app = TestApp::new();
    let alice = app.user("alice");
    let half = form().finish()[..500].to_vec();
    for ending in [None, Some(std::io::ErrorKind::ConnectionReset)] {
        let rest = match ending {
            Some(kind) => stream::once(async move { Err(std::io::Error::from(kind)) }).boxed(),
            None => stream::pending().boxed(),
        };
        let body = Body::from_stream(stream::iter([Ok(Bytes::from(half.clone()))]).chain(rest));
        let request = alice
            .request(Method::POST, "/images")
            .header("content-type", Form::CONTENT_TYPE);
        // One poll reads what there is; then the client is gone.
        let upload = alice.send(request, body);
        tokio::select! {
            biased;
            reply = upload => assert_eq!(reply.code(), (400, "INVALID_REQUEST".to_owned())),
            () = tokio::task::yield_now() => {}
        }
        app.images.settle().await;
        assert_eq!(whole_images(&app).await, 0);
    }
}

/// An upload whose time is up while `call` waits. A machine that is too busy to get that far in time
/// is given more of it.
async fn time_is_up_during(call: &'static str) -> TestApp {
    for seconds in [0.5, 2.0, 8.0, 28.0] {
        let faults = Faults::default();
        let app = app_with(&faults, Duration::from_secs_f64(seconds));
        let hold = faults.hold_nth_of(call, 1);
        let reply = app.user("alice").upload(form()).await;
        if !faults.all_happened() {
            continue;
        }
        assert_eq!(reply.code(), (408, "REQUEST_TIMEOUT".to_owned()));
        hold.let_go();
        app.images.settle().await;
        return app;
    }
    panic!("{call} was not reached");
}

#[tokio::test]
async fn a_limit_that_strikes_while_files_are_written_undoes_them() {
    let app = time_is_up_during("blob.put").await;
    assert_eq!(whole_images(&app).await, 0);
}

#[tokio::test]
async fn a_limit_that_strikes_during_the_commit_does_not_tear_it() {
    let app = time_is_up_during("metadata.create").await;
    assert_eq!(whole_images(&app).await, 1);
}

#[tokio::test]
async fn no_room_in_time_is_no_fault_of_the_client() {
    let mut options = Options {
        upload_room: 0,
        ..Options::default()
    };
    options.settings.time_limits.upload = Duration::from_millis(20);
    let app = TestApp::with(options);
    let reply = app.user("alice").upload(form()).await;
    assert_eq!(reply.code(), (503, "SERVICE_UNAVAILABLE".to_owned()));
    assert_eq!(reply.header("retry-after"), "5");
}

#[tokio::test]
async fn reads_and_other_writes_have_their_limits() {
    let faults = Faults::default();
    let mut options = Options {
        faults: faults.clone(),
        ..Options::default()
    };
    options.settings.time_limits.get = Duration::from_millis(20);
    options.settings.time_limits.list = Duration::from_millis(20);
    options.settings.time_limits.delete = Duration::from_millis(200);
    let app = TestApp::with(options);
    let alice = app.user("alice");
    let image = alice.uploaded(form()).await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    for (call, path) in [("metadata.get", path.as_str()), ("metadata.list", "/images")] {
        faults.hold_nth_of(call, 1);
        assert_eq!(
            alice.get(path).await.code(),
            (408, "REQUEST_TIMEOUT".to_owned()),
            "{call}"
        );
        faults.clear();
    }
    let hold = faults.hold_nth_of("metadata.delete", 1);
    assert_eq!(alice.delete(&path).await.code(), (408, "REQUEST_TIMEOUT".to_owned()));
    hold.let_go();
    app.images.settle().await;
    assert_eq!(whole_images(&app).await, 0);
}
