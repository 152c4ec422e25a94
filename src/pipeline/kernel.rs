//! How much each sample of a source counts for a sample of the target.

use std::f64::consts::PI;

use super::axis::Axis;

/// The curve that samples are weighed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Keeps the most detail.
    Lanczos3,
    /// A little softer, without the ripples beside edges that a small picture shows.
    CatmullRom,
    /// The mean of an area: for looking at areas rather than details.
    Area,
}

impl Kernel {
    /// How far it reaches, in samples of the target.
    fn reach(self) -> f64 {
        match self {
            Self::Lanczos3 => 3.0,
            Self::CatmullRom => 2.0,
            Self::Area => 0.5,
        }
    }

    fn at(self, x: f64) -> f64 {
        let x = x.abs();
        match self {
            Self::Lanczos3 if x < 3.0 => sinc(x) * sinc(x / 3.0),
            Self::CatmullRom if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
            Self::CatmullRom if x < 2.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
            Self::Area if x <= 0.5 => 1.0,
            _ => 0.0,
        }
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// For every sample of the target, the samples of the source that it is made of.
pub(super) struct Weights {
    /// The first sample of the source, and where its weight stands.
    starts: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

/// A weight that could not change a level.
const NOTHING: f64 = 1e-6;

impl Weights {
    /// The source goes on beyond its ends with its outermost samples.
    pub fn new(axis: Axis, kernel: Kernel) -> Self {
        let last = i64::from(axis.from) - 1;
        let wide = axis.scale.max(1.0);
        let mut all = Self {
            starts: Vec::with_capacity(axis.to as usize),
            weights: Vec::new(),
        };
        let mut of_one = Vec::new();
        for i in 0..axis.to {
            let centre = axis.start + (f64::from(i) + 0.5) * axis.scale;
            let (from, to) = (centre - kernel.reach() * wide, centre + kernel.reach() * wide);
            let start = (from.floor() as i64).clamp(0, last);
            of_one.clear();
            for sample in from.floor() as i64..=to.ceil() as i64 {
                let weight = kernel.at((sample as f64 + 0.5 - centre) / wide);
                let place = (sample.clamp(0, last) - start) as usize;
                of_one.resize(of_one.len().max(place + 1), 0.0);
                of_one[place] += weight;
            }
            let sum: f64 = of_one.iter().sum();
            let counts = |weight: &f64| (weight / sum).abs() > NOTHING;
            let first = of_one.iter().position(counts).unwrap_or(0);
            let end = of_one.iter().rposition(counts).map_or(of_one.len(), |place| place + 1);
            all.starts.push((start as usize + first, all.weights.len()));
            all.weights
                .extend(of_one[first..end].iter().map(|weight| (weight / sum) as f32));
        }
        all
    }

    /// The first sample for sample `i` of the target, and the weights from there on.
    pub fn of(&self, i: usize) -> (usize, &[f32]) {
        let (start, at) = self.starts[i];
        let end = self.starts.get(i + 1).map_or(self.weights.len(), |next| next.1);
        (start, &self.weights[at..end])
    }

    /// Samples of the source that are over when samples `i` to `i + count` of the target can be made.
    pub fn end(&self, i: usize, count: usize) -> usize {
        let ends = (i..self.starts.len().min(i + count)).map(|i| {
            let (start, weights) = self.of(i);
            start + weights.len()
        });
        ends.max().unwrap_or(0)
    }

    /// The most samples of the source that `count` samples of the target are made of.
    pub fn span(&self, count: usize) -> usize {
        let spans = (0..self.starts.len())
            .step_by(count)
            .map(|i| self.end(i, count) - self.starts[i].0);
        spans.max().unwrap_or(0)
    }

    /// Whether the target is the source.
    pub fn is_identity(&self, from: u32) -> bool {
        self.starts.len() == from as usize
            && (0..self.starts.len()).all(|i| {
                let (start, weights) = self.of(i);
                start == i && weights.len() == 1
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Kernel; 3] = [Kernel::Lanczos3, Kernel::CatmullRom, Kernel::Area];

    #[test]
    fn weights_add_up_and_stay_inside() {
        for kernel in ALL {
            for (from, to) in [(1, 1), (1, 9), (9, 1), (100, 37), (101, 100), (37, 100), (8000, 2048)] {
                let weights = Weights::new(Axis::whole(from, to), kernel);
                for i in 0..to as usize {
                    let (start, of_one) = weights.of(i);
                    let sum: f32 = of_one.iter().sum();
                    assert!((sum - 1.0).abs() < 1e-4, "{kernel:?} {from} to {to}, {i}: {sum}");
                    assert!(start + of_one.len() <= from as usize, "{kernel:?} {from} to {to}, {i}");
                }
            }
        }
    }

    #[test]
    fn a_source_of_the_same_size_is_the_target() {
        for kernel in ALL {
            assert!(Weights::new(Axis::whole(77, 77), kernel).is_identity(77), "{kernel:?}");
            assert!(!Weights::new(Axis::whole(78, 77), kernel).is_identity(78), "{kernel:?}");
        }
    }
}
