//! A new configuration while running: all of it, or none (B84, R20).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::config::{Config, ConfiguredSource, Losses, Polling, Problems};
use crate::model::address::{Opened, OpenedHost, bare, ip_of, outside};
use crate::model::{FeedId, PublicUrl};
use crate::past::rematch::{AFTER_RELOAD, Made, Rematch};
use crate::plan::Plan;
use crate::plan::edition::editions;
use crate::publish::SourceTerms;
use crate::publish::pages::Alarm;
use crate::store::{self, Location, Rematches, Underway};
use crate::web;

use super::{Error, Shared};

/// After so long, what the store refused is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// A rematch of fewer entries is over before it could be told of.
const WORTH_TELLING: u64 = 20_000;

/// Gives the store the configuration in force, then has feeds rendered and
/// changed filters rematched.
pub async fn take_over(shared: &Arc<Shared>) -> Result<(), Error> {
    let mut rematch = shared.rematch.lock().await;
    let config = shared.config.load_full();
    let (plan, now) = (shared.plan.load_full(), shared.clock.now());
    let feeds: Vec<FeedId> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
    let done = shared.store.configure(plan.planned(now), &feeds, now).await?;
    tracing::info!(sources = plan.sources.len(), added = done.added, retired = done.retired, "configuration in force");
    shared.mark_all();
    shared.changed.notify_one();
    // A rematch by an older configuration ends here; what it did not come to is outdated still.
    if let Some(running) = rematch.take() {
        running.abort();
    }
    let editions = editions(&config);
    let outdated = shared.store.take_rules(&editions).await?;
    if !outdated.is_empty() {
        let wanted = Rematch::of(AFTER_RELOAD, &outdated, Plan::only(&config, &outdated), &editions);
        *rematch = Some(tokio::spawn(apply(Arc::clone(shared), wanted)));
    }
    Ok(())
}

/// Applies changed filters to what is stored, silently.
async fn apply(shared: Arc<Shared>, rematch: Rematch) {
    let (entries, mut told) = (shared.store.totals().await.map_or(0, |totals| totals.entries), 0);
    let feeds: Vec<FeedId> = rematch.feeds.keys().cloned().collect();
    let mut made = |made: Made| {
        let tenth = made.entries as u64 * 10 / entries.max(1);
        if tenth > told && entries > WORTH_TELLING {
            told = tenth;
            tracing::info!(done = made.entries, entries, feeds = feeds.len(), "changed filters are being applied");
        }
    };
    let gains = loop {
        match rematch.run(&shared.store, &*shared.clock, &mut made).await {
            Ok(gains) => break gains,
            Err(store::Error::Superseded) => {
                tracing::info!("a rematch by hand goes first; changed filters are applied once it has ended");
                others_ended(&*shared.store, &feeds).await;
            }
            Err(error) => {
                tracing::error!(%error, "changed filters are not applied to what is stored yet");
                tokio::time::sleep(AGAIN).await;
            }
        }
    };
    for (feed, (gained, lost)) in gains {
        let change = format!("+{gained} −{lost}");
        tracing::info!(feed.id = feed.as_str(), change, "a changed filter was applied to what is stored");
    }
}

/// Waits until no other rematch of these feeds makes progress. To begin while
/// one does would end it, and one that stands still was cut short.
async fn others_ended(store: &dyn Rematches, feeds: &[FeedId]) {
    let mut before = Vec::new();
    loop {
        tokio::time::sleep(AGAIN).await;
        // Where the store cannot be asked, the next try tells why.
        let others = shared_with(feeds, store.rematches().await.unwrap_or_default());
        if !make_progress(&before, &others) {
            return;
        }
        before = others;
    }
}

/// Whether some rematch has begun or has come further between two looks.
fn make_progress(before: &[Underway], now: &[Underway]) -> bool {
    now.iter().any(|rematch| !before.contains(rematch))
}

/// Rematches that decide about one of the feeds.
fn shared_with(feeds: &[FeedId], mut all: Vec<Underway>) -> Vec<Underway> {
    all.retain(|other| feeds.iter().any(|feed| other.feeds.iter().any(|name| name == feed.as_str())));
    all
}

