//! What is copied of a store: its tables in the order in which one refers to another, with
//! their columns as both kinds of store can tell them.
//!
//! What is worth nothing in another place is not here: turns, nodes, duties, receipts, and
//! the leases of claims. Nor is the search index, which is made of the texts again.

/// A table, or what stands for one in either kind of store.
#[derive(Debug)]
pub struct CopiedTable {
    /// Its name in both.
    pub name: &'static str,
    /// Its columns; those of its key come first, and it is read in their order.
    pub columns: &'static [CopiedColumn],
    /// How many columns make its key.
    pub keys: usize,
    /// How many of the last columns one kind of store alone has. They are carried along, and
    /// not compared.
    pub carried: usize,
    /// Rows of a page at most.
    pub page: usize,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct CopiedColumn {
    /// Its name in both kinds of store.
    pub name: &'static str,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnKind {
    /// A number of 64 bits.
    Number,
    /// One of 32.
    Integer,
    /// One of 16.
    Short,
    /// Yes or no.
    Flag,
    /// A number with a fraction.
    Real,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Numbers in a row, each as 8 bytes.
    Numbers,
}

impl CopiedTable {
    /// The columns that are compared.
    pub fn compared(&self) -> &'static [CopiedColumn] {
        &self.columns[..self.columns.len() - self.carried]
    }

    /// The columns of its key.
    pub fn key(&self) -> &'static [CopiedColumn] {
        &self.columns[..self.keys]
    }
}

const fn number(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Number }
}

const fn integer(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Integer }
}

const fn short(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Short }
}

const fn flag(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Flag }
}

const fn real(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Real }
}

const fn text(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Text }
}

const fn bytes(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Bytes }
}

const fn numbers(name: &'static str) -> CopiedColumn {
    CopiedColumn { name, kind: ColumnKind::Numbers }
}

/// Rows of a page: enough that the time goes into rows, and few enough that a page is a
/// moment's work.
const PAGE: usize = 2_000;

/// A page ends after so many bytes: what is read, sent and written at once.
pub const PAGE_BYTES: usize = 4 << 20;

/// The same of texts, which may be large.
const PAGE_OF_TEXTS: usize = 256;

const fn table(name: &'static str, keys: usize, columns: &'static [CopiedColumn]) -> CopiedTable {
    CopiedTable { name, columns, keys, carried: 0, page: PAGE }
}

/// What is copied, in this order.
pub static COPIED: [CopiedTable; 24] = [
    CopiedTable { carried: 1, ..table("desk", 1, DESK) },
    table("rules", 1, &[flag("one"), text("made_by")]),
    CopiedTable { carried: 1, page: PAGE_OF_TEXTS, ..table("source", 1, SOURCE) },
    table("site", 1, &[text("site"), number("started_at")]),
    table("hold", 3, HOLD),
    table("feed", 1, FEED),
    table("document", 2, &[number("feed_no"), text("format"), bytes("hash"), number("at")]),
    table("tree", 1, &[number("hash"), text("parts")]),
    CopiedTable { carried: 1, ..table("entry", 1, ENTRY) },
    CopiedTable { page: PAGE_OF_TEXTS, ..table("text", 1, TEXT) },
    CopiedTable { page: PAGE_OF_TEXTS, ..table("newswire", 1, NEWSWIRE) },
    CopiedTable { page: PAGE_OF_TEXTS, ..table("story_copy", 1, STORY_COPY) },
    CopiedTable { page: PAGE_OF_TEXTS, ..table("revision", 2, REVISION) },
    table("route", 2, ROUTE),
    table("article", 1, ARTICLE),
    table("poll", 1, POLL),
    table("tally", 1, &[text("kind"), number("polls")]),
    table("rematch", 1, REMATCH),
    table("rematch_feed", 2, REMATCH_FEED),
    table("decide_again", 1, &[number("entry_id")]),
    table("change", 1, CHANGE),
    table("source_day", 2, &[number("source_no"), number("day"), number("entries")]),
    table("feed_day", 2, &[number("feed_no"), number("day"), number("entries")]),
    table("figures", 1, &[flag("one"), number("sources"), number("failing"), number("entries")]),
];

/// What is known of the desk as a whole: the time that it believes in, and its own line. Up
/// to which number changes were pruned shows in SQLite in what is left of them.
const DESK: &[CopiedColumn] =
    &[flag("one"), number("believed_at"), number("since_at"), number("offline_at"), number("changes_from")];

