use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn check(raw: &str, expected: &str) {
    let shown = read(raw, Tz::UTC).map_or("unparseable".to_owned(), Timestamp::rfc3339);
    assert_eq!(shown, expected, "{raw:?}");
}

#[test]
fn standards_in_all_their_precisions() {
    check("Thu, 21 Nov 2024 08:00:00 -0500", "2024-11-21T13:00:00Z");
    check("2024-11-21T13:00:00.5+08:00", "2024-11-21T05:00:00Z");
    check("2024-11-21", "2024-11-21T00:00:00Z");
    check("2024-11", "2024-11-01T00:00:00Z");
    check("Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z");
    check("20241121T130000Z", "2024-11-21T13:00:00Z");
    check("1520932969", "2018-03-13T09:22:49Z");
}

/// B58: everything that is written differently.
#[test]
fn laxities_of_the_field() {
    check("Fri, 25 Sep 2026 12:00 GMT", "2026-09-25T12:00:00Z");
    check("Thu, 30 Apr 2015 08:57:00 CET", "2015-04-30T07:57:00Z");
    check("Wed, 21 Nov 2024 24:00:00 GMT", "2024-11-22T00:00:00Z");
    check("Fri, 31 Dec 99 23:59:59 GMT", "1999-12-31T23:59:59Z");
    check("mar., 01 déc. 2020 16:11:02 +0000", "2020-12-01T16:11:02Z");
    check("2024年11月21日 21:05", "2024-11-21T21:05:00Z");
    check("Thu, June 22, 2023 at 01:11 PM ET", "2023-06-22T17:11:00Z");
    check("21.11.2024 13:05", "2024-11-21T13:05:00Z");
}

#[test]
fn what_is_no_date_stays_none() {
    for raw in ["", "N/A", "Thu, 31 Feb 2024 12:00:00 GMT", "0000-00-00 00:00:00", "3 hours ago", "22013", "{{ date }}"]
    {
        check(raw, "unparseable");
    }
}

#[test]
fn a_date_without_zone_is_local_to_its_source() {
    let shanghai = read("2024-11-21 21:00", chrono_tz::Asia::Shanghai).map(Timestamp::rfc3339);
    assert_eq!(shanghai.as_deref(), Some("2024-11-21T13:00:00Z"));
    // In the hour that a clock skips, and in the one it tells twice.
    let berlin = |raw| read(raw, chrono_tz::Europe::Berlin).map(Timestamp::rfc3339);
    assert_eq!(berlin("2024-03-31 02:30").as_deref(), Some("2024-03-31T01:30:00Z"));
    assert_eq!(berlin("2024-10-27 02:30").as_deref(), Some("2024-10-27T00:30:00Z"));
}

/// B59, B60: product §3.3.
#[test]
fn dates_are_judged() {
    let check = |raw: &str, expected: Verdict| assert_eq!(judge(raw, Tz::UTC, NOW), expected, "{raw}");
    let soon = NOW.plus(std::time::Duration::from_secs(599));
    check(&soon.rfc3339(), Verdict::Good(Timestamp::from_millis(soon.seconds() * 1000)));
    check(&NOW.plus(std::time::Duration::from_secs(700)).rfc3339(), Verdict::Ahead(NOW));
    check("9999-12-31T00:00:00Z", Verdict::Ahead(NOW));
    check("1970-01-01T00:00:00Z", Verdict::TooOld);
    check("0001-01-01T00:00:00Z", Verdict::Unreadable);
    check("Thu, 01 Jan 99999 00:00:00 GMT", Verdict::Unreadable);
}

/// The larger corpus of date strings, where it is at hand.
#[test]
fn the_corpus_of_dates() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/dates/dates.jsonl");
    let Ok(lines) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no corpus of dates at {path}");
        return;
    };
    let mut tally = std::collections::BTreeMap::<String, (u32, u32)>::new();
    let mut failures = Vec::new();
    for line in lines.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let shown = read(text, Tz::UTC).map_or("unparseable".to_owned(), Timestamp::rfc3339);
        let also = case["also_acceptable"].as_array().is_some_and(|a| a.iter().any(|v| v == shown.as_str()));
        let tier = case["tier"].as_str().unwrap();
        let met = case["expected"] == shown.as_str() || also;
        let entry = tally.entry(tier.to_owned()).or_default();
        *entry = (entry.0 + u32::from(met), entry.1 + 1);
        if !met {
            eprintln!("{tier}: {text:?} read as {shown}, expected {}", case["expected"]);
            failures.push((tier.to_owned(), case["expected"] == "unparseable"));
        }
    }
    eprintln!("dates met of all, by tier: {tally:?}");
    assert_eq!(tally["must"].0, tally["must"].1);
    assert!(tally["should"].0 * 100 >= tally["should"].1 * 95);
    assert!(failures.iter().all(|(_, unparseable)| !unparseable), "an unparseable one was parsed");
}
