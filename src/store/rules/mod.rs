//! What every store decides alike: which id an entry is published under, where it
//! stands in a feed, which of its texts are kept, who may poll by hand, how long a
//! host is left alone, what a changed configuration means for a source.
//!
//! Pure, by value: a store reads what a rule asks for, and writes what it is told. A
//! rule never learns which database that is; `tests/it/tidy/rooms.rs` sees to it.
//!
//! What is left to the database is arithmetic over rows that it alone sees (the due
//! time that a claim moves, sources that a hold puts off): its numbers are parameters,
//! and its instants are the database's own where that has a clock.

mod candidates;
mod change;
mod claim;
mod days;
mod hold;
mod iri;
mod known;
mod ledger;
mod mint;
mod place;
mod plan;
mod rematch;
mod reread;
mod restand;

pub use candidates::{MOST_OF_ROW, SharesRows, likest};
pub use change::{REVISION_DAY, REVISIONS_A_DAY, described_anew, first_updated, keeps_revision, updated_by};
pub use claim::{CLAIMED, Failing, Leased, believed_within, by_hand, looks_again};
pub use days::{DayCounts, FEED_DAYS, SOURCE_DAYS};
pub use hold::{SITE_WITHIN, binding, due_after, lasting, of_site};
pub use iri::LinkHashes;
pub use known::KnownWindow;
pub use ledger::{POLLS_KEPT, flapping, joins_run, polls_before};
pub use mint::{minted_id, nth_id, wanted_id};
pub use place::{HeadShare, Placing, arrives, first_place, share, written_place};
pub use plan::{Forgiven, KnownSource, Remembers, Replanned, forgiven, interval_ms, replanned};
pub use rematch::{DecidedSoFar, Decider, decided_by, decides_as_in_force, is_over, outdated, put_in_force, relabels};
pub use reread::{Reread, reread};
pub use restand::{
    Anew, FeedEffect, FeedTally, Membership, Moment, RouteBefore, RouteChange, Ruling, contends, restands,
};
