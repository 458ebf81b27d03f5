//! Turns at hosts and holds.

use wiredesk::clock::Timestamp;
use wiredesk::model::{Hold, HoldScope, Host, NextPoll, Purpose, SourceId};
use wiredesk::store::rules::{SITE_WITHIN, believed_within, binding, lasting, of_site};
use wiredesk::store::{Courtesy, Node, Turn};

use super::world::{HoldRow, TurnRow, World};

/// The site that a hold is kept under.
fn site_of(host: &Host, scope: HoldScope) -> String {
    match scope {
        HoldScope::Everything => host.site().to_owned(),
        HoldScope::Pages => format!("pages of {}", host.site()),
    }
}

impl World {
    /// Whether no further request to a host may begin, for what others have under way.
    pub fn is_busy(&self, courtesy: &Courtesy, host: &str, but: Option<&SourceId>, now: Timestamp) -> bool {
        let believed = now.plus(believed_within(courtesy.lease));
        let counts = |((at, source), turn): &(&(String, SourceId), &TurnRow)| {
            at == host && Some(source) != but && turn.until > now && turn.until <= believed
        };
        self.turns.iter().filter(counts).count() >= courtesy.per_host.max(1)
    }

    /// When a site was asked, if that is less than a gap ago.
    pub fn asked_at(&self, courtesy: &Courtesy, site: &str, now: Timestamp) -> Option<Timestamp> {
        let at = *self.sites.get(site)?;
        (at > now.minus(courtesy.host_gap) && at <= now.plus(courtesy.lease)).then_some(at)
    }

    /// Takes a turn for a source, which has no more than one.
    pub fn take_turn(
        &mut self,
        holder: Option<Node>,
        courtesy: &Courtesy,
        source: &SourceId,
        (host, purpose): (&Host, Purpose),
        now: Timestamp,
    ) -> Turn {
        if let Some(held) = self.held(host, purpose, now) {
            return Turn::Held(held);
        }
        self.turns.retain(|(at, whose), _| whose != source || *at == host.name);
        if self.is_busy(courtesy, &host.name, Some(source), now) {
            return Turn::Busy;
        }
        if !courtesy.host_gap.is_zero() {
            if let Some(at) = self.asked_at(courtesy, host.site(), now) {
                return Turn::Until(at.plus(courtesy.host_gap));
            }
            self.sites.insert(host.site().to_owned(), now);
        }
        let turn = TurnRow { holder, until: now.plus(courtesy.lease) };
        self.turns.insert((host.name.clone(), source.clone()), turn);
        Turn::Taken
    }

    pub fn end_turns(&mut self, source: &SourceId) {
        self.turns.retain(|(_, whose), _| whose != source);
    }

    /// The hold that binds requests of this purpose.
    pub fn held(&self, host: &Host, purpose: Purpose, now: Timestamp) -> Option<NextPoll> {
        let scopes: &[HoldScope] = match purpose {
            Purpose::Poll => &[HoldScope::Everything],
            Purpose::Page => &[HoldScope::Everything, HoldScope::Pages],
        };
        let wish = |scope: &HoldScope, name: &str| {
            let row = self.holds.get(&(site_of(host, *scope), name.to_owned(), host.proxy.clone()))?;
            let holds = row.until > now && row.until <= now.plus(Hold::LONGEST);
            holds.then(|| NextPoll { at: row.until, because: row.because.clone() })
        };
        binding(scopes.iter().flat_map(|scope| [wish(scope, &host.name), wish(scope, "")]).flatten())
    }

    pub fn strikes(&self, host: &Host, scope: HoldScope) -> u32 {
        let row = self.holds.get(&(site_of(host, scope), host.name.clone(), host.proxy.clone()));
        row.map_or(0, |row| row.strikes)
    }

    /// A host that answered well has no 429s in a row.
    pub fn forgive(&mut self, host: &Host, scope: HoldScope, now: Timestamp) {
        let key = (site_of(host, scope), host.name.clone(), host.proxy.clone());
        if self.holds.get(&key).is_some_and(|row| row.until <= now) {
            self.holds.remove(&key);
        }
    }

    /// Leaves a host alone, or its whole site.
    pub fn hold(&mut self, hold: &Hold, now: Timestamp) {
        self.put_hold(hold, &hold.host.name, now);
        let site = site_of(&hold.host, hold.scope);
        let others = self.holds.iter().filter(|((at, host, proxy), row)| {
            *at == site
                && *proxy == hold.host.proxy
                && !host.is_empty()
                && *host != hold.host.name
                && row.asked_at > now.minus(SITE_WITHIN)
                && row.asked_at <= now
        });
        if let Some(of_all) = of_site(hold, others.count() as u64) {
            self.put_hold(&of_all, "", now);
        }
    }

    fn put_hold(&mut self, hold: &Hold, name: &str, now: Timestamp) {
        let (site, proxy) = (site_of(&hold.host, hold.scope), &hold.host.proxy);
        let key = (site.clone(), name.to_owned(), proxy.clone());
        let before = self.holds.get(&key).map(|row| NextPoll { at: row.until, because: row.because.clone() });
        let lasting = lasting(before, hold);
        let row = HoldRow { asked_at: now, until: lasting.at, strikes: hold.strikes, because: lasting.because };
        self.holds.insert(key, row);
        if hold.scope == HoldScope::Pages {
            return;
        }
        let there = |host: &Host| host.site() == site && host.proxy == *proxy && (name.is_empty() || host.name == name);
        for source in self.sources.values_mut().filter(|source| source.is_active && there(&source.host)) {
            if source.state.next.at < hold.until {
                source.state.next = NextPoll { at: hold.until, because: hold.because.clone() };
            }
        }
    }
}
