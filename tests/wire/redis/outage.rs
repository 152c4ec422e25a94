use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use image_service::rate_limit::RedisRateLimiter;
use serde_json::json;

use super::server::{RedisServer, TIMEOUT, hasty};
use crate::{
    conformance::cases::rate_limit::limit,
    proxy::{Fault, Proxy},
    support::{Client, Form, TestApp, app::Options, pictures},
    wait::until,
};

const CLIENTS: usize = 8;
/// Requests that are looked at before, during and after an outage.
const REQUESTS: usize = 400;
/// Most calls to Redis that one request makes: an update counts itself, then changes a copy and a generation.
const CALLS: u32 = 3;
/// What two busy cores may add to any request.
const SLACK: Duration = Duration::from_secs(1);

/// What is done to Redis, and undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outage {
    Killed,
    /// Accepts, and never answers.
    Hanging,
    /// In between, everything vanishes.
    Swallowed,
    /// Every connection is closed.
    Dropped,
    /// Each answer breaks off.
    Cut,
    /// Answers come when nobody waits for them any more.
    Late,
}

struct Load {
    stop: AtomicBool,
    /// Finished requests.
    done: AtomicUsize,
}

/// Whatever a client does, it succeeds; returns how long the requests took since the load began.
async fn client(
    number: usize,
    alice: Client,
    path: String,
    load: Arc<Load>,
    began: Instant,
) -> Vec<(Duration, Duration)> {
    let mut version = 1;
    let mut took = Vec::new();
    for step in number.. {
        if load.stop.load(Ordering::SeqCst) {
            break;
        }
        let start = Instant::now();
        match step % 10 {
            0 => {
                let patch = json!({ "version": version, "title": step.to_string() });
                let reply = alice.patch(&path, patch).await;
                assert_eq!(reply.status, 200, "{}", reply.text());
                version += 1;
            }
            1..4 => {
                let page = alice.get("/images").await.json();
                assert_eq!(page["images"][0]["version"], version, "an old page");
            }
            _ => assert_eq!(alice.get(&path).await.json()["version"], version, "an old image"),
        }
        took.push((start.duration_since(began), start.elapsed()));
        load.done.fetch_add(1, Ordering::SeqCst);
    }
    took
}

impl Load {
    /// Lets so many requests finish.
    async fn run(&self, requests: usize) {
        let until_then = self.done.load(Ordering::SeqCst) + requests;
        until("the requests finish", async || {
            self.done.load(Ordering::SeqCst) >= until_then
        })
        .await;
    }
}

async fn survives(outage: Outage) {
    let mut server = RedisServer::start();
    let proxy = Proxy::to(server.port()).await;
    let redis = hasty(proxy.port());
    let cache = image_service::cache::RedisCache::new(redis.clone());
    let mut options = Options::default();
    options.limits.read = vec![limit(100_000, 1)];
    options.limits.update = vec![limit(100_000, 60)];
    options.limiter = Some(Arc::new(RedisRateLimiter::new(redis, options.limits.clone())));
    options.cache = Arc::new(cache);
    let app = TestApp::with(options);

    let load = Arc::new(Load {
        stop: AtomicBool::new(false),
        done: AtomicUsize::new(0),
    });
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..CLIENTS {
        let user = app.user(&format!("user-{number}"));
        let image = user.uploaded(Form::with_file(&pictures::jpeg(100, 100))).await;
        let path = format!("/images/{}", image["id"].as_str().unwrap());
        clients.spawn(client(number, user, path, load.clone(), began));
    }
    load.run(REQUESTS).await;
    let hits = |server: &RedisServer| {
        let stats = server.ask(&["INFO", "stats"]);
        let line = stats.lines().find_map(|line| line.strip_prefix("keyspace_hits:"));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    assert!(hits(&server) > 0, "the cache is used");

    let outage_began = began.elapsed();
    match outage {
        Outage::Killed => server.kill(),
        Outage::Hanging => server.pause(),
        Outage::Swallowed => proxy.set(Fault::Hang),
        Outage::Dropped => proxy.set(Fault::Drop),
        Outage::Cut => proxy.set(Fault::Cut(1)),
        Outage::Late => proxy.set(Fault::Delay(4 * TIMEOUT)),
    }
    load.run(REQUESTS).await;
    let outage_ended = began.elapsed();
    match outage {
        Outage::Killed => server.run(),
        Outage::Hanging => server.resume(),
        _ => proxy.set(Fault::None),
    }
    let before = hits(&server);
    // A hit tells of reading; that nothing is old any more the clients see.
    until("the cache is used again", async || hits(&server) > before + 100).await;
    load.stop.store(true, Ordering::SeqCst);

    let mut during: Vec<Duration> = clients
        .join_all()
        .await
        .into_iter()
        .flatten()
        .filter(|(start, _)| (outage_began..outage_ended).contains(start))
        .map(|(_, took)| took)
        .collect();
    during.sort();
    let (median, longest) = (during[during.len() / 2], during[during.len() - 1]);
    assert!(longest < TIMEOUT * CALLS + SLACK, "{outage:?}: {longest:?}");
    // Once it is left alone, nobody waits for it.
    assert!(median < TIMEOUT, "{outage:?}: {median:?}");
    println!(
        "{outage:?}: {} requests, median {median:?}, longest {longest:?}",
        during.len()
    );
}

macro_rules! outages {
    ($($name:ident = $outage:ident;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                survives(Outage::$outage).await;
            }
        )+
    };
}

outages! {
    killed = Killed;
    hanging = Hanging;
    swallowed = Swallowed;
    dropped = Dropped;
    cut_off = Cut;
    late = Late;
}

#[tokio::test]
async fn nothing_waits_for_a_redis_that_was_never_there() {
    let mut server = RedisServer::absent();
    let start = Instant::now();
    let cache = image_service::cache::RedisCache::new(hasty(server.port()));
    assert!(start.elapsed() < SLACK);
    let app = TestApp::with(Options {
        cache: Arc::new(cache),
        ..Options::default()
    });
    let health = async || {
        let reply = app.anonymous().get("/health").await;
        assert_eq!(reply.status, 200);
        let body = reply.json();
        (body["status"].clone(), body["services"]["cache"].clone())
    };
    assert_eq!(health().await, (json!("degraded"), json!("down")));
    let alice = app.user("alice");
    let image = alice.uploaded(Form::with_file(&pictures::jpeg(100, 100))).await;
    let path = format!("/images/{}", image["id"].as_str().unwrap());
    assert_eq!(alice.get(&path).await.json(), image);

    server.run();
    until("an image is cached", async || {
        assert_eq!(alice.get(&path).await.json(), image);
        server.keys().iter().any(|key| key.starts_with("image:"))
    })
    .await;
    until("it is healthy", async || {
        health().await == (json!("healthy"), json!("up"))
    })
    .await;
}
