//! Which time zone data the binary stands on, and that it says so.

use crate::desk::{Desk, EVERYTHING, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// An item of a document in `language`, one for each of the dates.
fn document(language: &str, dates: &[&str]) -> String {
    let items = dates.iter().enumerate().map(|(n, date)| {
        format!("<item><title>Item {n}</title><guid isPermaLink=\"false\">{n}</guid><pubDate>{date}</pubDate></item>")
    });
    format!(
        "<rss version=\"2.0\"><channel><title>Harbour Office</title><language>{language}</language>{}</channel></rss>",
        items.collect::<String>()
    )
}

/// When the items of one poll were published, and what was odd.
async fn published(language: &str, traits: &str, dates: &[&str]) -> (Vec<String>, String) {
    let origin = Origin::start().await;
    origin.set("/a", Reply::ok(document(language, dates)));
    let desk = Desk::new(&format!("{}\n{traits}\n\n{EVERYTHING}", source("a", origin.url("/a")).trim_end()));
    desk.runs(&["poll"]);
    let status = desk.runs(&["status"]).out;
    let mut found = desk.runs(&["search", "Item", "--json"]).json();
    found.sort_by_key(|row| row["title"].as_str().unwrap().to_owned());
    let at = |row: &serde_json::Value| row["published"].as_str().unwrap_or("none").to_owned();
    (found.iter().map(at).collect(), status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_british_document_has_its_days_first_b58() {
    let dates = ["26/11/2025 08:30", "05/11/2025 08:30", "12/11/2025 08:30"];
    let days = ["2025-11-26T08:30:00Z", "2025-11-05T08:30:00Z", "2025-11-12T08:30:00Z"];
    assert_eq!(published("en-GB", "timezone = \"Europe/London\"", &dates).await.0, days);
    // The document's other dates are enough.
    assert_eq!(published("en-US", "", &dates).await.0, days);
    assert_eq!(published("en-GB", "", &dates[1..]).await.0, days[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_stays_open_is_missing_and_told_b58() {
    let (at, status) = published("en", "", &["05/11/2025 08:30", "5 listopada 2025"]).await;
    assert_eq!(at, ["none", "none"]);
    assert!(status.contains("nothing tells which number of a date is its month: \"05/11/2025 08:30\""), "{status}");
    assert!(status.contains("a date cannot be read: \"5 listopada 2025\""), "{status}");
    let (at, _) = published("hr", "", &["05/11/2025 08:30", "5. listopada 2025."]).await;
    assert_eq!(at, ["2025-11-05T08:30:00Z", "2025-10-05T00:00:00Z"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abbreviation_is_the_sources_own_b58() {
    let dates = ["Wed Nov 05 08:30:00 CST 2025", "2025-11-05 08:30"];
    let (at, _) = published("en", "timezone = \"Asia/Shanghai\"", &dates).await;
    assert_eq!(at, ["2025-11-05T00:30:00Z", "2025-11-05T00:30:00Z"]);
    let (at, _) = published("en", "timezone = \"America/Chicago\"", &dates).await;
    assert_eq!(at, ["2025-11-05T14:30:00Z", "2025-11-05T14:30:00Z"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_in_use_are_shown_and_the_newer_ones_serve() {
    let desk = Desk::new(EVERYTHING);
    let version = desk.runs(&["--version"]).out;
    assert!(version.starts_with(concat!("wiredesk ", env!("CARGO_PKG_VERSION"), ", time zones 20")), "{version}");
    // Behind the words for people as in JSON.
    let zones = desk.runs(&["status", "--json"]).json().remove(0)["zones"].clone();
    let shown = format!("{} ({})", zones["version"].as_str().unwrap(), zones["origin"].as_str().unwrap());
    assert!(version.contains(&shown), "{version} {zones}");
    assert!(version.contains("places from GeoNames (20"), "{version}");
    assert!(desk.runs(&["status"]).out.contains(zones["version"].as_str().unwrap()));

    // A folder of the system's with newer data, in which London is five hours ahead.
    let folder = desk.path("zoneinfo");
    std::fs::create_dir_all(folder.join("Europe")).unwrap();
    std::fs::write(folder.join("tzdata.zi"), "# version 2999a\n").unwrap();
    std::fs::write(folder.join("Europe/London"), five_hours_ahead()).unwrap();
    let with = |args: &[&str]| {
        let done = desk.command(args).env("TZDIR", &folder).output().unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    assert!(with(&["--version"]).contains("time zones 2999a (system)"));
    assert!(with(&["status", "--json"]).contains("\"version\":\"2999a\""));

    let origin = Origin::start().await;
    origin.set("/a", Reply::ok(document("en-GB", &["2025-11-26 08:30"])));
    let traits = "timezone = \"Europe/London\"\n\n";
    desk.configure(&format!("{}\n{traits}{EVERYTHING}", source("a", origin.url("/a")).trim_end()));
    tokio::task::block_in_place(|| with(&["poll"]));
    let found = desk.runs(&["search", "Item", "--json"]).json();
    assert_eq!(found[0]["published"], "2025-11-26T03:30:00Z");
}

/// A zone file (RFC 9636) that knows one clock.
fn five_hours_ahead() -> Vec<u8> {
    let block = |version: u8| {
        let mut out = b"TZif".to_vec();
        out.push(version);
        out.extend([0; 15]);
        // Six counts: UT marks, standard marks, leap seconds, changes, kinds, letters.
        for count in [0_u32, 0, 0, 0, 1, 4] {
            out.extend(count.to_be_bytes());
        }
        out.extend((5 * 3600_i32).to_be_bytes());
        out.extend([0, 0]);
        out.extend(b"TST\0");
        out
    };
    let mut out = block(b'2');
    out.extend(block(b'2'));
    out.extend(b"\nTST-5\n");
    out
}
