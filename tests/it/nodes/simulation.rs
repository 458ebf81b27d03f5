//! Hours of several nodes on one store, event by event.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wiredesk::clock::{Clock, Timestamp};
use wiredesk::model::{Asked as Question, EntryKey, Failure, Purpose};
use wiredesk::schedule::lease::{LEASE, renewed_at};
use wiredesk::store::{
    BEAT, Claim, Commit, Courtesy, DUTY_HELD, Duty, Error, Nodes, PollRecord, Schedule, SourcePlan, Turn,
};

use super::desk::{Desk, Poll, failed, named, record};
use super::origin::{Origin, Reply, SOURCES, entry_of, host_of};
use super::promises::{Asked, GAP, INTERVAL, Promises};
use crate::contract::{feed, joining, now, planned};
use crate::dice::Dice;
use crate::reference::MemStore;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Polls that a node has under way at once.
const ROOM: usize = 6;

/// What happens at some instant.
enum Event {
    /// A node looks for what is due.
    Look,
    Beat,
    /// A request leaves.
    Ask(Box<Poll>),
    /// Its answer is there.
    Answered(Box<Poll>),
    /// A node begins to work.
    Start,
    /// Something befalls a node.
    Mishap,
    /// All promises are looked at.
    Hour,
}

/// How a call of the store ends for its caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// As the store answers.
    Holds,
    /// It never came to the store.
    BrokeBefore,
    /// The store did it, and the answer was lost.
    BrokeAfter,
}

/// What the nodes of a simulation do wrong, to see that it is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// They go by their own clocks.
    OwnClocks,
    /// They do not ask what is known of a document.
    Forgetful,
}

pub struct Simulation {
    flaw: Option<Flaw>,
    dice: Dice,
    /// The true time, which is the store's.
    at: Timestamp,
    store: MemStore,
    desks: Vec<Desk>,
    origin: Origin,
    promises: Promises,
    /// By instant and then by number, with the node that it is about and its epoch.
    events: BTreeMap<(Timestamp, u64), (usize, u64, Event)>,
    made: u64,
    /// Sources of which the last poll was not stored.
    unstored: BTreeSet<usize>,
    pub polls: u64,
    pub mishaps: u64,
}

fn courtesy() -> Courtesy {
    Courtesy { per_host: 1, host_gap: GAP, lease: LEASE }
}

impl Simulation {
    pub async fn of(seed: u64, flaw: Option<Flaw>) -> Simulation {
        let mut dice = Dice::of(seed);
        let store = MemStore::new();
        let sources: Vec<SourcePlan> = (0..SOURCES)
            .map(|n| {
                let mut plan = planned(named(n).as_str(), &format!("https://{}/{n}", host_of(n)));
                plan.first.at = now().plus(SECOND * u32::try_from(n).unwrap());
                SourcePlan { interval: INTERVAL, ..plan }
            })
            .collect();
        store.configure(&sources, &[feed()], now()).await.expect("a configuration");
        let ahead = |dice: &mut Dice| i64::try_from(dice.throw(600_000)).unwrap() - 300_000;
        let drift = |dice: &mut Dice| i64::try_from(dice.throw(200)).unwrap() - 100;
        let desks = (0..3).map(|n| Desk::new(&format!("n{n}"), now(), ahead(&mut dice), drift(&mut dice))).collect();
        let mut simulation = Simulation {
            flaw,
            dice,
            at: now(),
            store,
            desks,
            origin: Origin { begun_at: now(), asked: BTreeMap::new() },
            promises: Promises::new(),
            events: BTreeMap::new(),
            made: 0,
            unstored: BTreeSet::new(),
            polls: 0,
            mishaps: 0,
        };
        for n in 0..3 {
            let wait = simulation.some(10 * SECOND);
            simulation.plan(wait, n, Event::Start);
        }
        let wait = simulation.some(HOUR / 4);
        simulation.plan(wait, 0, Event::Mishap);
        simulation.plan(HOUR, 0, Event::Hour);
        simulation
    }

