//! A new configuration while running: all of it, or none (B84, R20).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Losses, Problems};
use crate::model::FeedId;
use crate::past::rematch::{AFTER_RELOAD, Made, Rematch};
use crate::plan::Plan;
use crate::plan::digests::digests;
use crate::plan::edition::editions;
use crate::publish::pages::Alarm;
use crate::store::{self, ConfigStanding, Configured, Duty, Editions, Gains, NodeRole, Rematches, Underway};

use super::duty::DutyWatch;
use super::fixed::Fixed;
use super::memory;
use super::state::DaemonState;

/// What the store refused is tried again after this.
const AGAIN: Duration = Duration::from_secs(10);

/// Between looks whether changed filters are still to be applied, while another node does.
const LOOK: Duration = Duration::from_secs(5);

/// A rematch of fewer entries is over before its progress could be logged.
const WORTH_TELLING: u64 = 20_000;

/// Hands the store the configuration in force, then has all feeds rendered and changed filters
/// applied.
pub async fn take_over(shared: &Arc<DaemonState>) -> store::Result<()> {
    let mut rematch = shared.rematch.lock().await;
    let config = shared.config.load_full();
    let (plan, now) = (shared.plan.load_full(), shared.clock.now());
    let standing = shared.store.take_config(shared.poller.node(), &digests(&config), now).await?;
    let is_in_force = standing == ConfigStanding::InForce;
    if is_in_force {
        let feeds: Vec<FeedId> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
        let Configured { added, retired } = shared.store.configure(&plan.planned(now), &feeds, now).await?;
        tracing::info!(sources = plan.sources.count(), added, retired, "configuration in force");
        if retired > 0 {
            tracing::warn!(retired, "sources that are not configured any more are retired");
        }
    }
    shared.stand(standing);
    compare(shared).await?;
    shared.mark_all();
    shared.changed.notify_one();
    // A rematch by an older configuration ends here. Feeds that it did not finish are still
    // outdated.
    if let Some(running) = rematch.take() {
        running.abort();
    }
    if !is_in_force {
        return Ok(());
    }
    let editions = editions(&config);
    let outdated = shared.store.take_rules(&editions).await?;
    if !outdated.is_empty() && shared.has(NodeRole::Background) {
        *rematch = Some(tokio::spawn(apply(Arc::clone(shared), config, editions)));
    }
    Ok(())
}

/// Logs in what the configurations of the nodes at work differ. Every difference begins with
/// some node that takes a configuration over, so each is logged.
async fn compare(shared: &DaemonState) -> store::Result<()> {
    let now = shared.clock.now();
    for difference in store::differences(&shared.store.nodes(now).await?, now) {
        tracing::warn!("{difference}");
    }
    Ok(())
}

