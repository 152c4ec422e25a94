//! A store that fails at every step of every write, before or after it has done what it was asked.
//! Whatever the client was told: afterwards all is whole, or gone.

use std::time::Duration;

use axum::{body::Body, http::Method};
use image_service::service::{Audit, AuditReport, Drained};
use serde_json::{Value, json};

use crate::support::{
    Client, Form, Reply, TestApp,
    app::Options,
    faulty::{Fault, Faults},
    pictures,
};

/// Runs `write` with its n-th call failing, for every n that there is, then lets `check` look at
/// what is left once the clean-up has run.
async fn at_every_step<S, W, C>(setup: impl AsyncFn(&TestApp) -> S, write: W, check: C)
where
    W: AsyncFn(&TestApp, &S) -> Reply,
    C: AsyncFn(&TestApp, &S, &Reply),
{
    for fault in [Fault::NotDone, Fault::AnswerLost] {
        let mut steps = 0;
        loop {
            let faults = Faults::default();
            let app = TestApp::with(Options {
                faults: faults.clone(),
                ..Options::default()
            });
            let state = setup(&app).await;
            app.images.settle().await;
            faults.clear();
            faults.fail_nth(steps + 1, fault);
            let reply = write(&app, &state).await;
            app.images.settle().await;
            let happened = faults.all_happened();
            assert!(reply.status.is_success() || reply.status == 503, "{}", reply.text());
            assert!(happened || reply.status.is_success(), "{}", reply.text());
            faults.clear();
            app.images.drain(Duration::ZERO).await.unwrap();
            nothing_is_left_behind(&app).await;
            check(&app, &state, &reply).await;
            if !happened {
                break;
            }
            steps += 1;
        }
        assert!(steps >= 2, "only {steps} calls were made to fail");
    }
}

async fn nothing_is_left_behind(app: &TestApp) {
    assert_eq!(app.images.drain(Duration::ZERO).await.unwrap(), Drained::default());
    let audit = Audit {
        dry_run: true,
        older_than: Duration::ZERO,
    };
    // Files carry the time of the machine, not of the test.
    app.clock.advance(Duration::from_secs(10 * 365 * 24 * 60 * 60));
    let report = app.images.audit(audit, |_| {}).await.unwrap();
    let whole = AuditReport {
        files: report.images * 2,
        images: report.images,
        ..AuditReport::default()
    };
    assert_eq!(report, whole);
}

async fn total(client: &Client) -> usize {
    let page = client.get("/images").await.json();
    let images = page["images"].as_array().unwrap().len();
    assert_eq!(page["totalCount"], images);
    images
}

fn form() -> Form {
    Form::with_file(&pictures::jpeg(100, 100))
        .text("albumId", "castles")
        .text("title", "Gate")
}

#[tokio::test]
async fn of_an_upload() {
    at_every_step(
        async |_| {},
        async |app, ()| app.user("alice").upload(form()).await,
        async |app, (), reply| assert_eq!(total(&app.user("alice")).await, usize::from(reply.status == 201)),
    )
    .await;
}

#[tokio::test]
async fn of_an_upload_with_a_key() {
    let upload = async |app: &TestApp| {
        let alice = app.user("alice");
        alice
            .form(
                alice.request(Method::POST, "/images").header("idempotency-key", "k"),
                form(),
            )
            .await
    };
    at_every_step(
        async |_| {},
        async |app, ()| upload(app).await,
        async |app, (), reply| {
            // A day has passed for the audit, so a key that was not freed would not show: look at the count.
            assert_eq!(total(&app.user("alice")).await, usize::from(reply.status == 201));
        },
    )
    .await;
}

#[tokio::test]
async fn a_retry_with_the_same_key_stores_one_image() {
    for fault in [Fault::NotDone, Fault::AnswerLost] {
        for step in 1.. {
            let faults = Faults::default();
            let app = TestApp::with(Options {
                faults: faults.clone(),
                ..Options::default()
            });
            let alice = app.user("alice");
            let upload = || {
                alice.form(
                    alice.request(Method::POST, "/images").header("idempotency-key", "k"),
                    form(),
                )
            };
            faults.fail_nth(step, fault);
            let first = upload().await;
            let happened = faults.all_happened();
            faults.clear();
            app.images.settle().await;
            let retry = upload().await;
            assert_eq!(retry.status, 201, "step {step}: {}", retry.text());
            if first.status == 201 {
                assert_eq!(retry.body, first.body);
            }
            assert_eq!(total(&alice).await, 1);
            if !happened {
                break;
            }
        }
    }
}

