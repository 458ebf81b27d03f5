//! Names to addresses, vetted: the connector is handed nothing that the guard
//! has not seen, so that there is no second look-up to answer differently (B28).

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::guard::{Guard, Ports};
use super::passport::{Nature, nature_of};
use crate::model::address::{Opened, bare};

/// Looks names up.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// All addresses of `name`.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

#[async_trait]
impl Resolve for System {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect())
    }
}

/// How a look-up failed, other than by the guard's word.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    #[error("no answer")]
    Timeout(Duration),
    #[error("{name}: {cause}")]
    NoResolver { name: String, cause: String },
    #[error("{name}: {cause}")]
    Failed { name: String, cause: String },
}

/// Whether a look-up failed for want of a resolver's word on the name: there is
/// none, or it says SERVFAIL, as the servers of this one name are down. The
/// library gives `EAI_AGAIN`, which is both, in words alone: glibc's, then musl's.
fn is_unanswered(cause: &str) -> bool {
    cause.contains("Temporary failure in name resolution") || cause.ends_with("Try again")
}

/// Where the hosts of sources lead that are known by name.
///
/// A name that once led outside, or to both, may be led anywhere by whoever owns
/// it: for as long as the program runs, it is no name of the inside (B28, B113).
#[derive(Debug, Default)]
pub(super) struct Natures(Mutex<HashMap<String, Nature>>);

impl Natures {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Nature>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where `name` leads, if anybody asked yet.
    pub(super) fn of(&self, name: &str) -> Option<Nature> {
        self.known().get(name).copied()
    }

    /// Takes note of an answer; gives what follows from all of them.
    pub(super) fn tell(&self, name: &str, found: &[IpAddr], all: &Opened) -> Nature {
        let now = nature_of(found, all);
        let mut known = self.known();
        let nature = known.entry(name.to_owned()).or_insert(now);
        if now == Nature::Outside {
            *nature = now;
        }
        *nature
    }
}

/// A resolver behind a guard, as the HTTP client asks it.
pub(super) struct Vetted {
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) guard: Arc<Guard>,
    pub(super) ports: Ports,
    pub(super) limit: Duration,
    /// Who wants to know where names lead that are sources' own.
    pub(super) told: Option<(Arc<Natures>, Arc<Opened>)>,
}

impl reqwest::dns::Resolve for Vetted {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (resolver, guard) = (Arc::clone(&self.resolver), Arc::clone(&self.guard));
        let (ports, limit, told) = (self.ports, self.limit, self.told.clone());
        Box::pin(async move {
            let name = name.as_str();
            let failed = |cause: String| LookupError::Failed { name: name.to_owned(), cause };
            let found = tokio::time::timeout(limit, resolver.addresses(name))
                .await
                .map_err(|_| LookupError::Timeout(limit))?
                .map_err(|err| match err.to_string() {
                    cause if is_unanswered(&cause) => LookupError::NoResolver { name: name.to_owned(), cause },
                    cause => failed(cause),
                })?;
            if found.is_empty() {
                return Err(failed("no addresses".to_owned()).into());
            }
            if let Some((natures, all)) = told {
                natures.tell(&bare(name).to_ascii_lowercase(), &found, &all);
            }
            guard.answers(name, &found, ports)?;
            // port 0 stands for the URL's
            let dialled = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(dialled) as reqwest::dns::Addrs)
        })
    }
}
