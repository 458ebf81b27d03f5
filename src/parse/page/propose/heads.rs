//! Days that head several entries each: `<dt>22 Nov 2026</dt><dd><ul>…`, `<h3>` over a
//! list, a row of a table that holds a day alone (check B201).

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::ElementRef;

use super::super::above::{self, Above};
use super::super::css::{self, Css};
use super::super::{day, headed};
use super::dated::DateMark;
use super::headlines::PageLink;
use super::seen::{SeenPage, signature};

/// Elements around a day that say nothing else.
const MOST_AROUND: usize = 3;
/// Kinds of headings that are tried.
const MOST_KINDS: usize = 6;

/// The days that head several links each.
#[derive(Default)]
pub struct DayHeads {
    /// Selectors that find them, the best first.
    pub selectors: Vec<String>,
    over: HashMap<NodeId, DayOver>,
}

/// What heads a link.
struct DayOver {
    container: NodeId,
    ahead: bool,
}

/// A day that stands alone.
struct DayAlone<'a> {
    /// From the element that holds it to the last that holds nothing else.
    around: Vec<ElementRef<'a>>,
    container: NodeId,
    text: String,
    ahead: bool,
}

impl DayHeads {
    /// Those among `marks` that head `links`.
    pub fn of<'a>(page: &SeenPage<'a, '_>, links: &[PageLink<'a>], marks: &[DateMark<'a>]) -> DayHeads {
        // Of marks that say the same the innermost, which stands last.
        let mut days: Vec<DayAlone<'a>> = Vec::new();
        for day in marks.iter().filter_map(|mark| alone(mark, page)) {
            let outermost = |day: &DayAlone<'a>| day.around.last().map(|element| element.id());
            match days.last().is_some_and(|last| outermost(last) == outermost(&day)) {
                true => days.pop(),
                false => None,
            };
            days.push(day);
        }
        let mut heads = DayHeads::default();
        if !is_scarce(&days, links) {
            return heads;
        }
        let mut kinds: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, day) in days.iter().enumerate() {
            for name in names(day) {
                kinds.entry(name).or_default().push(at);
            }
        }
        let mut kinds: Vec<(String, Vec<usize>)> = kinds.into_iter().filter(|(_, days)| days.len() > 1).collect();
        let named = |text: &str| text.contains(['.', '[']);
        kinds.sort_by_key(|(text, held)| (std::cmp::Reverse(held.len()), !named(text), text.len(), text.clone()));
        for (text, held) in kinds.into_iter().take(MOST_KINDS) {
            let held: Vec<&DayAlone<'a>> = held.iter().map(|at| &days[*at]).collect();
            let Some(over) = over(page, &text, &held, links) else { continue };
            over.into_iter().for_each(|(link, over)| {
                heads.over.entry(link).or_insert(over);
            });
            heads.selectors.push(above::written(&text));
        }
        heads
    }

    /// Of `spot`, which holds `link`: whether a day heads it, and whether that lies ahead.
    pub fn over(&self, spot: ElementRef<'_>, link: ElementRef<'_>) -> Option<bool> {
        let over = self.over.get(&link.id())?;
        spot.ancestors().any(|above| above.id() == over.container).then_some(over.ahead)
    }
}

/// The day of a mark that says nothing else, and neither is a link nor holds one.
fn alone<'a>(mark: &DateMark<'a>, page: &SeenPage<'a, '_>) -> Option<DayAlone<'a>> {
    let element = mark.element;
    let shown = headed::short_text(element, above::LONGEST)?;
    let stated = css::attribute(element, "datetime");
    let is_link = |element: ElementRef<'_>| element.value().name() == "a";
    let linked = element.descendants().take(12).filter_map(ElementRef::wrap).any(is_link)
        || element.ancestors().take(4).filter_map(ElementRef::wrap).any(is_link);
    if linked || stated.is_none() && !day::is_nothing_else(&css::spaced(element), page.known) {
        return None;
    }
    let container = match spanned(element) {
        Some(rows) => rows,
        None => headed::container(element, &shown)?,
    };
    let up = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap));
    let around: Vec<_> = up.take_while(|around| around.id() != container.id()).take(MOST_AROUND + 1).collect();
    Some(DayAlone { around, container: container.id(), text: stated.unwrap_or(shown), ahead: mark.ahead })
}

/// What holds the rows beside which a cell with `rowspan` stands, for the day in that cell.
fn spanned(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let up = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap));
    let cell = up.take(MOST_AROUND).find(|up| matches!(up.value().name(), "td" | "th"))?;
    let rows = above::rows_beside(cell);
    cell.ancestors().filter_map(ElementRef::wrap).nth(1).filter(|_| rows > 1)
}

