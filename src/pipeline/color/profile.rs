//! Where the meaning of samples is written down.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, MatrixCoefficients, ToneReprCurve,
    TransferCharacteristics,
};
use png::{CodingIndependentCodePoints, Info, ScaledFloat, SourceChromaticities};

/// A colour profile that could be read.
#[derive(Clone)]
pub(in crate::pipeline) struct Profile(ColorProfile);

impl Profile {
    /// `None` when the profile is broken: the picture is then taken for sRGB rather than refused.
    pub fn from_icc(bytes: &[u8]) -> Option<Self> {
        ColorProfile::new_from_slice(bytes).ok().map(Self)
    }

    /// What a PNG says of its colours, in the standard's order of precedence.
    pub fn from_png(info: &Info) -> Option<Self> {
        if let Some(profile) = info.coding_independent_code_points.as_ref().and_then(from_cicp) {
            return Some(Self(profile));
        }
        if let Some(icc) = &info.icc_profile {
            return Self::from_icc(icc);
        }
        if info.srgb.is_some() {
            return None;
        }
        from_gamma(info.gama_chunk?, info.chrm_chunk.as_ref()).map(Self)
    }

    pub fn into_inner(self) -> ColorProfile {
        self.0
    }
}

fn from_cicp(cicp: &CodingIndependentCodePoints) -> Option<ColorProfile> {
    let color_primaries = CicpColorPrimaries::try_from(cicp.color_primaries).ok()?;
    let transfer_characteristics = match TransferCharacteristics::try_from(cicp.transfer_function).ok()? {
        // Made for brighter screens. Shown as if they were not, hybrid log-gamma looks right by
        // design and perceptual quantisation flat; mapped exactly, both would come out nearly black.
        TransferCharacteristics::Hlg | TransferCharacteristics::Smpte2084 => TransferCharacteristics::Srgb,
        other => other,
    };
    let usable =
        ColorPrimaries::try_from(color_primaries).is_ok() && ToneReprCurve::try_from(transfer_characteristics).is_ok();
    usable.then(|| {
        ColorProfile::new_from_cicp(CicpProfile {
            color_primaries,
            transfer_characteristics,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        })
    })
}

/// The gamma that writers of PNG mean by "sRGB"; the true curve is close to it, not equal.
const SRGB_GAMMA: f32 = 0.45455;

fn from_gamma(gamma: ScaledFloat, chromaticities: Option<&SourceChromaticities>) -> Option<ColorProfile> {
    let gamma = gamma.into_value();
    if !(0.1..=10.0).contains(&gamma) {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    if let Some(chromaticities) = chromaticities {
        let point = |(x, y): (ScaledFloat, ScaledFloat)| Chromaticity::new(x.into_value(), y.into_value());
        let primaries = ColorPrimaries {
            red: point(chromaticities.red),
            green: point(chromaticities.green),
            blue: point(chromaticities.blue),
        };
        let white = point(chromaticities.white);
        if [white, primaries.red, primaries.green, primaries.blue]
            .iter()
            .any(|point| point.y <= 0.0)
        {
            return None;
        }
        profile.update_rgb_colorimetry(white.to_xyyb(), primaries);
    }
    if (gamma / SRGB_GAMMA - 1.0).abs() > 0.05 {
        let curve = ToneReprCurve::Parametric(vec![1.0 / gamma]);
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    profile.cicp = None;
    Some(profile)
}
