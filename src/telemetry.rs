//! Logs and measurements. Only binaries set them up; everything else just emits events.

use std::io::{self, IsTerminal};

use tracing::{Subscriber, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{Layer, Registry, fmt, fmt::MakeWriter, layer::SubscriberExt};

use crate::config::{Log, LogFormat};

#[cfg(feature = "aws")]
pub mod emf;
#[cfg(feature = "local")]
pub mod prometheus;

/// Logs to standard error from now on.
///
/// # Errors
/// The process logs already.
pub fn init(log: &Log) -> Result<(), SetGlobalDefaultError> {
    let colors = io::stderr().is_terminal();
    tracing::subscriber::set_global_default(subscriber(log, colors, io::stderr))
}

/// What turns events into lines. In JSON, the fields of an event stand at the top level, beside
/// those of the request that it belongs to in `span`.
pub fn subscriber<W>(log: &Log, colors: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Text => lines.with_ansi(colors).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(log.filter.clone()))
}
