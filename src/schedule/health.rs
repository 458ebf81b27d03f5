//! Whether the desk itself can reach the network. When it cannot, that is no failure of any
//! source: no backoff grows, and all sources are polled again soon.

use std::collections::HashSet;
use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::{Failure, NextPoll, PollState, SourceId};

/// When this many sites in a row cannot be reached, with none reached in between, it is no
/// coincidence. A desk with fewer sites must miss all of them, except those that are known
/// to be down.
const MANY: usize = 5;

/// While no site can be reached, every source is tried at least this often: no request
/// leaves this machine, and entries may be dropping out of documents meanwhile.
const AGAIN: Duration = Duration::from_secs(600);

/// How many sources may be absolved of their failure; beyond that, it is one host with
/// thousands of sources that is down.
const MOST_BLAMED: usize = 10_000;

/// What a request says about the desk's connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contact {
    /// A server responded, whatever it said.
    Reached,
    /// No server was reached: the name was not found, or no connection was made.
    Missed,
    /// The resolver could not answer: either the machine's own resolver or the name's
    /// servers are down.
    NoResolver,
    /// This machine has no route to any network.
    NoRoute,
    /// No server was asked.
    Neither,
}

impl Contact {
    /// What a failure says, if no response came before it.
    pub fn of(failure: &Failure) -> Contact {
        match failure {
            Failure::NoRoute(_) => Contact::NoRoute,
            Failure::NoResolver(_) => Contact::NoResolver,
            failure if failure.is_unreached() => Contact::Missed,
            Failure::Refused(_)
            | Failure::Held(_)
            | Failure::Robots { .. }
            | Failure::Internal(_)
            | Failure::NotStored(_) => Contact::Neither,
            _ => Contact::Reached,
        }
    }

    /// What the request for an article's page says of it. Its publisher chose the host, so one
    /// that is missed says nothing about the desk's connection.
    #[must_use]
    pub fn of_page(self) -> Contact {
        if self.is_miss() { Contact::Neither } else { self }
    }

    /// Whether a server was asked and none was reached.
    pub fn is_miss(self) -> bool {
        matches!(self, Contact::Missed | Contact::NoResolver | Contact::NoRoute)
    }
}

/// What a contact changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineTurn {
    /// Nothing.
    No,
    /// No site can be reached; these sources were blamed for it.
    Down(Vec<SourceId>),
    /// A site was reached again, or for the first time.
    Up,
}

/// Why all of the sites missed in a row were missed; the more it says about the desk's
/// connection, the higher.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
enum Want {
    /// This and that.
    #[default]
    Answer,
    Resolver,
    Route,
}

impl Want {
    fn of(contact: Contact) -> Want {
        match contact {
            Contact::NoRoute => Want::Route,
            Contact::NoResolver => Want::Resolver,
            _ => Want::Answer,
        }
    }
}

/// What the requests of this process have shown about the connection.
#[derive(Debug, Default)]
pub struct Line {
    /// Sites that were missed while others were reached.
    dead: HashSet<String>,
    /// Sites missed since one was last reached.
    missed: HashSet<String>,
    /// Since when, and why all of them were missed.
    since: Option<Timestamp>,
    want: Want,
    blamed: Vec<SourceId>,
    down: bool,
    ever: bool,
}

impl Line {
    /// Since when no site can be reached.
    pub fn down_since(&self) -> Option<Timestamp> {
        self.since.filter(|_| self.down)
    }

    /// Notes the outcome of a request to `site`, one of `sites` that the desk polls.
    pub fn heard(&mut self, contact: Contact, site: &str, sites: usize, now: Timestamp) -> LineTurn {
        match contact {
            Contact::Neither => LineTurn::No,
            Contact::Reached => self.up(site),
            Contact::Missed | Contact::NoResolver | Contact::NoRoute => {
                if self.missed.is_empty() {
                    (self.since, self.want) = (Some(now), Want::Route);
                }
                self.want = self.want.min(Want::of(contact));
                self.missed.insert(site.to_owned());
                if self.down || !self.is_enough(sites) {
                    return LineTurn::No;
                }
                self.down = true;
                LineTurn::Down(std::mem::take(&mut self.blamed))
            }
        }
    }

