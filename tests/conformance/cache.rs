//! The promises of [`Cache`](image_service::cache::Cache).

use image_service::{
    cache::{Cache, CachedImage, CachedPage, Generation, Ticket},
    domain::{Image, ImageId, ImagePage, ListQuery, Position, SortOrder, Tag, UserId, Version},
};

use super::fixture::{album, image, millis, now, user};

/// A test for each case on one backend. `keeps`: whether it is a cache at all; one that is not
/// knows nothing, and nothing else changes.
macro_rules! cache_conformance {
    ($open:expr, keeps = $keeps:literal) => {
        crate::conformance::cases::cases! {
            crate::conformance::cases::cache, $open, ($keeps);

            an_unknown_image_is_a_miss
            an_image_is_kept
            a_newer_image_replaces_an_older_one_only
            a_writer_puts_nothing_where_nothing_is
            a_write_ends_what_a_slow_reader_may_do
            readers_side_by_side_may_both_fill
            a_buried_image_stays_buried
            a_forgotten_image_is_a_miss
            a_write_starts_a_new_generation
            generations_belong_to_one_user
            a_page_is_kept_for_its_query
            a_page_is_kept_for_its_generation
            the_cache_answers
        }
    };
}
pub(crate) use cache_conformance;

/// What a cache gives back that was told this; none knows nothing.
fn kept(keeps: bool, cached: CachedImage) -> CachedImage {
    if keeps { cached } else { CachedImage::Unknown }
}

/// A lookup of what is not there.
async fn missed(cache: &dyn Cache, id: ImageId, keeps: bool) -> Option<Ticket> {
    match cache.image(id).await {
        CachedImage::Missing(ticket) if keeps => Some(ticket),
        CachedImage::Unknown if !keeps => None,
        other => panic!("{other:?}"),
    }
}

/// What a reader does that has missed and then asked the store.
async fn fill(cache: &dyn Cache, ticket: Option<Ticket>, image: &Image) {
    // None is had from a cache that keeps nothing; nor must it keep what is forced upon it.
    cache.fill_image(ticket.unwrap_or(Ticket(0)), image).await;
}

fn present(image: &Image) -> CachedImage {
    CachedImage::Present(Box::new(image.clone()))
}

fn at_version(image: &Image, version: u64) -> Image {
    let mut image = image.clone();
    image.version = Version::new(version).unwrap();
    image.updated_at = image.uploaded_at.plus(millis(version));
    image
}

pub async fn an_unknown_image_is_a_miss(cache: &dyn Cache, keeps: bool) {
    missed(cache, ImageId::new(now()), keeps).await;
}

pub async fn an_image_is_kept(cache: &dyn Cache, keeps: bool) {
    let mut image = image(&user(), now());
    image.annotations.album_id = Some(album());
    let ticket = missed(cache, image.id, keeps).await;
    fill(cache, ticket, &image).await;
    assert_eq!(cache.image(image.id).await, kept(keeps, present(&image)));
}

pub async fn a_newer_image_replaces_an_older_one_only(cache: &dyn Cache, keeps: bool) {
    let image = image(&user(), now());
    let ticket = missed(cache, image.id, keeps).await;
    fill(cache, ticket, &at_version(&image, 2)).await;
    // Also where text order is another one.
    for (version, expected) in [(1, 2), (2, 2), (3, 3), (10, 10), (9, 10)] {
        cache.renew_image(&at_version(&image, version)).await;
        let expected = present(&at_version(&image, expected));
        assert_eq!(cache.image(image.id).await, kept(keeps, expected));
    }
}

/// It may have been slow, and what was there before lost: a newer version, or a tombstone.
pub async fn a_writer_puts_nothing_where_nothing_is(cache: &dyn Cache, keeps: bool) {
    let image = image(&user(), now());
    cache.renew_image(&at_version(&image, 2)).await;
    missed(cache, image.id, keeps).await;
    // Nor where somebody is just reading.
    cache.renew_image(&at_version(&image, 2)).await;
    missed(cache, image.id, keeps).await;
}

pub async fn a_write_ends_what_a_slow_reader_may_do(cache: &dyn Cache, keeps: bool) {
    for write in ["renew", "forget", "bury"] {
        let image = image(&user(), now());
        let ticket = missed(cache, image.id, keeps).await;
        match write {
            "renew" => cache.renew_image(&at_version(&image, 2)).await,
            "forget" => cache.forget_image(image.id).await,
            _ => cache.bury_image(image.id).await,
        }
        fill(cache, ticket, &image).await;
        if write == "bury" {
            assert_eq!(cache.image(image.id).await, kept(keeps, CachedImage::Deleted));
            continue;
        }
        // Who reads after the write has a ticket of its own; the old one is of no use any more.
        let newer = missed(cache, image.id, keeps).await;
        assert!(!keeps || newer != ticket, "{write}");
        fill(cache, ticket, &image).await;
        missed(cache, image.id, keeps).await;
        fill(cache, newer, &at_version(&image, 2)).await;
        assert_eq!(
            cache.image(image.id).await,
            kept(keeps, present(&at_version(&image, 2)))
        );
    }
}

pub async fn readers_side_by_side_may_both_fill(cache: &dyn Cache, keeps: bool) {
    let image = image(&user(), now());
    let first = missed(cache, image.id, keeps).await;
    let second = missed(cache, image.id, keeps).await;
    // The second one has asked the store after a write that is on its way to the cache.
    fill(cache, first, &image).await;
    fill(cache, second, &at_version(&image, 2)).await;
    fill(cache, first, &image).await;
    assert_eq!(
        cache.image(image.id).await,
        kept(keeps, present(&at_version(&image, 2)))
    );
}

