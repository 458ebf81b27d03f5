//! The bounds within which a page gets a tree.

use crate::limits;

/// How deep a page may be nested.
pub const DEEPEST: usize = limits::PAGE_DEPTH.count();
/// Elements of a page.
pub const MOST_ELEMENTS: usize = limits::PAGE_ELEMENTS.count();
/// Elements of a page beside one another, where selectors read it.
pub const WIDEST: usize = limits::PAGE_WIDTH.count();
/// Steps from one element to another in building a page's tree: an honest page takes about
/// ten for each tag.
pub const MOST_STEPS: usize = limits::PAGE_STEPS.count();
/// Attributes of one tag; for `html` and `body`, of all their tags together.
pub const MOST_ATTRIBUTES: usize = limits::PAGE_ATTRIBUTES.count();

/// Why a page has no tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Overrun {
    /// Nested too deep, or with too much formatting left open (B71).
    #[error("elements are nested more than {DEEPEST} deep")]
    Depth,
    /// Too large.
    #[error("a page of more than {MOST_ELEMENTS} elements")]
    Elements,
    /// Too wide: selectors look from one to all beside it.
    #[error("more than {WIDEST} elements of a page beside one another")]
    Width,
    /// Its markup is tangled: end tags far from their start tags, formatting left open.
    #[error("the tree of a page takes more than {MOST_STEPS} steps")]
    Steps,
    /// Reading it was given up.
    #[error("reading a page was given up")]
    GivenUp,
}
