//! Dates of an entry that stand by, and what to make of each.

use crate::clock::Timestamp;
use crate::parse::date::{DateContext, DateVerdict, judge};
use crate::text::html;
use crate::text::xml::{Token, Tokens};

/// How many dates of a kind are kept.
const MOST: usize = 8;

/// How many tags inside a date are looked at.
const MOST_TAGS: usize = 4;

/// Dates that stand if those before them cannot be believed.
#[derive(Clone, Debug, Default)]
pub struct OtherDates {
    /// The first date of publication as a layout had it read, where that is not
    /// as it was written.
    pub published_as: Option<String>,
    /// Those of publication, each with its rank.
    pub published: Vec<(u8, String)>,
    /// Those of change.
    pub updated: Vec<String>,
}

impl OtherDates {
    /// Keeps a date of publication; see `TextField::Published` for its rank.
    pub fn published(&mut self, rank: u8, raw: String) {
        if self.published.len() < MOST {
            self.published.push((rank, raw));
        }
    }

    /// Keeps a date of change.
    pub fn updated(&mut self, raw: String) {
        if self.updated.len() < MOST {
            self.updated.push(raw);
        }
    }

    /// All of them, as they are read.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let published = self.published_as.iter().chain(self.published.iter().map(|(_, raw)| raw));
        published.chain(&self.updated).map(String::as_str)
    }

    /// The same with those of publication best first.
    pub fn in_order(mut self) -> Self {
        self.published.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        self
    }
}

/// What to make of `raw`, in which an element may say it twice.
pub fn verdict(raw: &str, known: &DateContext<'_>, now: Timestamp) -> DateVerdict {
    if !raw.contains('<') {
        return judge(raw, known, now);
    }
    let verdicts = said(raw).into_iter().map(|text| judge(&text, known, now));
    let rank = |verdict: &DateVerdict| match verdict {
        DateVerdict::Good(_) => 0,
        DateVerdict::Ahead(_) => 1,
        DateVerdict::TooOld => 2,
        DateVerdict::Ambiguous => 3,
        DateVerdict::Unreadable => 4,
    };
    verdicts.min_by_key(rank).unwrap_or(DateVerdict::Unreadable)
}

/// The dates that markup in a date names, likeliest first: the machine's form
/// in an attribute (HTML §4.5.14, RDFa's `content`, `title` of `abbr`), then the text.
fn said(raw: &str) -> Vec<String> {
    let mut said = Vec::new();
    let tags = Tokens::new(raw).filter_map(|token| match token {
        Token::Start(tag) => Some(tag),
        _ => None,
    });
    for tag in tags.take(MOST_TAGS) {
        for (name, value) in tag.attributes().take(MOST) {
            if ["datetime", "content", "title"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
                let mut text = String::new();
                html::decode(value, &mut text);
                said.push(text);
            }
        }
    }
    said.push(html::plain_line(raw));
    said
}
