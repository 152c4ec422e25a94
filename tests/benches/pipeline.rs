//! The stages of the image pipeline, on pictures of 12 megapixels made by code.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use image_service::pipeline::stages::Decoded;
use image_service::pipeline::{Effort, MAX_SIDE, Recipe, process};

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../it/support"]
mod support {
    pub mod pictures;
}
use support::pictures;

const SIZE: (u32, u32) = (4000, 3000);

fn uploads() -> [(&'static str, Vec<u8>); 4] {
    let (width, height) = SIZE;
    let progressive = pictures::jpeg::Options {
        progressive: true,
        ..pictures::jpeg::Options::default()
    };
    [
        ("jpeg", pictures::jpeg(width, height)),
        (
            "progressive-jpeg",
            pictures::jpeg::encode(&pictures::scene(width, height), progressive),
        ),
        ("png", pictures::png(width, height)),
        ("webp", pictures::webp(width, height)),
    ]
}

fn stages(criterion: &mut Criterion) {
    let fit = Recipe::default().fit;
    let uploads = uploads();
    let mut group = criterion.benchmark_group("pipeline");
    group.sample_size(10);
    for (format, bytes) in &uploads {
        group.bench_function(format!("decode/{format}"), |bencher| {
            bencher.iter(|| Decoded::new(black_box(bytes), MAX_SIDE).expect("a good picture"));
        });
        group.bench_function(format!("decode-and-resize/{format}"), |bencher| {
            bencher.iter(|| Decoded::new(black_box(bytes), fit).expect("a good picture"));
        });
    }
    let [planes, pixels] =
        [&uploads[0].1, &uploads[2].1].map(|bytes| Decoded::new(bytes, fit).expect("a good picture"));
    let profile = pictures::display_p3();
    group.bench_function("colour", |bencher| {
        bencher.iter_batched(
            || pixels.clone(),
            |picture| picture.convert(&profile),
            BatchSize::LargeInput,
        );
    });
    for (kind, picture) in [("planes", &planes), ("pixels", &pixels)] {
        group.bench_function(format!("orient/{kind}"), |bencher| {
            bencher.iter_batched(|| picture.clone(), |picture| picture.orient(6), BatchSize::LargeInput);
        });
        group.bench_function(format!("thumbnail/{kind}"), |bencher| {
            bencher.iter(|| picture.thumbnail(400).expect("a picture"));
        });
        group.bench_function(format!("thumbhash/{kind}"), |bencher| {
            bencher.iter(|| picture.thumbhash().expect("a hash"));
        });
        for effort in [0, 2, 4] {
            let effort = Effort::new(effort).expect("in range");
            group.bench_function(format!("encode/{kind}/{}", effort.get()), |bencher| {
                bencher.iter(|| picture.encode(85, effort).expect("a file"));
            });
        }
    }
    group.bench_function("process", |bencher| {
        bencher.iter(|| process(black_box(&uploads[0].1), &Recipe::default()).expect("a good picture"));
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
