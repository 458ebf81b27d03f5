//! An explanation for people: at most a screen, or all of it.

use crate::cli::output::{Output, counted};
use crate::model::newswire::Newswire;
use crate::model::{Hit, Route};
use crate::past::explain::Explanation;

/// Characters of a part that are printed.
const LONGEST_PART: usize = 96;

/// How much is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What decided, within the 24 lines of a terminal.
    Screen,
    /// The whole filter too.
    All,
}

/// Lines of each kind on one screen.
const REASONS: usize = 5;
const NEARLY: usize = 3;
const WORDS: usize = 5;
const WIRE: usize = 3;

/// What a filter says of an entry, with the words around each of its hits.
pub struct ToldDecision<'a> {
    /// Its decision.
    pub route: &'a Route,
    /// The words around each hit.
    pub contexts: &'a [Option<String>],
}

/// Prints all that is known of a stored entry.
pub fn stored(out: &Output, found: &Explanation, remarks: &[String], extent: Extent) {
    let published = &found.record.published;
    out.line(&format!("{} (entry {}, from {})", published.entry.title, published.place.entry, published.source));
    let told = ToldDecision { route: &found.route, contexts: &found.contexts };
    let mut left_out = decision(out, &told, found.place(), extent);
    let seen = out.when(published.first_seen_at);
    out.line(&format!(
        "first seen {seen}, {}, id {}",
        counted(u64::from(published.revisions), "revision", "revisions"),
        published.published_id
    ));
    out.line(&found.date);
    left_out |= wire(out, &found.newswire, extent);
    story(out, found);
    if let Some(said) = &found.record.article {
        out.line(&format!("full text: {}", out.moments().sentence(said)));
    }
    let (shown, rest) = remarks.split_at(if extent == Extent::All { remarks.len() } else { remarks.len().min(1) });
    for remark in shown {
        out.line(&format!("its source {} is {}", published.source, out.moments().sentence(remark)));
    }
    ending(out, left_out || !rest.is_empty());
}

/// Prints what a filter says of an entry that is not stored.
pub fn tried(out: &Output, title: &str, told: &ToldDecision<'_>, newswire: &Newswire, extent: Extent) {
    out.line(title);
    let left_out = decision(out, told, None, extent) | wire(out, newswire, extent);
    ending(out, left_out);
}

fn ending(out: &Output, left_out: bool) {
    if left_out {
        out.line("--all shows the whole filter, part by part");
    }
}

/// Prints a decision; returns whether there is more to say.
fn decision(out: &Output, told: &ToldDecision<'_>, place: Option<&str>, extent: Extent) -> bool {
    let route = told.route;
    let verdict = if route.admitted { "is in" } else { "is not in" };
    let score = route.score.map(|score| format!(", score {score}")).unwrap_or_default();
    out.line(&format!("{verdict} {}{score}", route.feed));
    let most = |most: usize| if extent == Extent::All { usize::MAX } else { most };
    let reasons = route.because.iter().map(|because| format!("because {}", shortened(because)));
    let mut left_out = some(out, reasons, most(REASONS));
    if let Some(place) = place {
        out.line(&format!("  {place}"));
    }
    if !route.admitted {
        let nearly = route.nearly();
        left_out |= some(out, nearly.iter().map(|part| format!("nearly {}", shortened(part))), most(NEARLY));
    }
    match extent {
        Extent::All => tree(out, told),
        Extent::Screen => {
            let hits = route.hits.iter().enumerate();
            left_out |= some(out, hits.map(|(at, hit)| format!("found {}", word(told, at, hit))), WORDS);
            left_out |= !route.parts.is_empty();
        }
    }
    left_out
}

/// Prints where an entry was placed among stories.
fn story(out: &Output, found: &Explanation) {
    let Some(placed) = &found.placed else { return };
    let like = placed.like.map(|like| format!(", {} of entry {like}", placed.relation)).unwrap_or_default();
    let because = placed.because.first().map(|because| format!(": {because}")).unwrap_or_default();
    out.line(&format!("story {}{like}{because}", placed.story));
}

/// Prints what was read of wire copy; returns whether there is more.
fn wire(out: &Output, newswire: &Newswire, extent: Extent) -> bool {
    let said = newswire.told();
    let most = if extent == Extent::All { said.len() } else { WIRE };
    said.iter().take(most).for_each(|(name, said)| out.line(&format!("{name}: {said}")));
    said.len() > most
}

/// Prints the first of some lines; returns whether there are more.
fn some(out: &Output, lines: impl Iterator<Item = String>, most: usize) -> bool {
    let mut lines = lines.peekable();
    lines.by_ref().take(most).for_each(|line| out.line(&format!("  {line}")));
    lines.peek().is_some()
}

/// A word that was found, with what stands around it.
fn word(told: &ToldDecision<'_>, at: usize, hit: &Hit) -> String {
    let list = hit.list.as_ref().map(|list| format!(" of @{list}")).unwrap_or_default();
    let words = told.contexts.get(at).and_then(Option::as_deref).unwrap_or(&hit.text);
    format!("{words}  ({} at {}: {}{list})", hit.field.as_str(), hit.start, hit.term)
}

/// A long part repeats what its own parts show, so its two ends are enough.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= LONGEST_PART {
        return text.to_owned();
    }
    let (head, tail) = (LONGEST_PART * 2 / 3, LONGEST_PART / 3);
    let begin: String = chars[..head].iter().collect();
    let end: String = chars[chars.len() - tail..].iter().collect();
    format!("{} … {}", begin.trim_end(), end.trim_start())
}

/// The expression, one part on each line, with the words found for it: each word once.
fn tree(out: &Output, told: &ToldDecision<'_>) {
    let route = told.route;
    if !route.parts.is_empty() {
        out.line("");
    }
    let mut is_told = vec![false; route.hits.len()];
    for p in &route.parts {
        let mark = if p.held { "yes" } else { "no " };
        let indent = "  ".repeat(usize::from(p.depth));
        let note = p.note.as_ref().map(|note| format!("  [{note}]")).unwrap_or_default();
        out.line(&format!("  {mark} {indent}{}{note}", shortened(&p.text)));
        for at in p.hits.iter().map(|at| usize::from(*at)) {
            let Some(hit) = route.hits.get(at) else { continue };
            if !std::mem::replace(&mut is_told[at], true) {
                out.line(&format!("      {indent}{}", word(told, at, hit)));
            }
        }
    }
}
