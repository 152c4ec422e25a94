//! Stands between the service and a server, and does to what passes what a test wants.

pub mod http;
mod tests;

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// What happens to all connections, also to those that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Connections are closed; new ones, too, as soon as something is sent.
    Drop,
    /// Connections are accepted, everything is taken, and nothing is ever answered.
    Hang,
    /// Answers come later.
    Delay(Duration),
    /// The server gets everything; of its next answer only so many bytes come through, then the
    /// connection is closed.
    Cut(usize),
}

/// Listens on a port of its own until it is dropped.
pub struct Proxy {
    port: u16,
    fault: watch::Sender<Fault>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Passes everything on to a port of this machine.
    pub async fn to(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (fault, watched) = watch::channel(Fault::None);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, upstream, watched.clone()));
            }
        });
        Self { port, fault, listening }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// One connection. It ends when either side ends it, or a fault does.
async fn serve(client: TcpStream, upstream: u16, fault: watch::Receiver<Fault>) {
    let address = SocketAddr::from(([127, 0, 0, 1], upstream));
    let Ok(server) = TcpStream::connect(address).await else {
        return;
    };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = requests(from_client, to_server, fault.clone()) => {}
        () = answers(from_server, to_client, fault.clone()) => {}
        () = dropped(fault) => {}
    }
}

async fn dropped(mut fault: watch::Receiver<Fault>) {
    if fault.wait_for(|fault| *fault == Fault::Drop).await.is_err() {
        // The test is over; the other side ends the connection.
        std::future::pending().await
    }
}

async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, fault: watch::Receiver<Fault>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if *fault.borrow() == Fault::Hang {
            continue;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, fault: watch::Receiver<Fault>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let now = *fault.borrow();
        let passed = match now {
            Fault::None | Fault::Drop => length,
            Fault::Hang => continue,
            Fault::Delay(delay) => {
                tokio::time::sleep(delay).await;
                length
            }
            Fault::Cut(bytes) => bytes.min(length),
        };
        if to.write_all(&buffer[..passed]).await.is_err() || matches!(now, Fault::Cut(_)) {
            return;
        }
    }
}