    /// Some time up to `most`.
    fn some(&mut self, most: Duration) -> Duration {
        Duration::from_millis(self.dice.throw(usize::try_from(most.as_millis()).unwrap().max(1)) as u64)
    }

    fn plan(&mut self, wait: Duration, desk: usize, event: Event) {
        let epoch = self.desks[desk].epoch;
        self.made += 1;
        self.events.insert((self.at.plus(wait), self.made), (desk, epoch, event));
    }

    /// Lets time go on for so long.
    ///
    /// # Errors
    /// The promise that is not kept.
    pub async fn run(&mut self, hours: u32) -> Result<(), String> {
        let end = self.at.plus(HOUR * hours);
        while let Some(((at, _), (desk, epoch, event))) = self.events.pop_first() {
            if at > end {
                return Ok(());
            }
            let by = at.since(self.at);
            self.at = at;
            self.desks.iter_mut().for_each(|desk| desk.advance(by));
            match event {
                Event::Mishap => self.mishap().await,
                Event::Hour => {
                    self.promises.hour(&self.store, &self.origin, self.at).await.map_err(|e| format!("{at}: {e}"))?;
                    self.duties().await?;
                    self.plan(HOUR, 0, Event::Hour);
                }
                // It was killed since.
                _ if self.desks[desk].epoch != epoch => {}
                event if self.desks[desk].still_until > at => {
                    let wait = self.desks[desk].still_until.since(at);
                    self.plan(wait, desk, event);
                }
                Event::Start => self.start(desk).await,
                Event::Beat => self.beat(desk).await,
                Event::Look => self.look(desk).await,
                Event::Ask(poll) => self.ask(desk, poll).await.map_err(|e| format!("{at}, {desk}: {e}"))?,
                Event::Answered(poll) => self.answered(desk, *poll).await?,
            }
        }
        Ok(())
    }

    /// How the next call of a node to the store ends.
    fn line(&mut self, desk: usize) -> Line {
        if self.desks[desk].away_until > self.at {
            return Line::BrokeBefore;
        }
        match self.dice.throw(300) {
            0 | 1 => Line::BrokeBefore,
            2 | 3 => Line::BrokeAfter,
            _ => Line::Holds,
        }
    }

    async fn start(&mut self, desk: usize) {
        if self.line(desk) == Line::BrokeBefore {
            return self.plan(5 * SECOND, desk, Event::Start);
        }
        let joining = joining(&self.desks[desk].name);
        let node = self.store.join(&joining, self.at).await.expect("a node");
        self.desks[desk].node = Some(node);
        self.follow(desk);
        self.plan(Duration::ZERO, desk, Event::Look);
        self.plan(BEAT, desk, Event::Beat);
    }

    /// A node's clock follows the store's.
    fn follow(&self, desk: usize) {
        let clock = &self.desks[desk].clock;
        if self.flaw != Some(Flaw::OwnClocks) {
            let elapsed = clock.elapsed();
            clock.follow(self.at, elapsed, elapsed);
        }
    }

    async fn beat(&mut self, desk: usize) {
        if self.line(desk) != Line::BrokeBefore {
            let node = self.desks[desk].node.clone().expect("it has joined");
            match self.store.beat(&node, self.at).await {
                // It ends, and is started anew.
                Err(_) => return self.kill(desk, SECOND),
                Ok(()) => self.follow(desk),
            }
            let _ = self.store.take_duty(&node, Duty::Index, self.at).await;
        }
        self.plan(BEAT, desk, Event::Beat);
    }

    /// One node at work at most has a duty, and one that died has it no longer than it may.
    async fn duties(&mut self) -> Result<(), String> {
        let mut having = Vec::new();
        for desk in &self.desks {
            let Some(node) = desk.node.clone() else { continue };
            if self.store.take_duty(&node, Duty::Index, self.at).await.unwrap_or(false) {
                having.push(node.to_string());
            }
        }
        let longest = DUTY_HELD.as_secs();
        if having.len() > 1 { Err(format!("{having:?} have one duty, within {longest} s")) } else { Ok(()) }
    }

