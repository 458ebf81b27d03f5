//! Elements that are alike: by name and parents, by one class, by where they stand.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::model::Work;
use crate::text::quote::in_quotes;

use super::super::super::date::DateContext;
use super::super::super::notes::excerpt;
use super::super::css::{self, Css};
use super::dated::Dated;
use super::dates;
use super::group::Group;
use super::headlines::{Link, speaks_of_aside};
use super::heads::DayHeads;
use super::seen::{SeenPage, is_lasting};

/// How far above its link an entry's element is looked for.
const HIGHEST: usize = crate::limits::PROPOSAL_ABOVE.count();
/// Fewer repetitions are no list.
const FEWEST: usize = 3;
/// Classes of an element that it may share with others.
const MOST_CLASSES: usize = crate::limits::PROPOSAL_CLASSES.count();
/// A date makes a headline so much more of an entry.
const DATED: usize = 3;
/// Entries of a group whose links are counted; more is a section.
const MOST_HREFS: usize = crate::limits::PROPOSAL_HREFS.count();

/// Lists of their own that may stand side by side.
const MOST_LISTS: usize = 4;

/// Lists beside the chosen one for which a selector is sought.
const MOST_TRIED: usize = 3 * MOST_LISTS;

/// Selectors that are tried for one group.
const MOST_TEXTS: usize = 12;

/// An element that may be an entry.
struct Spot<'a> {
    element: ElementRef<'a>,
    /// The link with the best headline.
    best: usize,
    /// The different addresses of its headlines.
    hrefs: Vec<&'a str>,
    dated: bool,
    /// Whether all its dates lie ahead.
    ahead: bool,
}

/// Groups of elements that are alike, the best first.
pub fn groups<'a>(page: &SeenPage<'a, '_>, links: &'a [Link<'a>]) -> (Vec<Group<'a>>, DayHeads) {
    let (dated, marks) = dates::dated(page);
    let heads = DayHeads::of(page, links, &marks);
    let known = page.known;
    let spots = spots(links, &dated, &heads);
    let besides = besides(links);
    let mut sets: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, spot) in spots.iter().enumerate() {
        for key in keys(spot.element) {
            sets.entry(key).or_default().push(at);
        }
    }
    // One group for each set of elements, whatever finds it.
    let mut named: HashMap<Vec<usize>, Vec<String>> = HashMap::new();
    for (key, set) in sets.into_iter().filter(|(_, set)| set.len() >= FEWEST) {
        named.entry(set).or_default().push(key);
    }
    let mut judged: Vec<(i64, usize, Group<'a>)> = named
        .into_iter()
        .filter_map(|(set, mut texts)| {
            texts.sort_by_key(|text| (rank(text), text.len(), text.clone()));
            let (score, group) = judge(&set, &spots, links, &besides, known, texts)?;
            Some((score, set[0], group))
        })
        .collect();
    // Of equals the outermost, which stands first.
    judged.sort_by_key(|(score, first, group)| (std::cmp::Reverse(*score), *first, rank(&group.texts[0])));
    (judged.into_iter().map(|(_, _, group)| group).collect(), heads)
}

