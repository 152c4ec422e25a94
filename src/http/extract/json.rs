//! JSON bodies: one object whose fields are taken out one by one; what is left is unknown.

use axum::{extract::Request, http::header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

use super::{Refusals, is_json};
use crate::{
    Error,
    domain::{AlbumId, AltText, Annotations, Change, Description, Tags, Title, UploadId, Version},
};

/// Bytes: the longest fields, every character escaped, and room to spare.
const MAX_BODY: usize = 256 * 1024;

/// The fields of a JSON object and what was wrong with those taken so far.
pub(in crate::http) struct Object {
    fields: Map<String, Value>,
    refusals: Refusals,
}

/// What became of one field, or why it is refused.
type Parsed<T> = Result<Option<T>, String>;

impl Object {
    /// # Errors
    /// [`Error::UnsupportedMediaType`], [`Error::InvalidRequest`] when it is no JSON or too long,
    /// [`Error::Validation`] when it is no object.
    pub(in crate::http) async fn read(request: Request) -> Result<Self, Error> {
        if !is_json(request.headers().get(header::CONTENT_TYPE)) {
            return Err(Error::UnsupportedMediaType);
        }
        let body = Limited::new(request.into_body(), MAX_BODY)
            .collect()
            .await
            .map_err(|error| {
                Error::InvalidRequest(if error.is::<LengthLimitError>() {
                    "the body is larger than 256 KiB".into()
                } else {
                    "the body is cut off".into()
                })
            })?;
        let value = serde_json::from_slice(&body.to_bytes())
            .map_err(|_| Error::InvalidRequest("the body is not JSON".into()))?;
        match value {
            Value::Object(fields) => Ok(Self {
                fields,
                refusals: Refusals::default(),
            }),
            _ => Err(Error::field("body", "must be a JSON object")),
        }
    }

    /// # Errors
    /// [`Error::Validation`] with every refused field and every one that nobody took.
    pub(in crate::http) fn finish(mut self) -> Result<(), Error> {
        for name in self.fields.keys() {
            self.refusals.add(name, "is not a known field");
        }
        self.refusals.finish()
    }

    pub(in crate::http) fn refuse(&mut self, field: &str, reason: &str) {
        self.refusals.add(field, reason);
    }

    pub(in crate::http) fn has_error(&self, field: &str) -> bool {
        self.refusals.0.iter().any(|refusal| refusal.field == field)
    }

    /// Absent: unchanged. `null`, or nothing but spaces: removed.
    pub(in crate::http) fn change<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Parsed<T>) -> Change<T> {
        match self.fields.remove(name) {
            None => Change::Keep,
            Some(Value::Null) => Change::Remove,
            Some(value) => match self.refusals.check(name, as_text(&value).and_then(parse)) {
                Some(Some(value)) => Change::Set(value),
                Some(None) | None => Change::Remove,
            },
        }
    }

    /// A parser of one kind of text, for [`Object::change`].
    pub(in crate::http) fn text<T, E: ToString>(
        parse: impl FnOnce(&str) -> Result<Option<T>, E>,
    ) -> impl FnOnce(&str) -> Parsed<T> {
        |text| parse(text).map_err(|error| error.to_string())
    }

    /// A parser of an album's id, for [`Object::change`].
    pub(in crate::http) fn album(text: &str) -> Parsed<AlbumId> {
        text.parse().map(Some).map_err(|_| AlbumId::RULE.to_owned())
    }

    /// All tags anew, none of them after `null`.
    pub(in crate::http) fn replaced_tags(&mut self) -> Option<Tags> {
        let value = self.fields.remove("tags")?;
        let tags = match &value {
            Value::Null => Ok(Tags::default()),
            Value::Array(items) => match items.iter().map(Value::as_str).collect::<Option<Vec<_>>>() {
                Some(texts) => Tags::parse(texts).map_err(|error| error.to_string()),
                None => Err("must be a list of texts".to_owned()),
            },
            _ => Err("must be a list of texts".to_owned()),
        };
        self.refusals.check("tags", tags)
    }

    /// What a new image is given.
    pub(in crate::http) fn annotations(&mut self) -> Annotations {
        let mut annotations = Annotations::default();
        self.change("albumId", Self::album).apply(&mut annotations.album_id);
        self.change("title", Self::text(Title::parse))
            .apply(&mut annotations.title);
        self.change("description", Self::text(Description::parse))
            .apply(&mut annotations.description);
        self.change("altText", Self::text(AltText::parse))
            .apply(&mut annotations.alt_text);
        annotations.tags = self.replaced_tags().unwrap_or_default();
        annotations
    }

    pub(in crate::http) fn version(&mut self) -> Option<Version> {
        let value = self.fields.remove("version")?;
        let version = whole(&value).and_then(Version::new);
        self.refusals
            .check("version", version.ok_or("must be a positive whole number"))
    }

    /// `None` for a text that names no upload, which is not a mistake of form.
    pub(in crate::http) fn upload_id(&mut self) -> Option<UploadId> {
        self.required_string("uploadId")?.parse().ok()
    }

    pub(in crate::http) fn required_string(&mut self, name: &str) -> Option<String> {
        if !self.fields.contains_key(name) {
            self.refuse(name, "is required");
        }
        self.optional_string(name)
    }

    pub(in crate::http) fn optional_string(&mut self, name: &str) -> Option<String> {
        let value = self.fields.remove(name)?;
        let text = as_text(&value).map(str::to_owned);
        self.refusals.check(name, text)
    }

    /// Bytes of a file: at least one.
    pub(in crate::http) fn size(&mut self) -> Option<u64> {
        let size = match self.fields.remove("size") {
            None => Err("is required"),
            Some(size) => whole(&size)
                .filter(|&size| size > 0)
                .ok_or("must be a positive whole number"),
        };
        self.refusals.check("size", size)
    }
}

fn as_text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a text".to_owned())
}

/// A number without a fraction, however it is written: to JSON, 3 and 3.0 are the same.
fn whole(value: &Value) -> Option<u64> {
    /// Above, not every whole number has a floating-point form of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let from_float = |number: f64| (number.fract() == 0.0 && (0.0..EXACT).contains(&number)).then_some(number as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(from_float))
}
