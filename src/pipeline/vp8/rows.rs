//! Deciding on the macroblocks of a frame.
//!
//! Of other rows, a row needs only what lies above it: two threads take turns, the one in the lower row some
//! macroblocks behind. What they decide does not depend on how fast they are.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::{mem, thread, vec};

use multiversion::multiversion;

use super::analysis::{SEGMENTS, Segments};
use super::modes::{BlockModeCosts, Luma, Mode, block_mode_costs};
use super::planes::Planes;
use super::predict::{ABOVE, Edges, LEFT};
use super::probabilities::DEFAULT;
use super::quantize::Quantizers;
use super::search::{Around, Filled, Macroblock, Search, Tries};
use super::tokens::{Costs, Counts, Kind, Tokens};

/// What is said of a macroblock before its levels.
#[derive(PartialEq)]
pub struct Header {
    pub skipped: bool,
    pub luma: Luma,
    pub colour: Mode,
}

/// A row of macroblocks that is decided on.
#[derive(Default)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Row {
    pub headers: Vec<Header>,
    pub tokens: Tokens,
    /// For tests, to compare with what a decoder makes.
    #[cfg(test)]
    pub made: Vec<Macroblock>,
}

/// What lies along the lower side of a macroblock, or along its right side.
#[derive(Clone, Copy)]
struct Border {
    y: [u8; 16],
    u: [u8; 8],
    v: [u8; 8],
    modes: [u8; 4],
    filled: Filled,
}

impl Border {
    /// That outside of the picture.
    fn outside(sample: u8) -> Self {
        Self {
            y: [sample; 16],
            u: [sample; 8],
            v: [sample; 8],
            modes: [0; 4],
            filled: Filled::default(),
        }
    }
}

/// What all rows have in common.
struct Common<'a> {
    planes: &'a Planes<'a>,
    segments: &'a Segments,
    quantizers: [Quantizers; SEGMENTS],
    modes: BlockModeCosts,
    width: usize,
    height: usize,
    tries: Tries,
}

/// What the thread of a row says to that of the next.
enum Message {
    /// The lower sides of some macroblocks.
    Borders(Vec<Border>),
    /// What was counted in all rows so far.
    Totals(Counts),
}

/// Macroblocks that are worth a second thread.
const WORTH_A_THREAD: usize = 1024;

/// The most macroblocks that a thread does before it tells the next, so that they seldom wait for each other.
const TOLD_AT_ONCE: usize = 16;

/// How often the costs of tokens follow what has been decided.
const UPDATES: usize = 16;

/// How far behind they are: what is above of that, two threads have both done.
const BEHIND: usize = 2;

/// Decides on all rows, and says how often each decision about tokens came up.
pub fn rows(planes: &Planes, segments: &Segments, (width, height): (usize, usize), effort: u8) -> (Vec<Row>, Counts) {
    let common = Common::new(planes, segments, (width, height), effort);
    let two = (width * height >= WORTH_A_THREAD).then(|| common.in_two_threads());
    two.flatten().unwrap_or_else(|| common.in_one_thread())
}

impl<'a> Common<'a> {
    fn new(planes: &'a Planes<'a>, segments: &'a Segments, (width, height): (usize, usize), effort: u8) -> Self {
        Self {
            planes,
            segments,
            quantizers: segments.index.map(|index| Quantizers::new(index, segments.colour)),
            modes: block_mode_costs(),
            width,
            height,
            tries: Tries::new(effort),
        }
    }

    /// All rows, one after the other.
    fn in_one_thread(&self) -> (Vec<Row>, Counts) {
        let (below, above) = channel();
        let all = self.every(0, 1, above, below);
        all.unwrap_or_else(|| unreachable!("it has itself to talk to"))
    }