/// The elements around links, in the order of the document, outer ones first.
fn spots<'a>(links: &'a [Link<'a>], dated: &Dated, heads: &DayHeads) -> Vec<Spot<'a>> {
    let mut spots: Vec<Spot<'a>> = Vec::new();
    let mut known: HashMap<NodeId, usize> = HashMap::new();
    for (at, link) in links.iter().enumerate() {
        let up = std::iter::once(link.element).chain(link.element.ancestors().filter_map(ElementRef::wrap));
        let up: Vec<_> = up.take(HIGHEST).take_while(|e| !matches!(e.value().name(), "body" | "html")).collect();
        for element in up.into_iter().rev() {
            match known.get(&element.id()) {
                Some(spot) => {
                    let spot = &mut spots[*spot];
                    if link.weight > links[spot.best].weight {
                        spot.best = at;
                    }
                    if spot.hrefs.len() <= MOST_HREFS && !spot.hrefs.contains(&link.href.as_str()) {
                        spot.hrefs.push(&link.href);
                    }
                }
                None => {
                    known.insert(element.id(), spots.len());
                    let holder = Some(element).filter(|element| dated.holds(*element));
                    let holder = holder.or_else(|| dates::by_sibling(element, dated));
                    let above = || heads.over(element, link.element);
                    let ahead = holder.map(|holder| dated.lies_ahead(holder)).or_else(above);
                    let (ahead, dated) = (ahead == Some(true), ahead.is_some());
                    spots.push(Spot { element, best: at, hrefs: vec![&link.href], dated, ahead });
                }
            }
        }
    }
    spots
}

/// Links that stand beside the news by what is written above them; what holds most
/// of the page is no sidebar, whatever it is called.
fn besides(links: &[Link<'_>]) -> HashSet<NodeId> {
    let mut under: HashMap<NodeId, (usize, Vec<NodeId>)> = HashMap::new();
    for link in links {
        let named = link.element.ancestors().filter_map(ElementRef::wrap).take(12).filter(|e| speaks_of_aside(*e));
        for element in named {
            let (weight, held) = under.entry(element.id()).or_default();
            *weight += link.weight;
            held.push(link.element.id());
        }
    }
    let all: usize = links.iter().map(|link| link.weight).sum();
    under.into_values().filter(|(weight, _)| weight * 2 < all).flat_map(|(_, held)| held).collect()
}

/// A group with its worth; `None` for what is no list.
fn judge<'a>(
    set: &[usize],
    spots: &[Spot<'a>],
    links: &'a [Link<'a>],
    besides: &HashSet<NodeId>,
    known: &DateContext<'_>,
    texts: Vec<String>,
) -> Option<(i64, Group<'a>)> {
    let ids: HashSet<NodeId> = set.iter().map(|at| spots[*at].element.id()).collect();
    let nested = |spot: &&Spot<'a>| spot.element.ancestors().take(HIGHEST).any(|above| ids.contains(&above.id()));
    let members: Vec<&Spot<'a>> = set.iter().map(|at| &spots[*at]).collect();
    if members.iter().filter(|spot| nested(spot)).count() * 5 > members.len() {
        return None;
    }
    let dated = members.iter().filter(|spot| spot.dated).count();
    let mostly = dated * 10 >= members.len() * 6;
    let parent = |spot: &Spot<'a>| spot.element.parent().map(|parent| parent.id());
    // A piece of a list without any date is none where the others have dates.
    let mut pieces: HashMap<Option<NodeId>, usize> = HashMap::new();
    for spot in &members {
        *pieces.entry(parent(spot)).or_default() += usize::from(spot.dated);
    }
    let lists = lists(&members, links);
    let list: HashMap<NodeId, usize> =
        lists.iter().enumerate().flat_map(|(at, list)| list.held.iter().map(move |id| (*id, at))).collect();
    let to_come = dated > 1 && members.iter().all(|spot| spot.ahead || !spot.dated);
    let strangers = strangers(&lists, known);
    let heavy =
        members.iter().filter(|spot| spot.dated).map(|spot| links[spot.best].weight).sum::<usize>() / dated.max(1);
    let (mut score, mut weight) = (0_i64, 0);
    let mut led: HashSet<&str> = HashSet::new();
    for spot in &members {
        let link = &links[spot.best];
        if !led.insert(&link.href) {
            continue;
        }
        let links_on = spot.hrefs.len();
        let worth = match spot.dated {
            // Beside its headline a dated entry may link to its topic, or say it twice.
            true => link.weight * DATED * 100 / (2 * links_on - 2).max(1),
            false => link.weight * 100 / links_on.pow(2),
        };
        let worth = if besides.contains(&link.element.id()) { worth / 4 } else { worth };
        // Nor is a short word without a date, as "older entries".
        let light = !spot.dated && link.weight * 2 < heavy;
        // Nor are events to come among news.
        let own = list.get(&spot.element.id()).copied();
        let apart = own.is_some_and(|at| lists[at].is_to_come() && !to_come || strangers.contains(&at));
        let strange = mostly && (light || pieces[&parent(spot)] == 0) || apart;
        score += i64::try_from(worth).ok()? * if strange { -1 } else { 1 };
        weight += link.weight / spot.hrefs.len();
    }
    if led.len() < FEWEST {
        return None;
    }
    // What is still to come is proposed where there is nothing else.
    let score = if to_come { score / 10 } else { score };
    let entries = members.iter().map(|spot| (spot.element, links[spot.best].element)).collect();
    Some((score, Group { entries, weight, dated, to_come, texts }))
}

/// What an element holds that is the nearest around several entries.
struct PageList<'a> {
    element: ElementRef<'a>,
    held: Vec<NodeId>,
    dated: usize,
    ahead: usize,
    weight: usize,
}

