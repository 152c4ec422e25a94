//! Intents and markers: what was begun is committed, given up or finished, never forgotten.

use image_service::{
    domain::{ImageId, ImagePatch, Pending, PendingKind, Timestamp, Version},
    store::{MetadataStore, metadata::Created},
};

use super::super::fixture::{album, image, in_album, millis, new, now, store, user};

/// All markers of these images, in the order of the walk, with pages of `limit`.
async fn walk(
    metadata: &dyn MetadataStore,
    kind: PendingKind,
    until: Timestamp,
    limit: usize,
    images: &[ImageId],
) -> Vec<Pending> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = metadata.pending(kind, until, after.as_deref(), limit).await.unwrap();
        assert!(page.items.len() <= limit);
        for marker in page.items {
            assert_eq!(marker.kind, kind);
            assert!(marker.begun_at <= until);
            if images.contains(&marker.image) {
                found.push(marker);
            }
        }
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

pub(super) async fn find(
    metadata: &dyn MetadataStore,
    kind: PendingKind,
    until: Timestamp,
    image: ImageId,
) -> Option<Pending> {
    let mut found = walk(metadata, kind, until, 100, &[image]).await;
    assert!(found.len() <= 1);
    found.pop()
}

pub async fn an_upload_begins_with_an_intent(metadata: &dyn MetadataStore) {
    let image = image(&user(), now());
    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Abandoned);
    assert_eq!(metadata.get(image.id).await.unwrap(), None);

    let intent = Pending::upload(&image);
    metadata.begin_upload(&intent).await.unwrap();
    metadata.begin_upload(&intent).await.unwrap();
    let until = intent.begun_at;
    assert_eq!(find(metadata, PendingKind::Upload, until, image.id).await, Some(intent));
    assert_eq!(metadata.get(image.id).await.unwrap(), None);

    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Stored);
    assert_eq!(find(metadata, PendingKind::Upload, until, image.id).await, None);
}

pub async fn creating_again_changes_nothing(metadata: &dyn MetadataStore) {
    let (user, album) = (user(), album());
    let image = in_album(image(&user, now()), &album);
    store(metadata, &image).await;
    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Stored);
    let patch = ImagePatch::default();
    metadata
        .update(image.id, &user, Version::FIRST, &patch, now())
        .await
        .unwrap();
    let updated = metadata.get(image.id).await.unwrap();
    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Stored);
    assert_eq!(metadata.get(image.id).await.unwrap(), updated);
    assert_eq!(metadata.count(&user, None).await.unwrap(), 1);
    assert_eq!(metadata.count(&user, Some(&album)).await.unwrap(), 1);
}

pub async fn an_abandoned_upload_is_not_committed(metadata: &dyn MetadataStore) {
    let user = user();
    let image = image(&user, now());
    let intent = Pending::upload(&image);
    metadata.begin_upload(&intent).await.unwrap();
    for _ in 0..2 {
        assert!(metadata.abandon_upload(image.id).await.unwrap());
        assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Abandoned);
    }
    // A first step that is repeated late does not revive it.
    metadata.begin_upload(&intent).await.unwrap();
    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Abandoned);
    // Its files are still to be removed: the intent says so until then.
    let until = intent.begun_at;
    assert_eq!(find(metadata, PendingKind::Upload, until, image.id).await, Some(intent));
    for _ in 0..2 {
        metadata.finish_pending(PendingKind::Upload, image.id).await.unwrap();
        assert_eq!(find(metadata, PendingKind::Upload, until, image.id).await, None);
    }
    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Abandoned);
    assert_eq!(metadata.get(image.id).await.unwrap(), None);
    assert_eq!(metadata.count(&user, None).await.unwrap(), 0);
}

pub async fn a_committed_upload_is_not_abandoned(metadata: &dyn MetadataStore) {
    let image = image(&user(), now());
    store(metadata, &image).await;
    assert!(!metadata.abandon_upload(image.id).await.unwrap());
    assert_eq!(
        find(metadata, PendingKind::Upload, image.uploaded_at, image.id).await,
        None
    );
    // An intent that was repeated late goes too.
    metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
    assert!(!metadata.abandon_upload(image.id).await.unwrap());
    assert_eq!(
        find(metadata, PendingKind::Upload, image.uploaded_at, image.id).await,
        None
    );
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
}

pub async fn committing_and_abandoning_exclude_each_other(metadata: &dyn MetadataStore) {
    let user = user();
    for round in 0..10 {
        let image = image(&user, now());
        metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
        let new = new(&image);
        let (created, abandoned) = if round % 2 == 0 {
            tokio::join!(metadata.create(&new), metadata.abandon_upload(image.id))
        } else {
            let (abandoned, created) = tokio::join!(metadata.abandon_upload(image.id), metadata.create(&new));
            (created, abandoned)
        };
        let exists = metadata.get(image.id).await.unwrap().is_some();
        match (created.unwrap(), abandoned.unwrap()) {
            (Created::Stored, false) => assert!(exists),
            (Created::Abandoned, true) => assert!(!exists),
            both => panic!("{both:?}"),
        }
    }
}

pub async fn pending_work_is_walked_by_time_and_kind(metadata: &dyn MetadataStore) {
    let user = user();
    let start = now();
    let mut uploads = Vec::new();
    for offset in [0, 0, 0, 10, 20, 30] {
        let image = image(&user, start.plus(millis(offset)));
        metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
        uploads.push(image.id);
    }
    let deleted = image(&user, start);
    store(metadata, &deleted).await;
    metadata.delete(deleted.id, &user, start).await.unwrap();

    let mut all = uploads.clone();
    all.push(deleted.id);
    for limit in [1, 2, 100] {
        let found = walk(metadata, PendingKind::Upload, start.plus(millis(20)), limit, &all).await;
        let mut found: Vec<_> = found.into_iter().map(|marker| marker.image).collect();
        found.sort_unstable();
        let mut expected = uploads[..5].to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected);
        let found = walk(metadata, PendingKind::Delete, start, limit, &all).await;
        assert_eq!(found, [Pending::delete(&deleted, start)]);
        assert_eq!(
            walk(metadata, PendingKind::Delete, start.minus(millis(1)), limit, &all).await,
            []
        );
    }
}

pub async fn pending_work_can_be_finished_while_it_is_walked(metadata: &dyn MetadataStore) {
    let user = user();
    let start = now();
    let mut mine = Vec::new();
    for _ in 0..7 {
        let image = image(&user, start);
        store(metadata, &image).await;
        metadata.delete(image.id, &user, start).await.unwrap();
        mine.push(image.id);
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = metadata
            .pending(PendingKind::Delete, start, after.as_deref(), 2)
            .await
            .unwrap();
        for marker in page.items.iter().filter(|marker| mine.contains(&marker.image)) {
            metadata
                .finish_pending(PendingKind::Delete, marker.image)
                .await
                .unwrap();
            seen.push(marker.image);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    seen.sort_unstable();
    mine.sort_unstable();
    assert_eq!(seen, mine);
    assert_eq!(walk(metadata, PendingKind::Delete, start, 2, &mine).await, []);
}
