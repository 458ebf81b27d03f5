//! Entries placed among stories as they are stored (checks B371 to B375).

use std::sync::Arc;

use wiredesk::model::newswire::{Newswire, Notice, NoticeKind, NoticeTarget};
use wiredesk::model::{EntryId, Permille, Relation, StoryId, UnplacedCopy};
use wiredesk::plan::story::unplaced_copy;
use wiredesk::store::{Found, PlacedCopy};
use wiredesk::stories::read::StoryCopy;
use wiredesk::stories::settings::StorySettings;

use super::*;

/// A release of so many sentences about a town.
fn release(town: &str, sentences: usize) -> String {
    let said = [
        "opened its new bridge to walkers and bicycles after three years of work on the river bank",
        "will keep the ferry until spring because many farmers depend on it for their carts",
        "paid for the bridge out of its own budget and a loan that the state has granted",
        "invites schools to draw what they think the river looked like a hundred years ago",
    ];
    said.iter().take(sentences).map(|said| format!("The town of {town} {said}.\n")).collect()
}

/// What places a copy of `source`.
fn copy_of(source: &str, title: &str, text: &str, days: i64, wire: &Newswire) -> Arc<dyn UnplacedCopy> {
    let copy = StoryCopy {
        entry: EntryId(0),
        source,
        source_wire: None,
        link: None,
        title,
        text,
        language: Some("en"),
        at: Timestamp::from_millis(now().millis() + days * 86_400_000),
        wire,
    };
    unplaced_copy(&copy, &Arc::new(StorySettings::default()))
}

fn placed(id: &str, copy: Arc<dyn UnplacedCopy>) -> Found {
    match new(id, "A headline") {
        Found::New(mut new) => {
            new.copy = Some(copy);
            Found::New(new)
        }
        other => other,
    }
}

fn copy(id: &str, source: &str, title: &str, text: &str, days: i64) -> Found {
    placed(id, copy_of(source, title, text, days, &Newswire::default()))
}

async fn of(store: &Arc<dyn Store>, id: EntryId) -> PlacedCopy {
    store.placed(&[id]).await.unwrap().remove(0)
}

const TITLES: [&str; 2] = ["Rivertown opens a bridge for walkers", "Walkers get their crossing at last"];

/// B371: copies of one release are one story, in whatever document they come, and say why.
pub async fn copies_of_one_release_are_one_story_b371(bench: &dyn Bench) {
    let store = two(bench).await;
    let (whole, other) = (release("Rivertown", 4), release("Rivertown", 0) + "A market opens.\n");
    let found = vec![copy("2", "a", "A market", &other, 0), copy("1", "a", TITLES[0], &whole, 0)];
    let ids = poll(&store, "a", found).await;
    let reposts = vec![
        copy("4", "b", TITLES[0], &release("Rivertown", 1), 1),
        copy("3", "b", TITLES[1], &format!("{whole}Our reporter was there and saw it.\n"), 1),
    ];
    let reposts = poll(&store, "b", reposts).await;
    let first = of(&store, ids[0]).await;
    assert_eq!((first.story, first.relation, first.like), (StoryId(ids[0].0), Relation::First, None));
    assert_eq!(of(&store, ids[1]).await.story, StoryId(ids[1].0), "another release");
    for repost in &reposts {
        let copy = of(&store, *repost).await;
        assert_eq!((copy.story, copy.relation), (first.story, Relation::Copy), "{copy:?}");
        assert!(copy.like.is_some() && copy.score >= Permille(900) && !copy.because.is_empty(), "{copy:?}");
    }
    let members = store.copies(first.story, None, 10).await.unwrap();
    assert_eq!(members.iter().map(|copy| copy.entry).collect::<Vec<_>>(), [ids[0], reposts[0], reposts[1]]);
    assert_eq!(members.iter().map(|copy| copy.source.as_str()).collect::<Vec<_>>(), ["a", "b", "b"]);
    let rest = store.copies(first.story, Some(ids[0]), 1).await.unwrap();
    assert_eq!(rest.iter().map(|copy| copy.entry).collect::<Vec<_>>(), [reposts[0]]);
    // Another process finds it as it was.
    let store = store.reopened().await;
    assert_eq!(store.copies(first.story, None, 10).await.unwrap(), members);
    is_sound(&store).await;
}

