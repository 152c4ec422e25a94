//! The issuer's keys: fetched when needed, kept when they can not be.

use std::{
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
    routing::get,
};
use image_service::{config::JwtAuth, http::auth::JwtAuthenticator};
use serde_json::json;
use tokio::{net::TcpListener, sync::Semaphore, time::Instant};

use super::{
    ISSUER, KEY, bearer, claims,
    support::{NOW, TestClock, TestKey},
};

static NEXT_KEY: LazyLock<TestKey> = LazyLock::new(|| TestKey::generate("key-2"));

type Answer = Box<dyn Fn() -> Response + Send + Sync>;

/// An issuer's key server on this machine.
pub(super) struct Server {
    url: String,
    state: Arc<State>,
}

struct State {
    requests: AtomicUsize,
    answer: Mutex<Answer>,
    /// One permit lets one request through.
    gate: Semaphore,
}

impl Server {
    pub(super) async fn start() -> Self {
        let state = Arc::new(State {
            requests: AtomicUsize::new(0),
            answer: Mutex::new(Box::new(|| StatusCode::NOT_FOUND.into_response())),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        });
        let shared = Arc::clone(&state);
        let router = Router::new().fallback(get(move || async move {
            shared.requests.fetch_add(1, Ordering::SeqCst);
            shared.gate.acquire().await.unwrap().forget();
            shared.answer.lock().unwrap()()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { url, state }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    fn answer(&self, answer: impl Fn() -> Response + Send + Sync + 'static) {
        *self.state.answer.lock().unwrap() = Box::new(answer);
    }

    pub(super) fn publish(&self, keys: &[&TestKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        self.answer(move || axum::Json(json!({ "keys": keys })).into_response());
    }

    pub(super) fn authenticator(&self, clock: &TestClock) -> JwtAuthenticator {
        authenticator(&self.url, clock)
    }
}

fn authenticator(url: &str, clock: &TestClock) -> JwtAuthenticator {
    let settings = JwtAuth {
        issuer: ISSUER.to_owned(),
        audiences: vec!["web".to_owned(), "app".to_owned()],
        jwks_url: url.to_owned(),
    };
    JwtAuthenticator::new(&settings, clock.shared()).unwrap()
}

/// A token of its own for each call, as verified ones are remembered.
fn token(key: &TestKey, kid: &str) -> String {
    static SERIAL: AtomicUsize = AtomicUsize::new(0);
    let serial = SERIAL.fetch_add(1, Ordering::SeqCst);
    let claims = claims(json!({ "jti": serial, "exp": NOW + 1_000_000 }));
    key.sign(&json!({ "alg": "RS256", "kid": kid }), &claims)
}

async fn ask(authenticator: &JwtAuthenticator, key: &TestKey, kid: &str) -> Result<String, String> {
    bearer(authenticator, &token(key, kid)).await
}

const SERVED: Result<&str, &str> = Ok("alice");
const UNKNOWN: Result<&str, &str> = Err("unknown key id");
const UNAVAILABLE: Result<&str, &str> = Err("ServiceUnavailable");

#[tokio::test]
async fn keys_are_fetched_on_first_need_and_kept() {
    let server = Server::start().await;
    server.publish(&[&KEY]);
    let authenticator = server.authenticator(&TestClock::default());
    assert_eq!(server.requests(), 0);
    assert!(bearer(&authenticator, "garbage").await.is_err());
    assert_eq!(server.requests(), 0, "garbage needs no key");
    for _ in 0..3 {
        assert_eq!(ask(&authenticator, &KEY, "key-1").await.unwrap(), "alice");
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_unknown_key_id_asks_again_but_not_often() {
    let server = Server::start().await;
    server.publish(&[&KEY]);
    let clock = TestClock::default();
    let authenticator = server.authenticator(&clock);
    // Seconds since the beginning, key, what comes of it, requests that the server has seen by then.
    let steps = [
        (0, "key-1", SERVED, 1),
        (1, "key-2", UNKNOWN, 1),
        (29, "key-2", UNKNOWN, 1),
        (30, "key-2", SERVED, 2),
        (31, "key-2", SERVED, 2),
        (31, "key-1", UNKNOWN, 2),
        (60, "key-1", UNKNOWN, 3),
        (61, "key-1", UNKNOWN, 3),
        // The clock was set back by a day: that does not stop all attempts.
        (-86_400, "key-1", UNKNOWN, 4),
    ];
    for (seconds, kid, expected, requests) in steps {
        if seconds == 1 {
            server.publish(&[&NEXT_KEY]);
        }
        clock.set(NOW + seconds);
        let key = if kid == "key-1" { &KEY } else { &NEXT_KEY };
        let result = ask(&authenticator, key, kid).await;
        assert_eq!(
            result.as_deref().map_err(String::as_str),
            expected,
            "{kid} after {seconds} s"
        );
        assert_eq!(server.requests(), requests, "{kid} after {seconds} s");
    }
}

#[tokio::test]
async fn a_failed_attempt_keeps_the_keys() {
    let failures: Vec<Answer> = vec![
        Box::new(|| StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Box::new(|| "<html>".into_response()),
        Box::new(|| axum::Json(json!({ "keys": [] })).into_response()),
        Box::new(|| axum::Json(json!({ "keys": [{ "kty": "EC", "kid": "key-2" }] })).into_response()),
        Box::new(|| vec![b' '; 300 * 1024].into_response()),
    ];
    let server = Server::start().await;
    server.publish(&[&KEY]);
    let clock = TestClock::default();
    let authenticator = server.authenticator(&clock);
    assert_eq!(ask(&authenticator, &KEY, "key-1").await.unwrap(), "alice");
    for (number, failure) in failures.into_iter().enumerate() {
        server.answer(failure);
        clock.set(NOW + 30 * (number as i64 + 1));
        // Whether the key exists can not be told.
        let result = ask(&authenticator, &NEXT_KEY, "key-2").await;
        assert_eq!(
            result.as_deref().map_err(String::as_str),
            UNAVAILABLE,
            "failure {number}"
        );
        assert_eq!(server.requests(), number + 2);
        assert_eq!(
            ask(&authenticator, &KEY, "key-1").await.unwrap(),
            "alice",
            "failure {number}"
        );
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (server, elsewhere) = (Server::start().await, Server::start().await);
    elsewhere.publish(&[&KEY]);
    let location = elsewhere.url().to_owned();
    server.answer(move || (StatusCode::FOUND, [(LOCATION, location.clone())]).into_response());
    let authenticator = server.authenticator(&TestClock::default());
    assert_eq!(
        ask(&authenticator, &KEY, "key-1").await.unwrap_err(),
        "ServiceUnavailable"
    );
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn without_any_keys_the_next_attempt_comes_soon() {
    let server = Server::start().await;
    let clock = TestClock::default();
    let authenticator = server.authenticator(&clock);
    let steps = [
        (0, UNAVAILABLE, 1),
        (0, UNAVAILABLE, 1),
        (1, UNAVAILABLE, 2),
        (2, SERVED, 3),
    ];
    for (seconds, expected, requests) in steps {
        if seconds == 2 {
            server.publish(&[&KEY]);
        }
        clock.set(NOW + seconds);
        let result = ask(&authenticator, &KEY, "key-1").await;
        assert_eq!(result.as_deref().map_err(String::as_str), expected, "after {seconds} s");
        assert_eq!(server.requests(), requests, "after {seconds} s");
    }
}

#[tokio::test]
async fn many_callers_share_one_attempt() {
    let server = Server::start().await;
    server.publish(&[&KEY]);
    let authenticator = Arc::new(server.authenticator(&TestClock::default()));
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let authenticator = Arc::clone(&authenticator);
            tokio::spawn(async move { ask(&authenticator, &KEY, "key-1").await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().unwrap(), "alice");
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_end_the_attempt() {
    let server = Server::start().await;
    server.publish(&[&KEY]);
    let permits = server.state.gate.forget_permits(Semaphore::MAX_PERMITS);
    let authenticator = Arc::new(server.authenticator(&TestClock::default()));
    let caller = {
        let authenticator = Arc::clone(&authenticator);
        tokio::spawn(async move { ask(&authenticator, &KEY, "key-1").await })
    };
    while server.requests() == 0 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    server.state.gate.add_permits(permits);
    assert_eq!(ask(&authenticator, &KEY, "key-1").await.unwrap(), "alice");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn old_keys_are_replaced_in_the_background() {
    let server = Server::start().await;
    server.publish(&[&KEY]);
    let clock = TestClock::default();
    let authenticator = server.authenticator(&clock);
    assert_eq!(ask(&authenticator, &KEY, "key-1").await.unwrap(), "alice");
    server.publish(&[&NEXT_KEY]);
    clock.set(NOW + 3600);
    assert_eq!(
        ask(&authenticator, &KEY, "key-1").await.unwrap(),
        "alice",
        "nobody waits"
    );
    // A key that the issuer has withdrawn is not good for ever.
    while ask(&authenticator, &KEY, "key-1").await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_given_up_on() {
    // It accepts connections (the system does so by itself) and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let authenticator = authenticator(&url, &TestClock::default());
    let start = Instant::now();
    assert_eq!(
        ask(&authenticator, &KEY, "key-1").await.unwrap_err(),
        "ServiceUnavailable"
    );
    // Time of the paused clock, which goes on when there is nothing left to do.
    assert!(start.elapsed() >= Duration::from_millis(1900), "{:?}", start.elapsed());
    assert!(start.elapsed() <= Duration::from_millis(2500), "{:?}", start.elapsed());
}
