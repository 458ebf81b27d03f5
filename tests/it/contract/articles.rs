//! Articles on entries' pages: a queue that is worked off under a lease.

use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Content, EntryId, Markup, Stored};
use wiredesk::store::{ArticleClaim, ArticleRecord, Came, EntryRef, Error, Found, NotClaimed, Store, Unindexed, Words};

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
    let decided_by = rules("now");
    ArticleRecord { claim: claim.claim.clone(), entry, at: now(), came, decided_by, said, hold: None, well: None }
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
    let entry = Box::new(Stored { article: Some(article), ..claim.wanted[0].entry.clone().into() });
    let before = store.feed_page(&feed(), None, 10).await.unwrap();
    let text = Came::Text { entry: entry.clone(), routes: vec![route(true)] };
    store.commit_article(of_page(&claim, second, text)).await.unwrap();
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
    store.commit_article(of_page(&claim, first, Came::Nothing)).await.unwrap();
    store.end_articles(&claim.claim).await.unwrap();
    assert!(
        store.claim_articles(&node(&store).await, &courtesy(), again, 10).await.unwrap().is_empty(),
        "it is settled"
    );
    is_sound(&store).await;
}

pub async fn an_article_by_other_rules_is_decided_again_and_indexed_r20(bench: &dyn Bench) {
    let store = two(bench).await;
    store.take_rules(&editions("now")).await.unwrap();
    let ids = poll(&store, "a", vec![teaser("2"), teaser("1")]).await;
    let waiting = async || store.decide_again(None, 10).await.unwrap();
    let claim = claimed(&store, now()).await;
    for (entry, by, expected) in [(ids[0], "now", vec![]), (ids[1], "before", vec![ids[1]])] {
        let read = store.waiting(None, 10).await.unwrap();
        let words = |of: &Unindexed| Words { entry: of.id, version: of.version, words: String::new() };
        store.index(read.iter().map(words).collect()).await.unwrap();
        let wanted = claim.wanted.iter().find(|wanted| wanted.id == entry).unwrap();
        let article = Content { markup: Markup::Html("<p>All of it</p>".to_owned()), base: None };
        let with = Box::new(Stored { article: Some(article), ..wanted.entry.clone().into() });
        let came = Came::Text { entry: with, routes: vec![route(true)] };
        let record = ArticleRecord { decided_by: rules(by), ..of_page(&claim, entry, came) };
        store.commit_article(record).await.unwrap();
        assert_eq!(waiting().await, expected, "{by}");
        let read = store.waiting(None, 10).await.unwrap();
        assert_eq!(read.iter().map(|waiting| waiting.id).collect::<Vec<_>>(), [entry]);
    }
    store.end_articles(&claim.claim).await.unwrap();
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
        store.commit_article(of_page(&work, ids[0], Came::Nothing)).await,
    ] {
        assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    }
}
