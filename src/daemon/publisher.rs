//! Renders feeds that changed, once for each change, beside the polls. The store's outbox tells
//! which changed, whichever process changed them. Each feed is rendered by itself: one that
//! takes long delays no other.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinSet};

use crate::model::FeedId;
use crate::store::{Continuity, Outbox, Result, Seq};
use crate::web::Rendering;

use super::dirty::Dirty;
use super::state::DaemonState;

/// Changes within this time of a rendering are rendered together.
const PAUSE: Duration = Duration::from_millis(500);

/// A feed that could not be rendered, or not dated, is rendered again after this.
const AGAIN: Duration = Duration::from_secs(5);

/// Between checks for changes by other processes.
const LOOK: Duration = Duration::from_secs(1);

/// Changes read at once.
const PAGE: usize = 1_000;

/// Renders all feeds, and then those that change, for as long as the program runs.
pub async fn run(shared: Arc<DaemonState>) {
    // Taken before the first rendering: what is committed from here on is rendered again.
    let from = position(&*shared.store).await;
    shared.mark_all();
    let render = |feed| one(Arc::clone(&shared), feed);
    tokio::join!(follow(&shared, from), render_marked(&shared.dirty, render, AGAIN));
}

/// Where the outbox ends, as soon as the store can be read.
async fn position(outbox: &dyn Outbox) -> Seq {
    loop {
        match outbox.newest_change().await {
            Ok(newest) => return newest,
            Err(error) => tracing::error!(%error, "changes of feeds cannot be read; no feed is rendered"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Marks feeds as they change, from a position in the outbox on.
async fn follow(shared: &DaemonState, mut at: Seq) {
    let mut is_told = false;
    loop {
        match changes(shared, at).await {
            Ok(next) => {
                is_told = false;
                // There may be more.
                if next == at {
                    drop(tokio::time::timeout(LOOK, shared.store.changed(at)).await);
                }
                at = next;
            }
            Err(error) => {
                // Once for each time that it begins.
                if !is_told {
                    tracing::warn!(%error, "changes of feeds cannot be read; feeds are served as they were");
                    is_told = true;
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Marks the feeds of the changes after a position. Returns where to go on.
async fn changes(shared: &DaemonState, after: Seq) -> Result<Seq> {
    let changes = shared.store.changes(after, PAGE).await?;
    match changes.continuity {
        Continuity::Whole => shared.dirty.mark(changes.all.into_iter().map(|change| change.feed)),
        Continuity::Cut => shared.mark_all(),
    }
    Ok(changes.next)
}

/// Renders marked feeds. A feed that could not be rendered completely is marked `again` after
/// this long; otherwise its readers would not see the change until the next one.
async fn render_marked<R>(dirty: &Dirty, render: impl Fn(FeedId) -> R, again: Duration)
where
    R: Future<Output = Result<Rendering>> + Send + 'static,
{
    let mut renderings = JoinSet::new();
    // A rendering that panics is found here by its name too.
    let mut under_way: HashMap<Id, FeedId> = HashMap::new();
    let (mut waiting, mut behind) = (JoinSet::new(), HashSet::new());
    loop {
        for feed in dirty.take(&under_way) {
            let rendering = renderings.spawn(render(feed.clone()));
            under_way.insert(rendering.id(), feed);
        }
        tokio::select! {
            () = dirty.rung() => {}
            Some(ended) = renderings.join_next_with_id() => {
                let (id, is_whole) = match ended {
                    Ok((id, rendered)) => (id, matches!(rendered, Ok(Rendering::Whole))),
                    Err(broken) => (broken.id(), false),
                };
                let feed = under_way.remove(&id).filter(|_| !is_whole);
                if let Some(feed) = feed.filter(|feed| behind.insert(feed.clone())) {
                    waiting.spawn(async move {
                        tokio::time::sleep(again).await;
                        feed
                    });
                }
            }
            Some(Ok(feed)) = waiting.join_next() => {
                behind.remove(&feed);
                dirty.mark([feed]);
            }
        }
    }
}

/// Renders a feed, and then pauses.
async fn one(shared: Arc<DaemonState>, feed: FeedId) -> Result<Rendering> {
    let rendered = shared.desk.render(&feed).await;
    // A feed that cannot be rendered now is served as it was (O30).
    if let Err(error) = &rendered {
        tracing::error!(feed.id = feed.as_str(), %error, "a feed could not be rendered");
    }
    tokio::time::sleep(PAUSE).await;
    rendered
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::mpsc;

    use super::*;
    use crate::store::Error;

    /// What a test's rendering comes to; `None` breaks down.
    type Ends = Option<Result<Rendering>>;

    /// O36: whatever kept a feed from being rendered whole, it is rendered again until
    /// it is, and no other feed is.
    #[tokio::test]
    async fn what_is_not_rendered_whole_is_rendered_again_o36() {
        let [city, port] = ["city", "port"].map(|id| FeedId::new(id).unwrap());
        let locked = || Error::Locked("by the test".to_owned());
        let ends: Mutex<Vec<Ends>> =
            Mutex::new(vec![Some(Ok(Rendering::Whole)), Some(Ok(Rendering::Undated)), None, Some(Err(locked()))]);
        let dirty = Dirty::new();
        dirty.mark([city.clone(), port.clone()]);
        let (tell, mut told) = mpsc::unbounded_channel();
        let render = |feed: FeedId| {
            let end = match feed == city {
                true => ends.lock().unwrap().pop().unwrap(),
                false => Some(Ok(Rendering::Whole)),
            };
            let is_whole = matches!(end, Some(Ok(Rendering::Whole)));
            tell.send((feed, is_whole)).unwrap();
            async move { end.expect("by the test") }
        };
        let whole = async {
            let mut all = Vec::new();
            while all.iter().filter(|(_, is_whole)| *is_whole).count() < 2 {
                all.push(told.recv().await.unwrap());
            }
            all
        };
        let all = tokio::select! {
            () = render_marked(&dirty, render, Duration::from_millis(1)) => unreachable!("it goes on"),
            all = whole => all,
        };
        assert_eq!(all.iter().filter(|(feed, _)| *feed == city).count(), 4, "{all:?}");
        assert_eq!(all.iter().filter(|(feed, _)| *feed == port).count(), 1, "{all:?}");
    }
}
