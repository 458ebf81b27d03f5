//! Fetches the articles that entries of sources with `full_text = true` want,
//! behind the polls.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Shared;
use crate::poll::articles::Fetched;

/// Sources whose articles are fetched at once.
const AT_ONCE: usize = crate::limits::ARTICLES_AT_ONCE.count();
/// How often is looked for what is wanted, when nobody rings.
const ROUND: Duration = Duration::from_secs(5);

/// Fetches until the stop.
pub async fn run(shared: Arc<Shared>) {
    let mut running: JoinSet<Fetched> = JoinSet::new();
    loop {
        let room = AT_ONCE - running.len();
        match shared
            .store
            .claim_articles(shared.poller.node(), shared.poller.courtesy(), shared.clock.now(), room)
            .await
        {
            Ok(claims) => {
                for claim in claims {
                    let poller = Arc::clone(&shared.poller);
                    running.spawn(async move { poller.articles(claim).await });
                }
            }
            Err(error) => tracing::debug!(%error, "articles cannot be claimed; they wait"),
        }
        tokio::select! {
            Some(done) = running.join_next(), if !running.is_empty() => {
                if let Ok(fetched) = done {
                    ended(&shared, &fetched);
                }
            }
            () = shared.wanted.notified(), if running.len() < AT_ONCE => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

fn ended(shared: &Shared, fetched: &Fetched) {
    let Fetched { better, kept, later, feeds, bytes } = fetched;
    if better + kept + later > 0 {
        tracing::info!(better, kept, later, bytes, "articles fetched");
    }
    if *better > 0 {
        shared.arrived.notify_one();
    }
    shared.dirty.mark(feeds);
}
