//! The keys that an issuer signs with.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::unauthorized;
use crate::{Error, clock::Clock, domain::Timestamp, store};

/// For one attempt, from connecting to the last byte.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// Key sets have 1 to 10 KiB.
const MAX_BYTES: usize = 256 * 1024;
/// Unknown key ids cost nothing to make up, so they must not make us ask more often than this.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(30);
/// While there are no keys nobody can be served at all, so the next attempt comes soon.
const BETWEEN_FIRST_ATTEMPTS: Duration = Duration::from_secs(1);
/// A key that the issuer has withdrawn is not trusted for much longer than this.
const FRESH_FOR: Duration = Duration::from_secs(60 * 60);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Public keys by key id.
#[derive(Clone, Default)]
pub(super) struct Keys(HashMap<String, Arc<DecodingKey>>);

impl Keys {
    /// Takes the RSA keys out of a key set (RFC 7517); what else is in there is not for us.
    pub(super) fn parse(json: &[u8]) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        #[derive(Deserialize)]
        struct Key {
            kid: String,
            kty: String,
            alg: Option<String>,
            #[serde(rename = "use")]
            usage: Option<String>,
            n: String,
            e: String,
        }
        let set: Set = serde_json::from_slice(json)?;
        let keys: HashMap<_, _> = set
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value::<Key>(key).ok())
            .filter(|key| {
                key.kty == "RSA"
                    && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
                    && key.usage.as_deref().is_none_or(|usage| usage == "sig")
            })
            .filter_map(|key| {
                let decoding = DecodingKey::from_rsa_components(&key.n, &key.e).ok()?;
                Some((key.kid, Arc::new(decoding)))
            })
            .collect();
        if keys.is_empty() {
            return Err("no RS256 key in the key set".into());
        }
        Ok(Self(keys))
    }

    fn get(&self, kid: &str) -> Option<Arc<DecodingKey>> {
        self.0.get(kid).cloned()
    }
}

/// Where keys come from.
pub(super) enum Jwks {
    /// They do not change while the process runs.
    Static(Keys),
    Remote(Arc<RemoteJwks>),
}

impl Jwks {
    /// Keys behind a URL, which is asked when the first key is needed.
    pub(super) fn remote(url: &str, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(TIME_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self::Remote(Arc::new(RemoteJwks {
            url: url.to_owned(),
            client,
            clock,
            cached: RwLock::default(),
            last_attempt: Mutex::default(),
        })))
    }

    pub(super) async fn key(&self, kid: &str) -> Result<Arc<DecodingKey>, Error> {
        match self {
            Self::Static(keys) => keys.get(kid).ok_or_else(|| unauthorized("unknown key id")),
            Self::Remote(remote) => remote.key(kid).await,
        }
    }
}

/// Keys that are fetched, cached, and fetched again when they may have changed.
pub(super) struct RemoteJwks {
    url: String,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    cached: RwLock<Option<Cached>>,
    /// Locked during an attempt, so that there is one at a time and whoever waits for it shares
    /// its outcome.
    last_attempt: Mutex<Option<Attempt>>,
}

struct Cached {
    keys: Keys,
    fetched_at: Timestamp,
}

#[derive(Clone)]
struct Attempt {
    ended_at: Timestamp,
    failure: Option<String>,
}

impl RemoteJwks {
    async fn key(self: &Arc<Self>, kid: &str) -> Result<Arc<DecodingKey>, Error> {
        if let Some((key, fresh)) = self.cached(kid) {
            if !fresh {
                // Nobody has to wait: the old keys do until the new ones are here.
                self.spawn_refresh();
            }
            return Ok(key);
        }
        let attempt = self.spawn_refresh().await.map_err(Error::internal)?;
        match (self.cached(kid), attempt.failure) {
            (Some((key, _)), _) => Ok(key),
            (None, None) => Err(unauthorized("unknown key id")),
            // Perhaps it is the issuer's newest key, and the caller must not be sent to sign in again.
            (None, Some(failure)) => Err(Error::Store(store::Error {
                backend: "jwks",
                operation: "fetch",
                kind: store::ErrorKind::Unavailable,
                source: failure.into(),
            })),
        }
    }

    /// The key, and whether it was fetched not too long ago.
    fn cached(&self, kid: &str) -> Option<(Arc<DecodingKey>, bool)> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let cached = cached.as_ref()?;
        let fresh = self.clock.now().since(cached.fetched_at) < FRESH_FOR;
        Some((cached.keys.get(kid)?, fresh))
    }

    /// In a task of its own: a caller that hangs up neither ends the attempt that others wait for,
    /// nor frees the way for one more.
    fn spawn_refresh(self: &Arc<Self>) -> tokio::task::JoinHandle<Attempt> {
        let this = Arc::clone(self);
        tokio::spawn(async move { this.refresh().await })
    }

    /// Fetches the keys, or takes the outcome of an attempt that is not long ago.
    async fn refresh(&self) -> Attempt {
        let mut last_attempt = self.last_attempt.lock().await;
        let has_keys = self.cached.read().unwrap_or_else(PoisonError::into_inner).is_some();
        let pause = if has_keys {
            BETWEEN_ATTEMPTS
        } else {
            BETWEEN_FIRST_ATTEMPTS
        };
        if let Some(attempt) = last_attempt.as_ref() {
            // The distance, so that a clock that was set back does not stop all attempts.
            let distance = self.clock.now().as_millis().abs_diff(attempt.ended_at.as_millis());
            if u128::from(distance) < pause.as_millis() {
                return attempt.clone();
            }
        }
        let fetched = self.fetch().await;
        let ended_at = self.clock.now();
        let failure = match fetched {
            Ok(keys) => {
                let fetched = Cached {
                    keys,
                    fetched_at: ended_at,
                };
                *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(fetched);
                None
            }
            Err(failure) => {
                tracing::warn!(url = self.url, failure, has_keys, "can not fetch the issuer's keys");
                Some(failure.to_string())
            }
        };
        last_attempt.insert(Attempt { ended_at, failure }).clone()
    }

    async fn fetch(&self) -> Result<Keys, Failure> {
        let mut response = self.client.get(&self.url).send().await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(format!("status {}", response.status()).into());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err("the key set is too long".into());
            }
            body.extend_from_slice(&chunk);
        }
        Keys::parse(&body)
    }
}
