//! The only place that calls the JPEG library (libjpeg-turbo's decoder, as built by mozjpeg).
//!
//! The library reports an error through a callback that must not return. Ours unwinds with
//! [`resume_unwind`] to the [`catch_unwind`] around every call: the bindings declare `C-unwind` and
//! compile the C code with `-fexceptions`, which makes that well defined. C frames own nothing;
//! what the library allocated hangs on the decompressor and is freed by [`Drop`].

use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::{ptr, slice};

use mozjpeg_sys as sys;

/// What a decoder may use and do, known from the header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of the library's own memory.
    pub memory: u64,
    /// Scans of a progressive image: a hostile file has thousands, each as dear as a whole decode.
    pub scans: c_int,
    /// Whether the data comes in several scans.
    pub multi_scan: bool,
}

/// Samples of a block's side.
const BLOCK: u32 = 8;

/// The colour model that rows come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    Gray,
    Rgb,
    Cmyk,
}

/// Why a file does not decode, in the library's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Failure(String);

/// A decompressor in the middle of an image.
pub(super) struct Decoder<'a> {
    /// Owned; a raw pointer because the library keeps pointers into it.
    state: *mut State,
    input: PhantomData<&'a [u8]>,
}

struct State {
    cinfo: sys::jpeg_decompress_struct,
    errors: sys::jpeg_error_mgr,
    progress: sys::jpeg_progress_mgr,
    limits: Limits,
}

/// One plane of an image, as it comes out of the inverse transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    /// In samples that belong to the image.
    pub size: (u32, u32),
    /// How many samples of the first component one of this stands for, across and down.
    pub ratio: (u32, u32),
    /// Rows that come at once.
    pub rows: usize,
    /// Samples of a row that are written: whole blocks.
    pub room: usize,
    h: u32,
    v: u32,
    block: u32,
}

impl<'a> Decoder<'a> {
    /// Reads the header of `input`.
    pub fn open(input: &'a [u8], limits: Limits) -> Result<Self, Failure> {
        // SAFETY: all of these are C structs for which zeros are a valid, empty value.
        let state = Box::into_raw(Box::new(State {
            cinfo: unsafe { mem::zeroed() },
            errors: unsafe { mem::zeroed() },
            progress: unsafe { mem::zeroed() },
            limits,
        }));
        let decoder = Self {
            state,
            input: PhantomData,
        };
        // SAFETY: the calls come in the order that the library asks for; the input outlives the
        // decoder, and everything else it is given is in the state, which never moves.
        decoder.call(|state| unsafe {
            let cinfo = &raw mut (*state).cinfo;
            (*cinfo).common.err = sys::jpeg_std_error(&mut (*state).errors);
            (*state).errors.error_exit = Some(on_error);
            (*state).errors.emit_message = Some(on_message);
            (*cinfo).common.client_data = state.cast::<c_void>();
            sys::jpeg_CreateDecompress(
                cinfo,
                sys::JPEG_LIB_VERSION,
                mem::size_of::<sys::jpeg_decompress_struct>(),
            );
            (*(*cinfo).common.mem).max_memory_to_use = limits.memory as _;
            (*state).progress.progress_monitor = Some(on_progress);
            (*cinfo).common.progress = &raw mut (*state).progress;
            sys::jpeg_mem_src(&mut *cinfo, input.as_ptr(), input.len() as _);
            sys::jpeg_read_header(&mut *cinfo, 1);
            (*cinfo).out_color_space = match (*cinfo).num_components {
                1 => sys::JCS_GRAYSCALE,
                3 => sys::JCS_RGB,
                _ => sys::JCS_CMYK,
            };
        })?;
        Ok(decoder)
    }

    fn cinfo(&self) -> &sys::jpeg_decompress_struct {
        // SAFETY: between calls nothing else holds a reference to the state.
        unsafe { &(*self.state).cinfo }
    }

