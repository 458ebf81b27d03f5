//! How a source is doing, for people: in a word, and what its operator has to know.

use crate::clock::Timestamp;
use crate::model::{Over, PollState, PublicUrl, SourceId, Spent, Unkept};

/// A source as people ask after it: pages, `status` and `explain` alike.
#[derive(Clone, Copy, Debug)]
pub struct Condition<'a> {
    /// The source.
    pub source: &'a SourceId,
    /// What is remembered of it.
    pub state: &'a PollState,
    /// Whether the configuration still names it.
    pub is_active: bool,
    /// When one asks.
    pub now: Timestamp,
}

/// How a source is doing. What needs somebody most comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SourceHealth {
    /// Gone for good, so polled no more.
    Gone,
    /// Without a success for too long.
    Stale,
    /// Its last poll failed.
    Failing,
    /// It failed while no other source could be reached either.
    Offline,
    /// Over a budget of the day.
    Over,
    /// It has moved for good.
    Moved,
    /// Not polled yet.
    New,
    /// All is well.
    Ok,
    /// No longer configured.
    Retired,
}

impl SourceHealth {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            SourceHealth::Gone => "gone",
            SourceHealth::Stale => "stale",
            SourceHealth::Failing => "failing",
            SourceHealth::Offline => "offline",
            SourceHealth::Over => "over",
            SourceHealth::Moved => "moved",
            SourceHealth::New => "new",
            SourceHealth::Ok => "ok",
            SourceHealth::Retired => "retired",
        }
    }

    /// Whether nothing comes of it at present, although something should.
    pub fn brings_nothing(self) -> bool {
        matches!(self, SourceHealth::Gone | SourceHealth::Stale | SourceHealth::Failing | SourceHealth::Offline)
    }
}

impl Condition<'_> {
    /// Whether it is stale; see [`PollState::stale_at`]. One that is polled no more is not.
    pub fn is_stale(&self) -> bool {
        self.is_active && self.state.stale_at().is_some_and(|at| at < self.now)
    }

    /// A word for how it is doing; the worst of what holds.
    pub fn word(&self) -> &'static str {
        self.health().word()
    }

    /// How it is doing; the worst of what holds.
    pub fn health(&self) -> SourceHealth {
        match self.state {
            _ if !self.is_active => SourceHealth::Retired,
            state if state.polls == 0 => SourceHealth::New,
            state if state.standing.stopped_at.is_some() => SourceHealth::Gone,
            state if state.standing.offline_at.is_some() => SourceHealth::Offline,
            _ if self.is_stale() => SourceHealth::Stale,
            state if state.failures > 0 => SourceHealth::Failing,
            state if state.standing.over_budget().is_some() => SourceHealth::Over,
            state if state.standing.address.current.is_some() => SourceHealth::Moved,
            _ => SourceHealth::Ok,
        }
    }

    /// What its operator has to know of it, each a sentence without a full stop.
    pub fn remarks(&self) -> Vec<String> {
        [self.of_address(), self.of_silence(), self.of_validators(), self.of_budgets()].into_iter().flatten().collect()
    }
}

