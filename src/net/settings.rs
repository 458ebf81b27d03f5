//! What the client is made with.

use std::time::Duration;

use crate::model::web::address::OpenedHost;

/// The bounds of every request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `User-Agent`, complete.
    pub user_agent: String,
    /// TCP and TLS; looking the name up may take half of it.
    pub connect: Duration,
    /// From request to response head.
    pub head: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// The whole poll, redirects included.
    pub total: Duration,
    /// Bytes of a body on the wire.
    pub max_wire_bytes: u64,
    /// Bytes of a body decoded.
    pub max_body_bytes: u64,
    /// Networks that may be dialled although they are not public.
    pub allow_addresses: Vec<ipnet::IpNet>,
    /// Hosts that may be dialled whatever their addresses. Both are open to the
    /// sources that live there, and to no others (check B113).
    pub allow_hosts: Vec<OpenedHost>,
}
