//! A Redis server of one's own: each test may do to it what it wants.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use image_service::{
    cache::RedisCache,
    redis::{Client, Endpoint, Settings},
};

/// What the service grants a call by default.
pub const TIMEOUT: Duration = Duration::from_millis(50);
/// What a call is granted where a test is not about time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Until a server that was started must answer.
const START: Duration = Duration::from_secs(10);

/// Runs until it is dropped.
pub struct RedisServer {
    port: u16,
    arguments: Vec<String>,
    process: Option<Child>,
}

impl RedisServer {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A server that is not there yet.
    pub fn absent() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            port: free.local_addr().unwrap().port(),
            arguments: Vec::new(),
            process: None,
        }
    }

    pub fn with(arguments: &[&str]) -> Self {
        let mut server = Self::absent();
        server.arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        server.run();
        server
    }

    /// With TLS only, by the key and the certificate in this folder.
    pub fn with_tls(folder: &Path, arguments: &[&str]) -> Self {
        let mut server = Self::absent();
        let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let (key, certificate) = (file("key.pem"), file("certificate.pem"));
        let port = server.port.to_string();
        let tls = [
            ["--port", "0"],
            ["--tls-port", &port],
            ["--tls-key-file", &key],
            ["--tls-cert-file", &certificate],
            ["--tls-ca-cert-file", &certificate],
            ["--tls-auth-clients", "no"],
        ];
        let arguments = tls.as_flattened().iter().chain(arguments);
        server.arguments = arguments.map(|argument| (*argument).to_owned()).collect();
        server.run();
        server
    }

    /// Starts it (again): without anything in it.
    pub fn run(&mut self) {
        let port = self.port.to_string();
        let process = Command::new("redis-server")
            .args([
                "--port",
                &port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .args(&self.arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("redis-server can not be run ({error}): apt-get install redis-server"));
        let process = self.process.insert(process);
        let deadline = Instant::now() + START;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = process.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "redis-server does not listen on {port}: {ended:?}"
            );
            std::thread::yield_now();
        }
    }

    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// From now on it accepts and never answers.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn client(&self) -> Arc<Client> {
        client(&format!("127.0.0.1:{}", self.port), PATIENCE)
    }

    /// A cache as another instance of the service has it.
    pub fn cache(&self) -> RedisCache {
        RedisCache::new(self.client())
    }

    /// One that does not wait any longer than in production.
    pub fn hasty_cache(&self) -> RedisCache {
        RedisCache::new(hasty(self.port))
    }

    /// What an operator's own connection is answered: text, number or list, each item on a line.
    pub fn ask(&self, command: &[&str]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut request = format!("*{}\r\n", command.len());
        for word in command {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        stream.write_all(request.as_bytes()).unwrap();
        answer(&mut BufReader::new(stream))
    }

    pub fn keys(&self) -> Vec<String> {
        self.ask(&["KEYS", "*"]).lines().map(str::to_owned).collect()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn hasty(port: u16) -> Arc<Client> {
    client(&format!("127.0.0.1:{port}"), TIMEOUT)
}

pub fn client(endpoint: &str, timeout: Duration) -> Arc<Client> {
    Client::new(&Settings {
        endpoint: endpoint.parse::<Endpoint>().unwrap(),
        timeout,
    })
    .unwrap()
}

fn answer(reader: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let (kind, rest) = line.trim_end().split_at(1);
    match kind {
        "*" => {
            let items: usize = rest.parse().unwrap();
            (0..items).map(|_| answer(reader)).collect::<Vec<_>>().join("\n")
        }
        "$" if rest == "-1" => String::new(),
        "$" => {
            let length: usize = rest.parse().unwrap();
            let mut bytes = vec![0; length + 2];
            reader.read_exact(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes[..length]).into_owned()
        }
        _ => rest.to_owned(),
    }
}
