//! robots.txt: what a host lets us fetch that it did not publish for subscribers (RFC 9309;
//! check P35). It applies to pages, sitemaps and articles, not to feeds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::{Position, Url};

use super::response::Response;
use crate::clock::Timestamp;
use crate::limits;
use crate::model::{Failure, Outcome, PublicUrl};
use rules::RobotsRules;

pub mod rules;

/// How long rules stay valid (RFC 9309 §2.4).
const BELIEVED: Duration = Duration::from_secs(24 * 3600);
/// How long it counts that rules cannot be fetched.
const UNREACHED: Duration = Duration::from_secs(15 * 60);
/// Hosts remembered; beyond this number the oldest are forgotten.
const MOST_HOSTS: usize = limits::ROBOTS_HOSTS.count();
/// Memory for the rules of all hosts; beyond it the oldest are forgotten.
const MOST_KEPT: usize = limits::ROBOTS_KEPT.count();
/// No pause between two requests is longer, whatever `Crawl-delay` says.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What hosts let us fetch, as far as their rules were fetched.
#[derive(Default)]
pub struct Robots {
    hosts: Mutex<HashMap<String, Arc<KnownRules>>>,
}

/// What one host lets us fetch, and until when that is valid.
pub(super) struct KnownRules {
    until: Timestamp,
    rules: HostRules,
}

enum HostRules {
    /// No file, or nothing in it that applies to us.
    Free,
    /// Nothing may be fetched, for this reason.
    Closed(String),
    /// What the file says.
    Said(RobotsRules, String),
}

impl KnownRules {
    /// What the response to a request for the rules at `place` means.
    ///
    /// # Errors
    /// Nothing is known of the rules, and nothing is to be remembered: the host had no turn for
    /// us, none could be taken, or it was not reached.
    pub(super) fn of(response: Response, place: &Url, now: Timestamp) -> Result<KnownRules, Failure> {
        let shown = PublicUrl::of(place).to_string();
        let rules = match response.outcome {
            Outcome::Failed(failure) if response.kept_back || failure.is_unreached() => return Err(failure),
            Outcome::Failed(failure @ (Failure::Held(_) | Failure::NotStored(_))) => return Err(failure),
            // A file that cannot be read restricts nothing (RFC 9309 §2.2: parsable rules are
            // to be used).
            Outcome::Document(body) => HostRules::Said(RobotsRules::read(&body.bytes), shown),
            Outcome::Failed(Failure::Empty(_) | Failure::Redirect(_)) => HostRules::Free,
            Outcome::Failed(Failure::Status { status, .. }) if (400..500).contains(&status) && status != 429 => {
                HostRules::Free
            }
            Outcome::Failed(failure) => HostRules::Closed(format!(
                "{shown} could not be fetched ({failure}), so nothing may be fetched until it can"
            )),
            Outcome::NotModified { .. } => {
                HostRules::Closed(format!("{shown} answered 304 to an unconditional request"))
            }
        };
        let believed = if matches!(rules, HostRules::Closed(_)) { UNREACHED } else { BELIEVED };
        Ok(KnownRules { until: now.plus(believed), rules })
    }

    /// Permission to fetch `url`, with the pause between two requests that the host asks for.
    ///
    /// # Errors
    /// [`Failure::Robots`]: it may not be fetched.
    pub(super) fn permission(&self, url: &Url) -> Result<Option<Duration>, Failure> {
        match &self.rules {
            HostRules::Free => Ok(None),
            HostRules::Closed(why) => Err(Failure::Robots { why: why.clone(), is_rule: false }),
            HostRules::Said(rules, _) if rules.allow(&url[Position::BeforePath..Position::AfterQuery]) => {
                Ok(rules.delay().map(|delay| delay.min(LONGEST_DELAY)))
            }
            HostRules::Said(_, place) => {
                let path = PublicUrl::of(url);
                let path = path.as_str().strip_prefix(&url.origin().ascii_serialization()).unwrap_or("/").to_owned();
                Err(Failure::Robots { why: format!("{place} does not allow {path}"), is_rule: true })
            }
        }
    }

    fn weight(&self) -> usize {
        match &self.rules {
            HostRules::Free => 0,
            HostRules::Closed(said) => said.len(),
            HostRules::Said(rules, place) => rules.weight() + place.len(),
        }
    }
}

impl Robots {
    /// The rules of an origin, if they are known and still valid.
    pub(super) fn known(&self, origin: &str, now: Timestamp) -> Option<Arc<KnownRules>> {
        let hosts = self.hosts();
        hosts.get(origin).filter(|known| known.until > now && known.until <= now.plus(BELIEVED)).cloned()
    }

    /// Remembers the rules of an origin, within the limits of what is remembered at all.
    pub(super) fn keep(&self, origin: String, known: KnownRules, now: Timestamp) -> Arc<KnownRules> {
        let known = Arc::new(known);
        let mut hosts = self.hosts();
        hosts.insert(origin, Arc::clone(&known));
        let mut weight: usize = hosts.iter().map(|(origin, known)| origin.len() + known.weight()).sum();
        if hosts.len() <= MOST_HOSTS && weight <= MOST_KEPT {
            return known;
        }
        hosts.retain(|_, known| known.until > now);
        weight = hosts.iter().map(|(origin, known)| origin.len() + known.weight()).sum();
        while hosts.len() > MOST_HOSTS || weight > MOST_KEPT {
            let oldest = hosts.iter().min_by_key(|(_, known)| known.until).map(|(origin, _)| origin.clone());
            let Some((origin, oldest)) = oldest.and_then(|oldest| hosts.remove_entry(&oldest)) else { break };
            weight -= origin.len() + oldest.weight();
        }
        known
    }

    fn hosts(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<KnownRules>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
