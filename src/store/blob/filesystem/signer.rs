//! URLs of this very server that let their holder put one file: what S3 calls presigned.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    domain::{BlobKey, Timestamp, UploadId, UserId},
    store::blob::{PutGrant, SignedPut, SignedQuery},
};

/// Unreserved characters (RFC 3986, section 2.3) stay as they are.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Signs and verifies with a secret key, so it has no `Debug`.
#[derive(Clone)]
pub struct UrlSigner {
    key: hmac::Key,
    base_url: String,
}

impl UrlSigner {
    /// `base_url` is this server's, such as `http://localhost:3000`.
    pub fn new(key: &[u8; 32], base_url: &str) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            base_url: base_url.trim_end_matches('/').to_owned(),
        }
    }

    /// `None` for a key that is not one of a direct upload.
    pub fn sign(&self, grant: &PutGrant) -> Option<SignedPut> {
        let (user, upload) = (grant.key.user()?, grant.key.upload_id()?);
        let mut query = SignedQuery {
            user: user.to_string(),
            r#type: grant.content_type.to_owned(),
            length: grant.content_length.to_string(),
            expires: grant.expires_at.as_millis().to_string(),
            signature: String::new(),
        };
        let tag = hmac::sign(&self.key, &signed_text(upload, &query));
        query.signature = BASE64_URL_SAFE_NO_PAD.encode(tag);
        let value = |text: &str| utf8_percent_encode(text, VALUE).to_string();
        let url = format!(
            "{}/uploads/{upload}?user={}&type={}&length={}&expires={}&signature={}",
            self.base_url,
            value(&query.user),
            value(&query.r#type),
            value(&query.length),
            value(&query.expires),
            value(&query.signature),
        );
        let headers = BTreeMap::from([
            ("Content-Type".to_owned(), grant.content_type.to_owned()),
            ("If-None-Match".to_owned(), "*".to_owned()),
        ]);
        Some(SignedPut { url, headers })
    }

    /// Where the file of this request belongs.
    ///
    /// # Errors
    /// Why the request is not the one that was signed; for the log.
    pub fn verify(
        &self,
        upload: UploadId,
        query: &SignedQuery,
        content_type: &str,
        content_length: u64,
        now: Timestamp,
    ) -> Result<BlobKey, &'static str> {
        let tag = BASE64_URL_SAFE_NO_PAD
            .decode(&query.signature)
            .map_err(|_| "the signature is not base64")?;
        hmac::verify(&self.key, &signed_text(upload, query), &tag).map_err(|_| "the signature does not match")?;
        // From here on the query is our own.
        let expires: i64 = query.expires.parse().map_err(|_| "no expiry was signed")?;
        let user: UserId = query.user.parse().map_err(|_| "no user was signed")?;
        if now >= Timestamp::from_millis(expires) {
            return Err("the URL has expired");
        }
        if content_type != query.r#type {
            return Err("another content type was signed");
        }
        if content_length.to_string() != query.length {
            return Err("another length was signed");
        }
        Ok(BlobKey::temporary(&user, upload))
    }
}

