//! Whatever is done to the store, it agrees with a map that is much simpler.

use std::collections::BTreeMap;

use image_service::{
    domain::{
        AlbumId, Change, Image, ImageId, ImagePatch, ListQuery, Pending, SortOrder, Tag, Timestamp, UserId, Version,
    },
    store::{
        MetadataStore,
        metadata::{Created, Deleted, Updated, sqlite::SqliteMetadata},
    },
};
use proptest::{
    prelude::*,
    sample::{Index, select},
};

use crate::conformance::cases::fixture::{image, new, tags};

const USERS: [&str; 2] = ["alice", "bob"];
const ALBUMS: [&str; 2] = ["castles", "ships"];
const TAGS: [&str; 3] = ["grey", "old", "small"];

/// One step. An index picks among the images that were ever created.
#[derive(Debug, Clone)]
enum Operation {
    Create {
        user: UserId,
        at: i64,
        album: Option<AlbumId>,
        tags: Vec<&'static str>,
    },
    CreateAgain {
        which: Index,
    },
    Update {
        which: Index,
        user: UserId,
        stale: bool,
        album: Option<Option<AlbumId>>,
        tags: Option<Vec<&'static str>>,
    },
    Delete {
        which: Index,
        user: UserId,
    },
    List {
        user: UserId,
        album: Option<AlbumId>,
        tag: Option<&'static str>,
        order: SortOrder,
        limit: usize,
    },
}

fn user() -> impl Strategy<Value = UserId> {
    select(&USERS).prop_map(|name| name.parse().unwrap())
}

fn album() -> impl Strategy<Value = AlbumId> {
    select(&ALBUMS).prop_map(|name| name.parse().unwrap())
}

fn some_tags() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(&TAGS, 0..=TAGS.len())
}

fn operation() -> impl Strategy<Value = Operation> {
    let which = any::<Index>;
    prop_oneof![
        // Few different times, so that many are equal.
        4 => (user(), 0..4_i64, prop::option::of(album()), some_tags())
            .prop_map(|(user, at, album, tags)| Operation::Create { user, at, album, tags }),
        1 => which().prop_map(|which| Operation::CreateAgain { which }),
        3 => (which(), user(), prop::bool::weighted(0.1), prop::option::of(prop::option::of(album())),
            prop::option::of(some_tags()))
            .prop_map(|(which, user, stale, album, tags)| Operation::Update { which, user, stale, album, tags }),
        1 => (which(), user()).prop_map(|(which, user)| Operation::Delete { which, user }),
        2 => (user(), prop::option::of(album()), prop::option::of(select(&TAGS)),
            select(&[SortOrder::Ascending, SortOrder::Descending]), 1..6_usize)
            .prop_map(|(user, album, tag, order, limit)| Operation::List { user, album, tag, order, limit }),
    ]
}

/// The store and the map that it has to agree with.
struct Model {
    metadata: SqliteMetadata,
    images: BTreeMap<ImageId, Image>,
    /// In the order of creation, deleted ones too.
    created: Vec<Image>,
    now: Timestamp,
}

impl Model {
    fn new() -> Self {
        Self {
            metadata: SqliteMetadata::in_memory().unwrap(),
            images: BTreeMap::new(),
            created: Vec::new(),
            now: Timestamp::from_millis(1_000),
        }
    }

