//! What was read of entries as wire copy (checks B330, B331).

use std::sync::Arc;

use wiredesk::model::newswire::{
    CopyPart, Cut, CutKind, Dateline, DatelineDate, DatelinePlace, MentionedPlace, Newswire, Notice, NoticeKind,
    NoticeTarget, NoticeUntil, Ticker, WireEdition, WireReading,
};
use wiredesk::model::{Change, EntryId, Stored};
use wiredesk::places::Country;
use wiredesk::store::{ChangeKind, EditionRead, EntryRef, Found, ReadAgain, Rereading, Revision};

use super::outbox::Told;
use super::*;

/// Every field is set.
fn newswire(wire: &str) -> Newswire {
    let country = Country::new("CN").unwrap();
    let place = DatelinePlace {
        city: Some("Shenyang".to_owned()),
        region: Some("Liaoning".to_owned()),
        country: Some(country),
        resolved: Some(country),
        because: Some("the only place of this name".to_owned()),
    };
    Newswire {
        wire: Some(wire.to_owned()),
        release_number: Some("2985401".to_owned()),
        dateline: Some(Dateline {
            raw: "SHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE)".to_owned(),
            places: vec![place],
            date: Some(DatelineDate { year: Some(2024), month: Some(11), day: 21 }),
            wire: Some(wire.to_owned()),
            byline: Some("By A".to_owned()),
        }),
        issuer: Some("Publicity Department".to_owned()),
        notice: Some(Notice {
            kind: NoticeKind::Correction,
            raw: "CORRECTION".to_owned(),
            targets: vec![NoticeTarget::Slug("pact".to_owned()), NoticeTarget::Headline("A pact".to_owned())],
            until: Some(NoticeUntil::Unreadable("later".to_owned())),
        }),
        tickers: vec![Ticker { exchange: "NASDAQ".to_owned(), symbol: "ABC".to_owned() }],
        places: vec![MentionedPlace {
            name: "SHENYANG".to_owned(),
            city: Some("Shenyang".to_owned()),
            region: None,
            country,
            part: CopyPart::Body,
            offset: 3,
            because: "it stands in the dateline".to_owned(),
            at: Some((41.8, 123.4)),
        }],
        is_photo_only: true,
        cuts: vec![Cut { at: 0..47, kind: CutKind::Dateline }],
    }
}

fn reading(wire: &str, edition: i64) -> WireReading {
    WireReading { newswire: Arc::new(newswire(wire)), edition: WireEdition(edition) }
}

fn read(id: &str, reading: Option<WireReading>) -> Found {
    match new(id, "The mayor") {
        Found::New(mut new) => {
            new.reading = reading;
            Found::New(new)
        }
        other => other,
    }
}

/// By which rules entries were read, newest first.
async fn editions(store: &Arc<dyn Store>) -> Vec<(EntryId, Option<i64>)> {
    let all: Vec<EditionRead> = store.editions_read(None, 10).await.unwrap();
    all.into_iter().map(|read| (read.entry, read.edition.map(|edition| edition.0))).collect()
}

async fn stored(store: &Arc<dyn Store>, id: EntryId) -> Option<WireReading> {
    store.kept(&[id]).await.unwrap().remove(0).entry.reading
}

