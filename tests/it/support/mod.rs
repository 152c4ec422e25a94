//! What the tests share: the real application on local backends, clients named for who calls, and
//! pictures made by code.

pub mod app;
pub mod client;
pub mod clock;
pub mod faulty;
pub mod form;
pub mod looks;
pub mod pictures;
pub mod routes;

pub use app::TestApp;
pub use client::{Client, Reply};
pub use clock::ManualClock;
pub use form::Form;
