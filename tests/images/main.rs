//! Checks of real image files.
fn main() {}
