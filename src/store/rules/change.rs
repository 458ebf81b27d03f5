//! What of an entry's changes is kept, and which of them its readers are told of.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{Carrier, Change, Entry};

/// Revisions of one entry kept a day. Above it the newest takes the place of the
/// one before it: what is bounded is what is kept, never what is published
/// (check B61).
pub const REVISIONS_A_DAY: u64 = 20;

/// The day that [`REVISIONS_A_DAY`] counts in.
pub const REVISION_DAY: Duration = Duration::from_secs(86_400);

/// The publisher's own date of the last change where there is one, for it is
/// truer than ours; a date ahead of us was clamped when it was read.
pub fn first_updated(entry: &Entry, now: Timestamp) -> Timestamp {
    let said = entry.updated.max(entry.published);
    said.map_or(now, |at| at.min(now))
}

/// What a change that was seen at `at` makes of the date that readers are told: it moves
/// for nothing but a material one (RFC 4287 §4.2.15).
pub fn updated_by(change: Change, at: Timestamp) -> Option<Timestamp> {
    (change == Change::Material).then_some(at)
}

/// Whether a revision is kept beside those of the last day, or takes the place
/// of the newest.
pub fn keeps_revision(kept_today: u64) -> bool {
    kept_today < REVISIONS_A_DAY
}

/// Whether a source describes itself otherwise than `before`, as its entries show it: the
/// documents of all feeds that hold some are to be made anew. When it was last new is no
/// part of that, or each new entry would be.
pub fn described_anew(before: &Carrier, now: &Carrier) -> bool {
    // Compared as they are first: nothing is copied for most polls.
    before != now && *before != Carrier { updated_at: before.updated_at, ..now.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntryKey, Person};

    #[test]
    fn a_source_describes_itself_anew_in_all_but_its_date() {
        let before = || Carrier {
            feed_id: Some("tag:example.org,2026:feed".to_owned()),
            title: "News".to_owned(),
            link: Some("https://example.org/".to_owned()),
            language: Some("en".to_owned()),
            rights: Some("free".to_owned()),
            authors: vec![Person::default()],
            updated_at: Some(Timestamp::from_millis(1)),
        };
        let check = |change: &dyn Fn(&mut Carrier), expected| {
            let mut now = before();
            change(&mut now);
            assert_eq!(described_anew(&before(), &now), expected, "{now:?}");
        };
        check(&|_| (), false);
        check(&|now| now.updated_at = Some(Timestamp::from_millis(2)), false);
        check(&|now| now.updated_at = None, false);
        check(&|now| now.feed_id = None, true);
        check(&|now| now.title.clear(), true);
        check(&|now| now.link = None, true);
        check(&|now| now.language = None, true);
        check(&|now| now.rights = None, true);
        check(&|now| now.authors.clear(), true);
        check(
            &|now| {
                now.title.clear();
                now.updated_at = None;
            },
            true,
        );
    }

    #[test]
    fn a_new_entry_changed_when_its_publisher_says_and_never_after_now() {
        let check = |published: Option<i64>, updated: Option<i64>, expected: i64| {
            let entry = Entry {
                published: published.map(Timestamp::from_millis),
                updated: updated.map(Timestamp::from_millis),
                ..Entry::new(EntryKey::of("id", &["1"]))
            };
            let at = first_updated(&entry, Timestamp::from_millis(100));
            assert_eq!(at.millis(), expected, "{published:?} {updated:?}");
        };
        check(None, None, 100);
        check(Some(40), None, 40);
        check(None, Some(50), 50);
        check(Some(40), Some(50), 50);
        // Some write a date of change before that of publication.
        check(Some(50), Some(40), 50);
        check(Some(101), None, 100);
        check(Some(40), Some(101), 100);
    }

    #[test]
    fn a_date_of_change_moves_for_a_material_one_alone() {
        let at = Timestamp::from_millis(7);
        assert_eq!([Change::Cosmetic, Change::Material].map(|change| updated_by(change, at)), [None, Some(at)]);
    }

    #[test]
    fn b61_twenty_revisions_of_a_day_are_kept() {
        let kept = [0, 1, 19, 20, 21].map(keeps_revision);
        assert_eq!(kept, [true, true, true, false, false]);
    }
}
