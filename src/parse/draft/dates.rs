//! Which of an entry's dates stands: the first that can be believed.

use crate::clock::Timestamp;
use crate::model::WarningKind;
use crate::text::html;

use super::{Draft, Verdict, excerpt, judge};
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
    published: Vec<(u8, String)>,
    updated: Vec<String>,
}

impl OtherDates {
    /// Keeps a date of publication; see `Field::Published` for its rank.
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

    /// The same with those of publication best first.
    pub fn in_order(mut self) -> Self {
        self.published.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        self
    }
}

impl Draft<'_> {
    /// Reads the dates of all entries.
    pub(super) fn date_entries(&mut self) {
        for (position, others) in std::mem::take(&mut self.other_dates).into_iter().enumerate() {
            let Some(entry) = self.parsed.entries.get_mut(position) else { return };
            let (published, updated) = (entry.published_raw.take(), entry.updated_raw.take());
            let further = others.published.into_iter().map(|(_, raw)| raw).collect();
            let published = self.date(published, others.published_as, further, position);
            let updated = self.date(updated, None, others.updated, position);
            let entry = &mut self.parsed.entries[position];
            (entry.published_raw, entry.published) = published;
            (entry.updated_raw, entry.updated) = updated;
        }
    }

    /// The date among `first` and `others` that can be believed, as written and
    /// as an instant; else the first, with the instant that stands for it.
    /// `read_as` is what a layout made of the first.
    fn date(
        &mut self,
        first: Option<String>,
        read_as: Option<String>,
        others: Vec<String>,
        position: usize,
    ) -> (Option<String>, Option<Timestamp>) {
        let (mut good, mut ahead) = (None, None);
        let readings = first.iter().map(|raw| (raw, read_as.as_ref())).chain(others.iter().map(|raw| (raw, None)));
        for (raw, read_as) in readings {
            let what = match self.verdict(read_as.unwrap_or(raw)) {
                Verdict::Good(at) => {
                    good = Some((raw, at));
                    break;
                }
                Verdict::Ahead(at) => {
                    ahead.get_or_insert((raw, at));
                    "a date in the future was set to the time it was seen"
                }
                Verdict::TooOld => "a date before 1990 is not believed",
                Verdict::Unreadable => "a date cannot be read",
            };
            let doubt = format!("{what}: {:?}", excerpt(read_as.unwrap_or(raw)));
            self.notes.tell_of(WarningKind::Date, doubt, position);
        }
        match good.or(ahead) {
            Some((raw, at)) => (Some(raw.clone()), Some(at)),
            None => (first.or_else(|| others.into_iter().next()), None),
        }
    }

    /// What to make of `raw`, in which an element may say it twice.
    fn verdict(&self, raw: &str) -> Verdict {
        let judged = |text: &str| judge(text, self.about.timezone, self.now);
        if !raw.contains('<') {
            return judged(raw);
        }
        let verdicts = said(raw).into_iter().map(|text| judged(&text));
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Good(_) => 0,
            Verdict::Ahead(_) => 1,
            Verdict::TooOld => 2,
            Verdict::Unreadable => 3,
        };
        verdicts.min_by_key(rank).unwrap_or(Verdict::Unreadable)
    }
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
