//! robots.txt: what a host lets us fetch that it did not publish for
//! subscribers (RFC 9309; check P35). Feeds are not bound, pages, sitemaps and
//! articles are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::{Position, Url};

use super::{Request, Turns, Wanted, get, without_credentials};
use crate::clock::Timestamp;
use crate::limits;
use crate::model::{Failure, Outcome, PublicUrl};
use crate::net;

pub mod rules;

/// How long rules are believed (RFC 9309 §2.4).
const BELIEVED: Duration = Duration::from_secs(24 * 3600);
/// How long it is believed that rules cannot be had.
const UNREACHED: Duration = Duration::from_secs(15 * 60);
/// Hosts remembered; beyond, the oldest are forgotten.
const MOST_HOSTS: usize = limits::ROBOTS_HOSTS.count();
/// What the rules of all hosts may take; beyond, the oldest are forgotten.
const MOST_KEPT: usize = limits::ROBOTS_KEPT.count();
/// No pause between two requests is longer, whatever `Crawl-delay` says.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What hosts let us fetch, as far as they were asked.
#[derive(Default)]
pub struct Robots {
    hosts: Mutex<HashMap<String, Arc<Known>>>,
}

struct Known {
    until: Timestamp,
    rules: Rules,
}

enum Rules {
    /// No file, or nothing in it that binds.
    Free,
    /// Nothing may be fetched, for this reason.
    Closed(String),
    /// What the file says.
    Said(rules::Rules, String),
}

impl Rules {
    fn weight(&self) -> usize {
        match self {
            Rules::Free => 0,
            Rules::Closed(said) => said.len(),
            Rules::Said(rules, place) => rules.weight() + place.len(),
        }
    }
}

/// Leave to fetch an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leave {
    /// Whether the host was asked for its rules now, so that its next turn is to be waited for.
    pub asked: bool,
    /// The pause between two requests that the host wishes, if it names one.
    pub delay: Option<Duration>,
}

impl Robots {
    /// Asks whether `request.url` may be fetched; the rules of a host are
    /// fetched first where they are not known, in the host's turn.
    ///
    /// # Errors
    /// [`Failure::Robots`] when it may not: because the rules say so, or because
    /// they could not be had (a 5xx or no answer closes a host, a 4xx opens it).
    /// [`Failure::Refused`] where its source may ask nothing at all.
    pub async fn leave(
        &self,
        net: &net::Client,
        request: &Request,
        turns: &dyn Turns,
        now: Timestamp,
    ) -> Result<Leave, Failure> {
        let url = without_credentials(request.url.clone());
        net.admits(&request.asker, request.via.as_ref(), &url)?;
        let Ok(place) = url.join("/robots.txt") else { return Ok(Leave { asked: false, delay: None }) };
        let origin =
            format!("{} via {}", url.origin().ascii_serialization(), request.via.as_ref().map_or("", Url::as_str));
        let known =
            self.hosts().get(&origin).filter(|known| known.until > now && known.until <= now.plus(BELIEVED)).cloned();
        let asked = known.is_none();
        let known = match known {
            Some(known) => known,
            None => {
                let known = Arc::new(ask(net, request, place, turns, now).await?);
                self.keep(origin, Arc::clone(&known), now);
                known
            }
        };
        match &known.rules {
            Rules::Free => Ok(Leave { asked, delay: None }),
            Rules::Closed(why) => Err(Failure::Robots { why: why.clone(), is_rule: false }),
            Rules::Said(rules, _) if rules.allow(&url[Position::BeforePath..Position::AfterQuery]) => {
                Ok(Leave { asked, delay: rules.delay().map(|delay| delay.min(LONGEST_DELAY)) })
            }
            Rules::Said(_, place) => {
                let path = PublicUrl::of(&url);
                let path = path.as_str().strip_prefix(&url.origin().ascii_serialization()).unwrap_or("/").to_owned();
                Err(Failure::Robots { why: format!("{place} does not allow {path}"), is_rule: true })
            }
        }
    }

    fn hosts(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Known>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, origin: String, known: Arc<Known>, now: Timestamp) {
        let mut hosts = self.hosts();
        hosts.insert(origin, known);
        let mut weight: usize = hosts.iter().map(|(origin, known)| origin.len() + known.rules.weight()).sum();
        if hosts.len() <= MOST_HOSTS && weight <= MOST_KEPT {
            return;
        }
        hosts.retain(|_, known| known.until > now);
        weight = hosts.iter().map(|(origin, known)| origin.len() + known.rules.weight()).sum();
        while hosts.len() > MOST_HOSTS || weight > MOST_KEPT {
            let oldest = hosts.iter().min_by_key(|(_, known)| known.until).map(|(origin, _)| origin.clone());
            let Some((origin, known)) = oldest.and_then(|oldest| hosts.remove_entry(&oldest)) else { return };
            weight -= origin.len() + known.rules.weight();
        }
    }
}

/// Fetches the rules of a host. Up to five redirects are followed (RFC 9309 §2.3.1.2).
///
/// # Errors
/// When the host has no turn for us now, or cannot be reached: nothing is known
/// of its rules then, and nothing is to be remembered.
async fn ask(
    net: &net::Client,
    request: &Request,
    place: Url,
    turns: &dyn Turns,
    now: Timestamp,
) -> Result<Known, Failure> {
    let _turn = turns.turn(&place).await?;
    let shown = PublicUrl::of(&place).to_string();
    let asker = request.asker.clone();
    let request = Request { wanted: Wanted::Robots, via: request.via.clone(), ..Request::by(asker, place) };
    let answer = get(net, &request, turns, now).await;
    let rules = match answer.outcome {
        Outcome::Document(body) => {
            // What cannot be read binds nobody (RFC 9309 §2.2: parsable rules are to be used).
            Rules::Said(rules::Rules::read(&body.bytes), shown)
        }
        Outcome::Failed(failure) if failure.is_unreached() => return Err(failure),
        Outcome::Failed(Failure::Held(until)) => return Err(Failure::Held(until)),
        Outcome::Failed(Failure::Empty(_) | Failure::Redirect(_)) => Rules::Free,
        Outcome::Failed(Failure::Status { status, .. }) if (400..500).contains(&status) && status != 429 => Rules::Free,
        Outcome::Failed(failure) => {
            Rules::Closed(format!("{shown} cannot be had ({failure}), which forbids until it can"))
        }
        Outcome::NotModified { .. } => Rules::Closed(format!("{shown} answered 304 to an unconditional request")),
    };
    let believed = if matches!(rules, Rules::Closed(_)) { UNREACHED } else { BELIEVED };
    Ok(Known { until: now.plus(believed), rules })
}
