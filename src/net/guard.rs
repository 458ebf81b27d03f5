//! Decides what a request may dial. Pure: looks nothing up and opens nothing.
//!
//! Only plainly public addresses are dialled (checks B23 to B27, B29, B32); the operator
//! opens others network by network (B33), and [`super::passport`] decides for which
//! sources. The same guard serves sources, redirects and all other requests of the program
//! (B34). [`crate::model::web::address`] says which addresses are public.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use crate::model::web::address::{self, Reach, Refusal, bare};

/// What kind of port a URL names (check B32).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ports {
    /// 80, 443, and all from 1024.
    Usual,
    /// Any other: mail, shells, file servers. Open only in networks that were opened.
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

/// Whether a URL is that of the requesting source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// Its own: the operator wrote it.
    Own,
    /// Another, named by its document or by a redirect.
    Others,
}

/// Decides about URLs, names and addresses.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Guard {
    opened: Vec<IpNet>,
    hosts: Vec<String>,
}

impl Guard {
    /// A guard that admits public addresses and those of `opened` networks.
    pub fn new(opened: Vec<IpNet>) -> Guard {
        Guard { opened, hosts: Vec::new() }
    }

    /// The same, but also admits all addresses of these hosts, except those of metadata
    /// services (check B33).
    #[must_use]
    pub fn with_hosts(mut self, hosts: &[String]) -> Guard {
        self.hosts.extend(hosts.iter().map(|name| bare(name).to_ascii_lowercase()));
        self
    }

    /// A guard for dialling a proxy that the operator named: admits anything but metadata
    /// services.
    pub fn for_proxy() -> Guard {
        Guard::new(vec![Ipv4Net::default().into(), Ipv6Net::default().into()])
    }

    /// Decides about `url` if a proxy looks its name up: as [`Guard::url`], but reserved
    /// ports are closed for names, because nobody here learns where they lead (check B32).
    /// Names that lead inside are closed as well, except the source's own, which the
    /// operator named.
    pub fn through_proxy(&self, url: &Url, target: Target) -> Result<(), Refusal> {
        self.url(url)?;
        let port = url.port_or_known_default().unwrap_or(0);
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        if self.is_opened(name) {
            return Ok(());
        }
        if Ports::of(port) == Ports::Reserved {
            return Err(reserved(port, name));
        }
        match address::inside_by_name(name) {
            Some(what) if target == Target::Others => Err(Refusal(format!("{name} is not public ({what})"))),
            _ => Ok(()),
        }
    }

    /// Whether the operator opened this host.
    fn is_opened(&self, name: &str) -> bool {
        let name = bare(name);
        self.hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
    }

    /// Decides about `url` as far as its text shows: by scheme, port, literal address, or a
    /// name known to lead inside. Other names are decided by [`Guard::answers`] when they
    /// are looked up.
    pub fn url(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal(format!("scheme {} is neither http nor https", url.scheme())));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        if port == 0 {
            return Err(Refusal("port 0 cannot be dialled".to_owned()));
        }
        match url.host() {
            None => Err(Refusal("the URL names no host".to_owned())),
            Some(host) => match (address::ip_of(&host), host) {
                (Some(ip), _) => self.dial(ip, port),
                (None, Host::Domain(name)) => self.name(name),
                (None, _) => Err(Refusal("the URL names no host".to_owned())),
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
        address::name_fits(name)?;
        if address::is_metadata_name(name, &self.opened) {
            return Err(Refusal(format!("{name} is a cloud's metadata service")));
        }
        match bare(name).is_empty() {
            true => Err(Refusal("the URL names no host".to_owned())),
            false => Ok(()),
        }
    }

    /// Decides about the answers of a look-up: if one address is refused, the name is
    /// refused, whatever the others are (check B27).
    pub fn answers(&self, name: &str, found: &[IpAddr], ports: Ports) -> Result<(), Refusal> {
        if self.is_opened(name) {
            let metadata = found
                .iter()
                .find(|ip| address::is_metadata(**ip) && !address::is_named(ip.to_canonical(), &self.opened));
            return match metadata {
                Some(ip) => Err(Refusal(format!("{name} leads to {ip}, a cloud's metadata service"))),
                None => Ok(()),
            };
        }
        for ip in found {
            let reach = self.address(*ip).map_err(|refusal| refusal.reached(&format!("{name} leads to")))?;
            if (reach, ports) == (Reach::Public, Ports::Reserved) {
                return Err(Refusal(format!("{name} is public and the port is below 1024, neither 80 nor 443")));
            }
        }
        Ok(())
    }

    /// Decides about an address, whatever form it hides in.
    pub fn address(&self, ip: IpAddr) -> Result<Reach, Refusal> {
        address::judge(ip, &self.opened)
    }
}

fn reserved(port: u16, host: &str) -> Refusal {
    Refusal(format!("port {port} of {host} is below 1024, neither 80 nor 443"))
}