/// Begins a direct upload and puts its file.
async fn put(app: &TestApp) -> Value {
    let file = pictures::jpeg(100, 100);
    let alice = app.user("alice");
    let ticket = alice
        .post(
            "/uploads",
            json!({ "filename": "a.jpg", "contentType": "image/jpeg", "size": file.len() }),
        )
        .await
        .json();
    let path = ticket["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://localhost:3000")
        .unwrap();
    let anyone = app.anonymous();
    let request = anyone
        .request(Method::PUT, path)
        .header("content-type", "image/jpeg")
        .header("if-none-match", "*")
        .header("content-length", file.len());
    assert_eq!(anyone.send(request, Body::from(file)).await.status, 200);
    json!({ "uploadId": ticket["uploadId"] })
}

#[tokio::test]
async fn of_finishing_a_direct_upload() {
    at_every_step(
        put,
        async |app, finish| app.user("alice").post("/images", finish.clone()).await,
        async |app, _, reply| {
            let alice = app.user("alice");
            assert_eq!(total(&alice).await, usize::from(reply.status == 201));
        },
    )
    .await;
}

#[tokio::test]
async fn a_direct_upload_can_be_finished_after_a_failure() {
    for fault in [Fault::NotDone, Fault::AnswerLost] {
        for step in 1.. {
            let faults = Faults::default();
            let app = TestApp::with(Options {
                faults: faults.clone(),
                ..Options::default()
            });
            let finish = put(&app).await;
            let alice = app.user("alice");
            faults.clear();
            faults.fail_nth(step, fault);
            alice.post("/images", finish.clone()).await;
            let happened = faults.all_happened();
            faults.clear();
            app.images.settle().await;
            let again = alice.post("/images", finish).await;
            assert_eq!(again.status, 201, "step {step}: {}", again.text());
            assert_eq!(total(&alice).await, 1);
            if !happened {
                break;
            }
        }
    }
}

async fn stored(app: &TestApp) -> String {
    let image = app.user("alice").uploaded(form()).await;
    format!("/images/{}", image["id"].as_str().unwrap())
}

#[tokio::test]
async fn of_a_deletion() {
    at_every_step(
        stored,
        async |app, path| app.user("alice").delete(path).await,
        async |app, path, reply| {
            let alice = app.user("alice");
            let there = alice.get(path).await.status == 200;
            assert_eq!(total(&alice).await, usize::from(there));
            assert!(!there || reply.status == 503);
        },
    )
    .await;
}

#[tokio::test]
async fn of_an_update() {
    let faults_at = async |fault| {
        let faults = Faults::default();
        let app = TestApp::with(Options {
            faults: faults.clone(),
            ..Options::default()
        });
        let path = stored(&app).await;
        let alice = app.user("alice");
        faults.fail_nth_of("metadata.update", 1, fault);
        let reply = alice
            .patch(&path, json!({ "version": 1, "title": "Tower", "albumId": "towers" }))
            .await;
        assert_eq!(reply.code(), (503, "SERVICE_UNAVAILABLE".to_owned()));
        assert_eq!(reply.header("retry-after"), "5");
        assert!(faults.all_happened());
        let image = alice.get(&path).await.json();
        let album = image["albumId"].as_str().unwrap();
        assert_eq!(
            alice.get(&format!("/images?albumId={album}")).await.json()["totalCount"],
            1
        );
        (
            image["version"].as_u64().unwrap(),
            image["title"].as_str().unwrap().to_owned(),
            album.to_owned(),
        )
    };
    assert_eq!(
        faults_at(Fault::NotDone).await,
        (1, "Gate".to_owned(), "castles".to_owned())
    );
    assert_eq!(
        faults_at(Fault::AnswerLost).await,
        (2, "Tower".to_owned(), "towers".to_owned())
    );
}

