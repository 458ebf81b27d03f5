//! A script's steps, done to a store.

use std::collections::BTreeMap;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Content, EntryId, Markup, NextPoll, Purpose, Stored};
use wiredesk::past::index::catch_up;
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{
    ArticleClaim, ArticleRecord, BegunRematch, Came, Claim, Courtesy, Decided, DocumentHash, DocumentOf, Error, Gained,
    Lookup, Node, Rerouting, Seq, Settles, SourcePlan, StepMade, TextHash, WantedRematch, WordRun,
};

use super::records::*;
use super::script::{Deciding, Page, Poll, Step, Under};
use super::told::Names;
use crate::contract::{Bench, Room, joining, now, with};

/// A store and what a script has come to on it.
pub struct Desk {
    /// Taken while it is opened anew.
    room: Option<Room>,
    pub at: Timestamp,
    courtesy: Courtesy,
    nodes: BTreeMap<u8, Node>,
    claims: BTreeMap<u8, Taken>,
    articles: BTreeMap<u8, ArticleClaim>,
    pub entries: BTreeMap<(u8, u8), EntryId>,
    rematch: Option<BegunRematch>,
    pub names: Names,
    told_to: Seq,
}

/// Claims on a source.
struct Taken {
    latest: Claim,
    former: Option<Claim>,
    is_open: bool,
}

impl Desk {
    pub async fn open(bench: &dyn Bench, gap_ms: u64) -> Desk {
        let courtesy = Courtesy { per_host: 1, host_gap: Duration::from_millis(gap_ms), lease: LEASE };
        Desk {
            room: Some(with(bench, &[]).await),
            at: now(),
            courtesy,
            nodes: BTreeMap::new(),
            claims: BTreeMap::new(),
            articles: BTreeMap::new(),
            entries: BTreeMap::new(),
            rematch: None,
            names: Names::default(),
            told_to: Seq::START,
        }
    }

    pub fn store(&self) -> &Room {
        self.room.as_ref().expect("an open store")
    }

    /// Does a step, and tells what was answered and which changes readers were told of.
    pub async fn step(&mut self, step: &Step) -> String {
        let answer = self.act(step).await.unwrap_or_else(|| "nothing to do".to_owned());
        let changes = self.store().changes(self.told_to, 10_000).await.unwrap();
        self.told_to = changes.next;
        assert_eq!(self.store().newest_change().await.unwrap(), changes.next);
        // Of one transaction, the changes of a feed come in the order of their numbers.
        let mut told: Vec<String> = changes.all.iter().map(|change| self.names.told(change)).collect();
        told.sort_unstable();
        format!("{answer}\n{:?} {}", changes.continuity, told.join("\n"))
    }

    async fn act(&mut self, step: &Step) -> Option<String> {
        match step {
            Step::Wait { ms } => self.at = self.at.plus(Duration::from_millis(*ms)),
            Step::Reopen => self.room = Some(self.room.take()?.reopened().await),
            Step::Commit(poll) => return self.commit(poll).await,
            Step::Join { .. } | Step::Beat { .. } | Step::Leave { .. } => return self.node(step).await,
            Step::ClaimArticles { .. }
            | Step::BeginArticle { .. }
            | Step::CommitArticle { .. }
            | Step::EndArticles { .. } => return self.article(step).await,
            Step::TakeRules { .. }
            | Step::OfferRules { .. }
            | Step::BeginRematch { .. }
            | Step::Reroute { .. }
            | Step::Settle => return self.past(step).await,
            Step::Index
            | Step::Search { .. }
            | Step::DateDocument { .. }
            | Step::Prune { .. }
            | Step::PruneChanges { .. }
            | Step::NoteLine { .. } => return self.upkeep(step).await,
            _ => return self.schedule(step).await,
        }
        Some(String::new())
    }

    async fn node(&mut self, step: &Step) -> Option<String> {
        let store = self.store();
        Some(match step {
            Step::Join { node } => {
                let joined = store.join(&joining(&format!("n{node}")), self.at).await;
                if let Ok(joined) = &joined {
                    self.nodes.insert(*node, joined.clone());
                }
                self.names.answer(joined)
            }
            Step::Beat { node } => self.names.answer(store.beat(self.nodes.get(node)?, self.at).await),
            Step::Leave { node } => self.names.answer(store.leave(self.nodes.get(node)?, self.at).await),
            _ => return None,
        })
    }

