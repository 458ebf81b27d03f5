//! A changed filter and the past: what it would change, and changing it.

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, ManualClock};
use wiredesk::config::Config;
use wiredesk::model::{EntryId, FeedId};
use wiredesk::past::rematch::{Made, Rematch};
use wiredesk::plan::Plan;
use wiredesk::plan::edition::editions;
use wiredesk::store::{Gained, Store};

use crate::desk::{Desk, EVERYTHING, source};
use crate::newsroom::MONDAY;
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

/// A document of `entries` about harbours, the newest last by its date.
fn harbours(entries: std::ops::Range<u32>) -> String {
    let item = |n: u32| {
        format!(
            "<item><guid>h{n}</guid><title>Harbour {n}</title><link>https://news.example/{n}</link>\
             <pubDate>Mon, 23 Nov 2026 00:{:02}:{:02} GMT</pubDate><description>Dock workers of pier {} strike at \
             terminal {n}.</description></item>",
            n / 60,
            n % 60,
            n % 7,
        )
    };
    let items: String = entries.map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>Harbours</title>{items}</channel></rss>")
}

pub fn feed(id: &str, rest: &str) -> String {
    format!("[[feed]]\nid = \"{id}\"\ntitle = \"{id}\"\nbackfill = \"36500d\"\n{rest}\n\n")
}

