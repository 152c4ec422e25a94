//! Waiting for what must come about, instead of for a while.

use std::time::{Duration, Instant};

/// After this a condition is not met any more.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks until the answer is yes.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
