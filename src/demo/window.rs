//! What a wire shows at a tick: its last items, with the edits made since.

use std::time::Duration;

use super::item::{DemoItem, ItemTimes, compose, place_of};
use super::programme::{CopyForm, Cue, OLDEST, batch, last_of_round};
use super::wire::Wire;
use crate::clock::Timestamp;

/// Items in a wire's window, as the large wires keep it.
pub const SIZE: usize = 20;

/// Between batches of history: two rounds make two days.
const PAST_PACE: Duration = Duration::from_secs(30 * 60);

/// When each tick was, or will be.
#[derive(Clone, Copy, Debug)]
pub struct Timetable {
    /// The instant of tick 0, to the second.
    start: Timestamp,
    pace: Duration,
}

impl Timetable {
    /// History ends at `start`; from then on a batch appears every `pace`.
    pub fn new(start: Timestamp, pace: Duration) -> Self {
        Timetable { start: Timestamp::from_millis(start.seconds() * 1000), pace: pace.max(Duration::from_millis(1)) }
    }

    /// The last tick that has come `elapsed` after the start.
    pub fn tick_after(&self, elapsed: Duration) -> i64 {
        i64::try_from(elapsed.as_millis() / self.pace.as_millis()).unwrap_or(i64::MAX)
    }

    /// When `tick` is.
    pub fn instant(&self, tick: i64) -> Timestamp {
        let times = u32::try_from(tick.unsigned_abs()).unwrap_or(u32::MAX);
        match tick > 0 {
            true => self.start.plus(self.pace.saturating_mul(times)),
            false => self.start.minus(PAST_PACE.saturating_mul(times)),
        }
    }
}

/// The items of `wire` at `tick`, newest first.
pub fn window(wire: Wire, tick: i64, timetable: &Timetable) -> Vec<DemoItem> {
    appearances(tick)
        .filter(|(_, _, cue)| cue.0 == wire)
        .filter_map(|(at, index, cue)| shown(cue, at, index, tick, timetable))
        .take(SIZE)
        .collect()
}

/// The item of `wire` that goes by `number`, also once its window has moved on.
pub fn numbered(wire: Wire, number: i64, tick: i64, timetable: &Timetable) -> Option<DemoItem> {
    let (at, index) = place_of(number)?;
    let cue = (OLDEST..=tick).contains(&at).then(|| batch(at).get(index)).flatten()?;
    (cue.0 == wire).then(|| shown(*cue, at, index, tick, timetable)).flatten()
}

/// When the window of `wire` last changed.
pub fn changed_at(items: &[DemoItem]) -> Timestamp {
    items.iter().map(|item| item.updated_at).max().unwrap_or(Timestamp::EPOCH)
}

/// All that has appeared up to `tick`, newest first.
fn appearances(tick: i64) -> impl Iterator<Item = (i64, usize, Cue)> {
    (OLDEST..=tick).rev().flat_map(|at| batch(at).iter().enumerate().map(move |(index, cue)| (at, index, *cue)))
}

/// What `cue` of tick `at` looks like at `tick`; `None` for an edit, which shows
/// in the item it edits, and for what has been killed.
fn shown(cue: Cue, at: i64, index: usize, tick: i64, timetable: &Timetable) -> Option<DemoItem> {
    let Cue(wire, key, form) = cue;
    if form == CopyForm::InPlace {
        return None;
    }
    let published_at = timetable.instant(at);
    let unedited = ItemTimes { tick: at, published_at, updated_at: published_at };
    let later = (at + 1..=tick.min(last_of_round(at)))
        .flat_map(|later| batch(later).iter().map(move |cue| (later, *cue)))
        .filter(|(_, Cue(w, k, _))| matches!(form, CopyForm::First | CopyForm::Copied) && (*w, *k) == (wire, key));
    let mut item = compose(cue, index, unedited);
    for (later, Cue(.., edit)) in later {
        match edit {
            CopyForm::Killed => return None,
            CopyForm::InPlace => {
                let edited = ItemTimes { updated_at: timetable.instant(later), ..unedited };
                item = compose(Cue(wire, key, CopyForm::InPlace), index, edited);
            }
            CopyForm::First | CopyForm::Copied | CopyForm::Lead | CopyForm::Corrected => {}
        }
    }
    Some(item)
}
