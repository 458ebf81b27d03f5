//! The text of elements as a reader sees it.

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};

use crate::text::html::{self, styles};

/// A headline of which fewer bytes are shown cannot be told from others by them.
const SHORTEST_CUT: usize = 8;

/// The text of an element on one line. Where it is cut short, its `title` stands for it, or a
/// part of it that is not shown and goes on from there.
pub fn shown(element: ElementRef<'_>) -> String {
    let (text, hidden) = match plain_text(element) {
        Some(text) => (html::plain_line(text), Vec::new()),
        None => parted(element),
    };
    let cut = text.trim_end_matches(['…', '.']).trim_end();
    let is_cut = cut.len() < text.len();
    let title = element.attr("title").map(str::trim).filter(|whole| whole.len() > cut.len());
    let goes_on =
        |whole: &&str| is_cut && cut.len() >= SHORTEST_CUT && whole.len() > cut.len() && whole.starts_with(cut);
    match title {
        Some(whole) if text.is_empty() || is_cut && whole.starts_with(cut) => whole.to_owned(),
        _ => hidden.iter().map(String::as_str).find(goes_on).map(str::to_owned).unwrap_or(text),
    }
}

/// The text of an element that holds nothing else, and nothing that is written otherwise
/// in HTML.
fn plain_text(element: ElementRef<'_>) -> Option<&str> {
    let mut children = element.children();
    let only = children.next().filter(|_| children.next().is_none())?;
    only.value().as_text().map(|text| &**text).filter(|text| !text.contains(['&', '<', '>']))
}

/// What an element shows, and each part of it that it does not. An element of which nothing is
/// shown waits for a script, and shows all.
fn parted(element: ElementRef<'_>) -> (String, Vec<String>) {
    let mut texts = TextsSeen::default();
    for edge in element.traverse() {
        let (node, end) = match edge {
            Edge::Open(node) => (node, ElementEnd::Opens),
            Edge::Close(node) => (node, ElementEnd::Closes),
        };
        if node.id() != element.id() {
            texts.take(node, end);
        }
    }
    let seen = html::plain_line(&texts.seen);
    let unseen: Vec<String> = texts.unseen.iter().map(|part| html::plain_line(part)).collect();
    if seen.is_empty() && !unseen.is_empty() {
        (unseen.join(" ").trim().to_owned(), Vec::new())
    } else {
        (seen, unseen)
    }
}

/// Which end of a node is met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ElementEnd {
    Opens,
    Closes,
}

/// The markup of an element's texts, in parts.
#[derive(Default)]
struct TextsSeen {
    seen: String,
    unseen: Vec<String>,
    /// The element without a text that is open, and the one that is not shown.
    silent: Option<NodeId>,
    hidden: Option<NodeId>,
}

impl TextsSeen {
    fn take(&mut self, node: NodeRef<'_, Node>, end: ElementEnd) {
        let element = ElementRef::wrap(node).filter(|_| end == ElementEnd::Opens && self.silent.is_none());
        if element.is_some_and(is_silent) {
            self.silent = Some(node.id());
        }
        if self.silent.is_some() {
            self.silent = self.silent.filter(|id| end == ElementEnd::Opens || *id != node.id());
            return;
        }
        if self.hidden.is_none() && element.is_some_and(is_hidden) {
            self.hidden = Some(node.id());
            self.unseen.push(String::new());
        }
        let out = if self.hidden.is_some() { self.unseen.last_mut() } else { Some(&mut self.seen) };
        if let Some(out) = out {
            write(node, end, out);
        }
        self.hidden = self.hidden.filter(|id| end == ElementEnd::Opens || *id != node.id());
    }
}

/// What holds no text: what stands there for browsers without scripts is one to others.
fn is_silent(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "noscript" | "script" | "style" | "template")
}

/// Whether an attribute keeps `element` from being shown.
fn is_hidden(element: ElementRef<'_>) -> bool {
    element.value().attrs().any(|(name, value)| match name {
        "hidden" => true,
        // On a box it is put against blanks between what it holds.
        "style" if styles::is_tiny(value) => !element.children().any(|child| child.value().is_element()),
        "style" => styles::hides(value),
        _ => false,
    })
}

/// Writes as much of a node as its text depends on.
fn write(node: NodeRef<'_, Node>, end: ElementEnd, out: &mut String) {
    match node.value() {
        Node::Text(text) if end == ElementEnd::Opens => {
            for part in text.split_inclusive(['&', '<']) {
                let (plain, sign) = match part.strip_suffix('&') {
                    Some(plain) => (plain, "&amp;"),
                    None => part.strip_suffix('<').map_or((part, ""), |plain| (plain, "&lt;")),
                };
                out.push_str(plain);
                out.push_str(sign);
            }
        }
        Node::Element(element) if end == ElementEnd::Opens || node.has_children() => {
            out.push_str(if end == ElementEnd::Opens { "<" } else { "</" });
            out.push_str(element.name());
            out.push('>');
        }
        _ => {}
    }
}
