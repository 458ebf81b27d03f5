//! A desk on which everything goes on at once: polls with new and edited
//! entries, full text, filters and labels that change, pruning, the index; and
//! what must hold of it whatever it was struck by.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wiredesk::clock::{Clock, SystemClock, Timestamp};
use wiredesk::config::Config;
use wiredesk::model::{EntryId, FeedId};
use wiredesk::past::again::drain;
use wiredesk::past::rematch::{AFTER_RELOAD, Rematch};
use wiredesk::plan::Plan;
use wiredesk::plan::edition::editions;
use wiredesk::plan::stored::PastSources;
use wiredesk::store::{Location, Opening, Store, open};

use crate::desk::{Desk, EVERYTHING, source};
use crate::origin::Origin;
use crate::reply::Reply;

const WINDOW: u64 = 30;
const SOURCES: [&str; 3] = ["a", "b", "c"];

pub struct Mill {
    origin: Origin,
    pub desk: Desk,
    newest: Arc<AtomicU64>,
    /// Which entry each published id stands for.
    ids: BTreeMap<String, String>,
}

/// Entries of a source up to number `end`; every fifth is edited now and then.
fn document(name: &str, end: u64, page: &str) -> String {
    let item = |n: u64| {
        let edition = if n.is_multiple_of(5) { end / 6 } else { 0 };
        format!(
            "<item><guid isPermaLink=\"false\">{name}-{n}</guid><title>{name} {n}</title><link>{page}{name}/{n}</link>\
             <description>Copy number {n} of {name}, edition {edition} …</description></item>"
        )
    };
    let items: String = (end - WINDOW..end).rev().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>{name}</title>{items}</channel></rss>")
}

impl Mill {
    pub async fn open() -> Mill {
        let origin = Origin::start().await;
        let newest = Arc::new(AtomicU64::new(WINDOW));
        let page = origin.url("/").to_string();
        for name in SOURCES {
            let (newest, page) = (Arc::clone(&newest), page.clone());
            origin.script(&format!("/{name}.rss"), move |_| {
                Reply::ok(document(name, newest.load(Ordering::SeqCst), &page))
            });
        }
        let words = "The harbour of the city was closed for the day while divers looked for what was lost. ".repeat(8);
        let article =
            format!("<html><body><article><h1>c</h1><p>Copy number of c, edition. {words}</p></article></body></html>");
        for n in 0..WINDOW + 4000 {
            origin.set(&format!("/c/{n}"), Reply::ok(&article).header("content-type", "text/html"));
        }
        let mill = Mill { origin, desk: Desk::new(""), newest, ids: BTreeMap::new() };
        mill.configure(0);
        mill
    }

    /// Another configuration: tags, filters and a source come and go.
    pub fn configure(&self, variant: u64) {
        let tags = |own: bool| if own { "tags = [\"docks\"]\n\n" } else { "\n" };
        let url = |name: &str| self.origin.url(&format!("/{name}.rss"));
        let a = source("a", url("a")) + tags(variant.is_multiple_of(2));
        let b = source("b", url("b")) + tags(variant % 2 == 1);
        let c = source("c", url("c")) + "full_text = true\n\n";
        let digit = variant % 3 + 1;
        let some = format!(
            "[[feed]]\nid = \"some\"\ntitle = \"Some\"\nbackfill = \"36500d\"\nmatch = 'title:{digit}* OR body:harbour'\n\n"
        );
        let docks = "[[feed]]\nid = \"docks\"\ntitle = \"Docks\"\nbackfill = \"36500d\"\nsources = [\"tag:docks\"]\n\n";
        let docks = if variant % 4 == 3 { "" } else { docks };
        self.desk.configure(&format!("{a}{b}{c}{EVERYTHING}{some}{docks}"));
        let text = std::fs::read_to_string(self.desk.config()).unwrap();
        std::fs::write(self.desk.config(), text.replace("[store]\n", "[store]\nkeep = \"30d\"\n")).unwrap();
    }

    /// News has come.
    pub fn turn(&self) {
        self.newest.fetch_add(2, Ordering::SeqCst);
    }

    /// Everything is due, nothing is claimed, and what is no longer listed is old.
    pub fn wind(&self) {
        let store = rusqlite::Connection::open(self.desk.path("desk.db")).unwrap();
        let now = SystemClock::new().now().millis();
        let old = now - 40 * 86_400_000;
        store.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        store
            .execute_batch(&format!(
                "UPDATE source SET lease_until_at = 0, next_poll_at = {now}; DELETE FROM turn; DELETE FROM hold;
                 UPDATE article SET due_at = {now} WHERE due_at IS NOT NULL;
                 UPDATE entry SET first_seen_at = {old} WHERE id < (SELECT max(id) FROM entry) - 300;
                 UPDATE text SET seen_at = {old} WHERE entry_id < (SELECT max(id) FROM entry) - 300;"
            ))
            .unwrap();
    }

