//! Random sequences of documents through the whole program: bytes, reader,
//! recognition, store. No poll is refused, nothing is published twice, and no
//! published id changes hands (checks R1, R2, O5, R82). The rules themselves meet many
//! more sequences in `identity::tests::sequences`.

use std::collections::HashMap;

use wiredesk::identity::texts;
use wiredesk::model::FeedId;
use wiredesk::plan::readable::words;

use crate::dice::Dice;
use crate::newsroom::{Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// How a publisher names its items.
const NAMES: [&str; 5] = ["stable", "missing", "numbered", "shared", "tokens"];

fn document(items: &[(usize, usize)], names: &str, poll: usize) -> String {
    let mut out = String::from("<rss version=\"2.0\"><channel><title>News</title>");
    for (position, (n, edits)) in items.iter().enumerate() {
        let guid = match names {
            "stable" => format!("<guid isPermaLink=\"false\">urn:x:{n}</guid>"),
            "numbered" => format!("<guid isPermaLink=\"false\">{position}</guid>"),
            "shared" => "<guid isPermaLink=\"false\">urn:x:board</guid>".to_owned(),
            _ => String::new(),
        };
        let page = match names {
            "shared" => "board".to_owned(),
            "tokens" => format!("{n}?token=t{poll}"),
            _ => n.to_string(),
        };
        let edits = if matches!(names, "shared" | "tokens") { 0 } else { *edits };
        out += &format!(
            "<item>{guid}<link>https://news.example/{page}</link><title>Item {n}:{}</title>\
             <pubDate>Mon, {:02} Jun 2026 08:00:00 GMT</pubDate><description>The text of {n}.</description></item>",
            "!".repeat(edits % 2) + &"x".repeat(edits),
            n % 28 + 1
        );
    }
    out + "</channel></rss>"
}

async fn sequence(seed: u64) {
    let mut dice = Dice::of(seed);
    let names = NAMES[dice.throw(NAMES.len())];
    let origin = Origin::start().await;
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    let (mut list, mut next): (Vec<(usize, usize)>, usize) = (Vec::new(), 0);
    let mut ids: HashMap<usize, String> = HashMap::new();
    for poll in 0..7 {
        for _ in 0..=dice.throw(3) {
            match dice.throw(5) {
                2 if !list.is_empty() => {
                    let at = dice.throw(list.len());
                    list[at].1 += 1;
                }
                3 if list.len() > 2 => {
                    let (a, b) = (dice.throw(list.len()), dice.throw(list.len()));
                    list.swap(a, b);
                }
                4 if list.len() > 2 => drop(list.remove(dice.throw(list.len()))),
                _ => {
                    list.insert(0, (next, 0));
                    next += 1;
                }
            }
        }
        while list.len() < 2 {
            list.insert(0, (next, 0));
            next += 1;
        }
        origin.set("/feed", Reply::ok(document(&list, names, poll)));
        let ended = room.next_one().await;
        assert!(!ended.failed, "seed {seed}, {names}, poll {poll}: {:?}", ended.note);
        // Words that are made along with decisions are those that are made of stored texts.
        let waiting = room.store.waiting(None, 500).await.unwrap();
        for made in room.store.folded(500) {
            let text = &waiting.iter().find(|text| text.id == made.entry).unwrap().entry;
            assert_eq!(made.words, words(text, &texts(text)), "seed {seed}, {names}, poll {poll}");
        }
        let feed = FeedId::new("all").unwrap();
        let page = room.store.feed_page(&feed, None, 500).await.unwrap();
        let mut met: HashMap<usize, String> = HashMap::new();
        for published in page {
            let title = published.entry.entry.title;
            let n: usize = title["Item ".len()..title.find(':').unwrap()].parse().unwrap();
            let twice = met.insert(n, published.published_id);
            assert_eq!(twice, None, "seed {seed}, {names}, poll {poll}: item {n} is published twice");
        }
        for (n, _) in &list {
            let id = met.get(n).unwrap_or_else(|| panic!("seed {seed}, {names}, poll {poll}: item {n} is missing"));
            let before = ids.entry(*n).or_insert_with(|| id.clone());
            assert_eq!(before, id, "seed {seed}, {names}, poll {poll}: item {n} has another id");
        }
    }
    assert_eq!(room.store.verify().await.unwrap(), Vec::<String>::new(), "seed {seed}, {names}");
}

#[tokio::test]
async fn whatever_documents_come_ids_stay_and_polls_are_stored_r1_r2_o5() {
    let count = std::env::var("SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    for seed in 0..count {
        sequence(seed).await;
    }
}
