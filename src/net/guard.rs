//! Decides what may be dialled. Pure: looks nothing up and opens nothing.
//!
//! Only what is plainly public is dialled (checks B23 to B27, B29, B32); the
//! operator opens the rest network by network (B33). One guard serves sources,
//! redirect hops and whatever else the program asks for (B34).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Why something is not dialled, in words that name it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// Why an address may be dialled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// It is a public address.
    Public,
    /// The operator opened its network.
    Opened,
}

/// What kind of port a URL names (check B32).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ports {
    /// 80, 443, and all from 1024.
    Usual,
    /// The rest: mail, shells, file servers. Only in networks that were opened.
    Reserved,
}

impl Ports {
    /// The kind of `port`.
    pub fn of(port: u16) -> Ports {
        match port {
            80 | 443 | 1024.. => Ports::Usual,
            _ => Ports::Reserved,
        }
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

/// IPv6 networks that are not the public internet. Those that carry an IPv4
/// address are taken apart first; what no line names but lies outside
/// 2000::/3 is refused as well.
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

/// Where clouds hand out keys to whoever asks from inside (check B29). A whole
/// network that was opened does not open these; only their own address does.
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

/// Names under which clouds answer the same.
const METADATA_NAMES: [&str; 3] = ["metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"];

/// Decides about URLs, names and addresses.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    opened: Vec<IpNet>,
    hosts: Vec<String>,
}

impl Guard {
    /// A guard that lets public addresses pass, and those of `opened` networks.
    pub fn new(opened: Vec<IpNet>) -> Guard {
        Guard { opened, hosts: Vec::new() }
    }

    /// The same, which lets all addresses of these hosts pass besides, those of
    /// metadata services excepted (check B33).
    #[must_use]
    pub fn with_hosts(mut self, hosts: &[String]) -> Guard {
        self.hosts.extend(hosts.iter().map(|name| bare(name).to_ascii_lowercase()));
        self
    }

    /// A guard for dialling a proxy that the operator named: anything but a
    /// metadata service.
    pub fn for_proxy() -> Guard {
        Guard::new(vec![Ipv4Net::default().into(), Ipv6Net::default().into()])
    }

    /// Decides about `url` when a proxy is to look its name up: as
    /// [`Guard::url`], and reserved ports of names are closed, for nobody here
    /// learns where they lead (check B32).
    pub fn through_proxy(&self, url: &Url) -> Result<(), Refusal> {
        self.url(url)?;
        let port = url.port_or_known_default().unwrap_or(0);
        match url.host() {
            Some(Host::Domain(name)) if Ports::of(port) == Ports::Reserved && !self.is_opened(name) => {
                Err(reserved(port, name))
            }
            _ => Ok(()),
        }
    }

    /// Whether the operator opened this host.
    fn is_opened(&self, name: &str) -> bool {
        let name = bare(name);
        self.hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
    }

    /// Decides about `url` as far as its text tells: scheme, port, a literal
    /// address, a name known for what it is. Other names are decided when they
    /// are looked up, by [`Guard::answers`].
    pub fn url(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal(format!("scheme {} is neither http nor https", url.scheme())));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        if port == 0 {
            return Err(Refusal("port 0 cannot be dialled".to_owned()));
        }
        match url.host() {
            None => Err(Refusal("the address names no host".to_owned())),
            Some(Host::Ipv4(ip)) => self.dial(ip.into(), port),
            Some(Host::Ipv6(ip)) => self.dial(ip.into(), port),
            Some(Host::Domain(name)) => match name.parse() {
                Ok(ip) => self.dial(ip, port),
                Err(_) => self.name(name),
            },
        }
    }

    /// Decides about a literal address and port.
    pub fn dial(&self, ip: IpAddr, port: u16) -> Result<(), Refusal> {
        match (self.address(ip)?, Ports::of(port)) {
            (Reach::Public, Ports::Reserved) => Err(reserved(port, &ip.to_string())),
            _ => Ok(()),
        }
    }

    /// Decides about a name before it is looked up.
    pub fn name(&self, name: &str) -> Result<(), Refusal> {
        let bare = bare(name);
        let metadata = METADATA_NAMES.iter().any(|known| bare.eq_ignore_ascii_case(known));
        if metadata && !self.named(METADATA[0]) {
            return Err(Refusal(format!("{name} is a cloud's metadata service")));
        }
        match bare.is_empty() {
            true => Err(Refusal("the address names no host".to_owned())),
            false => Ok(()),
        }
    }

