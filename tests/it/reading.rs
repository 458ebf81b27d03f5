//! What a subscriber sees of documents with the slips of the field.

use crate::desk::{Desk, EVERYTHING, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// Titles of the feed, the first on top.
fn titles(desk: &Desk) -> Vec<String> {
    let running = desk.start();
    let text = running.get("/feeds/all.atom", &[]).text();
    let entries = text.split("<entry").skip(1);
    let title = |entry: &str| entry.split_once("<title>").unwrap().1.split('<').next().unwrap().to_owned();
    entries.map(title).collect()
}

fn items(days: &[u8]) -> String {
    let item = |day: &u8| {
        format!(
            "<item><guid isPermaLink='false'>n{day}</guid><description>&lt;p&gt;Report of day {day}&lt;/p&gt;</description>\
             <pubDate>{day:02} Nov 2026 08:00:00 GMT</pubDate></item>"
        )
    };
    format!("<rss><channel><title>Desk</title>{}</channel></rss>", days.iter().map(item).collect::<String>())
}

/// Of the new entries of one poll the newest is on top, whichever way its
/// document counts; entries without title are told by their words.
#[tokio::test(flavor = "multi_thread")]
async fn documents_that_begin_with_the_oldest_keep_their_order() {
    let origin = Origin::start().await;
    let desk = Desk::new(&(source("s", origin.url("/rising")) + EVERYTHING));
    for days in [&[2][..], &[2, 3, 4, 5], &[4, 5, 6, 7]] {
        origin.set("/rising", Reply::ok(items(days)).header("Content-Type", "application/rss+xml"));
        desk.run(&["poll", "--all"]);
    }
    let expected = [7, 6, 5, 4, 3, 2].map(|day| format!("Report of day {day}"));
    assert_eq!(titles(&desk), expected);
}

/// B22, B44: a label that fits any bytes, and one bad string.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_labels_and_bad_strings_cost_no_news() {
    let origin = Origin::start().await;
    let desk = Desk::new(&(source("a", origin.url("/gbk")) + &source("b", origin.url("/json")) + EVERYTHING));
    let text = "<?xml version='1.0' encoding='gb2312'?><rss><channel><item><guid>1</guid><title>望潮港与苏德港签署协议</title></item></channel></rss>";
    let (gbk, ..) = encoding_rs::GBK.encode(text);
    origin.set("/gbk", Reply::ok(&gbk).header("Content-Type", "text/xml; charset=ISO-8859-1"));
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "3", "title": "A \ud83d"}, {"id": "2", "title": "B",},]}"#;
    origin.set("/json", Reply::ok(json).header("Content-Type", "application/feed+json"));
    desk.run(&["poll", "--all"]);
    let mut seen = titles(&desk);
    seen.sort();
    assert_eq!(seen, ["A", "B", "望潮港与苏德港签署协议"]);
}
