//! What the terms of a filter find in what is stored, and which words are
//! typical of its entries though no list has them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::filter::{Ruleset, Sought};
use crate::model::{FeedId, Readable, SourceId};
use crate::plan::Plan;
use crate::plan::stored::PastSources;
use crate::store::{Kept, Result, Store};
use crate::text::stop_words::is_stop_word;
use crate::text::{fold, script};

use super::walk::{Batch, Stretch, Walk};

/// A word is typical of no feed that has it in fewer entries.
const FEWEST: u32 = 3;

/// Of labels there are few: a word of so many that were missed may tell them from others.
const FEWEST_MISSED: u32 = 2;

/// By how many standard errors the log-odds of a word differ at least that is typical of a
/// feed; of one that is in missed labels.
const TYPICAL: f64 = 2.0;
const TELLING: f64 = 1.0;

/// So many entries outside the feed tell what is common.
const OUTSIDE: usize = 20_000;

/// How many typical words are told.
const TOLD: usize = 30;

/// What the terms of a filter found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Harvest {
    /// Entries in the feed, and those that are not.
    pub entries: (usize, usize),
    /// Every term, with the entries in the feed and outside that it is in.
    pub terms: Vec<(Sought, u32, u32)>,
    /// Words typical of the feed's entries, the most typical first.
    pub words: Vec<Typical>,
}

/// A word typical of a feed's entries.
#[derive(Clone, PartialEq, Debug)]
pub struct Typical {
    /// The word, folded; two characters in scripts without word borders.
    pub word: String,
    /// Entries in the feed that have it.
    pub inside: u32,
    /// Entries outside that have it, of those looked at.
    pub outside: u32,
    /// By how many standard errors its log-odds differ.
    pub z: f64,
}

/// Counts over all that was first seen since `since`. The plan's filter decides
/// what is in the feed.
///
/// # Errors
/// The store's.
pub async fn harvest(store: &Arc<dyn Store>, plan: &Arc<Plan>, feed: &FeedId, since: Timestamp) -> Result<Harvest> {
    let sought = plan.ruleset.sought(feed);
    let stretch = Stretch { since, ..Stretch::WHOLE };
    let (mut found, mut words) = (BTreeMap::<u32, (u32, u32)>::new(), HashMap::<String, (u32, u32)>::new());
    let mut harvest = Harvest::default();
    let mut walk = Walk::start(store, plan, stretch, looking(plan, feed, WordsOf::Inside));
    while let Some(step) = walk.next().await? {
        for look in step.done {
            let side = if look.inside { &mut harvest.entries.0 } else { &mut harvest.entries.1 };
            *side += 1;
            for term in look.met {
                let count = found.entry(term).or_default();
                *(if look.inside { &mut count.0 } else { &mut count.1 }) += 1;
            }
            look.words.into_iter().for_each(|word| words.entry(word).or_default().0 += 1);
        }
    }
    words.retain(|_, count| count.0 >= FEWEST);
    // Again, for what of this is common everywhere.
    let known: Arc<HashSet<String>> = Arc::new(words.keys().cloned().collect());
    let mut walk = Walk::start(store, plan, stretch, looking(plan, feed, WordsOf::Outside(known)));
    let mut outside = 0;
    while let Some(step) = walk.next().await? {
        for look in step.done.into_iter().filter(|look| !look.inside) {
            outside += 1;
            look.words.iter().for_each(|word| words.entry(word.clone()).or_default().1 += 1);
        }
        if outside >= OUTSIDE {
            break;
        }
    }
    let is_known = |word: &str| is_stop_word(word) || is_sought(&plan.ruleset, feed, word);
    harvest.words = typical(words, (harvest.entries.0, outside), TYPICAL, is_known);
    let with_counts = |sought: Sought| {
        let (inside, outside) = found.get(&sought.number).copied().unwrap_or_default();
        (sought, inside, outside)
    };
    harvest.terms = sought.into_iter().map(with_counts).collect();
    Ok(harvest)
}

