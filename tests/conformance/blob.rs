//! The promises of [`BlobStore`](image_service::store::BlobStore).

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use image_service::{
    domain::{BlobKey, ImageId, UploadId, UserId},
    store::{
        BlobStore,
        blob::{BlobEntry, Fetched, PutGrant},
    },
};

use super::fixture::{now, user};

/// A test for each case on one backend. `expires_temporary`: whether the store removes old temporary
/// files when it is told to, rather than by itself. Then each case needs a folder of its own.
macro_rules! blob_conformance {
    ($open:expr, expires_temporary = $expires:literal) => {
        crate::conformance::cases::cases! {
            crate::conformance::cases::blob, $open, ();

            a_file_is_read_back
            a_file_can_be_replaced
            a_missing_file_is_missing
            nothing_over_the_limit_is_read
            deleting_is_idempotent
            deleting_one_file_leaves_the_others
            users_do_not_share_files
            a_reader_sees_all_of_a_file_or_none
            files_come_and_go_side_by_side
            a_list_is_in_order_of_keys
            a_list_shows_one_prefix_only
            a_list_can_be_emptied_while_it_is_walked
            one_put_is_signed
            the_store_answers
        }
        crate::conformance::cases::cases! {
            crate::conformance::cases::blob, $open, ($expires);

            old_temporary_files_expire
        }
    };
}
pub(crate) use blob_conformance;

/// No file of these cases is larger.
const LIMIT: u64 = 1 << 20;

fn main_key(user: &UserId) -> BlobKey {
    BlobKey::main(user, ImageId::new(now()))
}

fn temporary_key(user: &UserId) -> BlobKey {
    BlobKey::temporary(user, UploadId::new(now()))
}

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

async fn get(blobs: &dyn BlobStore, key: &BlobKey) -> Fetched {
    blobs.get(key, LIMIT).await.unwrap()
}

