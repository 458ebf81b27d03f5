//! Sequences of documents: what is recognised, what is new, what changed.

use super::*;
use crate::clock::Timestamp;
use crate::model::keys::own_key;
use crate::model::{Change, Content, Enclosure, Entry, EntryId, EntryKey, Format, Known, Markup};

mod agreement;
mod changes;
mod evidence;
mod kinds;
mod sequences;

/// When all known entries were first seen.
const SEEN: Timestamp = Timestamp::from_millis(1_795_392_000_000);

/// An item with id, link, title, text, and the hour of its date; empty and 0 for none.
fn item(id: &str, link: &str, title: &str, text: &str, hour: i64) -> Entry {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut e = Entry::new(EntryKey::of("link", &[link]));
    (e.id, e.link) = (given(id), given(link));
    e.title = title.to_owned();
    e.content = given(text).map(|text| Content { markup: Markup::Plain(text), base: None });
    if hour > 0 {
        e.published = Some(Timestamp::from_millis(1_795_000_000_000 + hour * 3_600_000));
        e.published_raw = Some(format!("hour {hour}"));
    }
    if let Some(key) = crate::model::keys::id_key(&e) {
        e.key = key;
    } else if link.is_empty() {
        e.key = crate::model::keys::text_key(&e);
    }
    e
}

/// What a store knows after it read these entries.
fn remember(entries: &[Entry]) -> Vec<Known> {
    let mut entries = entries.to_vec();
    drop_repeated(&mut entries, Format::Rss2);
    let readings: Vec<EntryReading> = entries.iter().map(|e| read(e, &[])).collect();
    recognise(&mut entries, &readings, &[], 0);
    let known = |(id, e): (i64, &Entry)| Known {
        entry: EntryId(id),
        key: e.key,
        print: read(e, &[]).print,
        first_seen_at: SEEN,
        revisions: 1,
    };
    (1..).zip(&entries).map(known).collect()
}

/// Recognises `now` after `before`.
fn after(before: &[Entry], now: &[Entry], unstable: u32) -> Recognised {
    let mut now = now.to_vec();
    drop_repeated(&mut now, Format::Rss2);
    let readings: Vec<EntryReading> = now.iter().map(|e| read(e, &[])).collect();
    recognise(&mut now, &readings, &remember(before), unstable)
}

#[track_caller]
fn check(before: &[Entry], now: &[Entry], expected: &[Verdict]) -> Recognised {
    let recognised = after(before, now, 0);
    assert_eq!(recognised.verdicts, expected, "{recognised:?}");
    recognised
}

fn new() -> Verdict {
    Verdict::New
}

fn same(id: i64) -> Verdict {
    Verdict::Same(EntryId(id))
}

fn rekeyed(id: i64) -> Verdict {
    Verdict::Rekeyed(EntryId(id))
}

fn followed(id: i64) -> Verdict {
    Verdict::Followed(EntryId(id))
}

fn edited(id: i64) -> Verdict {
    Verdict::Revised(EntryId(id), Change::Material)
}

fn retouched(id: i64) -> Verdict {
    Verdict::Revised(EntryId(id), Change::Cosmetic)
}