    /// The planes of a grey or YCbCr image whose first has at least as many samples as the others,
    /// by a whole factor; at one of `denominator` (a power of two) of the size. `None` for others.
    pub fn planes(&self, denominator: u32) -> Option<Vec<Component>> {
        let cinfo = self.cinfo();
        if !matches!(cinfo.jpeg_color_space, sys::JCS_GRAYSCALE | sys::JCS_YCbCr) {
            return None;
        }
        // SAFETY: `comp_info` has `num_components` entries once the header is read.
        let infos = unsafe { slice::from_raw_parts(cinfo.comp_info, cinfo.num_components as usize) };
        let (most_h, most_v) = (cinfo.max_h_samp_factor as u32, cinfo.max_v_samp_factor as u32);
        let whole = BLOCK / denominator;
        let components = infos.iter().map(|info| {
            let (h, v) = (info.h_samp_factor as u32, info.v_samp_factor as u32);
            // As the library does: what is stored at a lower resolution is divided less.
            let mut block = whole;
            let fits =
                |width, height| (most_h * whole).is_multiple_of(width) && (most_v * whole).is_multiple_of(height);
            while block < BLOCK && fits(2 * h * block, 2 * v * block) {
                block *= 2;
            }
            let (width, height) = (h * block, v * block);
            fits(width, height).then(|| Component {
                size: (
                    (cinfo.image_width * width).div_ceil(most_h * BLOCK),
                    (cinfo.image_height * height).div_ceil(most_v * BLOCK),
                ),
                ratio: (most_h * whole / width, most_v * whole / height),
                rows: (v * block) as usize,
                room: info.width_in_blocks as usize * block as usize,
                h,
                v,
                block,
            })
        });
        let components: Vec<Component> = components.collect::<Option<_>>()?;
        (components.first()?.ratio == (1, 1)).then_some(components)
    }

    /// Makes ready for [`Decoder::read`] at one of `denominator` of the size.
    pub fn start(&mut self, denominator: u32) -> Result<(), Failure> {
        self.start_as(denominator, false)
    }

    /// Makes ready for [`Decoder::read_planes`] at one of `denominator` of the size.
    pub fn start_planes(&mut self, denominator: u32) -> Result<(), Failure> {
        self.start_as(denominator, true)
    }

    fn start_as(&mut self, denominator: u32, raw: bool) -> Result<(), Failure> {
        // SAFETY: the header has been read.
        self.call(|state| unsafe {
            let cinfo = &mut (*state).cinfo;
            (cinfo.scale_num, cinfo.scale_denom) = (1, denominator);
            cinfo.raw_data_out = raw.into();
            sys::jpeg_start_decompress(cinfo);
        })?;
        self.check_components()
    }

    /// A component that no scan has mentioned would come out as a silent grey.
    fn check_components(&self) -> Result<(), Failure> {
        let cinfo = self.cinfo();
        // SAFETY: `comp_info` has `num_components` entries once the header is read.
        let infos = unsafe { slice::from_raw_parts(cinfo.comp_info, cinfo.num_components as usize) };
        if infos.iter().all(|info| !info.quant_table.is_null()) {
            Ok(())
        } else {
            Err(Failure("a component has no scan".to_owned()))
        }
    }

    /// The size of the image, whatever it is divided by.
    pub fn size(&self) -> (u32, u32) {
        (self.cinfo().image_width, self.cinfo().image_height)
    }

    /// The size of what comes out of a started decoder.
    pub fn output_size(&self) -> (u32, u32) {
        (self.cinfo().output_width, self.cinfo().output_height)
    }

    pub fn model(&self) -> Model {
        match self.cinfo().num_components {
            1 => Model::Gray,
            3 => Model::Rgb,
            _ => Model::Cmyk,
        }
    }

    /// Fills the next rows, `stride` bytes apart, and says how many there were.
    pub fn read(&mut self, rows: &mut [u8], stride: usize) -> Result<usize, Failure> {
        let len = self.cinfo().output_width as usize * self.cinfo().output_components as usize;
        assert!(len <= stride);
        let left = self.cinfo().output_height - self.cinfo().output_scanline;
        let rows = rows.chunks_mut(stride).take(left as usize);
        let mut pointers: Vec<*mut u8> = rows.map(|row| row[..len].as_mut_ptr()).collect();
        // SAFETY: each row pointer is good for the `len` bytes that the library writes to it.
        self.call(|state| unsafe {
            let mut done = 0;
            while done < pointers.len() {
                let left = &mut pointers[done..];
                let read = sys::jpeg_read_scanlines(&mut (*state).cinfo, left.as_mut_ptr(), left.len() as _);
                if read == 0 {
                    resume_unwind(Box::new(Failure("more rows asked for than there are".to_owned())));
                }
                done += read as usize;
            }
        })?;
        Ok(pointers.len())
    }

