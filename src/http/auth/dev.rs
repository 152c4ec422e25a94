//! An issuer for development: whoever asks gets a token for any user.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    JwtAuthenticator,
    jwks::{Jwks, Keys},
};
use crate::{
    Error,
    clock::Clock,
    domain::{Timestamp, UserId},
};

/// Issuer and audience of its tokens. Not an address: tokens stay good when the port changes.
const NAME: &str = "image-service-dev";
const KEY_FILE: &str = "dev-signing-key.pk8";
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A token for the `Authorization` header. Not `Debug`: it must not get into a log.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DevToken)]
pub struct Token {
    pub token: String,
    /// Seconds.
    pub expires_in: u64,
}

/// Signs tokens with a key pair of its own and verifies them as those of any other issuer.
pub struct DevIssuer {
    key_pair: RsaKeyPair,
    kid: String,
    jwks: Value,
    keys: Keys,
}

impl DevIssuer {
    /// The issuer whose key is kept in this folder; the first time, a key is made. Readable for
    /// the owner alone: it lets in anyone as anyone.
    pub fn open(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join(KEY_FILE);
        let about = |error: &dyn std::fmt::Display| io::Error::other(format!("{}: {error}", path.display()));
        match fs::read(&path) {
            Ok(pkcs8) => match RsaKeyPair::from_pkcs8(&pkcs8) {
                Ok(key_pair) => Self::new(key_pair),
                Err(_) => Err(about(&"not a key; remove the file to have a new one made")),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let issuer = Self::generate()?;
                issuer.save(&path).map_err(|error| about(&error))?;
                Ok(issuer)
            }
            Err(error) => Err(about(&error)),
        }
    }

    /// An issuer whose tokens are worth nothing after the process.
    pub fn generate() -> io::Result<Self> {
        Self::new(RsaKeyPair::generate(KeySize::Rsa2048).map_err(io::Error::other)?)
    }

    fn new(key_pair: RsaKeyPair) -> io::Result<Self> {
        let public = key_pair.public_key();
        let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        // The thumbprint of RFC 7638: members in this order, without spaces.
        let thumbprint = Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        let kid = URL_SAFE_NO_PAD.encode(thumbprint);
        let jwks = json!({
            "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e }],
        });
        let keys = Keys::parse(jwks.to_string().as_bytes()).map_err(io::Error::other)?;
        Ok(Self {
            key_pair,
            kid,
            jwks,
            keys,
        })
    }

    fn save(&self, path: &Path) -> io::Result<()> {
        let pkcs8 = AsDer::<Pkcs8V1Der>::as_der(&self.key_pair).map_err(io::Error::other)?;
        // Under another name first: a crash must not leave half a key.
        let unfinished = path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(pkcs8.as_ref())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    }

    /// A token that says its bearer is this user.
    pub fn issue(&self, user: &UserId, now: Timestamp) -> Result<Token, Error> {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": self.kid });
        let claims = json!({
            "iss": NAME,
            "aud": NAME,
            "token_use": "id",
            "sub": user,
            "iat": now.as_secs(),
            "exp": now.as_secs() + LIFETIME.as_secs().cast_signed(),
        });
        let message = [header, claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
            .join(".");
        let mut signature = vec![0; self.key_pair.public_modulus_len()];
        self.key_pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .map_err(Error::internal)?;
        Ok(Token {
            token: format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)),
            expires_in: LIFETIME.as_secs(),
        })
    }

    /// The public key, for others that want to verify the tokens.
    pub fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// Lets in who has one of the tokens.
    pub fn authenticator(&self, clock: Arc<dyn Clock>) -> JwtAuthenticator {
        let jwks = Jwks::Static(self.keys.clone());
        JwtAuthenticator::with_jwks(NAME.to_owned(), vec![NAME.to_owned()], jwks, clock)
    }
}
