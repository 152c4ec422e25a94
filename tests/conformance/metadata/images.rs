//! One image: created, read, updated, deleted.

use image_service::{
    domain::{AltText, Change, Description, ImageId, ImagePatch, Pending, PendingKind, Title, Version},
    store::{
        MetadataStore,
        metadata::{Created, Deleted, Updated},
    },
};

use super::super::fixture::{album, image, image_of, in_album, millis, new, now, store, tagged, tags, to_album, user};

pub async fn a_created_image_is_read_back_whole(metadata: &dyn MetadataStore) {
    let user = user();
    let mut full = tagged(
        in_album(image(&user, now()), &album()),
        &["castle", "Ritter & Co", "🏰"],
    );
    full.annotations.title = Title::parse("Das Tor").unwrap();
    full.annotations.description = Description::parse("Two towers,\n5,000 pieces,\r\n\ta \u{200d}family.").unwrap();
    full.annotations.alt_text = AltText::parse("A \"grey\" gate; --').").unwrap();
    full.version = Version::new(7).unwrap();
    full.updated_at = full.uploaded_at.plus(millis(5));
    full.file_size = 10 * 1024 * 1024;
    let bare = image(&user, now());
    // A UUID, as images of the old table have.
    let migrated = image_of(&user, ImageId::from_bytes(bare.id.to_bytes(), false), now());
    for image in [full, bare, migrated] {
        store(metadata, &image).await;
        assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
    }
}

pub async fn an_unknown_image_is_not_found(metadata: &dyn MetadataStore) {
    let id = ImageId::new(now());
    assert_eq!(metadata.get(id).await.unwrap(), None);
    let patch = ImagePatch::default();
    let updated = metadata
        .update(id, &user(), Version::FIRST, &patch, now())
        .await
        .unwrap();
    assert_eq!(updated, Updated::NotFound);
    assert_eq!(metadata.delete(id, &user(), now()).await.unwrap(), Deleted::NotFound);
}

pub async fn an_update_stores_what_it_returns(metadata: &dyn MetadataStore) {
    let user = user();
    let mut image = tagged(image(&user, now()), &["castle"]);
    image.annotations.alt_text = AltText::parse("kept").unwrap();
    store(metadata, &image).await;
    let patch = ImagePatch {
        album_id: Change::Set(album()),
        title: Change::Set(Title::parse("New").unwrap().unwrap()),
        description: Change::Remove,
        alt_text: Change::Keep,
        tags: Some(tags(&["gate", "castle"])),
    };
    let later = image.uploaded_at.plus(millis(1_500));
    let mut expected = image.clone();
    patch.clone().apply(&mut expected, later);
    let updated = metadata
        .update(image.id, &user, Version::FIRST, &patch, later)
        .await
        .unwrap();
    assert_eq!(updated, Updated::Stored(Box::new(expected.clone())));
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(expected));
}

pub async fn an_update_can_remove_everything(metadata: &dyn MetadataStore) {
    let user = user();
    let bare = image(&user, now());
    let mut full = tagged(in_album(bare.clone(), &album()), &["castle"]);
    full.annotations.title = Title::parse("Gate").unwrap();
    full.annotations.description = Description::parse("Grey").unwrap();
    full.annotations.alt_text = AltText::parse("A gate").unwrap();
    store(metadata, &full).await;
    let patch = ImagePatch {
        album_id: Change::Remove,
        title: Change::Remove,
        description: Change::Remove,
        alt_text: Change::Remove,
        tags: Some(tags(&[])),
    };
    metadata
        .update(full.id, &user, Version::FIRST, &patch, now())
        .await
        .unwrap();
    let stored = metadata.get(full.id).await.unwrap().unwrap();
    assert_eq!(stored.annotations, bare.annotations);
    // Removing what is not there is fine too.
    let again = metadata
        .update(full.id, &user, stored.version, &patch, now())
        .await
        .unwrap();
    assert!(matches!(again, Updated::Stored(_)));
}

pub async fn an_update_needs_an_image_of_the_caller(metadata: &dyn MetadataStore) {
    let image = image(&user(), now());
    store(metadata, &image).await;
    // Not the owner, whatever the version; and a stranger does not learn which one is current.
    for (patch, version) in [
        (ImagePatch::default(), Version::FIRST),
        (to_album(Some(&album())), Version::FIRST.next()),
    ] {
        let updated = metadata
            .update(image.id, &user(), version, &patch, now())
            .await
            .unwrap();
        assert_eq!(updated, Updated::NotOwner);
    }
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
}

