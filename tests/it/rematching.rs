//! A rematch that was cut short goes on only as what it was, and ends once.

use std::collections::BTreeSet;
use std::sync::Arc;

use wiredesk::clock::ManualClock;
use wiredesk::config::Config;
use wiredesk::model::{EntryId, FeedId, SourceId};
use wiredesk::past::again::{Drained, drain};
use wiredesk::past::rematch::{AFTER_RELOAD, Rematch, by_hand};
use wiredesk::plan::Plan;
use wiredesk::plan::edition::editions;
use wiredesk::store::{Error, Gained, Store};

use crate::desk::{Desk, rss, source};
use crate::newsroom::MONDAY;
use crate::origin::Origin;

/// Entries of each of the two sources: several steps of a rematch.
const EACH: u64 = 900;

/// Two sources, `a` and `b`, and a feed of what is tagged.
struct Room {
    origin: Origin,
    desk: Desk,
    store: Arc<dyn Store>,
    clock: ManualClock,
}

fn some() -> FeedId {
    FeedId::new("some").unwrap()
}

impl Room {
    /// A store in which both sources have been read, with these keys.
    async fn open(a: &str, b: &str, feed: &str) -> Room {
        let origin = Origin::start().await;
        origin.document("/a", rss("a", 0..EACH));
        origin.document("/b", rss("b", 0..EACH));
        let desk = Desk::new("");
        let store = desk.store(MONDAY).await;
        let room = Room { origin, desk, store, clock: ManualClock::at(MONDAY) };
        room.configure(a, b, feed);
        room.desk.runs(&["poll", "--all"]);
        room
    }

    fn configure(&self, a: &str, b: &str, feed: &str) {
        self.desk.configure(&rest(&|path| self.origin.url(path).to_string(), a, b, feed));
    }

    /// What a reload has to do: nothing, or a rematch.
    async fn reload(&self) -> Option<Rematch> {
        let config = self.config();
        let feeds: Vec<_> = config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
        self.store.configure(&Plan::of(&config).planned(MONDAY), &feeds, MONDAY).await.unwrap();
        let outdated = self.store.take_rules(&editions(&config)).await.unwrap();
        let plan = Plan::only(&config, &outdated);
        (!outdated.is_empty()).then(|| Rematch::of(AFTER_RELOAD, &outdated, plan, &editions(&config)))
    }

    fn by_hand(&self) -> Rematch {
        let config = self.config();
        Rematch::of(&by_hand(&some()), &[some()], Plan::only(&config, &[some()]), &editions(&config))
    }

