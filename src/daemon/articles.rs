//! Fetches the articles that entries of sources with `full_text = true` want, besides the
//! polls.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::state::DaemonState;
use crate::poll::articles::Fetched;
use crate::store::Seq;

/// Sources whose articles are fetched at the same time.
const AT_ONCE: usize = crate::limits::ARTICLES_AT_ONCE.count();
/// How often wanted articles are looked for while no feed changes.
const ROUND: Duration = Duration::from_secs(5);

/// Fetches until the stop.
pub async fn run(shared: Arc<DaemonState>) {
    let mut running: JoinSet<Fetched> = JoinSet::new();
    loop {
        // What it would claim of sources that it does not know, it would claim again and again.
        if shared.is_behind() {
            tokio::time::sleep(ROUND).await;
            continue;
        }
        let room = AT_ONCE - running.len();
        // Taken before the look, so that what is stored meanwhile is found too.
        let seen = shared.store.newest_change().await.unwrap_or(Seq::END);
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
                    ended(&fetched);
                }
            }
            () = shared.store.changed(seen), if running.len() < AT_ONCE => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

fn ended(fetched: &Fetched) {
    let Fetched { better, kept, later, bytes } = fetched;
    if better + kept + later > 0 {
        tracing::info!(better, kept, later, bytes, "articles fetched");
    }
}
