//! A reader that is held up between its read from the store and its fill of the cache.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use image_service::{
    cache::{Cache, CachedImage, CachedPage, Generation, RedisCache, Ticket},
    domain::{Image, ImageId, ListQuery, UserId},
};
use serde_json::json;
use tokio::sync::Notify;

use super::{age_generation, server::RedisServer};
use crate::{
    support::{Client, Form, TestApp, app::Options, pictures},
    wait::until,
};

/// Holds the next fill until it is told to go on.
struct Stalling {
    inner: RedisCache,
    armed: AtomicBool,
    reached: Notify,
    go_on: Notify,
}

impl Stalling {
    async fn stall(&self) {
        if self.armed.swap(false, Ordering::SeqCst) {
            self.reached.notify_one();
            self.go_on.notified().await;
        }
    }
}

#[async_trait]
impl Cache for Stalling {
    async fn image(&self, id: ImageId) -> CachedImage {
        self.inner.image(id).await
    }

    async fn fill_image(&self, ticket: Ticket, image: &Image) {
        self.stall().await;
        self.inner.fill_image(ticket, image).await;
    }

    async fn renew_image(&self, image: &Image) {
        self.inner.renew_image(image).await;
    }

    async fn forget_image(&self, id: ImageId) {
        self.inner.forget_image(id).await;
    }

    async fn bury_image(&self, id: ImageId) {
        self.inner.bury_image(id).await;
    }

    async fn generation(&self, user: &UserId) -> Option<Generation> {
        self.inner.generation(user).await
    }

    async fn advance(&self, user: &UserId) {
        self.inner.advance(user).await;
    }

    async fn page(&self, generation: Generation, query: &ListQuery) -> Option<CachedPage> {
        self.inner.page(generation, query).await
    }

    async fn keep_page(&self, generation: Generation, query: &ListQuery, page: &CachedPage) {
        self.stall().await;
        self.inner.keep_page(generation, query, page).await;
    }

    async fn ping(&self) -> Option<bool> {
        self.inner.ping().await
    }
}

/// What becomes of Redis while the reader stalls, after the write.
#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    Nothing,
    ItIsFlushed,
    ItIsRestarted,
    /// Somebody else has read since then.
    SomebodyReads,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    Update,
    Delete,
}

const ALL: [(Write, Meanwhile); 8] = [
    (Write::Update, Meanwhile::Nothing),
    (Write::Update, Meanwhile::ItIsFlushed),
    (Write::Update, Meanwhile::ItIsRestarted),
    (Write::Update, Meanwhile::SomebodyReads),
    (Write::Delete, Meanwhile::Nothing),
    (Write::Delete, Meanwhile::ItIsFlushed),
    (Write::Delete, Meanwhile::ItIsRestarted),
    (Write::Delete, Meanwhile::SomebodyReads),
];

struct Scene {
    server: RedisServer,
    cache: Arc<Stalling>,
    alice: Client,
    image: String,
}

impl Scene {
    async fn new() -> Self {
        let server = RedisServer::start();
        let cache = Arc::new(Stalling {
            inner: server.cache(),
            armed: AtomicBool::new(false),
            reached: Notify::new(),
            go_on: Notify::new(),
        });
        let app = TestApp::with(Options {
            cache: cache.clone(),
            ..Options::default()
        });
        let alice = app.user("alice");
        let form = Form::with_file(&pictures::jpeg(100, 100)).text("title", "old");
        let image = alice.uploaded(form).await["id"].as_str().unwrap().to_owned();
        age_generation(&server, "alice");
        Self {
            server,
            cache,
            alice,
            image: format!("/images/{image}"),
        }
    }

    /// `path` is read, and stalls; then there is a write, and whatever else; then the reader goes on.
    async fn play(&mut self, path: &str, write: Write, meanwhile: Meanwhile) {
        self.cache.armed.store(true, Ordering::SeqCst);
        let reader = {
            let (alice, path) = (self.alice.clone(), path.to_owned());
            tokio::spawn(async move { alice.get(&path).await })
        };
        self.cache.reached.notified().await;
        let written = match write {
            Write::Update => {
                let patch = json!({ "version": 1, "title": "new" });
                self.alice.patch(&self.image, patch).await
            }
            Write::Delete => self.alice.delete(&self.image).await,
        };
        assert!(written.status.is_success());
        match meanwhile {
            Meanwhile::Nothing => {}
            Meanwhile::ItIsFlushed => assert_eq!(self.server.ask(&["FLUSHALL"]), "OK"),
            Meanwhile::ItIsRestarted => {
                self.server.kill();
                self.server.run();
                let cache = &self.cache.inner;
                until("the cache is used again", async || cache.ping().await == Some(true)).await;
            }
            Meanwhile::SomebodyReads => {
                self.alice.get(path).await;
            }
        }
        self.cache.go_on.notify_one();
        assert_eq!(reader.await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn never_overwrites_a_newer_image() {
    for (write, meanwhile) in ALL {
        let mut scene = Scene::new().await;
        let path = scene.image.clone();
        scene.play(&path, write, meanwhile).await;
        // The second one is answered by the cache.
        for _ in 0..2 {
            let reply = scene.alice.get(&path).await;
            match write {
                Write::Update => assert_eq!(reply.json()["title"], "new", "{meanwhile:?}"),
                Write::Delete => assert_eq!(reply.status, 404, "{meanwhile:?}"),
            }
        }
    }
}

#[tokio::test]
async fn never_overwrites_a_newer_page() {
    for (write, meanwhile) in ALL {
        let mut scene = Scene::new().await;
        scene.play("/images", write, meanwhile).await;
        for _ in 0..3 {
            let page = scene.alice.get("/images").await.json();
            match write {
                Write::Update => assert_eq!(page["images"][0]["title"], "new", "{meanwhile:?}"),
                Write::Delete => assert_eq!(page["totalCount"], 0, "{meanwhile:?}"),
            }
            // From now on pages are cached.
            age_generation(&scene.server, "alice");
        }
        assert!(scene.server.keys().iter().any(|key| key.contains(":images:")));
    }
}