    async fn schedule(&mut self, step: &Step) -> Option<String> {
        let (at, courtesy, store) = (self.at, self.courtesy, self.store());
        let next = |ms: &u64, n: u8| NextPoll {
            at: at.plus(Duration::from_millis(*ms + u64::from(n))),
            because: "spread".to_owned(),
        };
        Some(match step {
            Step::SetBack { ms } => {
                let at = at.minus(Duration::from_millis(*ms));
                let moved = self.names.answer(store.set_back(at).await);
                self.at = at;
                moved
            }
            Step::Configure { sources, feeds } => {
                let all: Vec<SourcePlan> = sources.iter().map(|(n, variant)| planned_as(*n, *variant)).collect();
                self.names.answer(store.configure(&all, &feeds_in(*feeds), at).await)
            }
            Step::ClaimDue { node, limit } => {
                let claimed = store.claim_due(self.nodes.get(node)?, &courtesy, at, *limit).await;
                let told = self.names.answer(claimed.as_ref().map(Clone::clone).map_err(Error::again));
                self.take(claimed.unwrap_or_default());
                told
            }
            Step::ClaimNamed { node, sources, floor_ms } => {
                let sources: Vec<_> = sources.iter().map(|n| named(*n)).collect();
                let floor = Duration::from_millis(*floor_ms);
                let claimed = store.claim_named(self.nodes.get(node)?, &courtesy, &sources, floor, at).await;
                let told = self.names.answer(claimed.as_ref().map(Clone::clone).map_err(Error::again));
                self.take(claimed.unwrap_or_default().0);
                told
            }
            Step::Turn { source, host, is_page } => {
                let claim = &self.claims.get(source).filter(|taken| taken.is_open)?.latest;
                let purpose = if *is_page { Purpose::Page } else { Purpose::Poll };
                self.names.answer(store.turn(claim, &courtesy, &host_of(*host), purpose, at).await)
            }
            Step::Renew { source } => {
                self.names.answer(store.renew(&self.claims.get(source)?.latest, &courtesy, at).await)
            }
            Step::Release { source } => {
                let taken = self.claims.get(source).filter(|taken| taken.is_open)?;
                let told = self.names.answer(store.release(std::slice::from_ref(&taken.latest)).await);
                self.claims.get_mut(source)?.is_open = false;
                told
            }
            Step::NextDue => self.names.answer(store.next_due_at(&courtesy, at).await),
            Step::Overdue { limit } => {
                let (mut after, mut all) = (None, Vec::new());
                loop {
                    let page = store.overdue(at, after.as_ref(), (*limit).max(1)).await.unwrap();
                    let Some(last) = page.last() else { break };
                    after = Some(last.clone());
                    all.push(self.names.told(&page));
                }
                format!("{} {all:?}", self.names.answer(store.count_overdue(at).await))
            }
            Step::Respread { sources, ms } => {
                let due: Vec<_> = sources.iter().map(|n| (named(*n), next(ms, *n))).collect();
                self.names.answer(store.respread(&due).await)
            }
            Step::Absolve { sources, ms } => {
                let due: Vec<_> = sources.iter().map(|n| (named(*n), next(ms, *n))).collect();
                self.names.answer(store.absolve(&due).await)
            }
            Step::Known { source, names } => self.known(*source, names).await,
            _ => return None,
        })
    }

    fn take(&mut self, claims: Vec<Claim>) {
        for claim in claims {
            let source = number(&claim);
            let former = self.claims.remove(&source).map(|taken| taken.latest);
            self.claims.insert(source, Taken { latest: claim, former, is_open: true });
        }
    }

    async fn known(&self, source: u8, names: &[u8]) -> String {
        let window = self.store().source(&named(source), self.at).await.unwrap().map(|s| s.state.window);
        let asked: Vec<_> = names
            .iter()
            .map(|name| {
                let entry = entry_of(source, *name, *name);
                let print = print_of(&entry);
                let (keys, page) = (vec![entry.key], print.page);
                wiredesk::model::Asked { keys, link: None, page, title: print.title, material: print.material }
            })
            .collect();
        let window = window.unwrap_or_default();
        let found = self.store().known(&named(source), &window, &asked).await.unwrap();
        let (first, others) = found.split_at(window.len().min(found.len()));
        let mut others: Vec<String> = others.iter().map(|known| self.names.told(known)).collect();
        others.sort_unstable();
        format!("{} {others:?}", self.names.told(&first))
    }