/// Applies changed filters to what is stored, or waits until another node has; no entry
/// appears as new.
async fn apply(shared: Arc<DaemonState>, config: Arc<Config>, editions: Editions) {
    let mut duty = DutyWatch::over(Duty::Rematch);
    loop {
        // Asked before the look at the feeds: what the owner before settled is seen then.
        let is_ours = duty.is_ours(&shared).await;
        let ended = match shared.store.outdated(&editions).await {
            Ok(outdated) if outdated.is_empty() => {
                return tracing::info!("changed filters were applied to stored entries by another process");
            }
            Ok(_) if !is_ours => {
                tokio::time::sleep(LOOK).await;
                continue;
            }
            Ok(outdated) => {
                let wanted = Rematch::of(AFTER_RELOAD, &outdated, Plan::only(&config, &outdated), &editions);
                decide(&shared, &wanted).await.map_err(|error| (error, outdated))
            }
            Err(error) => Err((error, Vec::new())),
        };
        match ended {
            Ok(gains) => return tell(gains),
            Err((store::Error::Superseded, feeds)) => {
                tracing::info!(
                    "another rematch or configuration goes first; changed filters are applied once it has ended"
                );
                others_ended(&*shared.store, &feeds).await;
            }
            Err((error, _)) => {
                tracing::error!(%error, "changed filters are not yet applied to stored entries");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Runs a rematch, and logs how far it has come.
async fn decide(shared: &DaemonState, rematch: &Rematch) -> store::Result<Gains> {
    let (entries, mut told) = (shared.store.totals().await.map_or(0, |totals| totals.entries), 0);
    let feeds = rematch.feeds.len();
    let made = |made: Made| {
        let tenth = made.entries as u64 * 10 / entries.max(1);
        if tenth > told && entries > WORTH_TELLING {
            told = tenth;
            tracing::info!(done = made.entries, entries, feeds, "changed filters are being applied");
        }
    };
    rematch.run(&shared.store, &*shared.clock, made).await
}

fn tell(gains: Gains) {
    for (feed, (gained, lost)) in gains {
        let change = format!("+{gained} −{lost}");
        tracing::info!(feed.id = feed.as_str(), change, "a changed filter was applied to stored entries");
    }
}

/// Waits until no other rematch of these feeds makes progress. A rematch that begins now would
/// end the other; one that makes no progress was cut short.
async fn others_ended(store: &dyn Rematches, feeds: &[FeedId]) {
    let mut before = Vec::new();
    loop {
        tokio::time::sleep(AGAIN).await;
        // If the store cannot be read, the next attempt shows why.
        let others = shared_with(feeds, store.rematches().await.unwrap_or_default());
        if !make_progress(&before, &others) {
            return;
        }
        before = others;
    }
}

/// Whether some rematch began or went on between two looks.
fn make_progress(before: &[Underway], now: &[Underway]) -> bool {
    now.iter().any(|rematch| !before.contains(rematch))
}

/// Rematches that decide about one of the feeds.
fn shared_with(feeds: &[FeedId], mut all: Vec<Underway>) -> Vec<Underway> {
    all.retain(|other| feeds.iter().any(|feed| other.feeds.iter().any(|name| name == feed.as_str())));
    all
}

/// Logs and shows that a configuration was refused; the old one runs on.
pub fn refuse(shared: &DaemonState, problems: &Problems) {
    let lines: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
    for problem in &lines {
        tracing::error!(problem, "the new configuration was refused; the old one runs on");
    }
    let title = "The new configuration was refused; the old one runs on".to_owned();
    shared.show(Some(Alarm { title, lines }));
}

/// Logs and shows that a configuration waits for its second look; the old one runs on.
pub fn hold(shared: &DaemonState, losses: &Losses) {
    let would_end = losses.to_string();
    tracing::warn!(
        would_end,
        "the new configuration waits until its files have stood unchanged for a minute; the old one runs on"
    );
    let title = "The new configuration waits; the old one runs on".to_owned();
    let line = format!(
        "it would end {losses}: it is put in force once its files have stood unchanged for a minute, \
         in case one of them is still being written"
    );
    shared.show(Some(Alarm { title, lines: vec![line] }));
}

/// Puts a valid configuration in force.
pub async fn put_in_force(shared: &Arc<DaemonState>, config: Config, losses: &Losses) {
    let old = shared.config.load_full();
    // A change that is undone needs no restart.
    let wanted = Fixed::of(&config);
    let waiting = shared.fixed.differs(&wanted);
    for key in Fixed::of(&old).differs(&wanted).into_iter().filter(|key| waiting.contains(key)) {
        tracing::warn!(key, "a changed key needs a restart");
    }
    for feed in old.feeds.iter().map(|f| &f.channel.id) {
        if config.feeds.iter().all(|f| f.channel.id != *feed) {
            tracing::warn!(feed.id = feed.as_str(), "the feed has ended: its readers get 410 (gone) from now on");
        }
    }
    let known: HashSet<String> = old.warnings.iter().map(ToString::to_string).collect();
    for warning in config.warnings.iter().map(ToString::to_string).filter(|warning| !known.contains(warning)) {
        tracing::warn!("{warning}");
    }
    for loss in losses.files() {
        let file = loss.file.display();
        tracing::warn!(%file, %loss, "sources of a file are not configured any more: they are retired");
    }
    shared.plan.store(Arc::new(Plan::of(&config)));
    shared.config.store(Arc::new(config));
    shared.show(None);
    // Titles and URLs need not wait for a store that is busy.
    shared.mark_all();
    let taken = take_over(shared).await;
    // The configuration before is gone by now, unless a poll still goes by it.
    drop(old);
    memory::give_back().await;
    if let Err(error) = taken {
        tracing::error!(%error, "the store did not take the new configuration over yet");
        tokio::spawn(take_over_later(Arc::clone(shared)));
    }
}

/// Has the store take over a configuration that it refused, until it does or there is a newer
/// one. A store that is locked or full is so for a while.
async fn take_over_later(shared: Arc<DaemonState>) {
    let config = shared.config.load_full();
    loop {
        tokio::time::sleep(AGAIN).await;
        if !Arc::ptr_eq(&config, &shared.config.load_full()) {
            return;
        }
        match take_over(&shared).await {
            Ok(()) => return tracing::info!("the store took the new configuration over"),
            Err(error) => tracing::debug!(%error, "the store did not take the new configuration over yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_rematch_is_waited_for_while_it_makes_progress() {
        let [city, port] = ["city", "port"].map(|id| FeedId::new(id).unwrap());
        let at = |entries: usize| Underway { feeds: vec!["city".to_owned()], entries };
        let check = |feed: &FeedId, before: Vec<Underway>, now: Vec<Underway>, waits: bool| {
            let now = shared_with(std::slice::from_ref(feed), now);
            assert_eq!(make_progress(&before, &now), waits, "{feed}: {before:?} and then {now:?}");
        };
        check(&city, vec![], vec![], false);
        check(&city, vec![], vec![at(0)], true);
        check(&city, vec![at(0)], vec![at(400)], true);
        check(&city, vec![at(400)], vec![at(400)], false);
        check(&city, vec![at(400)], vec![], false);
        check(&port, vec![], vec![at(400)], false);
    }
}
