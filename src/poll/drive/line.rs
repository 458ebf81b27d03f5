//! The desk's own connection: what polls show about it, and what is logged of it.

use std::sync::{MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::model::{Failure, NextPoll, SourceId, site};
use crate::poll::attempt::Attempt;
use crate::poll::end::PollEnd;
use crate::poll::poller::Poller;
use crate::poll::summary::Summary;
use crate::schedule::health::{Contact, Line, LineTurn, offline};
use crate::schedule::spread;
use crate::store::{Figures, Result};

/// The kind of a poll that reached no server because none can be reached.
pub const OFFLINE: &str = "offline";

/// Since when no source can be reached, as any process has noted it.
///
/// # Errors
/// The store's.
pub async fn offline_since(store: &dyn Figures) -> Result<Option<String>> {
    Ok(store.offline_since().await?.map(Timestamp::rfc3339))
}

impl Poller {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when no source can be reached, as this process knows it.
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.line().down_since()
    }

    /// Notes what a request to `host` shows about the connection.
    pub(in crate::poll) async fn contact(&self, contact: Contact, host: &str, now: Timestamp) {
        let sites = self.plan.load().sites;
        let turned = self.line().heard(contact, site(host), sites, now);
        match turned {
            LineTurn::No => {}
            LineTurn::Up => self.note_line(None).await,
            LineTurn::Down(blamed) => {
                self.note_line(self.offline_since()).await;
                self.absolve(&blamed, now).await;
            }
        }
    }

    /// Stores and logs that the connection is down or back.
    async fn note_line(&self, since: Option<Timestamp>) {
        let noted = match self.store.offline_since().await {
            Ok(before) if before == since => return,
            Ok(_) => self.store.note_line(since).await,
            Err(error) => Err(error),
        };
        match since {
            Some(since) => {
                tracing::error!(%since, "no source can be reached: is this machine's line, or its resolver, down?")
            }
            None => tracing::info!("sources can be reached again"),
        }
        if let Err(error) = noted {
            tracing::debug!(%error, "the state of the line was not stored");
        }
    }

    /// Takes back failures that the connection caused.
    async fn absolve(&self, sources: &[SourceId], now: Timestamp) {
        let plan = self.plan.load_full();
        let count = sources.len();
        let due: Vec<(SourceId, NextPoll)> = sources
            .iter()
            .enumerate()
            .filter_map(|(nth, source)| {
                let interval = plan.sources.get(source)?.interval(plan.bounds);
                let mut next = spread::overdue(nth, interval, count, now);
                next.because = "no source could be reached, so this one has not failed".to_owned();
                Some((source.clone(), next))
            })
            .collect();
        if let Err(error) = self.store.absolve(&due).await {
            tracing::debug!(%error, "failures of the line were not taken back");
        }
    }

    /// Ends a poll that failed because the connection is down: its source's state stays as it
    /// was, and the source is polled again soon.
    pub(in crate::poll) async fn no_line(&self, attempt: &Attempt<'_>, failure: &Failure) -> Option<Summary> {
        let since = self.offline_since()?;
        let mut state = attempt.claim.state.clone();
        state.polls += 1;
        state.last_poll_at = Some(attempt.now);
        state.standing.offline_at = Some(since);
        state.next = offline(&state, attempt.polled.interval(attempt.plan.bounds), since, attempt.now);
        let text = format!("no source can be reached since {since}, nor can this one: {failure}");
        let mut summary = self.commit(attempt, state, PollEnd::without(OFFLINE, text), &[]).await;
        summary.failed = true;
        Some(summary)
    }

    /// Notes that a failure was counted which the connection may turn out to have caused.
    pub(in crate::poll) async fn blame(&self, source: &SourceId, now: Timestamp) {
        let down = self.line().blame(source);
        if down {
            self.absolve(std::slice::from_ref(source), now).await;
        }
    }
}
