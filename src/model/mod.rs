//! The domain's words as types, which the rooms exchange.
//!
//! Nothing here does I/O, reads a clock or knows a room. Types carry no serde
//! derives: each edge (store, web, command line) owns its wire form.

pub mod bounds;
mod day;
pub mod decision;
pub mod document;
pub mod entry;
pub mod ids;
pub mod keys;
pub mod known;
pub mod newswire;
pub mod outcome;
pub mod published;
pub mod shown;
pub mod source;
pub mod standing;
pub mod state;
pub mod story;
pub mod web;
pub mod work;

pub use decision::{ExprPart, Field, Hit, NOTHING_FOUND, NextPoll, Route};
pub use document::{Format, Hints, Map, Parsed, Warning, WarningKind};
pub use entry::{Category, Content, Enclosure, Entry, InReplyTo, Link, Markup, Origin, Person, Readable};
pub use ids::{EntryId, EntryKey, FeedId, InvalidId, NodeId, SourceId, digest};
pub use known::{Asked, Change, EDITION, Fingerprint, Known};
pub use outcome::{Body, Failure, Moved, Outcome, Phase, Validators};
pub use published::{FeedPosition, Published, Stored};
pub use shown::{PublicUrl, masked, redacted};
pub use source::{Kind, Republish, Source};
pub use standing::{
    Address, Backlog, Doubt, FreshBy, Freshness, Hold, HoldScope, MapRead, Over, Purpose, Spent, Standing, Trust,
    Unkept,
};
pub use state::{Carrier, PollState, Rhythm, STALE_AFTER};
pub use story::{Authority, Permille, Relation, StoryEvidence, StoryId, StoryLink, StoryPlacement};
pub use web::{
    CanonicalUrl, Host, LinkTemplate, LooseUrl, NoTemplate, is_iri, site, with_credentials_of, without_credentials,
    without_feed_scheme, without_prefix,
};
pub use work::Work;
