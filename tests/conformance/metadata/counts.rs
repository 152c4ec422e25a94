//! Counts are exact, whatever happens at the same time.

use futures_util::future::join_all;
use image_service::{
    domain::Version,
    store::{
        MetadataStore,
        metadata::{Deleted, Updated},
    },
};

use super::super::fixture::{album, image, in_album, new, now, store, to_album, user};

pub async fn images_are_counted_by_user_and_album(metadata: &dyn MetadataStore) {
    let (user, album) = (user(), album());
    assert_eq!(metadata.count(&user, None).await.unwrap(), 0);
    assert_eq!(metadata.count(&user, Some(&album)).await.unwrap(), 0);
    for index in 0..3 {
        let mut image = image(&user, now());
        if index > 0 {
            image = in_album(image, &album);
        }
        store(metadata, &image).await;
    }
    // The same album id of another user is another album.
    let stranger = super::super::fixture::user();
    store(metadata, &in_album(image(&stranger, now()), &album)).await;
    assert_eq!(metadata.count(&user, None).await.unwrap(), 3);
    assert_eq!(metadata.count(&user, Some(&album)).await.unwrap(), 2);
    assert_eq!(metadata.count(&stranger, Some(&album)).await.unwrap(), 1);
}

pub async fn moves_take_the_counts_along(metadata: &dyn MetadataStore) {
    let (user, from, to) = (user(), album(), album());
    let image = image(&user, now());
    store(metadata, &image).await;
    let mut version = Version::FIRST;
    for (target, counts) in [
        (Some(&from), [1, 0]),
        (Some(&to), [0, 1]),
        // Where it is already.
        (Some(&to), [0, 1]),
        (None, [0, 0]),
        (Some(&from), [1, 0]),
    ] {
        let patch = to_album(target);
        metadata.update(image.id, &user, version, &patch, now()).await.unwrap();
        version = version.next();
        assert_eq!(metadata.count(&user, Some(&from)).await.unwrap(), counts[0]);
        assert_eq!(metadata.count(&user, Some(&to)).await.unwrap(), counts[1]);
        assert_eq!(metadata.count(&user, None).await.unwrap(), 1);
    }
    metadata.delete(image.id, &user, now()).await.unwrap();
    assert_eq!(metadata.count(&user, Some(&from)).await.unwrap(), 0);
    assert_eq!(metadata.count(&user, None).await.unwrap(), 0);
}

pub async fn a_refused_write_counts_nothing(metadata: &dyn MetadataStore) {
    let (owner, stranger, home) = (user(), user(), album());
    let image = in_album(image(&owner, now()), &home);
    store(metadata, &image).await;
    let patch = to_album(None);
    let stale = Version::FIRST.next();
    metadata.update(image.id, &owner, stale, &patch, now()).await.unwrap();
    metadata
        .update(image.id, &stranger, Version::FIRST, &patch, now())
        .await
        .unwrap();
    metadata.delete(image.id, &stranger, now()).await.unwrap();
    metadata.create(&new(&image)).await.unwrap();
    let without_intent = in_album(super::super::fixture::image(&owner, now()), &home);
    metadata.create(&new(&without_intent)).await.unwrap();
    assert_eq!(metadata.count(&owner, None).await.unwrap(), 1);
    assert_eq!(metadata.count(&owner, Some(&home)).await.unwrap(), 1);
    assert_eq!(metadata.count(&stranger, None).await.unwrap(), 0);
}

pub async fn counts_are_exact_after_concurrent_writes(metadata: &dyn MetadataStore) {
    let (user, from, to) = (user(), album(), album());
    let images: Vec<_> = (0..12).map(|_| in_album(image(&user, now()), &from)).collect();
    join_all(images.iter().map(|image| store(metadata, image))).await;
    assert_eq!(metadata.count(&user, None).await.unwrap(), 12);
    assert_eq!(metadata.count(&user, Some(&from)).await.unwrap(), 12);

    // A third is deleted, a third moved, the rest is deleted and moved at once.
    let patch = &to_album(Some(&to));
    let owner = &user;
    let outcomes = join_all(images.iter().enumerate().map(|(index, image)| async move {
        let delete = async { index % 3 != 1 && marked(&metadata.delete(image.id, owner, now()).await.unwrap()) };
        let update = metadata.update(image.id, owner, Version::FIRST, patch, now());
        let update = async { index % 3 != 0 && stored(&update.await.unwrap()) };
        tokio::join!(delete, update)
    }))
    .await;
    let deleted = outcomes.iter().filter(|(deleted, _)| *deleted).count() as u64;
    let moved = outcomes.iter().filter(|(deleted, moved)| *moved && !deleted).count() as u64;
    assert_eq!((deleted, moved), (8, 4));
    assert_eq!(metadata.count(&user, None).await.unwrap(), 4);
    assert_eq!(metadata.count(&user, Some(&from)).await.unwrap(), 0);
    assert_eq!(metadata.count(&user, Some(&to)).await.unwrap(), 4);
}

fn marked(deleted: &Deleted) -> bool {
    matches!(deleted, Deleted::Marked(_))
}

fn stored(updated: &Updated) -> bool {
    matches!(updated, Updated::Stored(_))
}
