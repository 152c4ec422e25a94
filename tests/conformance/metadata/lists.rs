//! Lists: order, pages, filters.

use image_service::{
    domain::{Image, ImageId, ImagePatch, ListQuery, SortOrder, Tag, UserId, Version},
    store::MetadataStore,
};

use super::super::fixture::{album, ids, image, in_album, millis, now, store, store_at, tagged, tags, to_album, user};

/// An index may lag behind: as often a list is read again before it counts as wrong.
const ATTEMPTS: usize = 200;

fn query(user: &UserId, limit: usize) -> ListQuery {
    ListQuery {
        user: user.clone(),
        album: None,
        tag: None,
        order: SortOrder::Descending,
        limit,
        after: None,
    }
}

fn tag(text: &str) -> Option<Tag> {
    Tag::parse(text).unwrap()
}

/// All pages from `query` on. Only a filtered page may be short although there is more.
async fn walk(metadata: &dyn MetadataStore, query: &ListQuery) -> Vec<Image> {
    let mut query = query.clone();
    let filtered = query.album.is_some() || query.tag.is_some();
    let mut images = Vec::new();
    loop {
        let page = metadata.list(&query).await.unwrap();
        assert!(page.images.len() <= query.limit);
        if !filtered && page.next.is_some() {
            assert_eq!(page.images.len(), query.limit, "a short page");
        }
        images.extend(page.images);
        query.after = page.next;
        if query.after.is_none() {
            return images;
        }
    }
}

/// The list as soon as it shows these images, or as it is in the end.
async fn settled(metadata: &dyn MetadataStore, query: &ListQuery, expected: &[ImageId]) -> Vec<Image> {
    let sorted = |mut ids: Vec<ImageId>| {
        ids.sort_unstable();
        ids
    };
    let expected = sorted(expected.to_vec());
    for _ in 1..ATTEMPTS {
        let images = walk(metadata, query).await;
        if sorted(ids(&images)) == expected {
            return images;
        }
    }
    walk(metadata, query).await
}

async fn check(metadata: &dyn MetadataStore, query: &ListQuery, expected: &[ImageId]) {
    assert_eq!(ids(&settled(metadata, query, expected).await), expected);
}

/// In both orders, with pages of every size.
async fn check_both(metadata: &dyn MetadataStore, query: &ListQuery, ascending: &[ImageId]) {
    let descending: Vec<_> = ascending.iter().rev().copied().collect();
    for limit in [1, 2, 3, 100] {
        let query = ListQuery { limit, ..query.clone() };
        let up = ListQuery {
            order: SortOrder::Ascending,
            ..query.clone()
        };
        check(metadata, &up, ascending).await;
        check(metadata, &query, &descending).await;
    }
}

pub async fn a_list_is_in_order_of_time(metadata: &dyn MetadataStore) {
    let user = user();
    check_both(metadata, &query(&user, 1), &[]).await;
    let mut images = store_at(metadata, &user, &[40, 10, 30, 0, 20, 86_400_000]).await;
    images.sort_by_key(|image| image.uploaded_at);
    check_both(metadata, &query(&user, 1), &ids(&images)).await;
}

pub async fn equal_times_are_walked_once_each(metadata: &dyn MetadataStore) {
    let user = user();
    let mut images = store_at(metadata, &user, &[5; 7]).await;
    images.extend(store_at(metadata, &user, &[86_400_000; 2]).await);
    let once: Vec<_> = ids(&images);
    for order in [SortOrder::Ascending, SortOrder::Descending] {
        let all = ListQuery {
            order,
            ..query(&user, 100)
        };
        let order_of_store = ids(&settled(metadata, &all, &once).await);
        let mut sorted = order_of_store.clone();
        sorted.sort_unstable();
        let mut expected = once.clone();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
        // Stable: however the pages are cut.
        for limit in [1, 2, 3, 6] {
            check(metadata, &ListQuery { limit, ..all.clone() }, &order_of_store).await;
        }
    }
}

