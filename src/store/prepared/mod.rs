//! Polls, articles and routes as they are written: encoded before the database's turn
//! comes, alike for every store.

pub mod encoders;

use std::collections::BTreeMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::model::newswire::WireReading;
use crate::model::{
    Change, EntryId, EntryKey, FeedId, Fingerprint, Hold, Host, PollState, Route, SourceId, UnplacedCopy,
};
use crate::store::codec::{Encoder, Trees, write_carrier, write_evidence, write_standing};
use crate::store::rules::{Placing, Ruling, arrives, described_anew, first_updated, wanted_id};
use crate::store::{
    ArticleRecord, Came, Claim, Counted, Decided, Earlier, Followed, Found, Gained, NewEntry, PollNote, PollRecord,
    ReadAgain, Rerouting, Result, Revision, RulesId, Share, StepMade, TextHash,
};

/// Entries in one transaction: some tens of milliseconds of the writer's time.
const PORTION: usize = 1000;

/// A poll ready to be written: everything dear is done, and the entries
/// themselves are gone, so that polls in the queue weigh little.
pub struct PreparedPoll {
    pub source: SourceId,
    /// That of the claim.
    pub lease: i64,
    pub at: Timestamp,
    pub note: PollNote,
    pub state: PollState,
    pub carrier: String,
    /// Whether its source describes itself otherwise than before.
    pub described_anew: bool,
    pub standing: String,
    pub host: Host,
    pub hold: Option<Hold>,
    pub succeeded: bool,
    pub shares: Arc<BTreeMap<FeedId, Share>>,
    pub decided_by: RulesId,
    pub warnings_told: u64,
    pub counted: Counted,
    pub released: Vec<EntryId>,
    /// `None` when no document was read.
    pub steps: Option<Vec<WriteStep>>,
    pub trees: Trees,
}

/// What is written of one entry.
pub enum WriteStep {
    /// It is new.
    New(Box<Newcomer>),
    /// It has another version.
    Revised(Box<Revised>),
    /// It is written anew, and has no other version by that.
    Followed(Box<Revised>),
    /// It is as it was.
    Same(EntryId),
    /// It goes by another key.
    Rekeyed { entry: EntryId, key: EntryKey, print: Fingerprint },
}

/// A known entry that is written anew.
pub struct Revised {
    pub id: EntryId,
    pub key: EntryKey,
    pub print: Fingerprint,
    pub change: Change,
    pub body: Vec<u8>,
    pub reading: Option<WrittenReading>,
    /// Before it was compressed.
    pub size_bytes: u64,
    pub earlier: Earlier,
    pub routes: Vec<WrittenRoute>,
    pub wants_article: bool,
}

/// A new entry, encoded.
pub struct Newcomer {
    pub key: EntryKey,
    pub print: Fingerprint,
    pub body: Vec<u8>,
    pub reading: Option<WrittenReading>,
    /// Before it was compressed.
    pub size_bytes: u64,
    /// The id that it is published under unless another entry has it.
    pub published_id: String,
    pub updated_at: Timestamp,
    pub sort_at: Timestamp,
    pub standing: Placing,
    pub routes: Vec<WrittenRoute>,
    pub wants_article: bool,
    /// See [`NewEntry::words`].
    pub words: Option<String>,
    pub copy: Option<PreparedCopy>,
}

/// An entry that is to be placed among stories.
pub struct PreparedCopy {
    pub copy: Arc<dyn UnplacedCopy>,
    /// What is compared of it, as it is stored.
    pub reading: Vec<u8>,
}

impl PreparedCopy {
    /// Encodes what is compared.
    pub fn of(copy: Arc<dyn UnplacedCopy>, encoder: &mut Encoder) -> Result<PreparedCopy> {
        let reading = encoder.text(copy.reading())?;
        Ok(PreparedCopy { copy, reading })
    }
}

/// What was read of an entry, as it is written.
pub struct WrittenReading {
    /// Which text it was read of.
    pub version: i64,
    pub edition: i64,
    /// The usual name of its wire.
    pub wire: Option<String>,
    pub release_number: Option<String>,
    /// The name of its notice's kind.
    pub notice: Option<&'static str>,
    pub bytes: Vec<u8>,
}

impl WrittenReading {
    /// Encodes what was read of the text whose stored form is `body`.
    pub fn of(reading: &WireReading, body: &[u8], encoder: &mut Encoder) -> Result<WrittenReading> {
        WrittenReading::of_version(reading, TextHash(xxh3_64(body)), encoder)
    }