/// What may be said of a source, by what it is about.
impl Condition<'_> {
    fn of_address(&self) -> Vec<String> {
        let s = &self.state.standing;
        let moved = s.address.current.as_ref().map(|to| PublicUrl::read(to));
        let moved = moved.map(|to| format!("moved for good to {to}, and polled there; change its url"));
        let id = self.source;
        let gone = s.stopped_at.map(|_| format!("gone, so no longer polled; `wiredesk poll {id}` tries once more"));
        moved.into_iter().chain(gone).collect()
    }

    fn of_silence(&self) -> Vec<String> {
        let s = &self.state.standing;
        let stale = (s.stopped_at.is_none() && self.is_stale()).then(|| match self.state.last_success_at {
            Some(at) => format!("stale: without a success since {at}, for more than three of its intervals"),
            None => "stale: it was never read".to_owned(),
        });
        let hold = s.hold.as_ref().filter(|hold| hold.at > self.now);
        let held = hold.map(|hold| format!("held until {}, for polls by hand too: {}", hold.at, hold.because));
        stale.into_iter().chain(held).collect()
    }

    fn of_validators(&self) -> Vec<String> {
        let trust = &self.state.standing.trust;
        let hides = (trust.hidden > 0).then(|| {
            let times = trust.hidden;
            format!("its server sent 304 (not modified) although its document was new, {times} times; so the whole document is requested now and then")
        });
        let unsent = trust.unsent_until.map(|until| {
            format!("its server fails at conditional requests, so the whole document is requested at each poll; the next conditional request comes after {until}")
        });
        let spent = trust.spent_until.filter(|until| self.state.failures > 0 && *until > self.now).map(|until| {
            format!("conditional requests fail, and so did one without validators, which is tried again after {until}")
        });
        hides.into_iter().chain(unsent).chain(spent).collect()
    }

    fn of_budgets(&self) -> Vec<String> {
        let s = &self.state.standing;
        let over = s.over_budget().map(|over| {
            let Over { since, budget, waiting, first: _ } = over;
            format!("over its budget of {budget}: at {since}, {waiting} new entries of its document were not taken; what is still listed tomorrow is taken then")
        });
        let today = |lost: &&Unkept| Spent::day_of(lost.since) == Spent::day_of(self.now);
        let unkept = s.unkept.as_ref().filter(today).map(|lost| {
            let Unkept { since, budget, versions } = lost;
            format!("over its budget of {budget}: since {since}, {versions} earlier versions of its entries were not kept, their newest are")
        });
        over.into_iter().chain(unkept).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::NextPoll;

    /// 2026-11-23T00:00:00Z.
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const HOUR: Duration = Duration::from_secs(3600);

    fn check(is_active: bool, change: impl Fn(&mut PollState), word: &str, remarks: &[&str]) {
        let source = SourceId::new("fao").unwrap();
        let mut state = PollState::fresh(NextPoll { at: NOW, because: String::new() });
        (state.polls, state.last_success_at, state.standing.wait) = (1, Some(NOW.minus(HOUR)), Some(HOUR));
        change(&mut state);
        let condition = Condition { source: &source, state: &state, is_active, now: NOW };
        assert_eq!((condition.word(), condition.remarks()), (word, remarks.iter().map(|r| (*r).to_owned()).collect()));
    }

    const MOVED: &str = "moved for good to https://example.org/feed, and polled there; change its url";
    const GONE: &str = "gone, so no longer polled; `wiredesk poll fao` tries once more";
    const STALE: &str = "stale: without a success since 2026-11-22T20:59:59Z, for more than three of its intervals";
    const NEVER_READ: &str = "stale: it was never read";
    const HELD: &str = "held until 2026-11-23T00:00:01Z, for polls by hand too: asked";
    const HIDES: &str = "its server sent 304 (not modified) although its document was new, 2 times; \
                         so the whole document is requested now and then";
    const UNSENT: &str = "its server fails at conditional requests, so the whole document is requested at each poll; \
                          the next conditional request comes after 2026-11-23T01:00:00Z";
    const SPENT: &str = "conditional requests fail, and so did one without validators, \
                         which is tried again after 2026-11-23T00:00:01Z";
    const OVER: &str = "over its budget of 5 entries: at 2026-11-22T23:00:00Z, 7 new entries of its document \
                        were not taken; what is still listed tomorrow is taken then";
    const UNKEPT: &str = "over its budget of 1 MB: since 2026-11-23T00:00:00Z, 3 earlier versions of its entries \
                          were not kept, their newest are";

    fn second() -> Duration {
        Duration::from_secs(1)
    }

    fn over(state: &mut PollState) {
        let budget = "5 entries".to_owned();
        state.standing.over = Some(Over { since: NOW.minus(HOUR), budget, waiting: 7, first: false });
    }

    fn stale(state: &mut PollState) {
        state.last_success_at = Some(NOW.minus(3 * HOUR + second()));
    }

    #[test]
    fn a_source_is_told_in_a_word() {
        check(true, |_| (), "ok", &[]);
        check(false, |_| (), "retired", &[]);
        check(true, |s| s.polls = 0, "new", &[]);
        check(true, |s| s.failures = 1, "failing", &[]);
        check(true, |s| s.standing.offline_at = Some(NOW), "offline", &[]);
        check(true, |s| s.standing.stopped_at = Some(NOW), "gone", &[GONE]);
        check(true, stale, "stale", &[STALE]);
        check(true, over, "over", &[OVER]);
        check(true, |s| s.standing.address.current = Some("https://example.org/feed".to_owned()), "moved", &[MOVED]);
    }

    #[test]
    fn the_worst_word_is_told() {
        let all: [fn(&mut PollState); 7] = [
            |s| s.standing.address.current = Some("https://example.org/feed".to_owned()),
            over,
            |s| s.failures = 1,
            stale,
            |s| s.standing.offline_at = Some(NOW),
            |s| s.standing.stopped_at = Some(NOW),
            |s| s.polls = 0,
        ];
        let source = SourceId::new("fao").unwrap();
        let word = |most: usize| {
            let mut state = PollState::fresh(NextPoll { at: NOW, because: String::new() });
            (state.polls, state.last_success_at, state.standing.wait) = (1, Some(NOW), Some(HOUR));
            all[..most].iter().for_each(|change| change(&mut state));
            Condition { source: &source, state: &state, is_active: true, now: NOW }.word()
        };
        let words: Vec<&str> = (1..=all.len()).rev().map(word).collect();
        assert_eq!(words, ["new", "gone", "offline", "stale", "failing", "over", "moved"]);
    }

    #[test]
    fn r6_a_source_is_stale_after_three_waits_and_says_which() {
        check(true, |s| s.last_success_at = Some(NOW.minus(3 * HOUR)), "ok", &[]);
        check(true, stale, "stale", &[STALE]);
        check(false, stale, "retired", &[]);
        // One that is gone is not expected to be read.
        check(
            true,
            |s| {
                stale(s);
                s.standing.stopped_at = Some(NOW);
            },
            "gone",
            &[GONE],
        );
        let never = |s: &mut PollState, failures| (s.last_success_at, s.failures) = (None, failures);
        check(true, |s| never(s, 2), "failing", &[]);
        check(true, |s| never(s, 3), "stale", &[NEVER_READ]);
    }

    #[test]
    fn operators_are_told_of_holds_and_validators_while_they_count() {
        let hold = |at| Some(NextPoll { at, because: "asked".to_owned() });
        check(true, |s| s.standing.hold = hold(NOW.plus(second())), "ok", &[HELD]);
        check(true, |s| s.standing.hold = hold(NOW), "ok", &[]);
        check(true, |s| s.standing.trust.hidden = 2, "ok", &[HIDES]);
        check(true, |s| s.standing.trust.unsent_until = Some(NOW.plus(HOUR)), "ok", &[UNSENT]);
        let spent = |s: &mut PollState, until, failures| {
            (s.standing.trust.spent_until, s.failures) = (Some(until), failures);
        };
        check(true, |s| spent(s, NOW.plus(second()), 1), "failing", &[SPENT]);
        check(true, |s| spent(s, NOW.plus(second()), 0), "ok", &[]);
        check(true, |s| spent(s, NOW, 1), "failing", &[]);
    }

    #[test]
    fn operators_are_told_of_earlier_versions_that_were_not_kept_today() {
        let unkept = |since| Some(Unkept { since, budget: "1 MB".to_owned(), versions: 3 });
        check(true, |s| s.standing.unkept = unkept(NOW), "ok", &[UNKEPT]);
        check(true, |s| s.standing.unkept = unkept(NOW.minus(second())), "ok", &[]);
    }

    #[test]
    fn remarks_have_an_order() {
        let everything = |s: &mut PollState| {
            stale(s);
            over(s);
            s.standing.address.current = Some("https://example.org/feed".to_owned());
            s.standing.hold = Some(NextPoll { at: NOW.plus(second()), because: "asked".to_owned() });
            (s.standing.trust.hidden, s.failures) = (2, 1);
            s.standing.trust.unsent_until = Some(NOW.plus(HOUR));
            s.standing.trust.spent_until = Some(NOW.plus(second()));
            s.standing.unkept = Some(Unkept { since: NOW, budget: "1 MB".to_owned(), versions: 3 });
        };
        check(true, everything, "stale", &[MOVED, STALE, HELD, HIDES, UNSENT, SPENT, OVER, UNKEPT]);
    }
}
