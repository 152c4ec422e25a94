//! Calls with a deadline, and none while Redis does not answer.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use fred::{
    clients::{Pool, WithOptions},
    error::{Error, ErrorKind},
    interfaces::{ClientLike, KeysInterface, LuaInterface},
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs},
    rustls_native_certs::load_native_certs,
    types::{
        ConnectHandle, Expiration, FromValue, SetOptions,
        config::{
            Config, ConnectionConfig, Options, ReconnectPolicy, ServerConfig, TcpConfig, TlsConnector,
            UnresponsiveConfig,
        },
    },
};

use crate::metrics;

use super::{
    Endpoint, Script, Settings,
    breaker::{Breaker, Change},
};

/// Each carries many calls at once; the second one is for when the first is held up by a large answer.
const CONNECTIONS: usize = 2;
/// Calls that wait for one connection; more fail at once.
const QUEUE: usize = 1024;
/// Until a connection that does not come about, or gives no answer any more, is given up.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(1);
/// Between attempts to connect again, doubling from the first to the second.
const RECONNECT: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// For somebody who wants to know whether Redis is up, and can wait longer than a request.
const PING_PATIENCE: Duration = Duration::from_secs(1);

/// Redis did not do it, or not in time; then it may still have done it. The log says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis does not answer")]
pub struct Unavailable;

/// A pool of connections, opened with the first call: a server that is away delays no start.
pub struct Client {
    pool: Pool,
    endpoint: Endpoint,
    timeout: Duration,
    breaker: Breaker,
    connecting: Mutex<Vec<ConnectHandle>>,
}

impl Client {
    /// # Errors
    /// The client can not be built: the machine's certificates can not be used, say.
    pub fn new(settings: &Settings) -> Result<Arc<Self>, Box<dyn std::error::Error + Send + Sync>> {
        let Settings { endpoint, timeout } = settings.clone();
        let config = Config {
            server: ServerConfig::new_centralized(&endpoint.host, endpoint.port),
            username: endpoint.username.clone(),
            password: endpoint.password.clone(),
            database: endpoint.database,
            tls: if endpoint.tls { Some(tls()?.into()) } else { None },
            ..Config::default()
        };
        let connection = ConnectionConfig {
            connection_timeout: CONNECTION_PATIENCE,
            internal_command_timeout: CONNECTION_PATIENCE,
            // What was sent before a connection broke is not sent again: nobody waits for it.
            max_command_attempts: 1,
            unresponsive: UnresponsiveConfig {
                max_timeout: Some(CONNECTION_PATIENCE),
                interval: CONNECTION_PATIENCE / 4,
            },
            reconnect_on_auth_error: true,
            max_command_buffer_len: QUEUE,
            disable_cluster_health_check: true,
            tcp: TcpConfig {
                nodelay: Some(true),
                ..TcpConfig::default()
            },
            ..ConnectionConfig::default()
        };
        let millis = |duration: Duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
        let mut reconnect = ReconnectPolicy::new_exponential(0, millis(RECONNECT.0), millis(RECONNECT.1), 2);
        reconnect.set_jitter(millis(RECONNECT.0));
        Ok(Arc::new(Self {
            pool: Pool::new(config, None, Some(connection), Some(reconnect), CONNECTIONS)?,
            endpoint,
            timeout,
            breaker: Breaker::new(),
            connecting: Mutex::new(Vec::new()),
        }))
    }

    pub async fn get(&self, key: String) -> Result<Option<Bytes>, Unavailable> {
        self.call("get", |redis| async move { redis.get(key).await }).await
    }

    pub async fn set(&self, key: String, value: Bytes, lifetime: Duration) -> Result<(), Unavailable> {
        self.call("set", |redis| async move {
            redis.set(key, value, Some(expiration(lifetime)), None, false).await
        })
        .await
    }

