//! What is published, and for whom: readers of feeds and pages.

use super::limit::{Chapter, KIB, Limit, MIB, bytes, number, time};

/// The chapter "What is published".
pub(super) const PUBLISHED_CHAPTER: Chapter = Chapter {
    heading: "What is published",
    limits: &[&DOCUMENT, &PAGE_TEXTS, &LATER_TEXT, &SHOWN, &RENDERED_AT_ONCE, &CLEANED_KEPT, &FORMAT_KEPT],
};

/// The chapter "A reader of ours".
pub(super) const READER_CHAPTER: Chapter = Chapter {
    heading: "A reader of ours",
    limits: &[
        &CONNECTIONS,
        &STREAMS,
        &CONNECTIONS_WAITING,
        &CONNECTION_WAIT,
        &ACCEPT_LINE,
        &REQUESTS_AT_ONCE,
        &REQUEST_HEAD,
        &REQUEST_FIELDS,
        &REQUEST_TIME,
        &ANSWER_STALL,
        &ANSWER_PACE,
        &PAGE_TIME,
        &PAGES_AT_ONCE,
        &PAGES_UNREAD,
        &SEARCH_QUERY,
        &SEARCH_ENTRIES,
        &SEARCHES_AT_ONCE,
        &SEARCHES_A_MINUTE,
        &SEARCH_KEPT,
        &SEARCHES_KEPT,
        &SOURCES_A_PAGE,
        &SOURCE_ENTRIES,
        &HEADLINES,
        &HEADLINE_FEEDS,
        &ENTRY_TEXT,
        &VERSIONS_SHOWN,
        &VERSIONS_COMPARED,
        &COMPARED_TEXT,
        &REFUSED_DROPPED,
    ],
};

/// A page of a feed as it is published.
pub const DOCUMENT: Limit =
    bytes("page of a feed", 8 * MIB, "long texts are published as excerpts, then entries on the next page");
/// Texts that are held at once while one page of a feed is read from the store.
pub const PAGE_TEXTS: Limit =
    bytes("texts in memory while one page of a feed is made", 32 * MIB, "each further text is shortened");
/// A text on a page of a feed once its texts fill [`PAGE_TEXTS`].
pub const LATER_TEXT: Limit = bytes("a text read once that memory is full", 4 * KIB, "cut");
/// An id or a reason where people read it.
pub const SHOWN: Limit = bytes("an id, reason or remark shown on a web page", 2 * KIB, "cut");
/// Documents that are rendered at the same time.
pub const RENDERED_AT_ONCE: Limit = number("documents rendered at once", 4, "the next one waits");
/// Sanitised HTML that is kept for the next rendering.
pub const CLEANED_KEPT: Limit =
    bytes("sanitised HTML kept for the next rendering", 16 * MIB, "what was used the longest ago is sanitised anew");
/// How long a feed's document is kept fresh in a format other than Atom that nobody asks for.
pub const FORMAT_KEPT: Limit = time(
    "time for which a feed is rendered in a format other than Atom that nobody asks for",
    24 * 3_600_000,
    "it is dropped when the feed next changes, and made again when somebody asks for it",
);
/// Concurrent connections of readers.
pub const CONNECTIONS: Limit =
    number("connections of readers", 1024, "the one that has been idle the longest is closed for a new one");
/// Streams of events that are open at once. Who reads one is never idle, so they leave
/// half of the connections to all others.
pub const STREAMS: Limit = number("event streams among these connections", 512, "503 with `Retry-After`");
/// Connections that were accepted and wait until another has ended.
pub const CONNECTIONS_WAITING: Limit =
    number("connections that wait for a place", 1024, "further ones wait in the kernel's line");
/// How long one of them waits if no connection is idle.
pub const CONNECTION_WAIT: Limit = time("time for a connection to get a place", 1_000, "503 with `Retry-After`");
/// Connections that the kernel keeps until they are accepted.
pub const ACCEPT_LINE: Limit =
    number("connections not yet accepted", 4096, "the client tries again; `net.core.somaxconn` may set less");
