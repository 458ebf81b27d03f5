//! All feeds' rules as one.

use std::sync::Arc;

use super::eval::{Judge, speaks};
use super::explain::Explainer;
use super::note::PartNotes;
use super::plan::{self, ExprNode, Op, Planner};
use crate::filter::language::error::RuleError;
use crate::filter::language::parser;
use crate::filter::lookup::scan::Scan;
use crate::filter::lookup::slot::Needs;
use crate::filter::lookup::vocabulary::Vocabulary;
use crate::filter::{FeedRule, Selector, TermList};
use crate::model::{FeedId, NOTHING_FOUND, Readable, Route};
use crate::places::Gazetteer;

/// All feeds' rules, ready to run.
pub struct Ruleset {
    rules: Vec<Ready>,
    vocabulary: Vocabulary,
    /// For each group, the rules that look for it.
    askers: Vec<Vec<u32>>,
}

/// A rule, ready to run.
struct Ready {
    feed: FeedId,
    sources: Vec<Selector>,
    languages: Vec<String>,
    node: Option<ExprNode>,
    needs: Needs,
    /// Whether an entry without any of its terms is certainly not admitted, so that there
    /// is nothing to report.
    needs_hits: bool,
}

impl Ruleset {
    /// Compiles rules and lists; `places` are those that filters can ask for.
    ///
    /// # Errors
    /// Every problem of every rule and list, not only the first.
    pub fn compile(rules: &[FeedRule], lists: &[TermList], places: &Arc<Gazetteer>) -> Result<Ruleset, Vec<RuleError>> {
        let (lists, mut errors) = plan::lists(lists);
        let mut planner = Planner::new(&lists, places);
        let mut ready = Vec::with_capacity(rules.len());
        let mut asked: Vec<(u32, u32)> = Vec::new();
        for (number, rule) in (0_u32..).zip(rules) {
            let node = rule.expression.as_deref().and_then(|text| node(&mut planner, rule, text, &mut errors));
            let (groups, needs) = node.as_ref().map(|node| planner.wants(node)).unwrap_or_default();
            asked.extend(groups.into_iter().map(|group| (group, number)));
            ready.push(Ready::new(rule, node, needs));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let vocabulary = planner.finish();
        let mut askers = vec![Vec::new(); vocabulary.groups.len()];
        asked.into_iter().for_each(|(group, rule)| askers[group as usize].push(rule));
        Ok(Ruleset { rules: ready, vocabulary, askers })
    }

    /// Decides about one entry: returns a route for each feed that has something to say
    /// about it, admitted or not. Most feeds have nothing to say: these cost nothing and
    /// get no route; [`Ruleset::decide`] says why.
    pub fn route(&self, copy: &Readable) -> Vec<Route> {
        let mut needs = Needs::default();
        let mut carriers = Vec::with_capacity(self.rules.len());
        for rule in &self.rules {
            let carries = rule.carries(copy) && rule.refusal(copy).is_none();
            carriers.push(carries);
            if carries {
                needs.join(rule.needs);
            }
        }
        // Without needs, nothing is read at all.
        let scan = Scan::new(&self.vocabulary, copy, needs);
        let touched = self.touched(&scan);
        let told = |n: &usize| carriers[*n] && (touched[*n] || !self.rules[*n].needs_hits);
        let mut judge = Judge::new(&self.vocabulary, &scan, copy);
        let mut notes = PartNotes::default();
        let judged = |n| self.judged(&self.rules[n], &scan, &mut judge, &mut notes);
        let mut routes: Vec<Route> = (0..self.rules.len()).filter(told).map(judged).collect();
        // A vector starts with room for four, and a document may have 100,000 entries.
        routes.shrink_to_fit();
        routes
    }

    /// What one feed decides, in any case; `None` if its sources do not carry the entry.
    pub fn decide(&self, feed: &FeedId, copy: &Readable) -> Option<Route> {
        let (n, rule) = self.rules.iter().enumerate().find(|(_, rule)| rule.feed == *feed)?;
        if !rule.carries(copy) {
            return None;
        }
        if let Some(reason) = rule.refusal(copy) {
            return Some(rule.plain(false, reason));
        }
        let scan = Scan::new(&self.vocabulary, copy, rule.needs);
        if rule.needs_hits && !self.touched(&scan)[n] {
            return Some(rule.plain(false, NOTHING_FOUND.to_owned()));
        }
        let mut judge = Judge::new(&self.vocabulary, &scan, copy);
        Some(self.judged(rule, &scan, &mut judge, &mut PartNotes::default()))
    }

    /// A feed's expression; `None` when it has none.
    pub(super) fn expression(&self, feed: &FeedId) -> Option<&ExprNode> {
        self.rules.iter().find(|rule| rule.feed == *feed)?.node.as_ref()
    }

    /// The terms of all feeds.
    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Which rules have a term among the hits, swallowed ones included.
    fn touched(&self, scan: &Scan<'_>) -> Vec<bool> {
        let mut touched = vec![false; self.rules.len()];
        let mut last = None;
        let groups = scan.found.iter().map(|f| f.group).chain(scan.swallowed.iter().map(|s| s.group));
        for group in groups {
            if last.replace(group) != Some(group) {
                self.askers[group as usize].iter().for_each(|rule| touched[*rule as usize] = true);
            }
        }
        touched
    }

    fn judged<'s>(
        &'s self,
        rule: &Ready,
        scan: &'s Scan<'s>,
        judge: &mut Judge<'s>,
        notes: &mut PartNotes<'s>,
    ) -> Route {
        let Some(node) = &rule.node else {
            return rule.plain(true, "every entry of its sources".to_owned());
        };
        let verdicts = judge.decide(node);
        let mut explainer = Explainer::new(&self.vocabulary, scan, verdicts, notes);
        explainer.tree(node);
        Route {
            feed: rule.feed.clone(),
            admitted: verdicts.at(0).held,
            score: verdicts.score(),
            because: explainer.because(node),
            parts: explainer.parts,
            hits: explainer.hits,
        }
    }
}

