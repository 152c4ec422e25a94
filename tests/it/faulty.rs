//! The stores that fail on purpose fail where they are told to: other tests rely on it.

use std::sync::Arc;

use image_service::{
    domain::BlobKey,
    store::{
        BlobStore, MetadataStore,
        blob::filesystem::{FilesystemBlobs, UrlSigner},
        metadata::sqlite::SqliteMetadata,
    },
};

use crate::{
    conformance::cases::fixture::{image, now, store, user},
    support::faulty::{Fault, Faults, Faulty},
};

#[tokio::test]
async fn the_nth_call_fails_before_or_after_it_is_done() {
    let faults = Faults::default();
    let inner: Arc<dyn MetadataStore> = Arc::new(SqliteMetadata::in_memory().unwrap());
    let metadata = Faulty::new(inner.clone(), &faults);
    let user = user();
    let [first, second] = std::array::from_fn(|_| image(&user, now()));
    for image in [&first, &second] {
        store(&*inner, image).await;
    }

    faults.fail_nth_of("metadata.delete", 2, Fault::NotDone);
    metadata.delete(first.id, &user, now()).await.unwrap();
    metadata.get(second.id).await.unwrap();
    assert!(!faults.all_happened());
    metadata.delete(second.id, &user, now()).await.unwrap_err();
    assert!(faults.all_happened());
    assert!(inner.get(second.id).await.unwrap().is_some());

    faults.fail_nth_of("metadata.delete", 1, Fault::AnswerLost);
    metadata.delete(second.id, &user, now()).await.unwrap_err();
    assert_eq!(inner.get(second.id).await.unwrap(), None);
    metadata.ping().await.unwrap();
    assert_eq!(
        faults.calls(),
        ["delete", "get", "delete", "delete", "ping"].map(|call| format!("metadata.{call}"))
    );
}

#[tokio::test]
async fn several_stores_are_counted_together() {
    let faults = Faults::default();
    let folder = tempfile::tempdir().unwrap();
    let signer = UrlSigner::new(&[7; 32], "http://localhost:3000");
    let files: Arc<dyn BlobStore> = Arc::new(FilesystemBlobs::open(folder.path(), signer).unwrap());
    let blobs = Faulty::new(files, &faults);
    let inner: Arc<dyn MetadataStore> = Arc::new(SqliteMetadata::in_memory().unwrap());
    let metadata = Faulty::new(inner, &faults);

    faults.fail_nth(2, Fault::NotDone);
    metadata.ping().await.unwrap();
    blobs.ping().await.unwrap_err();
    blobs.ping().await.unwrap();

    faults.fail_all_of("blob.exists", Fault::NotDone);
    let key = BlobKey::main(&user(), image(&user(), now()).id);
    for _ in 0..3 {
        blobs.exists(&key).await.unwrap_err();
        blobs.delete(&key).await.unwrap();
    }
    faults.clear();
    assert!(!blobs.exists(&key).await.unwrap());
    assert_eq!(faults.calls(), ["blob.exists"]);
}