/// A desk that has polled some entries.
async fn polled(entries: u32, rest: &str) -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.document("/a.rss", harbours(0..entries));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + rest));
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backtest_tells_what_would_change_and_why_and_changes_nothing() {
    let (origin, desk) = polled(10, &feed("some", "match = 'title:(\"harbour 1\" OR \"harbour 2\")'")).await;
    let sources = source("a", origin.url("/a.rss"));
    let same = desk.runs(&["backtest", "some"]);
    assert!(same.out.starts_with("some: +0 −0 of 10 entries first seen since "), "{}", same.out);

    // An entry with an early date, by a clock that was set back, hides no other.
    let turn = "UPDATE entry SET first_seen_at = -first_seen_at WHERE id = (SELECT max(id) FROM entry)";
    desk.alter(turn);
    assert!(desk.runs(&["backtest", "some", "--since", "30d"]).out.contains(" of 9 entries first seen since "));
    desk.alter(turn);

    // The new filter lies beside the configuration in force.
    let new = std::fs::read_to_string(desk.config()).unwrap().replace("harbour 1", "harbour 3");
    std::fs::write(desk.path("new.toml"), new).unwrap();
    let path = desk.path("new.toml").display().to_string();
    let said = desk.runs(&["backtest", "some", "--config", &path]).out;
    assert!(said.contains("+ 2026-11-23 00:00 UTC  Harbour 3 (a, entry "), "{said}");
    assert!(said.contains("    because \"Harbour 3\" in the headline"), "{said}");
    assert!(said.contains("− 2026-11-23 00:00 UTC  Harbour 1 (a, entry "), "{said}");
    assert!(said.contains("    because no term of the filter was found"), "{said}");
    assert!(said.contains("some: +1 −1 of 10 entries") && said.contains("2 are in it now, 2 would be"), "{said}");
    let lines = desk.runs(&["backtest", "some", "--json", "--config", &path]).json();
    let told: Vec<_> = lines.iter().filter_map(|l| Some((l["change"].as_str()?, l["title"].as_str()?))).collect();
    assert_eq!(told, [("gained", "Harbour 3"), ("lost", "Harbour 1")], "the newest first");
    assert_eq!((&lines[2]["gained"], &lines[2]["lost"], &lines[2]["inside"]), (&1.into(), &1.into(), &2.into()));

    // Nothing changed, neither the feed nor what the store is configured for.
    assert!(desk.runs(&["backtest", "some"]).out.starts_with("some: +0 −0"));
    assert!(desk.run(&["backtest", "none"]).err.contains("no feed \"none\" is configured; there are: some"));
    assert_eq!(desk.run(&["backtest", "some", "--since", "soon"]).code, Some(2));
    desk.configure(&(sources + &feed("other", "")));
    let other = desk.runs(&["backtest", "other", "--since", "1h"]).out;
    assert!(other.contains("+10 −0 of 10 entries"), "{other}");
    assert_eq!(desk.runs(&["status", "--json"]).json()[0]["sources"][0]["id"], "a");
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_give_precision_and_recall_with_misses_and_false_hits() {
    let lists = "[lists.strike]\nterms = [\"strike*\"]\n\n";
    let desk = Desk::new(&(lists.to_owned() + &feed("strikes", "match = 'hlead:@strike AND NOT title:lucky'")));
    let labels = "{\"id\": \"a\", \"title\": \"Dockers strike\", \"lead\": \"At dawn.\", \"lang\": \"en\", \"relevant\": true}\n\
        {\"id\": 2, \"title\": \"Lightning strikes church\", \"text\": \"\", \"relevant\": false}\n\n\
        {\"title\": \"Port walkout\", \"text\": \"Workers down tools.\", \"in_feed\": true}\n\
        {\"title\": \"Rain\", \"text\": \"All day.\", \"relevant\": false}\n";
    std::fs::write(desk.path("labels.jsonl"), labels).unwrap();
    let path = desk.path("labels.jsonl").display().to_string();
    let said = desk.runs(&["backtest", "strikes", "--labels", &path]).out;
    assert!(said.contains("precision 0.500, recall 0.500 over 4 labels, 2 of them relevant: 1 hits"), "{said}");
    assert!(said.contains("miss      line 4  Port walkout\n    because no term of the filter was found"), "{said}");
    assert!(said.contains("false hit 2  Lightning strikes church\n    because \"strikes\" (list strike)"), "{said}");
    let lines = desk.runs(&["backtest", "strikes", "--json", "--labels", &path]).json();
    assert_eq!((&lines[0]["verdict"], &lines[0]["line"]), (&"false hit".into(), &2.into()));
    assert_eq!((&lines[2]["precision"], &lines[2]["misses"]), (&0.5.into(), &1.into()));
    std::fs::write(desk.path("labels.jsonl"), "{\"title\": 1}\n").unwrap();
    let bad = desk.run(&["backtest", "strikes", "--labels", &path]);
    assert!(bad.code == Some(2) && bad.err.contains("labels.jsonl: line 1: "), "{bad:?}");
    let both = "\u{FEFF}{\"title\": null, \"lead\": \"Strike\", \"text\": \"A strike.\", \"relevant\": true}\r\n";
    std::fs::write(desk.path("labels.jsonl"), both).unwrap();
    assert!(desk.runs(&["backtest", "strikes", "--labels", &path]).out.contains("recall 1.000"));
    std::fs::write(desk.path("labels.jsonl"), format!("{both}{{\"titel\": \"Strike\", \"relevant\": true}}\n"))
        .unwrap();
    let bad = desk.run(&["backtest", "strikes", "--labels", &path]);
    assert!(bad.code == Some(2) && bad.err.contains("line 2: has neither a title nor a text"), "{bad:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rematch_by_hand_is_silent_or_announced_and_reaches_readers_of_the_daemon() {
    let filter = |words: &str| EVERYTHING.to_owned() + &feed("some", &format!("size = 3\nmatch = 'title:({words})'"));
    let (origin, desk) = polled(20, &filter("\"harbour 18\" OR \"harbour 19\"")).await;
    let sources = source("a", origin.url("/a.rss"));
    let mut running = desk.start();
    let ids = |xml: &str| {
        let titles = xml.split("<title>Harbour ").skip(1);
        titles.map(|t| t.split('<').next().unwrap().parse().unwrap()).collect::<Vec<u32>>()
    };
    running.until("/feeds/some.atom", |got| ids(&got.text()) == [19, 18]);
    // The daemon keeps its configuration; a copy beside it has the new filter.
    let head = std::fs::read_to_string(desk.config()).unwrap();
    let new = desk.path("new.toml");
    let path = new.display().to_string();
    let try_out = |words: &str| {
        let rest = head.find("[[source]]").unwrap();
        std::fs::write(&new, head[..rest].to_owned() + &sources + &filter(words)).unwrap();
    };
    try_out("\"harbour 18\" OR \"harbour 19\" OR \"harbour 5\"");
    let silent = desk.runs(&["rematch", "some", "--config", &path]).out;
    assert_eq!(silent, "some: +1 −0 of 20 stored entries\n");
    running.until("/feeds/some.atom", |got| ids(&got.text()) == [19, 18, 5]);
    try_out("\"harbour 19\" OR \"harbour 5\" OR \"harbour 3\"");
    let told = desk.runs(&["rematch", "some", "--announce", "--json", "--config", &path]).json();
    assert_eq!((&told[0]["gained"], &told[0]["lost"], &told[0]["entries"]), (&1.into(), &1.into(), &20.into()));
    running.until("/feeds/some.atom", |got| ids(&got.text()) == [3, 19, 5]);
    // What left did so without a word.
    assert!(!running.get("/feeds/some.atom", &[]).text().contains("deleted-entry"));
    // What arrives before the file is put in place is decided by the old one,
    // and comes in with it; what was announced stays where it is.
    try_out("\"harbour 19\" OR \"harbour 3\" OR \"harbour 21\"");
    desk.runs(&["rematch", "some", "--announce", "--config", &path]);
    origin.document("/a.rss", harbours(0..22));
    desk.runs(&["poll", "a"]);
    running.until("/feeds/some.atom", |got| ids(&got.text()) == [3, 19]);
    std::fs::copy(&new, desk.config()).unwrap();
    running.signal("HUP");
    let line = running.wait_for("a changed filter was applied");
    assert!(line.contains("+1 −0"), "{line}");
    running.until("/feeds/some.atom", |got| ids(&got.text()) == [3, 21, 19]);
    let again = desk.runs(&["backtest", "some"]).out;
    assert!(again.starts_with("some: +0 −0"), "{again}");
    let unknown = desk.run(&["rematch", "none"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("no feed \"none\""), "{unknown:?}");
}

/// The first step of a rematch that ends there.
async fn cut_short(rematch: Rematch, store: &Arc<dyn Store>, clock: &ManualClock) -> Made {
    let mut steps: Vec<Made> = Vec::new();
    {
        let (begun, ended) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let run = rematch.run(store, clock as &dyn Clock, |made| {
            steps.push(made);
            if let Some(begun) = begun.take() {
                begun.send(()).unwrap();
            }
        });
        tokio::select! {
            biased;
            _ = ended => {}
            gains = run => panic!("it was to be cut short: {gains:?}"),
        }
    }
    assert_eq!(steps.len(), 1);
    steps[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rematch_that_is_cut_short_goes_on_where_it_was() {
    let (_origin, desk) = polled(1000, &feed("some", "match = 'title:none'")).await;
    let text = std::fs::read_to_string(desk.config()).unwrap().replace("title:none", "title:harbour");
    std::fs::write(desk.config(), text).unwrap();
    let config = Config::load(&desk.config()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let store = desk.store(MONDAY).await;
    let feeds = [FeedId::new("some").unwrap()];
    let rematch = || Rematch::of("rematch", &feeds, Plan::only(&config, &feeds), &editions(&config));
    let clock = ManualClock::at(MONDAY);

    let first = cut_short(rematch(), &store, &clock).await;
    assert!(first.entries < 1000, "{first:?}");
    let members = async || store.members(&feeds[0], EntryId(1)..=EntryId(2000)).await.unwrap();
    let some = members().await.len();
    assert!(some >= first.entries && some < 1000, "what was decided stays: {some}");
    let told = desk.runs(&["status"]).out;
    // The store may have taken a further step whose answer nobody waited for.
    let (done, _) = told.split_once(" of 1000 entries are decided anew for some\n").expect("the rematch is told");
    let done: usize = done.lines().last().unwrap().parse().unwrap();
    assert!((first.entries..1000).contains(&done), "{told}");

    let mut steps: Vec<Made> = Vec::new();
    let gains = rematch().run(&store, &clock, |made| steps.push(made)).await.unwrap();
    assert!(steps[0].last < first.last && steps.last().unwrap().entries == 1000, "{steps:?}");
    assert_eq!(members().await.len(), 1000);
    let told = desk.runs(&["status", "--json"]).json();
    assert_eq!(told[0]["rematches"], serde_json::json!([]));
    assert!(gains[&feeds[0]].0 >= 1000 - some, "{gains:?}");
    // Another filter begins at the head.
    let mut other = rematch();
    other.gained = Gained::AsNew;
    let mut steps: Vec<Made> = Vec::new();
    other.run(&store, &clock, |made| steps.push(made)).await.unwrap();
    assert_eq!(steps[0].entries, first.entries);
    // One that was cut short does not go on after another has decided.
    let half = cut_short(rematch(), &store, &clock).await;
    let mut by_hand = rematch();
    by_hand.name = "rematch/some".to_owned();
    by_hand.run(&store, &clock, |_| ()).await.unwrap();
    let mut steps: Vec<Made> = Vec::new();
    rematch().run(&store, &clock, |made| steps.push(made)).await.unwrap();
    assert_eq!((steps[0], steps.last().unwrap().entries), (half, 1000));
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_decisions_hang_on_has_them_made_anew_and_nothing_else() {
    let lists = |strike: &str| format!("[lists.strike]\nterms = [\"{strike}\"]\n\n[lists.other]\nterms = [\"x\"]\n\n");
    let some = || feed("some", "sources = [\"tag:docks\"]\nmatch = 'body:@strike'");
    let origin = Origin::start().await;
    origin.document("/a.rss", harbours(0..4));
    let docks = source("c", origin.url("/c.rss")) + "tags = [\"docks\"]\n\n";
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + &docks + &lists("strike") + &some()));
    desk.runs(&["poll", "a"]);
    let tagged = source("a", origin.url("/a.rss")) + "tags = [\"docks\"]\n\n";
    let both = source("b", origin.url("/b.rss")) + "\n";
    let mut running = desk.start();
    let mut reload = |rest: &str, wanted: Option<&str>| {
        desk.configure(rest);
        running.signal("HUP");
        running.wait_for("configuration in force");
        match wanted {
            Some(change) => {
                let line = running.wait_for("a changed filter was applied");
                assert!(line.contains(change), "{change}: {line}");
            }
            None => assert!(desk.runs(&["backtest", "some"]).out.contains("+0 −0"), "nothing was to be done"),
        }
    };
    reload(&(tagged.clone() + &lists("strike") + &some()), Some("+4 −0"));
    reload(&(tagged.clone() + &lists("terminal 3") + &some()), Some("+0 −3"));
    // Lists that it does not name, and sources that bring nothing yet, are nothing to it.
    reload(&(tagged.clone() + &both + &lists("terminal 3").replace("\"x\"", "\"y\"") + &some()), None);
    // A source that is gone keeps its entries where they are, under a changed filter too.
    reload(&(both.clone() + "\n" + &lists("terminal") + &feed("some", "match = 'body:@strike'")), Some("+3 −0"));
    // A feed that is gone and comes back is decided anew.
    let rest = both.clone() + "\n" + &lists("terminal") + &feed("other", "match = 'title:nothing'");
    desk.configure(&(rest.clone() + &feed("some", "match = 'body:@strike'")));
    running.signal("HUP");
    running.wait_for("configuration in force");
    desk.configure(&rest);
    running.signal("HUP");
    running.wait_for("configuration in force");
    desk.configure(&(rest + &feed("some", "match = 'body:@strike'")));
    running.signal("HUP");
    assert!(running.wait_for("a changed filter was applied").contains("+0 −0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_tell_what_finds_what_and_what_is_lacking() {
    let lists = "[lists.port]\nterms = [\"harbour{,s}\", \"quay\", \"pier 3\"]\n\n";
    let filter =
        feed("some", "match = 'title:@port AND (\"terminal 1\" OR \"terminal 2\" OR \"terminal 4\") AND NOT gale'");
    let (_origin, desk) = polled(30, &(lists.to_owned() + &filter)).await;
    let said = desk.runs(&["terms", "some"]).out;
    assert!(said.starts_with("some: 3 entries in it, 27 not"), "{said}");
    assert!(said.contains("       3      27  harbour{,s} (@port)\n"), "{said}");
    assert!(said.contains("       1       0  terminal 2\n"), "{said}");
    assert!(
        said.contains("never found: 3 terms\n  in the expression\n    gale\n  @port\n    quay\n    pier 3\n"),
        "{said}"
    );
    let lines = desk.runs(&["terms", "some", "--json"]).json();
    assert!(lines.iter().any(|l| l["term"] == "harbour{,s}" && l["inside"] == 3 && l["outside"] == 27), "{lines:?}");
}

/// R20: a poll decides by the filter that was in force when it began. If the filter
/// changes meanwhile, what the poll brings is decided again, however soon the rematch
/// ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_under_way_at_a_reload_is_decided_by_the_new_filter() {
    let origin = Origin::start().await;
    let gate = Gate::shut();
    origin.set("/a.rss", Reply::ok(harbours(0..9)).behind(&gate));
    let filter =
        |n: u32| source("a", origin.url("/a.rss")) + &feed("some", &format!("match = 'title:\"harbour {n}\"'"));
    let desk = Desk::new(&filter(1));
    let mut running = desk.start();
    origin.wait_for(1).await;
    desk.configure(&filter(2));
    running.signal("HUP");
    running.wait_for("configuration in force");
    running.wait_for("a changed filter was applied");
    gate.open();
    let line = running.wait_for("entries decided by a replaced filter were decided again");
    assert!(line.contains("+1 −1"), "{line}");
    running.until("/feeds/some.atom", |got| got.text().contains("Harbour 2") && !got.text().contains("Harbour 1<"));
}

/// The index lags behind the polls; a kill in the middle of its work leaves a
/// beginning, and what comes after goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_killed_in_its_work_loses_no_entry_r8() {
    let origin = Origin::start().await;
    origin.document("/a.rss", harbours(0..4000));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    desk.runs(&["status"]);
    let store = desk.store(MONDAY).await;
    let mut child = desk.command(&["poll", "--all"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let begun = async {
        loop {
            let totals = store.totals().await.unwrap();
            if totals.entries == 4000 && totals.unindexed < 4000 {
                return totals.unindexed;
            }
            tokio::task::yield_now().await;
        }
    };
    let left = tokio::time::timeout(Duration::from_secs(60), begun).await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(left > 0, "the kill came too late to tell anything");
    desk.runs(&["poll"]);
    assert_eq!(store.totals().await.unwrap().unindexed, 0);
    let found = desk.runs(&["search", "--json", "-n", "5000", "\"dock workers\""]).json();
    assert_eq!(found.len(), 4000);
    let page = desk.runs(&["search", "-n", "2", "harbour"]).out;
    let more = page.lines().last().and_then(|line| line.strip_prefix("more: --before ")).expect("where to go on");
    let next = desk.runs(&["search", "--json", "-n", "2", "harbour", "--before", more]).json();
    assert_eq!(next[0]["entry"].as_i64().unwrap(), more.parse::<i64>().unwrap() - 1, "newest first, page by page");
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}
