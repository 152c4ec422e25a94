//! Gives memory back that only a picture needed.

/// Makes every larger buffer a mapping of its own, which is gone when it is freed.
///
/// The C library does so by itself at first, but with each such buffer that is freed it keeps larger
/// ones within its heaps. Sixteen photos at once would leave 200 MB in a server that does nothing.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back_large_buffers() {
    const LARGE: libc::c_int = 1024 * 1024;
    // SAFETY: it takes two numbers and changes nothing but settings of the allocator. Its answer is of
    // no use: when it refuses, all stays as it was.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
}

/// Other libraries do it by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back_large_buffers() {}