    async fn commit(&mut self, poll: &Poll) -> Option<String> {
        let taken = self.claims.get(&poll.source)?;
        let claim = match poll.under {
            Under::Latest if taken.is_open => taken.latest.clone(),
            Under::Former => taken.former.clone()?,
            Under::Latest => return None,
        };
        let record = record_of(poll, claim, &self.entries, self.at);
        let committed = self.store().commit_poll(record).await;
        let committed = match committed {
            Ok(committed) => committed,
            Err(error) => return Some(self.names.answer::<()>(Err(error))),
        };
        // The document's first has the highest number.
        let listed = poll.found.iter().flatten().rev().map(|item| item.name);
        let new: Vec<u8> = listed.filter(|name| !self.entries.contains_key(&(poll.source, *name))).collect();
        assert_eq!(new.len(), committed.new.len(), "{committed:?}");
        assert!(committed.new.is_sorted(), "{committed:?}");
        for (name, id) in new.into_iter().zip(&committed.new) {
            self.entries.insert((poll.source, name), *id);
            self.names.call(*id, format!("{}/{name}", poll.source));
        }
        self.claims.get_mut(&poll.source)?.is_open = false;
        Some(self.names.told(&committed))
    }

    async fn article(&mut self, step: &Step) -> Option<String> {
        let (at, courtesy, store) = (self.at, self.courtesy, self.store());
        let wanted = |source: &u8, nth: &usize| {
            let claimed = self.articles.get(source)?;
            Some((claimed.claim.clone(), claimed.wanted.get(*nth)?.clone()))
        };
        Some(match step {
            Step::ClaimArticles { node } => {
                let claimed = store.claim_articles(self.nodes.get(node)?, &courtesy, at, 10).await;
                let told = self.names.answer(claimed.as_ref().map(Clone::clone).map_err(Error::again));
                for claimed in claimed.unwrap_or_default() {
                    self.articles.insert(number(&claimed.claim), claimed);
                }
                told
            }
            Step::BeginArticle { source, nth, ms } => {
                let (claim, wanted) = wanted(source, nth)?;
                let again = at.plus(Duration::from_millis(*ms));
                self.names.answer(store.begin_article(&claim, wanted.id, again).await)
            }
            Step::CommitArticle { source, nth, came, rules } => {
                let (claim, wanted) = wanted(source, nth)?;
                let article = Markup::Html(format!("<p>All of {}</p>", wanted.entry.title));
                let article = Some(Content { markup: article, base: None });
                let entry = Box::new(Stored { article, ..wanted.entry.into() });
                let record = ArticleRecord {
                    claim,
                    entry: wanted.id,
                    at,
                    came: match came {
                        Page::Text(routes) => Came::Text { entry, routes: routes_of(*routes) },
                        Page::Nothing => Came::Nothing,
                        Page::Later => Came::Later(at.plus(HOUR)),
                    },
                    decided_by: rules_of(*rules),
                    said: "as said".to_owned(),
                    hold: None,
                    well: None,
                };
                self.names.answer(store.commit_article(record).await)
            }
            Step::EndArticles { source } => {
                let told = self.names.answer(store.end_articles(&self.articles.get(source)?.claim).await);
                self.articles.remove(source);
                told
            }
            _ => return None,
        })
    }