/// Requests that a connection of HTTP/2 may have under way.
pub const REQUESTS_AT_ONCE: Limit =
    number("requests at once on a connection of HTTP/2", 32, "refused; the client sends it again");
/// A request's line and header fields together.
pub const REQUEST_HEAD: Limit = bytes("head of a request", 64 * KIB, "refused: 431, with words");
/// Header fields of a request.
pub const REQUEST_FIELDS: Limit = number("header fields of a request", 100, "refused: 431, with words");
/// From the beginning of a connection, or its last response, to the end of a request's
/// head.
pub const REQUEST_TIME: Limit = time("time for a request's head to arrive", 10_000, "the connection is closed");
/// How long a reader may take nothing of a response.
pub const ANSWER_STALL: Limit =
    time("time for which a reader takes nothing of a response", 30_000, "the connection is closed");
/// After the first minute a response has to be taken this fast.
pub const ANSWER_PACE: Limit =
    bytes("bytes a second that a reader must take, after its first minute", 2 * KIB, "the connection is closed");
/// A page that takes longer is not finished.
pub const PAGE_TIME: Limit =
    time("time to make a page", 2_000, "503 with `Retry-After`; the question to the store is interrupted");
/// Pages that are made at the same time.
pub const PAGES_AT_ONCE: Limit = number("pages made at once", 4, "the next one waits, within its time");
/// All pages together that are made and not yet read.
pub const PAGES_UNREAD: Limit = bytes(
    "pages made and not yet read by their clients, together",
    32 * MIB,
    "the connection that has had one the longest is closed",
);
/// What a reader searches for.
pub const SEARCH_QUERY: Limit = bytes("query of a reader's search", KIB, "refused: 400, with words");
/// Entries on a page of a search.
pub const SEARCH_ENTRIES: Limit = number("entries on a page of a search", 50, "the rest is on the next page");
/// Searches of readers that are made at the same time.
pub const SEARCHES_AT_ONCE: Limit = number("searches of readers at once", 2, "the next one waits, within its time");
/// Searches of all readers together.
pub const SEARCHES_A_MINUTE: Limit = number("searches of all readers in a minute", 60, "429 with `Retry-After`");
/// How long what was found serves all who search for the same.
pub const SEARCH_KEPT: Limit = time("time for which a search's document is kept", 60_000, "it is searched anew");
/// Documents of searches that are kept.
pub const SEARCHES_KEPT: Limit =
    bytes("documents of searches kept, in all codings", 16 * MIB, "the oldest are dropped");
/// Sources on one page.
pub const SOURCES_A_PAGE: Limit = number("sources on one page", 200, "the rest is on the next page");
/// Entries on the page of a source.
pub const SOURCE_ENTRIES: Limit = number("entries on the page of a source", 50, "the rest is not shown");
/// Headlines of a feed on the front page.
pub const HEADLINES: Limit = number("headlines of a feed on the front page", 5, "the rest is on the feed's page");
/// Feeds on the front page that are shown with headlines.
pub const HEADLINE_FEEDS: Limit =
    number("feeds with headlines on the front page", 20, "further ones are shown without");
/// The whole text on an entry's page, as HTML.
pub const ENTRY_TEXT: Limit = bytes("whole text on an entry's page", 512 * KIB, "an excerpt is shown");
/// Versions of an entry that its page compares with those before them.
pub const VERSIONS_COMPARED: Limit =
    number("versions of an entry compared word by word on its page", 10, "older ones are listed without");
/// How much of a text is compared.
pub const COMPARED_TEXT: Limit =
    bytes("text of a version that is compared word by word", 64 * KIB, "what lies behind is not compared");
/// Versions of an entry on its page.
pub const VERSIONS_SHOWN: Limit =
    number("versions of an entry on its page", 100, "the oldest are left out; they are kept");
/// How much of what follows a refused head is read and dropped.
pub const REFUSED_DROPPED: Limit =
    bytes("bytes read and dropped after a refused request", MIB, "the connection is closed");
