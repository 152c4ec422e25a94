//! What holds for any input.

use image_service::pipeline::{Effort, Error, Recipe, fit_inside, probe, process};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::pictures;

proptest! {
    #[test]
    fn fitting_never_enlarges_and_keeps_the_shape(width in 1u32..=8000, height in 1u32..=8000, max in 1u32..=4096) {
        let (w, h) = fit_inside((width, height), max);
        prop_assert!(w >= 1 && h >= 1);
        prop_assert!(w <= width.min(max) && h <= height.min(max));
        prop_assert_eq!(fit_inside((w, h), max), (w, h));
        if width.max(height) <= max {
            prop_assert_eq!((w, h), (width, height));
        } else {
            prop_assert_eq!(w.max(h), max);
            // Each side is within half a pixel of the exact one.
            let scale = f64::from(max) / f64::from(width.max(height));
            prop_assert!((f64::from(w) - f64::from(width) * scale).abs() <= 0.5 || w == 1);
            prop_assert!((f64::from(h) - f64::from(height) * scale).abs() <= 0.5 || h == 1);
        }
    }

    #[test]
    fn noise_behind_a_magic_number_is_refused(magic in 0usize..3, noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let magic: &[u8] = [&b"\xFF\xD8\xFF\xE0"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\xC8\0\0\0WEBPVP8X"][magic];
        let bytes = [magic, &noise].concat();
        prop_assert!(!matches!(process(&bytes, &tiny()), Ok(_) | Err(Error::Internal(_))));
    }

    /// Whatever is changed, the answer is a picture or a refusal: no panic, no fault of ours.
    #[test]
    fn changed_files_are_accepted_or_refused(
        kind in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6),
        // Most of what can go wrong is decided by the first bytes.
        early in any::<bool>(),
        cut in prop::option::weighted(0.2, any::<Index>()),
    ) {
        let mut bytes = kind.get(uploads()).clone();
        let len = bytes.len();
        for (at, value) in changes {
            bytes[at.index(if early { len.min(700) } else { len })] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(len));
        }
        match process(&bytes, &tiny()) {
            Ok(rendition) => {
                let header = probe(&bytes).expect("it was processed");
                prop_assert_eq!((header.width, header.height), (rendition.width, rendition.height));
                prop_assert!(!rendition.main.is_empty() && !rendition.thumbnail.is_empty());
            }
            Err(error) => prop_assert!(!matches!(error, Error::Internal(_)), "{error:?}"),
        }
    }
}

/// Outputs as small as possible: these tests are about the inputs.
fn tiny() -> Recipe {
    Recipe {
        fit: 32,
        thumbnail: 8,
        effort: Effort::new(0).expect("in range"),
        ..Recipe::default()
    }
}

fn uploads() -> &'static [Vec<u8>] {
    static UPLOADS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    UPLOADS.get_or_init(|| {
        let kinds = [pictures::jpeg::kinds(), pictures::png::kinds(), pictures::webp::kinds()];
        kinds.into_iter().flatten().map(|picture| picture.bytes).collect()
    })
}
