//! Addresses outside the public internet: which they are, whatever form they hide in, and
//! which of them an operator has opened. The one place for what may be dialled (`net`) and
//! published (`publish`). Looks nothing up.
//!
//! Checks B23 to B27, B29, B33; RFC 6890 and its registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

/// Why something is not dialled, in words that name it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    /// The same refusal for something that leads to the refused address: `localhost leads
    /// to 127.0.0.1, which is not public`. A refusal begins with the address and a blank.
    #[must_use]
    pub fn reached(self, way: &str) -> Refusal {
        let (address, verdict) = self.0.split_once(' ').unwrap_or((&self.0, "is refused"));
        Refusal(format!("{way} {address}, which {verdict}"))
    }
}

/// Why an address may be dialled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// It is a public address.
    Public,
    /// The operator opened its network.
    Opened,
}

/// A host that the operator opened, whatever its addresses are.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OpenedHost {
    /// Its name, without a final dot.
    pub name: String,
    /// The port that is open; `None` for all ports at which sources are polled.
    pub port: Option<u16>,
}

impl OpenedHost {
    /// Whether this host is the one named `name` in a URL.
    pub fn is(&self, name: &str) -> bool {
        bare(&self.name).eq_ignore_ascii_case(bare(name))
    }
}

/// Networks and hosts that are not public but that an operator has opened.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Opened {
    /// Networks.
    pub networks: Vec<IpNet>,
    /// Hosts by name.
    pub hosts: Vec<OpenedHost>,
}

impl Opened {
    /// Whether nothing is opened.
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty() && self.hosts.is_empty()
    }

    /// These, and `more`.
    #[must_use]
    pub fn and(&self, more: &Opened) -> Opened {
        let mut all = self.clone();
        all.networks.extend(more.networks.iter().filter(|net| !self.networks.contains(net)));
        all.hosts.extend(more.hosts.iter().filter(|host| !self.hosts.contains(host)).cloned());
        all
    }

    /// Whether `host` was opened by name, or is a literal address that is not public but
    /// was opened.
    pub fn holds<S: AsRef<str>>(&self, host: &Host<S>) -> bool {
        match ip_of(host) {
            Some(ip) => judge(ip, &[]).is_err() && judge(ip, &self.networks).is_ok(),
            None => matches!(host, Host::Domain(name) if self.hosts.iter().any(|opened| opened.is(name.as_ref()))),
        }
    }
}

/// The longest name that can be looked up, and the longest of its parts, in bytes (RFC 1035
/// §2.3.4, less what the form on the wire adds).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Refuses a host name that nobody can look up, because it or a part of it is too long.
///
/// # Errors
/// Which length it has.
pub fn name_fits(name: &str) -> Result<(), Refusal> {
    let name = bare(name);
    let start: String = name.chars().take(20).collect();
    if name.len() > LONGEST_NAME {
        let bytes = name.len();
        return Err(Refusal(format!(
            "{start}… is no host name: it has {bytes} bytes, and {LONGEST_NAME} are the most"
        )));
    }
    match name.split('.').map(str::len).find(|bytes| *bytes > LONGEST_LABEL) {
        Some(bytes) => Err(Refusal(format!(
            "{start}… is no host name: a part of it has {bytes} bytes, and {LONGEST_LABEL} are the most"
        ))),
        None => Ok(()),
    }
}

