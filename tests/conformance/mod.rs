//! What every backend has to do: one case for each promise in the documentation of the traits.
//! Cases take users and ids of their own, so they can run side by side on one shared table or
//! bucket. A test binary has this module as `conformance::cases` and names each backend once for
//! its suite; each case becomes a test.

/// Makes a test of each case. `$open` is an async function that gives something to keep alive (a
/// temporary folder, say) and the backend; what stands in parentheses is passed on to each case.
macro_rules! cases {
    ($suite:path, $open:expr, $differences:tt; $($case:ident)+) => {
        $( crate::conformance::cases::cases! { @one $suite, $open, $differences, $case } )+
    };
    (@one $suite:path, $open:expr, ($($difference:expr),*), $case:ident) => {
        #[tokio::test]
        async fn $case() {
            use $suite as suite;
            let (_alive, backend) = $open.await;
            suite::$case(&*backend $(, $difference)*).await;
        }
    };
}
pub(crate) use cases;

pub mod blob;
pub mod cache;
pub mod fixture;
pub mod metadata;
pub mod rate_limit;