impl PageList<'_> {
    fn is_to_come(&self) -> bool {
        self.dated > 1 && self.ahead == self.dated
    }
}

/// The lists that `members` stand in.
fn lists<'a>(members: &[&Spot<'a>], links: &[Link<'_>]) -> Vec<PageList<'a>> {
    let mut around: HashMap<NodeId, usize> = HashMap::new();
    for above in members.iter().flat_map(|spot| spot.element.ancestors().take(HIGHEST)) {
        *around.entry(above.id()).or_default() += 1;
    }
    let mut found: Vec<PageList<'a>> = Vec::new();
    let mut known: HashMap<NodeId, usize> = HashMap::new();
    for spot in members {
        let mut above = spot.element.ancestors().take(HIGHEST).filter_map(ElementRef::wrap);
        let Some(element) = above.find(|above| around[&above.id()] > 1) else { continue };
        let at = *known.entry(element.id()).or_insert(found.len());
        if at == found.len() {
            found.push(PageList { element, held: Vec::new(), dated: 0, ahead: 0, weight: 0 });
        }
        let list = &mut found[at];
        list.held.push(spot.element.id());
        list.dated += usize::from(spot.dated);
        list.ahead += usize::from(spot.ahead);
        list.weight += links[spot.best].weight * if spot.dated { DATED } else { 1 };
    }
    found
}

/// Elements with a heading and classes of their own hold lists of their own: of these
/// all but the heaviest.
fn strangers(lists: &[PageList<'_>], known: &DateContext<'_>) -> HashSet<usize> {
    // More are a list in pieces.
    if !(2..=MOST_LISTS).contains(&lists.len()) {
        return HashSet::new();
    }
    let shares = |one: ElementRef<'_>, other: ElementRef<'_>| {
        let mut classes = one.value().classes();
        one.value().classes().next().is_none()
            || other.value().classes().next().is_none()
            || classes.any(|class| other.value().classes().any(|known| known == class))
    };
    let alone = |list: &PageList<'_>| {
        let mut others = lists.iter().filter(|other| other.element.id() != list.element.id());
        others.all(|other| !shares(list.element, other.element)) && is_headed(list.element, known)
    };
    // Each of its own, and the others together.
    let own: Vec<Option<usize>> = lists.iter().enumerate().map(|(at, list)| Some(at).filter(|_| alone(list))).collect();
    let weight = |of: Option<usize>| -> usize {
        lists.iter().zip(&own).filter(|(_, own)| **own == of).map(|(list, _)| list.weight).sum()
    };
    let heaviest = own.iter().copied().max_by_key(|of| (weight(*of), of.is_none())).flatten();
    (0..lists.len()).filter(|at| own[*at] != heaviest).collect()
}

/// Whether a heading of words stands right before `list`, none of a year or a month.
fn is_headed(list: ElementRef<'_>, known: &DateContext<'_>) -> bool {
    let before = list.prev_siblings().find_map(ElementRef::wrap);
    before.filter(|before| css::is_heading(*before)).is_some_and(|heading| {
        let text = css::shown(heading);
        let mut words = text.split(|c: char| !c.is_alphabetic());
        !text.is_empty() && !text.chars().any(char::is_numeric) && !words.any(|word| known.names_month(word))
    })
}

/// What is to be told of lists that stand beside the one of `chosen` and are none of it.
pub fn left_out(page: &Html, chosen: &Group<'_>, groups: &[Group<'_>], work: &Work) -> Vec<String> {
    let around = |group: &Group<'_>| {
        let list = group.entries.first()?.0.parent()?;
        Some((list.id(), list.parent()?.id()))
    };
    let Some((own, above)) = around(chosen) else { return Vec::new() };
    let mut taken: HashSet<NodeId> = chosen.entries.iter().map(|(entry, _)| entry.id()).collect();
    let mut told = Vec::new();
    let mut tried = 0;
    for group in groups {
        let beside = around(group).is_some_and(|(list, other)| other == above && list != own);
        let lists: HashSet<_> = group.entries.iter().map(|(entry, _)| entry.parent().map(|list| list.id())).collect();
        if !beside || lists.len() > 1 || group.entries.iter().any(|(entry, _)| taken.contains(&entry.id())) {
            continue;
        }
        taken.extend(group.entries.iter().map(|(entry, _)| entry.id()));
        // Each looks through the whole page.
        tried += 1;
        if tried > MOST_TRIED || work.is_given_up() {
            break;
        }
        let Some(text) = selector(page, group) else { continue };
        let ahead = if group.to_come { ", whose dates all lie ahead" } else { "" };
        let shown = css::shown(group.entries[0].1);
        let (text, first) = (in_quotes(&text), in_quotes(excerpt(&shown)));
        let count = group.entries.len();
        told.push(format!("beside it stands another list of {count} entries{ahead}, which {text} would read: {first}"));
        if told.len() >= MOST_LISTS {
            break;
        }
    }
    told
}

