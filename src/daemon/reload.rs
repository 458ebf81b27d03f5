//! A new configuration while running: all of it, or none (B84, R20).

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{Config, ConfiguredSource, Problems};
use crate::model::{FeedId, redacted};
use crate::poll::Plan;
use crate::poll::edition::editions;
use crate::poll::rematch::{AFTER_RELOAD, Made, Rematch};
use crate::publish::SourceTerms;
use crate::web;

use super::{Error, Shared, unexpected};

/// Between looks at the configuration's files.
const LOOK: Duration = Duration::from_secs(1);

/// After so long, what the store refused is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// Between looks whether polls that began before a reload have ended.
const UNDER_WAY: Duration = Duration::from_millis(200);

/// A rematch of fewer entries is over before it could be told of.
const WORTH_TELLING: u64 = 20_000;

/// A file counts as written once it has been left alone for as long (B84).
const QUIET: Duration = Duration::from_millis(500);

/// Gives the store the configuration in force, then has feeds rendered and
/// changed filters rematched.
pub async fn take_over(shared: &Arc<Shared>) -> Result<(), Error> {
    let config = shared.config.load_full();
    let (plan, now) = (shared.plan.load_full(), shared.clock.now());
    let feeds: Vec<FeedId> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
    let done = shared.store.configure(&plan.planned(now), &feeds, now).await?;
    tracing::info!(sources = plan.sources.len(), added = done.added, retired = done.retired, "configuration in force");
    shared.dirty.mark(&feeds);
    shared.changed.notify_one();
    // A rematch by an older configuration ends here; what it did not come to is outdated still.
    if let Some(running) = shared.rematch.lock().unwrap_or_else(PoisonError::into_inner).take() {
        running.abort();
    }
    let editions = editions(&config);
    let outdated = shared.store.outdated(&editions).await?;
    if !outdated.is_empty() {
        let rematch = Rematch::of(AFTER_RELOAD, &outdated, Plan::only(&config, &outdated), &editions);
        let running = tokio::spawn(apply(Arc::clone(shared), rematch));
        *shared.rematch.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    }
    Ok(())
}

/// Applies changed filters to what is stored, silently.
async fn apply(shared: Arc<Shared>, rematch: Rematch) {
    let (entries, mut told) = (shared.store.totals().await.map_or(0, |totals| totals.entries), 0);
    let feeds: Vec<FeedId> = rematch.feeds.keys().cloned().collect();
    let mut made = |made: Made| {
        // The head of the feed is decided first, and shown first.
        shared.dirty.mark(&feeds);
        let tenth = made.entries as u64 * 10 / entries.max(1);
        if tenth > told && entries > WORTH_TELLING {
            told = tenth;
            tracing::info!(done = made.entries, entries, feeds = feeds.len(), "changed filters are being applied");
        }
    };
    let gains = loop {
        match rematch.run(&shared.store, &*shared.clock, polls_of_old(&shared), &mut made).await {
            Ok(gains) => break gains,
            Err(error) => tracing::error!(%error, "changed filters are not applied to what is stored yet"),
        }
        tokio::time::sleep(AGAIN).await;
    };
    for (feed, (gained, lost)) in gains {
        let change = format!("+{gained} −{lost}");
        tracing::info!(feed.id = feed.as_str(), change, "a changed filter was applied to what is stored");
    }
    shared.dirty.mark(&feeds);
}

/// Waits until no poll is under way that decides by a plan of before.
async fn polls_of_old(shared: &Shared) {
    let under_way = || {
        let mut plans = shared.old_plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|plan| plan.strong_count() > 0);
        !plans.is_empty()
    };
    while under_way() {
        tokio::time::sleep(UNDER_WAY).await;
    }
}

/// What reloads on SIGHUP and when a file of the configuration changes. It
/// begins before the configuration is read: nothing that comes after is missed,
/// and no SIGHUP ends the program.
pub struct Watch {
    path: PathBuf,
    hangup: Signal,
    seen: Vec<Stamp>,
}

