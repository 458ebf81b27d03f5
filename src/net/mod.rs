//! The guarded HTTP client: the only way out of the program.

use std::time::Duration;

/// The bounds of every request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `User-Agent`, complete.
    pub user_agent: String,
    /// TCP and TLS.
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
}