/// CSS that an element answers to, alone and with those above it.
fn keys(element: ElementRef<'_>) -> Vec<String> {
    let name = element.value().name();
    let mut own: Vec<String> = vec![name.to_owned()];
    let classes = element.value().classes().filter(|class| is_lasting(class)).take(MOST_CLASSES);
    own.extend(classes.map(|class| format!("{name}.{class}")));
    let mut found: Vec<String> = own[1..].to_vec();
    let mut path = String::new();
    for (level, above) in element.ancestors().filter_map(ElementRef::wrap).take(3).enumerate() {
        if matches!(above.value().name(), "html") {
            break;
        }
        let within = places(above);
        for own in own.iter().take(if level == 0 { own.len() } else { 1 }) {
            found.extend(within.iter().map(|place| format!("{place} > {path}{own}")));
        }
        if level > 0 {
            found.push(format!("{} > {path}{name}", above.value().name()));
        }
        path = format!("{} > {path}", above.value().name());
    }
    found
}

/// How an element above the entries is told from others.
fn places(element: ElementRef<'_>) -> Vec<String> {
    let value = element.value();
    let mut found: Vec<String> =
        value.id().filter(|id| is_lasting(id)).map(|id| format!("#{id}")).into_iter().collect();
    let classes = value.classes().filter(|class| is_lasting(class)).take(MOST_CLASSES - 1);
    found.extend(classes.map(|class| format!("{}.{class}", value.name())));
    if found.is_empty() {
        // Tables of old have neither.
        let told = ["width", "cellpadding", "bgcolor", "align", "valign"].into_iter().find_map(|name| {
            let value = element.attr(name)?;
            value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"%#".contains(&b))
                .then(|| format!("[{name}=\"{value}\"]"))
        });
        found.extend(told.map(|told| format!("{}{told}", value.name())));
    }
    found
}

/// Names that people gave last longest; a bare name of an element is too little.
fn rank(text: &str) -> usize {
    let named = text.contains(['.', '#']);
    let own = text.rsplit(" > ").next().is_some_and(|own| own.contains('.'));
    match (named, own) {
        (true, true) if !text.contains('>') => 0,
        (true, _) => 1,
        (false, _) if text.contains('[') => 2,
        (false, _) => 3,
    }
}

/// The CSS that finds the group's entries and hardly anything else.
pub fn selector(page: &Html, group: &Group<'_>) -> Option<String> {
    let wanted: HashSet<NodeId> = group.entries.iter().map(|(entry, _)| entry.id()).collect();
    let few = wanted.len() / 5 + 1;
    let strangers = |text: &str| {
        let css = Css::parse(text).ok()?;
        let found: Vec<ElementRef<'_>> = page.select(css.selector()).collect();
        let strange: Vec<_> = found.iter().filter(|found| !wanted.contains(&found.id())).copied().collect();
        Some((strange.len(), strange.iter().filter(|strange| css::first_link(**strange).is_none()).count()))
    };
    let judged: Vec<(&String, usize, usize)> = group
        .texts
        .iter()
        .take(MOST_TEXTS)
        .filter_map(|text| strangers(text).map(|(all, bare)| (text, all, bare)))
        .collect();
    if let Some((text, ..)) = judged.iter().find(|(_, all, _)| *all == 0) {
        return Some((*text).clone());
    }
    // Heads of tables, spacers and rules have no link.
    let linked = judged.iter().find(|(_, all, bare)| all - bare <= few)?;
    Some(if linked.2 > 0 { format!("{}:has(a[href])", linked.0) } else { linked.0.clone() })
}
