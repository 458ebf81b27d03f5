//! What the reference store remembers, as it is.

use std::collections::{BTreeMap, BTreeSet};

use wiredesk::clock::Timestamp;
use wiredesk::model::{
    Change, EntryId, EntryKey, FeedId, Fingerprint, Host, NodeId, PollState, Published, Route, SourceId, Stored,
};
use wiredesk::store::rules::{Decider, Placing, RouteBefore};
use wiredesk::store::{
    DocumentHash, Error, FeedChange, Kept, Node, NodeKind, Process, Result, Roles, RulesId, TextHash, Version,
};

#[derive(Default)]
pub struct World {
    pub rereading: Option<wiredesk::store::Rereading>,
    pub nodes: BTreeMap<NodeId, NodeRow>,
    /// Who has a duty until when, by its name.
    pub duties: BTreeMap<&'static str, (Node, Timestamp)>,
    /// The highest generation there was.
    pub generation: i64,
    pub sources: BTreeMap<SourceId, SourceRow>,
    pub feeds: BTreeMap<FeedId, FeedRow>,
    /// By host and source.
    pub turns: BTreeMap<(String, SourceId), TurnRow>,
    /// When a site was asked last.
    pub sites: BTreeMap<String, Timestamp>,
    /// By site, host (empty: the whole site) and proxy.
    pub holds: BTreeMap<(String, String, String), HoldRow>,
    pub entries: BTreeMap<EntryId, EntryRow>,
    /// Which entries have which keys.
    pub keys: BTreeMap<(SourceId, EntryKey), EntryId>,
    pub published_ids: BTreeMap<String, EntryId>,
    pub articles: BTreeMap<EntryId, ArticleRow>,
    pub changes: Vec<FeedChange>,
    pub seq: i64,
    pub documents: BTreeMap<(FeedId, String), (DocumentHash, Timestamp)>,
    pub poll_counts: BTreeMap<String, u64>,
    pub unindexed: BTreeSet<EntryId>,
    pub decide_again: BTreeSet<EntryId>,
    pub rules: Option<RulesId>,
    pub offline_since: Option<Timestamp>,
    /// Texts that there were: each has a number of its own.
    pub texts: u64,
}

pub struct NodeRow {
    pub generation: i64,
    pub kind: NodeKind,
    pub process: Process,
    pub roles: Roles,
    pub joined_at: Timestamp,
    pub beat_at: Timestamp,
    pub left_at: Option<Timestamp>,
}

pub struct SourceRow {
    /// In which order sources came.
    pub no: usize,
    pub url_hash: i64,
    pub is_active: bool,
    pub interval_ms: i64,
    pub host: Host,
    pub lease: i64,
    /// The beginning of time where nobody has it.
    pub lease_until: Timestamp,
    pub holder: Option<Node>,
    pub state: PollState,
    /// From when on it is stale, as its last poll left it.
    pub stale_at: Option<Timestamp>,
    pub entries: u64,
    pub articles_at: Timestamp,
}

pub struct FeedRow {
    pub is_active: bool,
    pub updated_at: Option<Timestamp>,
}

pub struct TurnRow {
    pub holder: Option<Node>,
    pub until: Timestamp,
}

pub struct HoldRow {
    pub asked_at: Timestamp,
    pub until: Timestamp,
    pub strikes: u32,
    pub because: String,
}

pub struct EntryRow {
    pub source: SourceId,
    pub key: EntryKey,
    pub print: Fingerprint,
    pub published_id: String,
    pub first_seen_at: Timestamp,
    pub updated_at: Timestamp,
    pub revisions: u32,
    /// `None` where it was pruned.
    pub text: Option<TextRow>,
    /// Newest first.
    pub earlier: Vec<Version>,
    pub routes: BTreeMap<FeedId, RouteRow>,
}

#[derive(Clone)]
pub struct TextRow {
    pub seen_at: Timestamp,
    pub change: Option<Change>,
    pub entry: Stored,
    pub hash: TextHash,
}

pub struct RouteRow {
    pub admitted: bool,
    pub sort_at: Timestamp,
    pub standing: Option<Placing>,
    pub route: Route,
}

impl RouteRow {
    pub fn before(&self) -> RouteBefore {
        RouteBefore { admitted: self.admitted, sort_at: self.sort_at, standing: self.standing }
    }
}

pub struct ArticleRow {
    pub source: SourceId,
    /// `None` where it is settled.
    pub due_at: Option<Timestamp>,
    pub tries: u32,
    pub said: String,
}

impl World {
    /// The source of a claim, while it holds.
    pub fn claimed(&mut self, source: &SourceId, lease: i64) -> Result<&mut SourceRow> {
        let row = self.sources.get_mut(source).filter(|row| row.lease == lease);
        row.ok_or_else(|| Error::StaleClaim(source.clone()))
    }

    pub fn decider(&self, by: &RulesId) -> Decider {
        Decider::of(self.rules.as_ref(), by)
    }

    /// A text of its own number.
    pub fn text(&mut self, seen_at: Timestamp, change: Option<Change>, mut entry: Stored, key: EntryKey) -> TextRow {
        self.texts += 1;
        // A store keeps an entry's key beside its text.
        entry.entry.key = key;
        // Far from the numbers that tests make up.
        TextRow { seen_at, change, entry, hash: TextHash(self.texts << 20) }
    }

    pub fn published(&self, id: EntryId, row: &EntryRow, feed: Option<&RouteRow>) -> Option<Published> {
        let mut entry = row.text.as_ref()?.entry.clone();
        entry.entry.key = row.key;
        Some(Published {
            place: wiredesk::model::FeedPosition {
                at: feed.map_or(row.first_seen_at, |route| route.sort_at),
                entry: id,
            },
            published_id: row.published_id.clone(),
            source: row.source.clone(),
            carrier: self.sources.get(&row.source).map(|source| source.state.carrier.clone()).unwrap_or_default(),
            first_seen_at: row.first_seen_at,
            updated_at: row.updated_at,
            revisions: row.revisions,
            entry,
            lists: feed.map(|row| row.route.lists()).unwrap_or_default(),
            because: feed.map(|row| row.route.because.clone()).unwrap_or_default(),
        })
    }

    pub fn kept(&self, id: EntryId, row: &EntryRow) -> Option<Kept> {
        let text = row.text.as_ref()?;
        let mut entry = text.entry.clone();
        entry.entry.key = row.key;
        let (source, first_seen_at, version) = (row.source.clone(), row.first_seen_at, text.hash);
        Some(Kept { id, source, first_seen_at, entry, version })
    }
}
