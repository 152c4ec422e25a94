//! The pages for developers, `GET /` and `GET /swagger`, with all that they are made of. Only on a
//! local server; built by `make client` and compiled in.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::http::AppState;

/// What the pages may load and call.
#[derive(Debug, Clone)]
pub struct Pages {
    policy: HeaderValue,
}

impl Pages {
    /// Pages that may use their own host and the one that pictures come from and go to.
    pub fn new(public_url: &str) -> Self {
        // scheme://host:port, without the path.
        let end = public_url
            .match_indices('/')
            .nth(2)
            .map_or(public_url.len(), |(slash, _)| slash);
        let files = &public_url[..end];
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {files} data: blob:; \
             connect-src 'self' {files}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self {
            policy: HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'")),
        }
    }
}

macro_rules! asset {
    ($path:literal, $content_type:literal, $file:literal) => {
        Asset {
            path: $path,
            content_type: HeaderValue::from_static($content_type),
            gzip: false,
            bytes: include_bytes!(concat!("../../console/dist/", $file)),
        }
    };
}

/// One file of a page.
struct Asset {
    path: &'static str,
    content_type: HeaderValue,
    /// Kept compressed; every browser takes it so.
    gzip: bool,
    bytes: &'static [u8],
}

fn assets() -> [Asset; 8] {
    [
        asset!("/", "text/html; charset=utf-8", "index.html"),
        asset!("/console/app.js", "text/javascript; charset=utf-8", "app.js"),
        asset!("/console/client.js", "text/javascript; charset=utf-8", "client.js"),
        asset!("/console/style.css", "text/css; charset=utf-8", "style.css"),
        asset!("/swagger", "text/html; charset=utf-8", "swagger.html"),
        asset!("/swagger/page.js", "text/javascript; charset=utf-8", "swagger.js"),
        Asset {
            gzip: true,
            ..asset!(
                "/swagger/swagger-ui.js",
                "text/javascript; charset=utf-8",
                "swagger-ui.js.gz"
            )
        },
        Asset {
            gzip: true,
            ..asset!(
                "/swagger/swagger-ui.css",
                "text/css; charset=utf-8",
                "swagger-ui.css.gz"
            )
        },
    ]
}

/// A route for each file.
pub(in crate::http) fn routes(pages: &Pages) -> Router<AppState> {
    assets().into_iter().fold(Router::new(), |router, asset| {
        let path = asset.path;
        let page = Arc::new(Page::new(asset, pages));
        router.route(path, get(move |headers: HeaderMap| async move { page.serve(&headers) }))
    })
}

/// A file together with the headers that never change.
struct Page {
    headers: HeaderMap,
    etag: HeaderValue,
    bytes: Bytes,
}

impl Page {
    fn new(asset: Asset, pages: &Pages) -> Self {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(asset.bytes)[..12]);
        let etag = HeaderValue::from_str(&format!("\"{hash}\"")).expect("base64 in quotes is a header value");
        let mut headers = HeaderMap::from_iter([
            (header::CONTENT_TYPE, asset.content_type),
            // A new build is seen at once, an old one costs one round trip.
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::ETAG, etag.clone()),
            (header::CONTENT_SECURITY_POLICY, pages.policy.clone()),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
        ]);
        if asset.gzip {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Self {
            headers,
            etag,
            bytes: Bytes::from_static(asset.bytes),
        }
    }

    fn serve(&self, request: &HeaderMap) -> Response {
        if request.get(header::IF_NONE_MATCH) == Some(&self.etag) {
            return (StatusCode::NOT_MODIFIED, self.headers.clone()).into_response();
        }
        (self.headers.clone(), self.bytes.clone()).into_response()
    }
}
