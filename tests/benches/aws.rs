//! The server on servers that speak like DynamoDB, S3 and CloudFront, one call after the other: time
//! of its process per call (with the clean-up that follows), what a caller waits, memory.
//!
//! `make bench-wire PHOTO=<file>`; without a photo a made-up picture of 12 megapixels is uploaded.

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use image_service::{
    domain::{Image, PendingKind, Timestamp, UserId},
    store::MetadataStore,
};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;

#[path = "../wire/aws/account.rs"]
#[expect(dead_code, reason = "the wire tests use the rest")]
mod account;
#[path = "../conformance/fixture.rs"]
#[expect(dead_code, reason = "the conformance cases use the rest")]
mod fixture;
#[path = "../it/process/harness.rs"]
#[expect(dead_code, reason = "the default tests use the rest")]
mod process;
#[path = "../wire/redis/server.rs"]
#[expect(dead_code, reason = "the wire tests use the rest")]
mod redis;
#[path = "../it/template/stack.rs"]
#[expect(dead_code, reason = "the default tests use the rest")]
mod stack;
#[path = "../it/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the default tests use the rest")]
mod support;
#[path = "../wire/wait.rs"]
mod wait;

use account::Account;
use process::Server;
use redis::RedisServer;
use support::{Form, pictures};

const USER: &str = "alice";
/// Images of the user, each of which is read, changed and deleted once.
const IMAGES: usize = 1_000;
const UPLOADS: usize = 20;
/// Calls before the clock starts: connections are open then.
const WARM: usize = 20;

/// A server and its caller.
struct Bench {
    server: Server,
    http: Client,
    token: String,
}

impl Bench {
    fn start(folder: &Path, account: &Account) -> Self {
        let server = Server::start_with(folder, &account.vars());
        let token = server.token(USER);
        Self {
            server,
            http: Client::new(),
            token,
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.server.address);
        self.http.request(method, url).bearer_auth(&self.token)
    }

    /// Calls one after the other, then waits for what they have left to do.
    async fn measure(
        &self,
        operation: &str,
        calls: usize,
        call: impl Fn(usize) -> RequestBuilder,
        done: impl AsyncFn(),
    ) {
        for n in 0..WARM.min(calls / 10) {
            pass(call(n)).await;
        }
        done().await;
        let rest = WARM.min(calls / 10)..calls;
        let (before, count) = (self.cpu(), rest.len());
        let mut waits = Vec::with_capacity(count);
        for n in rest {
            let start = Instant::now();
            pass(call(n)).await;
            waits.push(start.elapsed());
        }
        done().await;
        let cpu = (self.cpu() - before) / count as u32;
        waits.sort_unstable();
        let percentile = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
        println!(
            "| {operation} | {:.2} | {:.1} | {:.1} |",
            millis(cpu),
            millis(percentile(50)),
            millis(percentile(95))
        );
    }

    /// Processor time of all threads so far, those that have ended included: proc_pid_stat(5).
    fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.server.id())).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u64>().unwrap())
            .sum();
        // USER_HZ is 100 wherever Linux runs today.
        Duration::from_millis(ticks * 10)
    }

    /// In MiB.
    fn memory(&self, line: &str) -> u64 {
        self.server.memory(line) >> 20
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

async fn pass(request: RequestBuilder) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {body}");
}

/// Until nothing is left to be removed.
async fn cleaned(metadata: &dyn MetadataStore) {
    let end_of_time = Timestamp::from_millis(i64::from(u32::MAX) * 1_000);
    wait::until("nothing is pending", async || {
        let left = metadata.pending(PendingKind::Delete, end_of_time, None, 1).await;
        left.unwrap().items.is_empty()
    })
    .await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let photo = match env::var("PHOTO") {
        Ok(file) if !file.is_empty() => fs::read(file).unwrap(),
        _ => pictures::jpeg(4_000, 3_000),
    };
    let folder = tempfile::tempdir().unwrap();
    let account = Account::open().await.with("AUTH", "dev").with("RATE_LIMITS", "off");
    let metadata = account.metadata();
    let user: UserId = USER.parse().unwrap();
    let images: Vec<Image> = (0..IMAGES).map(|_| fixture::image(&user, fixture::now())).collect();
    for image in &images {
        fixture::store(&*metadata, image).await;
    }
    let path = |n: usize| format!("/images/{}", images[n].id);
    let nothing = async || {};

    println!("| operation | CPU ms | p50 ms | p95 ms |\n| --- | ---: | ---: | ---: |");
    let redis = RedisServer::start();
    let cached = account
        .clone()
        .with("REDIS_ENDPOINT", &format!("127.0.0.1:{}", redis.port()));
    let bench = Bench::start(folder.path(), &cached);
    let get = |_| bench.request(Method::GET, &path(0));
    bench.measure("get, cached in Redis", IMAGES, get, nothing).await;
    // As if the last write had been long ago: pages are kept.
    redis.ask(&["SET", &format!("user:{USER}:generation"), "1"]);
    let list = |_| bench.request(Method::GET, "/images?limit=20");
    bench
        .measure("list of 20, cached in Redis", IMAGES, list, nothing)
        .await;
    drop(bench);

    let bench = Bench::start(folder.path(), &account);
    let idle = bench.memory("VmRSS:");
    let get = |n: usize| bench.request(Method::GET, &path(n));
    bench.measure("get", IMAGES, get, nothing).await;
    let list = |_| bench.request(Method::GET, "/images?limit=20");
    bench.measure("list of 20 among 1,000", IMAGES, list, nothing).await;
    let patch = |n: usize| {
        let patch = json!({ "version": 1, "title": "Castle gate" }).to_string();
        let request = bench.request(Method::PATCH, &path(n));
        request.header("content-type", "application/json").body(patch)
    };
    bench.measure("update", IMAGES, patch, nothing).await;
    let delete = |n: usize| bench.request(Method::DELETE, &path(n));
    bench
        .measure("delete", IMAGES, delete, async || cleaned(&*metadata).await)
        .await;
    let light = bench.memory("VmHWM:");
    let upload = |_| {
        let request = bench.request(Method::POST, "/images");
        request
            .header("content-type", Form::CONTENT_TYPE)
            .body(Form::with_file(&photo).finish())
    };
    bench.measure("upload", UPLOADS, upload, nothing).await;
    println!(
        "\nMemory in MiB: {idle} idle, {light} peak of the light calls, {} peak of uploads, {} after them",
        bench.memory("VmHWM:"),
        bench.memory("VmRSS:")
    );
}
