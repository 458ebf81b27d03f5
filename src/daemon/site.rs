//! The configuration as pages and feeds use it.

use std::sync::Arc;

use url::Url;

use crate::config::{Config, ConfiguredSource};
use crate::model::PublicUrl;
use crate::model::web::address::{Opened, OpenedHost, bare, ip_of, outside};
use crate::publish::SourceTerms;
use crate::publish::pages::Alarm;
use crate::web;

/// What pages and feeds need from a configuration.
pub fn site(config: &Config, alarm: Option<Alarm>) -> web::Site {
    let terms = |s: &Arc<ConfiguredSource>| {
        let url = match s.access.publish_url {
            true => PublicUrl::by_leave(&s.source.url),
            false => PublicUrl::of(&s.source.url),
        };
        let opened = spoken_of(&s.source.url, &s.access.opened, &config.polling.opened());
        (s.source.id.clone(), SourceTerms { republish: s.source.republish, url, opened })
    };
    web::Site {
        public_url: config.server.public_url.clone(),
        feeds: config.feeds.iter().map(|f| web::ShownFeed { channel: f.channel.clone(), size: f.size }).collect(),
        terms: Arc::new(config.sources.iter().map(terms).collect()),
        alarm,
    }
}

/// Which hosts of the operator's own network the entries of a source may name (check B118):
/// those opened to this source alone, its own host, and those opened to all if the source
/// plainly lives inside. Names are not looked up here, so what they lead to is not known.
fn spoken_of(url: &Url, own: &Opened, all: &Opened) -> Opened {
    let Some(host) = url.host() else { return own.clone() };
    let inside = all.holds(&host) || outside(url, &Opened::default()).is_err();
    let mut home = Opened::default();
    match ip_of(&host) {
        Some(ip) => home.networks.push(ip.into()),
        None => home.hosts.push(OpenedHost { name: bare(&host.to_string()).to_owned(), port: None }),
    }
    let opened = own.and(&home);
    if inside { opened.and(all) } else { opened }
}
