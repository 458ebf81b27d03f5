//! The response of a publisher's server, before it is parsed.

use super::limit::{Chapter, GIB, KIB, Limit, MIB, Setting, Unit, bytes, number};

/// The chapter "A response".
pub(super) const RESPONSE_CHAPTER: Chapter = Chapter {
    heading: "A response",
    limits: &[
        &HEAD_BYTES,
        &HEAD_FIELDS,
        &REDIRECTS,
        &BODY,
        &VALIDATOR,
        &BODY_SMALL,
        &BODY_MIDDLING,
        &BODIES_MIDDLING,
        &BODIES_LARGE,
        &GUARDS,
    ],
};

/// The chapter "robots.txt".
pub(super) const ROBOTS_CHAPTER: Chapter =
    Chapter { heading: "robots.txt", limits: &[&ROBOTS_BYTES, &ROBOTS_LINE, &ROBOTS_KEPT, &ROBOTS_HOSTS] };

/// A response's status line and header fields together.
pub const HEAD_BYTES: Limit = bytes("response head", 64 * KIB, "the poll fails: over the limit");
/// Header fields of a response.
pub const HEAD_FIELDS: Limit = number("header fields of a response", 100, "the poll fails: over the limit");
/// Redirects that one request follows.
pub const REDIRECTS: Limit = number("redirects in a row", 5, "the poll fails: over the limit, with the chain");
/// The body of a response, decoded; on the wire, half of it.
pub const BODY: Limit = Limit {
    name: "body of a response, decompressed (half of it as sent)",
    most: 20 * MIB,
    unit: Unit::Bytes,
    beyond: "the poll fails: over the limit",
    setting: Some(Setting { key: "polling.max_body", least: 64 * KIB, most: GIB }),
};
/// A validator that is kept and sent back.
pub const VALIDATOR: Limit =
    bytes("validator (`ETag`, `Last-Modified`)", 4 * KIB, "forgotten: the document is requested whole");
/// A small body, which needs no turn.
pub const BODY_SMALL: Limit = bytes("small body of a response", 256 * KIB, "counts as a middling one");
/// A middling body; larger ones are large.
pub const BODY_MIDDLING: Limit = bytes("middling body of a response", 2 * MIB, "counts as a large one");
/// Middling bodies held at once.
pub const BODIES_MIDDLING: Limit = number("middling bodies in memory at once", 16, "the next one waits");
/// Large bodies held at once: one more than heavy sites may hold while they wait for their
/// turn. It costs the bytes of one body (20 MiB, unless `polling.max_body` says more): the
/// memory for what is made of bodies, which is most of it, is bounded by the readers.
pub const BODIES_LARGE: Limit = number("large bodies in memory at once", 3, "the next one waits");
/// Sets of connections, one for each guard, that are kept.
pub const GUARDS: Limit = number(
    "sets of connections, one for each combination of opened networks and proxy",
    256,
    "all are closed, and opened anew as they are needed",
);
/// What is read of a robots.txt (RFC 9309 §2.5: at least 500 KiB).
pub const ROBOTS_BYTES: Limit = bytes("robots.txt", 512 * KIB, "the rest is not read");
/// The value of one line of a robots.txt.
pub const ROBOTS_LINE: Limit = bytes("one rule of robots.txt", 16 * KIB, "cut if it forbids, else left out");
/// What is kept of the rules of all hosts.
pub const ROBOTS_KEPT: Limit =
    bytes("rules of all hosts together", 16 * MIB, "the oldest are forgotten and requested again");
/// Hosts whose rules are kept.
pub const ROBOTS_HOSTS: Limit =
    number("hosts whose rules are kept", 2_000, "the oldest are forgotten and requested again");
