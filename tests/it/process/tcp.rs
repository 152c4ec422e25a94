//! What only a connection shows: bodies that are too large, refusals before they are read, clients
//! that are slow, silent or gone.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    net::TcpStream,
    path::Path,
};

use image::DynamicImage;

use super::{
    data::{self, Pending},
    harness::{PATIENCE, Server},
};
use crate::support::{Form, pictures};

const MIB: usize = 1024 * 1024;
/// What the two ends of a local connection may hold between them, and more.
const BUFFERS: usize = 32 * MIB;

/// A connection of a client that does exactly as it is told.
struct Connection(TcpStream);

impl Connection {
    fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.0.write_all(bytes.as_ref())
    }

    /// One answer: its head, and its body.
    fn answer(&mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    fn expect(&mut self, status: &str, text: &str) {
        let (head, body) = self.answer();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(body.contains(text), "{body}");
    }

    /// The server has closed it, and has said nothing more before.
    fn expect_end(&mut self) {
        match self.0.read(&mut [0]) {
            Ok(count) => assert_eq!(count, 0),
            // It did not want to read what was still coming.
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error}"),
        }
    }

    /// The connection is good for another request.
    fn expect_alive(&mut self) {
        self.send("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        self.expect("200", "healthy");
    }
}

/// The head of an upload.
fn head(token: Option<&str>, length: usize, more: &str) -> String {
    let token = token.map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n"));
    format!(
        "POST /images HTTP/1.1\r\nhost: localhost\r\n{token}content-type: {}\r\ncontent-length: {length}\r\n{more}\r\n",
        Form::CONTENT_TYPE
    )
}

/// A form whose file weighs this much and begins like a JPEG.
fn form(size: usize) -> Vec<u8> {
    let mut file = vec![0; size];
    file[..4].copy_from_slice(b"\xFF\xD8\xFF\xE0");
    Form::with_file(&file).finish()
}

#[test]
fn a_gigabyte_is_cut_off_after_ten_mebibytes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = server.token("alice");
    #[cfg(target_os = "linux")]
    let before = server.peak_memory();

    // Sends first and reads later, as simple clients do.
    let mut connection = Connection::open(&server);
    let start = form(64 * 1024);
    let start = &start[..start.len() / 2];
    connection.send(head(Some(&token), 1024 * MIB, "")).unwrap();
    connection.send(start).unwrap();
    let chunk = vec![0; 64 * 1024];
    let mut sent = start.len();
    while sent < 1024 * MIB && connection.send(&chunk).is_ok() {
        sent += chunk.len();
    }
    assert!((10 * MIB..11 * MIB + BUFFERS).contains(&sent), "{sent}");
    connection.expect("413", "FILE_TOO_LARGE");
    connection.expect_end();

    // The file as far as it was read, twice while its buffer grows.
    #[cfg(target_os = "linux")]
    assert!(
        server.peak_memory() - before < 40 * MIB as u64,
        "{} after {before}",
        server.peak_memory()
    );
    nothing_is_left(folder.path());
}

#[test]
fn who_sends_everything_before_reading_sees_that_it_was_a_little_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = server.token("alice");
    for size in [10 * MIB + 1, 11 * MIB - 1024] {
        let mut connection = Connection::open(&server);
        let body = form(size);
        connection.send(head(Some(&token), body.len(), "")).unwrap();
        connection.send(&body).unwrap();
        connection.expect("413", "File size exceeds 10MB limit");
        connection.expect_alive();
    }
    nothing_is_left(folder.path());
}

#[tokio::test]
async fn a_large_upload_of_nobody_is_refused_in_a_way_that_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let body = form(10 * MIB);
    // Sends first and reads later: the server has gone before the end of the body.
    let mut connection = Connection::open(&server);
    connection.send(head(None, body.len(), "")).unwrap();
    let sent = connection.send(&body);
    connection.expect("401", "UNAUTHORIZED");
    if sent.is_err() {
        connection.expect_end();
    }
    // Sends no more than the server reads on: an HTTP library never meets the end of the connection.
    let answer = reqwest::Client::new()
        .post(format!("http://{}/images", server.address))
        .header("content-type", Form::CONTENT_TYPE)
        .body(form(MIB / 2))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
}

