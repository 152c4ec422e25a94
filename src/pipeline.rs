//! Bytes and a recipe in, a rendition out.
