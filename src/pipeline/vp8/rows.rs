//! Deciding on the macroblocks of a frame.
//!
//! Of other rows, a row needs only what lies above it: two threads take turns, the one in the lower row a
//! macroblock or two behind. What they decide does not depend on how fast they are.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use multiversion::multiversion;

use super::analysis::{SEGMENTS, Segments};
use super::modes::{BlockModeCosts, Luma, Mode, block_mode_costs};
use super::planes::Planes;
use super::predict::{ABOVE, Edges, LEFT};
use super::probabilities::DEFAULT;
use super::quantize::Quantizers;
use super::search::{Around, Filled, Macroblock, Search};
use super::tokens::{Costs, Counts, Kind, Tokens};

/// What is said of a macroblock before its levels.
pub struct Header {
    pub skipped: bool,
    pub luma: Luma,
    pub colour: Mode,
}

/// A row of macroblocks that is decided on.
#[derive(Default)]
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
struct Frame<'a> {
    planes: &'a Planes<'a>,
    segments: &'a Segments,
    quantizers: [Quantizers; SEGMENTS],
    modes: BlockModeCosts,
    width: usize,
    height: usize,
    effort: u8,
}

/// What the thread of a row says to that of the next.
enum Message {
    /// The lower side of a macroblock.
    Border(Border),
    /// What was counted in all rows so far.
    Totals(Counts),
}

const THREADS: usize = 2;

/// How often the costs of tokens follow what has been decided.
const UPDATES: usize = 16;

/// Decides on all rows, and says how often each decision about tokens came up.
///
/// `None` if there is no second thread to be had.
pub fn rows(
    planes: &Planes,
    segments: &Segments,
    (width, height): (usize, usize),
    effort: u8,
) -> Option<(Vec<Row>, Counts)> {
    let frame = Frame {
        planes,
        segments,
        quantizers: segments.index.map(|index| Quantizers::new(index, segments.colour)),
        modes: block_mode_costs(),
        width,
        height,
        effort,
    };
    let ((to_odd, from_even), (to_even, from_odd)) = (channel(), channel());
    let (even, odd) = thread::scope(|scope| {
        let frame = &frame;
        let odd = thread::Builder::new()
            .name("encoder".to_owned())
            .spawn_scoped(scope, move || frame.every_other(1, from_even, to_even))
            .ok()?;
        let even = frame.every_other(0, from_odd, to_odd);
        Some((even, odd.join().unwrap_or_else(|panic| resume_unwind(panic))))
    })?;
    let ((even, even_totals), (odd, odd_totals)) = (even?, odd?);
    let mut odd = odd.into_iter();
    let rows = even.into_iter().flat_map(|row| [Some(row), odd.next()]);
    let totals = if height % 2 == 0 { odd_totals } else { even_totals };
    Some((rows.flatten().collect(), totals))
}

impl Frame<'_> {
    /// Decides on one row in two. `None` if the other thread has given up.
    fn every_other(
        &self,
        first: usize,
        above: Receiver<Message>,
        below: Sender<Message>,
    ) -> Option<(Vec<Row>, Counts)> {
        let interval = self.height.div_ceil(UPDATES).max(THREADS);
        let mut costs = Costs::new(&DEFAULT);
        let mut totals = Counts::new();
        let mut rows = Vec::with_capacity(self.height / THREADS + 1);
        for y in (first..self.height).step_by(THREADS) {
            if y >= THREADS && y % interval < THREADS {
                costs.update(&totals.probabilities());
            }
            let (row, counts) = row(self, y, &costs, &above, &below)?;
            if y > 0 {
                let Ok(Message::Totals(before)) = above.recv() else {
                    return None;
                };
                totals = before;
            }
            totals.add(&counts);
            // Nobody waits for what the last row says.
            let _ = below.send(Message::Totals(totals.clone()));
            rows.push(row);
        }
        Some((rows, totals))
    }

    #[inline(always)]
    fn row(
        &self,
        y: usize,
        costs: &Costs,
        above: &Receiver<Message>,
        below: &Sender<Message>,
    ) -> Option<(Row, Counts)> {
        let (mut row, mut counts) = (Row::default(), Counts::new());
        let mut left = Border::outside(LEFT);
        let mut corner = Border::outside(LEFT);
        let mut border = border(y, above)?;
        for x in 0..self.width {
            let next = if x + 1 < self.width {
                Some(self::border(y, above)?)
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
                tries: usize::from(self.effort),
            };
            let made = search.macroblock(&self.planes.source(x, y), &around);
            corner = border;
            row.record(&made, &mut border, &mut left, &mut counts);
            let _ = below.send(Message::Border(border));
            #[cfg(test)]
            row.made.push(made);
            if let Some(next) = next {
                border = next;
            }
        }
        Some((row, counts))
    }
}

/// What lies above of the next macroblock of a row.
#[inline(always)]
fn border(y: usize, above: &Receiver<Message>) -> Option<Border> {
    if y == 0 {
        return Some(Border::outside(ABOVE));
    }
    match above.recv() {
        Ok(Message::Border(border)) => Some(border),
        _ => None,
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn row(
    frame: &Frame,
    y: usize,
    costs: &Costs,
    above: &Receiver<Message>,
    below: &Sender<Message>,
) -> Option<(Row, Counts)> {
    frame.row(y, costs, above, below)
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