    /// Decides about the answers of a look-up: one address that is refused
    /// refuses the name, whatever stands beside it (check B27).
    pub fn answers(&self, name: &str, found: &[IpAddr], ports: Ports) -> Result<(), Refusal> {
        if self.is_opened(name) {
            let metadata = found.iter().find(|ip| is_metadata(**ip) && !self.named(ip.to_canonical()));
            return match metadata {
                Some(ip) => Err(Refusal(format!("{name} leads to {ip}, a cloud's metadata service"))),
                None => Ok(()),
            };
        }
        for ip in found {
            let reach = self.address(*ip).map_err(|refusal| Refusal(format!("{name} leads to {refusal}")))?;
            if (reach, ports) == (Reach::Public, Ports::Reserved) {
                return Err(Refusal(format!("{name} is public and the port is below 1024, neither 80 nor 443")));
            }
        }
        Ok(())
    }

    /// Decides about an address, whatever form it hides in.
    pub fn address(&self, ip: IpAddr) -> Result<Reach, Refusal> {
        let ip = ip.to_canonical();
        if is_metadata(ip) {
            let refusal = || Refusal(format!("{ip} is a cloud's metadata service"));
            return if self.named(ip) { Ok(Reach::Opened) } else { Err(refusal()) };
        }
        if self.opened.iter().any(|net| net.contains(&ip)) {
            return Ok(Reach::Opened);
        }
        match ip {
            IpAddr::V4(v4) => match closed_v4(v4) {
                Some(what) => Err(Refusal(format!("{v4} is not public ({what})"))),
                None => Ok(Reach::Public),
            },
            IpAddr::V6(v6) => self.address_v6(v6),
        }
    }

    /// An IPv6 address: first what it carries, then what it is.
    fn address_v6(&self, v6: Ipv6Addr) -> Result<Reach, Refusal> {
        if let Some(what) = closed_v6(v6) {
            return Err(Refusal(format!("{v6} is not public ({what})")));
        }
        let carried = carried(v6);
        let mut reach = Reach::Public;
        for v4 in &carried {
            match self.address((*v4).into()) {
                Ok(Reach::Public) => {}
                Ok(Reach::Opened) => reach = Reach::Opened,
                Err(refusal) => return Err(Refusal(format!("{v6} carries {refusal}"))),
            }
        }
        if carried.is_empty() && v6.segments()[0] & 0xe000 != 0x2000 {
            return Err(Refusal(format!("{v6} is not public (outside 2000::/3)")));
        }
        Ok(reach)
    }

    /// Whether the operator named exactly this address.
    fn named(&self, ip: IpAddr) -> bool {
        self.opened.iter().any(|net| net.prefix_len() == net.max_prefix_len() && net.addr() == ip)
    }
}

/// A name without the dots at its end.
fn bare(name: &str) -> &str {
    name.trim_end_matches('.')
}

/// Whether `ip` is a metadata service's, or carries one's address.
fn is_metadata(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    let inside = |v6: Ipv6Addr| carried(v6).into_iter().any(|v4| METADATA.contains(&v4.into()));
    METADATA.contains(&ip) || matches!(ip, IpAddr::V6(v6) if inside(v6))
}

fn reserved(port: u16, host: &str) -> Refusal {
    Refusal(format!("port {port} of {host} is below 1024, neither 80 nor 443"))
}

fn closed_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let inside = |net: [u8; 4], prefix: u8| (u32::from(ip) ^ u32::from_be_bytes(net)) >> (32 - u32::from(prefix)) == 0;
    CLOSED_V4.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|(_, _, what)| *what)
}

fn closed_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let inside = |net: Ipv6Addr, prefix: u8| (u128::from(ip) ^ u128::from(net)) >> (128 - u32::from(prefix)) == 0;
    CLOSED_V6.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|(_, _, what)| *what)
}

/// The IPv4 addresses that a gateway would take out of `ip` and dial (B26).
/// The mapped form ::ffff:0:0/96 is canonical IPv4 by now.
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
