//! Idempotency keys: in flight, finished, reused, released, taken over, expired.

use image_service::{
    domain::{Completion, Lease, Pending, PendingKind},
    store::{
        MetadataStore,
        metadata::{Claim, Created, NewImage},
    },
};

use super::super::fixture::{completion, image, lease, millis, new, now, user};

/// The same request, and another one.
const SAME: u8 = 1;
const OTHER: u8 = 2;

async fn claim(metadata: &dyn MetadataStore, lease: &Lease) -> Claim {
    metadata.claim(lease).await.unwrap()
}

/// Stores an image under the lease.
async fn commit(metadata: &dyn MetadataStore, lease: &Lease, result: &str) -> Created {
    let image = image(&lease.user, lease.begun_at);
    metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
    let new = NewImage {
        completion: Some(completion(lease, result)),
        ..new(&image)
    };
    metadata.create(&new).await.unwrap()
}

pub async fn a_key_is_granted_once(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    assert_eq!(claim(metadata, &first).await, Claim::Granted);
    // The same call again, because its answer was lost.
    assert_eq!(claim(metadata, &first).await, Claim::Granted);
    let soon = start.plus(millis(59_999));
    assert_eq!(
        claim(metadata, &lease(&user, "key", SAME, soon)).await,
        Claim::InProgress { since: start }
    );
    assert_eq!(claim(metadata, &lease(&user, "key", OTHER, soon)).await, Claim::Reused);
    assert_eq!(
        claim(metadata, &lease(&user, "other-key", SAME, soon)).await,
        Claim::Granted
    );
}

pub async fn of_two_claims_one_is_granted(metadata: &dyn MetadataStore) {
    let user = user();
    for round in 0..5 {
        let key = format!("key-{round}");
        let (left, right) = (lease(&user, &key, SAME, now()), lease(&user, &key, SAME, now()));
        let (first, second) = tokio::join!(metadata.claim(&left), metadata.claim(&right));
        assert!(matches!(
            (first.unwrap(), second.unwrap()),
            (Claim::Granted, Claim::InProgress { .. }) | (Claim::InProgress { .. }, Claim::Granted)
        ));
    }
}

pub async fn a_key_belongs_to_one_user(metadata: &dyn MetadataStore) {
    // Wherever user and key are put together, these stay apart.
    let user = user();
    let longer = format!("{user}|a").parse().unwrap();
    for lease in [
        lease(&user, "a|b", SAME, now()),
        lease(&longer, "b", OTHER, now()),
        lease(&super::super::fixture::user(), "a|b", OTHER, now()),
        lease(&user, "a#b/\\%~", OTHER, now()),
        lease(&user, "A|b", OTHER, now()),
    ] {
        assert_eq!(claim(metadata, &lease).await, Claim::Granted);
    }
}

pub async fn a_finished_key_answers_with_the_result(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    claim(metadata, &first).await;
    assert_eq!(commit(metadata, &first, "{\"id\": 1}").await, Created::Stored);
    let finished = Claim::Finished("{\"id\": 1}".to_owned());
    // Also after the lease would have expired.
    for later in [start, start.plus(Lease::LIFETIME)] {
        assert_eq!(claim(metadata, &lease(&user, "key", SAME, later)).await, finished);
        assert_eq!(claim(metadata, &lease(&user, "key", OTHER, later)).await, Claim::Reused);
    }
    assert_eq!(claim(metadata, &first).await, finished);
    // Nothing is finished twice under one key.
    assert_eq!(commit(metadata, &first, "{\"id\": 2}").await, Created::LeaseLost);
    assert_eq!(claim(metadata, &lease(&user, "key", SAME, start)).await, finished);
}