/// A source with its schedule. When its last poll of the ledger began is found in SQLite by
/// the number.
const SOURCE: &[CopiedColumn] = &[
    number("no"),
    text("id"),
    number("url_hash"),
    flag("active"),
    number("polls"),
    number("documents"),
    number("entries"),
    number("last_poll_at"),
    number("last_success_at"),
    number("last_new_at"),
    text("last_outcome"),
    number("failures"),
    flag("ever_validated"),
    bytes("etag"),
    bytes("last_modified"),
    text("validators_url"),
    bytes("body_hash"),
    numbers("window"),
    real("rhythm_entries"),
    real("rhythm_span_ms"),
    number("ttl_ms"),
    number("update_period_ms"),
    number("skip_hours"),
    number("skip_days"),
    number("unstable_ids"),
    text("warnings"),
    text("carrier"),
    text("standing"),
    text("labels"),
    number("spent_day"),
    number("spent_entries"),
    number("spent_bytes"),
    number("spent_warnings"),
    number("last_run"),
    number("interval_ms"),
    number("next_poll_at"),
    text("because"),
    number("lease"),
    number("articles_at"),
    text("host"),
    text("site"),
    text("proxy"),
    number("stale_at"),
    number("over_at"),
    number("last_run_at"),
];

const HOLD: &[CopiedColumn] = &[
    text("site"),
    text("host"),
    text("proxy"),
    number("asked_at"),
    number("until_at"),
    number("strikes"),
    text("because"),
];

const FEED: &[CopiedColumn] = &[
    number("no"),
    text("id"),
    flag("active"),
    number("entries"),
    number("updated_at"),
    number("changed_at"),
    text("made_by"),
];

/// An entry. PostgreSQL keeps with it in which month its text lies.
const ENTRY: &[CopiedColumn] = &[
    number("id"),
    number("source_no"),
    bytes("key"),
    number("edition"),
    number("id_hash"),
    number("link_hash"),
    number("page_hash"),
    number("path_hash"),
    number("title_hash"),
    number("material_hash"),
    number("labels_hash"),
    number("form_hash"),
    number("rest_hash"),
    number("said_at"),
    text("published_id"),
    number("published_id_hash"),
    number("first_seen_at"),
    number("updated_at"),
    number("revisions"),
    number("text_at"),
];

const TEXT: &[CopiedColumn] = &[number("entry_id"), number("seen_at"), short("change"), bytes("body")];

const NEWSWIRE: &[CopiedColumn] = &[
    number("entry_id"),
    number("version"),
    number("edition"),
    text("wire"),
    text("release_number"),
    text("notice"),
    bytes("reading"),
];

/// What finds it, SQLite keeps in tables of their own besides.
const STORY_COPY: &[CopiedColumn] = &[
    number("entry_id"),
    number("story"),
    number("at"),
    number("title"),
    number("runs"),
    text("relation"),
    number("like_id"),
    number("score"),
    text("evidence"),
    bytes("reading"),
    numbers("keys"),
    numbers("sketch"),
];

const REVISION: &[CopiedColumn] =
    &[number("entry_id"), number("number"), number("seen_at"), short("change"), bytes("body")];

const ROUTE: &[CopiedColumn] =
    &[number("entry_id"), number("feed_no"), flag("admitted"), number("sort_at"), short("standing"), text("evidence")];

const ARTICLE: &[CopiedColumn] =
    &[number("entry_id"), number("source_no"), number("due_at"), number("tries"), text("said")];

const POLL: &[CopiedColumn] = &[
    number("id"),
    number("source_no"),
    text("kind"),
    text("text"),
    integer("status"),
    number("first_at"),
    number("last_at"),
    number("count"),
    number("duration_ms"),
    number("wire_bytes"),
    number("new"),
    number("revised"),
];

const REMATCH: &[CopiedColumn] =
    &[number("run"), text("name"), text("decided_by"), number("began_at"), number("done_to"), number("entries")];

const REMATCH_FEED: &[CopiedColumn] = &[number("run"), text("feed"), flag("settles"), number("gained"), number("lost")];

const CHANGE: &[CopiedColumn] = &[number("seq"), number("feed_no"), number("entry_id"), short("kind"), number("at")];