/// IPv4 networks that are not the public internet (RFC 6890 and its registry).
const CLOSED_V4: [([u8; 4], u8, &str); 16] = [
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "shared by carriers"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([168, 63, 129, 16], 32, "a platform's service"),
    ([169, 254, 0, 0], 16, "link-local"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved for protocols"),
    ([192, 0, 2, 0], 24, "documentation"),
    ([192, 88, 99, 0], 24, "6to4 relays"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "benchmarking"),
    ([198, 51, 100, 0], 24, "documentation"),
    ([203, 0, 113, 0], 24, "documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

/// IPv6 networks that are not the public internet. Addresses that carry an IPv4 address are
/// unwrapped first; anything outside 2000::/3 that is not listed is refused as well.
const CLOSED_V6: [(Ipv6Addr, u8, &str); 13] = [
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified"),
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "local translation"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "discard-only"),
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, "benchmarking"),
    (Ipv6Addr::new(0x2001, 0x10, 0, 0, 0, 0, 0, 0), 28, "reserved for protocols"),
    (Ipv6Addr::new(0x2001, 0x20, 0, 0, 0, 0, 0, 0), 28, "reserved for protocols"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Metadata services, where clouds hand out keys to whoever asks from inside (check B29).
/// Opening a whole network does not open these; only opening the very address does.
const METADATA: [IpAddr; 8] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), // AWS, Azure, Google, DigitalOcean
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),   // AWS containers
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),  // AWS EKS
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)), // Alibaba
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),     // Oracle
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), // AWS
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)), // AWS EKS
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)), // Google
];

/// Names of the same metadata services.
const METADATA_NAMES: [&str; 3] = ["metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"];

/// Suffixes of names that no public server has: RFC 6761, RFC 6762, RFC 8375, ICANN's
/// resolution on `.internal`, and others that routers and offices use.
const INSIDE: [(&str, &str); 10] = [
    ("localhost", "loopback"),
    ("localdomain", "loopback"),
    ("local", "the link's own"),
    ("internal", "private use"),
    ("intranet", "private use"),
    ("private", "private use"),
    ("corp", "private use"),
    ("home", "private use"),
    ("lan", "private use"),
    ("home.arpa", "private use"),
];

/// Decides whether an address may be dialled, whatever form it hides in, if these networks
/// are opened.
///
/// # Errors
/// Why it is not dialled.
pub fn judge(ip: IpAddr, opened: &[IpNet]) -> Result<Reach, Refusal> {
    let ip = ip.to_canonical();
    if is_metadata(ip) {
        let refusal = || Refusal(format!("{ip} is a cloud's metadata service"));
        return if is_named(ip, opened) { Ok(Reach::Opened) } else { Err(refusal()) };
    }
    if opened.iter().any(|net| net.contains(&ip)) {
        return Ok(Reach::Opened);
    }
    match ip {
        IpAddr::V4(v4) => match closed_v4(v4) {
            Some(what) => Err(Refusal(format!("{v4} is not public ({what})"))),
            None => Ok(Reach::Public),
        },
        IpAddr::V6(v6) => judge_v6(v6, opened),
    }
}

/// An IPv6 address: first the address itself, then any that it carries.
fn judge_v6(v6: Ipv6Addr, opened: &[IpNet]) -> Result<Reach, Refusal> {
    if let Some(what) = closed_v6(v6) {
        return Err(Refusal(format!("{v6} is not public ({what})")));
    }
    let carried = carried(v6);
    let mut reach = Reach::Public;
    for v4 in &carried {
        match judge((*v4).into(), opened) {
            Ok(Reach::Public) => {}
            Ok(Reach::Opened) => reach = Reach::Opened,
            Err(refusal) => return Err(refusal.reached(&format!("{v6} carries"))),
        }
    }
    if carried.is_empty() && v6.segments()[0] & 0xe000 != 0x2000 {
        return Err(Refusal(format!("{v6} is not public (outside 2000::/3)")));
    }
    Ok(reach)
}

/// Whether precisely this address was opened.
pub fn is_named(ip: IpAddr, opened: &[IpNet]) -> bool {
    opened.iter().any(|net| net.prefix_len() == net.max_prefix_len() && net.addr() == ip)
}

/// Whether `name` is one under which a cloud hands out keys (check B29), unless
/// the address of that service was opened.
pub fn is_metadata_name(name: &str, opened: &[IpNet]) -> bool {
    METADATA_NAMES.iter().any(|known| bare(name).eq_ignore_ascii_case(known)) && !is_named(METADATA[0], opened)
}

