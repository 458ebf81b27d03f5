//! The selector of a group's entries.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use super::super::css::{self, Css};
use super::group::Group;
use super::headlines::LinksLookedAt;

/// Selectors that are tried for one group.
const MOST_TEXTS: usize = 12;

/// A selector, and what it finds besides the group's entries.
pub struct ListSelector<'a> {
    pub text: String,
    /// The links of elements that are none of them.
    pub also: Vec<ElementRef<'a>>,
}

/// The CSS that finds the group's entries and hardly anything else. Where not all links
/// of the page were `looked_at`, what it finds behind the group says nothing against it.
pub fn chosen<'a>(page: &'a Html, group: &Group<'_>, looked_at: LinksLookedAt) -> Option<ListSelector<'a>> {
    let wanted: HashSet<NodeId> = group.entries.iter().map(|(entry, _)| entry.id()).collect();
    let few = wanted.len() / 5 + 1;
    let mut best: Option<(&String, Strangers<'a>)> = None;
    for text in group.texts.iter().take(MOST_TEXTS) {
        let Ok(css) = Css::parse(text) else { continue };
        let strangers = Strangers::of(&css, page, &wanted, looked_at);
        if strangers.bare + strangers.linked.len() == 0 {
            return Some(ListSelector { text: text.clone(), also: Vec::new() });
        }
        if best.is_none() && strangers.linked.len() <= few {
            best = Some((text, strangers));
        }
    }
    // Heads of tables, spacers and rules have no link.
    let (text, Strangers { bare, linked }) = best?;
    let text = if bare > 0 { format!("{text}:has(a[href])") } else { text.clone() };
    Some(ListSelector { text, also: linked })
}

/// What a selector finds that is not wanted.
struct Strangers<'a> {
    bare: usize,
    linked: Vec<ElementRef<'a>>,
}

impl<'a> Strangers<'a> {
    fn of(css: &Css, page: &'a Html, wanted: &HashSet<NodeId>, looked_at: LinksLookedAt) -> Strangers<'a> {
        let (mut strangers, mut left) = (Strangers { bare: 0, linked: Vec::new() }, wanted.len());
        for found in page.select(css.selector()) {
            if wanted.contains(&found.id()) {
                left -= 1;
            } else if looked_at == LinksLookedAt::First && left == 0 {
                break;
            } else {
                match css::first_link(found) {
                    Some(link) => strangers.linked.push(link),
                    None => strangers.bare += 1,
                }
            }
        }
        strangers
    }
}
