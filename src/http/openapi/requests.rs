//! What clients send, as the document describes it. The handlers take requests apart by hand, to
//! tell about all mistakes at once, so these types exist for their schemas only.

use serde_json::json;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Required, Schema, SchemaFormat, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::{AdditionalProperties, SchemaType},
    },
};

use crate::{
    domain::{AltText, Description, IdempotencyKey, Tag, Tags, Title, Version},
    pipeline::Format,
};

/// One line: no control characters and none that changes the direction of writing. White space at
/// the ends is trimmed first, which a pattern can not say.
const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*$";
/// The same, with tabs and newlines.
const LINES: &str =
    r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*$";
/// Bytes of the largest file that any host takes.
const MAX_FILE_SIZE: u64 = 10 * 1024 * 1024;
const ALBUM: &str = "^[A-Za-z0-9_-]{1,64}$";
#[cfg(feature = "local")]
const USER: &str = "^[A-Za-z0-9][A-Za-z0-9_:.@|-]{0,127}$";

macro_rules! schema {
    ($($(#[$doc:meta])* $name:ident = $schema:expr;)+) => {$(
        $(#[$doc])*
        pub(in crate::http) struct $name;

        $(#[$doc])*
        impl ToSchema for $name {}

        $(#[$doc])*
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }
    )+};
}

schema! {
    UploadForm = annotations(ObjectBuilder::new(), |field| field)
        .property_names(Some(text().pattern(Some("^[A-Za-z0-9_.\\[\\]-]+$"))))
        .description(Some("A file and what there is to say about it. Parts may come in any order; unknown ones are ignored"))
        .property("tags[]", tags().description(Some("Another way to write `tags`")))
        .property("file", ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("JPEG, PNG or WebP of at most 10 MiB, 100×100 to 8000×8000 pixels. Its first bytes tell \
                               what it is, not its name or declared type")))
        .required("file");
    FinishUpload = annotations(closed_object(), nullable)
        .description(Some("What to make an image of that was uploaded directly"))
        .property("uploadId", text().description(Some("From the answer of `POST /uploads`"))
            .examples([json!("01ARZ3NDEKTSV4RRFFQ69G5FAV")]))
        .required("uploadId");
    StartUpload = closed_object()
        .description(Some("What will be uploaded"))
        .property("filename", text().description(Some("For display")).examples([json!("IMG_1.jpg")]))
        .property("contentType", text()
            .enum_values(Some(Format::all().map(Format::mime))))
        .property("size", whole_number(1).maximum(Some(MAX_FILE_SIZE)).description(Some("Bytes")).examples([json!(8_123_456)]))
        .required("contentType")
        .required("size");
    ImagePatch = annotations(closed_object(), nullable)
        .description(Some("Absent: unchanged; `null`: removed; `tags` replaces all tags"))
        .property("version", whole_number(1).maximum(Some(Version::MAX))
            .description(Some("The version last seen; required unless `If-Match` is sent")));
    DirectUpload = ObjectBuilder::new()
        .description(Some("How to send the file: `method` to `url` with exactly these `headers` and the announced length"))
        .property("uploadId", text())
        .property("method", text().enum_values(Some(["PUT"])))
        .property("url", text().format(Some(SchemaFormat::Custom("uri".to_owned()))))
        .property("headers", ObjectBuilder::new()
            .additional_properties(Some(text()))
            .examples([json!({ "Content-Type": "image/jpeg", "If-None-Match": "*" })]))
        .property("expiresAt", text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))))
        .required("uploadId").required("method").required("url").required("headers").required("expiresAt");
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident = [$($parameter:expr),+ $(,)?];)+) => {$(
        $(#[$doc])*
        pub(in crate::http) struct $name;

        $(#[$doc])*
        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                vec![$($parameter.build()),+]
            }
        }
    )+};
}

