//! Four inks without a profile.

/// What the inks look like in sRGB. 255 is full ink.
pub(super) fn to_srgb([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    [c, m, y].map(|ink| {
        let paper = u16::from(!ink) * u16::from(!k);
        (paper / 255) as u8
    })
}