pub async fn a_buried_image_stays_buried(cache: &dyn Cache, keeps: bool) {
    for known_before in [true, false] {
        let image = image(&user(), now());
        let ticket = missed(cache, image.id, keeps).await;
        if known_before {
            fill(cache, ticket, &image).await;
        }
        cache.bury_image(image.id).await;
        assert_eq!(cache.image(image.id).await, kept(keeps, CachedImage::Deleted));
        // A reader and a writer that were slow come too late.
        fill(cache, ticket, &at_version(&image, 7)).await;
        cache.renew_image(&at_version(&image, 7)).await;
        assert_eq!(cache.image(image.id).await, kept(keeps, CachedImage::Deleted));
        cache.bury_image(image.id).await;
        assert_eq!(cache.image(image.id).await, kept(keeps, CachedImage::Deleted));
    }
}

pub async fn a_forgotten_image_is_a_miss(cache: &dyn Cache, keeps: bool) {
    let image = image(&user(), now());
    cache.forget_image(image.id).await;
    for _ in 0..2 {
        let ticket = missed(cache, image.id, keeps).await;
        fill(cache, ticket, &image).await;
        assert_eq!(cache.image(image.id).await, kept(keeps, present(&image)));
        cache.forget_image(image.id).await;
    }
}

pub async fn a_write_starts_a_new_generation(cache: &dyn Cache, keeps: bool) {
    let user = user();
    let mut last = 0;
    for _ in 0..5 {
        cache.advance(&user).await;
        let generation = cache.generation(&user).await;
        assert_eq!(generation.is_some(), keeps);
        let Some(generation) = generation else {
            return;
        };
        assert!(generation.micros > last, "{} then {}", last, generation.micros);
        assert!(!generation.settled, "a list may not show a write of this moment");
        last = generation.micros;
        let again = cache.generation(&user).await.unwrap();
        assert_eq!(again.micros, generation.micros);
    }
}

pub async fn generations_belong_to_one_user(cache: &dyn Cache, _keeps: bool) {
    let (user, other) = (user(), super::fixture::user());
    // Reading may begin a generation: two readers get the same one.
    let first = micros(cache, &user).await;
    assert_eq!(micros(cache, &user).await, first);
    cache.advance(&other).await;
    assert_eq!(micros(cache, &user).await, first);
}

async fn micros(cache: &dyn Cache, user: &UserId) -> Option<u64> {
    cache.generation(user).await.map(|generation| generation.micros)
}

fn query(user: &UserId) -> ListQuery {
    ListQuery {
        user: user.clone(),
        album: None,
        tag: None,
        order: SortOrder::Descending,
        limit: 20,
        after: None,
    }
}

fn page(user: &UserId, total: Option<u64>) -> CachedPage {
    let image = image(user, now());
    CachedPage {
        page: ImagePage {
            next: Some(Position::of(&image)),
            images: vec![image],
        },
        total,
    }
}

/// A generation that may be cached, whoever checks that.
async fn generation(cache: &dyn Cache, user: &UserId) -> Generation {
    let current = cache.generation(user).await;
    Generation {
        micros: current.map_or(1, |generation| generation.micros),
        settled: true,
    }
}

pub async fn a_page_is_kept_for_its_query(cache: &dyn Cache, keeps: bool) {
    let user = user();
    let current = generation(cache, &user).await;
    let position = Position::of(&image(&user, now()));
    let plain = query(&user);
    let queries = [
        plain.clone(),
        ListQuery {
            album: Some("a".parse().unwrap()),
            ..plain.clone()
        },
        ListQuery {
            tag: Tag::parse("a").unwrap(),
            ..plain.clone()
        },
        ListQuery {
            order: SortOrder::Ascending,
            ..plain.clone()
        },
        ListQuery {
            limit: 2,
            ..plain.clone()
        },
        ListQuery {
            after: Some(position),
            ..plain.clone()
        },
        query(&super::fixture::user()),
    ];
    let mut pages = Vec::new();
    for (index, query) in queries.iter().enumerate() {
        assert_eq!(cache.page(current, query).await, None);
        let page = page(&query.user, (index % 2 == 0).then_some(index as u64));
        cache.keep_page(current, query, &page).await;
        pages.push(page);
    }
    for (query, page) in std::iter::zip(&queries, pages) {
        assert_eq!(cache.page(current, query).await, keeps.then_some(page));
    }
}

pub async fn a_page_is_kept_for_its_generation(cache: &dyn Cache, keeps: bool) {
    let user = user();
    let (query, page) = (query(&user), page(&user, Some(1)));
    let before = generation(cache, &user).await;
    cache.keep_page(before, &query, &page).await;
    assert_eq!(cache.page(before, &query).await, keeps.then(|| page.clone()));
    cache.advance(&user).await;
    let after = generation(cache, &user).await;
    // A reader that was slow puts its page where nobody looks any more.
    cache.keep_page(before, &query, &page).await;
    if keeps {
        assert_ne!(after, before);
        assert_eq!(cache.page(after, &query).await, None);
    }
}

pub async fn the_cache_answers(cache: &dyn Cache, keeps: bool) {
    assert_eq!(cache.ping().await, keeps.then_some(true));
}
