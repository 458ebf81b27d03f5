//! Pages of HTML: lists of news without a feed, and articles.

use super::limit::{Chapter, Limit, MIB, bytes, levels, number};

/// The chapter "A page".
pub(super) const PAGE_CHAPTER: Chapter = Chapter {
    heading: "A page",
    limits: &[
        &PAGE_DEPTH,
        &PAGE_ELEMENTS,
        &PAGE_WIDTH,
        &PAGE_ATTRIBUTES,
        &PAGE_STEPS,
        &PAGE_BYTES,
        &PAGE_ENTRIES,
        &PAGE_DATE_PARTS,
        &PAGE_BESIDE,
        &DATE_STARTS,
        &DATE_SPANS,
        &DATE_WORDS,
        &YEAR_HEADINGS,
        &YEAR_LOOK,
        &ARTICLE_ELEMENTS,
        &STATED_BODIES,
        &DISCOVERED,
        &ROBOTS_MAPS,
        &ADD_NAMED,
        &ADD_PAGES,
        &ADD_MAPS,
    ],
};

/// The chapter "A proposal of selectors".
pub(super) const PROPOSAL_CHAPTER: Chapter = Chapter {
    heading: "A proposal of selectors",
    limits: &[
        &PROPOSAL_LINKS,
        &PROPOSAL_GROUPS,
        &PROPOSAL_TEXTS,
        &PROPOSAL_LOOK,
        &PROPOSAL_TRIED,
        &PROPOSAL_ABOVE,
        &PROPOSAL_DATE_ABOVE,
        &PROPOSAL_CLASSES,
        &PROPOSAL_HREFS,
        &PROPOSAL_SIBLINGS,
    ],
};

/// Elements of a page within one another.
pub const PAGE_DEPTH: Limit = levels("elements of a page within one another", 512, "refused: over the limit");
/// Elements of a page.
pub const PAGE_ELEMENTS: Limit = number("elements of a page", 100_000, "refused: over the limit");
/// Elements of a page beside one another.
pub const PAGE_WIDTH: Limit =
    number("elements of a page beside one another", 10_000, "refused where selectors read it: over the limit");
/// Attributes of a tag of a page.
pub const PAGE_ATTRIBUTES: Limit = number("attributes of a page's tag", 256, "left out");
/// Steps that building a page's tree takes.
pub const PAGE_STEPS: Limit = number("steps to build a page's tree", 20_000_000, "refused: over the limit");
/// A page that selectors read, or for which some are proposed.
pub const PAGE_BYTES: Limit = bytes("page that lists news", 8 * MIB, "refused: over the limit");
/// Entries of a page.
pub const PAGE_ENTRIES: Limit = number("entries of a page", 2_000, "the oldest are left out, with a warning");
/// Elements of an entry that make a date together.
pub const PAGE_DATE_PARTS: Limit =
    number("elements of an entry that make up its date: day, month, year, time", 4, "the rest is no part of it");
/// Elements beside the entries that are looked at for entries left out.
pub const PAGE_BESIDE: Limit = number(
    "elements beside the entries looked at for entries that the selector misses",
    4_000,
    "the rest is not looked at",
);
/// Places of a text where a date is looked for.
pub const DATE_STARTS: Limit =
    number("places of a text where a date is looked for", 200, "none is looked for later in it");
/// Runs of words that are tried as a date.
pub const DATE_SPANS: Limit = number("runs of words of a text tried as a date", 60, "the rest is not tried");
/// Words of a text that are looked at for a date.
pub const DATE_WORDS: Limit = number("words of a text looked at for a date", 40, "the rest is not looked at");
/// Headings of a page that may name the year or the day of what stands below them, and
/// rows that a cell of another may stand beside.
pub const YEAR_HEADINGS: Limit = number(
    "headings of a page that may name a year or a day, rows beside its cells",
    4_000,
    "no year or day is taken from later ones",
);
/// Headings before an entry that are looked at for its year or day.
pub const YEAR_LOOK: Limit =
    number("headings before an entry looked at for its year or day", 200, "none is taken from those further up");
/// Elements of a page from which an article is taken.
pub const ARTICLE_ELEMENTS: Limit =
    number("elements of a page from which an article is taken", 60_000, "no article is taken: the teaser stays");
/// Scripts of a page, and article bodies that each of them states for machines: a live
/// blog states one for each of its posts.
pub const STATED_BODIES: Limit =
    number("scripts of JSON-LD in a page, and articles in each, that are looked at", 8, "the rest is not looked at");
/// Feeds, sitemaps and lists that one page leads to.
pub const DISCOVERED: Limit =
    number("feeds and sitemaps that `wiredesk add` takes from one page", 200, "the rest is not shown");
/// Sitemaps that a robots.txt names.
pub const ROBOTS_MAPS: Limit =
    number("sitemaps of a robots.txt that `wiredesk add` looks through", 200, "the rest is not looked at");
/// Feeds named by a page that are requested: a page may link to a feed for each department.
pub const ADD_NAMED: Limit =
    number("feeds named by a page that `wiredesk add` requests", 8, "the rest is named, not tried");
/// Pages of feeds that are looked at, as "RSS" at the foot of a page often leads to one.
pub const ADD_PAGES: Limit =
    number("pages that list feeds which `wiredesk add` requests", 1, "further ones are not requested");
/// Sitemaps that are requested.
pub const ADD_MAPS: Limit = number("sitemaps that `wiredesk add` requests", 3, "the rest is not tried");
/// Links of a page that are looked at for headlines.
pub const PROPOSAL_LINKS: Limit = number("links of a page looked at for headlines", 3_000, "the rest is not looked at");
/// Groups of elements that are tried as the list, the best first.
pub const PROPOSAL_GROUPS: Limit =
    number("groups of elements tried as the list", 6, "the less likely ones are not tried");
/// Texts of a page that are tried as dates.
pub const PROPOSAL_TEXTS: Limit = number("texts of a page tried as dates", 6_000, "the rest is not tried");
/// Entries of a group whose parts are compared.
pub const PROPOSAL_LOOK: Limit =
    number("entries of a group compared with one another", 20, "the rest is taken to be like them");
/// Entries whose elements are tried as the date.
pub const PROPOSAL_TRIED: Limit =
    number("entries whose elements are tried as the date", 3, "the rest is taken to be like them");
/// Elements above a headline that may be its entry.
pub const PROPOSAL_ABOVE: Limit =
    levels("elements above a headline that may be its entry", 7, "none further up is tried");
/// Elements above a date that may be its entry.
pub const PROPOSAL_DATE_ABOVE: Limit =
    levels("elements above a date that may be its entry", 9, "none further up is tried");
/// Classes of an element that it may share with others.
pub const PROPOSAL_CLASSES: Limit =
    number("classes of an element compared with those of others", 4, "the rest is not compared");
/// Links of an element that may still be one entry.
pub const PROPOSAL_HREFS: Limit =
    number("links of an element that may still be one entry", 6, "the element is taken for a section of the page");
/// Elements after an entry that may belong to it.
pub const PROPOSAL_SIBLINGS: Limit =
    number("elements after an entry that may belong to it", 12, "the rest belongs to nothing");
