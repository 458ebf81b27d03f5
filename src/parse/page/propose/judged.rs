//! What a group of elements that are alike is worth as a list of news.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::ElementRef;

use super::super::super::date::DateContext;
use super::super::asides::heads_aside;
use super::super::css;
use super::group::Group;
use super::headlines::{HeadlineAt, PageLink};

/// How far above its link an entry's element is looked for.
pub const HIGHEST: usize = crate::limits::PROPOSAL_ABOVE.count();
/// Fewer repetitions are no list.
pub const FEWEST: usize = 3;
/// A date makes a headline so much more of an entry.
const DATED: usize = 3;
/// Lists of their own that may stand side by side.
pub const MOST_LISTS: usize = 4;

/// Links in boxes beside the news, each with these boxes.
pub type Besides = HashMap<NodeId, Vec<NodeId>>;

/// An element that may be an entry.
pub struct Spot<'a> {
    /// The element.
    pub element: ElementRef<'a>,
    /// The link with the best headline.
    pub best: usize,
    /// The different addresses of its headlines.
    pub hrefs: Vec<&'a str>,
    /// Whether it holds a date.
    pub dated: bool,
    /// Whether all its dates lie ahead.
    pub ahead: bool,
}

/// A group with its worth; `None` for what is no list.
pub fn judge<'a>(
    set: &[usize],
    spots: &[Spot<'a>],
    links: &'a [PageLink<'a>],
    besides: &Besides,
    known: &DateContext<'_>,
    texts: Vec<String>,
) -> Option<(i64, Group<'a>)> {
    let members: Vec<&Spot<'a>> = set.iter().map(|at| &spots[*at]).collect();
    if are_nested(&members) {
        return None;
    }
    let members = Members::of(members, links, besides, known);
    let (mut score, mut weight, mut strange) = (0_i64, 0, Vec::new());
    let mut led: HashSet<&str> = HashSet::new();
    for spot in &members.all {
        let link = &links[spot.best];
        if !led.insert(&link.href) {
            continue;
        }
        let worth = i64::try_from(members.worth(spot)).ok()?;
        let is_strange = members.is_strange(spot);
        score += if is_strange { -worth } else { worth };
        strange.extend(is_strange.then_some(link.element));
        weight += link.weight / spot.hrefs.len();
    }
    if led.len() < FEWEST {
        return None;
    }
    // What is still to come is proposed where there is nothing else.
    let score = if members.to_come { score / 10 } else { score };
    let headline = members.headline();
    let entries = members.all.iter().map(|spot| (spot.element, links[spot.best].element)).collect();
    let are_dated = members.all.iter().map(|spot| spot.dated).collect();
    let Members { dated, to_come, .. } = members;
    Some((score, Group { entries, weight, dated, to_come, are_dated, strange, headline, texts }))
}

/// Whether many of `members` stand within others.
fn are_nested(members: &[&Spot<'_>]) -> bool {
    let ids: HashSet<NodeId> = members.iter().map(|spot| spot.element.id()).collect();
    let nested = |spot: &&&Spot<'_>| spot.element.ancestors().take(HIGHEST).any(|above| ids.contains(&above.id()));
    members.iter().filter(nested).count() * 5 > members.len()
}

/// Elements that are alike, and what is counted of all of them.
struct Members<'a, 's> {
    all: Vec<&'s Spot<'a>>,
    links: &'a [PageLink<'a>],
    besides: &'s Besides,
    dated: usize,
    /// Whether all dates lie ahead.
    to_come: bool,
    /// What the headlines with a date weigh on average.
    heavy: usize,
    /// Of what holds them directly, how many are dated there.
    pieces: HashMap<Option<NodeId>, usize>,
    /// The lists that they stand in, and which of them are none of the others'.
    list_of: HashMap<NodeId, usize>,
    apart: HashSet<usize>,
    /// Whether fewer than half stand in boxes beside the news.
    are_main: bool,
}