parameters! {
    ListQuery = [
        query("limit", "Images in a page", whole_number(1).maximum(Some(100)).default(Some(json!(20)))),
        query("cursor", "`nextCursor` of the page before; it belongs to the caller, the filter and the order", text()),
        query("albumId", "Only images of this album", text().pattern(Some(ALBUM))),
        query("tag", "Only images that carry this tag", line(Tag::MAX_LENGTH).min_length(Some(1))),
        query("sortOrder", "By time of upload: newest first or oldest first",
            text().enum_values(Some(["desc", "asc"])).default(Some(json!("desc")))),
    ];
    ImageId = [path("id", "Id of an image", text()).example(Some(json!("01ARZ3NDEKTSV4RRFFQ69G5FAV")))];
    File = [
        path("user", "Id of the owner", text()).example(Some(json!("alice"))),
        path("file", "Id of the image, and `.webp`", text()).example(Some(json!("01ARZ3NDEKTSV4RRFFQ69G5FAV.webp"))),
    ];
    IdempotencyHeader = [
        in_header("Idempotency-Key",
            "A retry with the same key within 24 hours answers with the first result and stores nothing new",
            text().min_length(Some(1)).max_length(Some(IdempotencyKey::MAX_LENGTH)).pattern(Some("^[!-~]+$"))),
    ];
    IfMatch = [
        in_header("If-Match", "The version last seen, in quotes; may stand in for `version`",
            text().pattern(Some(r#"^(W/)?"[1-9][0-9]{0,14}"$"#)).examples([json!("\"1\"")])),
    ];
    IfNoneMatch = [in_header("If-None-Match", "`ETag` of an earlier answer: 304 when nothing changed", text())];
    SignedPut = [
        path("id", "`uploadId` of the answer of `POST /uploads`, which has the whole URL", text()),
        in_header("If-None-Match", "As in the answer of `POST /uploads`", text().enum_values(Some(["*"])))
            .required(Required::True),
    ];
    #[cfg(feature = "local")]
    TokenQuery = [
        query("sub", "Who the token is for", text().pattern(Some(USER))).required(Required::True)
            .example(Some(json!("alice"))),
    ];
}

fn query(name: &str, about: &str, schema: ObjectBuilder) -> ParameterBuilder {
    parameter(name, about, schema, ParameterIn::Query)
}

fn in_header(name: &str, about: &str, schema: ObjectBuilder) -> ParameterBuilder {
    parameter(name, about, schema, ParameterIn::Header)
}

fn path(name: &str, about: &str, schema: ObjectBuilder) -> ParameterBuilder {
    parameter(name, about, schema, ParameterIn::Path).required(Required::True)
}

fn parameter(name: &str, about: &str, schema: ObjectBuilder, place: ParameterIn) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(schema))
}

/// The fields that users write, each by the rules of its type.
fn annotations(object: ObjectBuilder, wrap: fn(ObjectBuilder) -> ObjectBuilder) -> ObjectBuilder {
    object
        .property(
            "albumId",
            wrap(text().pattern(Some(ALBUM)).examples([json!("castles")])),
        )
        .property("title", wrap(line(Title::MAX_LENGTH).examples([json!("Castle gate")])))
        .property("description", wrap(line(Description::MAX_LENGTH).pattern(Some(LINES))))
        .property(
            "altText",
            wrap(line(AltText::MAX_LENGTH)).description(Some("What the picture shows, for those who can not see it")),
        )
        .property("tags", tags())
}

fn tags() -> ArrayBuilder {
    ArrayBuilder::new()
        .items(line(Tag::MAX_LENGTH))
        .max_items(Some(Tags::MAX_COUNT))
        .examples([json!(["castle", "medieval"])])
}

/// Unknown fields are refused.
fn closed_object() -> ObjectBuilder {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn nullable(field: ObjectBuilder) -> ObjectBuilder {
    field.schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn line(max_length: u64) -> ObjectBuilder {
    text().max_length(usize::try_from(max_length).ok()).pattern(Some(LINE))
}

fn whole_number(minimum: u64) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(minimum))
}
