//! From a document's bytes to what is to be stored of it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::{Timestamp, span};
use crate::fetch::without_credentials;
use crate::identity::{self, EntryReading, Recognised, Verdict, fickle, questions, recognise};
use crate::limits::WARNINGS_KEPT;
use crate::model::{
    Backlog, Body, Carrier, Entry, EntryId, Failure, Fingerprint, Format, Hints, Kind, Known, MapRead, Over, Parsed,
    PollState, PublicUrl, Unkept, Validators, Warning, WarningKind, Work, masked,
};
use crate::net::room::Room;
use crate::parse;
use crate::plan::{Plan, Polled};
use crate::schedule::{Ration, unusable};
use crate::store::Found;
use crate::text::quote::in_quotes;

use super::archive::{Older, Outstanding};
use super::deciding::{Deciding, granted};
use super::window::{another_publication, overrun, reaches};
use super::{Attempt, Poller};

/// A document, read and compared with what is known.
pub struct Read {
    pub found: Vec<Found>,
    /// Entries of the document, those that were not taken included.
    pub listed: usize,
    pub new: usize,
    pub revised: usize,
    pub warnings: Vec<String>,
    pub hints: Hints,
    pub carrier: Carrier,
    pub ids_changed: bool,
    /// Known entries whose keys others of the document take.
    pub released: Vec<EntryId>,
    /// Entries whose addresses alone changed: number, and each address as it is now.
    pub adrift: Vec<(EntryId, Addresses)>,
    /// Whether news may have been lost since the document before (R5).
    pub gap: bool,
    /// The pair to remember, where it came from, and the document's hash;
    /// `None` when the document was cut.
    pub validators: Option<(Validators, String, u128)>,
    /// The sitemaps of an index as they were read.
    pub maps: Option<Vec<MapRead>>,
    /// Parameters of its addresses that were seen to change with each document.
    pub fickle: Vec<String>,
    /// That it brought more than its source may a day: it was not taken whole.
    pub over: Option<Over>,
    /// Since when entries wait that its older pages may hold.
    pub behind_since: Option<Timestamp>,
    /// How far those were read.
    pub backlog: Backlog,
    /// Earlier versions of entries that were not kept today.
    pub unkept: Option<Unkept>,
}

/// The addresses that an entry gives: its id and its link.
pub type Addresses = [Option<String>; 2];

/// A document, read.
pub struct Document {
    pub parsed: Parsed,
    pub readings: Vec<EntryReading>,
    /// What is to be said of the further documents that it led to.
    pub back: Option<Warning>,
    /// The sitemaps of an index as they are read now; `None` for what is no index.
    pub maps: Option<Vec<MapRead>>,
    /// Whether it must be asked for whole next time: not all that it names was read.
    pub unfinished: bool,
    /// How it stands with its older pages.
    pub older: Older,
}

/// What deciding needs besides the document.
pub struct Memory {
    pub state: PollState,
    pub known: Vec<Known>,
    pub now: Timestamp,
}

/// Entries whose addresses are compared with those before: what changes in all of
/// these changes in all.
const COMPARED: usize = 20;

impl Poller {
    /// Reads `body` and decides about its entries. `room` is what the bytes take: it is
    /// given back when they are read, for the further documents that they name need some.
    pub(super) async fn read(&self, attempt: &Attempt<'_>, body: Body, room: Option<Room>) -> Result<Read, Failure> {
        let (polled, now) = (Arc::clone(&attempt.polled), attempt.now);
        let end = (body.validators.clone(), body.url.to_string(), body.hash);
        let fickle = attempt.claim.state.standing.fickle.clone();
        let host = &attempt.claim.host;
        let mut document = self.readers.read(host, move |work| open(&body, &polled, &fickle, now, work)).await??;
        drop(room);
        if !document.parsed.maps.is_empty() {
            self.read_maps(attempt, &mut document).await?;
        }
        let memory = self.remember(attempt, &document).await?;
        let (document, memory) = self.with_older(attempt, document, memory).await?;
        let (polled, plan) = (Arc::clone(&attempt.polled), Arc::clone(&attempt.plan));
        let mut read = self.readers.read(host, move |work| settle(document, &memory, &polled, &plan, work)).await?;
        if attempt.polled.source.full_text {
            self.keep_articles(attempt, &mut read).await?;
        }
        read.fickle = self.learn(&read.adrift).await?;
        forget(&attempt.claim.state.standing.fickle, &mut read);
        if let Some(validators) = &mut read.validators {
            *validators = end;
        }
        Ok(read)
    }