/// A record that has expired may still be in the store: it does not count.
pub async fn a_finished_key_is_remembered_for_a_day(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    for (key, request) in [("same", SAME), ("other", OTHER)] {
        let first = lease(&user, key, SAME, start);
        claim(metadata, &first).await;
        commit(metadata, &first, "result").await;
        let end = start.plus(Completion::LIFETIME);
        assert_eq!(
            claim(metadata, &lease(&user, key, SAME, end.minus(millis(1)))).await,
            Claim::Finished("result".to_owned())
        );
        let next = lease(&user, key, request, end);
        assert_eq!(claim(metadata, &next).await, Claim::Granted);
        assert_eq!(commit(metadata, &next, "new result").await, Created::Stored);
        assert_eq!(
            claim(metadata, &lease(&user, key, request, end)).await,
            Claim::Finished("new result".to_owned())
        );
    }
}

pub async fn a_released_key_is_free(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    claim(metadata, &first).await;
    metadata.release(&first).await.unwrap();
    metadata.release(&first).await.unwrap();
    // Who has given a key back can not finish under it.
    assert_eq!(commit(metadata, &first, "late").await, Created::LeaseLost);
    assert_eq!(
        claim(metadata, &lease(&user, "key", OTHER, start)).await,
        Claim::Granted
    );
}

pub async fn only_the_holder_releases(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    claim(metadata, &first).await;
    metadata.release(&lease(&user, "key", SAME, start)).await.unwrap();
    let again = lease(&user, "key", SAME, start);
    assert_eq!(claim(metadata, &again).await, Claim::InProgress { since: start });
    commit(metadata, &first, "result").await;
    metadata.release(&first).await.unwrap();
    assert_eq!(claim(metadata, &again).await, Claim::Finished("result".to_owned()));
}

pub async fn an_expired_lease_is_taken_over(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    claim(metadata, &first).await;
    let second = lease(&user, "key", SAME, first.expires_at());
    assert_eq!(claim(metadata, &second).await, Claim::Granted);
    // The new lease has a time of its own.
    let third = lease(&user, "key", SAME, second.expires_at().minus(millis(1)));
    assert_eq!(
        claim(metadata, &third).await,
        Claim::InProgress { since: second.begun_at }
    );
    // What its former holder does is without effect.
    metadata.release(&first).await.unwrap();
    assert_eq!(commit(metadata, &first, "first").await, Created::LeaseLost);
    assert_eq!(commit(metadata, &second, "second").await, Created::Stored);
    assert_eq!(claim(metadata, &third).await, Claim::Finished("second".to_owned()));
}

pub async fn an_expired_lease_is_free_for_another_request(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    claim(metadata, &first).await;
    let end = first.expires_at();
    let early = lease(&user, "key", OTHER, end.minus(millis(1)));
    assert_eq!(claim(metadata, &early).await, Claim::Reused);
    assert_eq!(claim(metadata, &lease(&user, "key", OTHER, end)).await, Claim::Granted);
    assert_eq!(commit(metadata, &first, "first").await, Created::LeaseLost);
}

pub async fn a_lost_lease_commits_nothing(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let first = lease(&user, "key", SAME, start);
    claim(metadata, &first).await;
    claim(metadata, &lease(&user, "key", SAME, first.expires_at())).await;
    let image = image(&user, start);
    let intent = Pending::upload(&image);
    metadata.begin_upload(&intent).await.unwrap();
    let late = NewImage {
        completion: Some(completion(&first, "late")),
        ..new(&image)
    };
    assert_eq!(metadata.create(&late).await.unwrap(), Created::LeaseLost);
    assert_eq!(metadata.get(image.id).await.unwrap(), None);
    assert_eq!(metadata.count(&user, None).await.unwrap(), 0);
    let left = super::pending::find(metadata, PendingKind::Upload, start, image.id).await;
    assert_eq!(left, Some(intent));
}

/// Nobody has taken over: there is nobody to protect.
pub async fn an_expired_lease_can_still_finish(metadata: &dyn MetadataStore) {
    let (user, start) = (user(), now());
    let slow = lease(&user, "key", SAME, start.minus(3 * Lease::LIFETIME));
    claim(metadata, &slow).await;
    metadata.purge_expired(start).await.unwrap();
    assert_eq!(commit(metadata, &slow, "slow").await, Created::Stored);
    let next = lease(&user, "key", SAME, start);
    assert_eq!(claim(metadata, &next).await, Claim::Finished("slow".to_owned()));
}
