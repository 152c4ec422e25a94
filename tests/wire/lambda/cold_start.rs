//! From the start of the process to its first answer, as often as it takes to tell.

use std::time::{Duration, Instant};

use axum::http::Request;
use bytes::Bytes;

use super::{gateway, process::Function};
use crate::aws::Account;

const STARTS: usize = 20;

/// Told, and bounded far above what it should be: a debug build on a busy machine has to pass.
#[tokio::test]
async fn a_cold_start_is_short() {
    const BOUND: Duration = Duration::from_secs(1);
    let account = Account::open().await;
    let request = Request::get("/images/01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .body(Bytes::new())
        .unwrap();
    let event = gateway::event(&request, None).unwrap();
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let started = Instant::now();
        let function = Function::start(&account).await;
        let answer = function.invoke(&event).await.answer();
        times.push(started.elapsed());
        assert_eq!(answer["statusCode"], 401);
    }
    times.sort();
    let [fastest, median, slowest] = [times[0], times[STARTS / 2], times[STARTS - 1]];
    println!("cold start: median of {STARTS} {median:.1?}, from {fastest:.1?} to {slowest:.1?}");
    assert!(median < BOUND, "{median:?}");
}
