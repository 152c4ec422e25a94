//! Direct uploads: begun, finished once, forgotten.

use image_service::{
    domain::{DirectUpload, Image, Lease, Pending, PendingKind, UploadId},
    store::{
        MetadataStore,
        metadata::{Claim, Created, NewImage, Started},
    },
};

use super::super::fixture::{completion, direct_upload, image, lease, millis, new, now, user};

/// Commits an image that came from this upload.
async fn finish(metadata: &dyn MetadataStore, upload: &DirectUpload, image: &Image, result: &str) -> Created {
    metadata.begin_upload(&Pending::upload(image)).await.unwrap();
    let new = NewImage {
        direct_upload: Some((upload.id, result.to_owned())),
        ..new(image)
    };
    metadata.create(&new).await.unwrap()
}

/// A record that has expired may still be in the store: it does not count.
pub async fn a_direct_upload_is_read_back_until_it_expires(metadata: &dyn MetadataStore) {
    let start = now();
    let upload = direct_upload(&user(), start);
    assert_eq!(metadata.direct_upload(upload.id, start).await.unwrap(), None);
    for _ in 0..2 {
        let started = metadata.start_direct_upload(&upload, None).await.unwrap();
        assert_eq!(started, Started::Stored);
    }
    let end = upload.expires_at();
    for time in [start, end.minus(millis(1))] {
        assert_eq!(
            metadata.direct_upload(upload.id, time).await.unwrap(),
            Some(upload.clone())
        );
    }
    assert_eq!(metadata.direct_upload(upload.id, end).await.unwrap(), None);
    assert_eq!(metadata.direct_upload(UploadId::new(start), start).await.unwrap(), None);
}

pub async fn a_direct_upload_is_a_result_of_its_key(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let lease = lease(&user, "key", 1, start);
    metadata.claim(&lease).await.unwrap();
    let upload = direct_upload(&user, start);
    let done = completion(&lease, "url");
    // The second time because the answer was lost.
    for _ in 0..2 {
        let started = metadata.start_direct_upload(&upload, Some(&done)).await.unwrap();
        assert_eq!(started, Started::Stored);
    }
    let again = super::super::fixture::lease(&user, "key", 1, start);
    assert_eq!(metadata.claim(&again).await.unwrap(), Claim::Finished("url".to_owned()));
}

pub async fn a_lost_lease_starts_no_direct_upload(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", 1, start);
    metadata.claim(&first).await.unwrap();
    let second = lease(&user, "key", 1, start.plus(Lease::LIFETIME));
    metadata.claim(&second).await.unwrap();
    let upload = direct_upload(&user, start);
    let late = completion(&first, "late");
    let started = metadata.start_direct_upload(&upload, Some(&late)).await.unwrap();
    assert_eq!(started, Started::LeaseLost);
    assert_eq!(metadata.direct_upload(upload.id, start).await.unwrap(), None);
    assert_eq!(metadata.claim(&second).await.unwrap(), Claim::Granted);
}

pub async fn a_direct_upload_is_finished_once(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let upload = direct_upload(&user, start);
    metadata.start_direct_upload(&upload, None).await.unwrap();
    let first = image(&user, start);
    assert_eq!(finish(metadata, &upload, &first, "first").await, Created::Stored);
    let stored = metadata.direct_upload(upload.id, start).await.unwrap().unwrap();
    assert_eq!(stored.result.as_deref(), Some("first"));
    // The same call again, because its answer was lost.
    assert_eq!(finish(metadata, &upload, &first, "first").await, Created::Stored);

    let second = image(&user, start);
    assert_eq!(
        finish(metadata, &upload, &second, "second").await,
        Created::AlreadyFinished("first".to_owned())
    );
    assert_eq!(metadata.get(second.id).await.unwrap(), None);
    assert_eq!(metadata.count(&user, None).await.unwrap(), 1);
    let stored = metadata.direct_upload(upload.id, start).await.unwrap().unwrap();
    assert_eq!(stored.result.as_deref(), Some("first"));
}

pub async fn of_two_finishers_one_stores(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    for round in 1..=5 {
        let upload = direct_upload(&user, start);
        metadata.start_direct_upload(&upload, None).await.unwrap();
        let (left, right) = (image(&user, start), image(&user, start));
        let outcomes = tokio::join!(
            finish(metadata, &upload, &left, "left"),
            finish(metadata, &upload, &right, "right"),
        );
        let (winner, loser) = match outcomes {
            (Created::Stored, Created::AlreadyFinished(result)) if result == "left" => (left, right),
            (Created::AlreadyFinished(result), Created::Stored) if result == "right" => (right, left),
            outcomes => panic!("{outcomes:?}"),
        };
        assert_eq!(metadata.get(winner.id).await.unwrap().as_ref(), Some(&winner));
        assert_eq!(metadata.get(loser.id).await.unwrap(), None);
        assert_eq!(metadata.count(&user, None).await.unwrap(), round);
        // The loser's files are its own to remove: its intent still names them.
        let left = super::pending::find(metadata, PendingKind::Upload, start, loser.id).await;
        assert_eq!(left, Some(Pending::upload(&loser)));
    }
}

/// The slower of two finishers with one key, whose lease was taken over, learns the first result.
pub async fn a_finished_direct_upload_outweighs_a_lost_lease(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let upload = direct_upload(&user, start);
    metadata.start_direct_upload(&upload, None).await.unwrap();
    let slow = lease(&user, "key", 1, start);
    metadata.claim(&slow).await.unwrap();
    let quick = lease(&user, "key", 1, slow.expires_at());
    metadata.claim(&quick).await.unwrap();
    let mut outcomes = Vec::new();
    for (lease, result) in [(&quick, "quick"), (&slow, "slow")] {
        let image = image(&user, start);
        metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
        let new = NewImage {
            image,
            completion: Some(completion(lease, result)),
            direct_upload: Some((upload.id, result.to_owned())),
        };
        outcomes.push(metadata.create(&new).await.unwrap());
    }
    assert_eq!(
        outcomes,
        [Created::Stored, Created::AlreadyFinished("quick".to_owned())]
    );
    let next = lease(&user, "key", 1, start);
    assert_eq!(
        metadata.claim(&next).await.unwrap(),
        Claim::Finished("quick".to_owned())
    );
}

pub async fn a_forgotten_direct_upload_is_not_finished(metadata: &dyn MetadataStore) {
    let user = user();
    let image = image(&user, now());
    let never_begun = direct_upload(&user, now());
    assert_eq!(
        finish(metadata, &never_begun, &image, "result").await,
        Created::Abandoned
    );
    assert_eq!(metadata.get(image.id).await.unwrap(), None);
    assert_eq!(metadata.direct_upload(never_begun.id, now()).await.unwrap(), None);
}