/// B372: of an entry that was stored before, the place is found later, once; and the order in
/// which entries wait is kept.
pub async fn what_waits_is_placed_once_b372(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "B"), new("1", "A")]).await;
    let waiting = store.unplaced(None, 10).await.unwrap();
    assert_eq!((waiting.entries, waiting.more), (vec![ids[0], ids[1]], None));
    let page = store.unplaced(None, 1).await.unwrap();
    assert_eq!((page.entries, page.more), (vec![ids[0]], Some(ids[0])));
    assert_eq!(store.unplaced(page.more, 10).await.unwrap().entries, [ids[1]]);
    let unplaced = |text: &str| copy_of("a", TITLES[0], text, 0, &Newswire::default());
    let whole = release("Rivertown", 4);
    store.place(vec![(ids[0], unplaced(&whole)), (ids[1], unplaced(&whole))]).await.unwrap();
    let before = store.placed(&ids).await.unwrap();
    assert_eq!(before.iter().map(|copy| copy.story).collect::<Vec<_>>(), [StoryId(ids[0].0); 2]);
    store.place(vec![(ids[1], unplaced("Something else."))]).await.unwrap();
    assert_eq!(store.placed(&ids).await.unwrap(), before);
    assert_eq!(store.unplaced(None, 10).await.unwrap().entries, []);
    is_sound(&store).await;
}

/// B373: what has left the window is found by its headline or text, and not by parts of it.
pub async fn what_left_the_window_is_found_by_headline_and_text_alone_b373(bench: &dyn Bench) {
    let store = two(bench).await;
    let whole = release("Rivertown", 4);
    let first = poll(&store, "a", vec![copy("1", "a", TITLES[0], &whole, 0)]).await[0];
    let before = Timestamp::from_millis(now().millis() + 1);
    assert_eq!(store.leave_window(now(), 10).await.unwrap(), 0);
    assert_eq!(store.leave_window(before, 10).await.unwrap(), 1);
    assert_eq!(store.leave_window(before, 10).await.unwrap(), 0);
    let part = release("Rivertown", 3);
    let ids = poll(&store, "b", vec![copy("2", "b", TITLES[1], &part, 1), copy("1", "b", TITLES[1], &whole, 1)]).await;
    assert_eq!(of(&store, ids[0]).await.story, StoryId(first.0), "the same text");
    assert_eq!(of(&store, ids[1]).await.story, StoryId(first.0), "like the copy before, and the fullest agrees");
    let part =
        poll(&store, "b", vec![copy("3", "b", "Quite another headline here", &release("Rivertown", 2), 20)]).await[0];
    assert_eq!(of(&store, part).await.relation, Relation::First, "nothing in the window is like it");
    is_sound(&store).await;
}

/// B374: a notice amends the copy that it names, of its own source; of another's it asks.
pub async fn a_notice_amends_what_is_its_sources_b374(bench: &dyn Bench) {
    let store = two(bench).await;
    let whole = release("Rivertown", 4);
    let first = poll(&store, "a", vec![copy("1", "a", TITLES[0], &whole, 0)]).await[0];
    let kill = Newswire {
        notice: Some(Notice {
            kind: NoticeKind::Kill,
            raw: "KILL".to_owned(),
            targets: vec![NoticeTarget::Headline(TITLES[0].to_owned())],
            until: None,
        }),
        ..Newswire::default()
    };
    let notice = |source| copy_of(source, "KILL: the bridge", "Do not use the story on the bridge.", 1, &kill);
    let theirs = poll(&store, "b", vec![placed("1", notice("b"))]).await[0];
    let theirs = of(&store, theirs).await;
    assert_ne!(theirs.story, StoryId(first.0), "{theirs:?}");
    assert!(theirs.because.iter().any(|said| said.contains("may not amend")), "{theirs:?}");
    let own = poll(&store, "a", vec![placed("2", notice("a"))]).await[0];
    let own = of(&store, own).await;
    assert_eq!((own.story, own.relation, own.like), (StoryId(first.0), Relation::Amendment, Some(first)));
    is_sound(&store).await;
}

/// B375: whoever brings copies at once, the second finds the first.
pub async fn copies_that_come_at_once_are_one_story_b375(bench: &dyn Bench) {
    let store = two(bench).await;
    let node = node(&store).await;
    for round in 0..8 {
        let text = release(&format!("Rivertown{round}a"), 4);
        let title = format!("Town number {round} opens a bridge for walkers");
        let id = format!("r{round}");
        let (ours, theirs) = tokio::join!(
            poll_by(&node, &store, "a", vec![copy(&id, "a", &title, &text, 0)]),
            poll_by(&node, &store, "b", vec![copy(&id, "b", &title, &text, 0)]),
        );
        let both = store.placed(&[ours[0], theirs[0]]).await.unwrap();
        assert_eq!(both[0].story, both[1].story, "{both:?}");
        assert_eq!(both.iter().filter(|copy| copy.story.0 == copy.entry.0).count(), 1, "{both:?}");
    }
    is_sound(&store).await;
}
