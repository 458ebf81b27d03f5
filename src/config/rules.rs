//! Compiles the filters, and reports where in the files they are wrong.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::filter::{self, ConfiguredNames, FeedRule, RuleError, Ruleset, SyntaxError, TermList, VainTerm};

use crate::places::Gazetteer;

use super::feeds::{FeedDraft, Written};
use super::lists::{ListDraft, WrittenTerm};
use super::reading::report::{Complaint, Report};

/// Compiles `rules`, which were made from `feeds` in the same order, with `lists`.
pub(super) fn compile(
    rules: &[FeedRule],
    feeds: &[FeedDraft],
    lists: &[ListDraft],
    places: &Arc<Gazetteer>,
    report: &mut Report,
) -> Option<(Ruleset, Vec<TermList>)> {
    let finished: Vec<TermList> = lists.iter().map(ListDraft::list).collect();
    match Ruleset::compile(rules, &finished, places) {
        Ok(ruleset) => Some((ruleset, finished)),
        Err(errors) => {
            for error in &errors {
                place(error, rules, feeds, lists, report);
            }
            if report.is_clean() {
                let main = report.files.first().cloned().unwrap_or_default();
                report.refuse_file(&main, Complaint::new("the filters do not compile"));
            }
            None
        }
    }
}

/// Warns about parts of filters that can never match.
pub(super) fn warn(
    feeds: &[FeedDraft],
    (drafts, lists): (&[ListDraft], &[TermList]),
    names: &ConfiguredNames<'_>,
    report: &mut Report,
) {
    for draft in drafts {
        for (text, at) in draft.terms.iter().chain(&draft.not_inside) {
            if let Some(habit) = filter::habit(text) {
                report.warn(&at.within(text, habit.offset), &draft.key, complaint(&habit));
            }
        }
    }
    for (draft, list) in drafts.iter().zip(lists) {
        for VainTerm { index, doubt } in filter::vain_terms(list) {
            let (_, at) = &draft.terms[index];
            report.warn(at, &draft.key, complaint(&doubt));
        }
    }
    for feed in feeds {
        let Some(written) = &feed.expression else { continue };
        let names = ConfiguredNames { languages: feed.languages.iter().map(String::as_str).collect(), ..names.clone() };
        for doubt in filter::doubts(&written.text, lists, &names) {
            report.warn(&written.at.within(&written.text, doubt.offset), &written.key, complaint(&doubt));
        }
    }
    warn_of_unused(feeds, drafts, report);
}

/// Warns about lists that no filter names.
fn warn_of_unused(feeds: &[FeedDraft], drafts: &[ListDraft], report: &mut Report) {
    let written = feeds.iter().filter_map(|feed| feed.expression.as_ref());
    let named: BTreeSet<String> = written.flat_map(|written| filter::lists_named(&written.text)).collect();
    for draft in drafts.iter().filter(|draft| !named.contains(&draft.name)) {
        let complaint = Complaint::new(format!("no feed uses the list `{}`", draft.name));
        report.warn(&draft.at, &draft.key, complaint.hint("only `wiredesk search` can use it"));
    }
}

