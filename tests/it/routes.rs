//! Every route, code and header of api.md, through the real router.

mod cors;
mod delete;
mod direct_upload;
mod errors;
mod files;
mod get;
mod health;
mod idempotency;
mod limits;
mod list;
mod origin;
mod update;
mod upload;