/// All entries of one user, in the order of the walk, with pages of `limit`.
async fn walk(blobs: &dyn BlobStore, prefix: &'static str, users: &[&UserId], limit: usize) -> Vec<BlobEntry> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = blobs.list(prefix, after.as_deref(), limit).await.unwrap();
        assert!(page.items.len() <= limit);
        let mine = |entry: &BlobEntry| entry.key.user().is_some_and(|user| users.contains(&&user));
        found.extend(page.items.into_iter().filter(mine));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

pub async fn a_file_is_read_back(blobs: &dyn BlobStore) {
    let user = user();
    let all_bytes: Vec<u8> = (0..=255).collect();
    let large: Vec<u8> = all_bytes.iter().copied().cycle().take(300_000).collect();
    for content in [Vec::new(), vec![0], all_bytes, large] {
        let content = Bytes::from(content);
        for key in [
            main_key(&user),
            BlobKey::thumbnail(&user, ImageId::new(now())),
            temporary_key(&user),
        ] {
            assert!(!blobs.exists(&key).await.unwrap());
            blobs.put(&key, content.clone()).await.unwrap();
            assert!(blobs.exists(&key).await.unwrap());
            assert_eq!(get(blobs, &key).await, Fetched::Found(content.clone()));
        }
    }
}

pub async fn a_file_can_be_replaced(blobs: &dyn BlobStore) {
    let key = temporary_key(&user());
    for content in ["first", "a longer second", "3", ""] {
        blobs.put(&key, bytes(content)).await.unwrap();
        assert_eq!(get(blobs, &key).await, Fetched::Found(bytes(content)));
    }
}

pub async fn a_missing_file_is_missing(blobs: &dyn BlobStore) {
    let (user, other) = (user(), super::fixture::user());
    blobs.put(&main_key(&user), bytes("x")).await.unwrap();
    for key in [main_key(&user), main_key(&other), temporary_key(&user)] {
        assert_eq!(get(blobs, &key).await, Fetched::Missing);
        assert!(!blobs.exists(&key).await.unwrap());
    }
    // What lies above files is no file.
    let above: BlobKey = format!("images/{user}").parse().unwrap();
    assert_eq!(get(blobs, &above).await, Fetched::Missing);
    assert!(!blobs.exists(&above).await.unwrap());
}

pub async fn nothing_over_the_limit_is_read(blobs: &dyn BlobStore) {
    let key = temporary_key(&user());
    blobs.put(&key, bytes("12345")).await.unwrap();
    assert_eq!(blobs.get(&key, 5).await.unwrap(), Fetched::Found(bytes("12345")));
    assert_eq!(blobs.get(&key, 4).await.unwrap(), Fetched::TooLarge);
    assert_eq!(blobs.get(&key, 0).await.unwrap(), Fetched::TooLarge);
    assert_eq!(blobs.get(&main_key(&user()), 0).await.unwrap(), Fetched::Missing);
}

pub async fn deleting_is_idempotent(blobs: &dyn BlobStore) {
    let key = main_key(&user());
    blobs.delete(&key).await.unwrap();
    for _ in 0..2 {
        blobs.put(&key, bytes("x")).await.unwrap();
        blobs.delete(&key).await.unwrap();
        blobs.delete(&key).await.unwrap();
        assert_eq!(get(blobs, &key).await, Fetched::Missing);
    }
}

pub async fn deleting_one_file_leaves_the_others(blobs: &dyn BlobStore) {
    let user = user();
    let image = ImageId::new(now());
    let (main, thumbnail) = (BlobKey::main(&user, image), BlobKey::thumbnail(&user, image));
    let (other, temporary) = (main_key(&user), temporary_key(&user));
    let all = [&main, &thumbnail, &other, &temporary];
    for key in all {
        blobs.put(key, bytes("x")).await.unwrap();
    }
    for (index, key) in all.into_iter().enumerate() {
        blobs.delete(key).await.unwrap();
        for (position, key) in all.into_iter().enumerate() {
            assert_eq!(blobs.exists(key).await.unwrap(), position > index);
        }
    }
}

/// Whatever a user is called, one can not read or overwrite what another has.
pub async fn users_do_not_share_files(blobs: &dyn BlobStore) {
    let user = user();
    let image = ImageId::new(now());
    let names = [
        "",
        "a",
        "A",
        "a:b",
        "a|b",
        "a@b.example",
        "a.b",
        "a-b",
        "a_b",
        "a..",
        "%2e",
    ];
    let keys: Vec<BlobKey> = names
        .iter()
        .filter_map(|name| format!("{user}{name}").parse().ok())
        .map(|user| BlobKey::main(&user, image))
        .collect();
    assert_eq!(keys.len(), names.len() - 1, "a percent sign is not for users");
    for key in &keys {
        blobs.put(key, Bytes::from(key.to_string())).await.unwrap();
    }
    for key in &keys {
        assert_eq!(get(blobs, key).await, Fetched::Found(Bytes::from(key.to_string())));
    }
    for hostile in [
        "images/../temp/x",
        "images//x",
        "/images/x",
        "images/./x",
        "images\\x",
        "images/x/",
    ] {
        assert!(hostile.parse::<BlobKey>().is_err(), "{hostile}");
    }
}

pub async fn a_reader_sees_all_of_a_file_or_none(blobs: &dyn BlobStore) {
    let key = temporary_key(&user());
    let whole = |byte: u8| Bytes::from(vec![byte; 100_000]);
    blobs.put(&key, whole(0)).await.unwrap();
    let writers = join_all((1..=8).map(|byte| blobs.put(&key, whole(byte))));
    let readers = join_all((0..16).map(|_| get(blobs, &key)));
    let (written, read) = tokio::join!(writers, readers);
    for written in written {
        written.unwrap();
    }
    for read in read {
        let Fetched::Found(bytes) = read else {
            panic!("{read:?}");
        };
        assert_eq!(bytes, whole(bytes[0]));
    }
}

/// Where folders are made and removed as needed, nobody loses a file to that.
pub async fn files_come_and_go_side_by_side(blobs: &dyn BlobStore) {
    let user = user();
    let keys: Vec<BlobKey> = (0..16).map(|_| main_key(&user)).collect();
    for _ in 0..4 {
        join_all(keys.iter().enumerate().map(|(index, key)| async move {
            blobs.put(key, bytes("x")).await.unwrap();
            if index > 0 {
                blobs.delete(key).await.unwrap();
            }
        }))
        .await;
        assert!(blobs.exists(&keys[0]).await.unwrap());
        blobs.delete(&keys[0]).await.unwrap();
        assert_eq!(walk(blobs, BlobKey::IMAGES, &[&user], 100).await, []);
    }
}

pub async fn a_list_is_in_order_of_keys(blobs: &dyn BlobStore) {
    let start = now();
    let user = user();
    // Names that sort around the separator.
    let users: Vec<UserId> = ["", "-1", ".1", "0", ":", "|", "a", "-"]
        .iter()
        .map(|end| format!("{user}{end}").parse().unwrap())
        .collect();
    let mut expected = Vec::new();
    for user in &users {
        for size in 1..=3 {
            let image = ImageId::new(start);
            for key in [BlobKey::main(user, image), BlobKey::thumbnail(user, image)] {
                blobs.put(&key, Bytes::from(vec![0; size])).await.unwrap();
                expected.push((key, size as u64));
            }
        }
    }
    expected.sort();
    let users: Vec<_> = users.iter().collect();
    for limit in [1, 2, 7, 1_000] {
        let found = walk(blobs, BlobKey::IMAGES, &users, limit).await;
        for entry in &found {
            // Clocks of stores may be off, and count in seconds.
            let slack = Duration::from_secs(60 * 60);
            assert!(entry.modified_at > start.minus(slack) && entry.modified_at < start.plus(slack));
        }
        let found: Vec<_> = found.into_iter().map(|entry| (entry.key, entry.size)).collect();
        assert_eq!(found, expected, "pages of {limit}");
    }
}

pub async fn a_list_shows_one_prefix_only(blobs: &dyn BlobStore) {
    let user = user();
    let (image, temporary) = (main_key(&user), temporary_key(&user));
    for key in [&image, &temporary] {
        blobs.put(key, bytes("x")).await.unwrap();
    }
    for (prefix, key) in [(BlobKey::IMAGES, image), (BlobKey::TEMPORARY, temporary)] {
        let found = walk(blobs, prefix, &[&user], 1_000).await;
        assert_eq!(found.into_iter().map(|entry| entry.key).collect::<Vec<_>>(), [key]);
    }
}

pub async fn a_list_can_be_emptied_while_it_is_walked(blobs: &dyn BlobStore) {
    let user = user();
    let keys: Vec<_> = (0..7).map(|_| main_key(&user)).collect();
    for key in &keys {
        blobs.put(key, bytes("x")).await.unwrap();
    }
    let mut after = None;
    loop {
        let page = blobs.list(BlobKey::IMAGES, after.as_deref(), 2).await.unwrap();
        for entry in page.items.iter().filter(|entry| keys.contains(&entry.key)) {
            blobs.delete(&entry.key).await.unwrap();
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    for key in &keys {
        assert!(!blobs.exists(key).await.unwrap());
    }
}

pub async fn one_put_is_signed(blobs: &dyn BlobStore) {
    let issued_at = now();
    let grant = PutGrant {
        key: temporary_key(&user()),
        content_type: "image/png",
        content_length: 8_123_456,
        issued_at,
        expires_at: issued_at.plus(Duration::from_secs(600)),
    };
    let signed = blobs.sign_put(&grant).await.unwrap();
    let headers: Vec<_> = signed.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(headers, [("Content-Type", "image/png"), ("If-None-Match", "*")]);
    let upload = grant.key.upload_id().unwrap().to_string();
    assert!(
        signed.url.starts_with("http") && signed.url.contains(&upload),
        "{}",
        signed.url
    );
    // Each of these is part of what is signed.
    for other in [
        PutGrant {
            key: temporary_key(&user()),
            ..grant.clone()
        },
        PutGrant {
            content_type: "image/jpeg",
            ..grant.clone()
        },
        PutGrant {
            content_length: 1,
            ..grant.clone()
        },
        PutGrant {
            expires_at: issued_at.plus(Duration::from_secs(60)),
            ..grant.clone()
        },
    ] {
        assert_ne!(blobs.sign_put(&other).await.unwrap().url, signed.url);
    }
    assert!(!blobs.exists(&grant.key).await.unwrap());
}

pub async fn old_temporary_files_expire(blobs: &dyn BlobStore, expires_temporary: bool) {
    let user = user();
    let (image, temporary) = (main_key(&user), temporary_key(&user));
    for key in [&image, &temporary] {
        blobs.put(key, bytes("x")).await.unwrap();
    }
    let hour = Duration::from_secs(60 * 60);
    blobs.expire_temporary(now().minus(hour)).await.unwrap();
    assert!(blobs.exists(&temporary).await.unwrap());
    blobs.expire_temporary(now().plus(hour)).await.unwrap();
    assert_eq!(blobs.exists(&temporary).await.unwrap(), !expires_temporary);
    assert!(blobs.exists(&image).await.unwrap());
}

pub async fn the_store_answers(blobs: &dyn BlobStore) {
    blobs.ping().await.unwrap();
}