pub async fn an_update_needs_the_current_version(metadata: &dyn MetadataStore) {
    let user = user();
    let image = image(&user, now());
    store(metadata, &image).await;
    let second = Version::FIRST.next();
    let patch = ImagePatch::default();
    metadata
        .update(image.id, &user, Version::FIRST, &patch, now())
        .await
        .unwrap();
    for (patch, seen) in [
        (patch, Version::FIRST),
        (to_album(Some(&album())), Version::FIRST),
        (ImagePatch::default(), second.next()),
    ] {
        let before = metadata.get(image.id).await.unwrap();
        let updated = metadata.update(image.id, &user, seen, &patch, now()).await.unwrap();
        assert_eq!(updated, Updated::Stale(second));
        assert_eq!(metadata.get(image.id).await.unwrap(), before);
    }
}

pub async fn of_two_updates_of_one_version_one_is_stored(metadata: &dyn MetadataStore) {
    let user = user();
    let image = image(&user, now());
    store(metadata, &image).await;
    let mut version = Version::FIRST;
    for round in 0..10 {
        let titled = |title: &str| ImagePatch {
            title: Change::Set(Title::parse(title).unwrap().unwrap()),
            ..ImagePatch::default()
        };
        // Plain updates and moves, which may be done in different ways, against each other.
        let (left, right) = match round % 3 {
            0 => (titled("left"), titled("right")),
            1 => (to_album(Some(&album())), to_album(Some(&album()))),
            _ => (titled("left"), to_album(Some(&album()))),
        };
        let (left, right) = tokio::join!(
            metadata.update(image.id, &user, version, &left, now()),
            metadata.update(image.id, &user, version, &right, now()),
        );
        let (winner, loser) = match (left.unwrap(), right.unwrap()) {
            (Updated::Stored(winner), loser) | (loser, Updated::Stored(winner)) => (winner, loser),
            neither => panic!("{neither:?}"),
        };
        version = version.next();
        assert_eq!(loser, Updated::Stale(version));
        assert_eq!(metadata.get(image.id).await.unwrap(), Some(*winner));
    }
}

pub async fn a_deleted_image_is_gone_and_leaves_a_marker(metadata: &dyn MetadataStore) {
    let user = user();
    let image = in_album(image(&user, now()), &album());
    store(metadata, &image).await;
    let later = image.uploaded_at.plus(millis(9));
    let deleted = metadata.delete(image.id, &user, later).await.unwrap();
    let marker = Pending::delete(&image, later);
    assert_eq!(deleted, Deleted::Marked(marker.clone()));
    assert_eq!(metadata.get(image.id).await.unwrap(), None);
    assert_eq!(
        metadata.delete(image.id, &user, later).await.unwrap(),
        Deleted::NotFound
    );
    let found = super::pending::find(metadata, PendingKind::Delete, later, image.id).await;
    assert_eq!(found, Some(marker));
}

pub async fn only_the_owner_deletes(metadata: &dyn MetadataStore) {
    let image = image(&user(), now());
    store(metadata, &image).await;
    let deleted = metadata.delete(image.id, &user(), now()).await.unwrap();
    assert_eq!(deleted, Deleted::NotOwner);
    assert_eq!(metadata.get(image.id).await.unwrap(), Some(image));
}

pub async fn of_two_deletions_one_finds_the_image(metadata: &dyn MetadataStore) {
    let user = user();
    for _ in 0..5 {
        let image = image(&user, now());
        store(metadata, &image).await;
        let (left, right) = tokio::join!(
            metadata.delete(image.id, &user, now()),
            metadata.delete(image.id, &user, now()),
        );
        assert!(matches!(
            (left.unwrap(), right.unwrap()),
            (Deleted::Marked(_), Deleted::NotFound) | (Deleted::NotFound, Deleted::Marked(_))
        ));
        assert_eq!(metadata.count(&user, None).await.unwrap(), 0);
    }
}

/// A commit that is repeated late, after its image was deleted, must not bring it back.
pub async fn a_deleted_image_is_not_created_again(metadata: &dyn MetadataStore) {
    let user = user();
    let image = image(&user, now());
    store(metadata, &image).await;
    metadata.delete(image.id, &user, now()).await.unwrap();
    assert_eq!(metadata.create(&new(&image)).await.unwrap(), Created::Abandoned);
    assert_eq!(metadata.get(image.id).await.unwrap(), None);
}