    /// Reads the next rows of every one of the `components` that [`Decoder::planes`] found, `room` bytes
    /// apart.
    pub fn read_planes(&mut self, components: &[Component], mut planes: Vec<&mut [u8]>) -> Result<(), Failure> {
        assert_eq!(self.planes(self.cinfo().scale_denom).as_deref(), Some(components));
        assert_eq!(components.len(), planes.len());
        let mut pointers: Vec<Vec<*mut u8>> = planes
            .iter_mut()
            .zip(components)
            .map(|(plane, component)| {
                let rows = plane.chunks_exact_mut(component.room).take(component.rows);
                let pointers: Vec<_> = rows.map(|row| row.as_mut_ptr()).collect();
                assert_eq!(pointers.len(), component.rows);
                pointers
            })
            .collect();
        let mut image: Vec<*mut *mut u8> = pointers.iter_mut().map(|rows| rows.as_mut_ptr()).collect();
        // SAFETY: there are pointers for all rows that the library writes at once, each good for the
        // whole blocks of a row.
        self.call(|state| unsafe {
            let cinfo = &mut (*state).cinfo;
            let lines = cinfo.max_v_samp_factor as u32 * BLOCK / cinfo.scale_denom;
            if sys::jpeg_read_raw_data(cinfo, image.as_mut_ptr(), lines) == 0 {
                resume_unwind(Box::new(Failure("more rows asked for than there are".to_owned())));
            }
        })
    }

    /// Reads up to the end of the image, so that what is wrong behind the last row is noticed too.
    pub fn finish(self) -> Result<(), Failure> {
        // SAFETY: the state is that of a started decoder.
        self.call(|state| unsafe {
            sys::jpeg_finish_decompress(&mut (*state).cinfo);
        })
    }

    /// Runs calls into the library, turning its errors into ours. After an error the state is only
    /// fit to be dropped, which the library allows at any point.
    fn call(&self, work: impl FnOnce(*mut State)) -> Result<(), Failure> {
        catch_unwind(AssertUnwindSafe(|| work(self.state))).map_err(|payload| match payload.downcast() {
            Ok(failure) => *failure,
            Err(payload) => resume_unwind(payload),
        })
    }
}

impl Drop for Decoder<'_> {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Box::into_raw`. Destroying works in any state, also when
        // creating failed half-way, because the struct began as zeros.
        unsafe {
            sys::jpeg_destroy_decompress(&mut (*self.state).cinfo);
            drop(Box::from_raw(self.state));
        }
    }
}

/// The library's message, with its placeholders.
unsafe fn message(errors: &sys::jpeg_error_mgr) -> Failure {
    // SAFETY: the table has a C string for every code up to the last one.
    let text = unsafe {
        if errors.msg_code < 0 || errors.msg_code > errors.last_jpeg_message {
            ptr::null()
        } else {
            *errors.jpeg_message_table.add(errors.msg_code as usize)
        }
    };
    if text.is_null() {
        return Failure(format!("error {}", errors.msg_code));
    }
    // SAFETY: as above.
    let text = unsafe { CStr::from_ptr(text.cast()) };
    Failure(format!(
        "{} {:?}",
        text.to_string_lossy(),
        &errors.msg_parm._bindgen_data_[..2]
    ))
}

unsafe extern "C-unwind" fn on_error(cinfo: &mut sys::jpeg_common_struct) {
    // SAFETY: `err` was set before the first call.
    let failure = unsafe { message(&*cinfo.err) };
    resume_unwind(Box::new(failure));
}

/// The library goes on after a warning, with made-up pixels where it must. We go on only where the
/// pixels are complete all the same.
unsafe extern "C-unwind" fn on_message(cinfo: &mut sys::jpeg_common_struct, level: c_int) {
    if level >= 0 {
        return;
    }
    // SAFETY: `err` and `client_data` were set before the first call.
    let (errors, multi_scan) = unsafe { (&*cinfo.err, (*cinfo.client_data.cast::<State>()).limits.multi_scan) };
    let parameters = &errors.msg_parm._bindgen_data_;
    let harmless = match errors.msg_code {
        // Some phones pad the file. Between restart markers, or by the kilobyte, it is lost data.
        sys::JWRN_EXTRANEOUS_DATA => parameters[0] <= PADDING && !(0xD0..=0xD7).contains(&parameters[1]),
        // The end marker is missing. If data were missing too, another warning would follow, except
        // at the seam between two scans.
        sys::JWRN_JPEG_EOF => !multi_scan,
        // Header fields that decoders ignore.
        sys::JWRN_ADOBE_XFORM | sys::JWRN_JFIF_MAJOR | sys::JWRN_NOT_SEQUENTIAL => true,
        _ => false,
    };
    if !harmless {
        // SAFETY: as above.
        let failure = unsafe { message(errors) };
        resume_unwind(Box::new(failure));
    }
}

/// The most stray bytes that count as padding.
const PADDING: u32 = 4096;

unsafe extern "C-unwind" fn on_progress(cinfo: &mut sys::jpeg_common_struct) {
    // SAFETY: `client_data` was set before the first call; no reference to the state is made.
    let (scan, most) = unsafe {
        let state = cinfo.client_data.cast::<State>();
        ((*state).cinfo.input_scan_number, (*state).limits.scans)
    };
    if scan > most {
        resume_unwind(Box::new(Failure(format!("more than {most} scans"))));
    }
}
