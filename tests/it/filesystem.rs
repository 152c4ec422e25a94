//! What the conformance cases can not see of the folder: its layout, links, leftovers, signed PUTs.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::future::join_all;
use image_service::{
    domain::{BlobKey, ImageId, UploadId, UserId},
    store::{
        BlobStore, ErrorKind,
        blob::{
            Fetched, PutGrant, PutReceiver,
            filesystem::{FilesystemBlobs, UrlSigner},
        },
    },
};
use tempfile::TempDir;

use crate::conformance::cases::fixture::{millis, now};

const CONTENT: Bytes = Bytes::from_static(b"content");

fn open(root: &Path) -> FilesystemBlobs {
    try_open(root).unwrap()
}

fn try_open(root: &Path) -> image_service::store::Result<FilesystemBlobs> {
    FilesystemBlobs::open(root, UrlSigner::new(&[7; 32], "http://localhost:3000"))
}

fn alice() -> UserId {
    "alice".parse().unwrap()
}

fn key() -> BlobKey {
    BlobKey::main(&alice(), ImageId::new(now()))
}

/// Everything below the root, sorted, folders with a slash.
fn tree(root: &Path) -> Vec<String> {
    fn visit(root: &Path, folder: PathBuf, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                found.push(format!("{name}/"));
                visit(root, path, found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    visit(root, root.to_owned(), &mut found);
    found.sort();
    found
}

fn names(page: &[image_service::store::blob::BlobEntry]) -> Vec<&str> {
    page.iter().map(|entry| entry.key.as_str()).collect()
}

#[tokio::test]
async fn a_key_is_a_path_below_the_root() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(&root.path().join("files"));
    let image: ImageId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    for key in [BlobKey::main(&alice(), image), BlobKey::thumbnail(&alice(), image)] {
        blobs.put(&key, CONTENT).await.unwrap();
    }
    assert_eq!(
        tree(&root.path().join("files")),
        [
            "images/",
            "images/alice/",
            "images/alice/01ARZ3NDEKTSV4RRFFQ69G5FAV.webp",
            "images/alice/thumbnails/",
            "images/alice/thumbnails/01ARZ3NDEKTSV4RRFFQ69G5FAV.webp",
            "staging/",
        ]
    );
}

#[tokio::test]
async fn empty_folders_go_with_their_last_file() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(root.path());
    let image = ImageId::new(now());
    let (main, thumbnail) = (BlobKey::main(&alice(), image), BlobKey::thumbnail(&alice(), image));
    for key in [&main, &thumbnail] {
        blobs.put(key, CONTENT).await.unwrap();
    }
    blobs.delete(&thumbnail).await.unwrap();
    assert_eq!(
        tree(root.path()),
        ["images/", "images/alice/", main.as_str(), "staging/"]
    );
    blobs.delete(&main).await.unwrap();
    assert_eq!(tree(root.path()), ["images/", "staging/"]);
}

#[tokio::test]
async fn what_was_being_written_is_removed_when_opened() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("staging")).unwrap();
    fs::write(root.path().join("staging/01ARZ3NDEKTSV4RRFFQ69G5FAV"), "half").unwrap();
    let key = key();
    open(root.path()).put(&key, CONTENT).await.unwrap();
    assert_eq!(
        tree(root.path()),
        ["images/", "images/alice/", key.as_str(), "staging/"]
    );
    assert_eq!(open(root.path()).get(&key, 100).await.unwrap(), Fetched::Found(CONTENT));
}

/// A folder outside, and links into it where files and folders are expected.
fn linked() -> (TempDir, TempDir) {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret.webp"), "secret").unwrap();
    fs::create_dir_all(root.path().join("images/alice")).unwrap();
    symlink(outside.path(), root.path().join("images/mallory")).unwrap();
    symlink(
        outside.path().join("secret.webp"),
        root.path().join("images/alice/link.webp"),
    )
    .unwrap();
    symlink(
        outside.path().join("nothing"),
        root.path().join("images/alice/dangling.webp"),
    )
    .unwrap();
    (root, outside)
}

