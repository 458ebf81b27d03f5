//! A sequence of calls as data: it names sources and entries by small numbers of its own,
//! so that it means the same on every store, and still means something when steps of it
//! are left out.

/// What is done to a store, in order.
#[derive(Clone, Debug)]
pub struct Script {
    /// Between starts on a site, for all nodes.
    pub gap_ms: u64,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One call, or what leads to it. A step whose claim or node there is not does nothing.
#[derive(Clone, Debug)]
pub enum Step {
    /// Time goes on.
    Wait {
        ms: u64,
    },
    /// The clock is set back.
    SetBack {
        ms: u64,
    },
    /// The process ends, and another opens the store.
    Reopen,
    Join {
        node: u8,
    },
    Beat {
        node: u8,
    },
    Leave {
        node: u8,
    },
    /// A whole configuration: sources, each by a [`variant`](crate::stores::act::planned_as),
    /// and the feeds whose bits are set.
    Configure {
        sources: Vec<(u8, u8)>,
        feeds: u8,
    },
    ClaimDue {
        node: u8,
        limit: usize,
    },
    ClaimNamed {
        node: u8,
        sources: Vec<u8>,
        floor_ms: u64,
    },
    Turn {
        source: u8,
        host: u8,
        is_page: bool,
    },
    Renew {
        source: u8,
    },
    Release {
        source: u8,
    },
    Commit(Poll),
    NextDue,
    Overdue {
        limit: usize,
    },
    Respread {
        sources: Vec<u8>,
        ms: u64,
    },
    Absolve {
        sources: Vec<u8>,
        ms: u64,
    },
    Known {
        source: u8,
        names: Vec<u8>,
    },
    ClaimArticles {
        node: u8,
    },
    BeginArticle {
        source: u8,
        nth: usize,
        ms: u64,
    },
    CommitArticle {
        source: u8,
        nth: usize,
        came: Page,
        rules: u8,
    },
    EndArticles {
        source: u8,
    },
    TakeRules {
        edition: u8,
        feeds: u8,
        labels: u8,
    },
    OfferRules {
        edition: u8,
        feeds: u8,
        labels: u8,
    },
    BeginRematch {
        feeds: u8,
        edition: u8,
        labels: u8,
        as_new: bool,
    },
    /// Decides about stored entries, from the newest on, each by one of `routes`.
    Reroute {
        feeds: u8,
        entries: usize,
        routes: Vec<u8>,
        as_new: bool,
        by: Deciding,
    },
    Settle,
    Index,
    Search {
        word: u8,
    },
    DateDocument {
        feed: u8,
        format: u8,
        document: u8,
    },
    Prune {
        days: u64,
    },
    PruneChanges {
        ms: u64,
        limit: usize,
    },
    NoteLine {
        since_ms: Option<u64>,
    },
}

/// A poll that is committed.
#[derive(Clone, Debug)]
pub struct Poll {
    pub source: u8,
    pub under: Under,
    /// What its document lists; `None` where none was read.
    pub found: Option<Vec<Item>>,
    /// Known entries that let go of their keys.
    pub released: Vec<u8>,
    pub succeeded: bool,
    /// What its host asked for: for how long, and whether pages alone.
    pub hold: Option<(u64, bool)>,
    /// Another host that it moved to.
    pub moved_to: Option<u8>,
    /// Rules that decided.
    pub rules: u8,
    /// How the source describes itself.
    pub title: u8,
    pub is_over: bool,
    pub has_shares: bool,
    pub warnings: u8,
}

/// Under which claim something is committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Under {
    /// The last that was taken of the source.
    Latest,
    /// The one before.
    Former,
}

/// An entry of a document.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which entry of its source. Those from 6 on are the same entries in all sources.
    pub name: u8,
    /// Which text.
    pub text: u8,
    /// What is found of it, where it is known already.
    pub as_known: AsKnown,
    /// What feeds say of it, two bits for each.
    pub routes: u8,
    pub wants_article: bool,
    /// How many hours ago it was published, as its publisher says.
    pub dated: Option<u8>,
}

/// What is found of a known entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AsKnown {
    Same,
    Material,
    Cosmetic,
    /// Another text in the place of the one before.
    Replaced,
    Followed,
    /// It goes by the key of the entry of that name.
    Rekeyed(u8),
}

/// What comes of an entry's page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// An article, and what feeds say of it.
    Text(u8),
    Nothing,
    Later,
}

/// By what stored entries are decided about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deciding {
    /// By nothing that is noted.
    Freely,
    /// As a step of the rematch that began last.
    Step,
    /// Again, by these rules.
    Again(u8),
    /// By a text that they have no longer.
    OldText,
}
