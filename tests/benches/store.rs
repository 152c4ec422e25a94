//! Reading metadata from SQLite, one user with 1,000 to 1,000,000 images, half of them in one album.
//! Every measurement is of 16 callers at a time, per call.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::future::join_all;
use image_service::{
    domain::{AlbumId, Image, ImageId, ListQuery, Pending, Position, SortOrder, Tag, Tags, Timestamp, UserId},
    store::{
        MetadataStore,
        metadata::{NewImage, sqlite::SqliteMetadata},
    },
};
use tokio::runtime::Runtime;

#[expect(dead_code, reason = "the conformance cases use the rest")]
#[path = "../conformance/fixture.rs"]
mod fixture;

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
const CALLERS: u64 = 16;

struct Filled {
    metadata: Arc<SqliteMetadata>,
    user: UserId,
    album: AlbumId,
    ids: Arc<Vec<ImageId>>,
    _folder: tempfile::TempDir,
}

fn filled(runtime: &Runtime, size: usize) -> Filled {
    let folder = tempfile::tempdir().unwrap();
    let metadata = SqliteMetadata::open(&folder.path().join("metadata.sqlite")).unwrap();
    let (user, album) = (fixture::user(), fixture::album());
    let mut ids = Vec::with_capacity(size);
    for start in (0..size).step_by(10_000) {
        let images: Vec<Image> = (start..size.min(start + 10_000))
            .map(|index| {
                let mut image = fixture::image(&user, time(index));
                image.annotations.album_id = (index % 2 == 0).then(|| album.clone());
                if index % 10 == 0 {
                    image.annotations.tags = Tags::parse(["castle", "medieval"]).unwrap();
                }
                image
            })
            .collect();
        ids.extend(images.iter().map(|image| image.id));
        runtime.block_on(metadata.bulk_insert(&images)).unwrap();
    }
    Filled {
        metadata: Arc::new(metadata),
        user,
        album,
        ids: Arc::new(ids),
        _folder: folder,
    }
}

/// A second apart, the last one today.
fn time(index: usize) -> Timestamp {
    Timestamp::from_millis(1_760_000_000_000 + 1_000 * index as i64)
}

/// Time of `count` calls, the n-th being told its number, from all callers together.
fn measure<F, C>(runtime: &Runtime, count: u64, call: C) -> Duration
where
    F: Future<Output = ()> + Send + 'static,
    C: Fn(u64) -> F + Clone + Send + 'static,
{
    let start = Instant::now();
    runtime.block_on(join_all((0..CALLERS.min(count)).map(|caller| {
        let call = call.clone();
        tokio::spawn(async move {
            for number in (caller..count).step_by(CALLERS as usize) {
                call(number).await;
            }
        })
    })));
    start.elapsed()
}

fn store(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    for size in SIZES {
        let filled = filled(&runtime, size);
        // Spread over the whole database, in no order.
        let spread = move |number: u64| (number.wrapping_mul(7_919_777) % size as u64) as usize;

        criterion.bench_function(&format!("get/{size}"), |bench| {
            let (metadata, ids) = (filled.metadata.clone(), filled.ids.clone());
            bench.iter_custom(|count| {
                let (metadata, ids) = (metadata.clone(), ids.clone());
                measure(&runtime, count, move |number| {
                    let (metadata, id) = (metadata.clone(), ids[spread(number)]);
                    async move { assert!(black_box(metadata.get(id).await.unwrap()).is_some()) }
                })
            });
        });

        for (name, album, tag) in [
            ("list", None, None),
            ("list album", Some(filled.album.clone()), None),
            ("list tag", None, Tag::parse("castle").unwrap()),
            (
                "list album and tag",
                Some(filled.album.clone()),
                Tag::parse("castle").unwrap(),
            ),
        ] {
            let query = ListQuery {
                user: filled.user.clone(),
                album,
                tag,
                order: SortOrder::Descending,
                limit: 20,
                after: None,
            };
            criterion.bench_function(&format!("{name}/{size}"), |bench| {
                bench.iter_custom(|count| {
                    let (metadata, query, ids) = (filled.metadata.clone(), query.clone(), filled.ids.clone());
                    measure(&runtime, count, move |number| {
                        // Every other one is a page from the middle.
                        let index = spread(number).max(400).min(size - 1);
                        let (id, uploaded_at) = (ids[index], time(index));
                        let after = (number % 2 == 0).then_some(Position { uploaded_at, id });
                        let (metadata, query) = (metadata.clone(), ListQuery { after, ..query.clone() });
                        async move {
                            let (page, count) =
                                tokio::join!(metadata.list(&query), metadata.count(&query.user, query.album.as_ref()));
                            assert_eq!(black_box(page.unwrap()).images.len(), 20);
                            assert!(black_box(count.unwrap()) >= 100);
                        }
                    })
                });
            });
        }

        criterion.bench_function(&format!("begin and create/{size}"), |bench| {
            let (metadata, user) = (filled.metadata.clone(), filled.user.clone());
            bench.iter_custom(|count| {
                let (metadata, user) = (metadata.clone(), user.clone());
                measure(&runtime, count, move |_| {
                    let (metadata, image) = (metadata.clone(), fixture::image(&user, fixture::now()));
                    async move {
                        metadata.begin_upload(&Pending::upload(&image)).await.unwrap();
                        let new = NewImage {
                            image,
                            completion: None,
                            direct_upload: None,
                        };
                        metadata.create(&new).await.unwrap();
                    }
                })
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = store
}
criterion_main!(benches);