/// B330: what was read comes back with the entry, wherever that is read.
pub async fn what_was_read_comes_back_with_the_entry_b330(bench: &dyn Bench) {
    let store = two(bench).await;
    let first = reading("GlobeNewswire", -7);
    let ids = poll(&store, "a", vec![read("1", Some(first.clone())), read("2", None)]).await;
    let nothing = WireReading { edition: WireEdition(3), ..WireReading::default() };
    let ids = [ids, poll(&store, "b", vec![read("3", Some(nothing.clone()))]).await].concat();
    let expected = [(ids[0], None), (ids[1], Some(first.clone())), (ids[2], Some(nothing))];
    for (id, expected) in &expected {
        assert_eq!(stored(&store, *id).await, *expected, "kept {id:?}");
        let record = store.entry(&EntryRef::Id(*id)).await.unwrap().unwrap();
        assert_eq!(record.published.entry.reading, *expected, "entry {id:?}");
        assert_eq!(store.published(&[*id]).await.unwrap()[0].entry.reading, *expected, "published {id:?}");
    }
    let same = |all: Vec<(EntryId, Option<WireReading>)>| {
        for (id, expected) in &expected {
            let found = all.iter().find(|(met, _)| met == id).unwrap();
            assert_eq!(found.1, *expected, "{id:?}");
        }
    };
    same(store.history(None, 10).await.unwrap().into_iter().map(|kept| (kept.id, kept.entry.reading)).collect());
    let page = store.feed_page(&feed(), None, 10).await.unwrap();
    same(page.into_iter().map(|p| (p.place.entry, p.entry.reading)).collect());
    assert_eq!(editions(&store).await, [(ids[2], Some(3)), (ids[1], Some(-7)), (ids[0], None)]);
    assert_eq!(store.editions_read(Some(ids[1]), 10).await.unwrap().len(), 1);
    assert_eq!(store.editions_read(None, 2).await.unwrap().len(), 2);
    // A new version brings what was read of it, or waits to be read.
    let another = Stored { reading: Some(reading("Xinhua", 8)), ..entry("1", "The mayor spoke").into() };
    let revised = |entry: Stored| match revised(ids[1], Change::Material, entry.entry.clone()) {
        Found::Revised(revision) => Found::Revised(Box::new(Revision { entry, ..*revision })),
        other => other,
    };
    poll(&store, "a", vec![revised(another.clone())]).await;
    assert_eq!(stored(&store, ids[1]).await, another.reading);
    poll(&store, "a", vec![revised(entry("1", "The mayor was silent").into())]).await;
    assert_eq!(stored(&store, ids[1]).await, None);
    assert_eq!(editions(&store).await[1], (ids[1], None));
    is_sound(&store).await;
}

/// B331: what is read anew takes the place of what was read before, of the same text alone;
/// readers and feeds are told where it differs.
pub async fn entries_are_read_again_b331(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![read("1", Some(reading("GlobeNewswire", 1))), read("2", None)]).await;
    let version = |id| {
        let store = Arc::clone(&store);
        async move { store.kept(&[id]).await.unwrap()[0].version }
    };
    let again = |entry, version, reading| vec![ReadAgain { entry, version, reading }];
    let mut told = Told::from_here(&**store).await;
    // The same by other rules: nobody is told.
    store.read_again(again(ids[1], version(ids[1]).await, reading("GlobeNewswire", 2)), now()).await.unwrap();
    assert_eq!(told.since().await, []);
    assert_eq!(stored(&store, ids[1]).await, Some(reading("GlobeNewswire", 2)));
    // What was not read before has been decided about without.
    store.read_again(again(ids[0], version(ids[0]).await, reading("Xinhua", 2)), now()).await.unwrap();
    assert_eq!(told.since().await, [(None, ChangeKind::Followed)]);
    // Something else.
    store.read_again(again(ids[1], version(ids[1]).await, reading("PR Newswire", 3)), now()).await.unwrap();
    assert_eq!(told.since().await, [(None, ChangeKind::Followed)]);
    // Of a text that it no longer has.
    let before = version(ids[1]).await;
    poll(&store, "a", vec![revised(ids[1], Change::Material, entry("1", "The mayor spoke"))]).await;
    store.read_again(again(ids[1], before, reading("PR Newswire", 4)), now()).await.unwrap();
    assert_eq!(stored(&store, ids[1]).await, None);
    // Once more, and of what is not there.
    store.read_again(again(ids[0], version(ids[0]).await, reading("Xinhua", 2)), now()).await.unwrap();
    store.read_again(again(EntryId(99), before, reading("Xinhua", 2)), now()).await.unwrap();
    assert_eq!(editions(&store).await, [(ids[1], None), (ids[0], Some(2))]);
    is_sound(&store).await;
}

/// O145: how far going through what is stored has come is noted, and told as it was noted last.
pub async fn going_through_is_noted_o145(bench: &dyn Bench) {
    let store = two(bench).await;
    assert_eq!(store.rereading().await.unwrap(), None);
    let begun = Rereading { rules: -7, done_to: None, looked: 0, read: 0, began_at: now(), ended_at: None };
    let further = Rereading { done_to: Some(EntryId(40)), looked: 60, read: 50, ..begun.clone() };
    let ended = Rereading { ended_at: Some(now()), ..further.clone() };
    for noted in [begun.clone(), further, ended, Rereading { rules: i64::MAX, ..begun }] {
        store.note_rereading(noted.clone()).await.unwrap();
        assert_eq!(store.rereading().await.unwrap(), Some(noted));
    }
    is_sound(&store).await;
}