pub async fn a_full_last_page_has_no_next(metadata: &dyn MetadataStore) {
    let user = user();
    let images = store_at(metadata, &user, &[0, 1, 2, 3]).await;
    let order = SortOrder::Ascending;
    check(
        metadata,
        &ListQuery {
            order,
            ..query(&user, 9)
        },
        &ids(&images),
    )
    .await;
    let first = metadata
        .list(&ListQuery {
            order,
            ..query(&user, 2)
        })
        .await
        .unwrap();
    assert_eq!(ids(&first.images), ids(&images[..2]));
    let second = ListQuery {
        order,
        after: first.next,
        ..query(&user, 2)
    };
    let second = metadata.list(&second).await.unwrap();
    assert_eq!(ids(&second.images), ids(&images[2..]));
    assert_eq!(second.next, None);
}

pub async fn a_walk_survives_inserts_and_deletes(metadata: &dyn MetadataStore) {
    for order in [SortOrder::Descending, SortOrder::Ascending] {
        let user = user();
        let images = store_at(metadata, &user, &[0, 10, 10, 10, 20, 30, 40, 50]).await;
        let start = images[0].uploaded_at;
        let mut query = ListQuery {
            order,
            ..query(&user, 2)
        };
        settled(metadata, &query, &ids(&images)).await;

        let mut walked = Vec::new();
        let mut doomed = Vec::new();
        for round in 0.. {
            let page = metadata.list(&query).await.unwrap();
            // The very image at which the next page starts goes, and so does the last of the list.
            let mut gone: Vec<Image> = page.images.last().cloned().into_iter().collect();
            if round == 0 {
                gone.extend(match order {
                    SortOrder::Descending => images.first().cloned(),
                    SortOrder::Ascending => images.last().cloned(),
                });
            }
            walked.extend(page.images);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
            for image in gone {
                metadata.delete(image.id, &user, now()).await.unwrap();
                doomed.push(image.id);
            }
            // New ones before, at and behind the position.
            for offset in [0, 10, 25, 60] {
                store(metadata, &image(&user, start.plus(millis(offset)))).await;
            }
            assert!(round < 100, "the walk does not end");
        }
        for image in &images {
            let visits = walked.iter().filter(|walked| walked.id == image.id).count();
            let expected = if doomed.contains(&image.id) { 0..=1 } else { 1..=1 };
            assert!(expected.contains(&visits), "{visits} visits, {order:?}");
        }
        let mut all = ids(&walked);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), walked.len(), "an image was visited twice");
    }
}

pub async fn a_list_is_filtered_by_album(metadata: &dyn MetadataStore) {
    let (user, stranger, home, other) = (user(), user(), album(), album());
    let start = now();
    let mut expected = Vec::new();
    for index in 0..20 {
        // Most of the album belongs to a stranger: what is filtered out must not fill pages.
        let (owner, album) = match index % 5 {
            0 => (&user, &home),
            1 => (&user, &other),
            _ => (&stranger, &home),
        };
        let image = in_album(image(owner, start.plus(millis(index))), album);
        store(metadata, &image).await;
        if index % 5 == 0 {
            expected.push(image.id);
        }
    }
    store(metadata, &image(&user, start)).await;
    let filtered = ListQuery {
        album: Some(home),
        ..query(&user, 1)
    };
    check_both(metadata, &filtered, &expected).await;
    let unknown = ListQuery {
        album: Some(album()),
        ..query(&user, 1)
    };
    check_both(metadata, &unknown, &[]).await;
}

pub async fn a_list_is_filtered_by_tag(metadata: &dyn MetadataStore) {
    let user = user();
    let start = now();
    let mut expected = Vec::new();
    // A tag is matched as a whole and as it is written.
    let others: [&[&str]; 4] = [&["Castle"], &["castles", "a castle"], &[], &["gate"]];
    for index in 0..20 {
        let found = index % 5 == 0;
        let with = if found {
            &["old", "castle"]
        } else {
            others[index as usize % 4]
        };
        let image = tagged(image(&user, start.plus(millis(index))), with);
        store(metadata, &image).await;
        if found {
            expected.push(image.id);
        }
    }
    let filtered = ListQuery {
        tag: tag("castle"),
        ..query(&user, 1)
    };
    check_both(metadata, &filtered, &expected).await;
    let unknown = ListQuery {
        tag: tag("dragon"),
        ..query(&user, 1)
    };
    check_both(metadata, &unknown, &[]).await;
}

