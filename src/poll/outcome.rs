//! What is remembered of a source after its poll, by the poll's result.

use super::attempt::Attempt;
use super::document::ReadDocument;
use super::end::PollEnd;
use super::gather::UNCHANGED;
use super::poller::Poller;
use super::summary::{Summary, brought};
use crate::clock::Timestamp;
use crate::identity::fickle;
use crate::model::{Failure, PollState, Validators};
use crate::schedule::{Ended, address, lease, rhythm, settle, whole};
use crate::store::{Claim, Found};

/// The kind of a poll of a source that this node's configuration does not name, or not at the
/// URL in force.
pub const RETIRED: &str = "retired";

impl Poller {
    /// A claim on a source that the configuration does not name, or that has another URL in the
    /// configuration in force: it is left to a node that has that one.
    pub(super) async fn unknown(&self, mut claim: Claim) -> Summary {
        let told = match self.plan.load().sources.has(&claim.source) {
            true => "its URL is another in the configuration in force",
            false => "not in this configuration",
        };
        let note = self.note(RETIRED, told.to_owned(), None, 0, self.clock.elapsed());
        let next = lease::for_another(self.clock.now());
        let summary = Summary::of(&claim, note, next.clone());
        (claim.due_at, claim.state.next) = (next.at, next);
        if let Err(error) = self.store.release(&[claim]).await {
            tracing::warn!(%error, "a claim could not be given back");
        }
        summary
    }

    /// A poll that brought no document and confirmed none.
    pub(super) async fn failed(&self, attempt: &Attempt<'_>, failure: &Failure) -> Summary {
        let mut state = attempt.state();
        let mut text = match attempt.heard.remark {
            Some(remark) => format!("{failure}: {remark}"),
            None => failure.to_string(),
        };
        if let Some(host) = failure.closed_host(&attempt.polled.configured.source.url) {
            text.push_str(&format!("; if it is meant, write allow_addresses = [\"{host}\"] in its [[source]]"));
        }
        let heard = attempt.heard(Ended::Failed(failure));
        let mut after = state.clone();
        after.failures += 1;
        let throttled = settle(&mut after, &heard, attempt.now);
        if attempt.looks_back() {
            // The source lives elsewhere now, so this says nothing about it (P19).
            text = format!("at its configured URL, from which it has moved: {text}");
            state.next = attempt.next(&state, &attempt.heard(Ended::Quiet));
        } else {
            state = after;
            state.next = attempt.next(&state, &heard);
            if let Some(outlook) = whole::outlook(&state, state.next.at) {
                text = format!("{text}; {outlook}");
            }
        }
        address::failed(&mut state.standing.address, attempt.start, attempt.now);
        let end = PollEnd { throttled, ..PollEnd::without(failure.kind(), text) };
        let mut summary = self.commit(attempt, state, end, &[]).await;
        summary.failed = true;
        summary
    }

    /// A poll that found the document unchanged.
    pub(super) async fn quiet(
        &self,
        attempt: &Attempt<'_>,
        kind: &'static str,
        text: &'static str,
        validators: Option<(Validators, String)>,
    ) -> Summary {
        let mut state = attempt.state();
        attempt.succeeded(&mut state, 0);
        if let Some((validators, url)) = validators {
            state.validators = validators;
            state.validators_url = Some(url);
        }
        state.ever_validated |= !state.validators.is_empty();
        let heard = attempt.heard(Ended::Quiet);
        settle(&mut state, &heard, attempt.now);
        // Only a document that was taken whole is recognised.
        state.standing.over = None;
        if kind == UNCHANGED {
            state.standing.whole_at = Some(attempt.now);
        }
        state.next = attempt.next(&state, &heard);
        state.standing.wait = Some(state.next.at.since(attempt.now));
        let end = PollEnd { succeeded: true, ..PollEnd::without(kind, text.to_owned()) };
        self.commit(attempt, state, end, &[]).await
    }

    /// A poll that brought a document.
    pub(super) async fn document(&self, attempt: &Attempt<'_>, mut read: ReadDocument) -> Summary {
        let mut state = attempt.state();
        let is_first = state.is_first();
        let elapsed = state.last_success_at.filter(|_| !is_first).map(|at| attempt.now.since(at));
        let (new, listed, gap) = (read.new, read.listed, read.gap);
        attempt.succeeded(&mut state, new);
        if let Some(over) = &read.over {
            attempt.tell_of(over);
            // A flood says nothing about the source's pace.
            state.rhythm = attempt.claim.state.rhythm;
        }
        if let Some(unkept) = &read.unkept {
            attempt.tell_of_unkept(unkept);
        }
        if is_first {
            let dates = read.found.iter().filter_map(Found::dated);
            state.standing.trust.gap = rhythm::gap_of_dates(dates, attempt.now);
        }
        remember(&mut state, &mut read, attempt.now);
        let heard = attempt.heard(Ended::Document { new, listed, elapsed });
        settle(&mut state, &heard, attempt.now);
        state.next = attempt.next(&state, &heard);
        state.standing.wait = Some(state.next.at.since(attempt.now));
        let followed = read.found.iter().filter(|found| matches!(found, Found::Followed(_))).count();
        let mut text = brought(listed, new, read.revised, followed);
        if let Some(over) = state.standing.over_budget() {
            text += &format!("; over its budget of {}, {} more wait", over.budget, over.waiting);
        }
        // An index whose sitemaps are unchanged lists no entries; what it listed before still
        // counts.
        let found = (!read.found.is_empty()).then_some(read.found);
        let end = PollEnd { found, released: read.released, succeeded: true, ..PollEnd::without("document", text) };
        let warnings = attempt.told(read.warnings);
        let summary = self.commit(attempt, state, end, &warnings).await;
        Summary { warnings, gap, ..summary }
    }
}

/// Takes over what is remembered of a document.
fn remember(state: &mut PollState, read: &mut ReadDocument, now: Timestamp) {
    state.documents += 1;
    state.standing.over = read.over.take();
    state.standing.behind_since = read.behind_since;
    state.standing.backlog = std::mem::take(&mut read.backlog);
    state.standing.unkept = read.unkept.take();
    state.warnings = read.warnings.clone();
    state.hints = std::mem::take(&mut read.hints);
    state.carrier = std::mem::take(&mut read.carrier);
    if read.new + read.revised > 0 {
        state.carrier.updated_at = Some(now);
    }
    if let Some(maps) = read.maps.take() {
        state.standing.maps = maps;
    }
    fickle::remember(&mut state.standing.fickle, std::mem::take(&mut read.fickle));
    state.unstable_ids = if read.ids_changed { state.unstable_ids + 1 } else { 0 };
    // A document that was cut keeps the validators of the last whole one (P5).
    if let Some(known_by) = read.known_by.take() {
        state.ever_validated |= !known_by.validators.is_empty();
        state.validators = known_by.validators;
        state.validators_url = Some(known_by.url);
        state.body_hash = Some(known_by.hash);
    }
}