    fn config(&self) -> Config {
        Config::load(&self.desk.config()).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    async fn run(&self, rematch: &Rematch) -> (usize, usize) {
        let gains = rematch.run(&self.store, &self.clock, |_| ()).await.unwrap();
        gains[&some()]
    }

    /// Ends a rematch in its first step, or before its last transaction.
    async fn cut_short(&self, rematch: &Rematch, at: At) {
        let (begun, first) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let decided = rematch.decide(&self.store, &self.clock, |_| {
            let _ = begun.take().map(|begun| begun.send(()));
        });
        tokio::select! {
            biased;
            _ = first, if at == At::First => {}
            decided = decided => assert!(at == At::Last && decided.is_ok(), "it was to be cut short: {decided:?}"),
        }
    }

    /// The feed's entries, by source.
    async fn members(&self) -> (usize, usize) {
        let all = self.store.members(&some(), EntryId(1)..=EntryId(100_000)).await.unwrap();
        let ids: Vec<EntryId> = all.into_iter().collect();
        let kept = self.store.kept(&ids).await.unwrap();
        let of = |name: &str| kept.iter().filter(|kept| kept.source.as_str() == name).count();
        (of("a"), of("b"))
    }

    /// Decides again what waits for it, by a configuration.
    async fn drain(&self, config: &Config) -> Drained {
        drain(&self.store, &Arc::new(Plan::of(config)), MONDAY).await.unwrap()
    }

    async fn is_settled(&self) -> bool {
        self.store.rematches().await.unwrap().is_empty() && self.reload().await.is_none()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    First,
    Last,
}

fn rest(url: &dyn Fn(&str) -> String, a: &str, b: &str, feed: &str) -> String {
    let (a, b) = (source("a", url("/a")) + a + "\n\n", source("b", url("/b")) + b + "\n\n");
    format!("{a}{b}[[feed]]\nid = \"some\"\ntitle = \"Some\"\nbackfill = \"36500d\"\n{feed}\n")
}

const DOCKS: &str = "tags = [\"docks\"]";
const FINNISH: &str = "language = \"fi\"";
const SWEDISH: &str = "language = \"sv\"";
const TAGGED: &str = "sources = [\"tag:docks\"]";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_change_of_labels_in_the_middle_of_a_rematch_is_seen_r20() {
    // What the sources have first, after one reload, after another; the feed's
    // filter; and how many of each the feed must hold at the end.
    let cases = [
        ("tags move to the other source and back", [(DOCKS, ""), ("", DOCKS), (DOCKS, "")], TAGGED, (EACH, 0)),
        ("tags move, then both have them", [(DOCKS, ""), ("", DOCKS), (DOCKS, DOCKS)], TAGGED, (EACH, EACH)),
        ("tags are taken from one, then the other", [(DOCKS, DOCKS), (DOCKS, ""), ("", DOCKS)], TAGGED, (0, EACH)),
        (
            "languages are exchanged",
            [(FINNISH, SWEDISH), (SWEDISH, FINNISH), (FINNISH, SWEDISH)],
            "languages = [\"fi\"]",
            (EACH, 0),
        ),
    ];
    for (what, steps, feed, (a, b)) in cases {
        for at in [At::First, At::Last] {
            let room = Room::open(steps[0].0, steps[0].1, feed).await;
            room.configure(steps[1].0, steps[1].1, feed);
            room.cut_short(&room.reload().await.expect(what), at).await;
            room.configure(steps[2].0, steps[2].1, feed);
            room.run(&room.reload().await.expect(what)).await;
            assert_eq!(room.members().await, (a as usize, b as usize), "{what}");
            assert!(room.is_settled().await, "{what}");
            assert_eq!(room.store.verify().await.unwrap(), Vec::<String>::new(), "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_comes_meanwhile_lets_a_rematch_go_on() {
    let room = Room::open("", "", "match = 'title:none'").await;
    room.configure("", "", "match = 'title:a'");
    room.cut_short(&room.reload().await.unwrap(), At::First).await;
    let more = std::fs::read_to_string(room.desk.config()).unwrap() + &source("c", room.origin.url("/c"));
    std::fs::write(room.desk.config(), more).unwrap();
    let mut made = Vec::new();
    let rematch = room.reload().await.unwrap();
    rematch.run(&room.store, &room.clock, |m| made.push(m.entries)).await.unwrap();
    assert!(made[0] > 400 && made.last() == Some(&(2 * EACH as usize)), "it goes on where it was: {made:?}");
    assert_eq!(room.members().await, (EACH as usize, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rematch_ends_in_the_transaction_that_settles_it_r8() {
    for at in [At::First, At::Last] {
        let room = Room::open("", "", "match = 'title:b'").await;
        room.configure("", "", "match = 'title:a'");
        room.cut_short(&room.reload().await.unwrap(), at).await;
        assert_eq!(room.store.rematches().await.unwrap().len(), 1, "whoever comes next goes on");
        let told = room.desk.runs(&["status"]).out;
        assert!(told.contains("entries are decided anew for some"), "{told}");
        // A start goes on, and the gains of both runs are told.
        let (gained, lost) = room.run(&room.reload().await.expect("it is not settled")).await;
        assert_eq!((gained, lost), (EACH as usize, EACH as usize));
        assert!(room.is_settled().await);
        assert!(!room.desk.runs(&["status"]).out.contains("decided anew"));
        // And the next change is applied.
        room.configure("", "", "match = 'title:b'");
        room.run(&room.reload().await.expect("a change")).await;
        assert_eq!(room.members().await, (0, EACH as usize));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_or_removed_in_the_middle_leaves_nothing_under_way_r20() {
    let room = Room::open("", "", "match = 'title:b'").await;
    room.configure("", "", "match = 'title:a'");
    room.cut_short(&room.reload().await.unwrap(), At::First).await;
    // The old filter again: what was decided by the new one is taken back.
    room.configure("", "", "match = 'title:b'");
    room.run(&room.reload().await.expect("decisions are mixed")).await;
    assert_eq!(room.members().await, (0, EACH as usize));
    room.configure("", "", "match = 'title:a'");
    room.cut_short(&room.reload().await.unwrap(), At::First).await;
    let text = std::fs::read_to_string(room.desk.config()).unwrap().replace("\"some\"", "\"other\"");
    std::fs::write(room.desk.config(), text).unwrap();
    let rematch = room.reload().await.expect("a feed that is new has to be filled");
    rematch.run(&room.store, &room.clock, |_| ()).await.unwrap();
    assert_eq!(room.store.rematches().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_rematches_of_a_feed_the_later_one_decides() {
    let room = Room::open("", "", "match = 'title:b'").await;
    room.configure("", "", "match = 'title:a'");
    let first = room.reload().await.unwrap();
    let decided = first.decide(&room.store, &room.clock, |_| ()).await.unwrap();
    let mut second = room.by_hand();
    second.gained = Gained::AsNew;
    room.run(&second).await;
    let ended = room.store.settle(decided.run).await;
    assert!(matches!(ended, Err(Error::Superseded)), "{ended:?}");
    // By hand nothing is settled that was not, so a start goes through it again.
    room.run(&room.reload().await.expect("not settled")).await;
    assert!(room.is_settled().await);
    assert_eq!(room.members().await, (EACH as usize, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn by_hand_a_feed_is_settled_only_by_what_is_in_force() {
    let room = Room::open(DOCKS, "", TAGGED).await;
    assert!(room.is_settled().await);
    room.run(&room.by_hand()).await;
    assert!(room.is_settled().await, "nothing changed");
    // The same rule under labels that are not in force.
    room.configure("", DOCKS, TAGGED);
    room.run(&room.by_hand()).await;
    assert_eq!(room.members().await, (0, EACH as usize));
    room.configure(DOCKS, "", TAGGED);
    room.run(&room.reload().await.expect("decided by what was never in force")).await;
    assert_eq!(room.members().await, (EACH as usize, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_behind_a_rematch_by_the_old_filter_is_decided_again() {
    let room = Room::open("", "", "match = 'title:none'").await;
    room.configure("", "", "match = 'NOT title:corrected'");
    let rematch = room.reload().await.unwrap();
    room.cut_short(&rematch, At::Last).await;
    // A poll that began before the reload stores corrections now, decided by the
    // filter of before.
    let old = room.desk.path("old.toml");
    let text = std::fs::read_to_string(room.desk.config()).unwrap();
    std::fs::write(&old, text.replace("NOT title:corrected", "title:corrected")).unwrap();
    let document = rss("a", 0..EACH).replace("<title>a 8", "<title>corrected 8");
    room.origin.document("/a", &document);
    let corrected = document.matches("corrected").count();
    let sources = ["a", "b"].map(|id| SourceId::new(id).unwrap());
    let before = room.store.labels(&sources).await.unwrap();
    room.desk.runs(&["poll", "a", "--config", &old.display().to_string()]);
    assert_eq!(room.store.rematches().await.unwrap().len(), 1);
    assert_eq!(before, room.store.labels(&sources).await.unwrap());
    assert_eq!(room.members().await, (EACH as usize, EACH as usize), "corrections are in by the old filter");
    room.run(&rematch).await;
    assert!(room.is_settled().await);
    // It is for those alone whose rules are in force.
    let old = Config::load(&old).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(room.drain(&old).await, Drained::default());
    assert_eq!(room.members().await, (EACH as usize, EACH as usize));
    let drained = room.drain(&room.config()).await;
    assert_eq!((drained.gains[&some()], drained.left), ((0, corrected), 0));
    assert_eq!(room.members().await, (EACH as usize - corrected, EACH as usize));
    assert_eq!(room.store.decide_again(None, 10).await.unwrap(), []);
    let titles: BTreeSet<_> =
        room.store.feed_page(&some(), None, 10_000).await.unwrap().into_iter().map(|p| p.entry.entry.title).collect();
    assert!(titles.iter().all(|title| !title.contains("corrected")));
}