/// Why a name leads inside, as far as the name alone shows it.
pub fn inside_by_name(name: &str) -> Option<&'static str> {
    let name = bare(name).to_ascii_lowercase();
    let ends = |end: &str| name == end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
    match INSIDE.iter().find(|(end, _)| ends(end)) {
        Some((_, what)) => Some(what),
        None => (!name.is_empty() && !name.contains('.')).then_some("a name without a domain"),
    }
}

/// The address that a host is, if it is a literal one.
pub fn ip_of<S: AsRef<str>>(host: &Host<S>) -> Option<IpAddr> {
    match host {
        Host::Ipv4(ip) => Some((*ip).into()),
        Host::Ipv6(ip) => Some((*ip).into()),
        Host::Domain(name) => name.as_ref().parse().ok(),
    }
}

/// Refuses a `url` that would lead a reader inside a network, their own or the operator's
/// (checks B73, B118); `opened` is what its source may refer to.
///
/// # Errors
/// What in it is not public.
pub fn outside(url: &Url, opened: &Opened) -> Result<(), Refusal> {
    let Some(host) = url.host() else { return Err(Refusal("the URL names no host".to_owned())) };
    if let Some(ip) = ip_of(&host) {
        return judge(ip, &opened.networks).map(drop);
    }
    let Host::Domain(name) = host else { return Ok(()) };
    if is_metadata_name(name, &opened.networks) {
        return Err(Refusal(format!("{name} is a cloud's metadata service")));
    }
    match inside_by_name(name) {
        Some(what) if !opened.hosts.iter().any(|host| host.is(name)) => {
            Err(Refusal(format!("{name} is not public ({what})")))
        }
        _ => Ok(()),
    }
}

/// A name without its final dots.
pub fn bare(name: &str) -> &str {
    name.trim_end_matches('.')
}

/// Whether `ip` is the address of a metadata service, or carries one.
pub fn is_metadata(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    let inside = |v6: Ipv6Addr| carried(v6).into_iter().any(|v4| METADATA.contains(&v4.into()));
    METADATA.contains(&ip) || matches!(ip, IpAddr::V6(v6) if inside(v6))
}

fn closed_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let inside = |net: [u8; 4], prefix: u8| (u32::from(ip) ^ u32::from_be_bytes(net)) >> (32 - u32::from(prefix)) == 0;
    CLOSED_V4.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|(_, _, what)| *what)
}

fn closed_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let inside = |net: Ipv6Addr, prefix: u8| (u128::from(ip) ^ u128::from(net)) >> (128 - u32::from(prefix)) == 0;
    CLOSED_V6.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|(_, _, what)| *what)
}

/// The IPv4 addresses that a gateway would extract from `ip` and dial (B26). The mapped
/// form ::ffff:0:0/96 has already become IPv4 here.
fn carried(ip: Ipv6Addr) -> Vec<Ipv4Addr> {
    let v4 = |hi: u16, lo: u16| Ipv4Addr::from((u32::from(hi) << 16) | u32::from(lo));
    match ip.segments() {
        // deprecated compatible addresses, translation of RFC 2765 and RFC 6052
        [0, 0, 0, 0, 0, 0, hi, lo] | [0, 0, 0, 0, 0xffff, 0, hi, lo] | [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] => {
            vec![v4(hi, lo)]
        }
        // 6to4, RFC 3056
        [0x2002, hi, lo, ..] => vec![v4(hi, lo)],
        // Teredo, RFC 4380: the server, and the client inverted
        [0x2001, 0, hi, lo, _, _, far_hi, far_lo] => vec![v4(hi, lo), v4(!far_hi, !far_lo)],
        // ISATAP, RFC 5214
        [_, _, _, _, 0 | 0x200, 0x5efe, hi, lo] => vec![v4(hi, lo)],
        _ => Vec::new(),
    }
}
