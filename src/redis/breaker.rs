//! When a server that fails is left alone.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Failures in a row after which no more is asked.
const PATIENCE: u32 = 5;
/// Time until one call may find out whether the server is back.
const REST: Duration = Duration::from_secs(1);

/// Opens after [`PATIENCE`] failures in a row; then one call in [`REST`] is let through, and its
/// success closes it again. A call that is never heard of again counts for nothing.
#[derive(Debug)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
}

/// What a result changed, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Opened,
    Closed,
}

impl Breaker {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State::Closed { failures: 0 }))
    }

    /// Whether a call may be made now.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => true,
            State::Open { until } if now < until => false,
            State::Open { .. } => {
                // The others go on resting while this one tries.
                *state = State::Open { until: now + REST };
                true
            }
        }
    }

    pub(super) fn succeeded(&self) -> Change {
        match std::mem::replace(&mut *self.state(), State::Closed { failures: 0 }) {
            State::Closed { .. } => Change::None,
            State::Open { .. } => Change::Closed,
        }
    }

    pub(super) fn failed(&self, now: Instant) -> Change {
        let mut state = self.state();
        let (next, change) = match *state {
            State::Closed { failures } if failures + 1 < PATIENCE => {
                (State::Closed { failures: failures + 1 }, Change::None)
            }
            State::Closed { .. } => (State::Open { until: now + REST }, Change::Opened),
            State::Open { .. } => (State::Open { until: now + REST }, Change::None),
        };
        *state = next;
        change
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_after_failures_in_a_row_and_tries_again() {
        let breaker = Breaker::new();
        let start = Instant::now();
        for _ in 0..3 {
            for _ in 1..PATIENCE {
                assert_eq!(breaker.failed(start), Change::None);
            }
            // A success in between begins the count anew.
            assert_eq!(breaker.succeeded(), Change::None);
        }
        for _ in 1..PATIENCE {
            assert_eq!(breaker.failed(start), Change::None);
            assert!(breaker.admits(start));
        }
        assert_eq!(breaker.failed(start), Change::Opened);
        assert!(!breaker.admits(start));
        assert!(!breaker.admits(start + REST - Duration::from_millis(1)));

        // One probe; until it is over, or never heard of again, all others rest.
        let later = start + REST;
        assert!(breaker.admits(later));
        assert!(!breaker.admits(later));
        assert_eq!(breaker.failed(later), Change::None);
        assert!(!breaker.admits(later));
        assert!(breaker.admits(later + REST));
        assert!(breaker.admits(later + 2 * REST));
        assert_eq!(breaker.succeeded(), Change::Closed);
        assert!(breaker.admits(start));
        assert_eq!(breaker.failed(start), Change::None);
    }
}