/// Words that tell entries which `feed` misses from those that it leaves out rightly, the most
/// telling first: those that no term of its filter finds.
pub fn lacking(ruleset: &Ruleset, feed: &FeedId, missed: &[Readable], rejected: &[Readable]) -> Vec<Typical> {
    let mut words = HashMap::<String, (u32, u32)>::new();
    for word in missed.iter().flat_map(words_of) {
        words.entry(word).or_default().0 += 1;
    }
    words.retain(|_, count| count.0 >= FEWEST_MISSED);
    for word in rejected.iter().flat_map(words_of) {
        words.entry(word).and_modify(|count| count.1 += 1);
    }
    let is_known = |word: &str| is_stop_word(word) || is_sought(ruleset, feed, word);
    typical(words, (missed.len(), rejected.len()), TELLING, is_known)
}

/// Whose words are collected.
enum WordsOf {
    Inside,
    /// Of other entries, these.
    Outside(Arc<HashSet<String>>),
}

/// What was seen of an entry.
struct LookedAt {
    inside: bool,
    met: Vec<u32>,
    words: Vec<String>,
}

fn looking(plan: &Arc<Plan>, feed: &FeedId, wanted: WordsOf) -> impl FnMut(Batch) -> Vec<LookedAt> + Send + 'static {
    let (plan, feed) = (Arc::clone(plan), feed.clone());
    let look = move |sources: &PastSources, kept: &Kept| {
        let copy = sources.readable(kept, kept.first_seen_at);
        let inside = sources.routes(kept).iter().any(|route| route.feed == feed && route.admitted);
        let (met, words) = match &wanted {
            WordsOf::Inside if inside => (plan.ruleset.met(&feed, &copy), words_of(&copy)),
            WordsOf::Inside => (plan.ruleset.met(&feed, &copy), HashSet::new()),
            WordsOf::Outside(_) if inside => Default::default(),
            WordsOf::Outside(known) => {
                let mut words = words_of(&copy);
                words.retain(|word| known.contains(word));
                (Default::default(), words)
            }
        };
        LookedAt { inside, met: met.into_iter().collect(), words: words.into_iter().collect() }
    };
    move |batch: Batch| batch.kept.iter().map(|kept| look(&batch.sources, kept)).collect()
}

fn words_of(copy: &Readable) -> HashSet<String> {
    let mut folded = String::new();
    fold::index_words(&copy.title, &mut folded);
    folded.push(' ');
    fold::index_words(&copy.body, &mut folded);
    // A lone character of a script without word borders says nothing.
    let says = |word: &&str| !word.chars().next().is_some_and(script::is_unspaced) || word.chars().count() > 1;
    folded.split_ascii_whitespace().filter(says).map(str::to_owned).collect()
}

/// Whether a term of the feed finds `word`.
fn is_sought(ruleset: &Ruleset, feed: &FeedId, word: &str) -> bool {
    let Ok(nobody) = SourceId::new("nobody") else { return false };
    let alone = Readable::of(nobody, word, word);
    !ruleset.met(feed, &alone).is_empty()
}

/// The words whose log-odds of standing inside differ most from outside, in
/// standard errors; half an entry is added to each count.
fn typical(
    words: HashMap<String, (u32, u32)>,
    (inside, outside): (usize, usize),
    least: f64,
    is_known: impl Fn(&str) -> bool,
) -> Vec<Typical> {
    let log_odds = |count: u32, all: usize| {
        let (has, has_not) = (f64::from(count) + 0.5, all as f64 - f64::from(count) + 0.5);
        ((has / has_not).ln(), 1.0 / has + 1.0 / has_not)
    };
    let mut all: Vec<Typical> = words
        .into_iter()
        .map(|(word, (there, elsewhere))| {
            let ((a, va), (b, vb)) = (log_odds(there, inside), log_odds(elsewhere, outside));
            Typical { word, inside: there, outside: elsewhere, z: (a - b) / (va + vb).sqrt() }
        })
        .filter(|word| word.z > least)
        .collect();
    all.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.word.cmp(&b.word)));
    all.into_iter().filter(|typical| !is_known(&typical.word)).take(TOLD).collect()
}
