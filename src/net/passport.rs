//! Which source a request is made for, and so which networks and hosts are open to it.
//!
//! An operator opens a private network for the sources that live in it. Another source
//! whose document leads there must not get in. So each request carries the passport of the
//! source that caused it, made from that source's configured URL, and the request's guard
//! is made from the passport (checks B33, B113). Pure.

use std::sync::Arc;

use url::{Host, Url};

use super::guard::Guard;
use crate::model::web::address::{Opened, OpenedHost, bare, inside_by_name, ip_of};

/// Ports that are open on a host opened for one source, besides those of configured
/// sources.
const WEB: [u16; 2] = [80, 443];

/// The ports at which configured sources are polled, by host: in order, each once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Doors(Vec<(Box<str>, u16)>);

impl Doors {
    /// The doors of sources with these URLs.
    pub fn of<'a>(urls: impl Iterator<Item = &'a Url>) -> Doors {
        let mut all: Vec<_> = urls.filter_map(door).map(|(host, port)| (host.into_boxed_str(), port)).collect();
        all.sort_unstable();
        all.dedup();
        all.shrink_to_fit();
        Doors(all)
    }

    fn has(&self, host: &str, port: u16) -> bool {
        self.0.binary_search_by(|(name, at)| (&**name, *at).cmp(&(host, port))).is_ok()
    }
}

/// Identifies the source that a request is made for, by its configured URL and by what is
/// opened to it alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passport {
    home: Option<(String, u16)>,
    host: Option<Host<String>>,
    opened: Opened,
    doors: Arc<Doors>,
}

/// Host and port of a URL.
fn door(url: &Url) -> Option<(String, u16)> {
    let host = bare(url.host_str()?).to_ascii_lowercase();
    Some((host, url.port_or_known_default()?))
}

impl Passport {
    /// The passport of a source configured at `url`, to which `opened` is open besides what
    /// is opened to all; `doors` are those of all sources.
    pub fn new(url: &Url, opened: Opened, doors: Arc<Doors>) -> Passport {
        Passport { home: door(url), host: url.host().map(|host| host.to_owned()), opened, doors }
    }

    /// The passport for a URL that the operator enters by hand.
    pub fn of(url: &Url) -> Passport {
        Passport::new(url, Opened::default(), Arc::default())
    }

    /// Whether the source lives inside what is opened to `all` such sources, judged by its
    /// configured URL alone: a literal address in an opened network, a host that was opened
    /// by name, or a name that nobody outside can own. Any other name leads where its owner
    /// likes, which proves nothing (checks B28, B155).
    fn lives_inside(&self, all: &Opened) -> bool {
        let Some(host) = &self.host else { return false };
        let own_name = matches!(host, Host::Domain(name) if ip_of(host).is_none() && inside_by_name(name).is_some());
        all.holds(host) || own_name
    }

    /// Whether `url` is the source's own: on its host, at its port or at the usual port of
    /// the other scheme.
    pub fn is_home(&self, url: &Url) -> bool {
        match (&self.home, door(url)) {
            (Some((host, port)), Some((other, at))) => {
                *host == other && (*port == at || WEB.contains(port) && WEB.contains(&at))
            }
            _ => false,
        }
    }

    /// The guard for a request to `url`, where `all` is opened to the sources that live
    /// there. A source's own URL may lead there too, because the operator wrote it.
    pub fn guard(&self, all: &Opened, url: &Url) -> Guard {
        let home = self.is_home(url);
        let inside = home || self.lives_inside(all);
        let mut networks = self.opened.networks.clone();
        if inside {
            networks.extend(all.networks.iter().filter(|net| !self.opened.networks.contains(net)));
        }
        let Some((host, port)) = door(url) else { return Guard::new(networks) };
        let sources = self.doors.has(&host, port) || home;
        let own = |opened: &OpenedHost| match opened.port {
            Some(at) => at == port,
            None => sources || WEB.contains(&port),
        };
        let common = |opened: &OpenedHost| opened.port.map_or(sources, |at| at == port);
        let named = self.opened.hosts.iter().any(|opened| opened.is(&host) && own(opened))
            || inside && all.hosts.iter().any(|opened| opened.is(&host) && common(opened));
        let guard = Guard::new(networks);
        if named { guard.with_hosts(&[host]) } else { guard }
    }
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

    /// Whether a source at `home` may request `target`, if every name leads to an address
    /// inside.
    fn asks(home: &str, own: &Opened, all: &Opened, target: &str) -> bool {
        let sources = [home, "http://wiki.example:8080/feed"].map(url);
        let passport = Passport::new(&url(home), own.clone(), Arc::new(Doors::of(sources.iter())));
        let guard = passport.guard(all, &url(target));
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
    fn b113_b155_what_is_opened_to_all_is_open_to_who_is_configured_there() {
        let (none, all) = (Opened::default(), opened(&["10.0.0.0/24"], &[]));
        let check = |home: &str, target: &str, expected: bool| {
            assert_eq!(asks(home, &none, &all, target), expected, "{home} {target}");
        };
        check("http://10.0.0.5/feed", "http://10.0.0.6:8080/x", true);
        check("http://10.0.0.5/feed", "http://10.0.1.6/x", false);
        check("https://news.example/feed", "http://10.0.0.5/feed", false);
        check("https://news.example/feed", "http://[::ffff:10.0.0.5]/", false);
        check("https://news.example/feed", "http://intranet.example/", false);
        // Its own URL may lead inside: the operator wrote it.
        check("http://intranet.example/feed", "http://intranet.example/feed", true);
        check("http://intranet.example/feed", "https://intranet.example/feed", true);
        check("http://intranet.example/feed", "http://intranet.example:9200/", false);
        // Nobody outside can own these.
        for home in ["http://intranet/feed", "http://wiki.corp/feed", "http://nas.home.arpa/feed"] {
            check(home, "http://10.0.0.5/page", true);
            check(home, "http://pages.example/", true);
            check(home, "http://10.0.1.5/page", false);
        }
        // Where a host opened by name lives, the operator has said.
        let named = opened(&["10.0.0.0/24"], &[("intranet.example", None)]);
        assert!(asks("http://intranet.example/feed", &none, &named, "http://10.0.0.5/page"));
        assert!(!asks("http://news.example/feed", &none, &named, "http://10.0.0.5/page"));
        // A public address is never inside, however much is opened.
        assert!(!asks("http://8.8.8.8/", &none, &opened(&["0.0.0.0/0"], &[]), "http://10.0.0.1/"));
    }

    #[test]
    fn b113_what_is_opened_to_one_source_is_open_to_no_other() {
        let (none, own) = (Opened::default(), opened(&["10.0.1.0/24"], &[("wiki.example", None)]));
        let ask = |own: &Opened, target: &str| asks("https://news.example/feed", own, &none, target);
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
            assert_eq!(asks(home, &none, &all, target), expected, "{home} {target}");
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
        assert!(asks(home, &none, &port, "https://wiki.example:8443/"));
        assert!(!asks(home, &none, &port, "http://wiki.example:8080/"));
    }
}