    /// The value that is there; where there is none this one is put.
    pub async fn get_or_set(
        &self,
        key: String,
        value: Bytes,
        lifetime: Duration,
    ) -> Result<Option<Bytes>, Unavailable> {
        self.call("get or set", |redis| async move {
            redis
                .set(key, value, Some(expiration(lifetime)), Some(SetOptions::NX), true)
                .await
        })
        .await
    }

    pub async fn delete(&self, key: String) -> Result<(), Unavailable> {
        self.call("delete", |redis| async move { redis.del(key).await }).await
    }

    /// Runs a script on one key.
    pub async fn run<T: FromValue + Send>(
        &self,
        script: &Script,
        key: String,
        arguments: Vec<Bytes>,
    ) -> Result<T, Unavailable> {
        self.call("run", |redis| async move {
            let known = redis.evalsha(&*script.hash, key.clone(), arguments.clone()).await;
            match known {
                // It has been restarted, or a script flushed.
                Err(error) if error.details().starts_with("NOSCRIPT") => {
                    redis.eval(script.source, key, arguments).await
                }
                result => result,
            }
        })
        .await
    }

    /// Whether Redis answers, asked also while it is left alone.
    pub async fn ping(&self) -> bool {
        let answer = self.pool.with_options(&options(PING_PATIENCE));
        self.outcome("ping", PING_PATIENCE, async move { answer.ping::<()>(None).await })
            .await
            .is_ok()
    }

    async fn call<T, F>(
        &self,
        operation: &'static str,
        call: impl FnOnce(WithOptions<Pool>) -> F + Send,
    ) -> Result<T, Unavailable>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        if !self.breaker.admits(Instant::now()) {
            metrics::cache_failed();
            return Err(Unavailable);
        }
        // The client's own limit keeps what is still waiting then from ever being sent.
        let redis = self.pool.with_options(&options(self.timeout));
        self.outcome(operation, self.timeout, call(redis)).await
    }

    /// Waits for an answer and remembers whether there was one.
    async fn outcome<T>(
        &self,
        operation: &'static str,
        patience: Duration,
        call: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Unavailable> {
        self.connect();
        let result = tokio::time::timeout(patience, call)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "no answer in time")));
        let change = match &result {
            Ok(_) => self.breaker.succeeded(),
            Err(_) => self.breaker.failed(Instant::now()),
        };
        let endpoint = &self.endpoint;
        match change {
            Change::Opened => tracing::warn!(%endpoint, "Redis does not answer and is left alone for a while"),
            Change::Closed => tracing::info!(%endpoint, "Redis answers again"),
            Change::None => {}
        }
        result.map_err(|error| {
            metrics::cache_failed();
            tracing::debug!(%endpoint, operation, error = &error as &dyn std::error::Error, "a call to Redis failed");
            Unavailable
        })
    }

    /// Sees to it that something keeps up the connections. Where the first attempt fails the next
    /// call makes another; later on they are made again by themselves.
    fn connect(&self) {
        let mut tasks = self.connecting.lock().unwrap_or_else(PoisonError::into_inner);
        if tasks.is_empty() {
            *tasks = self.pool.connect_pool();
        }
        for (client, task) in std::iter::zip(self.pool.clients(), tasks.iter_mut()) {
            if task.is_finished() {
                *task = client.connect();
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let tasks = self.connecting.get_mut().unwrap_or_else(PoisonError::into_inner);
        tasks.iter().for_each(ConnectHandle::abort);
    }
}

fn options(timeout: Duration) -> Options {
    Options {
        timeout: Some(timeout),
        ..Options::default()
    }
}

fn expiration(lifetime: Duration) -> Expiration {
    Expiration::PX(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX))
}

/// Trusts whom this machine trusts.
fn tls() -> Result<TlsConnector, Box<dyn std::error::Error + Send + Sync>> {
    let mut roots = RootCertStore::empty();
    let found = load_native_certs();
    if roots.add_parsable_certificates(found.certs).0 == 0 {
        return Err(format!("no certificates to trust on this machine: {:?}", found.errors).into());
    }
    // Named, as several libraries in one program may each bring another one.
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config.into())
}
