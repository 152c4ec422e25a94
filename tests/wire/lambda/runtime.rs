//! The Runtime API of AWS Lambda, as far as a function sees it: hands out events one at a time and
//! takes answers, with the limits that Lambda enforces.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Mutex as Turn, Notify, mpsc, oneshot},
    task::JoinHandle,
};

/// Bytes of an event, and of an answer.
pub const PAYLOAD_LIMIT: usize = 6_291_456;

const PREFIX: &str = "/2018-06-01/runtime";

/// What becomes of an invocation.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Answer(Value),
    /// What the function says went wrong: `errorType` and `errorMessage`.
    Failure {
        kind: String,
        message: String,
    },
    /// It was not even sent.
    EventTooLarge,
    AnswerTooLarge,
    TimedOut,
    /// The process ended without an answer.
    Ended,
}

impl Outcome {
    pub fn answer(self) -> Value {
        match self {
            Self::Answer(answer) => answer,
            other => panic!("no answer: {other:?}"),
        }
    }
}

struct Invocation {
    id: String,
    payload: Bytes,
    deadline: SystemTime,
    done: oneshot::Sender<Outcome>,
}

/// One address for one process.
pub struct RuntimeApi {
    port: u16,
    events: mpsc::UnboundedSender<Invocation>,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
    count: AtomicU64,
}

struct Shared {
    events: Turn<mpsc::UnboundedReceiver<Invocation>>,
    /// What the process works on.
    current: Mutex<Option<(String, oneshot::Sender<Outcome>)>>,
    init_error: Mutex<Option<Value>>,
    /// The process waits for an event, or has said that it can not start.
    is_up: Notify,
}

impl RuntimeApi {
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (events, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            events: Turn::new(receiver),
            current: Mutex::new(None),
            init_error: Mutex::new(None),
            is_up: Notify::new(),
        });
        let serving = shared.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Head and body leave in one write, and at once: otherwise every call stalls for 40 ms.
                stream.set_nodelay(true).unwrap();
                let shared = serving.clone();
                let service = service_fn(move |request| {
                    let shared = shared.clone();
                    async move { Ok::<_, Infallible>(shared.answer(request).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self {
            port,
            events,
            shared,
            listening,
            count: AtomicU64::new(0),
        }
    }

    /// For `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Waits until the process asks for its first event or gives up; then says why it did.
    pub async fn up(&self) -> Result<(), Value> {
        self.shared.is_up.notified().await;
        self.shared.init_error.lock().unwrap().take().map_or(Ok(()), Err)
    }

    /// Calls the function and waits for what becomes of it.
    pub async fn invoke(&self, payload: impl Into<Bytes>, time_limit: Duration) -> Outcome {
        let payload = payload.into();
        if payload.len() > PAYLOAD_LIMIT {
            return Outcome::EventTooLarge;
        }
        let (done, outcome) = oneshot::channel();
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let invocation = Invocation {
            id: format!("00000000-0000-4000-8000-{number:012}"),
            payload,
            deadline: SystemTime::now() + time_limit,
            done,
        };
        self.events.send(invocation).unwrap();
        match tokio::time::timeout(time_limit, outcome).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::Ended,
            Err(_) => Outcome::TimedOut,
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let path = path.strip_prefix(PREFIX).expect("the version of the API");
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let body = body.collect().await.map(|body| body.to_bytes());
        match (&parts.method, &segments[..], body) {
            (&Method::GET, ["invocation", "next"], _) => self.next().await,
            (&Method::POST, ["init", "error"], Ok(body)) => {
                *self.init_error.lock().unwrap() = Some(serde_json::from_slice(&body).unwrap());
                self.is_up.notify_one();
                status(StatusCode::ACCEPTED)
            }
            (&Method::POST, ["invocation", id, "response"], Ok(body)) => {
                if body.len() > PAYLOAD_LIMIT {
                    self.finish(id, Outcome::AnswerTooLarge);
                    return status(StatusCode::PAYLOAD_TOO_LARGE);
                }
                let answer = serde_json::from_slice(&body).expect("an answer is JSON");
                self.finish(id, Outcome::Answer(answer))
            }
            (&Method::POST, ["invocation", id, "error"], Ok(body)) => {
                let diagnostic: Value = serde_json::from_slice(&body).unwrap();
                let text = |name: &str| diagnostic[name].as_str().unwrap().to_owned();
                self.finish(
                    id,
                    Outcome::Failure {
                        kind: text("errorType"),
                        message: text("errorMessage"),
                    },
                )
            }
            (method, ..) => panic!("{method} {path} is no call of the Runtime API"),
        }
    }

    async fn next(&self) -> Response<Full<Bytes>> {
        self.is_up.notify_one();
        let invocation = self.events.lock().await.recv().await;
        let Some(invocation) = invocation else {
            return status(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let deadline = invocation.deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", &invocation.id)
            .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
            .header("lambda-runtime-invoked-function-arn", super::FUNCTION_ARN)
            .header("lambda-runtime-trace-id", super::TRACE_ID)
            .header("content-type", "application/json")
            .body(Full::new(invocation.payload))
            .unwrap();
        *self.current.lock().unwrap() = Some((invocation.id, invocation.done));
        response
    }

    fn finish(&self, id: &str, outcome: Outcome) -> Response<Full<Bytes>> {
        let mut current = self.current.lock().unwrap();
        match current.take_if(|(running, _)| *running == id) {
            Some((_, done)) => {
                // Whoever waited may have given up: that is told by its own clock.
                let _ = done.send(outcome);
                status(StatusCode::ACCEPTED)
            }
            None => status(StatusCode::GONE),
        }
    }
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response
}
