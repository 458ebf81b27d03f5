//! What a page shows its readers, against which a text is held that it states for machines
//! alone (B234).

use std::collections::HashSet;

use dom_query::{NodeData, NodeId, NodeRef};

use super::endings::goes_on;
use super::letters::grams;
use super::stated::Stated;
use super::survey::Survey;

/// Words that are compared together.
const TOGETHER: usize = 3;
/// Of a text that is on the page, so many words running may be others: a credit, a spelling.
const OTHERS: usize = 8;
/// A beginning of fewer words tells nothing of what follows.
const BEGINNING: usize = 20;

/// The words that a page shows.
pub struct Shown {
    words: Vec<u64>,
    /// Whether a button says that its text goes on.
    goes_on: bool,
}

impl Shown {
    /// The words of what is surveyed, but for what is not shown. Linear.
    pub fn new(survey: &Survey<'_>, stated: &Stated) -> Self {
        let hidden: HashSet<NodeId> =
            survey.spots.iter().filter(|spot| spot.is_hidden()).map(|spot| spot.node.id).collect();
        let text = survey.spots.first().map(|root| text_of(root.node, &hidden)).unwrap_or_default();
        Shown { words: grams(&text), goes_on: stated.goes_on }
    }

    /// Whether a text that the page states is on it, or goes on where `found`, what was found
    /// on it, breaks off. A text that leaves out some of that, or tells other things beside
    /// it, is none of the page's.
    pub fn bears_out(&self, stated: &str, found: &str) -> bool {
        let all = grams(stated);
        let all: Vec<u64> = together(&all).collect();
        let wanted: HashSet<u64> = all.iter().copied().collect();
        let shown: HashSet<u64> = together(&self.words).filter(|words| wanted.contains(words)).collect();
        let met = all.iter().filter(|words| shown.contains(words)).count();
        let others = all.split(|words| shown.contains(words)).map(<[u64]>::len).max().unwrap_or_default();
        if is_most(met, all.len()) && others <= OTHERS {
            return true;
        }
        let begun = grams(found);
        let begun: Vec<u64> = together(&begun).collect();
        if begun.len() < BEGINNING || begun.len() > all.len() || !(self.goes_on || goes_on(found)) {
            return false;
        }
        let there: HashSet<u64> = begun.iter().copied().collect();
        let first = all[..begun.len()].iter().filter(|words| there.contains(words)).count();
        let kept = begun.iter().filter(|words| wanted.contains(words)).count();
        is_most(first, begun.len()) && is_most(kept, begun.len())
    }
}

fn is_most(some: usize, all: usize) -> bool {
    all > 0 && some * 10 >= all * 9
}

/// Neighbouring words as one each.
fn together(words: &[u64]) -> impl Iterator<Item = u64> {
    words.windows(TOGETHER).map(|words| words.iter().fold(0, |all: u64, word| all.rotate_left(21) ^ word))
}

/// The text below an element without that of some elements.
fn text_of(root: NodeRef<'_>, hidden: &HashSet<NodeId>) -> String {
    let mut text = String::new();
    let mut node = root;
    loop {
        node.query(|inner| {
            if let NodeData::Text { contents } = &inner.data {
                text.push_str(contents);
                text.push(' ');
            }
        });
        let child = node.first_child().filter(|_| !hidden.contains(&node.id));
        if let Some(child) = child {
            node = child;
            continue;
        }
        loop {
            if node.id == root.id {
                return text;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return text };
            node = parent;
        }
    }
}