    fn kill(&mut self, desk: usize, again_within: Duration) {
        let wait = self.some(again_within);
        let killed = &mut self.desks[desk];
        killed.epoch += 1;
        killed.node = None;
        killed.unrecorded.clear();
        self.origin.ends(desk, self.at);
        self.plan(wait, desk, Event::Start);
    }

    async fn mishap(&mut self) {
        self.mishaps += 1;
        let desk = self.dice.throw(3);
        let at = self.at;
        match self.dice.throw(8) {
            0 | 1 => self.kill(desk, HOUR / 2),
            2 | 3 => self.desks[desk].still_until = at.plus(self.some(8 * 60 * SECOND)),
            4 | 5 => self.desks[desk].away_until = at.plus(self.some(8 * 60 * SECOND)),
            6 => {
                let wrong = i64::try_from(self.dice.throw(1_200_000)).unwrap() - 600_000;
                self.desks[desk].set_machine(Timestamp::from_millis(at.millis() + wrong));
            }
            // It is stopped, and says goodbye.
            _ => {
                if let Some(node) = self.desks[desk].node.clone() {
                    self.store.leave(&node, at).await.expect("a farewell");
                    self.kill(desk, HOUR / 4);
                }
            }
        }
        let wait = self.some(HOUR / 2);
        self.plan(wait, desk, Event::Mishap);
    }

    async fn look(&mut self, desk: usize) {
        self.record_again(desk).await;
        let line = self.line(desk);
        if line == Line::BrokeBefore {
            return self.plan(5 * SECOND, desk, Event::Look);
        }
        let due = self.store.next_due_at(&courtesy(), self.at).await.expect("a time");
        let wait = due.map_or(60 * SECOND, |due| due.since(self.at)).min(60 * SECOND);
        if !wait.is_zero() {
            return self.plan(wait, desk, Event::Look);
        }
        let node = self.desks[desk].node.clone().expect("it has joined");
        let claims = self.store.claim_due(&node, &courtesy(), self.at, ROOM).await;
        let wait = if claims.as_ref().is_ok_and(|claims| claims.is_empty()) { SECOND } else { SECOND / 10 };
        // What was claimed and never heard of is not polled.
        for claim in claims.unwrap_or_default().into_iter().filter(|_| line == Line::Holds) {
            self.begin(desk, claim);
        }
        self.plan(wait, desk, Event::Look);
    }

    fn begin(&mut self, desk: usize, claim: Claim) {
        let source = claim.source.as_str()[1..].parse().expect("a number");
        let now = self.desks[desk].clock.now();
        let poll = Poll { source, claim, claimed_at: self.at, now, reply: None };
        let wait = self.some(SECOND / 5);
        self.plan(wait, desk, Event::Ask(Box::new(poll)));
        self.perhaps_stands_still(desk);
    }

    /// A machine stands still in the middle of a poll: by chance alone it would hardly ever.
    fn perhaps_stands_still(&mut self, desk: usize) {
        if self.dice.happens(2) {
            let wait = self.some(8 * 60 * SECOND);
            self.desks[desk].still_until = self.at.plus(wait);
        }
    }

