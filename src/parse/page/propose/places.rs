//! Where dates may stand within the entries of a list, beside and above them.

use scraper::ElementRef;

use super::super::css::{self, Css};
use super::super::day;
use super::holders::{DateHeld, holds, is_described, may_hold};
use super::seen::{SeenPage, signature};
use super::within;

/// Elements of an entry that are looked at for a date, for parts of one, and those of
/// what stands beside it.
const MOST_WITHIN: usize = 120;
const MOST_PARENTS: usize = 40;
const MOST_BESIDE: usize = 20;
/// Bytes of a part of a date, and parts beside one another.
const LONGEST_PART: usize = 24;
const MOST_PARTS: usize = 8;

/// Selectors that may find the dates of a list, each place with its alternatives. The
/// fields stand in the order of preference.
#[derive(Default)]
pub struct DatePlaces {
    attributes: Vec<Vec<String>>,
    /// Texts with a year.
    whole: Vec<Vec<String>>,
    /// Parts that make a date together.
    joined: Vec<Vec<String>>,
    /// Texts without a year.
    short: Vec<Vec<String>>,
    beside: Vec<Vec<String>>,
    above: Vec<Vec<String>>,
    address: Vec<Vec<String>>,
}

impl DatePlaces {
    /// Those above entries by `heads`, and in the address of `link`.
    pub fn around(heads: &[String], link: &str) -> DatePlaces {
        let above = heads.iter().map(|head| vec![head.clone()]).collect();
        DatePlaces { above, address: vec![vec![format!("{link}@href")]], ..DatePlaces::default() }
    }

    /// The best first.
    pub fn in_order(&self) -> impl Iterator<Item = &Vec<String>> {
        let DatePlaces { attributes, whole, joined, short, beside, above, address } = self;
        [attributes, whole, joined, short, beside, above, address].into_iter().flatten()
    }

    /// Adds what dates `entry`, of a list that begins with `first`.
    pub fn add(&mut self, entry: ElementRef<'_>, first: ElementRef<'_>, list: &Css, page: &SeenPage<'_, '_>) {
        self.add_inner(entry, page);
        self.joined.extend(together(entry, page).map(|text| vec![text]));
        let found = |other| beside(other, entry, page);
        let signed = |sign: char, texts: Vec<String>| texts.iter().map(|text| format!("{sign} {text}")).collect();
        // Where dates stand before their entries, what follows is the next one's.
        let is_date =
            |text: Option<String>| text.is_some_and(|text| day::read(&text, None, page.known, page.now).is_some());
        if is_date(css::text_before(first)) {
            self.beside.push(vec!["- .".to_owned()]);
        } else if is_date(css::text_behind(entry)) {
            self.beside.push(vec!["+ .".to_owned()]);
        }
        let goes_before = css::before(first, Some(list)).take(2).find_map(found).is_some();
        if !goes_before && !is_described(entry) {
            self.beside.extend(css::behind(entry, Some(list)).take(3).find_map(found).map(|texts| signed('+', texts)));
        } else {
            self.beside.extend(css::before(entry, Some(list)).find_map(found).map(|texts| signed('-', texts)));
        }
    }

    fn add_inner(&mut self, entry: ElementRef<'_>, page: &SeenPage<'_, '_>) {
        let elements = entry.descendants().filter_map(ElementRef::wrap).take(MOST_WITHIN);
        let marks: Vec<(ElementRef<'_>, DateHeld)> = elements
            .filter(|element| may_hold(*element) || element.id() == entry.id() && element.value().name() == "a")
            .filter_map(|element| holds(element, page.known, page.now).map(|held| (element, held)))
            .collect();
        for (mark, held) in &marks {
            let inner = |other: &ElementRef<'_>| other.ancestors().any(|above| above.id() == mark.id());
            let is_better = |(other, as_held): &(ElementRef<'_>, DateHeld)| {
                inner(other) && (*held == DateHeld::Short || *as_held != DateHeld::Short)
            };
            if marks.iter().any(is_better) {
                continue;
            }
            let paths = if mark.id() == entry.id() { vec![".".to_owned()] } else { within::paths(entry, *mark) };
            match held {
                DateHeld::Attribute("datetime") => self.attributes.push(paths),
                DateHeld::Attribute(name) => {
                    self.attributes.push(paths.into_iter().map(|path| format!("{path}@{name}")).collect());
                }
                DateHeld::Whole => self.whole.push(paths),
                DateHeld::Short => self.short.push(paths),
            }
        }
    }
}

/// Selectors of the date that `other` holds, which stands beside `entry`.
fn beside(other: ElementRef<'_>, entry: ElementRef<'_>, page: &SeenPage<'_, '_>) -> Option<Vec<String>> {
    let dates = |element: ElementRef<'_>| {
        holds(element, page.known, page.now).is_some_and(|held| held != DateHeld::Short || is_described(entry))
    };
    let mut elements = other.descendants().filter_map(ElementRef::wrap).take(MOST_BESIDE);
    let mark = elements.find(|element| may_hold(*element) && dates(*element))?;
    let text = signature(mark);
    // A bare name may find something else before it.
    if mark.id() == other.id() || text.contains('.') {
        return Some(vec![text]);
    }
    let inner = within::paths(other, mark).into_iter().filter(|path| path.contains(' '));
    Some(std::iter::once(format!("{} {text}", signature(other))).chain(inner).collect())
}

/// Neighbours whose texts are a date together and none alone.
fn together(entry: ElementRef<'_>, page: &SeenPage<'_, '_>) -> Option<String> {
    let is_leaf = |element: &ElementRef<'_>| {
        !element.children().any(|child| child.value().is_element())
            && element.text().map(str::len).sum::<usize>() <= LONGEST_PART
    };
    let is_day = |text: &str| day::read(text, None, page.known, page.now).is_some();
    let mut parents = entry.descendants().filter_map(ElementRef::wrap).take(MOST_PARENTS);
    parents.find_map(|parent| {
        let leaves: Vec<(ElementRef<'_>, String)> = parent
            .children()
            .filter_map(ElementRef::wrap)
            .filter(is_leaf)
            .map(|leaf| (leaf, css::shown(leaf)))
            .filter(|(_, text)| !text.is_empty())
            .take(MOST_PARTS)
            .collect();
        [2, 3].into_iter().flat_map(|size| leaves.windows(size)).find_map(|run| {
            let text = css::spaced_all(run.iter().map(|(element, _)| *element));
            let numbers = text.split(|c: char| !c.is_numeric()).filter(|n| !n.is_empty()).count();
            if numbers < 2 || run.iter().any(|(_, part)| is_day(part)) || !is_day(&text) {
                return None;
            }
            let parts: Vec<String> = run.iter().map(|(part, _)| signature(*part)).collect();
            Some(parts.join(", "))
        })
    })
}