    async fn past(&mut self, step: &Step) -> Option<String> {
        let (at, store) = (self.at, self.store());
        Some(match step {
            Step::TakeRules { edition, feeds, labels } => {
                self.names.answer(store.take_rules(&editions(*edition, *feeds, *labels)).await)
            }
            Step::OfferRules { edition, feeds, labels } => {
                self.names.answer(store.offer_rules(&editions(*edition, *feeds, *labels)).await)
            }
            Step::BeginRematch { feeds, edition, labels, as_new } => {
                let by = editions(*edition, *feeds, *labels);
                let wanted = WantedRematch {
                    name: format!("rematch of {feeds}"),
                    feeds: by.feeds,
                    labels: BTreeMap::clone(&by.labels),
                    gained: gained(*as_new),
                    settles: Settles::WhereInForce,
                    at,
                };
                let begun = store.begin_rematch(&wanted).await;
                let told = self.names.answer(begun.as_ref().map(Clone::clone).map_err(Error::again));
                self.rematch = begun.ok();
                told
            }
            Step::Reroute { feeds, entries, routes, as_new, by } => {
                let done_to = self.rematch.as_ref().and_then(|begun| begun.done_to);
                let from = if *by == Deciding::Step { done_to } else { None };
                let kept = store.history(from, *entries).await.unwrap();
                let step = || {
                    let (run, done_to) = (self.rematch.as_ref()?.run, kept.last()?.id);
                    Some(StepMade { run, done_to, entries: kept.len() })
                };
                let step = if *by == Deciding::Step { Some(step()?) } else { None };
                let decided = kept.iter().zip(routes.iter().cycle()).map(|(kept, routes)| Decided {
                    entry: kept.id,
                    version: if *by == Deciding::OldText { TextHash(u64::MAX) } else { kept.version },
                    routes: routes_of(*routes).into_iter().filter(|r| feeds_in(*feeds).contains(&r.feed)).collect(),
                });
                let again_by = if let Deciding::Again(edition) = by { Some(rules_of(*edition)) } else { None };
                let feeds = feeds_in(if again_by.is_some() { 7 } else { *feeds });
                let entries = decided.collect();
                let work = Rerouting { feeds, entries, gained: gained(*as_new), at, step, again_by };
                let done = store.reroute(work).await;
                let done_to = step.filter(|_| done.is_ok()).map(|step| step.done_to);
                let told = self.names.answer(done);
                if let (Some(begun), Some(_)) = (&mut self.rematch, done_to) {
                    begun.done_to = done_to;
                }
                told
            }
            Step::Settle => self.names.answer(store.settle(self.rematch.as_ref()?.run).await),
            _ => return None,
        })
    }

    async fn upkeep(&mut self, step: &Step) -> Option<String> {
        let (at, store) = (self.at, self.store());
        Some(match step {
            Step::Index => self.names.answer(catch_up(store, |_| ()).await),
            Step::Search { word: n } => {
                let lookup = Lookup::Run(WordRun { words: vec![word(*n).to_owned()], open: false });
                let (mut before, mut all) = (None, Vec::new());
                loop {
                    let page = store.search(&lookup, before, 3).await.unwrap();
                    let Some(last) = page.last() else { break };
                    before = Some(last.id);
                    // Candidates: the filter says which match.
                    all.extend(page.into_iter().filter(|kept| kept.entry.title.contains(word(*n))));
                }
                self.names.told(&all)
            }
            Step::DateDocument { feed, format, document } => {
                let feed = feed_of(*feed);
                let of = DocumentOf { feed: &feed, format: ["atom", "rss"][usize::from(*format % 2)] };
                let hash = DocumentHash((*document).into());
                let dated = self.names.answer(store.date_document(of, hash, at).await);
                format!("{dated} {}", self.names.answer(store.document_date(of, DocumentHash(1)).await))
            }
            Step::Prune { days } => {
                let before = at.minus(HOUR * 24 * u32::try_from(*days).unwrap());
                let (mut after, mut texts) = (None, 0);
                loop {
                    let pruned = store.prune(before, after, 100, at).await.unwrap();
                    texts += pruned.texts;
                    if pruned.more.is_none() {
                        break format!("{texts} texts");
                    }
                    after = pruned.more;
                }
            }
            Step::PruneChanges { ms, limit } => {
                let before = at.minus(Duration::from_millis(*ms));
                self.names.answer(store.prune_changes(before, *limit).await)
            }
            Step::NoteLine { since_ms } => {
                let since = since_ms.map(|ms| at.minus(Duration::from_millis(ms)));
                self.names.answer(store.note_line(since).await)
            }
            _ => return None,
        })
    }
}

fn number(claim: &Claim) -> u8 {
    claim.source.as_str()[1..].parse().unwrap()
}

fn gained(as_new: bool) -> Gained {
    if as_new { Gained::AsNew } else { Gained::Silently }
}