impl<'a, 's> Members<'a, 's> {
    fn of(
        all: Vec<&'s Spot<'a>>,
        links: &'a [PageLink<'a>],
        besides: &'s Besides,
        known: &DateContext<'_>,
    ) -> Members<'a, 's> {
        let dated = all.iter().filter(|spot| spot.dated).count();
        let mut pieces: HashMap<Option<NodeId>, usize> = HashMap::new();
        for spot in &all {
            *pieces.entry(parent(spot)).or_default() += usize::from(spot.dated);
        }
        let to_come = dated > 1 && all.iter().all(|spot| spot.ahead || !spot.dated);
        let weights = all.iter().filter(|spot| spot.dated).map(|spot| links[spot.best].weight);
        let heavy = weights.sum::<usize>() / dated.max(1);
        let lists = lists(&all, links);
        let list_of =
            lists.iter().enumerate().flat_map(|(at, list)| list.held.iter().map(move |id| (*id, at))).collect();
        let mut apart = strangers(&lists, known);
        apart.extend((0..lists.len()).filter(|at| lists[*at].is_to_come() && !to_come));
        apart.extend(asides(&lists));
        let beside = all.iter().filter(|spot| is_boxed(spot, links, besides)).count();
        let are_main = beside * 2 < all.len();
        Members { all, links, besides, dated, to_come, heavy, pieces, list_of, apart, are_main }
    }

    /// Where most of their headlines stand.
    fn headline(&self) -> HeadlineAt {
        let count = |at: HeadlineAt| self.all.iter().filter(|spot| self.links[spot.best].headline == at).count();
        let others = [HeadlineAt::Elsewhere, HeadlineAt::Picture, HeadlineAt::Beside];
        let most = others.into_iter().max_by_key(|at| count(*at)).unwrap_or(HeadlineAt::Text);
        if count(most) * 2 > self.all.len() { most } else { HeadlineAt::Text }
    }

    fn worth(&self, spot: &Spot<'_>) -> usize {
        let link = &self.links[spot.best];
        let links_on = spot.hrefs.len();
        let worth = match spot.dated {
            // Beside its headline a dated entry may link to its topic, or say it twice.
            true => link.weight * DATED * 100 / (2 * links_on - 2).max(1),
            false => link.weight * 100 / links_on.pow(2),
        };
        if self.besides.contains_key(&link.element.id()) { worth / 4 } else { worth }
    }

    /// Whether `spot` seems to be none of the others' list.
    fn is_strange(&self, spot: &Spot<'_>) -> bool {
        let is_mostly_dated = self.dated * 10 >= self.all.len() * 6;
        // Nor is a short word without a date, as "older entries".
        let is_light = !spot.dated && self.links[spot.best].weight * 2 < self.heavy;
        // A piece of a list without any date is none where the others have dates.
        let is_piece = is_mostly_dated && (is_light || self.pieces[&parent(spot)] == 0);
        let is_apart = self.list_of.get(&spot.element.id()).is_some_and(|list| self.apart.contains(list));
        is_piece || is_apart || self.are_main && is_boxed(spot, self.links, self.besides)
    }
}

fn parent(spot: &Spot<'_>) -> Option<NodeId> {
    spot.element.parent().map(|parent| parent.id())
}

/// Whether `spot` stands in a box beside the news; an entry that is called like one is none.
fn is_boxed(spot: &Spot<'_>, links: &[PageLink<'_>], besides: &Besides) -> bool {
    let boxes = besides.get(&links[spot.best].element.id());
    boxes.is_some_and(|boxes| spot.element.ancestors().any(|above| boxes.contains(&above.id())))
}

/// Of lists the undated beside those that are dated throughout, as menus, and those below
/// a heading of old stories.
fn asides(lists: &[PageList<'_>]) -> Vec<usize> {
    if lists.len() < 2 {
        return Vec::new();
    }
    let is_whole =
        |list: &PageList<'_>| list.held.len() >= FEWEST && list.dated * 10 >= list.held.len() * 8 && !list.is_to_come();
    let some_whole = lists.iter().any(is_whole);
    let is_aside = |list: &PageList<'_>| heading_before(list.element).is_some_and(|heading| heads_aside(&heading));
    let asides: Vec<bool> = lists.iter().map(is_aside).collect();
    let all_aside = asides.iter().all(|aside| *aside);
    let is_apart = |at: &usize| some_whole && lists[*at].dated == 0 || asides[*at] && !all_aside;
    (0..lists.len()).filter(is_apart).collect()
}

/// The heading right before `list`.
fn heading_before(list: ElementRef<'_>) -> Option<String> {
    let before = list.prev_siblings().find_map(ElementRef::wrap);
    before.filter(|before| css::is_heading(*before)).map(css::shown)
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
fn lists<'a>(members: &[&Spot<'a>], links: &[PageLink<'_>]) -> Vec<PageList<'a>> {
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
    // One without a class is told by what it stands in.
    let named = |element: ElementRef<'_>| -> Vec<String> {
        let mut up = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).take(2);
        let named = up.find(|up| !css::is_bare(*up));
        named.map(|named| named.value().classes().map(str::to_owned).collect()).unwrap_or_default()
    };
    let shares = |one: ElementRef<'_>, other: ElementRef<'_>| {
        let (one, other) = (named(one), named(other));
        one.is_empty() || other.is_empty() || one.iter().any(|class| other.contains(class))
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
    heading_before(list).is_some_and(|text| {
        let mut words = text.split(|c: char| !c.is_alphabetic());
        !text.is_empty() && !text.chars().any(char::is_numeric) && !words.any(|word| known.names_month(word))
    })
}