    fn up(&mut self, site: &str) -> LineTurn {
        let turned = if self.down || !self.ever { LineTurn::Up } else { LineTurn::No };
        let mut dead = std::mem::take(&mut self.dead);
        if !self.down {
            dead.extend(std::mem::take(&mut self.missed));
        }
        dead.remove(site);
        *self = Line { dead, ever: true, ..Line::default() };
        turned
    }

    /// Whether too many sites were missed in a row for it to be a coincidence.
    fn is_enough(&self, sites: usize) -> bool {
        let living = sites.saturating_sub(self.dead.len());
        let fresh = self.missed.difference(&self.dead).count();
        match self.want {
            Want::Route => fresh >= living.min(2) && self.missed.len() >= sites.clamp(1, 2),
            // Only a desk with a single site blames its own connection as soon as the
            // resolver is silent: that makes no extra requests.
            Want::Resolver if sites <= 1 => true,
            _ if living < 2 => self.missed.len() >= sites.clamp(2, MANY),
            _ => fresh >= living.min(MANY),
        }
    }

    /// Notes that a failure was counted against a source. Returns whether no site can be
    /// reached by now, in which case the source is absolved at once.
    pub fn blame(&mut self, source: &SourceId) -> bool {
        if !self.down && !self.missed.is_empty() && self.blamed.len() < MOST_BLAMED {
            self.blamed.push(source.clone());
        }
        self.down
    }
}

