//! Files that are too small to be uploads, made large enough by laying them side by side.

use std::io::Cursor;

use image_service::pipeline::{Recipe, process};
use png::{ColorType, Decoder, Encoder, Info};

use super::looks::{decode, grid};
use super::{read, reference};

#[test]
fn wide_gamuts_and_odd_depths_are_converted() {
    // What sharp shows; it ignores the profiles of deep grey and the gamma of the last one.
    for (name, tolerance) in [("p3", 4.0), ("prophoto", 4.0), ("16-bit-grey-alpha", 12.0)] {
        let name = format!("odd/{name}.png");
        let expected = reference(&name);
        let cells = expected.size.0.min(8) * expected.size.1.min(8);
        let expected = mean(&expected.grid[..cells as usize]);
        let found = shown(&name);
        let off = found
            .iter()
            .zip(expected)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(off <= tolerance, "{name}: {found:?} instead of {expected:?}");
    }
}

/// Its gamma of 1 makes everything lighter than sharp, which ignores it, shows it.
#[test]
fn a_transparent_colour_and_a_gamma_are_honoured() {
    let name = "odd/tbgn2c16.png";
    let [r, g, b, alpha] = shown(name);
    let [r0, g0, b0, alpha0] = mean(&reference(name).grid);
    assert!((alpha - alpha0).abs() <= 4.0, "{alpha} instead of {alpha0}");
    assert!(r > r0 + 10.0 && g > g0 + 10.0 && b > b0 + 10.0);
}

fn shown(name: &str) -> [f32; 4] {
    let rendition = process(&tiled(&read(name)), &Recipe::default()).expect("a good picture");
    mean(&grid(&decode(&rendition.main)))
}

fn mean(cells: &[[f32; 4]]) -> [f32; 4] {
    std::array::from_fn(|i| cells.iter().map(|cell| cell[i]).sum::<f32>() / cells.len() as f32)
}

/// The same samples and the same words about them, many times over.
fn tiled(file: &[u8]) -> Vec<u8> {
    let mut reader = Decoder::new(Cursor::new(file)).read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("small")];
    reader.next_frame(&mut samples).expect("a PNG");
    let info = reader.info();
    assert!(info.color_type != ColorType::Indexed && info.bit_depth as u8 >= 8);
    let (across, down) = (128u32.div_ceil(info.width), 128u32.div_ceil(info.height));
    let row = samples.len() / info.height as usize;
    let rows: Vec<u8> = samples
        .chunks(row)
        .flat_map(|row| row.repeat(across as usize))
        .collect();
    let mut tiled = Info::with_size(info.width * across, info.height * down);
    tiled.color_type = info.color_type;
    tiled.bit_depth = info.bit_depth;
    tiled.trns = info.trns.clone();
    tiled.icc_profile = info.icc_profile.clone();
    tiled.source_gamma = info.gama_chunk;
    let mut large = Vec::new();
    let mut writer = Encoder::with_info(&mut large, tiled)
        .expect("valid")
        .write_header()
        .expect("memory");
    writer.write_image_data(&rows.repeat(down as usize)).expect("memory");
    writer.finish().expect("memory");
    large
}
