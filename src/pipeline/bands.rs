//! Reducing an upload while it is decoded: one thread reads rows, another reduces those that have come.

use std::panic::resume_unwind;
use std::sync::mpsc::channel;
use std::thread;

use super::Error;
use super::raster::{Raster, reserve};
use super::reduce::Reducer;
use super::resize::Samples;

/// The most rows that are handed over together: enough that the threads seldom wait.
pub(super) const BAND_ROWS: usize = 64;

/// Bands there are: one is filled while another is reduced.
pub(super) const BANDS: usize = 2;

/// Makes one plane, or all pixels, of both pictures.
pub(super) struct Plane {
    pub main: Reducer,
    /// Only if there is a thumbnail that is not made of the main picture.
    pub strip: Option<Reducer>,
    /// Bytes from one row of the source to the next.
    pub stride: usize,
}

impl Plane {
    /// Takes the next rows; what comes after the last one does not count.
    pub fn take(&mut self, rows: &[u8]) {
        let rows = &rows[..rows.len().min(self.main.missing() * self.stride)];
        for reducer in [Some(&mut self.main), self.strip.as_mut()].into_iter().flatten() {
            reducer.take(rows, self.stride);
        }
    }

    /// Both pictures, when all rows have come.
    pub fn finish(self) -> (Raster, Option<Raster>) {
        (self.main.finish(), self.strip.map(Reducer::finish))
    }
}

/// Some rows of each plane.
type Band = Vec<Vec<u8>>;

/// Makes pictures of planes of such samples, which `read` brings: it fills the room that it is given for
/// the next batch of each plane, as far as there are rows.
pub(super) fn reduce(
    mut planes: Vec<Plane>,
    samples: &[Samples],
    mut read: impl FnMut(Vec<&mut [u8]>) -> Result<(), Error>,
) -> Result<Vec<(Raster, Option<Raster>)>, Error> {
    let batches = (BAND_ROWS / samples[0].batch).max(1);
    let rows = |samples: &Samples| reserve(batches * samples.batch * samples.stride, 0);
    let band = |_| samples.iter().map(rows).collect();
    let mut bands: Vec<Band> = (0..BANDS).map(band).collect::<Result<_, _>>()?;
    let mut missing = samples[0].size.1 as usize;
    // In either channel, there are never more than these.
    let (filled, to_reduce) = channel::<Band>();
    let (reduced, to_fill) = channel();
    let planes = thread::scope(|scope| {
        let reducing = thread::Builder::new()
            .name("reducer".to_owned())
            .spawn_scoped(scope, move || {
                for band in to_reduce {
                    for (plane, rows) in planes.iter_mut().zip(&band) {
                        plane.take(rows);
                    }
                    // The last ones are nobody's.
                    let _ = reduced.send(band);
                }
                planes
            })
            .map_err(|error| Error::Internal(error.into()))?;
        // There is no band to be had only after a panic, which is told below.
        while missing > 0
            && let Some(mut band) = bands.pop().or_else(|| to_fill.recv().ok())
        {
            let both = band.iter_mut().zip(samples);
            let mut rooms: Vec<_> = both
                .map(|(rows, samples)| rows.chunks_exact_mut(samples.batch * samples.stride))
                .collect();
            for _ in 0..batches.min(missing.div_ceil(samples[0].batch)) {
                read(rooms.iter_mut().flat_map(Iterator::next).collect())?;
                missing = missing.saturating_sub(samples[0].batch);
            }
            let _ = filled.send(band);
        }
        drop(filled);
        Ok::<_, Error>(reducing.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })?;
    Ok(planes.into_iter().map(Plane::finish).collect())
}

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
    use super::super::kernel::Kernel;
    use super::super::raster::Channels;
    use super::super::reduce::Levels;
    use super::*;

    /// Keeps the size.
    fn plane(samples: &Samples) -> Plane {
        let (x, y) = (
            Axis::whole(samples.size.0, samples.size.0),
            Axis::whole(samples.size.1, samples.size.1),
        );
        Plane {
            main: Reducer::new(x, y, samples.channels, Kernel::Area, Levels::SAME).unwrap(),
            strip: None,
            stride: samples.stride,
        }
    }

    #[test]
    fn every_row_comes_once_and_in_order() {
        for height in [1, 15, 16, 63, 64, 65, 127, 128, 129, 500] {
            for batch in [1, 16, 48] {
                let samples = Samples::pixels((3, height), Channels::One, batch);
                let mut rows = 0..;
                let pictures = reduce(vec![plane(&samples)], &[samples], |mut room| {
                    assert_eq!(room[0].len(), batch * 3);
                    let places = room[0].chunks_exact_mut(3);
                    places.zip(&mut rows).for_each(|(place, row)| place.fill(row as u8));
                    Ok(())
                });
                let expected: Vec<u8> = (0..height).flat_map(|row| [row as u8; 3]).collect();
                assert_eq!(
                    pictures.unwrap()[0].0.pixels,
                    expected,
                    "{height} rows, {batch} at once"
                );
            }
        }
    }

    #[test]
    fn planes_have_rows_of_their_own() {
        let (tall, low) = (
            Samples::pixels((3, 200), Channels::One, 16),
            Samples::pixels((5, 100), Channels::One, 8),
        );
        let mut batches = 0..;
        let pictures = reduce(vec![plane(&tall), plane(&low)], &[tall, low], |mut rooms| {
            let batch = batches.next().unwrap_or_default();
            assert_eq!([rooms[0].len(), rooms[1].len()], [16 * 3, 8 * 5]);
            rooms[0].fill(batch);
            rooms[1].fill(100 + batch);
            Ok(())
        });
        let pictures = pictures.unwrap();
        let expected = (0..200).flat_map(|row| [row / 16; 3]);
        assert!(pictures[0].0.pixels.iter().copied().eq(expected));
        let expected = (0..100).flat_map(|row| [100 + row / 8; 5]);
        assert!(pictures[1].0.pixels.iter().copied().eq(expected));
    }

    #[test]
    fn a_panic_of_the_reader_ends_both() {
        let samples = Samples::pixels((3, 500), Channels::One, 16);
        let panic = std::panic::catch_unwind(|| reduce(vec![plane(&samples)], &[samples], |_| panic!("of the test")));
        assert!(panic.is_err());
    }

    #[test]
    fn what_can_not_be_read_ends_it() {
        let samples = Samples::pixels((3, 500), Channels::One, 16);
        for good in [0, 1, 4, 5, 30] {
            let mut count = 0;
            let pictures = reduce(vec![plane(&samples)], &[samples], |_| {
                count += 1;
                if count > good {
                    Err(Error::UnsupportedFormat)
                } else {
                    Ok(())
                }
            });
            assert!(matches!(pictures, Err(Error::UnsupportedFormat)), "{good}");
            assert_eq!(count, good + 1);
        }
    }
}
