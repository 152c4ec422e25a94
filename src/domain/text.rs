//! Text from users: normalised (NFC), trimmed, without characters that deceive a reader.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use validator::ValidateLength;

/// A rule that a text breaks, for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(pub String);

/// Embeddings, overrides and isolates of the Unicode Bidirectional Algorithm (UAX #9), with which
/// a text can be made to read otherwise than it is written.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

fn is_forbidden(c: char) -> bool {
    c.is_control() || is_bidi_control(c)
}

/// NFC and trimmed, at most `max` characters, newlines only where `multiline`.
fn normalise(raw: &str, max: u64, multiline: bool) -> Result<String, InvalidText> {
    let mut text: String = raw.nfc().collect();
    if multiline {
        // Browsers make \r\n of every newline in a form, and none in JSON.
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    let text = text.trim();
    if text
        .chars()
        .any(|c| is_forbidden(c) && !(multiline && matches!(c, '\n' | '\t')))
    {
        return Err(InvalidText(
            "must not contain control or bidirectional override characters".into(),
        ));
    }
    if !text.validate_length(None, Some(max), None) {
        return Err(InvalidText(format!("must be at most {max} characters")));
    }
    Ok(text.to_owned())
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:literal, $multiline:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Unicode characters.
            pub const MAX_LENGTH: u64 = $max;

            /// `None` when nothing is left after trimming.
            ///
            /// # Errors
            /// Too long, or with control or bidirectional-override characters.
            pub fn parse(raw: &str) -> Result<Option<Self>, InvalidText> {
                let text = normalise(raw, Self::MAX_LENGTH, $multiline)?;
                Ok((!text.is_empty()).then_some(Self(text)))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// What an image is called: one line.
    Title, 255, false
);
text!(
    /// What there is to say about an image; may have several lines.
    Description, 5000, true
);
text!(
    /// What an image shows, for those who can not see it: one line.
    AltText, 255, false
);
text!(
    /// One label of an image.
    Tag, 50, false
);

/// Labels in the order of their first mention, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<Tag>);

impl Tags {
    pub const MAX_COUNT: usize = 20;

    /// Empty ones are dropped and repeated ones kept once before they are counted.
    ///
    /// # Errors
    /// More than [`Tags::MAX_COUNT`], or one that is no valid [`Tag`].
    pub fn parse<S: AsRef<str>>(raw: impl IntoIterator<Item = S>) -> Result<Self, InvalidText> {
        let mut tags: Vec<Tag> = Vec::new();
        for text in raw {
            let Some(tag) =
                Tag::parse(text.as_ref()).map_err(|InvalidText(reason)| InvalidText(format!("each tag {reason}")))?
            else {
                continue;
            };
            if tags.contains(&tag) {
                continue;
            }
            if tags.len() == Self::MAX_COUNT {
                return Err(InvalidText(format!("must be at most {} tags", Self::MAX_COUNT)));
            }
            tags.push(tag);
        }
        Ok(Self(tags))
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Tag> {
        self.0.iter()
    }

    pub fn contains(&self, tag: &Tag) -> bool {
        self.0.contains(tag)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The name that a file had on its owner's machine; for display, never for a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filename(String);

impl Filename {
    const MAX_LENGTH: usize = 255;
    const UNNAMED: &'static str = "upload";

    /// Never fails: folders, control and bidirectional-override characters are removed, then the
    /// name is cut to 255 characters keeping its extension; `upload` when nothing is left.
    pub fn sanitise(raw: &str) -> Self {
        let base = raw.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = base.nfc().filter(|&c| !is_forbidden(c)).collect();
        let name = clean.trim();
        if name.is_empty() || name == "." || name == ".." {
            return Self(Self::UNNAMED.to_owned());
        }
        let length = name.chars().count();
        if length <= Self::MAX_LENGTH {
            return Self(name.to_owned());
        }
        let extension = name
            .rfind('.')
            .map(|dot| &name[dot..])
            .filter(|extension| extension.chars().count() <= 16)
            .unwrap_or_default();
        let keep = Self::MAX_LENGTH - extension.chars().count();
        Self(name.chars().take(keep).chain(extension.chars()).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Filename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_normalised_before_it_is_measured() {
        let decomposed = "e\u{301}".repeat(255);
        assert_eq!(Title::parse(&decomposed).unwrap().unwrap().as_str(), "é".repeat(255));
        assert_eq!(Title::parse("  \u{a0} ").unwrap(), None);
        assert_eq!(
            Title::parse(&"x".repeat(256)).unwrap_err().0,
            "must be at most 255 characters"
        );
        assert!(Title::parse("a\nb").is_err());
        assert!(Title::parse("a\u{202E}gpj.exe").is_err());
        assert!(Description::parse("a\nb").is_ok());
        assert!(Description::parse("a\u{0}b").is_err());
    }

    #[test]
    fn tags_keep_their_first_mention() {
        let tags = Tags::parse(["castle", " ", "medieval", "castle "]).unwrap();
        assert_eq!(tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["castle", "medieval"]);
        assert!(Tags::parse((0..20).map(|n| n.to_string())).is_ok());
        assert!(Tags::parse((0..21).map(|n| n.to_string())).is_err());
    }

    #[test]
    fn a_file_name_never_fails() {
        for (raw, name) in [
            ("IMG_1234.jpg", "IMG_1234.jpg"),
            ("C:\\fakepath\\a.png", "a.png"),
            ("../../etc/passwd", "passwd"),
            ("a\u{202E}gpj.exe", "agpj.exe"),
            ("..", "upload"),
            ("", "upload"),
            ("dir/", "upload"),
        ] {
            assert_eq!(Filename::sanitise(raw).as_str(), name);
        }
        let long = Filename::sanitise(&format!("{}.jpeg", "ä".repeat(300)));
        assert_eq!(long.as_str().chars().count(), 255);
        assert!(long.as_str().ends_with("ä.jpeg"));
    }
}
