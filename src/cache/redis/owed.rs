//! What writes could not change in the cache because it did not answer.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::domain::{ImageId, UserId};

/// More are not remembered; their copies end with their lifetime.
const LIMIT: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Debt {
    /// The copy of an image may be old.
    Image(ImageId),
    /// The pages of a user's lists may be old.
    User(UserId),
}

#[derive(Default)]
pub(super) struct Owed(Mutex<State>);

#[derive(Default)]
struct State {
    debts: HashSet<Debt>,
    /// Somebody has taken the debts and is settling them.
    settling: bool,
    total: u64,
}

impl Owed {
    pub(super) fn add(&self, debt: Debt) {
        let mut state = self.state();
        state.total += 1;
        let remembered = state.debts.len() < LIMIT;
        tracing::warn!(
            ?debt,
            remembered,
            total = state.total,
            "a change did not reach the cache"
        );
        if remembered {
            state.debts.insert(debt);
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        let state = self.state();
        state.debts.is_empty() && !state.settling
    }

    /// All debts, for one who settles them; `None` while somebody does.
    pub(super) fn take(&self) -> Option<Vec<Debt>> {
        let mut state = self.state();
        if std::mem::replace(&mut state.settling, true) {
            return None;
        }
        Some(state.debts.drain().collect())
    }

    /// Ends what [`Owed::take`] began, with what could not be settled.
    pub(super) fn put_back(&self, debts: impl Iterator<Item = Debt>) {
        let mut state = self.state();
        state.settling = false;
        state.debts.extend(debts);
    }

    /// All that were ever added.
    pub(super) fn total(&self) -> u64 {
        self.state().total
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_settled_by_one_and_nothing_is_forgotten_meanwhile() {
        let owed = Owed::default();
        let debt = |user: &str| Debt::User(user.parse().unwrap());
        assert!(owed.is_nothing());
        owed.add(debt("alice"));
        owed.add(debt("alice"));
        assert_eq!(owed.take(), Some(vec![debt("alice")]));
        assert!(!owed.is_nothing(), "it is not settled yet");
        owed.add(debt("bob"));
        assert_eq!(owed.take(), None);
        owed.put_back(std::iter::empty());
        assert_eq!(owed.take(), Some(vec![debt("bob")]));
        owed.put_back([debt("bob")].into_iter());
        assert!(!owed.is_nothing());
        assert_eq!(owed.take(), Some(vec![debt("bob")]));
        owed.put_back(std::iter::empty());
        assert!(owed.is_nothing());
        assert_eq!(owed.total(), 3);
    }
}
