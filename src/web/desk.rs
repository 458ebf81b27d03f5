//! What responses need from the running program.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use url::Url;

use crate::clock::{Clock, Timestamp};
use crate::model::SourceId;
use crate::publish::cleaned::Cleaned;
use crate::publish::pages::Alarm;
use crate::publish::{Channel, SourcesTerms};
use crate::store::{Lane, NodeRole, Roles, Store};

use super::gate::FeedGate;
use super::making::Making;
use super::metrics::Counters;
use super::pages::Pages;
use super::search::{Searches, Searching};
use super::shelf::Shelf;
use super::trouble::{Trouble, Troubled};

/// How long readiness waits for the store: longer than a slow disk takes to sync, shorter than
/// monitors are patient.
const PROBE: Duration = Duration::from_secs(2);

/// What a store lacked that did not take a poll.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreLack {
    /// Room.
    Room,
    /// Something else, or it refused what was brought.
    Other,
}

/// A feed and the number of entries in its document.
#[derive(Clone, Debug)]
pub struct ShownFeed {
    /// The feed.
    pub channel: Channel,
    /// How many entries a document holds.
    pub size: usize,
}

/// What the pages and feeds need of a configuration.
#[derive(Clone, Debug)]
pub struct Site {
    /// The base of all public URLs, ending in `/`.
    pub public_url: Url,
    /// Feeds in the configuration's order.
    pub feeds: Vec<ShownFeed>,
    /// What the terms of sources allow.
    pub terms: Arc<SourcesTerms>,
    /// What happened to a configuration that is not in force.
    pub alarm: Option<Alarm>,
    /// What searches go by, where readers may search.
    pub searching: Option<Arc<Searching>>,
}

impl Site {
    /// One without a feed.
    pub fn new(public_url: Url) -> Site {
        Site { public_url, feeds: Vec::new(), terms: Arc::default(), alarm: None, searching: None }
    }

    fn gate(&self) -> FeedGate {
        FeedGate::of(self.feeds.iter().map(|shown| &shown.channel))
    }

    /// The feeds that everybody may know of.
    pub fn public_feeds(&self) -> impl Iterator<Item = &ShownFeed> {
        self.feeds.iter().filter(|shown| !shown.channel.access.is_private())
    }

    /// The feed with this name.
    pub fn feed(&self, id: &str) -> Option<&ShownFeed> {
        self.feeds.iter().find(|shown| shown.channel.id.as_str() == id)
    }
}

/// What responses need from the running program.
pub struct Desk {
    pub(super) store: Arc<dyn Store>,
    /// The store as pages read it, and as documents do.
    pub(super) page_store: Arc<dyn Store>,
    pub(super) document_store: Arc<dyn Store>,
    pub(super) pages: Pages,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) site: ArcSwap<Site>,
    pub(super) gate: ArcSwap<FeedGate>,
    pub(super) shelf: Shelf,
    pub(super) searches: Searches,
    pub(super) making: Making,
    pub(super) cleaned: Arc<Cleaned>,
    /// Why nothing could be stored, until something is, or a test of the store goes well.
    trouble: Troubled,
    /// Why no source could be claimed, until some can.
    claims_trouble: Troubled,
    /// Why the store could not be read when readiness was last asked for.
    silence: Troubled,
    /// Why documents could not be dated, until one is.
    pub(super) dating_trouble: Troubled,
    /// What found no room, until that source is stored or another brings something: a test
    /// of the store is smaller, and may find some.
    no_room: Mutex<BTreeMap<SourceId, Trouble>>,
    /// Why no document can be read any more.
    impediment: Troubled,
    /// Since when no source can be reached.
    offline: ArcSwap<Option<Timestamp>>,
    /// What is to be said of this node although it is ready.
    remark: ArcSwap<Option<String>>,
    /// What this node does.
    pub(super) roles: Roles,
    /// Held while the store is tested to see whether its trouble is over.
    probing: Arc<tokio::sync::Mutex<()>>,
    /// Counts of what happened.
    pub counters: Counters,
}

