//! Connections to the server: some for each kind of asker, so that none keeps another
//! waiting.

use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};

use tokio_postgres::Config;

use super::connect::PoolConnect;
use super::tls::Tls;
use super::url::ServerAddress;
use crate::store::{Error, Lane, Result};

/// How long a connection that is in use elsewhere is waited for. Pages are given up sooner:
/// whoever asks can ask again.
const WAIT: Duration = Duration::from_secs(5);
const WAIT_OF_PAGES: Duration = Duration::from_secs(2);

/// To make a connection may take so much longer than its hosts are given to answer.
const BESIDES: Duration = Duration::from_secs(1);

/// To look whether a connection is still open asks nobody.
const RECYCLE: Duration = Duration::from_secs(2);

/// How long a connection is used: names may lead to another server by then, and a pooler
/// may want to move us.
const LIFE: Duration = Duration::from_secs(30 * 60);

/// The connections of a store.
pub struct LanePools {
    desk: Pool,
    documents: Pool,
    pages: Pool,
    health: Pool,
}

impl LanePools {
    /// Pools of `connections` in all, none of which is made yet. `name` is what the
    /// server's own lists show of us.
    ///
    /// # Errors
    /// Only for want of a runtime, which there is.
    pub fn new(address: &ServerAddress, tls: &Tls, name: &str, connections: usize) -> Result<LanePools> {
        let pool = |size: usize, wait: Duration| {
            let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
            let connect = PoolConnect { address: address.clone(), tls: tls.clone(), name: name.to_owned() };
            let manager = Manager::from_connect(Config::new(), connect, fast);
            let create = Some(address.longest_connecting() + BESIDES);
            let timeouts = Timeouts { wait: Some(wait), create, recycle: Some(RECYCLE) };
            let young = Hook::sync_fn(|_, metrics| match metrics.age() > LIFE {
                true => Err(HookError::message("it is old")),
                false => Ok(()),
            });
            let pool = Pool::builder(manager).max_size(size).timeouts(timeouts).pre_recycle(young);
            pool.runtime(Runtime::Tokio1).build().map_err(|e| Error::Database(e.to_string()))
        };
        let [desk, documents, pages, health] = shares(connections);
        Ok(LanePools {
            desk: pool(desk, WAIT)?,
            documents: pool(documents, WAIT)?,
            pages: pool(pages, WAIT_OF_PAGES)?,
            health: pool(health, WAIT)?,
        })
    }

    /// A connection, when one is free.
    pub async fn connection(&self, lane: Lane) -> std::result::Result<Object, PoolError> {
        self.of(lane).get().await
    }

    /// Lets go of all that are not in use: where one was lost, the others probably are.
    pub fn forget(&self, lane: Lane) {
        self.of(lane).retain(|_, _| false);
    }

    /// Ends all of them as soon as they are free; nobody gets one any more.
    pub fn close(&self) {
        for pool in [&self.desk, &self.documents, &self.pages, &self.health] {
            pool.close();
        }
    }

    fn of(&self, lane: Lane) -> &Pool {
        match lane {
            Lane::Desk => &self.desk,
            Lane::Documents => &self.documents,
            Lane::Pages => &self.pages,
            Lane::Health => &self.health,
        }
    }
}

/// How connections are shared out among desk, documents, pages and health: one each, and of
/// what is left more than half to the desk.
fn shares(connections: usize) -> [usize; 4] {
    let left = connections.saturating_sub(4);
    let other = left / 7;
    [1 + left - 2 * other, 1 + other, 1 + other, 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::link::url::CONNECTIONS;

    #[test]
    fn connections_are_shared_out_and_each_lane_has_one() {
        assert_eq!(shares(CONNECTIONS), [6, 2, 2, 1]);
        assert_eq!(shares(0), [1, 1, 1, 1]);
        assert_eq!(shares(5), [2, 1, 1, 1]);
        for connections in 4..200 {
            assert_eq!(shares(connections).iter().sum::<usize>(), connections);
        }
    }
}
