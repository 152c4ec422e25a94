//! What the conformance cases can not see of SQLite: its file, its transactions, its clean-up.

use std::{path::Path, sync::Arc};

use futures_util::{FutureExt, future::join_all};
use image_service::{
    domain::{Completion, DirectUpload, Image, ListQuery, Pending, PendingKind, SortOrder, Tag},
    store::{
        ErrorKind, MetadataStore, Result,
        metadata::{Claim, Created, NewImage, sqlite::SqliteMetadata},
    },
};

use crate::conformance::cases::fixture::{
    album, completion, direct_upload, ids, image, in_album, lease, millis, new, now, store, tagged, user,
};

/// The error of opening this file.
fn refused(path: &Path) -> image_service::store::Error {
    let opened: Result<SqliteMetadata> = SqliteMetadata::open(path);
    opened.err().expect("it was opened")
}

#[tokio::test]
async fn what_was_committed_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.sqlite");
    let (user, album) = (user(), album());
    let image = tagged(in_album(image(&user, now()), &album), &["castle"]);
    let begun = crate::conformance::cases::fixture::image(&user, now());
    {
        let metadata = SqliteMetadata::open(&path).unwrap();
        store(&metadata, &image).await;
        metadata.begin_upload(&Pending::upload(&begun)).await.unwrap();
    }
    let metadata = SqliteMetadata::open(&path).unwrap();
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
    assert_eq!(metadata.count(&user, Some(&album)).await.unwrap(), 1);
    let pending = metadata.pending(PendingKind::Upload, now(), None, 10).await.unwrap();
    assert_eq!(pending.items, [Pending::upload(&begun)]);
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.sqlite");
    drop(SqliteMetadata::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = refused(&path);
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert!(error.source.to_string().contains("version 99"), "{}", error.source);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.sqlite");
    std::fs::write(&path, "This is not a database, and long enough to be one. ".repeat(100)).unwrap();
    assert_eq!(refused(&path).kind, ErrorKind::Corrupt);
    assert_eq!(
        refused(&folder.path().join("none/metadata.sqlite")).kind,
        ErrorKind::Rejected
    );
}

/// A value that this program can not have written is reported, not guessed at.
#[tokio::test]
async fn a_damaged_row_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.sqlite");
    let metadata = SqliteMetadata::open(&path).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let whole = image(&user(), now());
    for damage in [
        "main_key = '../../etc/passwd'",
        "version = 0",
        "width = -1",
        "file_size = -1",
        "user_id = 'a/b'",
        "album_id = 'a b'",
    ] {
        let image = Image {
            id: image(&user(), now()).id,
            ..whole.clone()
        };
        store(&metadata, &image).await;
        let sql = format!("UPDATE images SET {damage} WHERE id = ?1");
        assert_eq!(connection.execute(&sql, [image.id.to_string()]).unwrap(), 1);
        assert_eq!(
            metadata.get(image.id).await.unwrap_err().kind,
            ErrorKind::Corrupt,
            "{damage}"
        );
    }
}

/// A position of another walk is an error rather than a wrong page.
#[tokio::test]
async fn a_walk_goes_on_from_its_own_positions_only() {
    let metadata = SqliteMetadata::in_memory().unwrap();
    for after in ["", "x", "x/y"] {
        let error = metadata
            .pending(PendingKind::Upload, now(), Some(after), 1)
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Rejected);
    }
}

#[tokio::test]
async fn what_has_expired_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.sqlite");
    let metadata = SqliteMetadata::open(&path).unwrap();
    let (user, now) = (user(), now());
    for age in [0, 1] {
        let lease = lease(&user, &format!("key-{age}"), 1, now.minus(age * Completion::LIFETIME));
        assert_eq!(metadata.claim(&lease).await.unwrap(), Claim::Granted);
        let upload = direct_upload(&user, now.minus(age * DirectUpload::LIFETIME));
        metadata.start_direct_upload(&upload, None).await.unwrap();
    }
    let rows = || {
        let connection = rusqlite::Connection::open(&path).unwrap();
        ["idempotency", "direct_uploads"].map(|table| {
            let count = format!("SELECT count(*) FROM {table}");
            connection.query_row(&count, [], |row| row.get::<_, i64>(0)).unwrap()
        })
    };
    metadata.purge_expired(now.minus(millis(1))).await.unwrap();
    assert_eq!(rows(), [2, 2]);
    metadata.purge_expired(now).await.unwrap();
    assert_eq!(rows(), [1, 1]);
}

