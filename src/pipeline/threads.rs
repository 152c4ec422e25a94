//! Work that is done by two threads.

use std::panic::resume_unwind;
use std::thread;

/// Does both at the same time; one after the other, where there is no second thread to be had.
pub(super) fn side_by_side<A: Send, B>(a: impl Fn() -> A + Sync, b: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let other = thread::Builder::new()
            .name("pipeline".to_owned())
            .spawn_scoped(scope, &a);
        let b = b();
        let a = match other {
            Ok(other) => other.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => a(),
        };
        (a, b)
    })
}
