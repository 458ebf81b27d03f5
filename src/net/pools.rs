//! Connections that are kept for reuse, separated by what their requests may dial.
//!
//! A connection is reused for any request to its host, and is not vetted again. So each
//! guard has its own connections: a connection that one source may use is never given to a
//! source that may not (check B113).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use url::Url;

use super::guard::Guard;

/// How many guards' connections are kept; beyond that all are dropped. Most desks have two
/// guards.
const MOST: usize = crate::limits::GUARDS.count();

/// Two pools of connections. A resolver does not see the port, so names with a reserved
/// port are looked up by a resolver of their own (check B32).
#[derive(Default)]
pub(super) struct PortPools {
    pub(super) usual: OnceCell<reqwest::Client>,
    pub(super) reserved: OnceCell<reqwest::Client>,
}

/// The connections of one guard.
#[derive(Default)]
pub(super) struct Pool {
    pub(super) plain: PortPools,
    pub(super) secure: PortPools,
    /// Through a proxy.
    pub(super) proxied: OnceCell<reqwest::Client>,
}

/// What connections are kept by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Whose {
    pub(super) guard: Guard,
    pub(super) proxy: Option<Url>,
}

/// All pools that are kept.
#[derive(Default)]
pub(super) struct Pools(Mutex<HashMap<Whose, Arc<Pool>>>);

impl Pools {
    /// The pool for these.
    pub(super) fn of(&self, whose: &Whose) -> Arc<Pool> {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(whose) {
            return Arc::clone(pool);
        }
        if pools.len() >= MOST {
            // Requests under way keep theirs.
            pools.clear();
        }
        Arc::clone(pools.entry(whose.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b113_each_guard_has_connections_of_its_own() {
        let pools = Pools::default();
        let whose = |net: &str, proxy: Option<&str>| Whose {
            guard: Guard::new(vec![net.parse().unwrap()]),
            proxy: proxy.map(|proxy| proxy.parse().unwrap()),
        };
        let first = pools.of(&whose("10.0.0.0/8", None));
        assert!(Arc::ptr_eq(&first, &pools.of(&whose("10.0.0.0/8", None))));
        for other in [whose("10.1.0.0/16", None), whose("10.0.0.0/8", Some("http://proxy.example:3128/"))] {
            assert!(!Arc::ptr_eq(&first, &pools.of(&other)), "{other:?}");
        }
        for n in 0..MOST {
            pools.of(&whose(&format!("10.0.{n}.0/24"), None));
            assert!(pools.0.lock().unwrap().len() <= MOST);
        }
    }
}
