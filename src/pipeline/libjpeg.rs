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
use std::ptr;

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

impl<'a> Decoder<'a> {
    /// Reads the header of `input` and makes ready for its rows.
    pub fn start(input: &'a [u8], limits: Limits) -> Result<Self, Failure> {
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
            sys::jpeg_start_decompress(&mut *cinfo);
        })?;
        decoder.check_components()?;
        Ok(decoder)
    }

    /// A component that no scan has mentioned would come out as a silent grey.
    fn check_components(&self) -> Result<(), Failure> {
        // SAFETY: between calls nothing else holds a reference to the state, and `comp_info` has
        // `num_components` entries once the header is read.
        let seen = unsafe {
            let cinfo = &(*self.state).cinfo;
            (0..cinfo.num_components as usize).all(|i| !(*cinfo.comp_info.add(i)).quant_table.is_null())
        };
        if seen {
            Ok(())
        } else {
            Err(Failure("a component has no scan".to_owned()))
        }
    }

    pub fn size(&self) -> (u32, u32) {
        // SAFETY: between calls nothing else holds a reference to the state.
        let cinfo = unsafe { &(*self.state).cinfo };
        (cinfo.output_width, cinfo.output_height)
    }

    pub fn model(&self) -> Model {
        // SAFETY: as above.
        match unsafe { (*self.state).cinfo.output_components } {
            1 => Model::Gray,
            3 => Model::Rgb,
            _ => Model::Cmyk,
        }
    }

    /// Fills `rows` with the next whole rows.
    pub fn read(&mut self, rows: &mut [u8]) -> Result<(), Failure> {
        // SAFETY: as above.
        let stride = unsafe {
            let cinfo = &(*self.state).cinfo;
            cinfo.output_width as usize * cinfo.output_components as usize
        };
        let mut pointers: Vec<*mut u8> = rows.chunks_exact_mut(stride).map(<[u8]>::as_mut_ptr).collect();
        // SAFETY: each row pointer is good for the `stride` bytes that the library writes to it.
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