    /// What is stored holds together, and each feed is what it would be if it
    /// were built anew from the store: looked at in a copy, which is brought to
    /// an end as a start would.
    pub async fn check(&mut self, when: &str) {
        let copy = tempfile::tempdir().unwrap();
        for name in ["desk.db", "desk.db-wal"] {
            if self.desk.path(name).exists() {
                std::fs::copy(self.desk.path(name), copy.path().join(name)).unwrap();
            }
        }
        if !copy.path().join("desk.db").exists() {
            return;
        }
        let now = SystemClock::new().now();
        let at = Location::Sqlite(copy.path().join("desk.db"));
        let store = open(&at, Opening::Work, now).await.unwrap_or_else(|e| panic!("{when}: {e}"));
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new(), "{when}");
        let config = Config::load(&self.desk.config()).unwrap_or_else(|problems| panic!("{problems:?}"));
        finish(&store, &config, now).await;
        let kept = everything(&store).await;
        let plan = Arc::new(Plan::of(&config));
        let past = PastSources::of(&*store, &plan, &kept).await.unwrap();
        for feed in config.feeds.iter().map(|feed| &feed.channel.id) {
            let anew: HashSet<EntryId> = kept
                .iter()
                .filter(|kept| past.routes(kept).iter().any(|route| route.feed == *feed && route.admitted))
                .map(|kept| kept.id)
                .collect();
            let mut stored = store.members(feed, EntryId(1)..=EntryId(i64::MAX)).await.unwrap();
            stored.retain(|id| kept.iter().any(|kept| kept.id == *id));
            assert_eq!(stored, anew, "{when}: {feed}");
        }
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new(), "{when}, brought to an end");
        self.ids_stay(&store, when).await;
    }

    /// An id stands for one entry, and an entry has one id, for ever.
    async fn ids_stay(&mut self, store: &Arc<dyn Store>, when: &str) {
        let (all, mut titles) = (FeedId::new("all").unwrap(), HashSet::new());
        for published in store.feed_page(&all, None, usize::MAX >> 1).await.unwrap() {
            let title = published.entry.title.clone();
            assert!(titles.insert(title.clone()), "{when}: {title} is there twice");
            let was = self.ids.entry(published.published_id.clone()).or_insert_with(|| title.clone());
            assert_eq!(*was, title, "{when}: {} changed hands", published.published_id);
        }
    }

    /// At the end, once nothing strikes: what is listed is stored, once.
    pub async fn ends_well(&mut self) {
        self.wind();
        self.desk.runs(&["poll", "--all"]);
        self.desk.runs(&["verify"]);
        self.check("at the end").await;
        let now = SystemClock::new().now();
        let store = self.desk.store(now).await;
        let kept = everything(&store).await;
        let end = self.newest.load(Ordering::SeqCst);
        for (name, n) in SOURCES.iter().flat_map(|name| (end - WINDOW..end).map(move |n| (name, n))) {
            let title = format!("{name} {n}");
            assert_eq!(kept.iter().filter(|kept| kept.entry.title == title).count(), 1, "{title}");
        }
    }
}

/// Brings what a start would do to an end.
async fn finish(store: &Arc<dyn Store>, config: &Config, now: Timestamp) {
    let feeds: Vec<_> = config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
    store.configure(&Plan::of(config).planned(now), &feeds, now).await.unwrap();
    let made_by = editions(config);
    let outdated = store.take_rules(&made_by).await.unwrap();
    if !outdated.is_empty() {
        let rematch = Rematch::of(AFTER_RELOAD, &outdated, Plan::only(config, &outdated), &made_by);
        rematch.run(store, &SystemClock::new(), |_| ()).await.unwrap();
    }
    drain(store, &Arc::new(Plan::of(config)), now).await.unwrap();
    assert_eq!(store.rematches().await.unwrap(), [], "nothing is left under way");
    assert_eq!(store.decide_again(None, 1).await.unwrap(), [], "nor to be decided again");
}

async fn everything(store: &Arc<dyn Store>) -> Vec<wiredesk::store::Kept> {
    store.history(None, usize::MAX >> 1).await.unwrap()
}