#[test]
fn who_asks_before_sending_is_told_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = server.token("alice");
    for (token, content_type, status, code) in [
        (None, Form::CONTENT_TYPE, "401", "UNAUTHORIZED"),
        (Some(&token), "text/plain", "415", "UNSUPPORTED_MEDIA_TYPE"),
    ] {
        let mut connection = Connection::open(&server);
        let head = head(token.map(String::as_str), 5 * MIB, "expect: 100-continue\r\n");
        connection.send(head.replace(Form::CONTENT_TYPE, content_type)).unwrap();
        connection.expect(status, code);
        // Whether the body will come is anybody's guess: the connection is of no use any more.
        connection.expect_end();
    }
}

#[test]
fn a_small_body_that_was_refused_unread_does_not_cost_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let body = form(1024);
    let mut connection = Connection::open(&server);
    for _ in 0..3 {
        connection.send(head(None, body.len(), "")).unwrap();
        connection.send(&body).unwrap();
        connection.expect("401", "UNAUTHORIZED");
    }
    connection.expect_alive();
}

#[test]
fn a_client_that_hangs_up_in_the_middle_of_a_body_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = server.token("alice");
    let body = form(MIB);
    let mut connection = Connection::open(&server);
    connection.send(head(Some(&token), body.len(), "")).unwrap();
    connection.send(&body[..body.len() / 2]).unwrap();
    drop(connection);
    server.wait_for_log("route=\"/images\"");
    nothing_is_left(folder.path());
}

/// With room for one connection, the next one is served when this one is over.
fn start_with_room_for_one(data: &Path) -> Server {
    let vars = [
        ("MAX_CONNECTIONS", "1"),
        ("TIME_LIMIT_IDLE", "300ms"),
        ("WEBP_EFFORT", "0"),
    ];
    Server::start_with(data, &vars)
}

#[test]
fn who_is_slow_to_ask_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let server = start_with_room_for_one(folder.path());
    let mut slow = Connection::open(&server);
    slow.send("GET /health HTTP/1.1\r\nhost: local").unwrap();
    Connection::open(&server).expect_alive();
    slow.expect_end();
    // The same for who asks once and then keeps the place.
    let mut idle = Connection::open(&server);
    idle.expect_alive();
    Connection::open(&server).expect_alive();
    idle.expect_end();
}

#[tokio::test]
async fn who_never_reads_the_answer_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let server = start_with_room_for_one(folder.path());
    let image = server.user("alice").upload(Form::with_file(&noise())).await.unwrap();
    let image: serde_json::Value = image.json().await.unwrap();
    assert!(image["processedSize"].as_u64().unwrap() > 512 * 1024, "{image}");
    let request = format!(
        "GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n",
        image["s3Key"].as_str().unwrap()
    );

    let mut deaf = Connection::open(&server);
    // More than the system takes for it.
    deaf.send(request.repeat(2 * BUFFERS / (512 * 1024))).unwrap();
    Connection::open(&server).expect_alive();
    // The place was not free because all was sent.
    let mut answers = 0;
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = deaf.0.read(&mut buffer) {
        answers += count;
    }
    assert!(answers < 2 * BUFFERS, "{answers}");
}

/// A picture that does not compress.
fn noise() -> Vec<u8> {
    let noise = DynamicImage::from(pictures::noise(1024, 1024)).into_rgb8();
    pictures::jpeg::encode(&noise, pictures::jpeg::Options::default())
}

/// No file, not even half of one, and nothing to be tidied up later.
fn nothing_is_left(data: &Path) {
    assert_eq!(data::files(data), BTreeSet::new());
    assert_eq!(Pending::read(data), Pending::default());
}
