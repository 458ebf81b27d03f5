//! All of a store that can be seen.

use std::collections::BTreeMap;

use wiredesk::model::EntryId;
use wiredesk::store::{EntryRef, Seq};

use super::act::Desk;
use super::records::{FEEDS, SOURCES, feed_of, named};
use crate::contract::all_sources;

/// What can be seen, by what it is.
pub type Sight = BTreeMap<String, String>;

impl Desk {
    /// All that can be seen of the store. A store that finds itself unsound says so here.
    pub async fn look(&self) -> Sight {
        let mut sight = Sight::new();
        self.see_sources(&mut sight).await;
        self.see_feeds(&mut sight).await;
        self.see_entries(&mut sight).await;
        self.see_work(&mut sight).await;
        sight.insert("verify".to_owned(), format!("{:?}", self.store().verify().await.unwrap()));
        sight
    }

    async fn see_sources(&self, sight: &mut Sight) {
        let (store, at) = (self.store(), self.at);
        for status in all_sources(store, at).await {
            sight.insert(format!("sources: {}", status.source), self.names.told(&status));
        }
        for n in 0..SOURCES {
            let status = store.source(&named(n), at).await.unwrap();
            sight.insert(format!("source {n}"), self.names.told(&status));
        }
        sight.insert("census".to_owned(), self.names.told(&store.census(at).await.unwrap()));
        sight.insert("poll counts".to_owned(), self.names.told(&store.poll_counts().await.unwrap()));
        // What else is known of nodes is kept where several share a store.
        let nodes = store.nodes(at).await.unwrap().into_iter();
        let nodes: Vec<_> = nodes.map(|n| (n.node, n.kind, n.joined_at, n.beat_at, n.left_at)).collect();
        sight.insert("nodes".to_owned(), self.names.told(&nodes));
    }

    async fn see_feeds(&self, sight: &mut Sight) {
        let store = self.store();
        for n in 0..FEEDS {
            let feed = feed_of(n);
            let (mut before, mut pages) = (None, String::new());
            loop {
                let page = store.feed_page(&feed, before, 3).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some(last.place);
                pages += &self.names.told(&page);
            }
            sight.insert(format!("pages of {feed}"), pages);
            let mut members: Vec<EntryId> =
                store.members(&feed, EntryId(0)..=EntryId(i64::MAX)).await.unwrap().into_iter().collect();
            members.sort_unstable();
            sight.insert(format!("members of {feed}"), self.names.told(&members));
            sight.insert(format!("{feed} is known"), format!("{:?}", store.knows_feed(&feed).await.unwrap()));
        }
        let all: Vec<_> = (0..FEEDS).map(feed_of).collect();
        sight.insert("feeds".to_owned(), self.names.told(&store.feeds(&all, self.at).await.unwrap()));
    }

    async fn see_entries(&self, sight: &mut Sight) {
        let store = self.store();
        for ((source, name), id) in &self.entries {
            let record = store.entry(&EntryRef::Id(*id)).await.unwrap();
            if let Some(record) = &record {
                let by_name = store.entry(&EntryRef::Iri(record.published.published_id.clone())).await.unwrap();
                let found = by_name.map(|record| record.published.place.entry);
                sight.insert(format!("id of {source}/{name}"), self.names.told(&found));
            }
            sight.insert(format!("entry {source}/{name}"), self.names.told(&record));
        }
        let all: Vec<EntryId> = self.entries.values().copied().collect();
        sight.insert("published".to_owned(), self.names.told(&store.published(&all).await.unwrap()));
        sight.insert("kept".to_owned(), self.names.told(&store.kept(&all).await.unwrap()));
        sight.insert("history".to_owned(), self.names.told(&store.history(None, 1_000).await.unwrap()));
    }

    async fn see_work(&self, sight: &mut Sight) {
        let store = self.store();
        let totals = store.totals().await.unwrap();
        sight.insert("totals".to_owned(), format!("{} {} {}", totals.entries, totals.stories, totals.unindexed));
        sight.insert("to index".to_owned(), self.names.told(&store.waiting(None, 1_000).await.unwrap()));
        sight.insert("to decide".to_owned(), self.names.told(&store.decide_again(None, 1_000).await.unwrap()));
        sight.insert("rules".to_owned(), self.names.told(&store.rules().await.unwrap()));
        sight.insert("rematches".to_owned(), self.names.told(&store.rematches().await.unwrap()));
        let sources: Vec<_> = (0..SOURCES).map(named).collect();
        sight.insert("labels".to_owned(), self.names.told(&store.labels(&sources).await.unwrap()));
        sight.insert("offline".to_owned(), self.names.told(&store.offline_since().await.unwrap()));
        // Each step was told its own changes, so the count is enough.
        let changes = store.changes(Seq::START, 100_000).await.unwrap();
        sight.insert("changes".to_owned(), format!("{:?} {}", changes.continuity, changes.all.len()));
    }
}