/// Whether an element that holds days holds more links than days: else each has its own.
fn is_scarce(days: &[DayAlone<'_>], links: &[PageLink<'_>]) -> bool {
    let mut held: HashMap<NodeId, (usize, usize)> = HashMap::new();
    for day in days {
        held.entry(day.container).or_default().0 += 1;
    }
    for above in links.iter().flat_map(|link| link.element.ancestors().take(headed::HIGHEST)) {
        if let Some((_, links)) = held.get_mut(&above.id()) {
            *links += 1;
        }
    }
    held.values().any(|(days, links)| links > days)
}

/// Selectors that a day may be found by.
fn names(day: &DayAlone<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for element in &day.around {
        let text = signature(*element);
        let spans = element.attr("colspan").is_some().then(|| format!("{}[colspan]", element.value().name()));
        let is_bare = !text.contains('.');
        found.extend(spans.filter(|_| is_bare));
        found.extend(element.attr("rowspan").map(|_| format!("{}[rowspan]", element.value().name())));
        // A class that each has of its own names none of the others.
        found.extend(headed::rank(*element).filter(|_| !is_bare).map(|_| element.value().name().to_owned()));
        found.push(text);
    }
    found.dedup();
    found
}

/// What the days that `text` finds head; `None` where that are not several links each.
fn over<'a>(
    page: &SeenPage<'a, '_>,
    text: &str,
    days: &[&DayAlone<'a>],
    links: &[PageLink<'a>],
) -> Option<Vec<(NodeId, DayOver)>> {
    let css = Css::parse(text).ok()?;
    let elements: Vec<ElementRef<'a>> = links.iter().map(|link| link.element).collect();
    // A headline may be a heading of its own.
    let above = Above::unless(&css, page.html, &elements, |heading| css::links(heading).next().is_some());
    let by_id: HashMap<NodeId, &DayAlone<'a>> =
        days.iter().flat_map(|day| day.around.iter().map(|around| (around.id(), *day))).collect();
    let mut below: HashMap<NodeId, Vec<&PageLink<'a>>> = HashMap::new();
    let mut found: Vec<(NodeId, DayOver)> = Vec::new();
    for link in links {
        let Some(day) = above.over(link.element).and_then(|head| by_id.get(&head.id())) else { continue };
        below.entry(day.around[0].id()).or_default().push(link);
        found.push((link.element.id(), DayOver { container: day.container, ahead: day.ahead }));
    }
    let texts: HashSet<&str> = below.keys().filter_map(|id| by_id.get(id)).map(|day| day.text.as_str()).collect();
    let several = |held: &Vec<&PageLink<'a>>| held.windows(2).any(|pair| is_alike(pair[0], pair[1]));
    if texts.len() < 2 || !below.values().any(several) {
        return None;
    }
    let containers: HashSet<NodeId> = days.iter().map(|day| day.container).collect();
    (containers.len() < days.len() || are_lists(below.values())).then_some(found)
}

/// Whether links stand alike: within the same elements.
fn is_alike(one: &PageLink<'_>, other: &PageLink<'_>) -> bool {
    let up = |link: &PageLink<'_>| -> Vec<(NodeId, String)> {
        let around = std::iter::once(link.element).chain(link.element.ancestors().filter_map(ElementRef::wrap));
        around.take(headed::HIGHEST).map(|e| (e.id(), e.value().name().to_owned())).collect()
    };
    let (one, other) = (up(one), up(other));
    let shared = one.iter().position(|(id, _)| other.iter().any(|(known, _)| known == id));
    shared.is_some_and(|at| {
        other.get(at).is_some_and(|(id, _)| *id == one[at].0)
            && one[..at].iter().zip(&other[..at]).all(|((_, one), (_, other))| one == other)
    })
}

/// Whether what stands below days that each have an element of their own are lists, and
/// not entries with a second link each.
fn are_lists<'l, 'a: 'l>(below: impl Iterator<Item = &'l Vec<&'l PageLink<'a>>>) -> bool {
    let (mut counts, mut first, mut further): (HashSet<usize>, Vec<usize>, Vec<usize>) = Default::default();
    for links in below {
        counts.insert(links.len());
        first.push(links[0].weight);
        further.extend(links[1..].iter().map(|link| link.weight));
    }
    let mean = |of: &[usize]| of.iter().sum::<usize>() * 10 / of.len().max(1);
    let varied = counts.len() > 1 || counts.iter().any(|count| *count > 2);
    varied && mean(&further) * 10 >= mean(&first) * 6
}