impl Desk {
    /// A desk that serves `site` from `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, site: Site) -> Self {
        Desk {
            page_store: store.through(Lane::Pages),
            document_store: store.through(Lane::Documents),
            pages: Pages::new(),
            store,
            clock,
            gate: ArcSwap::from_pointee(site.gate()),
            site: ArcSwap::from_pointee(site),
            shelf: Shelf::new(),
            searches: Searches::new(),
            making: Making::new(),
            cleaned: Arc::new(Cleaned::new()),
            trouble: Troubled::not(),
            claims_trouble: Troubled::not(),
            silence: Troubled::not(),
            dating_trouble: Troubled::not(),
            no_room: Mutex::default(),
            impediment: Troubled::not(),
            offline: ArcSwap::from_pointee(None),
            remark: ArcSwap::from_pointee(None),
            roles: Roles::default(),
            probing: Arc::default(),
            counters: Counters::new(),
        }
    }

    /// The desk of a node that does only this. One that does not publish keeps no documents, so
    /// it serves none (check O125): those of its start would be served for ever.
    #[must_use]
    pub fn in_roles(self, roles: Roles) -> Self {
        Desk { roles, ..self }
    }

    /// What to respond where a document is requested of a node that publishes none.
    pub(super) fn unserved(&self) -> Option<&'static str> {
        let said = "this node does not publish: `publish` is not among its [node] roles; request it of one that does";
        (!self.roles.has(NodeRole::Publish)).then_some(said)
    }

    /// That this node is ready, with its roles where they are not all, and what else is to be
    /// said.
    pub fn readiness(&self) -> String {
        let missing = self.roles.missing().next().is_some();
        let roles = missing.then(|| format!(" (roles: {})", self.roles));
        let remark = (**self.remark.load()).as_ref().map(|remark| format!(", but {remark}"));
        let offline = self.offline_since().map(|since| format!(", but no source can be reached since {since}"));
        let all = [roles, remark, offline];
        "ready".to_owned() + &all.into_iter().flatten().collect::<String>()
    }

    /// Sets what is to be said of this node although it is ready.
    pub fn set_remark(&self, remark: Option<String>) {
        self.remark.store(Arc::new(remark));
    }

    /// Puts another configuration in force; feeds it no longer names are gone (check O25).
    pub fn set_site(&self, site: Site) {
        // First of all: no document of a feed that becomes private leaves without its token.
        self.gate.store(Arc::new(site.gate()));
        let before = self.site.swap(Arc::new(site));
        for shown in &before.feeds {
            self.remove_unless_in_force(shown);
        }
        self.searches.forget();
    }

    /// Removes the documents of a feed that has gone, or whose access has changed since: their
    /// links hold the tokens of before.
    pub(super) fn remove_unless_in_force(&self, shown: &ShownFeed) {
        let site = self.site.load();
        let present = site.feed(shown.channel.id.as_str());
        if present.is_none_or(|present| present.channel.access != shown.channel.access) {
            self.shelf.remove(&shown.channel.id);
        }
    }

    /// Notes that a poll was not stored, for readiness.
    pub fn note_unstored(&self, source: &SourceId, said: &str, lack: StoreLack) {
        match lack {
            StoreLack::Room => {
                let trouble = Trouble { said: said.to_owned(), since: self.clock.now() };
                self.no_room().entry(source.clone()).or_insert(trouble);
            }
            StoreLack::Other => {
                self.trouble.set(Some(said.to_owned()), self.clock.now());
            }
        }
    }

    /// Notes that a poll was stored that brought so many entries.
    pub fn note_stored(&self, source: &SourceId, brought: usize) {
        self.trouble.set(None, self.clock.now());
        let mut no_room = self.no_room();
        match brought {
            0 => drop(no_room.remove(source)),
            _ => no_room.clear(),
        }
    }

    /// Sets why no source can be claimed, for readiness; `None` if some can. Returns whether that
    /// is told otherwise than before.
    pub fn set_claims_trouble(&self, trouble: Option<String>) -> bool {
        self.claims_trouble.set(trouble, self.clock.now())
    }

    fn no_room(&self) -> MutexGuard<'_, BTreeMap<SourceId, Trouble>> {
        self.no_room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets why no document can be read any more, for readiness; `None` while some can.
    pub fn set_impediment(&self, impediment: Option<String>) {
        self.impediment.set(impediment, self.clock.now());
    }

    /// Sets since when no source can be reached; `None` if some can.
    pub fn set_offline(&self, since: Option<Timestamp>) {
        if **self.offline.load() != since {
            self.offline.store(Arc::new(since));
        }
    }

    /// Since when no source can be reached. Feeds are served all the same.
    pub fn offline_since(&self) -> Option<Timestamp> {
        **self.offline.load()
    }

    /// Whether documents can be read, the store can be read, and it takes what polls bring.
    /// After a poll that it did not take, the store itself is tested, one test at a time.
    ///
    /// # Errors
    /// What is wrong, and since when.
    pub async fn ready(&self) -> Result<(), Trouble> {
        if let Some(impediment) = self.impediment.get() {
            return Err(impediment);
        }
        self.reads().await?;
        if let Some(trouble) = self.claims_trouble.get() {
            let said = format!("no source can be claimed: {}", trouble.said);
            return Err(trouble.saying(said));
        }
        if let Some(first) = self.no_room().values().min_by_key(|trouble| trouble.since) {
            return Err(first.clone());
        }
        let Some(trouble) = self.trouble.get() else { return Ok(()) };
        let Ok(probing) = Arc::clone(&self.probing).try_lock_owned() else { return Err(trouble) };
        let store = Arc::clone(&self.store);
        // A store that another program has locked may take longer than any client waits.
        let asked = tokio::spawn(async move {
            let _probing = probing;
            store.probe().await
        });
        match tokio::time::timeout(PROBE, asked).await {
            Ok(Ok(Ok(()))) => {
                self.trouble.set(None, self.clock.now());
                Ok(())
            }
            Ok(Ok(Err(error))) => Err(trouble.saying(error.to_string())),
            Ok(Err(_)) | Err(_) => Err(trouble),
        }
    }

    /// Whether the store can be read. What polls met is told with its silence, and since when
    /// they do: they ask it more often than a monitor.
    async fn reads(&self) -> Result<(), Trouble> {
        let silence = match tokio::time::timeout(PROBE, self.store.ping()).await {
            Ok(asked) => asked.err().map(|error| error.to_string()),
            Err(_) => Some(format!("the store has not responded for {} s", PROBE.as_secs())),
        };
        self.silence.set(silence, self.clock.now());
        let Some(silence) = self.silence.get() else { return Ok(()) };
        let known = self.claims_trouble.get().or_else(|| self.trouble.get());
        Err(match known {
            Some(known) if known.said == silence.said => known,
            Some(known) => Trouble { said: format!("{}: {}", silence.said, known.said), since: known.since },
            None => silence,
        })
    }
}