    /// What is known of a document's entries.
    pub(super) async fn remember(&self, attempt: &Attempt<'_>, document: &Document) -> Result<Memory, Failure> {
        let state = attempt.claim.state.clone();
        let asked = questions(&document.parsed.entries, &document.readings);
        let known = self.store.known(&attempt.claim.source, &state.window, &asked).await;
        let known = known.map_err(|e| Failure::NotStored(e.to_string()))?;
        Ok(Memory { state, known, now: attempt.now })
    }

    /// What changes in the addresses of entries that are otherwise the same.
    async fn learn(&self, adrift: &[(EntryId, Addresses)]) -> Result<Vec<String>, Failure> {
        if adrift.is_empty() {
            return Ok(Vec::new());
        }
        let now: HashMap<EntryId, &Addresses> = adrift.iter().map(|(id, now)| (*id, now)).collect();
        let ids: Vec<EntryId> = adrift.iter().map(|(id, _)| *id).take(COMPARED).collect();
        let stored = self.store.published(&ids).await.map_err(|e| Failure::NotStored(e.to_string()))?;
        let pairs = |which: usize| -> Vec<(String, String)> {
            let pair = |(id, before): (EntryId, &Addresses)| Some((now[&id][which].clone()?, before[which].clone()?));
            let stored = stored.iter().map(|p| (p.place.entry, [p.entry.id.clone(), p.entry.link.clone()]));
            stored.filter_map(|(id, before)| pair((id, &before))).collect()
        };
        Ok(fickle::changed(&pairs(0)).into_iter().chain(fickle::changed(&pairs(1))).collect())
    }
}

/// Leaves what was learnt to tell nothing out of the addresses of this document already:
/// its entries are known by the rest in the next one, and when they come back.
fn forget(before: &[String], read: &mut Read) {
    let mut names = before.to_vec();
    fickle::remember(&mut names, read.fickle.clone());
    if names == before {
        return;
    }
    let links: Vec<String> = read.found.iter_mut().filter_map(written).filter_map(|(e, _)| e.link.clone()).collect();
    let names = fickle::telling(&links, &names);
    for (entry, print) in read.found.iter_mut().filter_map(written) {
        (print.id, print.page) = identity::addresses(entry, names);
    }
}

/// The entry that is written, and the hashes that are written with it.
fn written(found: &mut Found) -> Option<(&Entry, &mut Fingerprint)> {
    match found {
        Found::New(new) => Some((&new.entry, &mut new.print)),
        Found::Revised(revision) => Some((&revision.entry, &mut revision.print)),
        Found::Followed(followed) => Some((&followed.entry, &mut followed.print)),
        Found::Same(_) | Found::Rekeyed { .. } => None,
    }
}

