//! A source's row, read so that damage costs what is damaged and no more.

use std::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::clock::Timestamp;
use crate::model::{EntryId, Hints, NextPoll, PollState, Rhythm, SourceId, Spent, Validators, masked};
use crate::store::codec::{read_carrier, read_standing};
use crate::store::postgres::link::tx::column;
use crate::store::{Error, Result};

/// A source's name and state, of a row with the columns of `source` and `next_poll_at` and
/// `because` of `schedule`. What cannot be read of it is as in a source never polled, and
/// then it has no validators: its document is read anew, whole.
///
/// # Errors
/// [`Error::Corrupt`] when its name cannot be read.
pub fn state(row: &Row) -> Result<(SourceId, PollState)> {
    let id: String = column(row, "id")?;
    let id = SourceId::new(&id).map_err(|e| Error::Corrupt(format!("name of a source: {e}")))?;
    Ok((id, SourceColumns::of(row).state))
}

/// The columns of such a row that cannot be read.
pub fn broken_columns(row: &Row) -> Vec<&'static str> {
    SourceColumns::of(row).broken
}

/// A state as far as it can be read, and the columns that cannot.
struct SourceColumns<'r> {
    row: &'r Row,
    state: PollState,
    broken: Vec<&'static str>,
}

impl<'r> SourceColumns<'r> {
    fn of(row: &'r Row) -> SourceColumns<'r> {
        let next = NextPoll { at: Timestamp::EPOCH, because: String::new() };
        let mut reading = SourceColumns { row, state: PollState::fresh(next), broken: Vec::new() };
        reading.read();
        reading
    }

    fn read(&mut self) {
        let next =
            NextPoll { at: self.instant("next_poll_at").unwrap_or(Timestamp::EPOCH), because: self.words("because") };
        let mut s = PollState::fresh(next);
        s.polls = self.number("polls");
        s.documents = self.number("documents");
        s.last_poll_at = self.instant("last_poll_at");
        s.last_success_at = self.instant("last_success_at");
        s.last_new_at = self.instant("last_new_at");
        s.last_outcome = self.words("last_outcome");
        s.failures = self.number("failures");
        s.ever_validated = self.get("ever_validated");
        self.state = s;
        self.read_document();
        if !self.broken.is_empty() {
            // An answer "not modified" would leave it as it is.
            self.state.validators = Validators::default();
            self.state.validators_url = None;
            self.state.body_hash = None;
        }
    }

    /// What came with the last document.
    fn read_document(&mut self) {
        let mut s = self.state.clone();
        s.validators = Validators { etag: self.get("etag"), last_modified: self.get("last_modified") };
        s.validators_url = self.get("validators_url");
        s.body_hash = self.body_hash();
        s.window = self.get::<Option<Vec<i64>>>("window").unwrap_or_default().into_iter().map(EntryId).collect();
        s.rhythm = Rhythm { entries: self.get("rhythm_entries"), span_ms: self.get("rhythm_span_ms") };
        s.hints = Hints {
            ttl: self.span("ttl_ms"),
            update_period: self.span("update_period_ms"),
            skip_hours: self.number("skip_hours"),
            skip_days: self.number("skip_days"),
        };
        s.unstable_ids = self.number("unstable_ids");
        s.standing = self.decoded("standing", |stored| read_standing(stored).ok());
        let warnings: Vec<String> = self.decoded("warnings", |stored| serde_json::from_str(stored).ok());
        s.warnings = warnings.iter().map(|warning| masked(warning).into_owned()).collect();
        s.carrier = self.decoded("carrier", |stored| read_carrier(stored).ok());
        s.spent = Spent {
            day: self.get("spent_day"),
            entries: self.number("spent_entries"),
            bytes: self.number("spent_bytes"),
            warnings: self.number("spent_warnings"),
        };
        self.state = s;
    }

    fn get<T: for<'v> FromSql<'v> + Default>(&mut self, column: &'static str) -> T {
        self.row.try_get(column).unwrap_or_else(|_| {
            self.broken.push(column);
            T::default()
        })
    }

    fn number<T: TryFrom<i64> + Default>(&mut self, column: &'static str) -> T {
        T::try_from(self.get::<i64>(column)).unwrap_or_else(|_| {
            self.broken.push(column);
            T::default()
        })
    }

    fn instant(&mut self, column: &'static str) -> Option<Timestamp> {
        self.get::<Option<i64>>(column).map(Timestamp::from_millis)
    }

    fn span(&mut self, column: &'static str) -> Option<Duration> {
        let ms = self.get::<Option<i64>>(column)?;
        let span = u64::try_from(ms).ok().map(Duration::from_millis);
        self.broken.extend(span.is_none().then_some(column));
        span
    }

    /// Words for people. Those that were taken over from an older release may hold whole
    /// addresses (check B116).
    fn words(&mut self, column: &'static str) -> String {
        masked(&self.get::<String>(column)).into_owned()
    }

    fn body_hash(&mut self) -> Option<u128> {
        let stored = self.get::<Option<Vec<u8>>>("body_hash")?;
        let hash = <[u8; 16]>::try_from(stored).ok().map(u128::from_be_bytes);
        self.broken.extend(hash.is_none().then_some("body_hash"));
        hash
    }

    fn decoded<T: Default>(&mut self, column: &'static str, read: impl Fn(&str) -> Option<T>) -> T {
        let stored: Option<String> = self.row.try_get(column).ok();
        stored.and_then(|stored| read(&stored)).unwrap_or_else(|| {
            self.broken.push(column);
            T::default()
        })
    }
}