/// When a source is polled again while no site can be reached since `since`: after its
/// interval or sooner, but never before the time its server asked for.
pub fn offline(state: &PollState, interval: Duration, since: Timestamp, now: Timestamp) -> NextPoll {
    let wait = interval.min(AGAIN);
    let because =
        format!("no source can be reached since {since}, so this one has not failed: polled again in {}", span(wait));
    let again = NextPoll { at: now.plus(wait), because };
    state.standing.hold.clone().filter(|hold| hold.at > again.at).unwrap_or(again)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Phase;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    fn id(n: usize) -> SourceId {
        SourceId::new(&format!("s{n}")).unwrap()
    }

    /// Whether the desk counts as offline after these contacts with these sites.
    fn is_down(sites: usize, contacts: &[(Contact, &str)]) -> bool {
        let mut line = Line::default();
        for (contact, site) in contacts {
            line.heard(*contact, site, sites, NOW);
        }
        line.down_since().is_some()
    }

    #[test]
    fn nobody_is_reached_where_all_are_missed_that_are_not_known_to_be_down() {
        use Contact::{Missed, NoRoute, Reached};
        assert!(is_down(2, &[(Missed, "a"), (Missed, "b")]));
        assert!(is_down(3, &[(Missed, "dead"), (Reached, "a"), (Reached, "b"), (Missed, "a"), (Missed, "b")]));
        assert!(is_down(2, &[(Missed, "dead"), (Reached, "a"), (Missed, "a"), (Missed, "dead")]));
        assert!(is_down(900, &[(Missed, "a"), (Missed, "b"), (Missed, "c"), (Missed, "d"), (Missed, "e")]));
        assert!(is_down(1, &[(NoRoute, "a")]));
        assert!(is_down(900, &[(NoRoute, "a"), (NoRoute, "b")]));
    }

    /// A publisher chooses where links to articles lead (B294).
    #[test]
    fn articles_cannot_make_the_line_seem_down_b294() {
        let missed = [Contact::Missed, Contact::NoResolver, Contact::NoRoute];
        for sites in [1, 2, 9] {
            let pages = ["a", "b", "c", "d", "e", "f"].into_iter().flat_map(|site| missed.map(|m| (m.of_page(), site)));
            assert!(!is_down(sites, &pages.collect::<Vec<_>>()), "{sites}");
        }
        assert_eq!(Contact::Reached.of_page(), Contact::Reached);
    }

    #[test]
    fn a_host_that_is_down_is_no_outage_of_the_desk() {
        use Contact::{Missed, Neither, NoRoute, Reached};
        assert!(!is_down(1, &[(Missed, "a"), (Missed, "a"), (Missed, "a")]));
        assert!(!is_down(9, &[(Missed, "a"), (Missed, "a"), (Missed, "b"), (Missed, "b")]));
        assert!(!is_down(9, &[(Missed, "a"), (Missed, "b"), (Reached, "c"), (Missed, "d"), (Missed, "e")]));
        assert!(!is_down(2, &[(Neither, "a"), (Neither, "b")]));
        assert!(!is_down(3, &[(Missed, "a"), (Missed, "b"), (Missed, "b")]));
        assert!(!is_down(3, &[(Missed, "dead"), (Reached, "a"), (Missed, "dead"), (Missed, "a")]));
        assert!(!is_down(2, &[(NoRoute, "six-only"), (Reached, "b"), (NoRoute, "six-only")]));
        assert!(!is_down(9, &[(Reached, "a"), (Reached, "b"), (Reached, "c"), (Missed, "a"), (NoRoute, "b")]));
    }

    /// One domain's servers may be down (SERVFAIL), or one network unreachable; neither
    /// means that the desk is offline.
    #[test]
    fn what_was_dead_before_is_no_sign_of_an_outage_and_two_mute_names_are_none() {
        use Contact::{Missed, NoResolver, NoRoute, Reached};
        for want in [NoResolver, NoRoute] {
            assert!(!is_down(9, &[(Missed, "x"), (Missed, "y"), (Reached, "a"), (want, "x"), (want, "y")]));
            assert!(!is_down(3, &[(Missed, "x"), (Missed, "y"), (Reached, "a"), (want, "x"), (want, "y")]));
            assert!(is_down(2, &[(want, "x"), (Reached, "a"), (want, "a"), (want, "x")]));
            assert!(is_down(1, &[(Reached, "a"), (want, "a")]));
        }
        assert!(!is_down(9, &[(Reached, "a"), (NoResolver, "b"), (NoResolver, "c"), (NoResolver, "d")]));
        assert!(!is_down(9, &[(Reached, "a"), (NoResolver, "b"), (NoRoute, "c")]), "each for its own want");
        let five = ["a", "b", "c", "d", "e"].map(|site| (NoResolver, site));
        assert!(is_down(900, &five) && !is_down(900, &five[..4]));
        assert!(is_down(9, &[(Missed, "x"), (Reached, "a"), (NoRoute, "a"), (NoRoute, "b")]));
    }

    #[test]
    fn who_was_blamed_before_it_was_known_is_absolved_once() {
        let mut line = Line::default();
        for n in 0..4 {
            assert_eq!(line.heard(Contact::Missed, &format!("site{n}"), 100, NOW), LineTurn::No);
            assert!(!line.blame(&id(n)));
        }
        let down = line.heard(Contact::Missed, "site4", 100, NOW);
        assert_eq!(down, LineTurn::Down((0..4).map(id).collect()));
        assert!(line.blame(&id(4)), "one that was on its way");
        assert_eq!(line.heard(Contact::Missed, "site5", 100, NOW), LineTurn::No);
        assert_eq!(line.heard(Contact::Reached, "site0", 100, NOW), LineTurn::Up);
        assert_eq!(line.heard(Contact::Reached, "site1", 100, NOW), LineTurn::No);
        assert_eq!(line.down_since(), None);
    }

    #[test]
    fn what_comes_before_a_connection_misses_and_what_comes_after_it_does_not() {
        let network = |phase| Failure::Network { phase, cause: String::new() };
        let timeout = |phase| Failure::Timeout { phase, after: AGAIN };
        for phase in [Phase::Resolve, Phase::Connect] {
            assert_eq!(Contact::of(&network(phase)), Contact::Missed);
            assert_eq!(Contact::of(&timeout(phase)), Contact::Missed);
        }
        for phase in [Phase::Head, Phase::Body] {
            assert_eq!(Contact::of(&network(phase)), Contact::Reached);
            assert_eq!(Contact::of(&timeout(phase)), Contact::Reached);
        }
        assert_eq!(Contact::of(&Failure::NoRoute(String::new())), Contact::NoRoute);
        assert_eq!(Contact::of(&Failure::NoResolver(String::new())), Contact::NoResolver);
        assert_eq!(Contact::of(&Failure::Tls(String::new())), Contact::Reached);
        assert_eq!(Contact::of(&Failure::Status { status: 500, retry_after: None }), Contact::Reached);
        assert_eq!(Contact::of(&Failure::Refused(String::new())), Contact::Neither);
    }

    #[test]
    fn p24_only_what_never_reached_a_server_may_be_absolved() {
        for (contact, expected) in [
            (Contact::Missed, true),
            (Contact::NoResolver, true),
            (Contact::NoRoute, true),
            (Contact::Reached, false),
            // Nothing was sent, which says nothing about the network.
            (Contact::Neither, false),
        ] {
            assert_eq!(contact.is_miss(), expected, "{contact:?}");
        }
    }

    #[test]
    fn p24_the_end_of_an_outage_is_told_and_no_response_before_or_after_it() {
        use Contact::{Missed, Reached};
        let mut line = Line::default();
        let mut turn = |contact, site: &str| line.heard(contact, site, 2, NOW);
        assert_eq!(turn(Reached, "a"), LineTurn::Up, "the first ever, which shows that there is a network");
        assert_eq!(turn(Reached, "b"), LineTurn::No, "as it was");
        assert_eq!(turn(Missed, "a"), LineTurn::No, "one of two may be down itself");
        assert_eq!(turn(Missed, "b"), LineTurn::Down(Vec::new()));
        assert_eq!(turn(Reached, "b"), LineTurn::Up, "again, after it was lost");
        assert_eq!(turn(Reached, "a"), LineTurn::No);
    }

    #[test]
    fn p24_a_failure_from_before_the_first_miss_is_the_sources_own() {
        let mut line = Line::default();
        line.heard(Contact::Reached, "site0", 100, NOW);
        // It responded, with an error.
        assert!(!line.blame(&id(0)));
        for n in 1..5 {
            line.heard(Contact::Missed, &format!("site{n}"), 100, NOW);
            assert!(!line.blame(&id(n)));
        }
        let down = line.heard(Contact::Missed, "site5", 100, NOW);
        assert_eq!(down, LineTurn::Down((1..5).map(id).collect()));
    }

    #[test]
    fn p24_ten_thousand_sources_are_absolved_at_most() {
        let mut line = Line::default();
        line.heard(Contact::Missed, "one host with all of them", 2, NOW);
        for n in 0..=MOST_BLAMED {
            line.blame(&id(n));
        }
        let LineTurn::Down(absolved) = line.heard(Contact::Missed, "another", 2, NOW) else { panic!("not down") };
        assert_eq!(absolved.len(), 10_000);
    }

    #[test]
    fn p24_offline_a_source_is_tried_every_ten_minutes_unless_its_server_asked_for_longer() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        for (interval, held_for, expected, reason) in [
            (30, None, 10, "no source can be reached"),
            // It is polled more often anyway.
            (5, None, 5, "no source can be reached"),
            (30, Some(9), 10, "no source can be reached"),
            (30, Some(11), 11, "asked"),
            // Of equal wishes our own is named.
            (30, Some(10), 10, "no source can be reached"),
        ] {
            let mut state = PollState::fresh(NextPoll { at: NOW, because: String::new() });
            state.standing.hold = held_for.map(|n| NextPoll { at: NOW.plus(minutes(n)), because: "asked".to_owned() });
            let next = offline(&state, minutes(interval), NOW, NOW);
            assert_eq!(next.at, NOW.plus(minutes(expected)), "{interval} {held_for:?}");
            assert!(next.because.starts_with(reason), "{interval} {held_for:?}: {}", next.because);
        }
    }
}