    /// The same of a text of that hash.
    pub fn of_version(reading: &WireReading, version: TextHash, encoder: &mut Encoder) -> Result<WrittenReading> {
        let WireReading { newswire, edition } = reading;
        Ok(WrittenReading {
            version: version.0.cast_signed(),
            edition: edition.0,
            wire: newswire.wire.clone(),
            release_number: newswire.release_number.clone(),
            notice: newswire.notice.as_ref().map(|notice| notice.kind.as_str()),
            bytes: encoder.newswire(newswire)?,
        })
    }
}

/// A route as it is written.
pub struct WrittenRoute {
    pub feed: FeedId,
    pub admitted: bool,
    pub evidence: String,
}

impl WrittenRoute {
    pub fn ruling(&self) -> Ruling {
        if self.admitted { Ruling::In } else { Ruling::Out }
    }
}

/// Encodes what a poll found: dear, and for a thread that waits for no database.
pub fn prepare(record: PollRecord, encoder: &mut Encoder) -> Result<PreparedPoll> {
    let PollRecord { claim, at, note, state, found, released, decided_by, shares, host, hold, .. } = record;
    let placing = arrives(&claim.state);
    let mut encoding = Encoding { source: &claim.source, at, placing, encoder, trees: Trees::default() };
    let mut step = |found| encoding.step(found);
    let steps = found.map(|found| found.into_iter().map(&mut step).collect::<Result<_>>()).transpose()?;
    let trees = encoding.trees;
    let carrier = write_carrier(&state.carrier)?;
    let described_anew = described_anew(&claim.state.carrier, &state.carrier);
    let standing = write_standing(&state.standing)?;
    let Claim { source, lease, .. } = claim;
    Ok(PreparedPoll {
        source,
        lease,
        at,
        note,
        state,
        carrier,
        described_anew,
        standing,
        host,
        hold,
        succeeded: record.succeeded,
        shares,
        decided_by,
        warnings_told: record.warnings_told,
        counted: record.counted,
        released,
        steps,
        trees,
    })
}

/// What encoding takes.
struct Encoding<'a> {
    source: &'a SourceId,
    at: Timestamp,
    /// Why those that are new stand where they do.
    placing: Placing,
    encoder: &'a mut Encoder,
    trees: Trees,
}

impl Encoding<'_> {
    fn step(&mut self, found: Found) -> Result<WriteStep> {
        Ok(match found {
            Found::New(new) => WriteStep::New(Box::new(self.newcomer(*new)?)),
            Found::Revised(revision) => WriteStep::Revised(Box::new(self.revised(&revision)?)),
            Found::Followed(followed) => WriteStep::Followed(Box::new(self.followed(&followed)?)),
            Found::Same(id) => WriteStep::Same(id),
            Found::Rekeyed { entry, key, print } => WriteStep::Rekeyed { entry, key, print },
        })
    }

    fn newcomer(&mut self, new: NewEntry) -> Result<Newcomer> {
        let body = self.encoder.new_entry(&new.entry)?;
        Ok(Newcomer {
            key: new.entry.key,
            print: new.print,
            reading: self.reading(new.reading.as_ref(), &body)?,
            body,
            size_bytes: new.entry.size_bytes(),
            updated_at: first_updated(&new.entry, self.at),
            sort_at: new.sort_at,
            standing: self.placing,
            routes: written_routes(&new.routes, &mut self.trees)?,
            wants_article: new.wants_article,
            published_id: wanted_id(&new.entry, self.source),
            words: new.words,
            copy: new.copy.map(|copy| PreparedCopy::of(copy, self.encoder)).transpose()?,
        })
    }

    fn revised(&mut self, revision: &Revision) -> Result<Revised> {
        let body = self.encoder.stored(&revision.entry)?;
        Ok(Revised {
            id: revision.id,
            key: revision.entry.key,
            print: revision.print,
            change: revision.change,
            reading: self.reading(revision.entry.reading.as_ref(), &body)?,
            body,
            size_bytes: revision.entry.size_bytes(),
            earlier: revision.earlier,
            routes: written_routes(&revision.routes, &mut self.trees)?,
            wants_article: revision.wants_article,
        })
    }

    fn followed(&mut self, followed: &Followed) -> Result<Revised> {
        let body = self.encoder.stored(&followed.entry)?;
        Ok(Revised {
            id: followed.id,
            key: followed.entry.key,
            print: followed.print,
            change: Change::Cosmetic,
            reading: self.reading(followed.entry.reading.as_ref(), &body)?,
            body,
            size_bytes: 0,
            earlier: Earlier::Replaced,
            routes: written_routes(&followed.routes, &mut self.trees)?,
            wants_article: false,
        })
    }

    fn reading(&mut self, reading: Option<&WireReading>, body: &[u8]) -> Result<Option<WrittenReading>> {
        reading.map(|reading| WrittenReading::of(reading, body, self.encoder)).transpose()
    }
}

