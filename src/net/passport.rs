//! Which source asks, and so which networks and hosts are open to its request.
//!
//! An operator opens a private network for the sources that live in it. Another source
//! whose document leads there stays outside. So each request carries the passport of the
//! source that caused it, made from the URL that is configured for that source, and the
//! request's guard is made from the passport (checks B33, B113). Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::{Host, Url};

use super::guard::Guard;
use crate::model::address::{Opened, OpenedHost, Reach, bare, ip_of, judge};

/// Ports that a host opened for one source has besides those of sources.
const WEB: [u16; 2] = [80, 443];

/// The ports at which configured sources are polled, by host.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Doors(BTreeMap<String, BTreeSet<u16>>);

impl Doors {
    /// The doors of sources at these addresses.
    pub fn of<'a>(urls: impl Iterator<Item = &'a Url>) -> Doors {
        let mut doors = Doors::default();
        for (host, port) in urls.filter_map(door) {
            doors.0.entry(host).or_default().insert(port);
        }
        doors
    }

    fn has(&self, host: &str, port: u16) -> bool {
        self.0.get(host).is_some_and(|ports| ports.contains(&port))
    }
}

/// Who asks: a source, by where it is configured and what is opened to it alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passport {
    home: Option<(String, u16)>,
    host: Option<Host<String>>,
    opened: Opened,
    doors: Arc<Doors>,
}

/// Where a source's host leads, as far as it was looked up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nature {
    /// Into what is opened to all sources that live there, and nowhere else.
    Inside,
    /// Somewhere else, or nobody knows.
    Outside,
}

/// Whether a request is for the source's own address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Errand {
    /// The source's own address is asked: what its name leads to tells its nature.
    Home,
    /// Another one.
    Away,
}

/// Host and port of an address.
fn door(url: &Url) -> Option<(String, u16)> {
    let host = bare(url.host_str()?).to_ascii_lowercase();
    Some((host, url.port_or_known_default()?))
}

impl Passport {
    /// That of a source configured at `url`, which may speak of `opened` besides
    /// what is opened to all; `doors` are those of all sources.
    pub fn new(url: &Url, opened: Opened, doors: Arc<Doors>) -> Passport {
        Passport { home: door(url), host: url.host().map(|host| host.to_owned()), opened, doors }
    }

    /// That of an address which the operator names by hand.
    pub fn of(url: &Url) -> Passport {
        Passport::new(url, Opened::default(), Arc::default())
    }

    /// The name that has to be looked up to know where the source lives, if what
    /// is opened to all may make a difference.
    pub fn home_name(&self, all: &Opened) -> Option<&str> {
        let (name, _) = self.home.as_ref()?;
        let listed = all.hosts.iter().any(|host| host.is(name));
        let is_name = self.host.as_ref().is_some_and(|host| ip_of(host).is_none());
        (is_name && !listed && !all.networks.is_empty()).then_some(name)
    }

    /// Where it lives, if that can be told without a look-up.
    pub fn nature(&self, all: &Opened) -> Option<Nature> {
        if self.home_name(all).is_some() {
            return None;
        }
        let host = self.host.as_ref()?;
        Some(if all.holds(host) { Nature::Inside } else { Nature::Outside })
    }

    /// Whether `url` is the source's own: its host at its port, or at the usual
    /// one of the other scheme.
    pub fn is_home(&self, url: &Url) -> bool {
        match (&self.home, door(url)) {
            (Some((host, port)), Some((other, at))) => {
                *host == other && (*port == at || WEB.contains(port) && WEB.contains(&at))
            }
            _ => false,
        }
    }

    /// The guard for asking `url`, where `all` is opened to the sources that live
    /// there, and this one's host is of this `nature`.
    pub fn guard(&self, all: &Opened, nature: Nature, url: &Url) -> (Guard, Errand) {
        let home = self.is_home(url);
        let mut networks = self.opened.networks.clone();
        if home || nature == Nature::Inside {
            networks.extend(all.networks.iter().filter(|net| !self.opened.networks.contains(net)));
        }
        let Some((host, port)) = door(url) else { return (Guard::new(networks), Errand::Away) };
        let sources = self.doors.has(&host, port) || home;
        let own = |opened: &OpenedHost| match opened.port {
            Some(at) => at == port,
            None => sources || WEB.contains(&port),
        };
        let common = |opened: &OpenedHost| opened.port.map_or(sources, |at| at == port);
        let named = self.opened.hosts.iter().any(|opened| opened.is(&host) && own(opened))
            || (home || nature == Nature::Inside) && all.hosts.iter().any(|opened| opened.is(&host) && common(opened));
        let guard = Guard::new(networks);
        let guard = if named { guard.with_hosts(&[host]) } else { guard };
        (guard, if home && self.home_name(all).is_some() { Errand::Home } else { Errand::Away })
    }
}

