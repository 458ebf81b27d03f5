//! What a source may bring in a day: a number of new entries, an amount of text, a number
//! of warnings. This bounds how much one publisher, by malice or by accident, can make the
//! store grow; no other source's news waits for it.
//!
//! No news is lost in silence. A document lists the newest entries first, and those are
//! taken; the rest are counted and reported. No validators are kept for a document that was
//! not taken whole, so it is read again, and what it still lists the next day is taken
//! then. Known entries continue to be corrected. A source's first document is its archive:
//! it comes only once and is taken whole (product §3.4), unless the operator says how many
//! entries a day may bring.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::limits::{BYTES_A_DAY, ENTRIES_A_DAY, Unit, WARNINGS_A_DAY};
use crate::model::{Over, PollState, Spent, Unkept};

/// A source over its budget is polled no more often than this of our own accord: each of
/// these requests transfers the whole document.
pub(super) const PAUSE: Duration = Duration::from_secs(3600);

/// What a source may bring in a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// New entries.
    pub entries: u64,
    /// Bytes of their texts, and of the earlier texts that are kept.
    pub bytes: u64,
    /// Warnings that are shown; all of them are counted.
    pub warnings: u64,
    /// Whether it applies to the first document.
    pub first: FirstDocument,
}

/// Whether the budget of entries applies to a source's first document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstDocument {
    /// It does not apply.
    Spared,
    /// It applies as to any other document.
    Bound,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            entries: ENTRIES_A_DAY.most,
            bytes: BYTES_A_DAY.most,
            warnings: WARNINGS_A_DAY.most,
            first: FirstDocument::Spared,
        }
    }
}

/// What is left of a source's budget while one document is taken in.
#[derive(Debug)]
pub struct Ration {
    budget: Budget,
    entries: u64,
    bytes: u64,
    /// New entries that were refused, and what had been spent when the first of them was.
    waiting: u64,
    exhausted: Option<String>,
    /// Earlier texts for which there was no room.
    unkept: u64,
}

impl Budget {
    /// The budget that applies to the next document of a source in this state.
    #[must_use]
    pub fn of(self, state: &PollState) -> Budget {
        match self.first {
            FirstDocument::Spared if state.is_first() => Budget { entries: u64::MAX, ..self },
            _ => self,
        }
    }
}

impl Budget {
    /// Its parts as [`Over`] names them.
    pub fn names(&self) -> [String; 2] {
        [BudgetPart::Entries, BudgetPart::Bytes].map(|part| self.name(part))
    }

    fn name(&self, part: BudgetPart) -> String {
        match part {
            BudgetPart::Entries => format!("{} new entries a day (limits.entries_per_day)", self.entries),
            BudgetPart::Bytes => format!("{} of text a day (limits.bytes_per_day)", Unit::Bytes.shown(self.bytes)),
        }
    }
}

impl Ration {
    /// What is left at `now` of `budget` after `spent`.
    pub fn of(budget: Budget, spent: Spent, now: Timestamp) -> Ration {
        let spent = spent.on(now);
        let (entries, bytes) = (budget.entries.saturating_sub(spent.entries), budget.bytes.saturating_sub(spent.bytes));
        Ration { budget, entries, bytes, waiting: 0, exhausted: None, unkept: 0 }
    }

    /// Whether nothing is left for another page of new entries; `over` says what the
    /// document before it exceeded, on the day of `now` and under the same budget.
    pub fn is_spent(&self, over: Option<&Over>, now: Timestamp) -> bool {
        let same = |over: &Over| {
            [BudgetPart::Entries, BudgetPart::Bytes].iter().any(|part| self.budget.name(*part) == over.budget)
        };
        let today = |over: &&Over| Spent::day_of(over.since) == Spent::day_of(now);
        self.entries == 0 || self.bytes == 0 || over.filter(today).is_some_and(same)
    }

    /// How many more new entries may be taken.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Whether a new entry of this many bytes is taken. Entries are asked about from the
    /// newest on. After the first refusal all are refused, so that no older entry overtakes
    /// a newer one.
    pub fn takes(&mut self, bytes: u64) -> bool {
        if self.exhausted.is_none() && (self.entries == 0 || self.bytes < bytes) {
            self.exhausted =
                Some(self.budget.name(if self.entries == 0 { BudgetPart::Entries } else { BudgetPart::Bytes }));
        }
        if self.exhausted.is_some() {
            self.waiting += 1;
            return false;
        }
        self.entries -= 1;
        self.bytes -= bytes;
        true
    }

