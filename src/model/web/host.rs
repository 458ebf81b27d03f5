//! Who a request is sent to: the host of a URL, its site, and the proxy on the way.

use url::Url;

/// A host, as turns and holds count it (checks P17, P25).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Host {
    /// Its name or address, as written in a URL; ports do not matter.
    pub name: String,
    /// The proxy for requests to it, without credentials; empty without one. A response
    /// that came through a proxy counts only for requests through that proxy.
    pub proxy: String,
}

impl Host {
    /// The host of `url`, for requests through `proxy` (empty for direct ones).
    pub fn of(url: &Url, proxy: &str) -> Self {
        Host { name: url.host_str().unwrap_or_default().to_owned(), proxy: proxy.to_owned() }
    }

    /// Its registrable domain by the public suffix list; an IP address is a site of its
    /// own.
    pub fn site(&self) -> &str {
        site(&self.name)
    }
}

/// The registrable domain of `host`; an IP address is a site of its own.
pub fn site(host: &str) -> &str {
    if host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok() {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_sites_of_their_own() {
        for host in ["127.0.1.7", "[2001:db8::1]"] {
            assert_eq!(site(host), host);
        }
        assert_eq!(site("feeds.bbci.co.uk"), "bbci.co.uk");
        assert_eq!(site("localhost"), "localhost");
    }

    #[test]
    fn ports_and_paths_play_no_part() {
        let host = Host::of(&Url::parse("https://News.Example.org:8443/a?b").unwrap(), "");
        assert_eq!((host.name.as_str(), host.site()), ("news.example.org", "example.org"));
    }
}
