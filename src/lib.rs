//! The image service of a community of LEGO builders: takes uploads (JPEG, PNG, WebP), turns them
//! into WebP with a thumbnail, keeps their metadata, and lists, updates and deletes them for their
//! owner only.
//!
//! One axum application, [`http::router`], is driven by three hosts: a plain HTTP server
//! (`src/bin/server.rs`), a Lambda (`src/bin/lambda.rs`), and the tests in process. What is tested is
//! what ships.
//!
//! # Code map
//!
//! An arrow means "may name"; nothing points up, and `tests/it/tidy.rs` fails when something does.
//!
//! ```text
//! bin ──► bootstrap ──► backends
//!  │          │            │ implement
//!  │          ▼            ▼
//!  └──────► http ──► service ──► traits ──► domain
//!                       └─────► pipeline
//! ```
//!
//! | module | job |
//! | --- | --- |
//! | [`domain`] | validated types: ids, text, images, pages, the bookkeeping of uploads |
//! | [`error`] | what can go wrong, in the API's terms and without HTTP |
//! | [`pipeline`] | bytes and a recipe in, a rendition out |
//! | [`store`] | traits and backends for metadata and files |
//! | [`cache`], [`rate_limit`], [`delivery`], [`clock`] | further traits with their backends |
//! | [`redis`] | calls to Redis that are bounded in time; the cache and the rate limiter stand on it |
//! | [`service`] | the use cases: the only place that orders side effects |
//! | [`http`] | routes, the middleware stack, extractors, the one shape of errors |
//! | [`config`] | every setting, defined and documented once |
//! | [`metrics`] | what is counted and timed |
//! | [`telemetry`] | logs, and where measurements go |
//! | `bootstrap` | from settings to an application: the only file that names backends |
//!
//! # Invariants
//!
//! - `pipeline` and `domain` do no I/O, are not async and have no global state.
//! - Only `bin` reads the environment; only `bootstrap` names a backend; axum is named in `http` and
//!   by the binaries alone.
//! - Values are parsed at the edge into types that can not hold a bad value; nothing below `http`
//!   validates again.
//! - Every write has one commit point, a single call to [`store::MetadataStore`], and leaves a marker
//!   before it begins. A crash anywhere leaves garbage that [`service::Images::drain`] removes: never
//!   metadata without files.
//! - A use case with side effects runs to its end whatever becomes of its caller; deadlines are
//!   passed in, and nothing is cut off in the middle of a write.
//! - Below HTTP there are codes and no statuses. `http::error` renders every error, logs what is our
//!   own fault once, and tells a client nothing of causes.
//! - Everything is bounded before it is done: bodies, pixels, memory, pages, time, connections.

#[cfg(any(feature = "aws", feature = "local"))]
pub mod bootstrap;
pub mod cache;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod error;
pub mod http;
pub mod metrics;
pub mod pipeline;
pub mod rate_limit;
pub mod redis;
pub mod service;
pub mod store;
pub mod telemetry;

pub use error::{Error, ErrorCode};