    /// Whether the earlier text of a changed entry is kept beside the new one, which has
    /// this many bytes. The new text is always kept; without room it replaces the earlier
    /// one. This is asked after all new entries: news comes before history.
    pub fn keeps_earlier(&mut self, bytes: u64) -> bool {
        let keeps = self.unkept == 0 && self.bytes >= bytes;
        match keeps {
            true => self.bytes -= bytes,
            false => self.unkept += 1,
        }
        keeps
    }

    /// What has to wait because the budget is spent, for a source in this state.
    pub fn over(&self, state: &PollState, now: Timestamp) -> Option<Over> {
        let budget = self.exhausted.clone()?;
        Some(Over { since: now, budget, waiting: self.waiting, first: state.is_first() })
    }

    /// The earlier texts that were not kept on the day of `now`, added to those of
    /// `before`; `None` if all were kept.
    pub fn unkept(&self, before: Option<&Unkept>, now: Timestamp) -> Option<Unkept> {
        let today = before.filter(|before| Spent::day_of(before.since) == Spent::day_of(now));
        match (today, self.unkept) {
            (None, 0) => None,
            (None, versions) => Some(Unkept { since: now, budget: self.budget.name(BudgetPart::Bytes), versions }),
            (Some(today), more) => Some(Unkept { versions: today.versions + more, ..today.clone() }),
        }
    }
}

/// A part of a budget.
#[derive(Clone, Copy)]
enum BudgetPart {
    Entries,
    Bytes,
}

/// When article texts are taken again, if the budget has no room for any today: `spent` of
/// it is gone, and `more` bytes of pages have come since.
pub fn pages_wait(budget: Budget, spent: Spent, more: u64, now: Timestamp) -> Option<Timestamp> {
    let spent = spent.on(now);
    let tomorrow = Timestamp::from_millis((spent.day + 1) * 86_400_000);
    (spent.bytes + more >= budget.bytes).then_some(tomorrow)
}

