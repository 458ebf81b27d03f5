//! A source's row, read so that damage costs what is damaged and no more.

use std::time::Duration;

use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::clock::Timestamp;
use crate::model::{Hints, NextPoll, PollState, Rhythm, SourceId, Spent, Validators, masked};
use crate::store::codec::{read_carrier, read_standing, source_id};
use crate::store::sqlite::read::row::unpack;
use crate::store::{Error, Result};

/// The columns of [`state_columns`], in their order. A row is read by position: to look each
/// column up by its name costs more than all else about it.
const COLUMNS: [&str; 31] = [
    "id",
    "lease",
    "next_poll_at",
    "because",
    "polls",
    "documents",
    "last_poll_at",
    "last_success_at",
    "last_new_at",
    "last_outcome",
    "failures",
    "ever_validated",
    "etag",
    "last_modified",
    "validators_url",
    "body_hash",
    "window",
    "rhythm_entries",
    "rhythm_span_ms",
    "ttl_ms",
    "update_period_ms",
    "skip_hours",
    "skip_days",
    "unstable_ids",
    "warnings",
    "carrier",
    "standing",
    "spent_day",
    "spent_entries",
    "spent_bytes",
    "spent_warnings",
];

/// The position of the first column behind those of [`state_columns`].
pub const BEHIND: usize = COLUMNS.len();

/// Columns of `source` that [`state`] reads, with what stands for its window. They stand
/// first in what is selected.
macro_rules! state_columns {
    () => {
        $crate::store::sqlite::read::source_row::state_columns!("window")
    };
    ($window:literal) => {
        concat!(
            "id, lease, next_poll_at, because, polls, documents, last_poll_at, last_success_at,
           last_new_at, last_outcome, failures, ever_validated, etag, last_modified, validators_url, body_hash,
           ",
            $window,
            ", rhythm_entries, rhythm_span_ms, ttl_ms, update_period_ms, skip_hours, skip_days, unstable_ids,
           warnings, carrier, standing, spent_day, spent_entries, spent_bytes, spent_warnings"
        )
    };
}
pub(in crate::store::sqlite) use state_columns;

/// A source's name and state. What cannot be read of it is as in a source never
/// polled, and then it has no validators: its document is read anew, whole.
///
/// # Errors
/// [`Error::Corrupt`] when its name cannot be read.
pub fn state(row: &Row<'_>) -> Result<(SourceId, PollState)> {
    let id: String = row.get(0).map_err(|e| Error::Corrupt(format!("name of a source: {e}")))?;
    Ok((source_id(&id)?, SourceReading::of(row).state))
}

/// The columns of a source's row that cannot be read, where those of [`state_columns`] begin
/// at position `first`.
pub fn broken_columns(row: &Row<'_>, first: usize) -> Vec<&'static str> {
    SourceReading::beginning_at(row, first).broken
}

/// A state as far as it can be read, and the columns that cannot.
pub struct SourceReading<'r> {
    row: &'r Row<'r>,
    /// The position of the first column.
    first: usize,
    /// The next column to be read.
    at: usize,
    /// The state.
    pub state: PollState,
    /// What could not be read.
    pub broken: Vec<&'static str>,
}

impl<'r> SourceReading<'r> {
    /// Reads a row with the columns of [`state_columns`].
    pub fn of(row: &'r Row<'_>) -> Self {
        SourceReading::beginning_at(row, 0)
    }

    fn beginning_at(row: &'r Row<'_>, first: usize) -> Self {
        let fresh = PollState::fresh(NextPoll { at: Timestamp::EPOCH, because: String::new() });
        // The name is read by whoever needs it.
        let mut reading = SourceReading { row, first, at: 1, state: fresh, broken: Vec::new() };
        reading.read();
        reading
    }

