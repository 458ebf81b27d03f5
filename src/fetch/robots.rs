//! robots.txt: what a host lets us fetch that it did not publish for
//! subscribers (RFC 9309; check P35). Feeds are not bound, pages, sitemaps and
//! articles are.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use texting_robots::Robot;
use url::Url;

use super::{Request, Turns, Wanted, get, without_credentials};
use crate::clock::Timestamp;
use crate::model::{Failure, Outcome, PublicUrl};
use crate::net;

/// The name that groups of rules address us by.
const TOKEN: &str = "wiredesk";
/// How long rules are believed (RFC 9309 §2.4).
const BELIEVED: Duration = Duration::from_secs(24 * 3600);
/// How long it is believed that rules cannot be had.
const UNREACHED: Duration = Duration::from_secs(15 * 60);
/// How much of a file is read (RFC 9309 §2.5: at least 500 KiB).
const MOST_BYTES: usize = 512 * 1024;
/// Hosts remembered; beyond, the oldest are forgotten.
const MOST_HOSTS: usize = 2_000;
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
    Said(Box<Robot>, String),
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
        net.admits(&request.asker, request.via.as_ref(), &url).await?;
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
            Rules::Said(robot, _) if contained(|| robot.allowed(url.as_str())).unwrap_or(false) => {
                let delay = robot.delay.filter(|delay| delay.is_finite() && *delay > 0.0);
                let delay = delay.map(|delay| Duration::from_secs_f32(delay.min(3600.0)).min(LONGEST_DELAY));
                Ok(Leave { asked, delay })
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
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, known| known.until > now);
        }
        if hosts.len() >= MOST_HOSTS
            && let Some(oldest) = hosts.iter().min_by_key(|(_, known)| known.until).map(|(origin, _)| origin.clone())
        {
            hosts.remove(&oldest);
        }
        hosts.insert(origin, known);
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
            let head = &body.bytes[..body.bytes.len().min(MOST_BYTES)];
            match contained(|| Robot::new(TOKEN, head)) {
                Some(Ok(robot)) => Rules::Said(Box::new(robot), shown),
                // What cannot be read binds nobody (RFC 9309 §2.2: parsable rules are to be used).
                Some(Err(_)) | None => Rules::Free,
            }
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

/// What `work` gives; nothing when it panics, for the file is anybody's.
fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
