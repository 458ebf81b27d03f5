//! Settings that cannot be changed while the daemon runs.

use crate::config::{Config, ListenAt, NodeSettings, Polling};
use crate::store::Location;

/// The settings that a running daemon keeps until it is restarted.
pub struct Fixed {
    listen: Vec<ListenAt>,
    store: Location,
    node: NodeSettings,
    polling: Polling,
}

impl Fixed {
    /// Those of a configuration.
    pub fn of(config: &Config) -> Fixed {
        let Config { server, store, node, polling, .. } = config;
        Fixed {
            listen: server.listen.clone(),
            store: store.location.clone(),
            node: node.clone(),
            polling: polling.clone(),
        }
    }

    /// The keys whose values differ in `wanted`.
    pub fn differs(&self, wanted: &Fixed) -> Vec<&'static str> {
        let Fixed { listen, store, node, polling } = self;
        let all = [
            ("server.listen", *listen != wanted.listen),
            ("store", *store != wanted.store),
            ("node", *node != wanted.node),
            ("polling", *polling != wanted.polling),
        ];
        all.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
    }
}
