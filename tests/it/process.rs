//! The built server as a process: command line, start-up, signals, exit status.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
};

use image_service::config::SETTINGS;

use crate::support::{Form, pictures};
pub use harness::Server;
use harness::{command, output};

/// What a crash leaves.
mod crash;
mod data;
mod harness;
/// What only a connection shows: sizes, speeds and refusals.
mod tcp;

#[test]
fn help_documents_every_setting() {
    let (status, stdout, _) = output(command().arg("--help"));
    assert_eq!(status, 0);
    // As they are written in the table; on the screen, lines are wrapped.
    let text = words(&stdout);
    for setting in SETTINGS {
        assert!(text.contains(&format!(" --{}", setting.flag())), "{}", setting.name);
        assert!(text.contains(&format!("[env: {}]", setting.name)), "{}", setting.name);
        assert!(text.contains(&words(setting.help)), "{}", setting.name);
        let values = format!("Values: {}; default: {}", setting.values, setting.default);
        assert!(text.contains(&words(&values)), "{}", setting.name);
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn check_config_tells_all_mistakes_at_once() {
    let (status, stdout, stderr) = output(
        command()
            .args(["--check-config", "--webp-effort", "9"])
            .env("PORT", "x"),
    );
    assert_eq!((status, stdout.as_str()), (2, ""));
    insta::assert_snapshot!(stderr, @r#"
    error: these settings can not be used (variable DATA_DIR is the same as flag --data-dir, see --help)
    PORT: must be a port, or 0 for any free one, is "x"
    WEBP_EFFORT: must be 0 to 6, is "9"
    "#);
}

#[test]
fn check_config_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (status, stdout, stderr) = output(command().arg("--check-config").env("DATA_DIR", &data));
    assert_eq!(
        (status, stdout.as_str(), stderr.as_str()),
        (0, "The settings are fine.\n", "")
    );
    assert!(!data.exists());
}

#[test]
fn a_flag_wins_over_a_variable_and_an_empty_variable_is_none() {
    let check = |flags: &[&str], port| output(command().arg("--check-config").args(flags).env("PORT", port)).0;
    assert_eq!(check(&[], "x"), 2);
    assert_eq!(check(&["--port", "3000"], "x"), 0);
    assert_eq!(check(&[], ""), 0);
    assert_eq!(check(&["--emulate-lambda-limits"], ""), 0);
    assert_eq!(check(&["--emulate-lambda-limits=off"], ""), 0);
    assert_eq!(check(&["--no-such-flag"], ""), 2);
    // Settings may stand before and after a command.
    assert_eq!(check(&["--port=x", "serve"], ""), 2);
    assert_eq!(check(&["serve", "--port=x"], ""), 2);
}

#[test]
fn start_up_tells_what_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let port = server.address.rsplit(':').next().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let banner = server
        .banner
        .replace(port, "<port>")
        .replace(folder.to_str().unwrap(), "<folder>");
    insta::assert_snapshot!(banner, @"
    Listening on http://127.0.0.1:<port> (stage dev)
    Data folder: <folder>
    Backends: metadata in SQLite, files in a folder
    Authentication: development: GET /dev/token?sub=<user> gives everyone a token
    Gallery: http://localhost:<port>/
    API: http://localhost:<port>/swagger
    Try it: curl -H \"Authorization: Bearer $(curl -s 'http://localhost:<port>/dev/token?sub=alice')\" http://localhost:<port>/images
    ");
}

#[tokio::test]
async fn it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let client = server.user("alice");
    let answer = client.get("/images").await;
    assert_eq!(answer.status(), 200);
    let list: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(list["totalCount"], 0);
    assert_eq!(server.interrupt().exit_status(), 0);
}

#[test]
fn a_data_folder_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(folder.path());
    for command_line in [
        &["serve"][..],
        &["reconcile"],
        &["seed", "--user", "bob", "--images", "1"],
    ] {
        let (status, _, stderr) = output(
            command()
                .args(command_line)
                .env("DATA_DIR", folder.path())
                .env("PORT", "0"),
        );
        assert_eq!(status, 2, "{command_line:?}");
        assert!(stderr.contains("in use by another process of this service"), "{stderr}");
    }
    assert_eq!(first.interrupt().exit_status(), 0);
    assert_eq!(Server::start(folder.path()).interrupt().exit_status(), 0);
}

#[test]
fn a_port_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, stdout, stderr) = output(command().env("DATA_DIR", folder.path()).args(["--port", &port]));
    assert_eq!((status, stdout.as_str()), (2, ""));
    assert_eq!(
        stderr,
        format!("error: 127.0.0.1:{port} is in use; stop what listens there, or choose another --port\n")
    );
}

