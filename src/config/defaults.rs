//! Defaults and bounds of the configuration, all in one place (product §2;
//! `docs/checks.md`, limits).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::schedule::policy::LEAST_INTERVAL;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// `server.listen`
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8470);
/// `store.url`, beside the configuration file.
pub const STORE: &str = "wiredesk.db";
/// `store.keep`
pub const KEEP: Duration = DAY.saturating_mul(400);
/// `polling.interval.min`
pub const INTERVAL_MIN: Duration = MINUTE.saturating_mul(15);
/// `polling.interval.max`
pub const INTERVAL_MAX: Duration = DAY;
/// `polling.concurrency`
pub const CONCURRENCY: usize = 64;
/// `polling.per_host`
pub const PER_HOST: usize = 1;
/// `polling.host_gap`
pub const HOST_GAP: Duration = Duration::from_secs(1);
/// `polling.refresh_floor`
pub const REFRESH_FLOOR: Duration = MINUTE;
/// `polling.timeout`
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// `polling.max_body`, bytes decoded.
pub const MAX_BODY: u64 = crate::limits::BODY.most;
/// `feed.size`, entries.
pub const FEED_SIZE: usize = 50;
/// `feed.backfill`
pub const BACKFILL: Duration = DAY.saturating_mul(30);

/// Bounds of the keys, ends included.
pub(super) const KEEP_BOUNDS: RangeInclusive<Duration> = DAY..=DAY.saturating_mul(36_500);
pub(super) const CONNECTIONS_BOUNDS: RangeInclusive<u64> = 4..=500;
pub(super) const INTERVAL_BOUNDS: RangeInclusive<Duration> = LEAST_INTERVAL..=DAY.saturating_mul(30);
pub(super) const CONCURRENCY_BOUNDS: RangeInclusive<u64> = 1..=1024;
pub(super) const PER_HOST_BOUNDS: RangeInclusive<u64> = 1..=8;
pub(super) const HOST_GAP_BOUNDS: RangeInclusive<Duration> = Duration::ZERO..=HOUR;
pub(super) const REFRESH_FLOOR_BOUNDS: RangeInclusive<Duration> = Duration::ZERO..=DAY;
pub(super) const TIMEOUT_BOUNDS: RangeInclusive<Duration> = Duration::from_secs(1)..=MINUTE.saturating_mul(10);
pub(super) const FEED_SIZE_BOUNDS: RangeInclusive<u64> = 1..=1000;
pub(super) const BACKFILL_BOUNDS: RangeInclusive<Duration> = Duration::ZERO..=DAY.saturating_mul(36_500);

/// How long connecting, and a pause within a body, may take if `timeout` allows as much: a
/// share of the default, and more only if the operator asks for it.
pub(super) const CONNECT: Duration = Duration::from_secs(10);
pub(super) const IDLE: Duration = Duration::from_secs(15);
