//! Serves HTTP/1.1 until it is told to stop.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    pin::pin,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use image_service::{
    bootstrap::{self, Application, DataDir},
    config::{Auth, BlobBackend, Config, MetadataBackend},
    error::Causes,
    http,
    service::Images,
    telemetry,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;

use crate::{Failure, WARNING};

/// How long requests in flight may go on after the signal: more than any operation may take.
const SHUTDOWN_TIME_LIMIT: Duration = Duration::from_secs(30);
/// Pause after the system has refused a connection, as when it has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const BETWEEN_CLEAN_UPS: Duration = Duration::from_secs(60 * 60);

pub async fn serve(mut config: Config) -> Result<ExitCode, Failure> {
    let listener = listen(&config).await?;
    let address = listener.local_addr()?;
    config.server.port = address.port();
    let Application { mut state, data } = bootstrap::connect(&config)?;
    state.metrics = Some(telemetry::prometheus::install()?);
    let images = state.images.clone();
    if config.metadata.is_local() {
        // This process owns the data, so whoever began what is pending is dead.
        let drained = images.drain(Duration::ZERO).await?;
        tracing::info!(?drained, "cleaned up");
    }
    // Before anybody is told that there is something to stop.
    let mut stop = StopSignals::listen()?;
    tracing::info!(%address, "serving");
    announce(&config, data.as_ref(), address);

    tokio::spawn(clean_up_regularly(images.clone(), !config.metadata.is_local()));
    let connections = Connections::new(config.capacity.connections, config.time_limits.idle);
    connections.accept(listener, http::router(state), &mut stop).await;
    tracing::info!("finishing requests in flight");
    let finished = async {
        connections.finish().await;
        images.settle().await;
    };
    tokio::select! {
        finished = timeout(SHUTDOWN_TIME_LIMIT, finished) => match finished {
            Ok(()) => {
                tracing::info!("all requests are finished");
                return Ok(ExitCode::SUCCESS);
            }
            Err(_) => tracing::warn!("some requests took too long and were cut off"),
        },
        () = stop.next() => tracing::warn!("told to stop again: requests in flight were cut off"),
    }
    Ok(ExitCode::from(WARNING))
}

async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    let address = SocketAddr::new(config.server.host, config.server.port);
    TcpListener::bind(address).await.map_err(|error| {
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!("{address} is in use; stop what listens there, or choose another --port")
            }
            _ => format!("can not listen on {address}: {error}"),
        }
        .into()
    })
}

/// Tells the person who started the server what was started.
fn announce(config: &Config, data: Option<&DataDir>, address: SocketAddr) {
    let folder = match data.map(DataDir::root) {
        Some(root) => root
            .canonicalize()
            .unwrap_or_else(|_| root.to_owned())
            .display()
            .to_string(),
        None => "none".to_owned(),
    };
    let metadata = match config.metadata {
        MetadataBackend::Sqlite => "SQLite",
        #[cfg(feature = "aws")]
        MetadataBackend::DynamoDb => "DynamoDB",
    };
    let blobs = match config.blobs {
        BlobBackend::Files => "a folder",
        #[cfg(feature = "aws")]
        BlobBackend::S3 => "S3",
    };
    let authentication = match &config.auth {
        Auth::Dev => "development: GET /dev/token?sub=<user> gives everyone a token".to_owned(),
        Auth::Jwt(jwt) => format!("tokens of {}", jwt.issuer),
        Auth::Gateway => unreachable!("refused by the settings"),
    };
    let mut text = format!(
        "Listening on http://{address} (stage {})\n\
         Data folder: {folder}\n\
         Backends: metadata in {metadata}, files in {blobs}\n\
         Authentication: {authentication}\n",
        config.stage.as_str(),
    );
    if config.auth == Auth::Dev {
        let base = config.public_url();
        if !address.ip().is_loopback() {
            text.push_str("Warning: other machines can reach this server, and everyone gets a token.\n");
        }
        text.push_str(&format!(
            "Gallery: {base}/\nAPI: {base}/swagger\n\
             Try it: curl -H \"Authorization: Bearer $(curl -s '{base}/dev/token?sub=alice')\" {base}/images\n"
        ));
    }
    // Nobody may be reading, as when started by a service manager.
    let _ = io::stdout().write_all(text.as_bytes());
}

/// What another process of the service left behind, or a failed clean-up of this one. Where the
/// data is not this process's own, others may be at work: nothing young is touched, and nobody
/// waits for it, so that the server starts whatever the state of the store is.
async fn clean_up_regularly(images: Images, at_once: bool) {
    let mut ticks = interval(BETWEEN_CLEAN_UPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    if !at_once {
        // The first one comes at once.
        ticks.tick().await;
    }
    loop {
        ticks.tick().await;
        match images.drain_dead().await {
            Ok(drained) => tracing::info!(?drained, "cleaned up"),
            Err(error) => tracing::error!(error = %Causes(&error), "can not clean up"),
        }
    }
}

/// All connections of the server.
struct Connections {
    room: Arc<Semaphore>,
    graceful: GracefulShutdown,
    protocol: http1::Builder,
    /// How long a client may take to send a request's head, or to make room for more of an answer:
    /// then it gives way to others.
    patience: Duration,
}

impl Connections {
    fn new(max: usize, patience: Duration) -> Self {
        let mut protocol = http1::Builder::new();
        protocol.timer(TokioTimer::new()).header_read_timeout(patience);
        Self {
            room: Arc::new(Semaphore::new(max)),
            graceful: GracefulShutdown::new(),
            protocol,
            patience,
        }
    }

    /// Takes connections until told to stop. When there is no room, they wait in the system's queue.
    async fn accept(&self, listener: TcpListener, router: Router, stop: &mut StopSignals) {
        let mut stop = pin!(stop.next());
        loop {
            let next = async {
                let room = Arc::clone(&self.room).acquire_owned().await;
                (room, listener.accept().await)
            };
            let accepted = tokio::select! {
                biased;
                () = &mut stop => return,
                accepted = next => accepted,
            };
            match accepted {
                (Ok(room), Ok((stream, _))) => self.spawn(stream, router.clone(), room),
                (_, Err(error)) => {
                    tracing::warn!(%error, "can not accept a connection");
                    sleep(ACCEPT_PAUSE).await;
                }
                // Nothing closes it.
                (Err(_), _) => return,
            }
        }
    }

    fn spawn(&self, stream: TcpStream, router: Router, room: OwnedSemaphorePermit) {
        // Answers are written in one piece: waiting for more to come would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "can not set TCP_NODELAY");
        }
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream.as_mut().set_write_timeout_pinned(Some(self.patience));
        let service = TowerToHyperService::new(router);
        let connection = self.protocol.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        tokio::spawn(async move {
            // The client's doing: it went away, was too slow or does not speak HTTP.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(room);
        });
    }

    /// Waits for the answers to requests that have begun; idle connections are closed.
    async fn finish(self) {
        self.graceful.shutdown().await;
    }
}

/// Ctrl-C, and what service managers send. Noticed from the moment that this exists.
struct StopSignals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignals {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // There is no such signal here.
            std::future::pending::<()>().await;
        }
    }
}