    /// A request leaves, where the claim may still be held (see `poll::claimed`).
    async fn ask(&mut self, desk: usize, mut poll: Box<Poll>) -> Result<(), String> {
        let now = self.desks[desk].clock.now();
        let is_over = now >= poll.claim.until;
        if now >= renewed_at(poll.claim.until, LEASE) {
            match self.line(desk) {
                // It goes on only while it is known to have the claim.
                Line::BrokeBefore | Line::BrokeAfter if is_over => return Ok(()),
                Line::BrokeBefore => {}
                Line::Holds | Line::BrokeAfter => match self.store.renew(&poll.claim, &courtesy(), self.at).await {
                    Ok(until) => poll.claim.until = until,
                    Err(_) => return Ok(()),
                },
            }
        }
        // The turn of a claim that was over has to be had again.
        if is_over {
            let host = poll.claim.host.clone();
            match self.store.turn(&poll.claim, &courtesy(), &host, Purpose::Poll, self.at).await {
                Ok(Turn::Taken) => {}
                _ => return Ok(()),
            }
        }
        poll.now = now;
        let (reply, takes) = self.origin.answer(poll.source, self.at, &mut self.dice);
        let (source, claimed_at) = (poll.source, poll.claimed_at);
        let follows_unstored = self.unstored.remove(&source);
        let asked = Asked { desk, at: self.at, ended_at: self.at.plus(takes), claimed_at, follows_unstored };
        self.promises.ask(&self.origin, source, asked)?;
        self.origin.asked.entry(source).or_default().push(asked);
        self.polls += 1;
        poll.reply = Some(reply);
        self.plan(takes, desk, Event::Answered(poll));
        self.perhaps_stands_still(desk);
        Ok(())
    }

    async fn answered(&mut self, desk: usize, poll: Poll) -> Result<(), String> {
        let record = match self.line(desk) {
            Line::BrokeBefore => None,
            _ => Some(record(&poll, &self.known(&poll).await)),
        };
        let stored = match record {
            Some(record) => self.commit(desk, record).await?,
            None => Err(Error::Away("by the simulation".to_owned())),
        };
        if let Err(error) = stored
            && !matches!(error, Error::StaleClaim(_))
        {
            // As `poll::unstored` does.
            let failure = Failure::NotStored(error.to_string());
            self.unstored.insert(poll.source);
            let record = failed(&poll, &failure, None);
            self.desks[desk].unrecorded.push(record);
            self.record_again(desk).await;
        }
        Ok(())
    }

    async fn known(&self, poll: &Poll) -> BTreeMap<EntryKey, (wiredesk::model::EntryId, i64)> {
        let Some(Reply::Document(items)) = poll.reply.as_ref().filter(|_| self.flaw != Some(Flaw::Forgetful)) else {
            return BTreeMap::new();
        };
        let asked: Vec<Question> = items
            .iter()
            .map(|item| {
                let (entry, print) = entry_of(poll.source, *item);
                let (title, material) = (print.title, print.material);
                Question { keys: vec![entry.key], link: None, page: None, title, material }
            })
            .collect();
        let known = self.store.known(&poll.claim.source, &[], &asked).await.expect("an answer");
        known.into_iter().map(|known| (known.key, (known.entry, known.print.title))).collect()
    }

    /// Commits a poll; what was acknowledged is there.
    async fn commit(&mut self, desk: usize, record: PollRecord) -> Result<Result<(), Error>, String> {
        let away = || Error::Away("by the simulation".to_owned());
        let line = self.line(desk);
        if line == Line::BrokeBefore {
            return Ok(Err(away()));
        }
        let hold = record.hold.clone();
        let committed = self.store.commit_poll(record).await;
        if let (Ok(_), Some(hold)) = (&committed, hold) {
            self.promises.hold(&hold.host.name, self.at, hold.until);
        }
        // Most answers that are lost are asked for again, and the receipt gives them.
        if line == Line::BrokeAfter && self.dice.happens(50) {
            return Ok(Err(away()));
        }
        let Ok(done) = &committed else { return Ok(committed.map(drop)) };
        for id in &done.new {
            let there = wiredesk::store::Entries::published(&self.store, &[*id]).await.expect("an answer");
            if there.is_empty() {
                return Err(format!("{id} was acknowledged, and is not there"));
            }
        }
        Ok(Ok(()))
    }

    async fn record_again(&mut self, desk: usize) {
        while let Some(record) = self.desks[desk].unrecorded.pop() {
            match self.commit(desk, record.clone()).await {
                Ok(Ok(()) | Err(Error::StaleClaim(_))) => {}
                _ => return self.desks[desk].unrecorded.push(record),
            }
        }
    }
}