pub async fn a_list_is_filtered_by_album_and_tag(metadata: &dyn MetadataStore) {
    let (user, home) = (user(), album());
    let start = now();
    let mut expected = Vec::new();
    for index in 0..18 {
        let mut image = image(&user, start.plus(millis(index / 2)));
        image.annotations.album_id = match index % 3 {
            0 => None,
            1 => Some(home.clone()),
            _ => Some(album()),
        };
        if index % 2 == 0 {
            image = tagged(image, &["castle"]);
        }
        store(metadata, &image).await;
        if index % 6 == 4 {
            expected.push(image.id);
        }
    }
    let filtered = ListQuery {
        album: Some(home),
        tag: tag("castle"),
        ..query(&user, 1)
    };
    check_both(metadata, &filtered, &expected).await;
}

pub async fn an_update_moves_the_image_between_lists(metadata: &dyn MetadataStore) {
    let (user, from, to) = (user(), album(), album());
    let image = tagged(in_album(image(&user, now()), &from), &["old", "kept"]);
    store(metadata, &image).await;
    let (id, owner) = (image.id, &user);
    let update = |version: Version, patch: ImagePatch| async move {
        metadata.update(id, owner, version, &patch, now()).await.unwrap();
    };
    let (here, gone) = ([id], []);
    let list = |album: Option<&_>, name: Option<&str>| ListQuery {
        album: album.cloned(),
        tag: name.and_then(tag),
        ..query(&user, 5)
    };
    let retag = ImagePatch {
        tags: Some(tags(&["new", "kept"])),
        ..ImagePatch::default()
    };
    update(Version::FIRST, retag).await;
    check(metadata, &list(None, Some("old")), &gone).await;
    check(metadata, &list(Some(&from), Some("old")), &gone).await;
    check(metadata, &list(None, Some("new")), &here).await;
    check(metadata, &list(Some(&from), Some("kept")), &here).await;

    update(Version::FIRST.next(), to_album(Some(&to))).await;
    check(metadata, &list(Some(&from), None), &gone).await;
    check(metadata, &list(Some(&from), Some("kept")), &gone).await;
    check(metadata, &list(Some(&to), None), &here).await;
    check(metadata, &list(Some(&to), Some("new")), &here).await;
    check(metadata, &list(None, Some("new")), &here).await;
    check(metadata, &list(None, None), &here).await;

    metadata.delete(id, &user, now()).await.unwrap();
    for (album, tag) in [
        (None, None),
        (Some(&to), None),
        (None, Some("kept")),
        (Some(&to), Some("kept")),
    ] {
        check(metadata, &list(album, tag), &gone).await;
    }
}

pub async fn a_list_shows_one_user_only(metadata: &dyn MetadataStore) {
    // One id is the start of the other.
    let user = user();
    let neighbour: UserId = format!("{user}1").parse().unwrap();
    let mine = store_at(metadata, &user, &[0, 2]).await;
    let theirs = store_at(metadata, &neighbour, &[1, 3]).await;
    check_both(metadata, &query(&user, 1), &ids(&mine)).await;
    check_both(metadata, &query(&neighbour, 1), &ids(&theirs)).await;
}

pub async fn a_list_shows_whole_images(metadata: &dyn MetadataStore) {
    let (user, album) = (user(), album());
    let image = tagged(in_album(image(&user, now()), &album), &["b", "a"]);
    store(metadata, &image).await;
    for (album, tag) in [
        (None, None),
        (Some(album.clone()), None),
        (None, tag("a")),
        (Some(album), tag("b")),
    ] {
        let query = ListQuery {
            album,
            tag,
            ..query(&user, 5)
        };
        assert_eq!(
            settled(metadata, &query, &[image.id]).await,
            std::slice::from_ref(&image)
        );
    }
}
