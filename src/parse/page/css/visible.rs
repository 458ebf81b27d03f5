//! The text of elements as a reader sees it.

use ego_tree::iter::Edge;
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
    let (mut seen, mut unseen): (String, Vec<String>) = (String::new(), Vec::new());
    let (mut skipped, mut hidden) = (None, None);
    for edge in element.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        if node.id() == element.id() {
            continue;
        }
        if !opens && skipped == Some(node.id()) {
            skipped = None;
            continue;
        }
        if skipped.is_some() {
            continue;
        }
        if opens && ElementRef::wrap(node).is_some_and(is_silent) {
            skipped = Some(node.id());
            continue;
        }
        if opens && hidden.is_none() && ElementRef::wrap(node).is_some_and(is_hidden) {
            hidden = Some(node.id());
            unseen.push(String::new());
        }
        let out = if hidden.is_some() { unseen.last_mut() } else { Some(&mut seen) };
        if let Some(out) = out {
            write(node.value(), opens, node.has_children(), out);
        }
        if !opens && hidden == Some(node.id()) {
            hidden = None;
        }
    }
    let (seen, unseen) = (html::plain_line(&seen), unseen);
    let unseen: Vec<String> = unseen.iter().map(|part| html::plain_line(part)).collect();
    if seen.is_empty() && !unseen.is_empty() {
        (unseen.join(" ").trim().to_owned(), Vec::new())
    } else {
        (seen, unseen)
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
fn write(node: &Node, opens: bool, has_children: bool, out: &mut String) {
    match node {
        Node::Text(text) if opens => {
            for part in text.split_inclusive(['&', '<']) {
                let (plain, sign) = match part.strip_suffix('&') {
                    Some(plain) => (plain, "&amp;"),
                    None => part.strip_suffix('<').map_or((part, ""), |plain| (plain, "&lt;")),
                };
                out.push_str(plain);
                out.push_str(sign);
            }
        }
        Node::Element(element) if opens || has_children => {
            out.push_str(if opens { "<" } else { "</" });
            out.push_str(element.name());
            out.push('>');
        }
        _ => {}
    }
}
