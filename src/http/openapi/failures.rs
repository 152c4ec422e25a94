//! The answers that say no: which codes each operation has, with examples made as real errors are.

use std::{collections::BTreeMap, time::Duration};

use utoipa::{
    IntoResponses,
    openapi::{
        AllOfBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Type,
        example::ExampleBuilder,
        response::{Response, ResponseBuilder},
    },
};

use crate::{
    Error, ErrorCode,
    domain::{FieldError, Version},
    error::Action,
    http::error::{example, status},
    pipeline,
};

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident: $errors:expr;)+) => {$(
        $(#[$doc])*
        pub(in crate::http) struct $name;

        $(#[$doc])*
        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses($errors)
            }
        }
    )+};
}

failures! {
    Upload: [protected(), json_body(), multipart(), image(), idempotency(), vec![Error::UploadNotFound]].concat_all();
    StartUpload: [
        protected(), json_body(), idempotency(), vec![Error::InvalidFileType, too_large()],
    ].concat_all();
    ReadImage: [protected(), one(Action::Access)].concat_all();
    ListImages: [protected(), vec![bad_parameter(), Error::InvalidCursor]].concat_all();
    UpdateImage: [protected(), json_body(), one(Action::Update), vec![stale()]].concat_all();
    DeleteImage: [protected(), one(Action::Delete)].concat_all();
    /// Of what needs no token and asks no backend.
    Open: vec![Error::internal("example")];
    ReadFile: [open(), vec![Error::RouteNotFound]].concat_all();
    PutFile: [
        open(),
        vec![
            Error::SignatureRefused("example"),
            Error::AlreadyUploaded,
            Error::RouteNotFound,
            Error::InvalidRequest("the body is shorter than its length".into()),
        ],
    ].concat_all();
    #[cfg(feature = "local")]
    DevToken: [open(), vec![Error::field("sub", "must be 1 to 128 letters, digits or one of _:.@|-")]].concat_all();
}

/// `concat` without `Clone`.
trait ConcatAll {
    fn concat_all(self) -> Vec<Error>;
}

impl<const N: usize> ConcatAll for [Vec<Error>; N] {
    fn concat_all(self) -> Vec<Error> {
        self.into_iter().flatten().collect()
    }
}

/// Of whatever asks a backend.
fn open() -> Vec<Error> {
    vec![Error::Timeout, Error::internal("example"), Error::Overloaded]
}

/// Of whatever needs a token.
fn protected() -> Vec<Error> {
    let limited = Error::RateLimited {
        retry_after: Duration::from_secs(42),
    };
    [open(), vec![Error::Unauthorized("example".into()), limited]].concat_all()
}

fn one(action: Action) -> Vec<Error> {
    vec![Error::NotOwner(action), Error::ImageNotFound]
}

fn json_body() -> Vec<Error> {
    vec![
        Error::InvalidRequest("the body is not JSON".into()),
        Error::Validation(vec![
            FieldError::new("title", "must be at most 255 characters"),
            FieldError::new("colour", "is not a known field"),
        ]),
        Error::UnsupportedMediaType,
    ]
}

fn multipart() -> Vec<Error> {
    vec![
        Error::InvalidRequest("the file part is missing".into()),
        too_large(),
        Error::FileTooLarge { direct_upload: true },
    ]
}

fn image() -> Vec<Error> {
    vec![
        Error::InvalidFileType,
        Error::InvalidDimensions { width: 90, height: 60 },
        Error::CorruptImage(pipeline::Error::UnsupportedFormat),
        Error::Processing("example".into()),
    ]
}

fn idempotency() -> Vec<Error> {
    vec![
        Error::IdempotencyKeyReused,
        Error::RequestInProgress {
            retry_after: Duration::from_secs(2),
        },
    ]
}

fn too_large() -> Error {
    Error::FileTooLarge { direct_upload: false }
}

fn stale() -> Error {
    Error::VersionMismatch {
        current: Version::FIRST,
    }
}

fn bad_parameter() -> Error {
    Error::field("limit", "must be a whole number from 1 to 100")
}

/// One answer for each status, one example for each error.
fn responses(errors: Vec<Error>) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Error>> = BTreeMap::new();
    for error in errors {
        by_status.entry(status(error.code()).as_u16()).or_default().push(error);
    }
    by_status
        .into_iter()
        .map(|(status, errors)| (status.to_string(), response(&errors).into()))
        .collect()
}

fn response(errors: &[Error]) -> Response {
    let mut codes: Vec<ErrorCode> = Vec::new();
    let mut examples = Vec::new();
    for error in errors {
        let code = error.code();
        let nth = codes.iter().filter(|&&other| other == code).count();
        codes.push(code);
        let name = match nth {
            0 => code.as_str().to_owned(),
            nth => format!("{}_{}", code.as_str(), nth + 1),
        };
        let value = example(error);
        let summary = value["message"].as_str().unwrap_or_default().to_owned();
        let example = ExampleBuilder::new().summary(summary).value(Some(value));
        examples.push((name, example.build()));
    }
    let mut names: Vec<&str> = codes.into_iter().map(ErrorCode::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let narrowed = ObjectBuilder::new().property(
        "code",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names.iter().copied())),
    );
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Error")).item(narrowed);
    let content = ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples);
    ResponseBuilder::new()
        .description(names.join(", "))
        .content("application/json", content.build())
        .build()
}
