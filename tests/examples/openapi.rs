//! Prints the OpenAPI document of a local server, from which the typed client is made.
//!
//! `cargo run --example openapi`

use std::io::Write;

use image_service::http::{Extras, document};

fn main() -> std::io::Result<()> {
    let document: serde_json::Value = serde_json::from_slice(&document(Extras::ALL))?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document)?;
    out.write_all(b"\n")
}
