//! The text parts of a form.

use super::Refusals;
use crate::{
    Error,
    domain::{AlbumId, AltText, Annotations, Description, Tags, Title},
};

/// As they came, before any rule is applied: rules come after the file has been looked at.
#[derive(Debug, Default)]
pub(in crate::http) struct Fields {
    album_id: Vec<String>,
    title: Vec<String>,
    description: Vec<String>,
    alt_text: Vec<String>,
    tags: Vec<String>,
}

impl Fields {
    /// Whether a part of this name is known; others are ignored.
    pub(super) fn knows(name: &str) -> bool {
        matches!(
            name,
            "albumId" | "title" | "description" | "altText" | "tags" | "tags[]"
        )
    }

    pub(super) fn add(&mut self, name: &str, text: String) {
        match name {
            "albumId" => self.album_id.push(text),
            "title" => self.title.push(text),
            "description" => self.description.push(text),
            "altText" => self.alt_text.push(text),
            "tags" | "tags[]" => self.tags.push(text),
            _ => {}
        }
    }

    /// # Errors
    /// [`Error::Validation`] with every field that breaks a rule.
    pub(in crate::http) fn annotations(self) -> Result<Annotations, Error> {
        let mut refusals = Refusals::default();
        let album = once(&mut refusals, "albumId", self.album_id).filter(|text| !text.trim().is_empty());
        let annotations = Annotations {
            album_id: album
                .and_then(|text| refusals.check("albumId", text.trim().parse::<AlbumId>().map_err(|_| AlbumId::RULE))),
            title: text(&mut refusals, "title", self.title, Title::parse),
            description: text(&mut refusals, "description", self.description, Description::parse),
            alt_text: text(&mut refusals, "altText", self.alt_text, AltText::parse),
            tags: refusals.check("tags", tags(self.tags)).unwrap_or_default(),
        };
        refusals.finish()?;
        Ok(annotations)
    }
}

fn once(refusals: &mut Refusals, field: &str, mut values: Vec<String>) -> Option<String> {
    if values.len() > 1 {
        refusals.add(field, "must be given once");
    }
    values.pop()
}

fn text<T, E: ToString>(
    refusals: &mut Refusals,
    field: &str,
    values: Vec<String>,
    parse: impl FnOnce(&str) -> Result<Option<T>, E>,
) -> Option<T> {
    let text = once(refusals, field, values)?;
    refusals.check(field, parse(&text)).flatten()
}

/// Repeated parts, or one part with a JSON array.
fn tags(values: Vec<String>) -> Result<Tags, String> {
    if let [single] = values.as_slice()
        && let Ok(serde_json::Value::Array(items)) = serde_json::from_str(single)
    {
        let texts: Option<Vec<&str>> = items.iter().map(serde_json::Value::as_str).collect();
        let texts = texts.ok_or("must be a list of texts")?;
        return Tags::parse(texts).map_err(|error| error.to_string());
    }
    Tags::parse(values).map_err(|error| error.to_string())
}