/// A request whose handler has begun to read the body, of which 2 bytes are still to come.
fn request_in_flight(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let token = server.token("alice");
    write!(
        stream,
        "PATCH /images/01ARZ3NDEKTSV4RRFFQ69G5FAV HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 15\r\nexpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    // Sent when somebody wants the body.
    let mut head = [0; 25];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{\"version\": 1").unwrap();
    stream
}

#[test]
fn ctrl_c_finishes_requests_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut request = request_in_flight(&server);
    let idle = TcpStream::connect(&server.address).unwrap();
    let server = server.interrupt();
    server.wait_for_log("finishing requests in flight");
    assert!(
        TcpStream::connect(&server.address).is_err(),
        "new connections are refused"
    );

    request.write_all(b" }").unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    assert!(answer.contains("IMAGE_NOT_FOUND"), "{answer}");
    assert_eq!(server.exit_status(), 0);
    drop(idle);
}

#[test]
fn a_second_ctrl_c_cuts_them_off() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let _request = request_in_flight(&server);
    let server = server.interrupt();
    server.wait_for_log("finishing requests in flight");
    assert_eq!(server.interrupt().exit_status(), 1);
}

#[test]
fn a_service_manager_stops_it_as_well() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Server::start(folder.path()).terminate().exit_status(), 0);
}

#[tokio::test]
async fn seed_and_reconcile_work_on_the_same_data() {
    let folder = tempfile::tempdir().unwrap();
    let run = |command_line: &[&str]| output(command().args(command_line).env("DATA_DIR", folder.path()));
    let seed = [
        "seed",
        "--user",
        "alice",
        "--images",
        "3",
        "--album",
        "walls",
        "--webp-effort",
        "0",
    ];
    let (status, stdout, stderr) = run(&seed);
    assert_eq!((status, stdout.as_str()), (0, "3 images of alice added\n"), "{stderr}");
    let (status, stdout, _) = run(&["reconcile"]);
    assert_eq!(status, 0);
    assert_eq!(
        stdout,
        "6 files and 3 images compared: 0 unknown files (0 B) removed, 0 files of images missing\n"
    );

    // One file that nothing knows, and one that is missed.
    let images = folder.path().join("files/images/alice");
    let main = std::fs::read_dir(&images)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_file())
        .unwrap();
    let orphan = images.join("01ARZ3NDEKTSV4RRFFQ69G5FAV.webp");
    std::fs::rename(&main, &orphan).unwrap();
    let (status, stdout, _) = run(&["reconcile", "--older-than", "0s", "--dry-run"]);
    assert_eq!(status, 1);
    assert!(
        stdout.contains("nothing knows images/alice/01ARZ3NDEKTSV4RRFFQ69G5FAV.webp\n"),
        "{stdout}"
    );
    assert!(stdout.contains(" 1 files of images missing\n"), "{stdout}");
    assert!(orphan.exists());
    let (status, _, _) = run(&["reconcile"]);
    assert_eq!(status, 1);
    assert!(orphan.exists(), "it is young");
    let (status, stdout, _) = run(&["reconcile", "--older-than", "0s"]);
    assert_eq!(status, 1);
    assert!(stdout.contains(" removed, "), "{stdout}");
    assert!(!orphan.exists());

    let server = Server::start(folder.path());
    let client = server.user("alice");
    let list: serde_json::Value = client.get("/images").await.json().await.unwrap();
    assert_eq!(list["totalCount"], 3);
    let walls: serde_json::Value = client.get("/images?albumId=walls").await.json().await.unwrap();
    assert_eq!(walls["totalCount"], 1);
}

#[test]
fn metadata_alone_can_be_made_up_in_bulk() {
    let folder = tempfile::tempdir().unwrap();
    let run = |command_line: &[&str]| output(command().args(command_line).env("DATA_DIR", folder.path()));
    let (status, stdout, stderr) = run(&["seed", "--user", "alice", "--images", "6000", "--metadata-only"]);
    assert_eq!(
        (status, stdout.as_str()),
        (0, "6000 images of alice added\n"),
        "{stderr}"
    );
    let (status, stdout, _) = run(&["reconcile"]);
    assert_eq!(status, 1);
    assert!(stdout.ends_with(" removed, 12000 files of images missing\n"));
}

#[tokio::test]
async fn it_counts_what_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let alice = server.user("alice");
    alice.upload(Form::with_file(&pictures::jpeg(120, 100))).await.unwrap();
    alice.upload(Form::with_file(b"GIF89a")).await.unwrap();
    let answer = alice.get("/metrics").await;
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = answer.text().await.unwrap();
    for line in [
        "# TYPE UploadsSucceeded counter",
        "UploadsSucceeded 1",
        "UploadsFailed{Code=\"INVALID_FILE_TYPE\"} 1",
        "# TYPE ProcessingDuration histogram",
        "ProcessingDuration_bucket{le=\"30000\"} 1",
        "ProcessingDuration_count 1",
        "StorageDuration_count 1",
    ] {
        assert!(text.lines().any(|told| told == line), "no {line} in\n{text}");
    }
    assert!(!text.contains("alice"));
}