/// How many of `warnings` are shown now, after those in `spent` that were shown today; and
/// whether the budget ends here.
pub fn warnings_told(budget: Budget, spent: Spent, now: Timestamp, warnings: usize) -> (usize, bool) {
    let left = budget.warnings.saturating_sub(spent.on(now).warnings);
    let told = usize::try_from(left).unwrap_or(usize::MAX).min(warnings);
    (told, left > 0 && told < warnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const BUDGET: Budget = Budget { entries: 3, bytes: 100, warnings: 5, first: FirstDocument::Spared };

    fn state(documents: u64) -> PollState {
        let next = crate::model::NextPoll { at: NOW, because: String::new() };
        PollState { documents, ..PollState::fresh(next) }
    }

    fn ration(entries: u64, bytes: u64) -> Ration {
        Ration::of(BUDGET, Spent { day: Spent::day_of(NOW), entries, bytes, warnings: 0 }, NOW)
    }

    #[test]
    fn the_newest_are_taken_and_the_rest_counted_b123() {
        let mut ration = ration(1, 0);
        assert_eq!([10, 10, 10, 10].map(|bytes| ration.takes(bytes)), [true, true, false, false]);
        let over = ration.over(&state(1), NOW).unwrap();
        assert_eq!((over.waiting, over.since, over.first), (2, NOW, false));
        assert!(over.budget.starts_with("3 new entries a day"), "{over:?}");
    }

    #[test]
    fn a_first_document_is_spared_unless_the_operator_says_b20_b123() {
        let taken = |budget: Budget, documents| {
            let mut ration = Ration::of(budget.of(&state(documents)), Spent::default(), NOW);
            (0..9).filter(|_| ration.takes(1)).count()
        };
        let bound = Budget { first: FirstDocument::Bound, ..BUDGET };
        assert_eq!([taken(BUDGET, 0), taken(BUDGET, 1), taken(bound, 0), taken(bound, 1)], [9, 3, 3, 3]);
    }

    #[test]
    fn bytes_end_it_too_and_no_smaller_one_goes_before_b123() {
        let mut ration = ration(0, 50);
        assert_eq!([40, 20, 5].map(|bytes| ration.takes(bytes)), [true, false, false]);
        assert!(ration.over(&state(1), NOW).unwrap().budget.contains("limits.bytes_per_day"));
    }

    #[test]
    fn the_next_day_begins_anew_b123() {
        let spent = Spent { day: Spent::day_of(NOW), entries: 3, bytes: 100, warnings: 5 };
        assert!(Ration::of(BUDGET, spent, NOW).is_spent(None, NOW));
        let tomorrow = NOW.plus(Duration::from_secs(86_400));
        let mut ration = Ration::of(BUDGET, spent, tomorrow);
        assert!(ration.takes(100) && ration.over(&state(1), tomorrow).is_none());
        // A clock that was set back begins another day too: nothing waits for it to catch
        // up.
        let yesterday = NOW.minus(Duration::from_secs(86_400));
        assert!(!Ration::of(BUDGET, spent, yesterday).is_spent(None, yesterday));
    }

    #[test]
    fn an_earlier_text_is_kept_while_there_is_room_and_told_b123_b144() {
        let mut ration = ration(0, 0);
        assert_eq!(ration.unkept(None, NOW), None);
        assert_eq!([60, 60, 1].map(|bytes| ration.keeps_earlier(bytes)), [true, false, false]);
        let first = ration.unkept(None, NOW).unwrap();
        assert_eq!((first.versions, first.since), (2, NOW));
        assert!(first.budget.contains("100 bytes of text a day (limits.bytes_per_day)"), "{first:?}");
        let later = NOW.plus(Duration::from_secs(3600));
        assert_eq!(ration.unkept(Some(&first), later).unwrap(), Unkept { versions: 4, ..first.clone() });
        let tomorrow = NOW.plus(Duration::from_secs(86_400));
        let calm = Ration::of(BUDGET, Spent::default(), tomorrow);
        assert_eq!((calm.unkept(Some(&first), later), calm.unkept(Some(&first), tomorrow)), (Some(first), None));
    }

    /// B144: a revision without room takes none from news.
    #[test]
    fn an_earlier_text_without_room_leaves_the_room_to_others_b144() {
        let mut ration = ration(0, 50);
        assert_eq!((ration.keeps_earlier(60), ration.takes(50)), (false, true));
    }

    /// B141: another page is requested the next day, or under another budget.
    #[test]
    fn a_budget_that_refused_something_is_spent_for_its_day_b141() {
        let mut before = ration(0, 90);
        assert!(!before.takes(20) && !before.is_spent(None, NOW));
        let over = before.over(&state(1), NOW).unwrap();
        let spent = |budget: Budget, at| Ration::of(budget, Spent::default(), at).is_spent(Some(&over), at);
        let tomorrow = NOW.plus(Duration::from_secs(86_400));
        let more = Budget { bytes: 200, ..BUDGET };
        assert_eq!([spent(BUDGET, NOW), spent(BUDGET, tomorrow), spent(more, NOW)], [true, false, false]);
    }

    #[test]
    fn a_budget_is_spent_by_its_entries_or_its_bytes_b123() {
        let check = |entries: u64, bytes: u64, left: u64, is_spent: bool| {
            let ration = ration(entries, bytes);
            assert_eq!((ration.entries(), ration.is_spent(None, NOW)), (left, is_spent), "{entries} {bytes}");
        };
        check(0, 0, 3, false);
        check(1, 99, 2, false);
        check(3, 0, 0, true);
        check(9, 0, 0, true);
        check(0, 100, 3, true);
    }

    #[test]
    fn what_is_taken_is_gone_to_the_byte_b123() {
        let mut taking = ration(0, 0);
        assert_eq!([30, 70, 0].map(|bytes| taking.takes(bytes)), [true, true, true]);
        assert_eq!((taking.entries(), taking.takes(0)), (0, false));
        let mut keeping = ration(0, 0);
        assert_eq!([30, 70, 1].map(|bytes| keeping.keeps_earlier(bytes)), [true, true, false]);
    }

    #[test]
    fn pages_wait_for_the_next_day_b123() {
        let spent = Spent { day: Spent::day_of(NOW), entries: 0, bytes: 60, warnings: 0 };
        assert_eq!(pages_wait(BUDGET, spent, 39, NOW), None);
        let again = pages_wait(BUDGET, spent, 40, NOW).unwrap();
        assert!(again > NOW && Spent::day_of(again) == Spent::day_of(NOW) + 1);
        assert_eq!(pages_wait(BUDGET, spent, 40, again), None);
    }

    #[test]
    fn warnings_are_told_to_the_end_of_their_budget_b123() {
        let spent = |warnings| Spent { day: Spent::day_of(NOW), entries: 0, bytes: 0, warnings };
        assert_eq!(warnings_told(BUDGET, spent(0), NOW, 5), (5, false));
        assert_eq!(warnings_told(BUDGET, spent(3), NOW, 5), (2, true));
        assert_eq!(warnings_told(BUDGET, spent(5), NOW, 5), (0, false));
    }
}