    /// In the order of [`COLUMNS`].
    fn read(&mut self) {
        let _: i64 = self.get("lease");
        let next =
            NextPoll { at: self.instant("next_poll_at").unwrap_or(Timestamp::EPOCH), because: self.words("because") };
        let mut s = PollState::fresh(next);
        s.polls = self.get("polls");
        s.documents = self.get("documents");
        s.last_poll_at = self.instant("last_poll_at");
        s.last_success_at = self.instant("last_success_at");
        s.last_new_at = self.instant("last_new_at");
        s.last_outcome = self.words("last_outcome");
        s.failures = self.get("failures");
        s.ever_validated = self.get("ever_validated");
        s.validators = Validators { etag: self.get("etag"), last_modified: self.get("last_modified") };
        s.validators_url = self.get("validators_url");
        s.body_hash = self.get::<Option<[u8; 16]>>("body_hash").map(u128::from_be_bytes);
        s.window = self.window();
        s.rhythm = Rhythm { entries: self.get("rhythm_entries"), span_ms: self.get("rhythm_span_ms") };
        s.hints = self.hints();
        s.unstable_ids = self.get("unstable_ids");
        let warnings: Vec<String> = self.decoded("warnings", |stored| serde_json::from_str(stored).ok());
        s.warnings = warnings.iter().map(|warning| masked(warning).into_owned()).collect();
        s.carrier = self.decoded("carrier", |stored| read_carrier(stored).ok());
        s.standing = self.decoded("standing", |stored| read_standing(stored).ok());
        s.spent = self.spent();
        if !self.broken.is_empty() {
            // A response "not modified" would leave it as it is.
            s.validators = Validators::default();
            s.validators_url = None;
            s.body_hash = None;
        }
        self.state = s;
    }

    fn hints(&mut self) -> Hints {
        Hints {
            ttl: self.get::<Option<u64>>("ttl_ms").map(Duration::from_millis),
            update_period: self.get::<Option<u64>>("update_period_ms").map(Duration::from_millis),
            skip_hours: self.get("skip_hours"),
            skip_days: self.get("skip_days"),
        }
    }

    fn spent(&mut self) -> Spent {
        Spent {
            day: self.get("spent_day"),
            entries: self.get("spent_entries"),
            bytes: self.get("spent_bytes"),
            warnings: self.get("spent_warnings"),
        }
    }

    /// The position of `column`, which is the next.
    fn position(&mut self, column: &'static str) -> usize {
        debug_assert_eq!(COLUMNS[self.at], column, "columns are read in their order");
        self.at += 1;
        self.first + self.at - 1
    }

    fn get<T: FromSql + Default>(&mut self, column: &'static str) -> T {
        let at = self.position(column);
        self.row.get(at).unwrap_or_else(|_| {
            self.broken.push(column);
            T::default()
        })
    }

    /// Words for people. Those that an older release stored may hold whole URLs (check
    /// B116).
    fn words(&mut self, column: &'static str) -> String {
        masked(&self.get::<String>(column)).into_owned()
    }

    fn instant(&mut self, column: &'static str) -> Option<Timestamp> {
        self.get::<Option<i64>>(column).map(Timestamp::from_millis)
    }

    fn decoded<T: Default>(&mut self, column: &'static str, read: impl Fn(&str) -> Option<T>) -> T {
        let at = self.position(column);
        let stored = self.row.get_ref(at).ok().and_then(|stored| stored.as_str().ok());
        stored.and_then(read).unwrap_or_else(|| {
            self.broken.push(column);
            T::default()
        })
    }

    fn window(&mut self) -> Vec<crate::model::EntryId> {
        let packed: Option<Vec<u8>> = self.get("window");
        let packed = packed.unwrap_or_default();
        if !packed.len().is_multiple_of(8) {
            self.broken.push("window");
        }
        unpack(&packed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_selected_in_the_order_in_which_they_are_read() {
        let names = |columns: &str| -> Vec<String> {
            columns.split(',').map(|name| name.trim().trim_start_matches("NULL AS ").to_owned()).collect()
        };
        assert_eq!(names(state_columns!()), COLUMNS);
        assert_eq!(names(state_columns!("NULL AS window")), COLUMNS);
    }
}
