//! The same for HTTP, where a fault strikes a request of one's choice.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFault {
    /// The server hears nothing of it, and the connection is closed.
    Drop,
    /// The server does it, and the connection is closed instead of an answer.
    AnswerLost,
    /// The server does it, and the connection is closed in the middle of the answer.
    Cut,
    /// The server does it, and the answer comes later.
    Late(Duration),
    /// The server hears nothing of it, and no answer ever comes.
    Hang,
    /// The server hears nothing of it, and somebody else answers.
    Refused(Answer),
    /// The server does it, and somebody else answers.
    DoneBut(Answer),
}

/// An answer that is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: &'static str,
}

impl Answer {
    fn bytes(self, method: &str) -> Vec<u8> {
        let Self {
            status,
            content_type,
            body,
        } = self;
        let length = body.len();
        // The answer to HEAD has a head only.
        let body = if method == "HEAD" { "" } else { body };
        format!("HTTP/1.1 {status} Error\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{body}")
            .into_bytes()
    }
}

/// Which requests of all that pass are struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Struck {
    /// Only this one; the first is 1.
    Nth(usize),
    /// This one and all that follow.
    From(usize),
}

#[derive(Default)]
struct Plan {
    fault: Option<(Struck, HttpFault)>,
    seen: usize,
    struck: usize,
}

/// Listens on a port of its own until it is dropped.
pub struct HttpProxy {
    port: u16,
    plan: Arc<Mutex<Plan>>,
    listening: JoinHandle<()>,
}

impl HttpProxy {
    pub async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let shared = plan.clone();
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let plan = shared.clone();
                tokio::spawn(async move { serve(client, upstream, &plan).await });
            }
        });
        Self { port, plan, listening }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Counting begins anew.
    pub fn strike(&self, struck: Struck, fault: HttpFault) {
        *self.plan() = Plan {
            fault: Some((struck, fault)),
            ..Plan::default()
        };
    }

    /// From now on everything passes. Returns how many requests have been struck since the last
    /// [`HttpProxy::strike`].
    pub fn heal(&self) -> usize {
        let mut plan = self.plan();
        plan.fault = None;
        plan.struck
    }

    /// From now on everything passes and is counted.
    pub fn count_anew(&self) {
        *self.plan() = Plan::default();
    }

    /// How many requests have come since counting began.
    pub fn seen(&self) -> usize {
        self.plan().seen
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        lock(&self.plan)
    }
}

impl Drop for HttpProxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn lock(plan: &Mutex<Plan>) -> MutexGuard<'_, Plan> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next(plan: &Mutex<Plan>) -> Option<HttpFault> {
    let mut plan = lock(plan);
    plan.seen += 1;
    let (struck, fault) = plan.fault?;
    let hit = match struck {
        Struck::Nth(n) => plan.seen == n,
        Struck::From(n) => plan.seen >= n,
    };
    plan.struck += usize::from(hit);
    hit.then_some(fault)
}

/// One connection of a client, until either side or a fault ends it.
async fn serve(client: TcpStream, upstream: SocketAddr, plan: &Mutex<Plan>) -> Option<()> {
    client.set_nodelay(true).ok()?;
    let mut client = BufReader::new(client);
    let server = TcpStream::connect(upstream).await.ok()?;
    server.set_nodelay(true).ok()?;
    let mut server = BufReader::new(server);
    loop {
        let request = read_message(&mut client, None).await?;
        let method = request.method();
        let fault = next(plan);
        match fault {
            Some(HttpFault::Drop) => return None,
            Some(HttpFault::Hang) => {
                // Until the client gives up.
                client.read_u8().await.ok()?;
                return None;
            }
            Some(HttpFault::Refused(answer)) => {
                client.write_all(&answer.bytes(&method)).await.ok()?;
                continue;
            }
            None | Some(HttpFault::AnswerLost | HttpFault::Cut | HttpFault::Late(_) | HttpFault::DoneBut(_)) => {}
        }
        server.write_all(&request.bytes).await.ok()?;
        let mut answer = read_message(&mut server, Some(&method)).await?.bytes;
        match fault {
            Some(HttpFault::AnswerLost) => return None,
            Some(HttpFault::Cut) => {
                answer.truncate(answer.len() / 2);
                client.write_all(&answer).await.ok()?;
                return None;
            }
            Some(HttpFault::Late(delay)) => tokio::time::sleep(delay).await,
            Some(HttpFault::DoneBut(other)) => answer = other.bytes(&method),
            _ => {}
        }
        client.write_all(&answer).await.ok()?;
    }
}

/// A request or an answer as it came.
struct Message {
    bytes: Vec<u8>,
}

impl Message {
    fn method(&self) -> String {
        let end = self.bytes.iter().position(|byte| *byte == b' ').unwrap_or(0);
        String::from_utf8_lossy(&self.bytes[..end]).into_owned()
    }
}

/// Reads a request or, with the method of its request, an answer; `None` where nothing whole comes.
async fn read_message(from: &mut (impl AsyncBufRead + Unpin), method: Option<&str>) -> Option<Message> {
    let mut bytes = Vec::new();
    let (mut length, mut chunked) = (None, false);
    let mut line = 0;
    loop {
        from.read_until(b'\n', &mut bytes).await.ok().filter(|read| *read > 0)?;
        let text = String::from_utf8_lossy(&bytes[line..]).trim().to_ascii_lowercase();
        line = bytes.len();
        if text.is_empty() {
            break;
        }
        if let Some(value) = text.strip_prefix("content-length:") {
            length = Some(value.trim().parse().ok()?);
        }
        chunked |= text.starts_with("transfer-encoding:") && text.ends_with("chunked");
    }
    let status = method.and_then(|_| std::str::from_utf8(bytes.get(9..12)?).ok()?.parse::<u16>().ok());
    if method == Some("HEAD") || matches!(status, Some(204 | 304)) {
        return Some(Message { bytes });
    }
    if chunked {
        read_chunks(from, &mut bytes).await?;
    } else {
        match (length, method) {
            (Some(length), _) => read_exactly(from, length, &mut bytes).await?,
            (None, None) => {}
            // The end of the connection is the end of the answer.
            (None, Some(_)) => drop(from.read_to_end(&mut bytes).await.ok()?),
        }
    }
    Some(Message { bytes })
}

async fn read_exactly(from: &mut (impl AsyncBufRead + Unpin), length: usize, bytes: &mut Vec<u8>) -> Option<()> {
    let start = bytes.len();
    bytes.resize(start + length, 0);
    from.read_exact(&mut bytes[start..]).await.ok().map(drop)
}

async fn read_chunks(from: &mut (impl AsyncBufRead + Unpin), bytes: &mut Vec<u8>) -> Option<()> {
    loop {
        let start = bytes.len();
        from.read_until(b'\n', bytes).await.ok().filter(|read| *read > 0)?;
        let size = String::from_utf8_lossy(&bytes[start..]).trim().to_owned();
        let size = usize::from_str_radix(size.split(';').next()?, 16).ok()?;
        // With the line break behind it.
        read_exactly(from, size + 2, bytes).await?;
        if size == 0 {
            return Some(());
        }
    }
}
