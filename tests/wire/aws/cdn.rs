use image_service::{
    domain::{BlobKey, Pending, PendingKind},
    store::ErrorKind,
};

use super::Account;
use crate::conformance::cases::fixture::{image, now};

fn deleted(user: &str) -> Pending {
    let image = image(&user.parse().unwrap(), now());
    Pending {
        kind: PendingKind::Delete,
        ..Pending::delete(&image, now())
    }
}

#[tokio::test]
async fn a_batch_is_one_invalidation_however_often_it_is_asked_for() {
    let account = Account::open().await;
    let application = account.application();
    let delivery = &application.state.images.backends().delivery;
    let batch = [deleted("auth0|alice"), deleted("bob")];
    let other = [batch[1].clone()];
    delivery.purge(&batch).await.unwrap();
    let backwards = [batch[1].clone(), batch[0].clone()];
    delivery.purge(&backwards).await.unwrap();
    delivery.purge(&other).await.unwrap();
    delivery.purge(&[]).await.unwrap();

    let mut told: Vec<_> = account.invalidations().await;
    told.sort_by_key(|(_, items)| items.len());
    assert_eq!(told.len(), 2);
    assert_ne!(told[0].0, told[1].0);
    let (alice, bob) = (batch[0].image, batch[1].image);
    assert_eq!(told[0].1.len(), 2);
    let mut paths = told[1].1.clone();
    paths.sort_unstable();
    let mut expected = [
        format!("/images/auth0%7Calice/{alice}.webp"),
        format!("/images/auth0%7Calice/thumbnails/{alice}.webp"),
        format!("/images/bob/{bob}.webp"),
        format!("/images/bob/thumbnails/{bob}.webp"),
    ];
    expected.sort_unstable();
    assert_eq!(paths, expected);
    assert!(delivery.ping().await.unwrap().is_ok());
}

#[tokio::test]
async fn where_files_carry_tags_one_item_drops_an_image() {
    let account = Account::open().await.with("CLOUDFRONT_CACHE_TAGS", "on");
    let application = account.application();
    let delivery = &application.state.images.backends().delivery;
    let marker = deleted("alice");
    delivery.purge(std::slice::from_ref(&marker)).await.unwrap();
    let told = account.invalidations().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1, [format!("#{}", marker.image)]);
    let url = delivery.url(&BlobKey::main(&marker.user, marker.image));
    assert_eq!(
        url,
        format!("https://d123xyz.cloudfront.net/images/alice/{}.webp", marker.image)
    );
}

#[tokio::test]
async fn a_failed_invalidation_shows() {
    let account = Account::open().await.with("CLOUDFRONT_DISTRIBUTION_ID", "ENOTOURS");
    let application = account.application();
    let delivery = &application.state.images.backends().delivery;
    assert!(delivery.ping().await.unwrap().is_ok());
    let error = delivery.purge(&[deleted("alice")]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert!(delivery.ping().await.unwrap().is_err());
}
