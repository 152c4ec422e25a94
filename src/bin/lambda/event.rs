//! What the function is called with: the one place where kinds of events are told apart.

use std::collections::BTreeSet;

use lambda_runtime::Diagnostic;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{request::HttpEvent, stream::Record};

/// One invocation.
pub enum Event<'a> {
    /// Of the HTTP API, payload format 2.0.
    Http(Box<HttpEvent<'a>>),
    /// Changes of the table.
    Stream(Vec<Record>),
    /// Of the hourly rule.
    Schedule,
}

/// The fields that tell.
#[derive(Deserialize)]
struct Shape<'a> {
    version: Option<String>,
    #[serde(borrow, rename = "requestContext")]
    request_context: Option<&'a RawValue>,
    #[serde(rename = "Records")]
    records: Option<Vec<Source>>,
    source: Option<String>,
    #[serde(rename = "detail-type")]
    detail_type: Option<String>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(rename = "eventSource")]
    event_source: Option<String>,
}

#[derive(Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

impl<'a> Event<'a> {
    /// # Errors
    /// It is of no known kind, or not what its kind has to be.
    pub fn read(json: &'a str) -> Result<Self, Failure> {
        let shape: Shape = serde_json::from_str(json).map_err(|_| unknown(json))?;
        let is_of_table = |source: &Source| source.event_source.as_deref() == Some("aws:dynamodb");
        match shape {
            Shape {
                version: Some(version),
                request_context: Some(_),
                ..
            } if version == "2.0" => Ok(Self::Http(Box::new(parse(json)?))),
            Shape {
                records: Some(records), ..
            } if !records.is_empty() && records.iter().all(is_of_table) => {
                let Batch { records } = parse(json)?;
                Ok(Self::Stream(records))
            }
            Shape {
                source: Some(source),
                detail_type: Some(detail_type),
                ..
            } if source == "aws.events" && detail_type == "Scheduled Event" => Ok(Self::Schedule),
            _ => Err(unknown(json)),
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|error| Failure::unreadable(error.to_string()))
}

/// Names the fields that are there, which tells what was sent without telling its content.
fn unknown(json: &str) -> Failure {
    const SHOWN: usize = 20;
    let fields: BTreeSet<String> = match serde_json::from_str(json) {
        Ok(serde_json::Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).take(SHOWN).collect(),
        _ => BTreeSet::new(),
    };
    Failure {
        kind: "UnknownEvent",
        message: format!(
            "this is no request of an HTTP API (payload format 2.0), no batch of a table's stream and no scheduled \
             event; its fields: {fields:?}"
        ),
    }
}

/// Why an event has no answer, for whoever calls the function.
#[derive(Debug, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct Failure {
    kind: &'static str,
    message: String,
}

impl Failure {
    /// It is of a known kind, but not what that kind has to be.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self {
            kind: "UnreadableEvent",
            message: message.into(),
        }
    }

    /// It was understood and could not be carried out: whoever called may call again.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            kind: "Failed",
            message: message.into(),
        }
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: failure.kind.to_owned(),
            error_message: failure.message,
        }
    }
}
