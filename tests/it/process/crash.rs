//! SIGKILL in the middle of many uploads and deletions: what a client was told holds after the next
//! start, and nothing else is left.

use std::{collections::BTreeSet, path::Path, sync::OnceLock};

use futures_util::{FutureExt, StreamExt, future::join_all, stream::FuturesUnordered};
use serde_json::Value;

use super::{
    data::{self, Pending},
    harness::{Client, Server, command, output},
};
use crate::support::{Form, pictures};

const USERS: [&str; 4] = ["alice", "bob", "carol", "dave"];
/// Of each kind, by each user: 200 requests at once.
const WRITES: usize = 25;
/// Kills until this is given up.
const ROUNDS: usize = 20;
/// Of the picture.
const SIZE: (u32, u32) = (120, 100);

#[tokio::test]
async fn what_clients_were_told_survives_a_kill() {
    let stored = tempfile::tempdir().unwrap();
    let to_delete = fill(stored.path()).await;
    let mut left = Pending::default();
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        data::copy(stored.path(), folder.path());
        // Each time at another point of the progress, all over it.
        let kill_after = 1 + (60 + 83 * round) % (2 * WRITES * USERS.len() - 1);
        let ledgers = write_and_kill(start(folder.path()), &to_delete, kill_after).await;
        let found = Pending::read(folder.path());
        left.uploads += found.uploads;
        left.deletions += found.deletions;

        let server = start(folder.path());
        let mut files = BTreeSet::new();
        for ledger in &ledgers {
            files.extend(ledger.check(&server.user(ledger.user)).await);
        }
        assert_eq!(data::files(folder.path()), files);
        assert_eq!(server.interrupt().exit_status(), 0);
        assert_eq!(Pending::read(folder.path()), Pending::default());
        reconcile_finds_nothing(folder.path(), files.len());

        // Without work that was left, a round has proved little.
        if left.uploads > 0 && left.deletions > 0 {
            return;
        }
    }
    panic!("{ROUNDS} kills left no pending work of some kind: {left:?}");
}

fn start(data: &Path) -> Server {
    // With many jobs at once, several uploads are at the same stage when the end comes.
    let vars = [("WEBP_EFFORT", "0"), ("PIPELINE_JOBS", "16"), ("LOG_LEVEL", "warn")];
    Server::start_with(data, &vars)
}

/// Stores what is going to be deleted: the images of each user.
async fn fill(data: &Path) -> [Vec<String>; USERS.len()] {
    let server = start(data);
    let stored = USERS.map(async |user| {
        let client = server.user(user);
        let told = join_all((0..WRITES).map(|_| upload(&client))).await;
        let ids = told.into_iter().map(|told| match told {
            Told::Stored(id) => id,
            _ => panic!("nobody has killed it yet"),
        });
        ids.collect()
    });
    let stored = join_all(stored).await.try_into().unwrap();
    assert_eq!(server.interrupt().exit_status(), 0);
    stored
}

/// Sends all requests at once, kills after so many answers and returns what was told.
async fn write_and_kill(mut server: Server, to_delete: &[Vec<String>; USERS.len()], kill_after: usize) -> Vec<Ledger> {
    let clients = USERS.map(|user| server.user(user));
    let mut requests = FuturesUnordered::new();
    for (user, (client, ids)) in clients.iter().zip(to_delete).enumerate() {
        for id in ids {
            requests.push(delete(client, id).map(move |told| (user, told)).boxed_local());
            requests.push(upload(client).map(move |told| (user, told)).boxed_local());
        }
    }
    assert_eq!(requests.len(), 200);
    let mut ledgers = USERS.map(Ledger::new);
    let mut answers = 0;
    while let Some((user, told)) = requests.next().await {
        match told {
            Told::Stored(id) => ledgers[user].stored.push(id),
            Told::Deleted(id) => ledgers[user].deleted.push(id),
            Told::Nothing => assert!(answers >= kill_after, "a request failed before the kill"),
        }
        answers += 1;
        if answers == kill_after {
            server.kill();
        }
    }
    ledgers.into()
}

