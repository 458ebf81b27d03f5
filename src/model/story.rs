//! Stories: entries that carry one release, and why each was placed where it is.

use std::fmt;
use std::time::Duration;

use super::EntryId;
use super::newswire::NoticeKind;
use crate::clock::span;
use crate::text::quote::in_quotes;

/// A story's number in one store: ascending, never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StoryId(pub i64);

impl fmt::Display for StoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How an entry relates to the one that it is most like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Relation {
    /// Like none: it is the first of its story.
    First,
    /// The same release: it joins the story.
    Copy,
    /// A correction, kill or withdrawal of it: it joins the story.
    Amendment,
    /// A newer writing, with other facts: linked.
    Update,
    /// The same release in another language: linked.
    Translation,
    /// One of the same series of notices, of another city, quarter or firm: not linked.
    Series,
    /// Much the same text or headline, and not the same release: linked.
    Related,
}

impl Relation {
    /// All of them.
    pub const ALL: [Relation; 7] = [
        Relation::First,
        Relation::Copy,
        Relation::Amendment,
        Relation::Update,
        Relation::Translation,
        Relation::Series,
        Relation::Related,
    ];

    /// Its name on the command line and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Relation::First => "first",
            Relation::Copy => "copy",
            Relation::Amendment => "amendment",
            Relation::Update => "update",
            Relation::Translation => "translation",
            Relation::Series => "series",
            Relation::Related => "related",
        }
    }

    /// The relation of this name.
    pub fn named(name: &str) -> Option<Relation> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == name)
    }

    /// Whether an entry of this relation belongs to the story of the other one.
    pub fn joins(self) -> bool {
        matches!(self, Relation::Copy | Relation::Amendment)
    }

    /// Whether its story is shown beside the other one.
    pub fn is_linked(self) -> bool {
        matches!(self, Relation::Update | Relation::Translation | Relation::Related)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A share in thousandths; shown as a percentage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Permille(pub u16);

impl fmt::Display for Permille {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} %", self.0 / 10, self.0 % 10)
    }
}

/// On what ground a notice may amend a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Authority {
    /// It is of the same source.
    OwnCopy,
    /// It is copy of the wire whose source amends it.
    WiresCopy,
    /// It is the same issuer's, who speaks through a wire.
    IssuersRelease,
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Authority::OwnCopy => "a source may amend its own copies",
            Authority::WiresCopy => "a wire may amend copies that bear its name",
            Authority::IssuersRelease => "an issuer may amend its release through a wire",
        })
    }
}

/// A ground on which an entry was placed: its sentence is what people are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoryEvidence {
    /// Both have this number at their wire.
    ReleaseNumber {
        /// The wire.
        wire: String,
        /// The number.
        number: String,
    },
    /// Their news is the same, word for word.
    SameText,
    /// How much of the shorter text stands in the longer one.
    SharedText {
        /// Share of the shorter one.
        share: Permille,
        /// Runs of words that they share.
        shared: u32,
        /// The longest passage that they share, folded.
        passage: String,
    },
    /// The fullest copy of the story holds this much of the entry, or the entry of it.
    SharedWithFullest(Permille),
    /// The headlines are the same.
    SameHeadline,
    /// How much of the headlines is the same.
    LikeHeadline(Permille),
    /// One of the two has too little text to be compared: the headline decides.
    HeadlineAlone,
    /// The headlines differ in these words, and the rest is the same.
    HeadlinesDiffer(String, String),
    /// Each text has numbers that the other lacks.
    NumbersDiffer(String, String),
    /// Both headlines are those of serial notices.
    SerialNotice(String),
    /// The headline has recurred before: it names a series.
    RecurringHeadline,
    /// Published so far apart.
    Apart(Duration),
    /// A notice says what it amends.
    Notice {
        /// What it is.
        kind: NoticeKind,
        /// Its words.
        raw: String,
    },
    /// The notice names its target by this: a number, link or headline.
    Target(String),
    /// Its source may amend that copy.
    MayAmend(Authority),
    /// A notice could mean several stories: a person decides.
    SeveralTargets(Vec<EntryId>),
    /// A notice of a source that may not amend that copy.
    MayNotAmend(EntryId),
    /// Facts that two languages have in common, the rarest first.
    SharedFacts(Vec<String>),
    /// They are in these languages.
    Languages(String, String),
    /// A person said so.
    PeoplesWord(String),
}