    async fn run(&mut self, operation: Operation) {
        self.now = self.now.plus(std::time::Duration::from_millis(1));
        match operation {
            Operation::Create {
                user,
                at,
                album,
                tags: with,
            } => {
                let mut image = image(&user, Timestamp::from_millis(at));
                image.annotations.album_id = album;
                image.annotations.tags = tags(&with);
                self.metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
                assert_eq!(self.metadata.create(&new(&image)).await.unwrap(), Created::Stored);
                self.images.insert(image.id, image.clone());
                self.created.push(image);
            }
            Operation::CreateAgain { which } => {
                if let Some(image) = self.pick(which) {
                    let expected = if self.images.contains_key(&image.id) {
                        Created::Stored
                    } else {
                        Created::Abandoned
                    };
                    assert_eq!(self.metadata.create(&new(&image)).await.unwrap(), expected);
                }
            }
            Operation::Update {
                which,
                user,
                stale,
                album,
                tags: with,
            } => {
                let Some(image) = self.pick(which) else { return };
                let patch = ImagePatch {
                    album_id: album.map_or(Change::Keep, |album| album.map_or(Change::Remove, Change::Set)),
                    tags: with.map(|with| tags(&with)),
                    ..ImagePatch::default()
                };
                self.update(image.id, &user, stale, patch).await;
            }
            Operation::Delete { which, user } => {
                let Some(image) = self.pick(which) else { return };
                let expected = match self.images.get(&image.id) {
                    None => Deleted::NotFound,
                    Some(image) if image.user_id != user => Deleted::NotOwner,
                    Some(image) => Deleted::Marked(Pending::delete(image, self.now)),
                };
                assert_eq!(self.metadata.delete(image.id, &user, self.now).await.unwrap(), expected);
                if matches!(expected, Deleted::Marked(_)) {
                    self.images.remove(&image.id);
                }
            }
            Operation::List {
                user,
                album,
                tag,
                order,
                limit,
            } => {
                let tag = tag.and_then(|tag| Tag::parse(tag).unwrap());
                let query = ListQuery {
                    user,
                    album,
                    tag,
                    order,
                    limit,
                    after: None,
                };
                self.check_list(query).await;
            }
        }
    }

    fn pick(&self, which: Index) -> Option<Image> {
        (!self.created.is_empty()).then(|| which.get(&self.created).clone())
    }

    async fn update(&mut self, id: ImageId, user: &UserId, stale: bool, patch: ImagePatch) {
        let current = self.images.get(&id).map_or(Version::FIRST, |image| image.version);
        let seen = if stale { current.next() } else { current };
        let expected = match self.images.get_mut(&id) {
            None => Updated::NotFound,
            Some(image) if image.user_id != *user => Updated::NotOwner,
            Some(_) if stale => Updated::Stale(current),
            Some(image) => {
                patch.clone().apply(image, self.now);
                Updated::Stored(Box::new(image.clone()))
            }
        };
        let updated = self.metadata.update(id, user, seen, &patch, self.now).await.unwrap();
        assert_eq!(updated, expected);
    }

    /// All pages together are the matching images of the map in their order, each page full.
    async fn check_list(&self, mut query: ListQuery) {
        let mut expected: Vec<_> = self
            .images
            .values()
            .filter(|image| image.user_id == query.user)
            .filter(|image| query.album.is_none() || image.annotations.album_id == query.album)
            .filter(|image| {
                query
                    .tag
                    .as_ref()
                    .is_none_or(|tag| image.annotations.tags.contains(tag))
            })
            .cloned()
            .collect();
        expected.sort_by_key(|image| (image.uploaded_at, image.id.to_string()));
        if query.order == SortOrder::Descending {
            expected.reverse();
        }
        for (index, chunk) in expected.chunks(query.limit).enumerate() {
            let page = self.metadata.list(&query).await.unwrap();
            assert_eq!(page.images, chunk);
            let more = expected.len() > (index + 1) * query.limit;
            assert_eq!(page.next.is_some(), more);
            query.after = page.next;
        }
        if expected.is_empty() {
            let page = self.metadata.list(&query).await.unwrap();
            assert_eq!((page.images, page.next), (vec![], None));
        }
    }

    async fn check_all(&self) {
        let scanned = self.metadata.scan(None, usize::MAX).await.unwrap().items;
        let scanned: BTreeMap<_, _> = scanned.into_iter().map(|image| (image.id, image)).collect();
        assert_eq!(scanned, self.images);
        for image in &self.created {
            assert_eq!(
                self.metadata.get(image.id).await.unwrap().as_ref(),
                self.images.get(&image.id)
            );
        }
        let albums = ALBUMS.map(|name| Some(name.parse::<AlbumId>().unwrap()));
        for user in USERS.map(|name| name.parse::<UserId>().unwrap()) {
            for album in std::iter::once(&None).chain(&albums) {
                let mine =
                    |image: &&Image| image.user_id == user && (album.is_none() || image.annotations.album_id == *album);
                let expected = self.images.values().filter(mine).count() as u64;
                assert_eq!(self.metadata.count(&user, album.as_ref()).await.unwrap(), expected);
            }
        }
    }
}

proptest! {
    #[test]
    fn the_store_agrees_with_a_map(operations in prop::collection::vec(operation(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new();
            for operation in operations {
                model.run(operation).await;
            }
            model.check_all().await;
        });
    }
}