#[tokio::test]
async fn links_lead_nowhere() {
    let (root, outside) = linked();
    let blobs = open(root.path());
    for key in [
        "images/mallory/secret.webp",
        "images/alice/link.webp",
        "images/alice/dangling.webp",
    ] {
        let key: BlobKey = key.parse().unwrap();
        let rejected = Some(ErrorKind::Rejected);
        assert_eq!(blobs.get(&key, 100).await.err().map(|error| error.kind), rejected);
        assert_eq!(blobs.exists(&key).await.err().map(|error| error.kind), rejected);
        assert_eq!(blobs.delete(&key).await.err().map(|error| error.kind), rejected);
    }
    let key: BlobKey = "images/mallory/new.webp".parse().unwrap();
    assert_eq!(blobs.put(&key, CONTENT).await.unwrap_err().kind, ErrorKind::Rejected);
    assert_eq!(
        blobs.put_new(&key, CONTENT).await.unwrap_err().kind,
        ErrorKind::Rejected
    );
    let page = blobs.list(BlobKey::IMAGES, None, 10).await.unwrap();
    assert_eq!(names(&page.items), Vec::<&str>::new());

    // Writing where a link stands replaces the link and not what it points to.
    let key: BlobKey = "images/alice/link.webp".parse().unwrap();
    assert!(!blobs.put_new(&key, CONTENT).await.unwrap());
    blobs.put(&key, CONTENT).await.unwrap();
    assert_eq!(blobs.get(&key, 100).await.unwrap(), Fetched::Found(CONTENT));
    assert_eq!(tree(outside.path()), ["secret.webp"]);
    assert_eq!(
        fs::read_to_string(outside.path().join("secret.webp")).unwrap(),
        "secret"
    );
}

#[tokio::test]
async fn a_linked_staging_folder_is_refused() {
    let (root, outside) = linked();
    symlink(outside.path(), root.path().join("staging")).unwrap();
    assert_eq!(try_open(root.path()).err().unwrap().kind, ErrorKind::Rejected);
    assert_eq!(tree(outside.path()), ["secret.webp"]);
    // The root itself may be reached through a link.
    let elsewhere = outside.path().join("root");
    symlink(tempfile::tempdir().unwrap().keep(), &elsewhere).unwrap();
    open(&elsewhere).put(&key(), CONTENT).await.unwrap();
}

#[tokio::test]
async fn files_of_others_are_not_listed() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(root.path());
    let key = key();
    blobs.put(&key, CONTENT).await.unwrap();
    for path in [
        "images/.DS_Store",
        "images/alice/a b.webp",
        "images/ü",
        "note.txt",
        "images/alice/.x.swp",
    ] {
        fs::write(root.path().join(path), "x").unwrap();
    }
    fs::create_dir_all(root.path().join("images/empty/empty")).unwrap();
    fs::create_dir_all(root.path().join("images/.git/objects")).unwrap();
    fs::write(root.path().join("images/.git/objects/x"), "x").unwrap();
    for limit in [1, 10] {
        let page = blobs.list(BlobKey::IMAGES, None, limit).await.unwrap();
        assert_eq!(names(&page.items), [key.as_str()]);
        assert_eq!(page.next, None);
    }
}

/// A folder where a file should be: somebody has been here.
#[tokio::test]
async fn a_folder_in_place_of_a_file_is_an_error_or_missing() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(root.path());
    let key = key();
    fs::create_dir_all(root.path().join(key.as_str())).unwrap();
    assert_eq!(blobs.get(&key, 100).await.unwrap(), Fetched::Missing);
    assert_eq!(blobs.put(&key, CONTENT).await.unwrap_err().kind, ErrorKind::Corrupt);
    let below: BlobKey = "images/file/x.webp".parse().unwrap();
    fs::write(root.path().join("images/file"), "x").unwrap();
    assert_eq!(blobs.get(&below, 100).await.unwrap(), Fetched::Missing);
    assert_eq!(blobs.put(&below, CONTENT).await.unwrap_err().kind, ErrorKind::Corrupt);
    assert_eq!(fs::read_dir(root.path().join("staging")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_lost_folder_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(root.path());
    blobs.ping().await.unwrap();
    fs::remove_dir_all(root.path()).unwrap();
    assert_eq!(blobs.ping().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(
        blobs.put(&key(), CONTENT).await.unwrap_err().kind,
        ErrorKind::Unavailable
    );
}

#[tokio::test]
async fn of_two_new_files_one_is_stored() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(root.path());
    let key = BlobKey::temporary(&alice(), UploadId::new(now()));
    let contents: Vec<_> = (0..8).map(|byte| Bytes::from(vec![byte; 10_000])).collect();
    let stored = join_all(contents.iter().map(|content| blobs.put_new(&key, content.clone()))).await;
    let stored: Vec<_> = stored.into_iter().map(Result::unwrap).collect();
    let winner = stored.iter().position(|&stored| stored).unwrap();
    assert_eq!(stored.iter().filter(|&&stored| stored).count(), 1);
    assert_eq!(
        blobs.get(&key, 10_000).await.unwrap(),
        Fetched::Found(contents[winner].clone())
    );
    assert_eq!(fs::read_dir(root.path().join("staging")).unwrap().count(), 0);
}

#[tokio::test]
async fn only_temporary_files_are_put_by_others() {
    let root = tempfile::tempdir().unwrap();
    let blobs = open(root.path());
    let grant = PutGrant {
        key: key(),
        content_type: "image/png",
        content_length: 1,
        issued_at: now(),
        expires_at: now().plus(millis(1)),
    };
    assert_eq!(blobs.sign_put(&grant).await.unwrap_err().kind, ErrorKind::Rejected);
}