/// One value a line. The number of lines is fixed, so a value with a line break in it is another text.
fn signed_text(upload: UploadId, query: &SignedQuery) -> Vec<u8> {
    let SignedQuery {
        user,
        r#type,
        length,
        expires,
        signature: _,
    } = query;
    format!("PUT\n{upload}\n{user}\n{type}\n{length}\n{expires}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn signer() -> UrlSigner {
        UrlSigner::new(&[7; 32], "http://localhost:3000/")
    }

    fn upload() -> UploadId {
        "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap()
    }

    fn signed() -> SignedPut {
        let grant = PutGrant {
            key: BlobKey::temporary(&"auth0|a@b".parse().unwrap(), upload()),
            content_type: "image/jpeg",
            content_length: 8_123_456,
            issued_at: NOW,
            expires_at: Timestamp::from_millis(1_600_000),
        };
        signer().sign(&grant).unwrap()
    }

    fn query(url: &str) -> SignedQuery {
        let values: BTreeMap<&str, String> = url
            .split_once('?')
            .unwrap()
            .1
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| {
                let value = percent_encoding::percent_decode_str(value).decode_utf8().unwrap();
                (name, value.into_owned())
            })
            .collect();
        serde_json::from_value(serde_json::to_value(values).unwrap()).unwrap()
    }

    #[test]
    fn a_signed_url_is_one_of_this_server() {
        let signed = signed();
        assert!(
            signed.url.starts_with(
                "http://localhost:3000/uploads/01ARZ3NDEKTSV4RRFFQ69G5FAV?user=auth0%7Ca%40b&type=image%2Fjpeg\
                 &length=8123456&expires=1600000&signature="
            ),
            "{}",
            signed.url
        );
        assert_eq!(
            signed.headers.into_iter().collect::<Vec<_>>(),
            [("Content-Type", "image/jpeg"), ("If-None-Match", "*")].map(|(n, v)| (n.to_owned(), v.to_owned()))
        );
    }

    #[test]
    fn a_key_outside_the_temporary_ones_is_not_signed() {
        let user = "alice".parse().unwrap();
        let grant = PutGrant {
            key: BlobKey::main(&user, "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap()),
            content_type: "image/jpeg",
            content_length: 1,
            issued_at: NOW,
            expires_at: NOW,
        };
        assert_eq!(signer().sign(&grant), None);
    }

    #[test]
    fn only_the_signed_request_passes() {
        let query = query(&signed().url);
        let check = |change: fn(&mut SignedQuery), id: UploadId, kind: &str, length: u64, now: i64| {
            let mut query = query.clone();
            change(&mut query);
            signer().verify(id, &query, kind, length, Timestamp::from_millis(now))
        };
        let other = "01ARZ3NDEKTSV4RRFFQ69G5FAW".parse().unwrap();
        let key = BlobKey::temporary(&"auth0|a@b".parse().unwrap(), upload());
        let mismatch = Err("the signature does not match");
        for (name, result, expected) in [
            (
                "as signed",
                check(|_| {}, upload(), "image/jpeg", 8_123_456, 1_599_999),
                Ok(key),
            ),
            (
                "late",
                check(|_| {}, upload(), "image/jpeg", 8_123_456, 1_600_000),
                Err("the URL has expired"),
            ),
            (
                "type",
                check(|_| {}, upload(), "image/png", 8_123_456, 1_000_000),
                Err("another content type was signed"),
            ),
            (
                "length",
                check(|_| {}, upload(), "image/jpeg", 8_123_457, 1_000_000),
                Err("another length was signed"),
            ),
            (
                "upload",
                check(|_| {}, other, "image/jpeg", 8_123_456, 1_000_000),
                mismatch.clone(),
            ),
            (
                "user",
                check(|q| q.user = "eve".into(), upload(), "image/jpeg", 8_123_456, 1_000_000),
                mismatch.clone(),
            ),
            (
                "expiry",
                check(|q| q.expires = "9".into(), upload(), "image/jpeg", 8_123_456, 1),
                mismatch.clone(),
            ),
            (
                "cut",
                check(|q| q.signature.truncate(40), upload(), "image/jpeg", 8_123_456, 1),
                mismatch.clone(),
            ),
            (
                "none",
                check(|q| q.signature.clear(), upload(), "image/jpeg", 8_123_456, 1),
                mismatch.clone(),
            ),
            (
                "shifted",
                check(
                    |q| {
                        q.user.push_str("\nimage/jpeg");
                        q.r#type = q.length.clone();
                        q.length = q.expires.clone();
                        q.expires.clear();
                    },
                    upload(),
                    "image/jpeg",
                    8_123_456,
                    1,
                ),
                mismatch,
            ),
            (
                "garbage",
                check(|q| q.signature = "?".into(), upload(), "image/jpeg", 8_123_456, 1),
                Err("the signature is not base64"),
            ),
        ] {
            assert_eq!(result, expected, "{name}");
        }
        let stranger = UrlSigner::new(&[8; 32], "http://localhost:3000");
        stranger
            .verify(upload(), &query, "image/jpeg", 8_123_456, NOW)
            .unwrap_err();
    }
}
