//! What holds of entries in every store: which id they are published under,
//! where they stand in a feed, how many revisions are kept. Pure: a store asks,
//! and writes what it is told.

use std::time::Duration;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::model::{Change, Entry, EntryKey, SourceId};

use super::Share;

/// Revisions of one entry kept a day. Above it the newest takes the place of the
/// one before it: what is bounded is what is kept, never what is published
/// (check B61).
pub const REVISIONS_A_DAY: u64 = 20;

/// The day that [`REVISIONS_A_DAY`] counts in.
pub const REVISION_DAY: Duration = Duration::from_secs(86_400);

/// The namespace of ids that wiredesk mints: RFC 9562 §5.5, from the URL of the project's words.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0b_94c4_2d4d_5c0e_8a57_7769_7265_6400);

/// The `n`th id of ours for an entry: the same for the same source and entry in
/// every store. The first is taken unless another entry has it, which somebody
/// may have brought about on purpose: it can be computed. Then the next is.
pub fn minted_id(source: &SourceId, key: EntryKey, n: u32) -> String {
    let key = key.hex();
    let name = match n {
        0 => format!("{source}\n{key}"),
        n => format!("{source}\n{key}\n{n}"),
    };
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).urn().to_string()
}

/// The publisher's own date of the last change where there is one, for it is
/// truer than ours; a date ahead of us was clamped when it was read.
pub fn first_updated(entry: &Entry, now: Timestamp) -> Timestamp {
    let said = entry.updated.max(entry.published);
    said.map_or(now, |at| at.min(now))
}

/// Why an entry stands where it stands in a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placing {
    /// By its date: its source's first document brought it.
    ByDate,
    /// By its arrival.
    Arrived,
    /// A material revision brought it back to the head.
    Revised,
    /// A material revision did not: revised entries of its source had their share
    /// of the head already.
    OverShare,
}

impl Placing {
    /// A sentence for people, without a full stop.
    pub fn as_str(self) -> &'static str {
        match self {
            Placing::ByDate => "it stands by its date: the first document of its source brought it",
            Placing::Arrived => "it stands by its arrival",
            Placing::Revised => "a material revision brought it back to the head of the feed",
            Placing::OverShare => {
                "a material revision left it in its place: revised entries of its source already take their share, \
                 a fifth, of the places at the head of the feed"
            }
        }
    }
}

/// One part in so many of a feed's places may be taken by revised entries of one
/// source: a source that rewords all it has at every poll leaves the rest to others.
const SHARE: usize = 5;

/// The share of a feed whose document holds `places` entries.
pub fn share(places: usize) -> Share {
    Share { places, most: (places / SHARE).max(1) }
}

/// New entries come before revised ones of the same moment.
const BEHIND: Duration = Duration::from_millis(1);

/// Where a revised entry stands that was in a feed before, and why; `taken` tells
/// how many places at the feed's head its source's revised entries take, this one
/// not counted.
pub fn stands_after(change: Change, now: Timestamp, taken: usize, share: Option<Share>) -> Placement {
    match change {
        Change::Cosmetic => Placement::Stays,
        Change::Material if share.is_some_and(|share| taken >= share.most) => Placement::Bounded,
        Change::Material => Placement::ToHead(now.minus(BEHIND)),
    }
}

/// What a revision does to an entry's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// Nothing.
    Stays,
    /// It comes back to the head of the feed.
    ToHead(Timestamp),
    /// It would, but its source has its share of the head.
    Bounded,
}

/// Whether a revision is kept beside those of the last day, or takes the place
/// of the newest.
pub fn keeps_revision(kept_today: u64) -> bool {
    kept_today < REVISIONS_A_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minted_ids_are_the_same_everywhere_and_differ_by_number() {
        let source = SourceId::new("a").unwrap();
        let key = EntryKey::of("id", &["1"]);
        assert_eq!(minted_id(&source, key, 0), minted_id(&source, key, 0));
        assert!(minted_id(&source, key, 0).starts_with("urn:uuid:"));
        let all: std::collections::HashSet<String> = (0..100).map(|n| minted_id(&source, key, n)).collect();
        assert_eq!(all.len(), 100);
    }

    /// These ids are with readers: another one would be another entry to them.
    #[test]
    fn minted_ids_stay_as_they_are() {
        let (source, key) = (SourceId::new("shenyang-fao").unwrap(), EntryKey::of("id", &["urn:x:1"]));
        let all = [0, 1, 2].map(|n| minted_id(&source, key, n));
        assert_eq!(
            all,
            [
                "urn:uuid:0d624986-fb33-5b25-859b-b9d691243d76",
                "urn:uuid:dcd7b38b-e6e6-5532-b5a3-e0ff7d46bfc8",
                "urn:uuid:9310a448-7d36-5849-8bfd-f16d85b716cc",
            ]
        );
    }

    #[test]
    fn a_share_is_a_fifth_and_one_at_least() {
        assert_eq!(share(50), Share { places: 50, most: 10 });
        assert_eq!(share(3), Share { places: 3, most: 1 });
    }

    #[test]
    fn a_revision_comes_to_the_head_within_its_sources_share() {
        let now = Timestamp::from_millis(9);
        let head = Placement::ToHead(Timestamp::from_millis(8));
        let check = |change, taken, share, expected| {
            assert_eq!(stands_after(change, now, taken, share), expected);
        };
        check(Change::Cosmetic, 0, Some(share(50)), Placement::Stays);
        check(Change::Material, 9, Some(share(50)), head);
        check(Change::Material, 10, Some(share(50)), Placement::Bounded);
        check(Change::Material, 99, None, head);
    }
}
