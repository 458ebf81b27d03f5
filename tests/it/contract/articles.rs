//! Articles on entries' pages: a queue that is worked off under a lease.

use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Content, Entry, EntryId, Markup};
use wiredesk::store::{ArticleClaim, ArticleRecord, Came, EntryRef, Error, Found, NotClaimed, Store};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// A new entry whose article is wanted.
fn teaser(id: &str) -> Found {
    match new(id, "Teaser") {
        Found::New(mut entry) => {
            entry.wants_article = true;
            Found::New(entry)
        }
        other => other,
    }
}

fn numbers(claim: &ArticleClaim) -> Vec<(EntryId, u32)> {
    claim.wanted.iter().map(|wanted| (wanted.id, wanted.tries)).collect()
}

async fn claimed(store: &Arc<dyn Store>, at: Timestamp) -> ArticleClaim {
    let mut all = store.claim_articles(&node(store).await, &courtesy(), at, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn of_page(claim: &ArticleClaim, entry: EntryId, came: Came) -> ArticleRecord {
    let said = "its page was read".to_owned();
    ArticleRecord { claim: claim.claim.clone(), entry, at: now(), came, said, hold: None, well: None }
}

pub async fn what_is_wanted_waits_until_it_is_settled(bench: &dyn Bench) {
    let store = two(bench).await;
    assert!(store.claim_articles(&node(&store).await, &courtesy(), now(), 10).await.unwrap().is_empty());
    let ids = poll(&store, "a", vec![teaser("2"), teaser("1"), new("0", "Whole")]).await;
    let (first, second) = (ids[1], ids[2]);
    let claim = claimed(&store, now()).await;
    assert_eq!(numbers(&claim), [(second, 0), (first, 0)], "the newest first");
    // A page that kills the process is not asked for at the next start.
    let again = now().plus(5 * MINUTE);
    store.begin_article(&claim.claim, first, again).await.unwrap();
    store.end_articles(&claim.claim).await.unwrap();
    let claim = claimed(&store, now()).await;
    assert_eq!(numbers(&claim), [(second, 0)]);
    // What has come is published where the entry stands; what has not is asked for again.
    let article = Content { markup: Markup::Html("<p>All of it</p>".to_owned()), base: None };
    let entry = Box::new(Entry { article: Some(article), ..claim.wanted[0].entry.clone() });
    let before = store.feed_page(&feed(), None, 10).await.unwrap();
    let text = Came::Text { entry: entry.clone(), routes: vec![route(true)] };
    assert_eq!(store.commit_article(of_page(&claim, second, text)).await.unwrap(), [feed()]);
    let after = store.feed_page(&feed(), None, 10).await.unwrap();
    let places = |page: &[wiredesk::model::Published]| page.iter().map(|p| p.place).collect::<Vec<_>>();
    assert_eq!(places(&after), places(&before));
    let record = store.entry(&EntryRef::Id(second)).await.unwrap().unwrap();
    assert_eq!((record.published.entry.article, record.versions.len()), (entry.article, 1));
    assert_eq!(record.article.as_deref(), Some("its page was read"));
    store.end_articles(&claim.claim).await.unwrap();
    assert!(store.claim_articles(&node(&store).await, &courtesy(), now(), 10).await.unwrap().is_empty());
    let claim = claimed(&store, again).await;
    assert_eq!(numbers(&claim), [(first, 1)]);
    assert_eq!(store.commit_article(of_page(&claim, first, Came::Nothing)).await.unwrap(), []);
    store.end_articles(&claim.claim).await.unwrap();
    assert!(
        store.claim_articles(&node(&store).await, &courtesy(), again, 10).await.unwrap().is_empty(),
        "it is settled"
    );
    is_sound(&store).await;
}

pub async fn polls_and_articles_of_a_source_never_overlap_r21(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![teaser("1")]).await;
    // A source that is due is polled first.
    assert!(
        store.claim_articles(&node(&store).await, &courtesy(), now().plus(16 * MINUTE), 10).await.unwrap().is_empty()
    );
    let work = claimed(&store, now()).await;
    let by_hand = async || {
        store.claim_named(&node(&store).await, &courtesy(), &[source("a")], Duration::ZERO, now()).await.unwrap()
    };
    assert_eq!(by_hand().await.1, [NotClaimed::Busy(source("a"))]);
    store.end_articles(&work.claim).await.unwrap();
    assert_eq!(by_hand().await.0.len(), 1);
    // Whoever was overtaken stores nothing.
    for refused in [
        store.begin_article(&work.claim, ids[0], now()).await,
        store.commit_article(of_page(&work, ids[0], Came::Nothing)).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    }
}
