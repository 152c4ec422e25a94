use image_service::{
    domain::{Change, ImagePatch, Pending, PendingKind, Title, Version},
    store::{
        ErrorKind, MetadataStore,
        metadata::{Claim, Created, Deleted, NewImage, Started, Updated},
    },
};

use super::Account;
use crate::{
    conformance::cases::fixture::{
        album, completion, direct_upload, image, in_album, lease, new, now, store, to_album, user,
    },
    proxy::http::{Answer, HttpFault, HttpProxy, Struck},
    service::proxy_to,
};

const JSON: &str = "application/x-amz-json-1.0";

fn error(status: u16, body: &'static str) -> Answer {
    Answer {
        status,
        content_type: JSON,
        body,
    }
}

/// What may happen to the first request of an operation.
fn faults() -> [HttpFault; 7] {
    let throttled = error(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow"}"#,
    );
    let conflict = error(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","message":"conflict"}"#,
    );
    let broken = error(
        500,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oops"}"#,
    );
    [
        HttpFault::Drop,
        HttpFault::AnswerLost,
        HttpFault::Cut,
        HttpFault::Refused(throttled),
        HttpFault::Refused(conflict),
        HttpFault::Refused(broken),
        HttpFault::DoneBut(broken),
    ]
}

async fn behind_proxy() -> (Account, HttpProxy) {
    let proxy = proxy_to("WIRE_DYNAMODB").await;
    let account = Account::open().await.with("AWS_ENDPOINT_URL_DYNAMODB", &proxy.url());
    (account, proxy)
}

fn titled(title: &str) -> ImagePatch {
    ImagePatch {
        title: Change::Set(Title::parse(title).unwrap().unwrap()),
        ..ImagePatch::default()
    }
}

/// Each write is done once and answered as if nothing had happened, whichever of its requests is struck.
#[tokio::test]
async fn a_write_is_done_once_whatever_happens_to_its_answer() {
    let (account, proxy) = behind_proxy().await;
    let metadata = account.metadata();
    let metadata: &dyn MetadataStore = &*metadata;
    for fault in faults() {
        for nth in [1, 2] {
            let struck = || proxy.strike(Struck::Nth(nth), fault);
            let about = format!("{fault:?}, request {nth}");
            let (user, from, to) = (user(), album(), album());
            let image = in_album(image(&user, now()), &from);
            let key = lease(&user, "key", 1, now());

            struck();
            metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
            struck();
            assert_eq!(metadata.claim(&key).await.unwrap(), Claim::Granted, "{about}");
            struck();
            let commit = NewImage {
                completion: Some(completion(&key, "result")),
                ..new(&image)
            };
            assert_eq!(metadata.create(&commit).await.unwrap(), Created::Stored, "{about}");
            struck();
            assert_eq!(metadata.get(image.id).await.unwrap().as_ref(), Some(&image), "{about}");

            struck();
            let updated = metadata
                .update(image.id, &user, Version::FIRST, &titled("new"), now())
                .await;
            assert!(matches!(updated.unwrap(), Updated::Stored(_)), "{about}");
            let second = Version::FIRST.next();
            struck();
            let moved = metadata
                .update(image.id, &user, second, &to_album(Some(&to)), now())
                .await;
            assert!(matches!(moved.unwrap(), Updated::Stored(_)), "{about}");
            proxy.heal();
            assert_eq!(metadata.count(&user, None).await.unwrap(), 1, "{about}");
            assert_eq!(metadata.count(&user, Some(&from)).await.unwrap(), 0, "{about}");
            assert_eq!(metadata.count(&user, Some(&to)).await.unwrap(), 1, "{about}");
            let stored = metadata.get(image.id).await.unwrap().unwrap();
            assert_eq!(stored.version, second.next(), "{about}");

            struck();
            let deleted = metadata.delete(image.id, &user, now()).await.unwrap();
            assert!(matches!(deleted, Deleted::Marked(_)), "{about}: {deleted:?}");
            struck();
            metadata.finish_pending(PendingKind::Delete, image.id).await.unwrap();
            proxy.heal();
            assert_eq!(metadata.count(&user, None).await.unwrap(), 0, "{about}");
            assert_eq!(metadata.count(&user, Some(&to)).await.unwrap(), 0, "{about}");
        }
    }
}

#[tokio::test]
async fn uploads_are_begun_and_given_up_once() {
    let (account, proxy) = behind_proxy().await;
    let metadata = account.metadata();
    for fault in faults() {
        let struck = || proxy.strike(Struck::Nth(1), fault);
        let user = user();
        let key = lease(&user, "key", 1, now());
        metadata.claim(&key).await.unwrap();
        let upload = direct_upload(&user, now());
        struck();
        let started = metadata
            .start_direct_upload(&upload, Some(&completion(&key, "url")))
            .await;
        assert_eq!(started.unwrap(), Started::Stored, "{fault:?}");
        let other = lease(&user, "other", 1, now());
        metadata.claim(&other).await.unwrap();
        struck();
        metadata.release(&other).await.unwrap();
        assert_eq!(
            metadata.claim(&lease(&user, "other", 2, now())).await.unwrap(),
            Claim::Granted
        );

        let abandoned = image(&user, now());
        metadata.begin_upload(&Pending::upload(&abandoned)).await.unwrap();
        struck();
        assert!(metadata.abandon_upload(abandoned.id).await.unwrap(), "{fault:?}");
        assert_eq!(metadata.create(&new(&abandoned)).await.unwrap(), Created::Abandoned);
        proxy.heal();
    }
}

/// After a bounded time it is said what is the matter; what was not done is not claimed to be.
#[tokio::test]
async fn a_store_that_does_not_answer_is_given_up_on() {
    let (account, proxy) = behind_proxy().await;
    let metadata = account.metadata();
    let user = user();
    let kept = image(&user, now());
    store(&*metadata, &kept).await;
    let throttled = faults()[3];
    for (fault, kind) in [
        (HttpFault::Drop, ErrorKind::Unavailable),
        (HttpFault::Hang, ErrorKind::Unavailable),
        (throttled, ErrorKind::Throttled),
    ] {
        proxy.strike(Struck::From(1), fault);
        let start = std::time::Instant::now();
        let patch = titled("lost");
        let (get, update, delete) = tokio::join!(
            metadata.get(kept.id),
            metadata.update(kept.id, &user, Version::FIRST, &patch, now()),
            metadata.delete(kept.id, &user, now()),
        );
        assert!(start.elapsed().as_secs() < 8, "{fault:?} took {:?}", start.elapsed());
        for failed in [get.map(drop), update.map(drop), delete.map(drop)] {
            assert_eq!(failed.unwrap_err().kind, kind, "{fault:?}");
        }
        assert!(proxy.heal() > 0);
    }
    assert_eq!(metadata.get(kept.id).await.unwrap(), Some(kept));
}