/// What came of a page, ready to be written.
pub struct PreparedArticle {
    pub record: ArticleRecord,
    pub text: Option<PreparedText>,
    pub trees: Trees,
}

/// An entry's text with its article.
pub struct PreparedText {
    pub body: Vec<u8>,
    pub reading: Option<WrittenReading>,
    pub routes: Vec<WrittenRoute>,
}

/// Encodes what came of a page, as [`prepare`] does.
pub fn prepare_article(record: ArticleRecord) -> Result<PreparedArticle> {
    let mut trees = Trees::default();
    let text = match &record.came {
        Came::Text { entry, routes } => {
            let mut encoder = Encoder::new();
            let body = encoder.stored(entry)?;
            let reading = entry.reading.as_ref().map(|reading| WrittenReading::of(reading, &body, &mut encoder));
            let reading = reading.transpose()?;
            Some(PreparedText { body, reading, routes: written_routes(routes, &mut trees)? })
        }
        Came::Nothing | Came::Later(_) => None,
    };
    Ok(PreparedArticle { record, text, trees })
}

/// Routes as they are written, their trees apart.
pub fn written_routes(routes: &[Route], trees: &mut Trees) -> Result<Vec<WrittenRoute>> {
    let mut row = |route: &Route| {
        Ok(WrittenRoute { feed: route.feed.clone(), admitted: route.admitted, evidence: write_evidence(route, trees)? })
    };
    routes.iter().map(&mut row).collect()
}

/// What was read of an entry anew, ready to be written.
pub struct PreparedReading {
    pub entry: EntryId,
    pub reading: WrittenReading,
}

/// Entries that are to be placed, and what is compared of them as it is stored.
pub fn prepare_copies(entries: Vec<(EntryId, Arc<dyn UnplacedCopy>)>) -> Result<Vec<(EntryId, PreparedCopy)>> {
    let mut encoder = Encoder::new();
    entries.into_iter().map(|(entry, copy)| Ok((entry, PreparedCopy::of(copy, &mut encoder)?))).collect()
}

/// Encodes what was read anew.
pub fn prepare_readings(readings: &[ReadAgain]) -> Result<Vec<PreparedReading>> {
    let mut encoder = Encoder::new();
    let mut one = |ReadAgain { entry, version, reading }: &ReadAgain| {
        let reading = WrittenReading::of_version(reading, *version, &mut encoder)?;
        Ok(PreparedReading { entry: *entry, reading })
    };
    readings.iter().map(&mut one).collect()
}

/// New decisions ready to be written.
pub struct PreparedRerouting {
    pub feeds: Vec<FeedId>,
    pub entries: Vec<(EntryId, TextHash, Vec<WrittenRoute>)>,
    pub gained: Gained,
    pub at: Timestamp,
    pub step: Option<StepMade>,
    pub again_by: Option<RulesId>,
    pub trees: Trees,
}

/// Encodes the evidence; runs where no database waits.
pub fn prepare_rerouting(work: Rerouting) -> Result<PreparedRerouting> {
    let Rerouting { feeds, entries, gained, at, step, again_by } = work;
    let mut trees = Trees::default();
    let rows = |d: &Decided| Ok((d.entry, d.version, written_routes(&d.routes, &mut trees)?));
    let entries = entries.iter().map(rows).collect::<Result<_>>()?;
    Ok(PreparedRerouting { feeds, entries, gained, at, step, again_by, trees })
}

impl PreparedPoll {
    /// How many transactions it takes besides the last.
    pub fn portions(&self) -> usize {
        self.steps.as_ref().map_or(0, |steps| steps.len().saturating_sub(1) / PORTION)
    }

    /// Whether nothing is written of entries: so most polls end.
    pub fn has_no_entries(&self) -> bool {
        self.released.is_empty() && self.steps.as_ref().is_none_or(Vec::is_empty)
    }

    /// The next entries to be written: documents list the newest first, numbers
    /// ascend with time.
    pub fn portion(&self, from: usize) -> impl Iterator<Item = &WriteStep> {
        self.steps.iter().flat_map(move |steps| steps.iter().rev().skip(from).take(PORTION))
    }
}
