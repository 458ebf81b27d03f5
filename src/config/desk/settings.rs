//! `[polling]`.

use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use crate::limits::BODY;
use crate::model::web::address::{Opened, OpenedHost};
use crate::net;

use crate::config::defaults;
use crate::config::opened;
use crate::config::reading::reader::{ConfigTable, Value};
use crate::config::reading::report::{Complaint, Report};
use crate::config::reading::spot::ConfigSpot;
use crate::config::values;

/// `[polling]`: how sources are polled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Polling {
    /// How publishers reach the operator; goes into the `User-Agent`.
    pub contact: Option<Url>,
    /// At its own pace no source is polled more often than this.
    pub interval_min: Duration,
    /// And none less often than this.
    pub interval_max: Duration,
    /// Concurrent requests.
    pub concurrency: usize,
    /// Concurrent requests to one host.
    pub per_host: usize,
    /// Time between starts of requests to one registrable domain.
    pub host_gap: Duration,
    /// No manual poll is made sooner than this after the last poll.
    pub refresh_floor: Duration,
    /// How long a server may take to respond; connecting and pauses within a body may take
    /// a part of it, a whole poll twice as long.
    pub timeout: Duration,
    /// Bytes of a document, decoded.
    pub max_body_bytes: u64,
    /// Networks that are not public, but may be dialled for the sources that live there.
    pub allow_addresses: Vec<IpNet>,
    /// Hosts whose addresses are not public, but may be dialled likewise.
    pub allow_hosts: Vec<OpenedHost>,
}

impl Polling {
    /// The settings of the HTTP client.
    pub fn net_settings(&self) -> net::Settings {
        net::Settings {
            user_agent: self.user_agent(),
            connect: self.part(3, defaults::CONNECT),
            head: self.timeout,
            idle: self.part(2, defaults::IDLE),
            total: self.timeout.saturating_mul(2),
            max_wire_bytes: self.max_body_bytes / 2,
            max_body_bytes: self.max_body_bytes,
            allow_addresses: self.allow_addresses.clone(),
            allow_hosts: self.allow_hosts.clone(),
        }
    }

    /// The networks and hosts that are opened to the sources that live there.
    pub fn opened(&self) -> Opened {
        Opened { networks: self.allow_addresses.clone(), hosts: self.allow_hosts.clone() }
    }

    /// The part of `timeout` that a phase of a request may take, but no less than `usual`
    /// if `timeout` allows as much.
    fn part(&self, of: u32, usual: Duration) -> Duration {
        (self.timeout / of).max(usual.min(self.timeout))
    }

    /// `wiredesk/<version> (+<contact URL>)` (check P31).
    pub fn user_agent(&self) -> String {
        let name = concat!("wiredesk/", env!("CARGO_PKG_VERSION"));
        self.contact.as_ref().map_or(name.to_owned(), |contact| format!("{name} (+{contact})"))
    }
}

impl Polling {
    pub(in crate::config) fn read(table: Option<ConfigTable<'_>>, report: &mut Report) -> Polling {
        let mut polling = Polling::default();
        let Some(mut table) = table else { return polling };
        let duration = |bounds| move |text: &str| values::duration(text, &bounds);
        polling.contact = table.read("contact", "\"https://example.org/desk\"", report, values::contact);
        if let Some(interval) = table.value("interval") {
            polling.read_interval(&interval, report);
        }
        if let Some(value) = table.value("concurrency") {
            polling.concurrency = count(&value, defaults::CONCURRENCY_BOUNDS, polling.concurrency, report);
        }
        if let Some(value) = table.value("per_host") {
            polling.per_host = count(&value, defaults::PER_HOST_BOUNDS, polling.per_host, report);
        }
        let gap = table.read("host_gap", "\"1s\"", report, duration(defaults::HOST_GAP_BOUNDS));
        let floor = table.read("refresh_floor", "\"60s\"", report, duration(defaults::REFRESH_FLOOR_BOUNDS));
        let timeout = table.read("timeout", "\"30s\"", report, duration(defaults::TIMEOUT_BOUNDS));
        let body = table.read("max_body", "\"20 MiB\"", report, |t| values::size_of(t, &BODY));
        polling.host_gap = gap.unwrap_or(polling.host_gap);
        polling.refresh_floor = floor.unwrap_or(polling.refresh_floor);
        polling.timeout = timeout.unwrap_or(polling.timeout);
        polling.max_body_bytes = body.unwrap_or(polling.max_body_bytes);
        if let Some(value) = table.value("allow_addresses") {
            Opened { networks: polling.allow_addresses, hosts: polling.allow_hosts } = opened::read(&value, report);
        }
        polling.warn_about_zeros(&mut table, report);
        table.finish(&[], report);
        polling
    }

    fn read_interval(&mut self, value: &Value<'_>, report: &mut Report) {
        let Some(mut table) = value.table("interval = { min = \"15m\", max = \"24h\" }", report) else { return };
        let read = |text: &str| values::duration(text, &defaults::INTERVAL_BOUNDS);
        let min = table.read("min", "\"15m\"", report, read);
        let max = table.read("max", "\"24h\"", report, read);
        table.finish(&[], report);
        self.interval_min = min.unwrap_or(self.interval_min);
        self.interval_max = max.unwrap_or(self.interval_max.max(self.interval_min));
        if self.interval_max < self.interval_min {
            value.refuse(Complaint::new("max is less than min").hint("exchange them"), report);
        }
    }

    /// Safeguards may be switched off, but not silently.
    fn warn_about_zeros(&self, table: &mut ConfigTable<'_>, report: &mut Report) {
        let mut warn = |key: &'static str, sentence: &str, hint: &str| {
            let spot = table.value(key).map_or_else(|| table.spot(), |value| value.spot());
            report.warn(&spot, &table.path(key), Complaint::new(sentence).hint(hint));
        };
        if self.host_gap.is_zero() {
            warn("host_gap", "is 0: requests to one site follow each other without a pause", "\"1s\" is the default");
        }
        if self.refresh_floor.is_zero() {
            warn("refresh_floor", "is 0: a source can be polled by hand at any rate", "\"60s\" is the default");
        }
        if self.allow_addresses.iter().any(|network| network.prefix_len() == 0) {
            warn("allow_addresses", "allows every address, this machine's own included", "name the networks you need");
        }
    }

    /// Warns where the configuration names no contact; `run` shows it.
    pub(in crate::config) fn warn_without_contact(&self, spot: &ConfigSpot, report: &mut Report) {
        if self.contact.is_none() {
            let complaint = Complaint::new("is not set: publishers cannot reach you")
                .hint("set it to a page or mailto: address; it goes into the User-Agent");
            report.warn(spot, "polling.contact", complaint);
        }
    }
}

impl Default for Polling {
    fn default() -> Self {
        Polling {
            contact: None,
            interval_min: defaults::INTERVAL_MIN,
            interval_max: defaults::INTERVAL_MAX,
            concurrency: defaults::CONCURRENCY,
            per_host: defaults::PER_HOST,
            host_gap: defaults::HOST_GAP,
            refresh_floor: defaults::REFRESH_FLOOR,
            timeout: defaults::TIMEOUT,
            max_body_bytes: defaults::MAX_BODY,
            allow_addresses: Vec::new(),
            allow_hosts: Vec::new(),
        }
    }
}

/// A bounded count; `default` replaces one that is refused.
pub(in crate::config) fn count(
    value: &Value<'_>,
    bounds: std::ops::RangeInclusive<u64>,
    default: usize,
    report: &mut Report,
) -> usize {
    value.number(bounds, default as u64, report).and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
}
