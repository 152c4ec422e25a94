//! `pipeline OUTDIR REPS FILE...`: runs the upload's image work and prints one JSON line a file.
//!
//! CPU is user + system time of the process in milliseconds (median and minimum of REPS runs);
//! OUTDIR receives `<name>.main.webp` and `<name>.thumb.webp`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use image_service::pipeline::{Effort, Recipe, process};
use rustix::time::{ClockId, clock_gettime};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let usage = "usage: pipeline OUTDIR REPS FILE...";
    let outdir = args.next().ok_or(usage)?;
    let reps: usize = args.next().ok_or(usage)?.parse()?;
    fs::create_dir_all(&outdir)?;
    let idle = mib("VmRSS:")?;
    let mut recipe = Recipe::default();
    if let Ok(effort) = std::env::var("WEBP_EFFORT") {
        recipe.effort = Effort::new(effort.parse()?).ok_or("WEBP_EFFORT is 0 to 6")?;
    }
    for file in args {
        let bytes = fs::read(&file)?;
        let name = Path::new(&file).file_name().ok_or("not a file")?.to_string_lossy();
        let mut rendition = process(&bytes, &recipe)?;
        let (mut cpu, mut wall) = (Vec::new(), Vec::new());
        for _ in 0..reps {
            let (cpu_before, wall_before) = (cpu_ms(), Instant::now());
            rendition = process(&bytes, &recipe)?;
            wall.push(wall_before.elapsed().as_secs_f64() * 1e3);
            cpu.push(cpu_ms() - cpu_before);
        }
        let out = |kind: &str| Path::new(&outdir).join(format!("{name}.{kind}.webp"));
        fs::write(out("main"), &rendition.main)?;
        fs::write(out("thumb"), &rendition.thumbnail)?;
        let line = serde_json::json!({
            "file": name,
            "cpu": median(&mut cpu),
            "cpu_min": cpu.first(),
            "wall": median(&mut wall),
            "bytes": [rendition.main.len(), rendition.thumbnail.len()],
            "idle_mib": idle,
            "rss_mib": mib("VmHWM:")?,
        });
        println!("{line}");
    }
    Ok(())
}

/// Sorts the values.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// User and system time of the process: also that of threads that have ended.
fn cpu_ms() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// One of the process's counts of memory.
fn mib(field: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let value = status.lines().find_map(|line| line.strip_prefix(field));
    let value = value.ok_or("no such field")?.trim().trim_end_matches(" kB");
    Ok(value.parse::<u64>()? / 1024)
}
