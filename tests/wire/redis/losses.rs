use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::{age_generation, server::RedisServer};
use crate::{
    support::{Client, Form, TestApp, app::Options, pictures},
    wait::until,
};

const STEPS: usize = 300;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// What was written: title and version of each image, by its path.
type Written = BTreeMap<String, (String, u64)>;

struct World {
    server: RedisServer,
    running: bool,
    alice: Client,
    written: Written,
}

impl World {
    async fn step(&mut self, step: usize, dice: &mut Dice) {
        let title = format!("title {step}");
        let Some(path) = self.written.keys().nth(dice.below(self.written.len().max(1))).cloned() else {
            return self.upload(title).await;
        };
        match dice.below(20) {
            0 if self.written.len() < 8 => self.upload(title).await,
            1 => {
                assert_eq!(self.alice.delete(&path).await.status, 204);
                self.written.remove(&path);
                assert_eq!(self.alice.get(&path).await.status, 404, "step {step}");
            }
            2..6 => {
                let (_, version) = self.written[&path];
                let patch = json!({ "version": version, "title": title });
                assert_eq!(self.alice.patch(&path, patch).await.status, 200);
                self.written.insert(path, (title, version + 1));
            }
            6..11 => self.read_one(&path, step).await,
            11..15 => self.read_all(step).await,
            disturbance => self.disturb(disturbance, dice),
        }
    }

    async fn upload(&mut self, title: String) {
        let form = Form::with_file(&pictures::jpeg(100, 100)).text("title", &title);
        let image = self.alice.uploaded(form).await;
        let path = format!("/images/{}", image["id"].as_str().unwrap());
        self.written.insert(path, (title, 1));
    }

    async fn read_one(&self, path: &str, step: usize) {
        let image = self.alice.get(path).await.json();
        let (title, version) = &self.written[path];
        assert_eq!(image["title"], **title, "step {step}");
        assert_eq!(image["version"], *version, "step {step}");
    }

    async fn read_all(&self, step: usize) {
        let page = self.alice.get("/images").await.json();
        assert_eq!(page["totalCount"], self.written.len(), "step {step}");
        let read: Written = page["images"]
            .as_array()
            .unwrap()
            .iter()
            .map(|image| {
                let text = |name: &str| image[name].as_str().unwrap().to_owned();
                let version = image["version"].as_u64().unwrap();
                (format!("/images/{}", text("id")), (text("title"), version))
            })
            .collect();
        assert_eq!(read, self.written, "step {step}");
    }

    fn disturb(&mut self, disturbance: usize, dice: &mut Dice) {
        match (disturbance, self.running) {
            (15, true) => age_generation(&self.server, "alice"),
            (16, true) => {
                // What is evicted is anything.
                let keys = self.server.keys();
                if !keys.is_empty() {
                    self.server.ask(&["DEL", &keys[dice.below(keys.len())]]);
                }
            }
            (17, true) => {
                self.server.ask(&["FLUSHALL"]);
            }
            (18, true) => {
                self.server.kill();
                self.server.run();
            }
            (_, true) => {
                self.server.pause();
                self.running = false;
            }
            (_, false) => {
                self.server.resume();
                self.running = true;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_is_what_was_written() {
    let server = RedisServer::start();
    let cache = server.hasty_cache();
    let app = TestApp::with(Options {
        cache: Arc::new(cache.clone()),
        ..Options::default()
    });
    let mut world = World {
        server,
        running: true,
        alice: app.user("alice"),
        written: Written::new(),
    };
    let mut dice = Dice(42);
    for step in 0..STEPS {
        world.step(step, &mut dice).await;
    }
    if !world.running {
        world.server.resume();
    }
    assert!(cache.lost_updates() > 0, "no write ever met a server that hangs");

    // In the end it is a cache like any other.
    world.upload("last".to_owned()).await;
    let (path, _) = world.written.last_key_value().unwrap();
    let key = path.replace("/images/", "image:");
    until("an image is cached again", async || {
        world.read_one(path, STEPS).await;
        world.server.ask(&["GET", &key]).starts_with('i')
    })
    .await;
    world.read_one(path, STEPS).await;
}
