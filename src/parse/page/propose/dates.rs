//! Which selector dates a list best, and how its dates are written.

use std::collections::HashMap;

use scraper::ElementRef;

use crate::parse::notes::excerpt;
use crate::text::quote::in_quotes;

use super::super::css::{self, Css};
use super::super::dating::{DatesKnown, Dating};
use super::super::meaning::DateOf;
use super::super::years::Years;
use super::group::Group;
use super::layouts::{
    has_short_year, in_three_orders, is_short_day, layout, short_layout, short_year_layout, undecided,
};
use super::places::DatePlaces;
use super::seen::SeenPage;

/// Entries that are looked at to tell where their dates stand.
const MOST_LOOKED_AT: usize = crate::limits::PROPOSAL_LOOK.count();
/// Entries whose elements are tried.
const TRIED: usize = crate::limits::PROPOSAL_TRIED.count();
/// Selectors that are tried on the whole page.
const MOST_CHOICES: usize = 4;

/// Where dates stand.
#[derive(Clone)]
pub struct Choice {
    /// Its selector.
    pub selector: String,
    /// Its layout.
    pub format: Option<String>,
    /// What they are the dates of.
    pub of: DateOf,
    /// In how many entries they stand.
    dated: usize,
    /// Whether it finds nothing but the dates.
    is_narrow: bool,
    /// A text that it finds.
    pub example: String,
    /// The label or column of most of them, if it says neither what they are nor nothing.
    pub label: Option<String>,
}

/// What the dates that a selector finds are the dates of.
struct DatesSaid {
    of: DateOf,
    example: String,
    label: Option<String>,
}

/// Where the dates of a list may stand, the best first, and why others were left out.
#[derive(Default)]
pub struct DateChoices {
    /// Those that may be right.
    pub choices: Vec<Choice>,
    /// Why the first of the others cannot be.
    pub refused: Option<String>,
}

/// A list whose dates are sought.
pub struct DatedList<'a, 'p> {
    /// The page that it stands on.
    pub page: &'p SeenPage<'a, 'p>,
    /// The selector of its entries.
    pub css: &'p Css,
    /// What that finds.
    pub found: &'p [ElementRef<'a>],
    /// Selectors of days that head several entries.
    pub heads: &'p [String],
}

