//! New decisions about what is stored (check O7).

use std::collections::HashSet;
use std::time::Duration;

use wiredesk::model::{EntryId, Route};
use wiredesk::store::{Decided, Gained, Rerouting, TextHash};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn a_changed_filter_moves_entries_in_and_out(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let decide = async |decisions: Vec<(EntryId, Vec<Route>)>, gained, at| {
        let kept = store.history(None, 10).await.unwrap();
        let version = |id| kept.iter().find(|kept| kept.id == id).unwrap().version;
        let decided = |(entry, routes)| Decided { entry, version: version(entry), routes };
        let entries = decisions.into_iter().map(decided).collect();
        let gains = store
            .reroute(Rerouting { feeds: vec![feed()], entries, gained, at, step: None, again_by: None })
            .await
            .unwrap();
        gains[&feed()]
    };
    let (name, range) = (feed(), ids[1].min(ids[0])..=ids[0].max(ids[1]));
    let members = || store.members(&name, range.clone());
    assert_eq!(
        decide(vec![(ids[0], vec![]), (ids[1], vec![route(true)])], Gained::Silently, now().plus(MINUTE)).await,
        (0, 1)
    );
    assert_eq!(members().await.unwrap(), HashSet::from([ids[1]]));
    assert_eq!(decide(vec![(ids[0], vec![route(true)])], Gained::Silently, now().plus(2 * MINUTE)).await, (1, 0));
    assert_eq!(members().await.unwrap().len(), 2);
    let newest = store.feed_page(&feed(), None, 1).await.unwrap()[0].place;
    // Out, and in again with a word: at the head of the feed.
    let other = if newest.entry == ids[0] { ids[1] } else { ids[0] };
    assert_eq!(decide(vec![(other, vec![])], Gained::Silently, now().plus(3 * MINUTE)).await, (0, 1));
    let at = now().plus(60 * MINUTE);
    assert_eq!(
        decide(vec![(other, vec![route(true)]), (newest.entry, vec![route(true)])], Gained::AsNew, at).await,
        (1, 0)
    );
    let head = store.feed_page(&feed(), None, 1).await.unwrap()[0].place;
    assert_eq!((head.entry, head.at), (other, at));
    let told = store.feeds(&[feed()], at).await.unwrap()[0].updated_at;
    assert_eq!(told, Some(at), "O7: what is announced is the feed's latest change");
    assert_eq!(store.feed_page(&feed(), None, 10).await.unwrap().len(), 2);
    // What was decided by a text that is no longer there is nothing.
    let stale = Decided { entry: ids[0], version: TextHash(1), routes: vec![] };
    let work = Rerouting {
        feeds: vec![feed()],
        entries: vec![stale],
        gained: Gained::Silently,
        at,
        step: None,
        again_by: None,
    };
    assert_eq!(store.reroute(work).await.unwrap()[&feed()], (0, 0));
    assert_eq!(members().await.unwrap().len(), 2);
    is_sound(&store).await;
}

pub async fn the_past_is_gone_through_newest_first_page_by_page(bench: &dyn Bench) {
    let store = two(bench).await;
    let mut ids = poll(&store, "a", (0..7).map(|n| new(&format!("{n}"), "A")).collect()).await;
    ids.extend(poll(&store, "b", vec![new("b", "B")]).await);
    let (mut before, mut met) = (None, Vec::new());
    loop {
        let page = store.history(before, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        met.extend(page.iter().map(|kept| (kept.id, kept.source.clone())));
    }
    ids.sort_unstable();
    ids.reverse();
    assert_eq!(met.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    assert_eq!((&met[0].1, &met[1].1), (&source("b"), &source("a")));
}