/// What a look-up of a source's host tells: it lives inside where all that it
/// leads to does. Whoever owns a public name may lead it anywhere.
pub fn nature_of(found: &[std::net::IpAddr], all: &Opened) -> Nature {
    let inside = |ip: &std::net::IpAddr| judge(*ip, &[]).is_err() && judge(*ip, &all.networks) == Ok(Reach::Opened);
    if !found.is_empty() && found.iter().all(inside) { Nature::Inside } else { Nature::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(networks: &[&str], hosts: &[(&str, Option<u16>)]) -> Opened {
        Opened {
            networks: networks.iter().map(|net| net.parse().unwrap()).collect(),
            hosts: hosts.iter().map(|(name, port)| OpenedHost { name: (*name).to_owned(), port: *port }).collect(),
        }
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// Whether a source at `home` may ask for `target` as far as the text tells,
    /// its name being of this nature.
    fn asks(home: &str, own: &Opened, all: &Opened, nature: Nature, target: &str) -> bool {
        let sources = [home, "http://wiki.example:8080/feed"].map(url);
        let passport = Passport::new(&url(home), own.clone(), Arc::new(Doors::of(sources.iter())));
        let nature = passport.nature(all).unwrap_or(nature);
        let (guard, _) = passport.guard(all, nature, &url(target));
        let target = url(target);
        guard.url(&target).is_ok()
            && match target.domain() {
                Some(name) => {
                    guard.answers(name, &["10.0.0.9".parse().unwrap()], super::super::guard::Ports::Usual).is_ok()
                }
                None => true,
            }
    }

    #[test]
    fn b113_what_is_opened_to_all_is_open_to_who_lives_there() {
        let (none, all) = (Opened::default(), opened(&["10.0.0.0/24"], &[]));
        let check = |home: &str, nature: Nature, target: &str, expected: bool| {
            assert_eq!(asks(home, &none, &all, nature, target), expected, "{home} {nature:?} {target}");
        };
        use Nature::{Inside, Outside};
        check("http://10.0.0.5/feed", Outside, "http://10.0.0.6:8080/x", true);
        check("http://10.0.0.5/feed", Outside, "http://10.0.1.6/x", false);
        check("https://news.example/feed", Outside, "http://10.0.0.5/feed", false);
        check("https://news.example/feed", Outside, "http://[::ffff:10.0.0.5]/", false);
        check("https://news.example/feed", Outside, "http://intranet.example/", false);
        check("https://news.example/feed", Inside, "http://10.0.0.5/page", true);
        // Its own address may lead inside: the operator named it.
        check("http://intranet.example/feed", Outside, "http://intranet.example/feed", true);
        check("http://intranet.example/feed", Outside, "https://intranet.example/feed", true);
        check("http://intranet.example/feed", Outside, "http://intranet.example:9200/", false);
        // An address that is public lives nowhere inside, however much is opened.
        assert!(!asks("http://8.8.8.8/", &none, &opened(&["0.0.0.0/0"], &[]), Outside, "http://10.0.0.1/"));
    }

    #[test]
    fn b113_what_is_opened_to_one_source_is_open_to_no_other() {
        let (none, own) = (Opened::default(), opened(&["10.0.1.0/24"], &[("wiki.example", None)]));
        let ask = |own: &Opened, target: &str| asks("https://news.example/feed", own, &none, Nature::Outside, target);
        for target in ["http://10.0.1.5/page", "http://wiki.example/", "http://wiki.example:8080/page"] {
            assert!(ask(&own, target) && !ask(&none, target), "{target}");
        }
        for target in ["http://10.0.0.5/page", "http://wiki.example:9200/", "http://other.example/"] {
            assert!(!ask(&own, target), "{target}");
        }
    }

    #[test]
    fn b114_an_opened_host_opens_the_ports_of_its_sources() {
        let (none, all) = (Opened::default(), opened(&[], &[("intranet.example", None), ("wiki.example", None)]));
        let check = |home: &str, target: &str, expected: bool| {
            assert_eq!(asks(home, &none, &all, Nature::Outside, target), expected, "{home} {target}");
        };
        let home = "http://intranet.example:8000/feed";
        check(home, "http://intranet.example:8000/page", true);
        check(home, "http://Intranet.Example.:8000/page", true);
        check(home, "http://intranet.example:9200/", false);
        check(home, "http://intranet.example/", false);
        check(home, "http://10.0.0.9:8000/feed", false);
        check(home, "http://sub.intranet.example:8000/", false);
        check(home, "http://wiki.example:8080/page", true);
        check(home, "http://wiki.example:22/", false);
        check("https://news.example/feed", "http://intranet.example:8000/page", false);
        let port = opened(&[], &[("intranet.example", None), ("wiki.example", Some(8443))]);
        assert!(asks(home, &none, &port, Nature::Outside, "https://wiki.example:8443/"));
        assert!(!asks(home, &none, &port, Nature::Outside, "http://wiki.example:8080/"));
    }

    #[test]
    fn a_name_lives_inside_where_all_its_addresses_do() {
        let all = opened(&["10.0.0.0/8", "0.0.0.0/1"], &[]);
        let nature = |found: &[&str]| nature_of(&found.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<_>>(), &all);
        assert_eq!(nature(&["10.0.0.1", "10.2.0.1"]), Nature::Inside);
        for outside in [&["10.0.0.1", "8.8.8.8"][..], &["8.8.8.8"], &["192.168.0.1"], &[]] {
            assert_eq!(nature(outside), Nature::Outside, "{outside:?}");
        }
    }
}