impl<'a> DatedList<'a, '_> {
    /// Where its dates may stand; `link` finds the links of its entries.
    pub fn sought(&self, group: &Group<'_>, link: &str) -> DateChoices {
        let look = &self.found[..self.found.len().min(MOST_LOOKED_AT)];
        let mut places = DatePlaces::around(self.heads, link);
        let is_inner = |entry: &&ElementRef<'_>| group.entries.iter().any(|(known, _)| known.id() == entry.id());
        for entry in look.iter().filter(is_inner).take(TRIED) {
            places.add(*entry, look[0], self.css, self.page);
        }
        let mut sought = DateChoices::default();
        // Entries that are alike come to the same selectors, which are tried once.
        let mut tried: HashMap<&String, Option<Choice>> = HashMap::new();
        for least in [8, 5] {
            for candidates in places.in_order() {
                // Of equals the one that finds nothing but the date, then the first.
                let mut best: Option<&Choice> = None;
                for text in candidates {
                    if !tried.contains_key(text) {
                        let choice = self.tried(text, look).unwrap_or_else(|why| {
                            sought.refused = sought.refused.take().or(why);
                            None
                        });
                        tried.insert(text, choice);
                    }
                }
                for choice in candidates.iter().filter_map(|text| tried.get(text)?.as_ref()) {
                    let worth = |choice: &Choice| (choice.dated, choice.is_narrow);
                    if best.is_none_or(|known| worth(known) < worth(choice)) {
                        best = Some(choice);
                    }
                }
                let Some(best) = best.filter(|best| best.dated * 10 >= look.len() * least) else { continue };
                if !sought.choices.iter().any(|known| known.selector == best.selector) {
                    sought.choices.push(best.clone());
                }
            }
        }
        sought.choices.sort_by_key(|choice| choice.of);
        sought.choices.truncate(MOST_CHOICES);
        sought
    }

    /// What `selector` comes to in the entries that are looked at.
    ///
    /// # Errors
    /// Why what it finds cannot be the entries' dates; `None` where it finds nothing.
    fn tried(&self, selector: &str, look: &[ElementRef<'a>]) -> Result<Option<Choice>, Option<String>> {
        let SeenPage { known, now, html } = *self.page;
        let Ok(css) = Css::parse(selector) else { return Ok(None) };
        let years = Years::default();
        let by = Dating::new(&css, None, self.css, DatesKnown { with_script: known, as_stored: known, now }, &years);
        let by = by.headed(html, self.found);
        let found: Vec<(ElementRef<'_>, ElementRef<'_>)> =
            look.iter().filter_map(|entry| Some((by.find(*entry)?, *entry))).collect();
        let DatesSaid { of, example, label } = self.meaning(&by, &found, look)?;
        let texts: Vec<String> = found
            .iter()
            .filter(|(found, _)| found.attr("datetime").is_none() && !selector.contains('@'))
            .map(|(found, _)| if css.is_entry() { css::own_text(*found) } else { css::shown(*found) })
            .filter(|text| !text.is_empty())
            .collect();
        let (are_short, format) = self.layout(&css, &texts)?;
        let choice = |dated: usize, format: Option<String>| {
            let is_narrow = dated > 0 && finds_one(&css, look);
            Some(Choice { selector: selector.to_owned(), format, of, dated, is_narrow, example, label })
        };
        if are_short && !css.looks_above() {
            return Ok(choice(texts.iter().filter(|text| is_short_day(text)).count(), format));
        }
        let by = by.with_format(format.as_deref());
        // One day over all entries is that of the page.
        if css.looks_above() {
            let mut days = self.found.iter().filter_map(|entry| by.of(*entry)?.at);
            let first = days.next();
            if !days.any(|at| Some(at) != first) {
                return Ok(None);
            }
        }
        let dated = look.iter().filter(|entry| by.of(**entry).is_some()).count();
        Ok(choice(dated, format))
    }

    /// Whether `texts`, which `css` finds, are days without a year, and their layout.
    ///
    /// # Errors
    /// They may be read in two orders.
    fn layout(&self, css: &Css, texts: &[String]) -> Result<(bool, Option<String>), Option<String>> {
        let SeenPage { known, now, .. } = *self.page;
        let in_two_orders = || undecided(texts).map(|orders| orders.told(css.text()));
        if !texts.is_empty() && texts.iter().all(|text| has_short_year(text)) {
            let told = || Some(in_three_orders(&texts[0], css.text()));
            return short_year_layout(texts, now).map(|format| (false, Some(format))).ok_or_else(told);
        }
        let short = texts.iter().filter(|text| is_short_day(text)).count();
        if short > 0 && short * 10 >= texts.len() * 6 {
            return short_layout(texts, known, now).map(|format| (true, Some(format))).ok_or_else(in_two_orders);
        }
        let parted = texts.is_empty() || css.text().contains(',');
        let format = if parted { None } else { layout(texts, known, now) };
        match (&format, known.puts_month_first()) {
            (None, None) => in_two_orders().map_or(Ok((false, None)), |told| Err(Some(told))),
            _ => Ok((false, format)),
        }
    }

    /// What the dates `found` in the entries are the dates of, and the text of one.
    fn meaning(
        &self,
        by: &Dating<'a>,
        found: &[(ElementRef<'a>, ElementRef<'a>)],
        look: &[ElementRef<'a>],
    ) -> Result<DatesSaid, Option<String>> {
        // Text beside entries stands in no element.
        let entries: Vec<ElementRef<'a>> =
            if found.is_empty() { look.to_vec() } else { found.iter().map(|(_, entry)| *entry).collect() };
        let shown = |at: usize| entries.get(at).map(|entry| by.shown(*entry)).unwrap_or_default();
        let said: Vec<DateOf> = entries.iter().map(|entry| by.meaning(*entry)).collect();
        let are = |of: DateOf, share: usize| said.iter().filter(|said| **said == of).count() * share > said.len();
        let refused = |of: DateOf, why: &str| {
            let text = said.iter().position(|said| *said == of).map(shown).unwrap_or_default();
            Err(Some(format!("no date was proposed: {why}, as {}", in_quotes(excerpt(&text)))))
        };
        if are(DateOf::Event, 5) {
            return refused(DateOf::Event, "the days in the entries are those of events, time limits or numbers");
        }
        let told = said.iter().filter(|said| **said >= DateOf::Event).count();
        if told * 2 > said.len() {
            return refused(DateOf::Sentence, "the days in the entries are told by sentences");
        }
        let most = [DateOf::Publication, DateOf::Change].into_iter().find(|of| are(*of, 2));
        let of = most.unwrap_or(DateOf::Unsaid);
        let example = said.iter().position(|said| *said == of).map(shown).unwrap_or_default();
        let label = if of == DateOf::Unsaid { by.unknown_label(&entries) } else { None };
        Ok(DatesSaid { of, example, label })
    }
}

/// Whether `css` is as narrow as the date: it matches one element in most entries, not the
/// first of several.
fn finds_one(css: &Css, look: &[ElementRef<'_>]) -> bool {
    css.text().contains(',')
        || look.iter().filter(|entry| css.parts(**entry, 2).len() < 2).count() * 10 >= look.len() * 8
}