impl fmt::Display for StoryEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoryEvidence::ReleaseNumber { wire, number } => write!(f, "both are release {number} of {wire}"),
            StoryEvidence::SameText => f.write_str("the text is the same, word for word"),
            StoryEvidence::SharedText { share, shared, passage } => {
                write!(f, "{share} of the shorter text stands in the other ({shared} runs of words)")?;
                if passage.is_empty() { Ok(()) } else { write!(f, ", such as {}", in_quotes(passage)) }
            }
            StoryEvidence::SharedWithFullest(share) => write!(f, "{share} in common with the fullest copy"),
            StoryEvidence::SameHeadline => f.write_str("the headline is the same"),
            StoryEvidence::LikeHeadline(share) => write!(f, "{share} of the headlines is the same"),
            StoryEvidence::HeadlineAlone => f.write_str("there is too little text to compare: the headline decides"),
            StoryEvidence::HeadlinesDiffer(ours, theirs) => {
                write!(f, "the headlines differ in {} and {}", in_quotes(ours), in_quotes(theirs))
            }
            StoryEvidence::NumbersDiffer(ours, theirs) => {
                write!(f, "{} stands in one text only, {} in the other", in_quotes(ours), in_quotes(theirs))
            }
            StoryEvidence::SerialNotice(words) => write!(f, "a serial notice: {}", in_quotes(words)),
            StoryEvidence::RecurringHeadline => f.write_str("the headline recurs: it names a series"),
            StoryEvidence::Apart(apart) => write!(f, "{} apart", span(*apart)),
            StoryEvidence::Notice { kind, raw } => write!(f, "a {kind}: {}", in_quotes(raw)),
            StoryEvidence::Target(target) => write!(f, "it names {}", in_quotes(target)),
            StoryEvidence::MayAmend(authority) => authority.fmt(f),
            StoryEvidence::SeveralTargets(entries) => {
                let named: Vec<String> = entries.iter().map(EntryId::to_string).collect();
                write!(f, "it may mean any of {}: a person decides", named.join(", "))
            }
            StoryEvidence::MayNotAmend(entry) => write!(f, "its source may not amend {entry}"),
            StoryEvidence::SharedFacts(facts) => write!(f, "both have {}", facts.join(", ")),
            StoryEvidence::Languages(ours, theirs) => write!(f, "one is in {ours}, the other in {theirs}"),
            StoryEvidence::PeoplesWord(who) => write!(f, "{who} said so"),
        }
    }
}

/// A story that stands beside another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryLink {
    /// The story.
    pub story: StoryId,
    /// The entry of it that is most like.
    pub like: EntryId,
    /// How they relate.
    pub relation: Relation,
    /// How alike they are.
    pub score: Permille,
    /// Why.
    pub because: Vec<StoryEvidence>,
}

/// Where an entry was placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryPlacement {
    /// The story that it joins; `None` if it is the first of one.
    pub joins: Option<StoryId>,
    /// How it relates to `like`.
    pub relation: Relation,
    /// The entry that it is most like.
    pub like: Option<EntryId>,
    /// How alike they are.
    pub score: Permille,
    /// Why it was placed there.
    pub because: Vec<StoryEvidence>,
    /// The stories that stand beside its own.
    pub links: Vec<StoryLink>,
}

impl StoryPlacement {
    /// That of an entry which is like no other.
    pub fn first() -> StoryPlacement {
        StoryPlacement {
            joins: None,
            relation: Relation::First,
            like: None,
            score: Permille(0),
            because: Vec::new(),
            links: Vec::new(),
        }
    }
}
