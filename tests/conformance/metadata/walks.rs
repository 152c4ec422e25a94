//! What audits and clean-ups rely on.

use std::collections::HashSet;

use image_service::{
    domain::{Completion, DirectUpload, ImageId, Pending, PendingKind},
    store::{
        MetadataStore,
        metadata::{Claim, Created, NewImage},
    },
};

use super::super::fixture::{
    completion, direct_upload, ids, image, in_album, lease, millis, new, now, store, store_at, user,
};

pub async fn a_scan_visits_every_image_once(metadata: &dyn MetadataStore) {
    let mut expected = store_at(metadata, &user(), &[0, 0, 1, 2]).await;
    let one = in_album(image(&user(), now()), &super::super::fixture::album());
    store(metadata, &one).await;
    expected.push(one);
    for limit in [1, 2, 5, 100] {
        let mut visited = Vec::new();
        let mut after = None;
        loop {
            let page = metadata.scan(after.as_deref(), limit).await.unwrap();
            assert!(page.items.len() <= limit);
            visited.extend(page.items.into_iter().filter(|image| expected.contains(image)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (mut visited, mut expected) = (ids(&visited), ids(&expected));
        visited.sort_unstable();
        expected.sort_unstable();
        assert_eq!(visited, expected);
    }
}

pub async fn known_are_images_and_pending_work(metadata: &dyn MetadataStore) {
    let user = user();
    let [stored, begun, abandoned, deleted, removed] = std::array::from_fn(|_| image(&user, now()));
    for image in [&stored, &deleted, &removed] {
        store(metadata, image).await;
    }
    for image in [&begun, &abandoned] {
        metadata.begin_upload(&Pending::upload(image)).await.unwrap();
    }
    metadata.abandon_upload(abandoned.id).await.unwrap();
    for image in [&deleted, &removed] {
        metadata.delete(image.id, &user, now()).await.unwrap();
    }
    metadata.finish_pending(PendingKind::Delete, removed.id).await.unwrap();

    let known = HashSet::from([stored.id, begun.id, abandoned.id, deleted.id]);
    let mut asked: Vec<_> = known.iter().copied().collect();
    asked.extend([removed.id, ImageId::new(now())]);
    // More than a backend may take in one request.
    asked.extend((0..150).map(|_| ImageId::new(now())));
    assert_eq!(metadata.known(&asked).await.unwrap(), known);
    assert_eq!(metadata.known(&[]).await.unwrap(), HashSet::new());
}

pub async fn purging_keeps_what_has_not_expired(metadata: &dyn MetadataStore) {
    let (user, now) = (user(), now());
    let almost = now.minus(Completion::LIFETIME).plus(millis(60_000));
    let finished = lease(&user, "finished", 1, almost);
    let running = lease(&user, "running", 1, now);
    for lease in [&finished, &running] {
        metadata.claim(lease).await.unwrap();
    }
    let image = image(&user, now);
    metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
    let new = NewImage {
        completion: Some(completion(&finished, "result")),
        ..new(&image)
    };
    assert_eq!(metadata.create(&new).await.unwrap(), Created::Stored);
    let upload = direct_upload(&user, now.minus(DirectUpload::LIFETIME).plus(millis(60_000)));
    metadata.start_direct_upload(&upload, None).await.unwrap();

    metadata.purge_expired(now).await.unwrap();

    let again = |key| lease(&user, key, 1, now);
    assert_eq!(
        metadata.claim(&again("finished")).await.unwrap(),
        Claim::Finished("result".to_owned())
    );
    assert_eq!(
        metadata.claim(&again("running")).await.unwrap(),
        Claim::InProgress { since: now }
    );
    assert_eq!(metadata.direct_upload(upload.id, now).await.unwrap(), Some(upload));
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
}

pub async fn the_store_answers(metadata: &dyn MetadataStore) {
    metadata.ping().await.unwrap();
}
