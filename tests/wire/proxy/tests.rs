//! The proxies do what they are told: other tests rely on it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Bytes, routing::any};

use super::http::{Answer, HttpFault, HttpProxy, Struck};

const BODY: &str = "a body that is long enough to be cut";
const OTHER: Answer = Answer {
    status: 503,
    content_type: "text/plain",
    body: "somebody else",
};

/// Answers every request with [`BODY`] and counts what it got in whole.
async fn upstream() -> (SocketAddr, Arc<AtomicUsize>) {
    let done = Arc::new(AtomicUsize::new(0));
    let counter = done.clone();
    let router = Router::new().fallback(any(async move |body: Bytes| {
        counter.fetch_add(body.len(), Ordering::SeqCst);
        BODY
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, done)
}

#[tokio::test]
async fn a_fault_strikes_the_request_that_it_is_meant_for() {
    let (address, done) = upstream().await;
    let proxy = HttpProxy::to(address).await;
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    let send = async || {
        let answer = http.put(proxy.url()).body("1").send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.text().await.ok()?))
    };
    let right = Some((200, BODY.to_owned()));
    let other = Some((503, OTHER.body.to_owned()));
    // What the client sees, and whether the server has done it.
    for (fault, seen, is_done) in [
        (HttpFault::Drop, None, 0),
        (HttpFault::AnswerLost, None, 1),
        (HttpFault::Cut, None, 1),
        (HttpFault::Late(Duration::from_millis(1)), right.clone(), 1),
        (HttpFault::Hang, None, 0),
        (HttpFault::Refused(OTHER), other.clone(), 0),
        (HttpFault::DoneBut(OTHER), other, 1),
    ] {
        done.store(0, Ordering::SeqCst);
        proxy.strike(Struck::Nth(2), fault);
        assert_eq!(send().await, right, "{fault:?}");
        assert_eq!(send().await, seen, "{fault:?}");
        assert_eq!(done.load(Ordering::SeqCst), 1 + is_done, "{fault:?}");
        assert_eq!(send().await, right, "{fault:?}");
        assert_eq!(proxy.heal(), 1);

        proxy.strike(Struck::From(1), fault);
        for _ in 0..2 {
            assert_eq!(send().await, seen, "{fault:?}");
        }
        assert_eq!(proxy.heal(), 2);
        assert_eq!(send().await, right);
    }
}

#[tokio::test]
async fn head_requests_and_bodies_of_any_size_pass() {
    let (address, done) = upstream().await;
    let proxy = HttpProxy::to(address).await;
    let http = reqwest::Client::new();
    assert_eq!(http.head(proxy.url()).send().await.unwrap().status(), 200);
    let large = vec![7; 1 << 20];
    assert_eq!(http.put(proxy.url()).body(large).send().await.unwrap().status(), 200);
    assert_eq!(done.load(Ordering::SeqCst), 1 << 20);
    proxy.strike(Struck::Nth(1), HttpFault::Refused(OTHER));
    assert_eq!(http.head(proxy.url()).send().await.unwrap().status(), 503);
    assert_eq!(http.head(proxy.url()).send().await.unwrap().status(), 200);
}
