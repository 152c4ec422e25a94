//! How much memory the worst uploads take.
//!
//! Measured from outside of the allocators, because the C libraries have one of their own, and in a
//! process of its own, because tests share theirs.

use std::env;
use std::fs;
use std::process::Command;

use image_service::pipeline::{Effort, Recipe, probe, process};

use crate::support::pictures::{self, jpeg, png, webp};

/// Names the file that the child process is to work on.
const CHILD: &str = "PIPELINE_MEMORY_CHILD";

/// How hard the child process is to try.
const EFFORT: &str = "PIPELINE_MEMORY_EFFORT";

#[test]
fn no_upload_takes_more_than_its_header_says() {
    if let Some(path) = env::var_os(CHILD) {
        let bytes = fs::read(path).expect("the parent wrote it");
        let effort = env::var(EFFORT)
            .expect("the parent says it")
            .parse()
            .ok()
            .and_then(Effort::new);
        let recipe = Recipe {
            effort: effort.expect("in range"),
            ..Recipe::default()
        };
        // Resets the high-water mark.
        fs::write("/proc/self/clear_refs", "5").expect("our own process");
        let before = status("VmRSS:");
        process(&bytes, &recipe).expect("a good picture");
        println!("{CHILD} {}", status("VmHWM:") - before);
        return;
    }
    let (width, height) = (2100, 600);
    let scene = pictures::scene(width, height);
    let progressive = jpeg::Options {
        progressive: true,
        chroma: (1, 1),
        ..jpeg::Options::default()
    };
    let deep = png::Kind {
        color: png::Color::Rgba,
        depth: 16,
        transparent: false,
        interlaced: true,
    };
    let camera = pictures::jpeg(6000, 4000);
    let uploads = [
        ("JPEG of 24 megapixels", camera, 0),
        ("baseline JPEG", pictures::jpeg(width, height), 0),
        ("progressive JPEG", jpeg::encode(&scene, progressive), 0),
        (
            "interlaced PNG of 16 bits with alpha",
            deep.encode(width, height).bytes,
            0,
        ),
        ("lossless WebP", webp::lossless(&pictures::fading(width, height)), 0),
        // The worst for libwebp's encoder.
        (
            "noise with alpha",
            webp::lossless(&pictures::noise(2048, 2048)),
            Effort::MAX,
        ),
    ];
    for (name, bytes, effort) in uploads {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("upload");
        fs::write(&path, &bytes).expect("room for a file");
        let output = Command::new(env::current_exe().expect("this test"))
            .args([
                "--exact",
                "pipeline::memory::no_upload_takes_more_than_its_header_says",
                "--nocapture",
            ])
            .env(CHILD, &path)
            .env(EFFORT, effort.to_string())
            .output()
            .expect("the test starts");
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        let used = output
            .split(CHILD)
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next());
        let used: u64 = used
            .and_then(|used| used.parse().ok())
            .unwrap_or_else(|| panic!("{name}: {output}"));
        let bound = probe(&bytes).expect("a good header").peak_bytes;
        println!("{name}: {} of {} KiB", used / 1024, bound / 1024);
        assert!(used <= bound, "{name}: {used} bytes, {bound} allowed");
        // What a camera makes must not cost what its pixels would.
        assert!(name != "JPEG of 24 megapixels" || used <= 45_000_000, "{used} bytes");
    }
}

/// In bytes.
fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .expect("a known field");
    1024 * value.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
}

#[test]
fn the_worst_legal_upload_stays_within_a_gibibyte() {
    let deep = png::Kind {
        color: png::Color::Rgba,
        depth: 16,
        transparent: false,
        interlaced: true,
    };
    let inks = jpeg::Frame {
        components: 4,
        progressive: true,
    };
    let worst = [
        deep.header_only(8000, 8000),
        jpeg::header(8000, 8000, inks),
        webp::header(8000, 8000),
    ];
    for bytes in worst {
        let header = probe(&bytes).expect("a good header");
        assert!(header.peak_bytes <= 1 << 30, "{header:?}");
    }
}
