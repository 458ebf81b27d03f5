//! Which entries of a document fit into the budget for the day.

use crate::identity::Verdict;
use crate::model::{Entry, Over, Unkept};
use crate::plan::PlannedSource;
use crate::schedule::Ration;

use super::older::Outstanding;
use super::{Memory, OpenedDocument};

/// Which entries of a document fit into the budget for the day.
pub struct Budgeted {
    /// For each entry, whether it fits.
    pub granted: Vec<bool>,
    /// How many new entries fit.
    pub new: usize,
    /// The first new entry that does not fit.
    pub first_refused: Option<usize>,
    /// The budget that was exceeded, if it was.
    pub over: Option<Over>,
    /// Earlier versions that do not fit.
    pub unkept: Option<Unkept>,
}

impl Budgeted {
    /// Which entries of a document with these verdicts fit.
    pub fn of(verdicts: &[Verdict], document: &OpenedDocument, memory: &Memory, polled: &PlannedSource) -> Budgeted {
        let (state, now) = (&memory.state, memory.now);
        let mut ration = Ration::of(polled.configured.budget.of(state), state.spent, now);
        let granted = granted(&mut ration, verdicts, &document.parsed.entries);
        let new_ones = || verdicts.iter().map(|verdict| *verdict == Verdict::New).zip(&granted);
        let new = new_ones().filter(|(is_new, grant)| *is_new && **grant).count();
        let first_refused = new_ones().position(|(is_new, grant)| is_new && !grant);
        // Entries that do not fit are not stored, and so do not count as seen.
        let carried = state.standing.over.clone().filter(|_| document.older.waiting == Outstanding::Spent);
        let (over, unkept) = (ration.over(state, now).or(carried), ration.unkept(state.standing.unkept.as_ref(), now));
        Budgeted { granted, new, first_refused, over, unkept }
    }
}

/// Which entries fit: a new one to be stored, a revised one to keep its earlier version. News
/// comes first: earlier versions get what news leaves.
fn granted(ration: &mut Ration, verdicts: &[Verdict], entries: &[Entry]) -> Vec<bool> {
    let all = verdicts.iter().zip(entries);
    let mut granted: Vec<bool> =
        all.clone().map(|(verdict, entry)| *verdict == Verdict::New && ration.takes(entry.size_bytes())).collect();
    for (at, (verdict, entry)) in all.enumerate() {
        if matches!(verdict, Verdict::Revised(..)) {
            granted[at] = ration.keeps_earlier(entry.size_bytes());
        }
    }
    granted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::{Change, EntryId, EntryKey, Spent};
    use crate::schedule::{Budget, FirstDocument};

    /// B144: a revision further up takes no room from news further down.
    #[test]
    fn news_goes_before_earlier_versions_b144() {
        let entry = |n: u8| Entry { title: "t".repeat(30), ..Entry::new(EntryKey([n; 16])) };
        let entries = [entry(1), entry(2), entry(3), entry(4)];
        let size = entries[0].size_bytes();
        let revised = |n: i64| Verdict::Revised(EntryId(n), Change::Material);
        let verdicts = [revised(1), Verdict::New, Verdict::Same(EntryId(3)), revised(4)];
        let check = |room: u64, expected: [bool; 4]| {
            let budget = Budget { entries: 9, bytes: room, warnings: 0, first: FirstDocument::Bound };
            let mut ration = Ration::of(budget, Spent::default(), Timestamp::EPOCH);
            assert_eq!(granted(&mut ration, &verdicts, &entries), expected, "{room}");
        };
        check(3 * size, [true, true, false, true]);
        check(2 * size, [true, true, false, false]);
        check(size, [false, true, false, false]);
        check(size - 1, [false, false, false, false]);
    }
}
