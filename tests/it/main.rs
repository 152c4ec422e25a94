//! The default tests.
