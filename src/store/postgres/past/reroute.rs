//! A changed filter's decisions about stored entries.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::postgres::past::{in_force, progress};
use crate::store::postgres::write::routes::{RouteWrites, RoutedBefore, Stands, feed_numbers, routed};
use crate::store::postgres::write::tail::Tail;
use crate::store::postgres::write::{lock, tree};
use crate::store::prepared::{PreparedRerouting, WrittenRoute};
use crate::store::rules::{Anew, FeedTally, HeadShare, Moment, RouteChange, Ruling, restands};
use crate::store::{ChangeKind, Gains, Result, TextHash};

/// See [`Past::reroute`](crate::store::Past::reroute).
pub async fn reroute(writing: &mut Writing, work: &PreparedRerouting) -> Result<Gains> {
    let Writing { tx, tail, .. } = writing;
    in_force::share(tx).await?;
    if let Some(step) = &work.step {
        progress::hold(tx, step.run).await?;
    }
    if let Some(by) = &work.again_by {
        in_force::check(tx, by).await?;
    }
    let entries = current(tx, work).await?;
    let ids: Vec<i64> = entries.iter().map(|entry| entry.id.0).collect();
    if work.again_by.is_some() {
        in_force::decided(tx, &ids).await?;
    }
    tree::keep(tx, &work.trees).await?;
    let numbers = feed_numbers(tx, &work.feeds).await?;
    let routed = routed(tx, &ids).await?;
    let mut routes = RouteWrites::default();
    let mut gains = Gains::new();
    tail.at = work.at;
    for feed in &work.feeds {
        let Some(no) = numbers.get(feed).copied() else { continue };
        let (mut deciding, mut tally) = (FeedDeciding { work, tail, routes: &mut routes, no }, FeedTally::default());
        for entry in &entries {
            let before = routed.get(&entry.id.0).and_then(|all| all.iter().find(|routed| routed.feed_no == no));
            deciding.decide(entry, feed, before, &mut tally);
        }
        if tally.is_rematched(work.gained) {
            tail.tell(no, None, ChangeKind::Rematched);
        }
        gains.insert(feed.clone(), (tally.entered, tally.left));
    }
    routes.write(tx).await?;
    if let Some(step) = &work.step {
        progress::note(tx, step, &gains).await?;
    }
    Ok(gains)
}

/// An entry whose text is the one that it was decided by.
struct CurrentEntry<'a> {
    id: EntryId,
    first_seen_at: Timestamp,
    updated_at: Timestamp,
    routes: &'a [WrittenRoute],
}

const VERSIONS: &str = "
    SELECT e.id, e.first_seen_at, e.updated_at, t.version
      FROM entry e
      JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
     WHERE e.id = ANY($1::bigint[])";

/// Entries that have the text that they were decided by, whose rows stay locked.
async fn current<'a>(tx: &Tx, work: &'a PreparedRerouting) -> Result<Vec<CurrentEntry<'a>>> {
    let ids: Vec<i64> = work.entries.iter().map(|(id, ..)| id.0).collect();
    lock::entries(tx, &ids).await?;
    // What others wrote before the rows were ours is seen by a statement that begins now.
    let mut stored = HashMap::new();
    for row in &tx.rows(VERSIONS, &[ids.param()]).await? {
        let version = TextHash(column::<i64>(row, "version")?.cast_unsigned());
        let instant = |name| column(row, name).map(Timestamp::from_millis);
        stored.insert(column::<i64>(row, "id")?, (version, instant("first_seen_at")?, instant("updated_at")?));
    }
    let one = |(id, decided_by, routes): &'a (EntryId, TextHash, Vec<WrittenRoute>)| {
        let (version, first_seen_at, updated_at) = *stored.get(&id.0)?;
        (version == *decided_by).then_some(CurrentEntry { id: *id, first_seen_at, updated_at, routes })
    };
    Ok(work.entries.iter().filter_map(one).collect())
}

impl CurrentEntry<'_> {
    /// An instant that a rule names of it.
    fn moment(&self, moment: Moment) -> Timestamp {
        match moment {
            Moment::At(at) => at,
            Moment::FirstSeen => self.first_seen_at,
            Moment::Updated => self.updated_at,
        }
    }
}

/// A feed that decides.
struct FeedDeciding<'w, 'a> {
    work: &'a PreparedRerouting,
    tail: &'w mut Tail,
    routes: &'w mut RouteWrites<'a>,
    no: i64,
}

impl<'a> FeedDeciding<'_, 'a> {
    /// See [`restands`].
    fn decide(
        &mut self,
        entry: &CurrentEntry<'a>,
        feed: &FeedId,
        before: Option<&RoutedBefore>,
        tally: &mut FeedTally,
    ) {
        let anew = Anew::Rematched { gained: self.work.gained, at: self.work.at };
        let row = entry.routes.iter().find(|row| row.feed == *feed);
        let ruling = row.map_or(Ruling::Silent, WrittenRoute::ruling);
        let route = before.map(|before| before.route);
        let effect = match restands(route, ruling, anew, HeadShare::default()) {
            RouteChange::Nothing => return,
            RouteChange::Dropped(effect) => {
                before.into_iter().for_each(|before| self.routes.drop(self.tail, entry.id.0, before));
                effect
            }
            RouteChange::Set { sort_at, standing, effect } => {
                let stands = Stands { admitted: ruling == Ruling::In, sort_at: entry.moment(sort_at), standing };
                let evidence = row.map_or("", |row| row.evidence.as_str());
                self.routes.set(self.tail, (entry.id.0, self.no), route, stands, evidence);
                effect
            }
        };
        let changed_at = effect.changed.map(|at| entry.moment(at));
        self.tail.affect(self.no, effect, changed_at);
        tally.add(effect, changed_at);
        if let Some(kind) = effect.announced(self.work.gained) {
            self.tail.tell(self.no, Some(entry.id), kind);
        }
    }
}
