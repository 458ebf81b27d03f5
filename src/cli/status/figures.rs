//! What `status` tells, as it was read from the store.

use crate::cli::context::{Context, Failed};
use crate::clock::Timestamp;
use crate::poll::drive::line::offline_since;
use crate::schedule::Condition;
use crate::store::{
    self, FeedStatus, Location, NodeStatus, Rereading, SourceStatus, SourcesWanted, Store, Totals, Underway,
};

use super::nodes;

/// What is shown: the store's figures, its sources and feeds.
pub struct StatusFigures {
    /// The store as a whole.
    pub totals: Totals,
    /// Since when no source can be reached.
    pub offline_since: Option<String>,
    /// Rematches under way.
    pub rematches: Vec<Underway>,
    /// Reading stored entries anew, where that is under way.
    pub rereading: Option<Rereading>,
    /// The sources, by name.
    pub sources: Vec<SourceStatus>,
    /// The feeds, by name.
    pub feeds: Vec<FeedStatus>,
    /// The daemons on the store.
    pub nodes: Vec<NodeStatus>,
    /// When all this was read.
    pub now: Timestamp,
}

/// Sources that are read at once.
const READ_AT_ONCE: usize = 500;

impl StatusFigures {
    /// What a store tells before there is one.
    pub fn none() -> StatusFigures {
        StatusFigures {
            totals: Totals::default(),
            offline_since: None,
            rematches: Vec::new(),
            rereading: None,
            sources: Vec::new(),
            feeds: Vec::new(),
            nodes: Vec::new(),
            now: Timestamp::EPOCH,
        }
    }

    /// Reads them, unless there is no store yet.
    pub async fn read(context: &Context) -> Result<Result<StatusFigures, Location>, Failed> {
        let opened = match context.look_if_there().await? {
            Ok(opened) => opened,
            Err(at) => return Ok(Err(at)),
        };
        let now = opened.clock.now();
        let mut feeds: Vec<_> = opened.config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
        feeds.sort();
        Ok(Ok(StatusFigures {
            totals: opened.store.totals().await?,
            sources: sources(&*opened.store, now).await?,
            feeds: opened.store.feeds(&feeds, now).await?,
            offline_since: offline_since(&*opened.store).await?,
            rematches: opened.store.rematches().await?,
            rereading: opened.store.rereading().await?.filter(|noted| noted.ended_at.is_none()),
            nodes: nodes::daemons(&*opened.store, now).await?,
            now,
        }))
    }
}

/// All sources by name, read page by page.
async fn sources(store: &dyn Store, now: Timestamp) -> Result<Vec<SourceStatus>, store::Error> {
    let mut wanted = SourcesWanted::all(READ_AT_ONCE);
    let mut all = Vec::new();
    loop {
        let page = store.sources_page(&wanted, now).await?;
        let Some(last) = page.last() else { return Ok(all) };
        wanted.after = Some(last.source.clone());
        all.extend(page);
    }
}

/// A source as people ask after it.
pub fn condition(s: &SourceStatus, now: Timestamp) -> Condition<'_> {
    Condition { source: &s.source, state: &s.state, is_active: s.active, now }
}
