//! `allow_addresses`: networks and hosts that are opened although they are not public.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::Url;

use crate::model::web::address::{Opened, OpenedHost, bare};
use crate::text::quote::in_quotes;

use super::reading::reader::Value;
use super::reading::report::{Complaint, Report};

/// Reads an `allow_addresses`, the desk's or a source's.
pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Opened {
    let mut opened = Opened::default();
    for item in value.items("[\"192.168.10.0/24\", \"intranet.example.org\"]", report).unwrap_or_default() {
        match item.read("\"192.168.10.0/24\"", report, one) {
            Some(One::Network(network)) => opened.networks.push(network),
            Some(One::Host(host)) => opened.hosts.push(host),
            None => {}
        }
    }
    opened
}

enum One {
    Network(IpNet),
    Host(OpenedHost),
}

/// A network, a single address (as a network of one), or a host by name, perhaps with a
/// port.
fn one(text: &str) -> Result<One, Complaint> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(One::Network(address.into()));
    }
    if let Ok(network) = text.parse::<IpNet>() {
        return whole(text, network);
    }
    let says = |what: &str| Complaint::new(format!("{} {what}", in_quotes(text)));
    let wrong = || {
        says("is neither a network nor a host")
            .hint("write a CIDR, as \"192.168.10.0/24\", or a name, as \"intranet.example.org\"")
    };
    if let Some(address) = address_with_port(text) {
        let complaint = says("is an address with a port: an address is opened with all its ports");
        return Err(complaint.hint(format!("write \"{address}\"")));
    }
    // Somebody who copies a URL here means its host.
    if let Some(host) = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https")) {
        let host = host.host_str().ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        return Err(says("is a whole URL").hint(format!("write its host: \"{host}\"")));
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let host = host(name).ok_or_else(wrong)?;
    let port = match port.map(|port| port.parse::<u16>().ok().filter(|port| *port > 0)) {
        None => None,
        Some(Some(port)) => Some(port),
        Some(None) => {
            let hint =
                format!("write \"{host}\" for the ports of its sources, or a port from 1 to 65535: \"{host}:8080\"");
            return Err(says("ends in no port").hint(hint));
        }
    };
    Ok(One::Host(OpenedHost { name: host, port }))
}

/// The address in `127.0.0.1:80`, `[::1]:80` or `[::1]`, whether or not the port is valid.
fn address_with_port(text: &str) -> Option<IpAddr> {
    if let Ok(both) = text.parse::<SocketAddr>() {
        return Some(both.ip());
    }
    let address = text.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let address = address.map_or(text, |(address, _)| address);
    match address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.parse().ok(),
        None => address.parse::<std::net::Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// A host name as it stands in a URL, with nothing around it.
fn host(name: &str) -> Option<String> {
    let read = Url::parse(&format!("http://{name}/")).ok()?;
    let domain = read.domain().filter(|domain| domain.eq_ignore_ascii_case(name) && !domain.contains('*'))?;
    Some(bare(domain).to_owned())
}

/// A network without host bits set.
fn whole(text: &str, network: IpNet) -> Result<One, Complaint> {
    let whole = network.trunc();
    if network == whole {
        return Ok(One::Network(network));
    }
    let complaint = Complaint::new(format!("{} has bits behind its prefix", in_quotes(text)));
    Err(complaint.hint(format!("write \"{whole}\" or \"{}\"", network.addr())))
}