pub(super) fn open(
    body: &Body,
    polled: &Polled,
    fickle: &[String],
    now: Timestamp,
    work: &Work,
) -> Result<Document, Failure> {
    let about = parse::About {
        url: &body.url,
        content_type: body.content_type.as_deref(),
        language: polled.source.language.as_deref(),
        timezone: polled.timezone.clone(),
        work: work.clone(),
    };
    let mut parsed = match &polled.page {
        Some(selectors) => parse::page::read(&body.bytes, &about, selectors, now),
        None => parse::document(&body.bytes, &about, now),
    }
    .map_err(unread)?;
    if let Some(template) = &polled.link_template {
        template.give(&mut parsed);
    }
    parse::newest_first(&mut parsed);
    if without_credentials(polled.source.url.clone()) != body.url {
        parsed.hide(&PublicUrl::of(&body.url));
    }
    if parsed.format == Format::Sitemap && polled.source.kind != Kind::Sitemap {
        // robots.txt binds sitemaps, and a feed is polled without asking it (P35).
        return Err(Failure::NotAFeed("a sitemap; a source of kind = \"sitemap\" reads it".to_owned()));
    }
    if parsed.entries.is_empty() && parsed.maps.is_empty() {
        // Nothing is inferred from an empty document: what is known stays (B40).
        return Err(Failure::Empty(format!("a document without entries, titled {}", in_quotes(&parsed.title))));
    }
    parsed.warnings.extend(body.warnings.iter().map(|text| Warning {
        kind: WarningKind::Encoding,
        text: text.clone(),
        entry: None,
    }));
    let repeated = identity::drop_repeated(&mut parsed.entries, parsed.format);
    parsed.warnings.extend(repeated);
    let links: Vec<&str> = parsed.entries.iter().filter_map(|entry| entry.link.as_deref()).collect();
    let fickle = fickle::telling(&links, fickle);
    let readings = parsed.entries.iter().map(|entry| identity::read(entry, fickle)).collect();
    Ok(Document { parsed, readings, back: None, maps: None, unfinished: false, older: Older::default() })
}

/// Why bytes are no document, as a poll's failure.
pub fn unread(error: parse::Error) -> Failure {
    match error {
        parse::Error::Empty(said) => Failure::Empty(said),
        parse::Error::NotAFeed(said) => Failure::NotAFeed(said),
        parse::Error::Unreadable(said) => Failure::Unreadable(said),
        parse::Error::Limit(said) => Failure::Limit(said),
    }
}

