//! The OpenAPI document: written beside the handlers, put together here.

use bytes::Bytes;
use utoipa::{
    Modify, OpenApi, PartialSchema, ToSchema,
    openapi::{
        HeaderBuilder, InfoBuilder, KnownFormat, Object, ObjectBuilder, RefOr, Schema, SchemaFormat, Server, Type,
        path::Operation,
        response::Response,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{AppState, error::ErrorBody, routes};
use crate::ErrorCode;

pub(super) mod failures;
pub(super) mod requests;

/// What every host serves.
#[derive(OpenApi)]
#[openapi(
    paths(
        routes::list::list,
        routes::upload::upload,
        routes::one::get,
        routes::update::update,
        routes::delete::delete,
        routes::direct_upload::start,
        routes::health::health,
        routes::docs::api_docs,
    ),
    components(schemas(ErrorBody, ErrorCode)),
    tags(
        (name = "images", description = "Upload, look at, change and delete the caller's images"),
        (name = "uploads", description = "For files that do not fit through every host in one request"),
        (name = "files", description = "The pictures themselves. On AWS the CDN serves them, on the same paths"),
        (name = "service", description = "About the service itself"),
        (name = "development", description = "Only where the server issues its own tokens (`AUTH=dev`)"),
    ),
    modifiers(&Common),
)]
struct Api;

/// What a server adds that stands in for the CDN.
#[derive(OpenApi)]
#[openapi(paths(routes::files::main, routes::files::thumbnail), modifiers(&Common))]
struct Files;

/// What a server adds that stands in for the bucket.
#[derive(OpenApi)]
#[openapi(paths(routes::files::put), modifiers(&Common))]
struct Bucket;

/// What a host adds that counts by itself.
#[derive(OpenApi)]
#[openapi(paths(routes::metrics::metrics), modifiers(&Common))]
struct Measurements;

/// What a server adds that issues its own tokens.
#[cfg(feature = "local")]
#[derive(OpenApi)]
#[openapi(paths(routes::dev::token, routes::dev::jwks), modifiers(&Common))]
struct Dev;

/// What a host serves besides the API of every host. Pages are no part of the document.
#[derive(Debug, Clone, Copy)]
pub struct Extras {
    /// It stands in for the CDN.
    pub files: bool,
    /// It stands in for the bucket.
    pub uploads: bool,
    /// It shows its own measurements.
    pub metrics: bool,
    /// It issues its own tokens.
    pub tokens: bool,
}

impl Extras {
    pub const ALL: Self = Self {
        files: true,
        uploads: true,
        metrics: true,
        tokens: true,
    };

    pub(super) fn of(state: &AppState) -> Self {
        Self {
            files: state.settings.serves_files,
            uploads: state.receiver.is_some(),
            metrics: state.metrics.is_some(),
            #[cfg(feature = "local")]
            tokens: state.issuer.is_some(),
            #[cfg(not(feature = "local"))]
            tokens: false,
        }
    }
}

/// Describes exactly the routes that a router with these extras has, as JSON.
pub fn document(extras: Extras) -> Bytes {
    let mut document = Api::openapi();
    document.info = InfoBuilder::new()
        .title("Image service")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    // The host that serves the document, whichever it is.
    document.servers = Some(vec![Server::new("/")]);
    if extras.files {
        document.merge(Files::openapi());
    }
    if extras.uploads {
        document.merge(Bucket::openapi());
    }
    if extras.metrics {
        document.merge(Measurements::openapi());
    }
    #[cfg(feature = "local")]
    if extras.tokens {
        document.merge(Dev::openapi());
    }
    serde_json::to_vec(&document)
        .expect("the document has no maps with keys that are no text")
        .into()
}

const ABOUT: &str = "\
Pictures of LEGO builders: uploaded as JPEG, PNG or WebP, stored as WebP with a thumbnail.

Every error has the same form, whatever went wrong; act on its `code`, show its `message`, and name its `requestId` \
when you ask for help. New codes and new fields may come; present ones stay. Optional fields without a value are left \
out, never `null`.

Call with `Authorization: Bearer <token>`. A local server hands out tokens at `/dev/token?sub=alice`.";

impl ToSchema for ErrorCode {}

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.map(Self::as_str)))
            .into()
    }
}

const X_REQUEST_ID: &str = "X-Request-Id";

/// What all operations share.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("RS256, issued by Cognito; in development by `GET /dev/token`"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        for path in document.paths.paths.values_mut() {
            let operations = [
                &mut path.get,
                &mut path.post,
                &mut path.put,
                &mut path.patch,
                &mut path.delete,
            ];
            for operation in operations.into_iter().flatten() {
                add_headers(operation);
            }
        }
    }
}

fn add_headers(operation: &mut Operation) {
    let limited = operation.security.is_some();
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        header(response, X_REQUEST_ID, "Names the request in the service's log", text());
        // A refused token is refused before anything is counted.
        if limited && status != "401" {
            for (name, about) in [
                (
                    "X-RateLimit-Limit",
                    "Requests that the tightest limit allows; where limits are on",
                ),
                ("X-RateLimit-Remaining", "Requests left of them"),
                ("X-RateLimit-Reset", "When one more is free: seconds since 1970"),
            ] {
                header(response, name, about, whole_number());
            }
        }
        match status.as_str() {
            "401" => header(response, "WWW-Authenticate", "`Bearer error=\"invalid_token\"`", text()),
            "409" | "429" | "503" => {
                let about = "Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, \
                             `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE`";
                header(response, "Retry-After", about, whole_number());
            }
            _ => {}
        }
    }
}

fn header(response: &mut Response, name: &str, about: &str, schema: Object) {
    let header = HeaderBuilder::new().schema(Some(schema)).description(Some(about));
    response.headers.insert(name.to_owned(), header.build().into());
}

fn text() -> Object {
    Object::with_type(Type::String)
}

fn whole_number() -> Object {
    let mut number = Object::with_type(Type::Integer);
    number.format = Some(SchemaFormat::KnownFormat(KnownFormat::Int64));
    number
}