/// Tells of a configuration that was refused; the old one runs on.
pub fn refuse(shared: &Shared, problems: &Problems) {
    let lines: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
    for problem in &lines {
        tracing::error!(problem, "the new configuration was refused; the old one runs on");
    }
    let title = "The new configuration was refused; the old one runs on".to_owned();
    shared.desk.set_site(site(&shared.config.load(), Some(Alarm { title, lines })));
}

/// Tells of a configuration that waits for its second look; the old one runs on.
pub fn hold(shared: &Shared, losses: &Losses) {
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
    shared.desk.set_site(site(&shared.config.load(), Some(Alarm { title, lines: vec![line] })));
}

/// Puts a good configuration in force.
pub async fn put_in_force(shared: &Arc<Shared>, config: Config) {
    let old = shared.config.load_full();
    // A change that is taken back takes none.
    let wanted = Fixed::of(&config);
    let waiting = shared.fixed.differs(&wanted);
    for key in Fixed::of(&old).differs(&wanted).into_iter().filter(|key| waiting.contains(key)) {
        tracing::warn!(key, "this change takes a restart");
    }
    for feed in old.feeds.iter().map(|f| &f.channel.id) {
        if config.feeds.iter().all(|f| f.channel.id != *feed) {
            tracing::warn!(feed.id = feed.as_str(), "the feed has ended: its readers are answered 410 from now on");
        }
    }
    shared.plan.store(Arc::new(Plan::of(&config)));
    shared.desk.set_site(site(&config, None));
    shared.config.store(Arc::new(config));
    // Titles and addresses need not wait for a store that is busy.
    shared.mark_all();
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

/// What cannot be changed while running.
pub struct Fixed {
    listen: SocketAddr,
    store: Location,
    polling: Polling,
}

impl Fixed {
    /// That of a configuration.
    pub fn of(config: &Config) -> Fixed {
        let Config { server, store, polling, .. } = config;
        Fixed { listen: server.listen, store: store.location.clone(), polling: polling.clone() }
    }

    /// The keys that are others in `wanted`.
    fn differs(&self, wanted: &Fixed) -> Vec<&'static str> {
        let Fixed { listen, store, polling } = self;
        let all = [
            ("server.listen", *listen != wanted.listen),
            ("store.url", *store != wanted.store),
            ("polling", *polling != wanted.polling),
        ];
        all.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
    }
}

/// What the pages and feeds need of a configuration.
pub fn site(config: &Config, alarm: Option<Alarm>) -> web::Site {
    let terms = |s: &ConfiguredSource| {
        let url = match s.access.publish_url {
            true => PublicUrl::by_leave(&s.source.url),
            false => PublicUrl::of(&s.source.url),
        };
        let opened = spoken_of(&s.source.url, &s.access.opened, &config.polling.opened());
        (s.source.id.clone(), SourceTerms { republish: s.source.republish, url, opened })
    };
    web::Site {
        public_url: config.server.public_url.clone(),
        feeds: config.feeds.iter().map(|f| web::ShownFeed { channel: f.channel.clone(), size: f.size }).collect(),
        terms: Arc::new(config.sources.iter().map(terms).collect()),
        alarm,
    }
}

/// What of the inside entries of a source may lead to (check B118): what is
/// opened to it alone, its own host, and what is opened to all where it plainly
/// lives inside. Where a name leads that is looked up is not known here.
fn spoken_of(url: &Url, own: &Opened, all: &Opened) -> Opened {
    let Some(host) = url.host() else { return own.clone() };
    let inside = all.holds(&host) || outside(url, &Opened::default()).is_err();
    let mut home = Opened::default();
    match ip_of(&host) {
        Some(ip) => home.networks.push(ip.into()),
        None => home.hosts.push(OpenedHost { name: bare(&host.to_string()).to_owned(), port: None }),
    }
    let opened = own.and(&home);
    if inside { opened.and(all) } else { opened }
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
