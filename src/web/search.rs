//! What searches by readers may cost. Everybody may search, and a reader that subscribes to a
//! search asks for it for ever: so few are made at once, so many in a minute, and what was found
//! serves all who ask for the same within a minute.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock::Timestamp;
use crate::config::Config;
use crate::limits::{SEARCH_KEPT, SEARCHES_A_MINUTE, SEARCHES_AT_ONCE, SEARCHES_KEPT};
use crate::plan::Plan;
use crate::publish::OutputFormat;

use super::shelf::Served;

/// What searches go by.
pub struct Searching {
    /// The configuration, for its lists and places.
    pub config: Arc<Config>,
    /// The plan of that configuration.
    pub plan: Arc<Plan>,
}

impl std::fmt::Debug for Searching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Searching")
    }
}

/// The searches of all readers.
pub struct Searches {
    turns: Semaphore,
    state: Mutex<SearchState>,
}

#[derive(Default)]
struct SearchState {
    /// What was found lately, the oldest first.
    kept: VecDeque<KeptSearch>,
    /// Searches that may still be made, in thousandths.
    left: i64,
    /// When that was counted; `None` before the first.
    counted_at: Option<Timestamp>,
}

/// The document of a search.
struct KeptSearch {
    query: String,
    format: OutputFormat,
    served: Arc<Served>,
    made_at: Timestamp,
}

impl Searches {
    /// None was made yet.
    pub fn new() -> Searches {
        Searches { turns: Semaphore::new(SEARCHES_AT_ONCE.count()), state: Mutex::default() }
    }

    /// A turn at searching.
    pub async fn turn(&self) -> SemaphorePermit<'_> {
        self.turns.acquire().await.expect("the semaphore is never closed")
    }

    /// The document of a search that was made within the last minute.
    pub fn kept(&self, query: &str, format: OutputFormat, now: Timestamp) -> Option<Arc<Served>> {
        let mut state = self.state();
        state.kept.retain(|kept| now.since(kept.made_at) < SEARCH_KEPT.duration());
        let kept = state.kept.iter().find(|kept| kept.query == query && kept.format == format)?;
        Some(Arc::clone(&kept.served))
    }

    /// Keeps the document of a search.
    pub fn keep(&self, query: &str, format: OutputFormat, served: Arc<Served>, made_at: Timestamp) {
        let mut state = self.state();
        state.kept.push_back(KeptSearch { query: query.to_owned(), format, served, made_at });
        let mut bytes: usize = state.kept.iter().map(|kept| kept.served.size_bytes()).sum();
        while bytes > SEARCHES_KEPT.count() {
            bytes -= state.kept.pop_front().map_or(bytes, |kept| kept.served.size_bytes());
        }
    }

    /// Forgets what was found by another configuration.
    pub fn forget(&self) {
        self.state().kept.clear();
    }

    /// Counts a search that is to be made.
    ///
    /// # Errors
    /// How long to wait, if as many were made as may be.
    pub fn count(&self, now: Timestamp) -> Result<(), Duration> {
        let most = i64::try_from(SEARCHES_A_MINUTE.most).unwrap_or(i64::MAX) * 1000;
        let mut state = self.state();
        // A clock that was set back adds nothing.
        let passed = state.counted_at.map_or(60_000, |at| (now.millis() - at.millis()).clamp(0, 60_000));
        state.left = (state.left + most * passed / 60_000).min(most);
        state.counted_at = Some(now);
        match state.left - 1000 {
            left if left >= 0 => {
                state.left = left;
                Ok(())
            }
            lacking => Err(Duration::from_millis(u64::try_from(-lacking * 60_000 / most + 1).unwrap_or(60_000))),
        }
    }

    fn state(&self) -> MutexGuard<'_, SearchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::rendered::Rendered;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_392_000_000 + seconds * 1000)
    }

    #[test]
    fn so_many_searches_are_made_in_a_minute_o181() {
        let searches = Searches::new();
        let most = SEARCHES_A_MINUTE.count();
        let made = |now| std::iter::repeat_with(|| searches.count(now)).take_while(Result::is_ok).count();
        assert_eq!(made(at(0)), most);
        let wait = searches.count(at(0)).unwrap_err();
        assert!(wait < Duration::from_secs(2), "{wait:?}");
        assert_eq!(made(at(30)), most / 2);
        assert_eq!(made(at(3000)), most, "no more than a minute's are saved up");
        assert_eq!(made(at(-3000)), 0, "a clock that is set back adds none");
    }

    #[test]
    fn what_was_found_serves_for_a_minute_and_takes_no_more_than_its_room_o181() {
        let searches = Searches::new();
        let served = |size: usize| Arc::new(Served::undated(OutputFormat::Rss, Rendered::new(vec![b'x'; size])));
        searches.keep("a", OutputFormat::Rss, served(100), at(0));
        assert!(searches.kept("a", OutputFormat::Rss, at(59)).is_some());
        assert!(searches.kept("a", OutputFormat::Json, at(59)).is_none());
        assert!(searches.kept("b", OutputFormat::Rss, at(59)).is_none());
        assert!(searches.kept("a", OutputFormat::Rss, at(60)).is_none());
        searches.keep("first", OutputFormat::Rss, served(100), at(61));
        searches.keep("large", OutputFormat::Rss, served(SEARCHES_KEPT.count() - 5000), at(61));
        searches.keep("last", OutputFormat::Rss, served(6000), at(61));
        let kept = |query| searches.kept(query, OutputFormat::Rss, at(62)).is_some();
        assert_eq!(["first", "large", "last"].map(kept), [false, false, true]);
        searches.forget();
        assert!(!kept("last"));
    }
}