impl Watch {
    /// Begins to watch for SIGHUP.
    ///
    /// # Errors
    /// When the machine lets no signal be watched.
    pub fn begin(path: &Path) -> std::io::Result<Watch> {
        Ok(Watch { path: path.to_owned(), hangup: signal(SignalKind::hangup())?, seen: Vec::new() })
    }

    /// Remembers how the files of a configuration that was just read are.
    pub fn note(&mut self, files: &[PathBuf]) {
        self.seen = stamps(files);
    }

    /// Reloads for as long as the program runs.
    pub async fn run(mut self, shared: Arc<Shared>) {
        loop {
            let told = tokio::select! {
                _ = self.hangup.recv() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            let now = stamps(&shared.config.load().files);
            if !told && now == self.seen {
                continue;
            }
            settle(&shared, &now).await;
            reload(&shared, &self.path).await;
            self.note(&shared.config.load().files);
        }
    }
}

/// Waits until the files have been left alone for a while.
async fn settle(shared: &Shared, first: &[Stamp]) {
    let mut before = first.to_vec();
    loop {
        tokio::time::sleep(QUIET).await;
        let now = stamps(&shared.config.load().files);
        if now == before {
            return;
        }
        before = now;
    }
}

/// What tells one version of a file from the next, through links and renames.
type Stamp = Option<(u64, u64, SystemTime)>;

fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let stamp = |path: &PathBuf| {
        let data = std::fs::metadata(path).ok()?;
        Some((data.ino(), data.len(), data.modified().ok()?))
    };
    files.iter().map(stamp).collect()
}

/// Puts a good configuration in force; a bad one is told and the old one runs on.
async fn reload(shared: &Arc<Shared>, path: &Path) {
    let read = path.to_owned();
    let loaded = tokio::task::spawn_blocking(move || load(&read)).await;
    match loaded {
        Ok(Ok(config)) => put_in_force(shared, config).await,
        Ok(Err(problems)) => {
            let lines: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
            for problem in &lines {
                tracing::error!(problem, "the new configuration was refused; the old one runs on");
            }
            let config = shared.config.load_full();
            shared.desk.set_site(site(&config, lines));
        }
        Err(error) => tracing::error!(%error, "the new configuration could not be read"),
    }
}

fn load(path: &Path) -> Result<Config, Problems> {
    let config = Config::load(path)?;
    let unexpected = unexpected(&config);
    if unexpected.0.is_empty() { Ok(config) } else { Err(unexpected) }
}

async fn put_in_force(shared: &Arc<Shared>, config: Config) {
    let old = shared.config.load_full();
    for key in fixed_until_restart(&old, &config) {
        tracing::warn!(key, "this change takes a restart");
    }
    let old = Arc::downgrade(&shared.plan.swap(Arc::new(Plan::of(&config))));
    shared.old_plans.lock().unwrap_or_else(PoisonError::into_inner).push(old);
    shared.desk.set_site(site(&config, Vec::new()));
    shared.config.store(Arc::new(config));
    let taken = take_over(shared).await;
    if let Err(error) = taken {
        tracing::error!(%error, "the store did not take the new configuration over yet");
        tokio::spawn(take_over_later(Arc::clone(shared)));
    }
}

/// Has the store take a configuration over that it refused, until it does or
/// there is a newer one. A store that is locked or full is so for a while.
async fn take_over_later(shared: Arc<Shared>) {
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

/// Keys that changed and cannot be changed while running.
fn fixed_until_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    let mut keys = Vec::new();
    if old.server.listen != new.server.listen {
        keys.push("server.listen");
    }
    if old.store.path != new.store.path {
        keys.push("store.url");
    }
    if old.polling != new.polling {
        keys.push("polling");
    }
    keys
}

/// What the pages and feeds need of a configuration.
pub fn site(config: &Config, problems: Vec<String>) -> web::Site {
    let terms = |s: &ConfiguredSource| {
        let url = redacted(&s.source.url);
        (s.source.id.clone(), SourceTerms { republish: s.source.republish, url })
    };
    web::Site {
        public_url: config.server.public_url.clone(),
        feeds: config.feeds.iter().map(|f| web::Shown { channel: f.channel.clone(), size: f.size }).collect(),
        terms: Arc::new(config.sources.iter().map(terms).collect()),
        problems,
    }
}