    /// `None` if there is no second thread to be had.
    fn in_two_threads(&self) -> Option<(Vec<Row>, Counts)> {
        let ((to_odd, from_even), (to_even, from_odd)) = (channel(), channel());
        let (even, odd) = thread::scope(|scope| {
            let odd = thread::Builder::new()
                .name("encoder".to_owned())
                .spawn_scoped(scope, || self.every(1, 2, from_even, to_even))
                .ok()?;
            let even = self.every(0, 2, from_odd, to_odd);
            Some((even, odd.join().unwrap_or_else(|panic| resume_unwind(panic))))
        })?;
        let ((even, even_totals), (odd, odd_totals)) = (even?, odd?);
        let mut odd = odd.into_iter();
        let rows = even.into_iter().flat_map(|row| [Some(row), odd.next()]);
        let last_is_even = self.height % 2 == 1;
        Some((
            rows.flatten().collect(),
            if last_is_even { even_totals } else { odd_totals },
        ))
    }

    /// Decides on one row in `step`. `None` if the thread of the row above has given up.
    fn every(
        &self,
        first: usize,
        step: usize,
        above: Receiver<Message>,
        below: Sender<Message>,
    ) -> Option<(Vec<Row>, Counts)> {
        let interval = self.height.div_ceil(UPDATES).max(BEHIND);
        // For each of the rows that might be at work at the same time, so that two threads know no less.
        let mut costs = [(); BEHIND].map(|()| Costs::new(&DEFAULT));
        // Of the last rows; the first of them is that which is `BEHIND`.
        let mut totals = VecDeque::new();
        let mut rows = Vec::with_capacity(self.height / step + 1);
        for y in (first..self.height).step_by(step) {
            let costs = &mut costs[y % BEHIND];
            if y >= BEHIND && y % interval < BEHIND {
                let known: &Counts = totals.front()?;
                costs.update(&known.probabilities());
            }
            let (row, mut counts) = row(self, y, costs, &above, &below)?;
            rows.push(row);
            if y > 0 {
                let Ok(Message::Totals(before)) = above.recv() else {
                    return None;
                };
                counts.add(&before);
            }
            // Nobody waits for what the last row says.
            let _ = below.send(Message::Totals(counts.clone()));
            totals.push_back(counts);
            if totals.len() > BEHIND / step {
                totals.pop_front();
            }
        }
        Some((rows, totals.pop_back().unwrap_or_default()))
    }

    #[inline(always)]
    fn row(
        &self,
        y: usize,
        costs: &Costs,
        above: &Receiver<Message>,
        below: &Sender<Message>,
    ) -> Option<(Row, Counts)> {
        let (mut row, mut counts) = (Row::default(), Counts::default());
        let mut left = Border::outside(LEFT);
        let mut corner = Border::outside(LEFT);
        let mut borders = Above {
            y,
            receiver: above,
            told: Vec::new().into_iter(),
        };
        let mut border = borders.next()?;
        let mut tell = Vec::new();
        // In a narrow picture, waiting for many would be waiting for the end of the row.
        let told_at_once = (self.width / 8).clamp(1, TOLD_AT_ONCE);
        for x in 0..self.width {
            let next = if x + 1 < self.width {
                Some(borders.next()?)
            } else {
                None
            };
            let around = Around {
                y: Edges::new(border.y, left.y, corner.y[15], (x, y)),
                beyond: next.map_or([border.y[15]; 4], |next| [next.y[0], next.y[1], next.y[2], next.y[3]]),
                u: Edges::new(border.u, left.u, corner.u[7], (x, y)),
                v: Edges::new(border.v, left.v, corner.v[7], (x, y)),
                modes_above: border.modes,
                modes_left: left.modes,
                above: border.filled,
                left: left.filled,
            };
            let segment = self.segments.map[y * self.width + x];
            let search = Search {
                quantizers: &self.quantizers[usize::from(segment)],
                costs,
                modes: &self.modes,
                tries: self.tries,
            };
            let made = search.macroblock(&self.planes.source(x, y), &around);
            corner = border;
            row.record(&made, &mut border, &mut left, &mut counts);
            tell.push(border);
            if tell.len() == told_at_once || x + 1 == self.width {
                let _ = below.send(Message::Borders(mem::take(&mut tell)));
            }
            #[cfg(test)]
            row.made.push(made);
            if let Some(next) = next {
                border = next;
            }
        }
        Some((row, counts))
    }
}

/// What lies above of the macroblocks of a row.
struct Above<'a> {
    y: usize,
    receiver: &'a Receiver<Message>,
    told: vec::IntoIter<Border>,
}

