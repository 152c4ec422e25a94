//! The only place that calls libwebp.

use std::ffi::{c_int, c_void};
use std::{ptr, slice};

use libwebp_sys as sys;

use super::picture::Picture;
use super::raster::{Channels, Raster};
use super::vp8::{Plane, Planes};

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
    /// Whether the pixels are brightness and colour rather than red, green and blue.
    pub lossy: bool,
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
        lossy: config.input.format == 1,
    })
}

/// Decodes `data`, which is `size` large, into the pixels of `raster` with its top left corner at
/// `corner`.
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
        Channels::One => panic!("a plane is not pixels"),
        Channels::Rgb => sys::WEBP_CSP_MODE::MODE_RGB,
        Channels::Rgba => sys::WEBP_CSP_MODE::MODE_RGBA,
    };
    config.output.is_external_memory = 1;
    config.output.u.RGBA = sys::WebPRGBABuffer {
        rgba: target.as_mut_ptr(),
        stride: stride as c_int,
        size: target.len(),
    };
    // SAFETY: `target` outlives the call, and its length is what the buffer says.
    unsafe { decode(data, &mut config) }
}

/// Decodes `data` into the planes of an opaque picture, with colour of half the size.
pub(super) fn decode_planes(data: &[u8], planes: &mut [Raster; 3]) -> Result<(), Failure> {
    let mut config = into_planes(planes)?;
    // SAFETY: the planes outlive the call, and their lengths are what the output says.
    unsafe { decode(data, &mut config) }
}

/// The same without the filter between blocks: what an encoder predicts from.
#[cfg(test)]
pub(super) fn decode_unfiltered(data: &[u8], planes: &mut [Raster; 3]) -> Result<(), Failure> {
    let mut config = into_planes(planes)?;
    config.options.bypass_filtering = 1;
    // SAFETY: the planes outlive the call, and their lengths are what the output says.
    unsafe { decode(data, &mut config) }
}

fn into_planes([y, u, v]: &mut [Raster; 3]) -> Result<sys::WebPDecoderConfig, Failure> {
    assert!(u.size() == v.size() && u.size() == (y.width.div_ceil(2), y.height.div_ceil(2)));
    let mut config = sys::WebPDecoderConfig::new().map_err(|()| Failure::Version)?;
    config.output.colorspace = sys::WEBP_CSP_MODE::MODE_YUV;
    config.output.is_external_memory = 1;
    config.output.u.YUVA = sys::WebPYUVABuffer {
        y: y.pixels.as_mut_ptr(),
        u: u.pixels.as_mut_ptr(),
        v: v.pixels.as_mut_ptr(),
        a: ptr::null_mut(),
        y_stride: y.width as c_int,
        u_stride: u.width as c_int,
        v_stride: v.width as c_int,
        a_stride: 0,
        y_size: y.pixels.len(),
        u_size: u.pixels.len(),
        v_size: v.pixels.len(),
        a_size: 0,
    };
    Ok(config)
}

/// # Safety
/// The output is external memory that is as large as it says and outlives the call.
unsafe fn decode(data: &[u8], config: &mut sys::WebPDecoderConfig) -> Result<(), Failure> {
    let mut decode = |threads| {
        config.options.use_threads = threads;
        // SAFETY: the library checks the output's size against the picture's, keeps no pointer, and with
        // external memory there is nothing to free afterwards.
        unsafe { sys::WebPDecode(data.as_ptr(), data.len(), config) }
    };
    let mut status = decode(1);
    if status == sys::VP8StatusCode::VP8_STATUS_OUT_OF_MEMORY {
        // Perhaps there was no thread to be had.
        status = decode(0);
    }
    if status == sys::VP8StatusCode::VP8_STATUS_OK {
        Ok(())
    } else {
        Err(Failure::Decode(status))
    }
}

/// Opaque pixels as the planes that a lossy WebP is made of.
pub(super) struct Imported(Input);

impl Imported {
    pub fn new(pixels: &Raster) -> Result<Self, Failure> {
        assert_eq!(pixels.channels, Channels::Rgb);
        let mut input = Input::new()?;
        input.import(pixels)?;
        Ok(Self(input))
    }

    pub fn planes(&self) -> Planes<'_> {
        let picture = &self.0.0;
        let (width, height) = (picture.width as usize, picture.height as usize);
        let plane = |samples: *const u8, stride: c_int, width: usize, height: usize| Plane {
            // SAFETY: the picture has `height` rows, `stride` bytes apart, of at least `width` samples.
            samples: unsafe { slice::from_raw_parts(samples, (height - 1) * stride as usize + width) },
            width,
            height,
            stride: stride as usize,
        };
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        Planes {
            y: plane(picture.y, picture.y_stride, width, height),
            u: plane(picture.u, picture.uv_stride, half_width, half_height),
            v: plane(picture.v, picture.uv_stride, half_width, half_height),
        }
    }
}

/// Encodes lossily; transparency is kept without loss.
pub(super) fn encode(picture: &Picture, quality: u8, method: u8) -> Result<Vec<u8>, Failure> {
    let mut config = sys::WebPConfig::new().map_err(|()| Failure::Version)?;
    config.quality = f32::from(quality.min(100));
    config.method = c_int::from(method);
    // Transparency is encoded beside colour.
    config.thread_level = 1;
    let mut input = Input::new()?;
    let (width, height) = picture.size();
    (input.0.width, input.0.height) = (width as c_int, height as c_int);
    let mut file: Vec<u8> = Vec::new();
    input.0.writer = Some(append);
    input.0.custom_ptr = (&raw mut file).cast::<c_void>();
    match picture {
        Picture::Planes([y, u, v]) => {
            assert!(u.size() == v.size() && u.size() == (width.div_ceil(2), height.div_ceil(2)));
            // The encoder only reads what these point to.
            input.0.y = y.pixels.as_ptr().cast_mut();
            input.0.u = u.pixels.as_ptr().cast_mut();
            input.0.v = v.pixels.as_ptr().cast_mut();
            (input.0.y_stride, input.0.uv_stride) = (y.width as c_int, u.width as c_int);
        }
        Picture::Pixels(raster) => input.import(raster)?,
    }
    // SAFETY: the picture's planes and `file`, which only `append` uses, outlive the encoder.
    if unsafe { sys::WebPEncode(&config, &mut input.0) } != 0 {
        Ok(file)
    } else {
        Err(Failure::Encode(input.0.error_code))
    }
}

struct Input(sys::WebPPicture);

impl Input {
    fn new() -> Result<Self, Failure> {
        Ok(Self(sys::WebPPicture::new().map_err(|()| Failure::Version)?))
    }

    /// Takes pixels, as planes of its own.
    fn import(&mut self, raster: &Raster) -> Result<(), Failure> {
        (self.0.width, self.0.height) = (raster.width as c_int, raster.height as c_int);
        let (pixels, stride) = (raster.pixels.as_ptr(), raster.stride() as c_int);
        // SAFETY: the picture is initialised, the raster holds `height` rows of `stride` bytes.
        let imported = match raster.channels {
            Channels::One => panic!("a plane is not pixels"),
            Channels::Rgb => unsafe { sys::WebPPictureImportRGB(&mut self.0, pixels, stride) },
            Channels::Rgba => unsafe { sys::WebPPictureImportRGBA(&mut self.0, pixels, stride) },
        };
        if imported != 0 {
            Ok(())
        } else {
            Err(Failure::Encode(self.0.error_code))
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised; this frees only what the library allocated.
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
