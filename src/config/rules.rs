//! Compiles the filters, and says where in the files they cannot stand.

use crate::filter::{List, Rule, RuleError, Ruleset, SyntaxError};

use super::feeds::{FeedDraft, Written};
use super::lists::{ListDraft, Term};
use super::report::{Complaint, Report};

/// Compiles `rules`, made of `feeds` in the same order, with `lists`.
pub(super) fn compile(
    rules: &[Rule],
    feeds: &[FeedDraft],
    lists: &[ListDraft],
    report: &mut Report,
) -> Option<(Ruleset, Vec<List>)> {
    let finished: Vec<List> = lists.iter().map(ListDraft::list).collect();
    match Ruleset::compile(rules, &finished) {
        Ok(ruleset) => Some((ruleset, finished)),
        Err(errors) => {
            for error in &errors {
                place(error, rules, feeds, lists, report);
            }
            if report.is_clean() {
                let main = report.files.first().cloned().unwrap_or_default();
                report.refuse_file(&main, Complaint::new(format!("the filters do not compile: {errors:?}")));
            }
            None
        }
    }
}

/// Puts a filter's problem where its text stands.
fn place(error: &RuleError, rules: &[Rule], feeds: &[FeedDraft], lists: &[ListDraft], report: &mut Report) {
    let list_named = |name: &str| lists.iter().find(|list| list.name == name);
    match error {
        RuleError::Expression { feed, error } => {
            let at = rules.iter().position(|rule| rule.feed == *feed);
            if let Some(written) = at.and_then(|i| feeds[i].expression.as_ref()) {
                report_expression(written, error, report);
            }
        }
        RuleError::Term { list, index, exception, error } => {
            let Some(list) = list_named(list) else { return };
            let (terms, key) = match exception {
                true => (&list.not_inside, format!("{}.not_inside", list.key)),
                false => (&list.terms, list.key.clone()),
            };
            if let Some(term) = terms.get(*index) {
                report_term(term, &key, error, report);
            }
        }
        RuleError::EmptyList { list } => {
            // A list that could not be read whole has had its problem named.
            if let Some(list) = list_named(list).filter(|list| list.whole) {
                let complaint = Complaint::new(format!("the list `{}` has no terms", list.name));
                report.refuse_missing(&list.at, &list.key, complaint.hint("write some, or leave the list out"));
            }
        }
    }
}

fn report_expression(written: &Written, error: &SyntaxError, report: &mut Report) {
    report.refuse(&written.at.within(&written.text, error.offset), &written.key, complaint(error));
}

fn report_term((text, at): &Term, key: &str, error: &SyntaxError, report: &mut Report) {
    report.refuse(&at.within(text, error.offset), key, complaint(error));
}

fn complaint(error: &SyntaxError) -> Complaint {
    let complaint = Complaint::new(error.message.clone());
    error.hint.iter().fold(complaint, |complaint, hint| complaint.hint(hint.clone()))
}
