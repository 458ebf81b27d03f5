//! Looks names up and vets the addresses: the connector gets only addresses that the guard
//! has seen, so that no second look-up can answer differently (B28).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::guard::{Guard, Ports};

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

/// How a look-up failed, other than by being refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    #[error("no answer")]
    Timeout(Duration),
    #[error("{name}: {cause}")]
    NoResolver { name: String, cause: String },
    #[error("{name}: {cause}")]
    Failed { name: String, cause: String },
}

/// Whether a look-up failed because the resolver had no answer: no resolver is reachable,
/// or it says SERVFAIL because the servers of this one name are down. The library reports
/// `EAI_AGAIN`, which means either, only in words: glibc's, then musl's.
fn is_unanswered(cause: &str) -> bool {
    cause.contains("Temporary failure in name resolution") || cause.ends_with("Try again")
}

/// A resolver with a guard, for the HTTP client.
pub(super) struct Vetted {
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) guard: Arc<Guard>,
    pub(super) ports: Ports,
    pub(super) limit: Duration,
}

impl reqwest::dns::Resolve for Vetted {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (resolver, guard) = (Arc::clone(&self.resolver), Arc::clone(&self.guard));
        let (ports, limit) = (self.ports, self.limit);
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
            guard.answers(name, &found, ports)?;
            // port 0 stands for the URL's
            let dialled = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(dialled) as reqwest::dns::Addrs)
        })
    }
}
