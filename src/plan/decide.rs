//! What all feeds decide about an entry, by its text and its age.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::identity::Texts;
use crate::model::{Entry, Route};

use super::readable::copy;
use super::{Plan, Polled};

/// What all feeds decide about an entry, as of its first sight: a correction
/// makes nothing older.
pub fn routes(entry: &Entry, texts: &Texts, polled: &Polled, plan: &Plan, first_seen_at: Timestamp) -> Vec<Route> {
    let copy = copy(entry, texts, &polled.source, first_seen_at);
    let mut routes = plan.ruleset.route(&copy);
    for route in &mut routes {
        let backfill = plan.backfill.get(&route.feed).copied();
        keep_out_old(route, entry.dated(), first_seen_at, backfill);
    }
    routes
}

/// An entry older than a feed's `backfill` when it was first seen stays out of
/// it, whatever the filter says (product §3.4).
pub fn keep_out_old(
    route: &mut Route,
    published: Option<Timestamp>,
    first_seen_at: Timestamp,
    backfill: Option<Duration>,
) {
    let (Some(published), Some(backfill)) = (published, backfill) else { return };
    if route.admitted && published.plus(backfill) < first_seen_at {
        route.admitted = false;
        let because = format!("published {published}, more than its backfill of {} before first sight", span(backfill));
        route.because.push(because);
    }
}
