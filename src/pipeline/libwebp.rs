//! The only place that calls libwebp.

use std::ffi::{c_int, c_void};
use std::slice;

use libwebp_sys as sys;

use super::raster::{Channels, Raster};

/// Why a call failed, in the library's words, which call a broken alpha plane a lack of memory.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("decoder: {0:?}")]
    Decode(sys::VP8StatusCode),
    #[error("encoder: {0:?}")]
    Encode(sys::WebPEncodingError),
    #[error("incompatible version of the library")]
    Version,
}

/// Size and transparency of an image.
pub(super) struct Features {
    pub width: u32,
    pub height: u32,
    pub alpha: bool,
}

pub(super) fn features(data: &[u8]) -> Result<Features, Failure> {
    let mut config = sys::WebPDecoderConfig::new().map_err(|()| Failure::Version)?;
    // SAFETY: pointer and length describe `data`; `input` is a valid place for the answer.
    let status = unsafe { sys::WebPGetFeatures(data.as_ptr(), data.len(), &mut config.input) };
    if status != sys::VP8StatusCode::VP8_STATUS_OK {
        return Err(Failure::Decode(status));
    }
    Ok(Features {
        width: config.input.width as u32,
        height: config.input.height as u32,
        alpha: config.input.has_alpha != 0,
    })
}

/// Decodes `data`, which is `size` large, into `raster` with its top left corner at `corner`.
pub(super) fn decode_into(
    data: &[u8],
    size: (u32, u32),
    raster: &mut Raster,
    corner: (u32, u32),
) -> Result<(), Failure> {
    assert!(corner.0 + size.0 <= raster.width && corner.1 + size.1 <= raster.height);
    let stride = raster.stride();
    let start = corner.1 as usize * stride + corner.0 as usize * raster.channels.count();
    let target = &mut raster.pixels[start..];
    let mut config = sys::WebPDecoderConfig::new().map_err(|()| Failure::Version)?;
    config.output.colorspace = match raster.channels {
        Channels::Rgb => sys::WEBP_CSP_MODE::MODE_RGB,
        Channels::Rgba => sys::WEBP_CSP_MODE::MODE_RGBA,
    };
    config.output.is_external_memory = 1;
    config.output.u.RGBA = sys::WebPRGBABuffer {
        rgba: target.as_mut_ptr(),
        stride: stride as c_int,
        size: target.len(),
    };
    // SAFETY: `data` and `target` outlive the call, which writes within `target.len()` bytes and
    // keeps no pointer. With external memory there is nothing to free afterwards.
    let status = unsafe { sys::WebPDecode(data.as_ptr(), data.len(), &mut config) };
    if status == sys::VP8StatusCode::VP8_STATUS_OK {
        Ok(())
    } else {
        Err(Failure::Decode(status))
    }
}

/// Encodes lossily; transparency is kept without loss.
pub(super) fn encode(raster: &Raster, quality: u8, method: u8) -> Result<Vec<u8>, Failure> {
    let mut config = sys::WebPConfig::new().map_err(|()| Failure::Version)?;
    config.quality = f32::from(quality.min(100));
    config.method = c_int::from(method);
    let mut picture = Picture(sys::WebPPicture::new().map_err(|()| Failure::Version)?);
    picture.0.width = raster.width as c_int;
    picture.0.height = raster.height as c_int;
    let (pixels, stride) = (raster.pixels.as_ptr(), raster.stride() as c_int);
    let mut file: Vec<u8> = Vec::new();
    picture.0.writer = Some(append);
    picture.0.custom_ptr = (&raw mut file).cast::<c_void>();
    // SAFETY: the picture is initialised, the raster holds `height` rows of `stride` bytes, and
    // `file` outlives the encoder, the only one to use `custom_ptr`.
    let done = unsafe {
        let imported = match raster.channels {
            Channels::Rgb => sys::WebPPictureImportRGB(&mut picture.0, pixels, stride),
            Channels::Rgba => sys::WebPPictureImportRGBA(&mut picture.0, pixels, stride),
        };
        imported != 0 && sys::WebPEncode(&config, &mut picture.0) != 0
    };
    if done {
        Ok(file)
    } else {
        Err(Failure::Encode(picture.0.error_code))
    }
}

struct Picture(sys::WebPPicture);

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised; freeing it without planes does nothing.
        unsafe { sys::WebPPictureFree(&mut self.0) }
    }
}

extern "C" fn append(data: *const u8, len: usize, picture: *const sys::WebPPicture) -> c_int {
    // SAFETY: the encoder passes `len` bytes and its picture, whose `custom_ptr` is the file.
    let (data, file) = unsafe {
        (
            slice::from_raw_parts(data, len),
            &mut *(*picture).custom_ptr.cast::<Vec<u8>>(),
        )
    };
    // No memory is an error of the encoder's: a panic must not cross C code that can not unwind.
    if file.try_reserve(len).is_err() {
        return 0;
    }
    file.extend_from_slice(data);
    1
}