/// Reports a filter's problem at its place in the file.
fn place(error: &RuleError, rules: &[FeedRule], feeds: &[FeedDraft], lists: &[ListDraft], report: &mut Report) {
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
            // The problem of a list that could not be read whole has been reported.
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

fn report_term((text, at): &WrittenTerm, key: &str, error: &SyntaxError, report: &mut Report) {
    report.refuse(&at.within(text, error.offset), key, complaint(error));
}

fn complaint(error: &SyntaxError) -> Complaint {
    let complaint = Complaint::new(error.message.clone());
    error.hint.iter().fold(complaint, |complaint, hint| complaint.hint(hint.clone()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::feeds::Feeds;
    use super::super::lists::ReadLists;
    use super::super::reading::reader::{ConfigTable, parse};
    use super::super::reading::spot::ConfigFile;
    use super::*;
    use crate::filter::Selector;
    use crate::model::FeedId;

    fn feed_id() -> FeedId {
        FeedId::new("f").unwrap()
    }

    /// Where a problem at byte `offset` of a filter or term in `text` is reported.
    fn check(text: &str, error: impl Fn(SyntaxError) -> RuleError, offset: usize, expected: &str) {
        let main = ConfigFile::new(Path::new("w.toml"), text.to_owned());
        let mut report = Report::on(&main.path);
        let root = parse(&main, &mut report);
        let mut table = ConfigTable::root(&main, &root);
        let (mut lists, mut feeds) = (ReadLists::default(), Feeds::default());
        lists.gather(table.table("lists", &mut report), &mut report);
        feeds.gather(table.value("feed"), &mut report);
        let rule =
            FeedRule { feed: feed_id(), sources: vec![Selector::All], languages: vec![], home: None, expression: None };
        let rules: Vec<FeedRule> = feeds.feeds.iter().map(|_| rule.clone()).collect();
        let slip = SyntaxError { offset, line: 1, column: 1, message: "unexpected ?".into(), hint: Some("h".into()) };
        place(&error(slip), &rules, &feeds.feeds, &lists.lists, &mut report);
        let problems = report.close().unwrap_err();
        assert_eq!(problems.to_string(), format!("w.toml:{expected}: unexpected ? (h)"), "{text}");
    }

    fn expression(error: SyntaxError) -> RuleError {
        RuleError::Expression { feed: feed_id(), error }
    }

    #[test]
    fn a_filters_problem_stands_where_its_text_does() {
        let within = |literal: &str, offset: usize, expected: &str| {
            check(&format!("[[feed]]\nid = \"f\"\nmatch = {literal}\n"), expression, offset, expected);
        };
        within("'''\nSCORE/6(\n  ?\n)'''", 11, "5:3: feed[f].match");
        within("'''\r\n友城 ?'''", 7, "4:4: feed[f].match");
        within("'''a ?'''", 2, "3:14: feed[f].match");
        within("'a ?'", 2, "3:12: feed[f].match");
        within("\"a ?\"", 2, "3:12: feed[f].match");
        within("\"\"\"\na\n?\"\"\"", 2, "5:1: feed[f].match");
        // Past its end.
        within("'a ('", 3, "3:13: feed[f].match");
        // Escapes hide the place: the string's beginning stands for it.
        within("\"\\\"a\\\" ?\"", 4, "3:10: feed[f].match");
    }

    #[test]
    fn a_terms_problem_stands_where_its_text_does() {
        let text = "[lists.x]\nterms = [\n  \"fine\",\n  \"友城 ?\",\n]\nnot_inside = ['a?']\n";
        let of = |index, exception| move |error| RuleError::Term { list: "x".into(), index, exception, error };
        check(text, of(1, false), 7, "4:7: lists.x");
        check(text, of(0, true), 1, "6:17: lists.x.not_inside");
    }

    #[test]
    fn a_term_in_a_file_is_placed_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x.txt"), "# cities\n  友城 ?\n").unwrap();
        let main = ConfigFile::new(&folder.path().join("w.toml"), "[lists]\nx = \"x.txt\"\n".to_owned());
        let mut report = Report::on(&main.path);
        let root = parse(&main, &mut report);
        let mut lists = ReadLists::default();
        lists.gather(ConfigTable::root(&main, &root).table("lists", &mut report), &mut report);
        let error = SyntaxError { offset: 7, line: 1, column: 4, message: "unexpected ?".into(), hint: None };
        let error = RuleError::Term { list: "x".into(), index: 0, exception: false, error };
        place(&error, &[], &[], &lists.lists, &mut report);
        let at = &report.close().unwrap_err().0[0].at;
        assert_eq!((at.file.ends_with("x.txt"), at.line, at.column), (true, 2, 6));
    }

    #[test]
    fn an_empty_list_is_named_where_it_stands() {
        let main = ConfigFile::new(Path::new("w.toml"), "[lists]\nx = []\n".to_owned());
        let mut report = Report::on(&main.path);
        let root = parse(&main, &mut report);
        let mut lists = ReadLists::default();
        lists.gather(ConfigTable::root(&main, &root).table("lists", &mut report), &mut report);
        place(&RuleError::EmptyList { list: "x".into() }, &[], &[], &lists.lists, &mut report);
        let expected = "w.toml:2:1: lists.x: the list `x` has no terms (write some, or leave the list out)";
        assert_eq!(report.close().unwrap_err().to_string(), expected);
    }
}