impl Above<'_> {
    /// Of the next macroblock.
    #[inline(always)]
    fn next(&mut self) -> Option<Border> {
        if self.y == 0 {
            return Some(Border::outside(ABOVE));
        }
        if self.told.len() == 0 {
            let Ok(Message::Borders(borders)) = self.receiver.recv() else {
                return None;
            };
            self.told = borders.into_iter();
        }
        self.told.next()
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn row(
    common: &Common,
    y: usize,
    costs: &Costs,
    above: &Receiver<Message>,
    below: &Sender<Message>,
) -> Option<(Row, Counts)> {
    common.row(y, costs, above, below)
}

impl Row {
    /// Adds a macroblock, and makes it the neighbour of the next: what was above of it is then its lower
    /// side, what was left of it its right side.
    #[inline(always)]
    fn record(&mut self, made: &Macroblock, above: &mut Border, left: &mut Border, counts: &mut Counts) {
        above.y = made.y[15];
        above.u = made.u[7];
        above.v = made.v[7];
        left.y = std::array::from_fn(|i| made.y[i][15]);
        left.u = std::array::from_fn(|i| made.u[i][7]);
        left.v = std::array::from_fn(|i| made.v[i][7]);
        let first = match made.luma {
            Luma::Whole(mode) => {
                above.modes = [mode as u8; 4];
                left.modes = [mode as u8; 4];
                Kind::LumaRest
            }
            Luma::Blocks(modes) => {
                above.modes = std::array::from_fn(|i| modes[12 + i]);
                left.modes = std::array::from_fn(|i| modes[i * 4 + 3]);
                Kind::Luma
            }
        };
        let skipped = made.means.end == 0
            && made.blocks.iter().all(|block| block.end == 0)
            && made.colours.iter().all(|block| block.end == 0);
        self.headers.push(Header {
            skipped,
            luma: made.luma,
            colour: made.colour,
        });
        let (above, left) = (&mut above.filled, &mut left.filled);
        if skipped {
            let means = |before: bool| before && first == Kind::Luma;
            *above = Filled {
                means: means(above.means),
                ..Filled::default()
            };
            *left = Filled {
                means: means(left.means),
                ..Filled::default()
            };
            return;
        }
        if first == Kind::LumaRest {
            let context = usize::from(above.means) + usize::from(left.means);
            let filled = self.tokens.record(Kind::Means, context, &made.means, counts);
            (above.means, left.means) = (filled, filled);
        }
        for (i, block) in made.blocks.iter().enumerate() {
            let (above, left) = (&mut above.luma[i % 4], &mut left.luma[i / 4]);
            let filled = self
                .tokens
                .record(first, usize::from(*above) + usize::from(*left), block, counts);
            (*above, *left) = (filled, filled);
        }
        for (i, block) in made.colours.iter().enumerate() {
            let plane = i / 4 * 2;
            let (above, left) = (&mut above.colour[plane + i % 2], &mut left.colour[plane + i % 4 / 2]);
            let filled = self
                .tokens
                .record(Kind::Colour, usize::from(*above) + usize::from(*left), block, counts);
            (*above, *left) = (filled, filled);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::planes::Plane;
    use super::*;

    #[test]
    fn it_does_not_matter_how_many_threads_there_are() {
        for (width, height) in [(16, 16), (16, 32), (100, 600), (330, 333)] {
            let samples: Vec<u8> = (0..width * height).map(|i| (i * i / 7 % 251 + i % 5) as u8).collect();
            let plane = |width, height| Plane {
                samples: &samples,
                width,
                height,
                stride: width,
            };
            let planes = Planes {
                y: plane(width, height),
                u: plane(width.div_ceil(2), height.div_ceil(2)),
                v: plane(width.div_ceil(2), height.div_ceil(2)),
            };
            let size = (width.div_ceil(16), height.div_ceil(16));
            let segments = Segments::new(&planes, size.0, size.1, 85.0);
            let common = Common::new(&planes, &segments, size, 2);
            let (one, two) = (common.in_one_thread(), common.in_two_threads().unwrap());
            assert!(one == two, "{width}x{height}");
        }
    }
}
