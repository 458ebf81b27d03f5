//! Notices: copy that changes other copy, or says when it may be used.

use std::fmt;

use crate::clock::Timestamp;

/// What a copy says of other copy, or of its own use: product §3.8.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// The words that say so, as printed.
    pub raw: String,
    /// What it says of the copy that it amends: everything that the text gives, most exact
    /// first. Empty where it says nothing.
    pub targets: Vec<NoticeTarget>,
    /// When an embargo ends.
    pub until: Option<NoticeUntil>,
}

/// What a notice does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NoticeKind {
    /// Something in earlier copy was wrong, and is right here.
    Correction,
    /// A newer writing of one story.
    Update,
    /// The same text, with its form mended, or sent again.
    Refile,
    /// Earlier copy must not be used.
    Kill,
    /// The issuer takes earlier copy back.
    Withdrawal,
    /// This copy must not be used before a time.
    Embargo,
    /// A serial reminder: it amends nothing.
    Reminder,
}

impl NoticeKind {
    /// All kinds.
    pub const ALL: [NoticeKind; 7] = [
        NoticeKind::Correction,
        NoticeKind::Update,
        NoticeKind::Refile,
        NoticeKind::Kill,
        NoticeKind::Withdrawal,
        NoticeKind::Embargo,
        NoticeKind::Reminder,
    ];

    /// Its name in filters, on the command line and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            NoticeKind::Correction => "correction",
            NoticeKind::Update => "update",
            NoticeKind::Refile => "refile",
            NoticeKind::Kill => "kill",
            NoticeKind::Withdrawal => "withdrawal",
            NoticeKind::Embargo => "embargo",
            NoticeKind::Reminder => "reminder",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<NoticeKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a notice names the copy that it amends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeTarget {
    /// The number of a release, or of a story of an agency.
    Number(String),
    /// A URL of it.
    Link(String),
    /// The last part of its link, where a wire keeps it for the corrected copy.
    Slug(String),
    /// Its headline, as quoted.
    Headline(String),
}

impl fmt::Display for NoticeTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (NoticeTarget::Number(text)
        | NoticeTarget::Link(text)
        | NoticeTarget::Slug(text)
        | NoticeTarget::Headline(text)) = self;
        f.write_str(text)
    }
}

/// When an embargo ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeUntil {
    /// At this time.
    At(Timestamp),
    /// At a time that cannot be read with certainty: these words. A person decides.
    Unreadable(String),
}