/// What the server said to one request.
enum Told {
    Stored(String),
    Deleted(String),
    /// It was dead.
    Nothing,
}

/// What is uploaded.
fn picture() -> &'static [u8] {
    static PICTURE: OnceLock<Vec<u8>> = OnceLock::new();
    PICTURE.get_or_init(|| pictures::jpeg(SIZE.0, SIZE.1))
}

async fn upload(client: &Client) -> Told {
    // With its head, the answer is there: the id is in it.
    match client.upload(Form::with_file(picture())).await {
        Err(_) => Told::Nothing,
        Ok(answer) => {
            assert_eq!(answer.status(), 201);
            let location = answer.headers()["location"].to_str().unwrap();
            Told::Stored(location.strip_prefix("/images/").unwrap().to_owned())
        }
    }
}

async fn delete(client: &Client, id: &str) -> Told {
    match client.delete(&format!("/images/{id}")).await {
        Err(_) => Told::Nothing,
        Ok(answer) => {
            assert_eq!(answer.status(), 204);
            Told::Deleted(id.to_owned())
        }
    }
}

/// What one user was told.
struct Ledger {
    user: &'static str,
    stored: Vec<String>,
    deleted: Vec<String>,
}

impl Ledger {
    fn new(user: &'static str) -> Self {
        Self {
            user,
            stored: Vec::new(),
            deleted: Vec::new(),
        }
    }

    /// Compares what is there with what was told; returns the files of all that is there.
    async fn check(&self, client: &Client) -> BTreeSet<String> {
        let images = list(client).await;
        for id in &self.stored {
            assert!(images.contains(id), "{id} was stored and is lost");
        }
        for id in &self.deleted {
            assert!(!images.contains(id), "{id} was deleted and is back");
            for path in [
                format!("/images/{id}"),
                format!("/images/{}/{id}.webp", self.user),
                format!("/images/{}/thumbnails/{id}.webp", self.user),
            ] {
                assert_eq!(client.get(&path).await.status(), 404, "{path}");
            }
        }
        // Whole is also what nobody was told of.
        let mut files = BTreeSet::new();
        for id in &images {
            let answer = client.get(&format!("/images/{id}")).await;
            assert_eq!(answer.status(), 200, "{id}");
            check_files(client, &answer.json().await.unwrap(), &mut files).await;
        }
        files
    }
}

async fn check_files(client: &Client, image: &Value, files: &mut BTreeSet<String>) {
    for (name, size) in [("s3Key", image["processedSize"].as_u64()), ("thumbnailKey", None)] {
        let key = image[name].as_str().unwrap().to_owned();
        let answer = client.get(&format!("/{key}")).await;
        assert_eq!(answer.status(), 200, "{key}");
        let bytes = answer.bytes().await.unwrap();
        assert!(size.is_none_or(|size| size == bytes.len() as u64), "{key}");
        let picture = image::load_from_memory(&bytes).unwrap_or_else(|error| panic!("{key}: {error}"));
        if size.is_some() {
            assert_eq!((picture.width(), picture.height()), SIZE, "{key}");
        }
        assert!(files.insert(key));
    }
}

/// All images of a user, as the pages show them; they are as many as the count says.
async fn list(client: &Client) -> BTreeSet<String> {
    let mut images = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page: Value = client
            .get(&format!("/images?limit=100{cursor}"))
            .await
            .json()
            .await
            .unwrap();
        for image in page["images"].as_array().unwrap() {
            assert!(images.insert(image["id"].as_str().unwrap().to_owned()));
        }
        match page["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["totalCount"], images.len());
                return images;
            }
        }
    }
}

fn reconcile_finds_nothing(data: &Path, files: usize) {
    let (status, stdout, stderr) = output(
        command()
            .args(["reconcile", "--older-than", "0s"])
            .env("DATA_DIR", data),
    );
    let expected = format!(
        "{files} files and {} images compared: 0 unknown files (0 B) removed, 0 files of images missing\n",
        files / 2
    );
    assert_eq!((status, stdout), (0, expected), "{stderr}");
}
