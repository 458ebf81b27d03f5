//! What stands above the entries of a page and heads them, and how far it does.
//!
//! A heading heads what follows it in the element that holds it, down to the next
//! heading of its rank or of a higher one. What stands inside an entry heads nothing
//! but that entry.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html};

use crate::limits::{YEAR_HEADINGS, YEAR_LOOK};

/// Headings of one page that are kept.
const MOST_HEADINGS: usize = YEAR_HEADINGS.count();
/// Headings before an entry that are looked at.
const MOST_LOOKED_AT: usize = YEAR_LOOK.count();
/// How far above an entry what holds its heading may be.
pub const HIGHEST: usize = 7;
/// Elements that say the same as the heading within them.
const MOST_AROUND: usize = 3;

/// The rank of an element that is no heading by its name.
pub const LOWEST: u8 = 8;

/// A heading, what holds it and what it heads, and what it says.
pub struct Heading<T> {
    element: NodeId,
    container: NodeId,
    /// 1 is the highest.
    pub rank: u8,
    /// What it says.
    pub says: T,
}

impl<T> Heading<T> {
    /// That which `element` is, by its `text`; `None` for what heads nothing.
    pub fn of(element: ElementRef<'_>, rank: u8, text: &str, says: T) -> Option<Heading<T>> {
        let container = container(element, text)?;
        Some(Heading { element: element.id(), container: container.id(), rank, says })
    }
}

/// The headings above entries.
pub struct Headed<T> {
    headings: Vec<Heading<T>>,
    below: HashMap<NodeId, Vec<usize>>,
    /// Whether there was one heading more than are kept: what follows it has none.
    is_full: bool,
}

impl<T> Headed<T> {
    /// What stands above each of `entries`, of all that `heading` makes headings of.
    pub fn on<'a>(
        page: &'a Html,
        entries: &[ElementRef<'a>],
        mut heading: impl FnMut(ElementRef<'a>) -> Option<Heading<T>>,
    ) -> Headed<T> {
        let wanted: HashSet<NodeId> = entries.iter().map(|entry| entry.id()).collect();
        let mut found = Headed { headings: Vec::new(), below: HashMap::new(), is_full: false };
        let mut inside = 0_usize;
        for edge in page.root_element().traverse() {
            let (node, opens) = match edge {
                Edge::Open(node) => (node, true),
                Edge::Close(node) => (node, false),
            };
            let Some(element) = ElementRef::wrap(node) else { continue };
            match (wanted.contains(&element.id()), opens) {
                (true, true) => {
                    found.enter(element);
                    inside += 1;
                }
                (true, false) => inside -= 1,
                (false, true) if inside == 0 && !found.is_full => found.keep(heading(element)),
                _ => {}
            }
        }
        found
    }

    fn keep(&mut self, heading: Option<Heading<T>>) {
        self.is_full = heading.is_some() && self.headings.len() >= MOST_HEADINGS;
        if !self.is_full {
            self.headings.extend(heading);
        }
    }

    fn enter(&mut self, entry: ElementRef<'_>) {
        if self.headings.is_empty() || self.is_full {
            return;
        }
        let above: Vec<NodeId> = entry.ancestors().take(HIGHEST).map(|node| node.id()).collect();
        // What holds the entry stands around it, not above it.
        let is_over = |at: &usize| {
            let Heading { element, container, .. } = &self.headings[*at];
            above.contains(container) && !above.contains(element)
        };
        let near = (0..self.headings.len()).rev().take(MOST_LOOKED_AT);
        self.below.insert(entry.id(), near.filter(is_over).take(HIGHEST).collect());
    }

    /// The headings above `entry`, the nearest first.
    pub fn over(&self, entry: NodeId) -> impl Iterator<Item = &Heading<T>> {
        self.below.get(&entry).into_iter().flatten().map(|at| &self.headings[*at])
    }
}

/// How high a heading stands; `None` for what is none.
pub fn rank(element: ElementRef<'_>) -> Option<u8> {
    let value = element.value();
    match value.name() {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        "summary" | "caption" | "legend" | "button" | "dt" => Some(7),
        _ => None,
    }
}

/// All that a heading of at most `longest` bytes says.
pub fn short_text(element: ElementRef<'_>, longest: usize) -> Option<String> {
    let mut text = String::new();
    for part in element.text().take(16) {
        text.push_str(part);
        if text.trim().len() > longest {
            return None;
        }
    }
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What holds a heading and more.
pub fn container<'a>(heading: ElementRef<'a>, text: &str) -> Option<ElementRef<'a>> {
    let mut at = heading;
    for _ in 0..MOST_AROUND {
        let parent = at.parent().and_then(ElementRef::wrap)?;
        if text.is_empty() || short_text(parent, text.len() + 4).as_deref() != Some(text) {
            return Some(parent);
        }
        at = parent;
    }
    at.parent().and_then(ElementRef::wrap)
}