/// What is to be stored of a document; of work that was given up, whatever there is.
fn settle(document: Document, memory: &Memory, polled: &Polled, plan: &Plan, work: &Work) -> Read {
    let (state, now) = (&memory.state, memory.now);
    let Document { mut parsed, readings, back, maps, unfinished, older } = document;
    let Recognised { verdicts, prints, mut warnings, ids_changed, released, adrift } =
        recognise(&mut parsed.entries, &readings, &memory.known, memory.state.unstable_ids);
    let addresses = |at: usize| [parsed.entries[at].id.clone(), parsed.entries[at].link.clone()];
    let adrift = adrift.into_iter().map(|(at, id)| (id, addresses(at))).collect();
    let seen: HashMap<EntryId, Timestamp> = memory.known.iter().map(|k| (k.entry, k.first_seen_at)).collect();
    let new_ones = || verdicts.iter().map(|verdict| *verdict == Verdict::New);
    let mut ration = Ration::of(polled.budget.of(state), state.spent, now);
    let granted = granted(&mut ration, &verdicts, &parsed.entries);
    let new = new_ones().zip(&granted).filter(|(is_new, grant)| *is_new && **grant).count();
    let first_refused = new_ones().zip(&granted).position(|(is_new, grant)| is_new && !grant);
    // What its budget of the day leaves no room for is not asked for, and so is not seen.
    let carried = state.standing.over.clone().filter(|_| older.waiting == Outstanding::Spent);
    let over = ration.over(state, now).or(carried);
    // What still waits is not lost (B141). Of an index, only what changed was read: that
    // nothing is met again says nothing.
    let is_short = || back.is_some() && over.is_none() && !reaches(&verdicts, state, &memory.known);
    let gap = maps.is_none() && older.waiting == Outstanding::Nothing && (overrun(&verdicts, state) || is_short());
    warnings.extend(back);
    if gap {
        let text = "no entry of the document before is left; news may have been lost between the two polls";
        warnings.push(Warning { kind: WarningKind::Gap, text: text.to_owned(), entry: None });
    }
    warnings.extend(another_publication(&parsed, &memory.state.carrier).filter(|_| gap));
    warnings.extend(all_too_old(&parsed, memory, polled, plan));
    warnings.extend(unusable(&parsed.hints).map(|text| Warning {
        kind: WarningKind::Hint,
        text: text.to_owned(),
        entry: None,
    }));
    let entries = std::mem::take(&mut parsed.entries);
    let listed = entries.len();
    let revised = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Revised(..))).count();
    let deciding = Deciding { memory, seen: &seen, polled, plan };
    let found = deciding.all(entries, readings, verdicts.into_iter().zip(prints).zip(granted), work);
    // Before the first document nothing was known: its archive is not read.
    let waits = (over.is_some() || older.waiting != Outstanding::Nothing) && state.documents > 0;
    let behind_since = waits.then(|| state.standing.behind_since.unwrap_or(now));
    let backlog = if waits { older.backlog_at(first_refused) } else { Backlog::default() };
    // What was not taken is read again: of an index, the sitemaps that it stands in.
    let maps = if over.is_some() { maps.map(|_| memory.state.standing.maps.clone()) } else { maps };
    // What concerns the whole document first: repairs of single entries are many.
    let (whole, single): (Vec<_>, Vec<_>) = parsed.warnings.iter().partition(|warning| warning.entry.is_none());
    let said = warnings.iter().chain(whole).chain(single);
    Read {
        listed,
        new,
        revised,
        warnings: said
            .map(|w| format!("{}: {}", w.kind.as_str(), masked(&w.text)))
            .take(WARNINGS_KEPT.count())
            .collect(),
        hints: parsed.hints.clone(),
        carrier: carrier(&parsed, &memory.state.carrier),
        ids_changed,
        released,
        adrift,
        gap,
        maps,
        fickle: Vec::new(),
        validators: (!parsed.truncated && !unfinished && over.is_none())
            .then(|| (Validators::default(), String::new(), 0)),
        found,
        over,
        behind_since,
        backlog,
        unkept: ration.unkept(state.standing.unkept.as_ref(), now),
    }
}

/// How the warning of a page begins whose feeds stay empty by its dates.
const ALL_OLD: &str = "all entries of this page are dated before the backfill of its feeds";

/// What is to be told of a page all of whose entries are older than what its feeds
/// take back at first sight: they stay empty, perhaps for a date that is read wrongly.
/// It is told as long as that is so.
fn all_too_old(parsed: &Parsed, memory: &Memory, polled: &Polled, plan: &Plan) -> Option<Warning> {
    let told = || memory.state.warnings.iter().any(|warning| warning.contains(ALL_OLD));
    if parsed.format != Format::Page || !memory.state.is_first() && !told() {
        return None;
    }
    let takers = plan.backfill.iter().filter(|(feed, _)| plan.takes(feed, &polled.source));
    let backfill = takers.map(|(_, backfill)| *backfill).max()?;
    let dates: Option<Vec<Timestamp>> = parsed.entries.iter().map(Entry::dated).collect();
    let newest = dates?.into_iter().max().filter(|newest| newest.plus(backfill) < memory.now)?;
    let text = format!(
        "{ALL_OLD} ({}), the newest {}: none is published; see whether its dates are read rightly",
        span(backfill),
        newest.rfc3339()
    );
    Some(Warning { kind: WarningKind::Page, text, entry: None })
}

fn carrier(parsed: &Parsed, before: &Carrier) -> Carrier {
    Carrier {
        feed_id: parsed.id.clone(),
        title: parsed.title.clone(),
        link: parsed.link.clone(),
        language: parsed.language.clone(),
        rights: parsed.rights.clone(),
        authors: parsed.authors.clone(),
        updated_at: before.updated_at,
    }
}
