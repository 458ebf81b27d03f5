//! The work of polling and reading.

use super::limit::{Chapter, Limit, MIB, bytes, number, time};

/// The chapter "Reading".
pub(super) const READING_CHAPTER: Chapter = Chapter {
    heading: "Reading",
    limits: &[
        &READING,
        &READERS,
        &READING_HEAVY,
        &READING_WEIGHT,
        &HEAVY_POLLS,
        &HEAVY_WAITING,
        &READERS_STUCK,
        &READING_GRACE,
        &HEAVY_SITES,
        &IN_HAND,
        &ARTICLES_AT_ONCE,
    ],
};

/// Time to read a document, and to decide about it; to take out an article.
pub const READING: Limit =
    time("time to read a document", 10_000, "given up, and requested again after an hour or more");
/// Documents that are read at once.
pub const READERS: Limit = number("documents read at once", 2, "the rest wait");
/// Time after which a site's documents are read one at a time.
pub const READING_HEAVY: Limit = time(
    "time to read a document before its site counts as heavy",
    1_000,
    "its documents and those of other heavy sites are read in turn, one at a time",
);
/// How much memory a document may be expected to take before its site counts as heavy: each
/// element or JSON object may become an entry.
pub const READING_WEIGHT: Limit = bytes(
    "memory that a document is expected to need before its site counts as heavy",
    6 * MIB,
    "its documents and those of other heavy sites are read in turn, one at a time",
);
/// Polls of heavy sites at once. What they bring waits for one turn, and large bodies keep
/// their room meanwhile: fewer than there are such rooms ([`BODIES_LARGE`](super::BODIES_LARGE)),
/// so that one is left to the rest. More than one, so that a server that does not answer
/// holds up no other heavy site.
pub const HEAVY_POLLS: Limit = number("polls of heavy sites at once", 2, "the next one waits, and no other with it");
/// Polls of heavy sites that wait for their turn.
pub const HEAVY_WAITING: Limit =
    number("polls of heavy sites that wait", 4, "put off by half a minute, with the reason in `status`");
/// Threads stuck in a document that are replaced by others.
pub const READERS_STUCK: Limit = number(
    "reading threads that hang",
    4,
    "a further one is not replaced, which the log says; where all hang, `/readyz` too",
);
/// Time in which a thread has to stop once its work was given up.
pub const READING_GRACE: Limit =
    time("time for a thread to stop once its work is given up", 2_000, "it counts as hanging");
/// Heavy sites that are remembered.
pub const HEAVY_SITES: Limit = number("heavy sites remembered", 10_000, "all are forgotten and learnt anew");
/// Documents that are read, decided about or stored at once.
pub const IN_HAND: Limit = number("documents read, decided about or stored at once", 16, "the rest waits");
/// Sources whose articles are fetched at once.
pub const ARTICLES_AT_ONCE: Limit = number("sources whose articles are fetched at once", 4, "the rest waits");