#[tokio::test]
async fn files_that_stay_are_removed_later_without_the_user() {
    let faults = Faults::default();
    let app = TestApp::with(Options {
        faults: faults.clone(),
        ..Options::default()
    });
    let alice = app.user("alice");
    let path = stored(&app).await;
    faults.fail_all_of("blob.delete", Fault::NotDone);
    assert_eq!(alice.delete(&path).await.status, 204);
    app.images.settle().await;
    assert_eq!(alice.get(&path).await.status, 404);
    assert_eq!(app.files().len(), 2);
    assert_eq!(app.images.drain(Duration::ZERO).await.unwrap().failed, 1);
    faults.clear();
    assert_eq!(app.images.drain(Duration::ZERO).await.unwrap().deletions, 1);
    assert!(app.files().is_empty());
}

#[tokio::test]
async fn one_image_that_fails_does_not_keep_the_others() {
    let faults = Faults::default();
    let app = TestApp::with(Options {
        faults: faults.clone(),
        ..Options::default()
    });
    let alice = app.user("alice");
    let mut paths = Vec::new();
    for _ in 0..3 {
        paths.push(stored(&app).await);
    }
    faults.fail_all_of("blob.delete", Fault::NotDone);
    for path in &paths {
        alice.delete(path).await;
    }
    app.images.settle().await;
    faults.clear();
    faults.fail_nth_of("blob.delete", 1, Fault::NotDone);
    let drained = app.images.drain(Duration::ZERO).await.unwrap();
    assert_eq!((drained.deletions, drained.failed), (2, 1));
    assert_eq!(app.images.drain(Duration::ZERO).await.unwrap().deletions, 1);
    assert!(app.files().is_empty());
}

#[tokio::test]
async fn the_audit_removes_what_nothing_knows_and_tells_what_is_missing() {
    let app = TestApp::new();
    let path = stored(&app).await;
    let blobs = &app.images.backends().blobs;
    let stray = "images/bob/01ARZ3NDEKTSV4RRFFQ69G5FAV.webp".parse().unwrap();
    blobs.put(&stray, b"RIFF"[..].into()).await.unwrap();
    let foreign = "images/bob/old-name.webp".parse().unwrap();
    blobs.put(&foreign, b"RIFF"[..].into()).await.unwrap();
    let image = app.user("alice").get(&path).await.json();
    blobs
        .delete(&image["thumbnailKey"].as_str().unwrap().parse().unwrap())
        .await
        .unwrap();
    app.clock.advance(Duration::from_secs(10 * 365 * 24 * 60 * 60));

    let audit = |dry_run| {
        app.images.audit(
            Audit {
                dry_run,
                older_than: Duration::from_secs(3600),
            },
            |_| {},
        )
    };
    let expected = AuditReport {
        files: 3,
        images: 1,
        orphans: 1,
        orphan_bytes: 4,
        foreign: 1,
        missing: 1,
    };
    assert_eq!(audit(true).await.unwrap(), expected);
    assert_eq!(audit(false).await.unwrap(), expected);
    assert_eq!(
        audit(false).await.unwrap(),
        AuditReport {
            files: 2,
            images: 1,
            foreign: 1,
            missing: 1,
            ..AuditReport::default()
        }
    );
}

#[tokio::test]
async fn reads_fail_clearly() {
    let faults = Faults::default();
    let app = TestApp::with(Options {
        faults: faults.clone(),
        ..Options::default()
    });
    let alice = app.user("alice");
    let path = stored(&app).await;
    for call in [
        "metadata.get",
        "metadata.list",
        "metadata.count",
        "metadata.ping",
        "blob.ping",
    ] {
        faults.fail_all_of(call, Fault::NotDone);
    }
    for path in [path.as_str(), "/images"] {
        let reply = alice.get(path).await;
        assert_eq!(reply.code(), (503, "SERVICE_UNAVAILABLE".to_owned()));
        assert_eq!(reply.header("retry-after"), "5");
        assert!(!reply.text().contains("faulty"), "{}", reply.text());
    }
    let health = alice.get("/health").await;
    assert_eq!(health.status, 503);
    assert_eq!(health.json()["status"], "unhealthy");
    assert_eq!(
        health.json()["services"],
        json!({ "metadata": "down", "storage": "down" })
    );
}
