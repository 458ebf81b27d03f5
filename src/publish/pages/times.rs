//! Moments as pages tell them, each with what it is the moment of.

use std::time::Duration;

use maud::{Markup, html};

use crate::clock::{Timestamp, span};
use crate::model::{Entry, Published};

use super::PageFrame;

/// Nobody reads fractions of a second.
const A_MOMENT: Duration = Duration::from_secs(1);

/// What an entry's place in a feed is the moment of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum EntryMoment {
    /// Its publisher's date.
    Published,
    /// Its first sight here.
    Arrived,
    /// A revision that brought it back.
    Revised,
}

impl EntryMoment {
    /// A place before the first sight is a date's, and one after it a revision's if there was any.
    fn of(p: &Published) -> EntryMoment {
        let at = p.place.at;
        match () {
            () if at < p.first_seen_at => EntryMoment::Published,
            () if at > p.first_seen_at && p.revisions > 1 => EntryMoment::Revised,
            () => EntryMoment::Arrived,
        }
    }

    fn word(self) -> &'static str {
        match self {
            EntryMoment::Published => "published",
            EntryMoment::Arrived => "arrived",
            EntryMoment::Revised => "revised",
        }
    }
}

impl PageFrame<'_> {
    /// How long ago, or how soon, with the instant behind it.
    pub(super) fn when(&self, at: Timestamp) -> Markup {
        let (ahead, behind) = (at.since(self.now), self.now.since(at));
        let text = match () {
            () if ahead.max(behind) < A_MOMENT => "just now".to_owned(),
            () if at > self.now => format!("in {}", span(ahead)),
            () => format!("{} ago", span(behind)),
        };
        html! { time datetime=(at.rfc3339()) title=(at.rfc3339()) { (text) } }
    }

    /// When an entry was published: how long ago, or the day if its publisher states no more.
    pub(super) fn dated(&self, entry: &Entry, at: Timestamp) -> Markup {
        match entry.day_alone().filter(|_| entry.published == Some(at)) {
            Some(day) => html! { time datetime=(day) title=(at.rfc3339()) { (day) } },
            None => self.when(at),
        }
    }

    /// The moment that an entry's place in a feed comes from, and what it is.
    pub(super) fn placed(&self, p: &Published) -> Markup {
        html! { (EntryMoment::of(p).word()) " " (self.dated(&p.entry, p.place.at)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Carrier, EntryId, EntryKey, FeedPosition, SourceId, Stored};

    #[test]
    fn the_moment_of_a_place_is_named_for_what_it_is_o160() {
        let at = Timestamp::from_millis;
        let check = |place: i64, seen: i64, revisions: u32, expected: EntryMoment| {
            let p = Published {
                place: FeedPosition { at: at(place), entry: EntryId(1) },
                published_id: String::new(),
                source: SourceId::new("a").unwrap(),
                carrier: Carrier::default(),
                first_seen_at: at(seen),
                updated_at: at(seen),
                revisions,
                entry: Stored::from(Entry::new(EntryKey([0; 16]))),
                lists: vec![],
                because: vec![],
            };
            assert_eq!(EntryMoment::of(&p), expected, "{place} {seen} {revisions}");
        };
        check(50, 100, 1, EntryMoment::Published);
        check(50, 100, 3, EntryMoment::Published);
        check(100, 100, 1, EntryMoment::Arrived);
        check(100, 100, 2, EntryMoment::Arrived);
        check(200, 100, 2, EntryMoment::Revised);
        // A changed filter that gained it as new.
        check(200, 100, 1, EntryMoment::Arrived);
    }
}
