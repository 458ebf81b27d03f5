//! What the budget of the day has room for, of a document's entries.

use crate::identity::Verdict;
use crate::model::{Entry, Over, Unkept};
use crate::plan::PlannedSource;
use crate::schedule::Ration;

use super::older::Outstanding;
use super::{Memory, OpenedDocument};

/// What the budget of the day has room for.
pub struct Budgeted {
    /// For each entry, whether it has any.
    pub granted: Vec<bool>,
    /// How many are new and have.
    pub new: usize,
    /// The first that is new and has none.
    pub first_refused: Option<usize>,
    /// That it is spent.
    pub over: Option<Over>,
    /// Earlier versions that have none.
    pub unkept: Option<Unkept>,
}

impl Budgeted {
    /// What it has room for, of the entries of a document with these verdicts.
    pub fn of(verdicts: &[Verdict], document: &OpenedDocument, memory: &Memory, polled: &PlannedSource) -> Budgeted {
        let (state, now) = (&memory.state, memory.now);
        let mut ration = Ration::of(polled.budget.of(state), state.spent, now);
        let granted = granted(&mut ration, verdicts, &document.parsed.entries);
        let new_ones = || verdicts.iter().map(|verdict| *verdict == Verdict::New).zip(&granted);
        let new = new_ones().filter(|(is_new, grant)| *is_new && **grant).count();
        let first_refused = new_ones().position(|(is_new, grant)| is_new && !grant);
        // What its budget of the day leaves no room for is not asked for, and so is not seen.
        let carried = state.standing.over.clone().filter(|_| document.older.waiting == Outstanding::Spent);
        let (over, unkept) = (ration.over(state, now).or(carried), ration.unkept(state.standing.unkept.as_ref(), now));
        Budgeted { granted, new, first_refused, over, unkept }
    }
}

/// Which entries the budget has room for: a new one to be stored, a revised one to keep
/// its earlier version. All news first: earlier versions have what news leave.
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
    use crate::schedule::{Budget, First};

    /// B144: a revision further up takes no room from news further down.
    #[test]
    fn news_goes_before_earlier_versions_b144() {
        let entry = |n: u8| Entry { title: "t".repeat(30), ..Entry::new(EntryKey([n; 16])) };
        let entries = [entry(1), entry(2), entry(3), entry(4)];
        let size = entries[0].size_bytes();
        let revised = |n: i64| Verdict::Revised(EntryId(n), Change::Material);
        let verdicts = [revised(1), Verdict::New, Verdict::Same(EntryId(3)), revised(4)];
        let check = |room: u64, expected: [bool; 4]| {
            let budget = Budget { entries: 9, bytes: room, warnings: 0, first: First::Bound };
            let mut ration = Ration::of(budget, Spent::default(), Timestamp::EPOCH);
            assert_eq!(granted(&mut ration, &verdicts, &entries), expected, "{room}");
        };
        check(3 * size, [true, true, false, true]);
        check(2 * size, [true, true, false, false]);
        check(size, [false, true, false, false]);
        check(size - 1, [false, false, false, false]);
    }
}
