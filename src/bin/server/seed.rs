//! Fills a data folder with made-up images, to look at or to measure with.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, TryStreamExt, stream};
use image_service::{
    Error,
    bootstrap::{self, Application, DataDir},
    clock::{Clock, SystemClock},
    config::Config,
    domain::{AlbumId, AltText, Annotations, BlobKey, Filename, Image, ImageId, Tags, Timestamp, Title, Version},
    service::{Images, UploadRequest},
};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{Failure, cli::Seed, picture};

/// Enough for one picture on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(300);
/// Rows of one transaction.
const BATCH: u32 = 5_000;

pub async fn seed(config: &Config, seed: Seed) -> Result<ExitCode, Failure> {
    let progress = ProgressBar::new(seed.images.into()).with_style(ProgressStyle::with_template(
        "{wide_bar} {pos}/{len} ({per_sec}, {eta} left)",
    )?);
    if seed.metadata_only {
        if !config.metadata.is_local() {
            return Err("--metadata-only is for METADATA=sqlite".into());
        }
        let data = DataDir::open(&config.server.data_dir)?;
        insert(config, &data, &seed, &progress).await?;
    } else {
        let Application { state, data: _data } = bootstrap::connect(config)?;
        upload(&state.images, config.capacity.pipeline_jobs, &seed, &progress).await?;
        state.images.settle().await;
    }
    progress.finish_and_clear();
    println!("{} images of {} added", seed.images, seed.user);
    Ok(ExitCode::SUCCESS)
}

/// Uploads pictures the way a client would.
async fn upload(images: &Images, at_once: usize, seed: &Seed, progress: &ProgressBar) -> Result<(), Error> {
    stream::iter(0..seed.images)
        .map(|number| async move {
            let file = tokio::task::spawn_blocking(move || picture::png(number))
                .await
                .map_err(Error::internal)?;
            let request = UploadRequest {
                user: seed.user.clone(),
                file: images.accept(file.into())?,
                filename: Filename::sanitise(&format!("brick-{number}.png")),
                annotations: annotations(seed, number),
                key: None,
            };
            images.upload(Instant::now() + TIME_LIMIT, request).await?;
            progress.inc(1);
            Ok(())
        })
        .buffer_unordered(at_once)
        .try_collect()
        .await
}

/// Puts metadata into the database as it would be after as many uploads, one a second until now.
async fn insert(config: &Config, data: &DataDir, seed: &Seed, progress: &ProgressBar) -> Result<(), Failure> {
    let metadata = bootstrap::sqlite(data)?;
    let now = SystemClock.now();
    for first in (0..seed.images).step_by(BATCH as usize) {
        let numbers = first..seed.images.min(first + BATCH);
        let rows: Vec<Image> = numbers
            .map(|number| {
                let age = Duration::from_secs((seed.images - number).into());
                row(config, seed, number, now.minus(age))
            })
            .collect();
        let count = rows.len() as u64;
        metadata.bulk_insert(&rows).await?;
        progress.inc(count);
    }
    Ok(())
}

fn row(config: &Config, seed: &Seed, number: u32, time: Timestamp) -> Image {
    let id = ImageId::new(time);
    let (width, height) = picture::size(number);
    Image {
        id,
        user_id: seed.user.clone(),
        original_filename: Filename::sanitise(&format!("brick-{number}.png")),
        mime_type: "image/webp".to_owned(),
        format: "webp".to_owned(),
        quality: 85,
        file_size: 2_345_678,
        processed_size: 234_567,
        width,
        height,
        bucket: config.images.bucket.clone(),
        main_key: BlobKey::main(&seed.user, id),
        thumbnail_key: BlobKey::thumbnail(&seed.user, id),
        thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned(),
        annotations: annotations(seed, number),
        created_at: time,
        updated_at: time,
        uploaded_at: time,
        version: Version::FIRST,
    }
}

fn annotations(seed: &Seed, number: u32) -> Annotations {
    let color = picture::color_name(number);
    let album: Option<&AlbumId> = seed.album.as_ref().filter(|_| number % 2 == 1);
    Annotations {
        album_id: album.cloned(),
        title: Title::parse(&format!("Wall no. {number}")).unwrap_or_default(),
        description: None,
        alt_text: AltText::parse(&format!("A wall of bricks, most of them {color}")).unwrap_or_default(),
        tags: Tags::parse(["wall", color]).unwrap_or_default(),
    }
}
