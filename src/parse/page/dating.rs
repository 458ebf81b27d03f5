//! How the dates of a page's entries are read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::clock::Timestamp;

use super::super::date::{DateContext, DateVerdict, judge};
use super::above::Above;
use super::css::{self, Css, Selectors, attribute};
use super::day::{self, Anchor};
use super::meaning::{DateOf, DateWords, unknown_label};
use super::years::said::YearContext;
use super::years::{self, Years};

/// Elements of an entry that make a date together: day, month, year, time.
const MOST_PARTS: usize = crate::limits::PAGE_DATE_PARTS.count();

/// How far ahead a date is read at all: a hundred years.
const FARTHEST: Duration = Duration::from_secs(100 * 366 * 86_400);

/// A date as written, and as it is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenDate {
    /// As the page has it.
    pub raw: String,
    /// In a form that the reading of dates understands.
    pub read: String,
    /// The moment of `read`, which may lie ahead.
    pub at: Option<Timestamp>,
}

/// What is known of dates beside the entries.
#[derive(Clone, Copy)]
pub struct DatesKnown<'k> {
    /// With the languages whose letters the page uses.
    pub with_script: &'k DateContext<'k>,
    /// As those who read the entries later know them.
    pub as_stored: &'k DateContext<'k>,
    /// The moment of the poll.
    pub now: Timestamp,
}

/// How the entries of one list are dated.
pub struct Dating<'a> {
    css: &'a Css,
    format: Option<&'a str>,
    list: &'a Css,
    known: DatesKnown<'a>,
    years: &'a Years,
    above: Above<'a>,
    words: RefCell<DateWords>,
    /// What was found for entries: each is asked for several times.
    found: RefCell<HashMap<NodeId, Option<NodeId>>>,
    /// What dates found in entries mean.
    meant: RefCell<HashMap<(NodeId, NodeId), DateOf>>,
}

impl<'a> Dating<'a> {
    /// By the selectors `by`, for all entries of their list; `None` where they name no date.
    pub fn by(
        by: &'a Selectors,
        page: &'a Html,
        entries: &[ElementRef<'a>],
        known: DatesKnown<'a>,
        years: &'a Years,
    ) -> Option<Dating<'a>> {
        let css = by.date.as_ref()?;
        Some(Dating::new(css, by.date_format.as_deref(), &by.entries, known, years).headed(page, entries))
    }

