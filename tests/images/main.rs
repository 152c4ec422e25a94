//! Checks of real image files.
