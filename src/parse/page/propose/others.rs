//! Lists of a page beside the chosen one, which are told.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::Html;

use crate::model::Work;
use crate::parse::notes::excerpt;
use crate::text::quote::in_quotes;

use super::super::css;
use super::chosen::chosen;
use super::group::Group;
use super::headlines::LinksLookedAt;
use super::judged::MOST_LISTS;

/// Lists beside the chosen one for which a selector is sought.
const MOST_TRIED: usize = 3 * MOST_LISTS;

/// What is to be told of other lists than that of `taken`: those that stand beside it or
/// are dated, and further dated entries that a wider selector would read.
pub fn told(page: &Html, taken: &Group<'_>, groups: &[Group<'_>], work: &Work) -> Vec<String> {
    let mut led: HashSet<&str> = taken.entries.iter().filter_map(|(_, link)| link.attr("href")).collect();
    let own: HashSet<NodeId> = taken.entries.iter().map(|(entry, _)| entry.id()).collect();
    let place = place(taken);
    let (mut told, mut tried) = (Vec::new(), 0);
    for group in groups {
        let is_fresh = |at: &usize| group.entries[*at].1.attr("href").is_some_and(|href| !led.contains(href));
        let fresh: Vec<usize> = (0..group.entries.len()).filter(is_fresh).collect();
        let is_whole = fresh.len() == group.entries.len();
        let is_listed = match is_whole {
            true => group.dated * 2 >= group.entries.len() || is_beside(group, place),
            false => {
                let held = group.entries.iter().filter(|(entry, _)| own.contains(&entry.id())).count();
                held == own.len() && fresh.iter().all(|at| group.are_dated[*at])
            }
        };
        if fresh.is_empty() || !is_listed {
            continue;
        }
        // Each looks through the whole page.
        tried += 1;
        if tried > MOST_TRIED || work.is_given_up() {
            break;
        }
        let Some(chosen) = chosen(page, group, LinksLookedAt::All) else { continue };
        told.push(described(group, &fresh, &chosen.text));
        led.extend(group.entries.iter().filter_map(|(_, link)| link.attr("href")));
        if told.len() >= MOST_LISTS {
            break;
        }
    }
    told
}

/// What is told of the entries `fresh` of `group`, which `selector` reads.
fn described(group: &Group<'_>, fresh: &[usize], selector: &str) -> String {
    let shown = fresh.first().map(|at| css::shown(group.entries[*at].1)).unwrap_or_default();
    let (selector, shown, count) = (in_quotes(selector), in_quotes(excerpt(&shown)), fresh.len());
    if count < group.entries.len() {
        return format!("beside it stand {count} more with dates, which {selector} would read as well: {shown}");
    }
    let ahead = if group.to_come { ", whose dates all lie ahead" } else { "" };
    format!("beside it stands another list of {count} entries{ahead}, which {selector} would read: {shown}")
}

/// What holds a list, and what holds that.
fn place(group: &Group<'_>) -> Option<(NodeId, NodeId)> {
    let list = group.entries.first()?.0.parent()?;
    Some((list.id(), list.parent()?.id()))
}

/// Whether `group` is a list right beside that of `place`.
fn is_beside(group: &Group<'_>, own: Option<(NodeId, NodeId)>) -> bool {
    let lists: HashSet<_> = group.entries.iter().map(|(entry, _)| entry.parent().map(|list| list.id())).collect();
    let beside = place(group).zip(own).is_some_and(|((list, above), own)| above == own.1 && list != own.0);
    beside && lists.len() == 1
}