    /// By a date's selector and layout.
    pub fn new(
        css: &'a Css,
        format: Option<&'a str>,
        list: &'a Css,
        known: DatesKnown<'a>,
        years: &'a Years,
    ) -> Dating<'a> {
        Dating {
            css,
            format,
            list,
            known,
            years,
            above: Above::default(),
            words: RefCell::default(),
            found: RefCell::default(),
            meant: RefCell::default(),
        }
    }

    /// The same with what heads `entries`, if that is where it looks.
    #[must_use]
    pub fn headed(mut self, page: &'a Html, entries: &[ElementRef<'a>]) -> Dating<'a> {
        if self.css.looks_above() {
            self.above = Above::by(self.css, page, entries);
        }
        self
    }

    /// The same by another layout.
    #[must_use]
    pub fn with_format(mut self, format: Option<&'a str>) -> Dating<'a> {
        self.format = format;
        self
    }

    /// The element that holds the date of `entry`: of several matches the first, unless that
    /// holds a day of something else and another one does not.
    pub fn find(&self, entry: ElementRef<'a>) -> Option<ElementRef<'a>> {
        if self.css.looks_above() {
            return self.above.over(entry);
        }
        let known = self.found.borrow().get(&entry.id()).copied();
        if let Some(known) = known {
            return known.and_then(|found| entry.tree().get(found)).and_then(ElementRef::wrap);
        }
        let found = self.sought(entry);
        self.found.borrow_mut().insert(entry.id(), found.map(|found| found.id()));
        found
    }

    fn sought(&self, entry: ElementRef<'a>) -> Option<ElementRef<'a>> {
        let found = self.css.find_of(entry, Some(self.list))?;
        let mut others = self.css.parts(entry, MOST_PARTS);
        // The valid date stands beside the one that is struck out.
        others.retain(|part| !css::is_struck(*part));
        if css::is_struck(found) {
            return others.first().copied();
        }
        let of = self.means(found, entry);
        if others.len() < 2 || of <= DateOf::Unsaid {
            return Some(found);
        }
        others
            .retain(|part| part.attr("datetime").is_some() || part.text().any(|text| text.contains(char::is_numeric)));
        others.into_iter().min_by_key(|part| self.means(*part, entry)).or(Some(found))
    }

    fn means(&self, found: ElementRef<'_>, entry: ElementRef<'_>) -> DateOf {
        let place = (found.id(), entry.id());
        let known = self.meant.borrow().get(&place).copied();
        known.unwrap_or_else(|| {
            let of = self.words.borrow_mut().of(found, entry, self.known.with_script);
            self.meant.borrow_mut().insert(place, of);
            of
        })
    }

    /// What the date of `entry` is the date of. What heads several entries has no label, and
    /// an address says it by its folders.
    pub fn meaning(&self, entry: ElementRef<'a>) -> DateOf {
        if self.css.looks_above() {
            return DateOf::Unsaid;
        }
        if self.css.is_address() {
            let written = self.find(entry).and_then(|found| self.css.attribute_of(found));
            let is_event = written.is_some_and(|written| day::address::is_of_event(&written));
            return if is_event { DateOf::Event } else { DateOf::Unsaid };
        }
        if let Some(text) = self.css.text_beside(entry) {
            return self.words.borrow_mut().of_text(&text, self.known.with_script);
        }
        self.find(entry).map_or(DateOf::Unsaid, |found| self.means(found, entry))
    }

    /// The label of most of the dates of `entries`, if it is none of those that say what a
    /// date is, and more than "Date".
    pub fn unknown_label(&self, entries: &[ElementRef<'a>]) -> Option<String> {
        if self.css.looks_above() || self.css.is_address() {
            return None;
        }
        let mut counted: HashMap<String, usize> = HashMap::new();
        for entry in entries {
            let label = self.find(*entry).and_then(|found| unknown_label(found, *entry, self.known.with_script));
            if let Some(label) = label {
                *counted.entry(label).or_default() += 1;
            }
        }
        counted.into_iter().find(|(_, count)| count * 2 > entries.len() && *count > 1).map(|(label, _)| label)
    }

    /// What stands where the date of `entry` is, with its label if that stands there too.
    pub fn shown(&self, entry: ElementRef<'a>) -> String {
        let text = || self.css.text_beside(entry);
        self.find(entry).map(css::spaced).or_else(text).unwrap_or_default()
    }

    /// The date of `entry`.
    pub fn of(&self, entry: ElementRef<'a>) -> Option<WrittenDate> {
        let anchor = Anchor { now: self.known.now, year: self.years.of(entry) };
        self.counted_from(anchor, entry)
    }

    /// Whether the date of `entry` has its year from the moment of the poll alone.
    pub fn counts_years(&self, entry: ElementRef<'a>, written: &WrittenDate) -> bool {
        if self.years.of(entry).is_some() {
            return false;
        }
        // Below a heading of another year only what has no year of its own is read otherwise.
        // A day without a year may be of this year or of the last, so two are taken off.
        let earlier = Anchor { now: self.known.now, year: Some(self.known.now.to_utc().year() - 2) };
        self.counted_from(earlier, entry).is_none_or(|other| other.read != written.read)
    }

    /// The date of `entry` with the day of `written`, `years` years before it.
    pub fn years_before(&self, entry: ElementRef<'a>, written: &WrittenDate, years: i16) -> Option<WrittenDate> {
        let year = self.known.with_script.wall(written.at?).date().year() - years;
        self.counted_from(Anchor { now: self.known.now, year: Some(year) }, entry)
    }

    /// What says a year that may be another one than that of `written`, if the day of `entry`
    /// has none of its own: a heading above the entry, a text in it, or the year `named` by
    /// most entries of the list.
    pub fn year_in_doubt(&self, entry: ElementRef<'a>, written: &WrittenDate, named: Option<i16>) -> Option<String> {
        let counted = self.known.with_script.wall(written.at?).date().year();
        if written.raw.contains(&counted.to_string()) {
            return None;
        }
        let beside = || years::other_year(entry, counted, self.year_context());
        let doubtful = self.years.doubtful_heading(entry).or_else(beside).map(str::to_owned);
        let doubtful = doubtful.or_else(|| named.filter(|year| *year != counted).map(|year| year.to_string()));
        doubtful.filter(|_| self.counts_years(entry, written))
    }

    /// The one past year that most of `entries` name.
    pub fn common_year(&self, entries: &[ElementRef<'_>]) -> Option<i16> {
        years::common_year(entries, self.year_context())
    }

    fn year_context(&self) -> YearContext {
        YearContext::at(self.known.now, self.known.with_script)
    }

    fn counted_from(&self, anchor: Anchor, entry: ElementRef<'a>) -> Option<WrittenDate> {
        let read = |raw: String| self.read(raw, anchor);
        if let Some(text) = self.css.text_beside(entry) {
            return read(text);
        }
        let found = self.find(entry)?;
        if let Some(written) = self.css.attribute_of(found) {
            // What an address does not tell as addresses do is the number of an entry, unless a
            // layout says otherwise.
            let is_address = self.css.is_address();
            let by_address = if is_address { self.address(&written) } else { None };
            let may_read = !is_address || self.format.is_some();
            return by_address.or_else(|| if may_read { read(written) } else { None });
        }
        // The `datetime` of `ins` says when the page was changed.
        let said = attribute(found, "datetime").filter(|_| found.value().name() != "ins");
        let written = said.and_then(read);
        if self.css.looks_above() && written.is_none() {
            // A heading may tell of a day, as of a deadline, that is not its entries'.
            let text = css::spaced(found);
            return if day::is_nothing_else(&text, self.known.with_script) { read(text) } else { None };
        }
        // Day and month in elements of their own, which the selector names; cells that it
        // happens to match as well are none.
        let together = || {
            let mut all = self.css.parts(entry, MOST_PARTS);
            all.retain(|part| !css::is_struck(*part));
            if all.len() > 1 { read(css::spaced_all(all)) } else { None }
        };
        let joint = if self.css.text().contains(',') { together() } else { None };
        let own = || if self.css.is_entry() { read(css::own_text(found)) } else { None };
        joint.or(written).or_else(own).or_else(|| self.whole(found, anchor))
    }

    /// All text of an element. A number that goes on from one of its parts into the next
    /// is not one for certain.
    fn whole(&self, found: ElementRef<'_>, anchor: Anchor) -> Option<WrittenDate> {
        let (shown, spaced) = (css::shown(found), css::spaced(found));
        if css::has_struck(found) {
            return self.read(spaced, anchor);
        }
        if shown == spaced {
            return self.read(shown, anchor);
        }
        let DatesKnown { with_script, now, .. } = self.known;
        match (self.read(shown, anchor), self.read(spaced, anchor)) {
            (Some(joined), Some(parted))
                if judge(&joined.read, with_script, now) != judge(&parted.read, with_script, now) =>
            {
                None
            }
            (shown, spaced) => shown.or(spaced),
        }
    }

    fn read(&self, raw: String, anchor: Anchor) -> Option<WrittenDate> {
        let DatesKnown { with_script, as_stored, now } = self.known;
        let read = day::read_below(&raw, self.format, with_script, anchor)?;
        let at = instant(&read, with_script, now);
        // In figures nothing tells the Ethiopian calendar from ours, seven or eight years ahead.
        let is_ethiopian = with_script.speaks("am") || with_script.speaks("ti");
        if is_ethiopian && at.is_some_and(|at| (7..=8).contains(&(now.to_utc().year() - at.to_utc().year()))) {
            return None;
        }
        // What only the letters of the page tell is settled here.
        let read = match (at, judge(&read, as_stored, now)) {
            (Some(at), DateVerdict::Unreadable) => at.rfc3339(),
            _ => read,
        };
        Some(WrittenDate { raw, read, at })
    }

    fn address(&self, raw: &str) -> Option<WrittenDate> {
        let read = day::address::read(raw, self.known.now)?;
        let at = instant(&read, self.known.as_stored, self.known.now);
        Some(WrittenDate { raw: raw.to_owned(), read, at })
    }
}

fn instant(read: &str, known: &DateContext<'_>, now: Timestamp) -> Option<Timestamp> {
    match judge(read, known, now) {
        DateVerdict::Good(at) => Some(at),
        // Where it lies is the list's to judge: the verdict names the poll instead.
        DateVerdict::Ahead(_) => match judge(read, known, now.plus(FARTHEST)) {
            DateVerdict::Good(at) => Some(at),
            _ => None,
        },
        _ => None,
    }
}
