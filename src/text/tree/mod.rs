//! Trees of pages, grown within bounds (checks B71, B106).
//!
//! The only way in which a page reaches an HTML parser; HTML to be sanitised goes through
//! [`nested`](super::nest::nested) instead. A parser's work grows with the square of the
//! depth, of the attributes of one tag, of formatting left open and, in some trees, of the
//! pieces of a text. So the page is fed piece by piece: surplus attributes are left out
//! before they are read (`feed`), text reaches the tree as one piece (`gate`), and requests
//! to the tree are counted (`counted`). A page over a bound is refused with the bound's
//! name, and so is one whose reading was given up.

mod bounds;
mod counted;
mod feed;
mod gate;
#[cfg(test)]
mod tests;

use dom_query::Document;
use ego_tree::iter::Edge;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::TreeSink;
use scraper::{Html, HtmlTreeSink};

use crate::model::Work;
use bounds::{DEEPEST, WIDEST};
use counted::CountedTree;
use gate::Gate;

pub use bounds::Overrun;

/// The tree of a page for selectors.
///
/// # Errors
/// When the page is over a bound.
pub fn for_selectors(html: &str, work: &Work) -> Result<Html, Overrun> {
    let page = grow(html, HtmlTreeSink::new(Html::new_document()), Scripts::Run, work)?;
    // How many child elements were seen so far in each open node.
    let mut met = vec![0_usize];
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                if let Some(beside) = met.last_mut().filter(|_| node.value().is_element()) {
                    *beside += 1;
                    if *beside > WIDEST {
                        return Err(Overrun::Width);
                    }
                }
                met.push(0);
            }
            Edge::Close(_) => drop(met.pop()),
        }
        if met.len() > DEEPEST + 3 {
            return Err(Overrun::Depth);
        }
    }
    Ok(page)
}

/// The tree of a page that an article is taken out of.
///
/// # Errors
/// When the page is over a bound.
pub fn for_article(html: &str, work: &Work) -> Result<Document, Overrun> {
    let page = grow(html, Document::default(), Scripts::Off, work)?;
    let (mut node, mut depth) = (page.root(), 0_usize);
    loop {
        if let Some(child) = node.first_child() {
            (node, depth) = (child, depth + 1);
            if depth > DEEPEST + 2 {
                return Err(Overrun::Depth);
            }
            continue;
        }
        while node.next_sibling().is_none() {
            let Some(parent) = node.parent().filter(|_| depth > 0) else { return Ok(page) };
            (node, depth) = (parent, depth - 1);
        }
        if depth == 0 {
            return Ok(page);
        }
        node = node.next_sibling().unwrap_or(node);
    }
}

/// What `noscript` holds: text where scripts run, elements where not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scripts {
    Run,
    Off,
}

/// What `sink` makes of a page.
fn grow<S: TreeSink>(html: &str, sink: S, scripts: Scripts, work: &Work) -> Result<S::Output, Overrun> {
    let gate = Gate::new(CountedTree::new(sink), scripts == Scripts::Run);
    let tokenizer = Tokenizer::new(gate, TokenizerOpts::default());
    feed::feed(html, &tokenizer, work)?;
    tokenizer.end();
    let gate = tokenizer.sink;
    match gate.overrun() {
        Some(overrun) => Err(overrun),
        None => Ok(gate.finish()),
    }
}