#[tokio::test]
async fn many_images_are_inserted_at_once() {
    let metadata = SqliteMetadata::in_memory().unwrap();
    let (user, album) = (user(), album());
    let start = now();
    let images: Vec<_> = (0..250)
        .map(|index| {
            let image = tagged(image(&user, start.plus(millis(index))), &["castle"]);
            if index % 2 == 0 { in_album(image, &album) } else { image }
        })
        .collect();
    metadata.bulk_insert(&images[..100]).await.unwrap();
    // All or nothing: the last one is there already.
    let mut again = images[100..].to_vec();
    again.push(images[0].clone());
    metadata.bulk_insert(&again).await.unwrap_err();
    assert_eq!(metadata.count(&user, None).await.unwrap(), 100);
    metadata.bulk_insert(&images[100..]).await.unwrap();

    assert_eq!(metadata.count(&user, None).await.unwrap(), 250);
    assert_eq!(metadata.count(&user, Some(&album)).await.unwrap(), 125);
    let query = ListQuery {
        user,
        album: Some(album),
        tag: Tag::parse("castle").unwrap(),
        order: SortOrder::Ascending,
        limit: 200,
        after: None,
    };
    let page = metadata.list(&query).await.unwrap();
    assert_eq!(ids(&page.images), ids(images.iter().step_by(2)));
}

/// Writes that wait together are committed together; each still succeeds or fails by itself.
#[tokio::test]
async fn a_failing_write_leaves_its_neighbours_alone() {
    let folder = tempfile::tempdir().unwrap();
    let metadata = SqliteMetadata::open(&folder.path().join("metadata.sqlite")).unwrap();
    let user = user();
    let images: Vec<_> = (0..100).map(|_| image(&user, now())).collect();
    // Half of it is new, which must not stay.
    let twice = image(&user, now());
    let invalid = [twice.clone(), twice];
    let (created, refused) = tokio::join!(
        join_all(images.iter().map(|image| store(&metadata, image))),
        join_all((0..20).map(|_| metadata.bulk_insert(&invalid))),
    );
    assert_eq!(created.len(), 100);
    assert!(refused.iter().all(Result::is_err));
    assert_eq!(metadata.count(&user, None).await.unwrap(), 100);
    assert_eq!(metadata.get(invalid[0].id).await.unwrap(), None);
}

/// Once begun, a write is carried through, so that what follows can rely on its order.
#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_its_write() {
    let folder = tempfile::tempdir().unwrap();
    let metadata = SqliteMetadata::open(&folder.path().join("metadata.sqlite")).unwrap();
    let image = image(&user(), now());
    metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
    let new = new(&image);
    assert!(metadata.create(&new).now_or_never().is_none());
    metadata.ping().await.unwrap();
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
}

#[tokio::test]
async fn readers_do_not_wait_for_each_other_or_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let metadata = Arc::new(SqliteMetadata::open(&folder.path().join("metadata.sqlite")).unwrap());
    let user = user();
    let first = image(&user, now());
    store(&*metadata, &first).await;
    let others: Vec<_> = (0..50).map(|_| image(&user, now())).collect();
    let reads = join_all((0..200).map(|_| metadata.get(first.id)));
    let writes = join_all(others.iter().map(|image| store(&*metadata, image)));
    let (read, _) = tokio::join!(reads, writes);
    assert!(read.into_iter().all(|read| read.unwrap().as_ref() == Some(&first)));
}

/// The result of a key is kept together with the image that it stands for, or not at all.
#[tokio::test]
async fn a_write_is_whole_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.sqlite");
    let (user, start) = (user(), now());
    let lease = lease(&user, "key", 1, start);
    let image = image(&user, start);
    {
        let metadata = SqliteMetadata::open(&path).unwrap();
        metadata.claim(&lease).await.unwrap();
        metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
        let new = NewImage {
            completion: Some(completion(&lease, "result")),
            ..new(&image)
        };
        assert_eq!(metadata.create(&new).await.unwrap(), Created::Stored);
    }
    let metadata = SqliteMetadata::open(&path).unwrap();
    assert_eq!(
        metadata.claim(&lease).await.unwrap(),
        Claim::Finished("result".to_owned())
    );
    assert!(metadata.get(image.id).await.unwrap().is_some());
}
