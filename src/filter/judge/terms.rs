//! Which terms of a filter find anything, for its author.

use std::collections::BTreeSet;

use super::plan::{ExprNode, Op};
use super::ruleset::Ruleset;
use crate::filter::language::ast::FieldName;
use crate::filter::lookup::scan::Scan;
use crate::filter::lookup::slot::Needs;
use crate::model::{FeedId, Readable};

/// A term that a filter looks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sought {
    /// Its number, as [`Ruleset::met`] returns it.
    pub number: u32,
    /// Its list; `None` for a term in the expression itself.
    pub list: Option<String>,
    /// As written.
    pub term: String,
}

impl Ruleset {
    /// The terms that `feed` looks for, in the order of lists and terms; empty if there is
    /// no such feed.
    pub fn sought(&self, feed: &FeedId) -> Vec<Sought> {
        let groups: BTreeSet<u32> = self.scopes(feed).into_iter().map(|(group, _)| group).collect();
        let vocabulary = self.vocabulary();
        let all = (0_u32..).zip(&vocabulary.terms).filter(|(_, term)| groups.contains(&term.group));
        let mut sought: Vec<Sought> = all
            .map(|(number, term)| Sought {
                number,
                list: vocabulary.groups[term.group as usize].list.as_deref().map(str::to_owned),
                term: term.written.to_string(),
            })
            .collect();
        sought.sort_by(|a, b| (&a.list, a.number).cmp(&(&b.list, b.number)));
        sought
    }

    /// Which of these occur in `copy` where the filter looks for them, each once.
    pub fn met(&self, feed: &FeedId, copy: &Readable) -> BTreeSet<u32> {
        let mut scopes = self.scopes(feed);
        // Places are no terms.
        scopes.retain(|(group, _)| self.vocabulary().places_of(*group).is_none());
        let mut needs = Needs::default();
        scopes.iter().for_each(|(_, scope)| needs.add(*scope));
        let scan = Scan::new(self.vocabulary(), copy, needs);
        let found = |(group, scope): &(u32, FieldName)| {
            let scope = *scope;
            let places = &scan.found[scan.of(*group)];
            places.iter().filter(move |found| found.is_in(scope)).map(|found| found.term).collect::<Vec<_>>()
        };
        scopes.iter().flat_map(found).collect()
    }

    /// The groups that `feed` looks for, each with a field where it does.
    fn scopes(&self, feed: &FeedId) -> Vec<(u32, FieldName)> {
        let mut scopes = Vec::new();
        self.expression(feed).into_iter().for_each(|node| collect(node, &mut scopes));
        scopes
    }
}

fn collect(node: &ExprNode, out: &mut Vec<(u32, FieldName)>) {
    if let Op::Group { group, scope } = node.op
        && !out.contains(&(group, scope))
    {
        out.push((group, scope));
    }
    node.parts.iter().for_each(|part| collect(part, out));
}
