//! Stub until the pipeline is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
}
impl Format {
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("unsupported format")]
    UnsupportedFormat,
    #[error("dimensions")]
    Dimensions { width: u32, height: u32 },
    #[error("corrupt: {0}")]
    Corrupt(String),
    #[error("internal: {0}")]
    Internal(String),
}
pub struct Header {
    pub format: Format,
    pub width: u32,
    pub height: u32,
    pub peak_bytes: u64,
}
pub fn sniff(_bytes: &[u8]) -> Option<Format> {
    None
}
pub fn probe(_bytes: &[u8]) -> Result<Header, Error> {
    Err(Error::UnsupportedFormat)
}
#[derive(Debug, Clone, Default)]
pub struct Recipe {}
impl Recipe {
    pub fn quality(&self) -> u8 {
        85
    }
}

pub struct Rendition {
    pub width: u32,
    pub height: u32,
    pub main: Vec<u8>,
    pub thumbnail: Vec<u8>,
    pub thumbhash: Vec<u8>,
}
pub fn process(_bytes: &[u8], _recipe: &Recipe) -> Result<Rendition, Error> {
    Err(Error::UnsupportedFormat)
}
