//! Starts the built server, talks to it, ends it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use image_service::config::SETTINGS;
use reqwest::{Method, RequestBuilder, Response};

use crate::support::Form;

/// Longer than anything takes on a busy machine: a test that waits for this has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The server with none of this machine's settings.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    for setting in SETTINGS {
        command.env_remove(setting.name);
    }
    command.stdin(Stdio::null());
    command
}

/// Exit status, standard output and standard error of a command that ends by itself.
pub fn output(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    (
        output.status.code().expect("it ends by itself"),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// Host and port.
    pub address: String,
    /// What it told at its start.
    pub banner: String,
    log: Receiver<String>,
}

impl Server {
    pub fn start(data_dir: &Path) -> Self {
        Self::start_with(data_dir, &[])
    }

    /// On any free port; returns when it listens.
    pub fn start_with(data_dir: &Path, vars: &[(&str, &str)]) -> Self {
        let mut child = command()
            .env("DATA_DIR", data_dir)
            .env("PORT", "0")
            .envs(vars.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = lines(child.stderr.take().unwrap());
        let stdout = lines(child.stdout.take().unwrap());
        let mut banner = String::new();
        // The last line of it; also ends when the server does.
        while let Ok(line) = stdout.recv_timeout(PATIENCE) {
            banner.push_str(&line);
            banner.push('\n');
            if line.starts_with("Try it: ") {
                break;
            }
        }
        let address = banner
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_whitespace().next())
            .unwrap_or_else(|| panic!("it did not start: {:?}", log.try_iter().collect::<Vec<_>>()))
            .to_owned();
        Self {
            child,
            address,
            banner,
            log,
        }
    }

    /// A token for this user.
    pub fn token(&self, user: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("GET /dev/token?sub={user} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        answer.rsplit("\r\n").next().unwrap().to_owned()
    }

    pub fn user(&self, name: &str) -> Client {
        Client {
            http: reqwest::Client::new(),
            token: self.token(name),
            base: format!("http://{}", self.address),
        }
    }

    /// Returns when a line of its log contains this.
    pub fn wait_for_log(&self, text: &str) {
        loop {
            let line = self.log.recv_timeout(PATIENCE).expect("the line comes");
            if line.contains(text) {
                return;
            }
        }
    }

    /// Ends it with SIGKILL: it notices nothing.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it has had so far, in bytes.
    #[cfg(target_os = "linux")]
    pub fn peak_memory(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// In bytes, by the name of its line: proc_pid_status(5).
    #[cfg(target_os = "linux")]
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let size = status.lines().find_map(|text| text.strip_prefix(line)).unwrap();
        size.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
    }

    pub fn interrupt(self) -> Self {
        self.signal("INT")
    }

    pub fn terminate(self) -> Self {
        self.signal("TERM")
    }

    fn signal(self, name: &str) -> Self {
        let kill = format!("kill -{name} {}", self.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self
    }

    /// What it logs from now on until its end, which a signal has begun.
    pub fn rest_of_log(&self) -> String {
        let mut log = String::new();
        while let Ok(line) = self.log.recv_timeout(PATIENCE) {
            log.push_str(&line);
            log.push('\n');
        }
        log
    }

    /// Waits for the end that a signal has begun.
    pub fn exit_status(mut self) -> i32 {
        // Its log ends when it does.
        self.rest_of_log();
        self.child.wait().unwrap().code().expect("it ends by itself")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads on while the test does something else: a full pipe would stop the server.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Somebody with a token.
pub struct Client {
    http: reqwest::Client,
    token: String,
    base: String,
}

impl Client {
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Fails when the server does.
    pub async fn delete(&self, path: &str) -> reqwest::Result<Response> {
        self.request(Method::DELETE, path).send().await
    }

    /// Fails when the server does.
    pub async fn upload(&self, form: Form) -> reqwest::Result<Response> {
        self.request(Method::POST, "/images")
            .header("content-type", Form::CONTENT_TYPE)
            .body(form.finish())
            .send()
            .await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base);
        self.http.request(method, url).bearer_auth(&self.token)
    }
}