impl Ready {
    fn new(rule: &FeedRule, node: Option<ExprNode>, needs: Needs) -> Self {
        let needs_hits = node.as_ref().is_some_and(|node| node.without_hits() == Some(false) && !may_score(node));
        Ready {
            feed: rule.feed.clone(),
            sources: rule.sources.clone(),
            languages: rule.languages.iter().map(|l| l.to_ascii_lowercase()).collect(),
            node,
            needs,
            needs_hits,
        }
    }

    fn carries(&self, copy: &Readable) -> bool {
        self.sources.iter().any(|selector| selector.takes(&copy.source, &copy.tags))
    }

    /// Why the entry is refused for its language.
    fn refusal(&self, copy: &Readable) -> Option<String> {
        let language = copy.language.as_deref()?;
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_owned();
        if self.languages.is_empty() || self.languages.iter().any(|l| speaks(language, &primary(l))) {
            return None;
        }
        Some(format!("language {language} is not among {}", self.languages.join(", ")))
    }

    fn plain(&self, admitted: bool, reason: String) -> Route {
        let (parts, hits) = (Vec::new(), Vec::new());
        Route { feed: self.feed.clone(), admitted, score: None, because: vec![reason], parts, hits }
    }
}

/// Whether a part of a score may hold where no term is found.
fn may_score(node: &ExprNode) -> bool {
    let scores = match &node.op {
        Op::Score { .. } => node.parts.iter().any(|part| part.without_hits() != Some(false)),
        _ => false,
    };
    scores || node.parts.iter().any(may_score)
}

fn node(planner: &mut Planner<'_>, rule: &FeedRule, text: &str, errors: &mut Vec<RuleError>) -> Option<ExprNode> {
    let (expr, mut flaws) = parser::read(text);
    let node = planner.plan((text, &expr), rule.home, &mut flaws).filter(|_| flaws.is_empty());
    flaws.sort_by_key(|flaw| flaw.offset);
    errors.extend(flaws.into_iter().map(|error| RuleError::Expression { feed: rule.feed.clone(), error }));
    node
}
