//! The filter language: which entries are in a feed, and why.
//!
//! Pure. The terms of all feeds are looked up in one pass over the folded text; hits become
//! positions per term and field, and expressions are evaluated over these. The room never
//! looks at a store or a clock, and no decision depends on an earlier entry.
//!
//! Grammar: `language/parser.rs`. Notation of terms: `language/term.rs`. A term
//! without a field is looked for in headline, lead and body, as `any:` says. NEAR
//! counts from the middle of a word to that of the other: neighbours are one word
//! apart; a character of Han, kana, Hangul or Thai counts half a word.

mod frozen;
mod judge;
mod language;
mod lookup;
mod rule;

pub use judge::query::{IndexQuery, Phrase, Query};
pub use judge::ruleset::Ruleset;
pub use judge::terms::Sought;
pub use language::doubt::{ConfiguredNames, doubts, habit};
pub use language::error::{RuleError, SyntaxError};
pub use language::vain::{VainTerm, vain_terms};
pub use rule::{FeedRule, Selector, TermList, lists_named};

#[cfg(test)]
mod tests;
