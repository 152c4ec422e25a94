//! Four inks without a profile: what a printing press would make of them.
//!
//! Overprints of full inks have colours of their own; between them, the share of the paper that each
//! overprint covers follows from the tone of its inks (the Neugebauer model). Tones and colours were
//! fitted to what sharp makes of 83,521 ink combinations with its default CMYK profile: three levels
//! of 255 away on average, two for light tones, and paper is white.

/// A table of the fitted tones, made once for a picture.
pub(super) struct Press {
    /// By colour channel, ink and amount of ink.
    tones: Box<[[[f32; 256]; 4]; 3]>,
}

impl Press {
    pub fn new() -> Self {
        let mut tones = Box::new([[[0.0; 256]; 4]; 3]);
        for (table, channel) in tones.iter_mut().zip(&CHANNELS) {
            for (curve, (gain, skew)) in table.iter_mut().zip(channel.tones) {
                for (amount, tone) in (0u8..=255).zip(curve) {
                    let ink = f32::from(amount) / 255.0;
                    *tone = ink + ink * (1.0 - ink) * (gain + skew * ink);
                }
            }
        }
        Self { tones }
    }

    /// The sRGB colour of cyan, magenta, yellow and black, of which 255 is full ink.
    pub fn to_srgb(&self, inks: [u8; 4]) -> [u8; 3] {
        [0, 1, 2].map(|channel| {
            let [c, m, y, k] = [0, 1, 2, 3].map(|ink| self.tones[channel][ink][usize::from(inks[ink])]);
            let overprints = &CHANNELS[channel].overprints;
            let with_black: [f32; 8] = std::array::from_fn(|i| mix(overprints[i], overprints[i + 8], k));
            let with_yellow: [f32; 4] = std::array::from_fn(|i| mix(with_black[i], with_black[i + 4], y));
            let with_magenta: [f32; 2] = std::array::from_fn(|i| mix(with_yellow[i], with_yellow[i + 2], m));
            // The cast saturates.
            (mix(with_magenta[0], with_magenta[1], c) + 0.5) as u8
        })
    }
}

fn mix(without: f32, with: f32, share: f32) -> f32 {
    without + (with - without) * share
}

/// One of red, green and blue.
struct Channel {
    /// For each ink, two coefficients of the curve from its amount to its tone.
    tones: [(f32, f32); 4],
    /// For each set of full inks, as bits (1 cyan, 2 magenta, 4 yellow, 8 black).
    overprints: [f32; 16],
}

#[rustfmt::skip]
const CHANNELS: [Channel; 3] = [
    Channel {
        tones: [(-0.168, -0.619), (0.563, -0.113), (-0.606, 2.287), (0.193, -0.739)],
        overprints: [
            255.0, -157.0, 235.0, 32.0, 265.0, -98.0, 231.0, 23.0,
            18.0, 0.0, 18.0, -17.0, 19.0, -9.0, 15.0, 0.0,
        ],
    },
    Channel {
        tones: [(0.468, -0.669), (0.113, -0.894), (2.583, -5.080), (0.109, -0.809)],
        overprints: [
            255.0, 154.0, 0.0, 7.0, 240.0, 141.0, 1.0, 44.0,
            3.0, 1.0, 0.0, 5.0, 6.0, 19.0, 10.0, -39.0,
        ],
    },
    Channel {
        tones: [(1.427, -1.893), (0.287, -0.308), (-0.079, -0.639), (0.014, -0.893)],
        overprints: [
            255.0, 228.0, 129.0, 118.0, -32.0, 45.0, 1.0, 42.0,
            -27.0, 1.0, 1.0, 5.0, 1.0, -9.0, 2.0, -41.0,
        ],
    },
];
