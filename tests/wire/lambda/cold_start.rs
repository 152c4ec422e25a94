//! From the start of the process to its first answer, as often as it takes to tell
//! (`make bench-lambda`).

use std::time::{Duration, Instant};

use axum::http::Request;
use bytes::Bytes;
use serde_json::Value;

use super::{gateway, limits::upload, process::Function};
use crate::{aws::Account, support::pictures};

const STARTS: usize = 20;

/// Told, and bounded far above what it should be: a debug build on a busy machine has to pass.
const BOUND: Duration = Duration::from_secs(5);

async fn measure(account: &Account, what: &str, event: &Value, status: u16) {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let started = Instant::now();
        let function = Function::start(account).await;
        let answer = function.invoke(event).await.answer();
        times.push(started.elapsed());
        assert_eq!(answer["statusCode"], status, "{what}: {answer}");
    }
    times.sort();
    let [fastest, median, slowest] = [
        times[0],
        (times[STARTS / 2 - 1] + times[STARTS / 2]) / 2,
        times[STARTS - 1],
    ];
    println!("cold start, {what}: median of {STARTS} {median:.1?}, from {fastest:.1?} to {slowest:.1?}");
    assert!(median < BOUND, "{what}: {median:?}");
}

#[tokio::test]
async fn a_cold_start_is_short() {
    let account = Account::open().await;
    let read = Request::get("/images/01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .body(Bytes::new())
        .unwrap();
    let refused = gateway::event(&read, None).unwrap();
    measure(&account, "a request without a token", &refused, 401).await;
    let found_out = gateway::event(&read, Some("alice")).unwrap();
    measure(&account, "a read of the table", &found_out, 404).await;
    let stored = gateway::event(&upload(&pictures::jpeg(640, 480)), Some("alice")).unwrap();
    measure(&account, "an upload of 640x480 pixels", &stored, 201).await;
}
