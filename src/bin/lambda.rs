//! The whole service as one function on AWS Lambda: answers the API, consumes the table's stream
//! and cleans up every hour.
//!
//! What costs time is done once, before the first event, and never opens a connection: the first
//! request that needs one does. Nothing is left to a background task when an answer is out, as a
//! frozen function would not run it.

use std::{
    env, io,
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant, SystemTime},
};

use axum::Router;
use image_service::{
    bootstrap,
    config::Config,
    error::Causes,
    http, metrics,
    service::Images,
    telemetry::{self, emf::Emf},
};
use lambda_runtime::{Context, Diagnostic, LambdaEvent, Runtime, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;

#[path = "lambda/event.rs"]
mod event;
#[path = "lambda/init.rs"]
mod init;
#[path = "lambda/request.rs"]
mod request;
#[path = "lambda/stream.rs"]
mod stream;

use event::{Event, Failure};

/// Until the time limit of an invocation: what still runs then is left to the next clean-up, so
/// that there is an answer.
const RESERVE: Duration = Duration::from_millis(300);

fn main() -> ExitCode {
    let started = Instant::now();
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        eprintln!("error: this program is started by AWS Lambda (AWS_LAMBDA_RUNTIME_API is not set)");
        return ExitCode::from(2);
    }
    // One event at a time: images are processed on threads of their own, everything else waits.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(run(started))
}

async fn run(started: Instant) -> ExitCode {
    let function = match Function::open(started) {
        Ok(function) => function,
        Err(failure) => {
            init::report(&failure).await;
            return ExitCode::FAILURE;
        }
    };
    let handler = service_fn(async |event| function.invoke(event).await);
    match Runtime::new(handler).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %Causes(&*error), "no more events");
            ExitCode::FAILURE
        }
    }
}

/// What is kept from event to event.
struct Function {
    router: Router,
    images: Images,
    measurements: Emf,
    started: Instant,
    is_cold: AtomicBool,
}

/// What the caller of the function gets.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Http(request::Response),
    Stream(stream::Response),
    Schedule {},
}

impl Function {
    fn open(started: Instant) -> Result<Self, init::Failure> {
        let vars =
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let config = Config::for_lambda(vars)?;
        telemetry::init(&config.log)?;
        let measurements = Emf::new(config.stage.as_str());
        measurements.install()?;
        let state = bootstrap::connect(&config)?.state;
        Ok(Self {
            images: state.images.clone(),
            router: http::router(state),
            measurements,
            started,
            is_cold: AtomicBool::new(true),
        })
    }

    /// One event, from its arrival until nothing of it runs any more.
    async fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Answer, Diagnostic> {
        let LambdaEvent { payload, context } = event;
        if self.is_cold.swap(false, Ordering::Relaxed) {
            metrics::cold_start();
            let init_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(
                cold_start = true,
                init_ms,
                invocation = context.request_id,
                "first event"
            );
        }
        let answer = self.answer(&payload, &context).await;
        if let Err(failure) = &answer {
            tracing::error!(error = %failure, invocation = context.request_id, "an event failed");
        }
        if tokio::time::timeout(left(&context), self.images.settle())
            .await
            .is_err()
        {
            tracing::warn!(
                invocation = context.request_id,
                "something is left to the next clean-up"
            );
        }
        if let Err(error) = self.measurements.flush(io::stdout().lock()) {
            tracing::warn!(%error, "measurements are lost");
        }
        answer.map_err(Failure::into)
    }

    async fn answer(&self, payload: &RawValue, context: &Context) -> Result<Answer, Failure> {
        match Event::read(payload.get())? {
            Event::Http(event) => {
                let request = event.into_request(context.xray_trace_id.as_deref())?;
                let response = request::Response::of(self.router.clone(), request).await?;
                Ok(Answer::Http(response))
            }
            Event::Stream(records) => {
                let finished = in_time(context, stream::finish_deletions(&self.images, records)).await?;
                Ok(Answer::Stream(finished))
            }
            Event::Schedule => {
                let drained = in_time(context, self.images.drain_dead()).await?;
                let drained = drained.map_err(|error| {
                    metrics::cleanup_failed();
                    Failure::failed(Causes(&error).to_string())
                })?;
                tracing::info!(?drained, "cleaned up");
                Ok(Answer::Schedule {})
            }
        }
    }
}

/// How long an invocation may still take.
fn left(context: &Context) -> Duration {
    let left = context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
    left.saturating_sub(RESERVE)
}

/// Work that nobody waits for and that can be repeated is cut off in time to say so, instead of with
/// the function; requests have shorter limits of their own.
async fn in_time<T>(context: &Context, work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::time::timeout(left(context), work).await.map_err(|_| {
        metrics::cleanup_failed();
        Failure::failed("it took too long")
    })
}
