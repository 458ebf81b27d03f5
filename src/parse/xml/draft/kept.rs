//! Which entries of a document are kept where there are more than their limits allow: the
//! newest (check B140). By custom these stand first, and the rest is left out; where the
//! dates say that the oldest stands first, the oldest go as newer ones come.

use std::collections::HashSet;

use crate::limits::MAPS;
use crate::model::bounds::EntryRoom;
use crate::model::{Entry, EntryKey, Map};
use crate::parse::date::DateVerdict;
use crate::parse::order;

use super::Draft;
use super::other_dates::{OtherDates, verdict};
use super::room::Beyond;

/// So many entries that were let go of are removed at once: to remove each of them alone
/// would move all others each time.
const AT_ONCE: usize = 20_000;

impl Draft<'_> {
    /// Keeps an entry, with the dates that stand by, if it is among the newest so far.
    pub(super) fn keep(&mut self, entry: Entry, dates: OtherDates) {
        if matches!(self.kept.beyond, Some(Beyond::LeftOut)) {
            self.kept.left_out += 1;
            return;
        }
        if !EntryRoom::default().takes(&entry) {
            // For this one there is no room whoever leaves: it takes none from the others.
            self.parsed.truncated = true;
            self.kept.left_out += 1;
            return;
        }
        if !self.kept.room.takes(&entry) {
            self.parsed.truncated = true;
            if self.kept.beyond.is_none() {
                let rises = order::rise(self.dates_so_far());
                self.kept.beyond = Some(if rises { Beyond::Replaces } else { Beyond::LeftOut });
            }
            if matches!(self.kept.beyond, Some(Beyond::LeftOut)) {
                self.kept.left_out += 1;
                return;
            }
            self.make_room(&entry);
        }
        self.other_dates.push(dates);
        self.parsed.entries.push(entry);
    }

    /// Lets go of the oldest entries until there is room for `entry`.
    fn make_room(&mut self, entry: &Entry) {
        while let Some(oldest) = self.parsed.entries.get_mut(self.kept.gone) {
            let oldest = std::mem::replace(oldest, Entry::new(EntryKey([0; 16])));
            self.kept.room.give_back(&oldest);
            self.kept.left_out += 1;
            self.kept.gone += 1;
            if self.kept.room.takes(entry) {
                break;
            }
        }
        if self.kept.gone >= AT_ONCE {
            self.remove_gone();
        }
    }

    /// Removes what was let go of, and what was said of it.
    pub(super) fn remove_gone(&mut self) {
        let gone = std::mem::take(&mut self.kept.gone);
        self.parsed.entries.drain(..gone);
        self.other_dates.drain(..gone);
        self.notes.forget_first(gone);
    }

    /// The dates of the entries so far, as far as they can be read by now.
    fn dates_so_far(&self) -> impl Iterator<Item = crate::clock::Timestamp> {
        let raws = || self.parsed.entries.iter().map(|e| [e.published_raw.as_deref(), e.updated_raw.as_deref()]);
        let known = self.known().with_dates(raws().flatten().flatten());
        raws().filter_map(move |both| {
            both.into_iter().flatten().find_map(|raw| match verdict(raw, &known, self.now) {
                DateVerdict::Good(at) => Some(at),
                _ => None,
            })
        })
    }

    /// Takes a sitemap that an index names.
    pub fn add_map(&mut self, map: Map) {
        self.parsed.maps.push(map);
        if self.parsed.maps.len() >= 2 * MAPS.count() {
            self.keep_newest_maps();
        }
    }

    /// Keeps the sitemaps that changed last, and of those that do not say the first.
    pub(super) fn keep_newest_maps(&mut self) {
        let maps = &mut self.parsed.maps;
        if maps.len() <= MAPS.count() {
            return;
        }
        let mut newest: Vec<usize> = (0..maps.len()).collect();
        newest.sort_by_key(|at| std::cmp::Reverse(maps[*at].changed_at));
        let rest: HashSet<usize> = newest.split_off(MAPS.count()).into_iter().collect();
        let mut at = 0;
        maps.retain(|map| {
            let stays = !rest.contains(&at);
            at += 1;
            if !stays {
                self.left_out.count(&MAPS, &[&map.url]);
            }
            stays
        });
        self.parsed.truncated = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Timestamp, Zone};
    use crate::limits::KEPT;
    use crate::model::{Content, Markup, Work};
    use crate::parse::About;
    use crate::parse::notes::Notes;

    /// B140: an entry that is larger than all the room leaves the others as they are.
    #[test]
    fn an_entry_without_any_room_is_left_out_alone_b140() {
        let url = url::Url::parse("https://wire.example/feed").unwrap();
        let about = About { url: &url, content_type: None, language: None, timezone: Zone::UTC, work: Work::default() };
        let mut notes = Notes::default();
        let mut draft = Draft::new(&about, Timestamp::from_millis(1_795_392_000_000), &mut notes, "UTF-8");
        let entry = |day: u8, bytes: usize| {
            let content = Content { markup: Markup::Plain("x".repeat(bytes)), base: None };
            let published_raw = Some(format!("2026-11-{day:02}T00:00:00Z"));
            Entry { content: Some(content), published_raw, ..Entry::new(EntryKey([day; 16])) }
        };
        // The oldest stands first, and the third is too large for any room.
        for (day, bytes) in [(1, 1), (2, 1), (3, KEPT.count() + 1), (4, 1)] {
            draft.keep(entry(day, bytes), OtherDates::default());
        }
        let kept: Vec<u8> = draft.parsed.entries.iter().map(|entry| entry.key.0[0]).collect();
        assert_eq!((kept, draft.kept.left_out, draft.parsed.truncated), (vec![1, 2, 4], 1, true));
    }
}
