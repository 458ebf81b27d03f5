//! The configuration as pages and feeds use it.

use std::sync::Arc;

use url::Url;

use crate::config::{Config, ConfiguredFeed, ConfiguredSource};
use crate::model::PublicUrl;
use crate::model::web::address::{Opened, OpenedHost, bare, ip_of, outside};
use crate::plan::Plan;
use crate::plan::edition::edition;
use crate::publish::pages::Alarm;
use crate::publish::{Channel, ChannelPlace, SourceTerms};
use crate::web;

/// What pages and feeds need from a configuration, whose plan this is.
pub fn site(config: &Arc<Config>, plan: &Arc<Plan>, alarm: Option<Alarm>) -> web::Site {
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
        feeds: config.feeds.iter().map(|feed| shown(config, feed)).collect(),
        terms: Arc::new(config.sources.iter().map(terms).collect()),
        alarm,
        searching: may_search(config)
            .then(|| Arc::new(web::Searching { config: Arc::clone(config), plan: Arc::clone(plan) })),
    }
}

fn shown(config: &Config, feed: &ConfiguredFeed) -> web::ShownFeed {
    let place = ChannelPlace::Feed { edition: edition(config, feed) };
    web::ShownFeed { channel: Channel { place, ..feed.channel.clone() }, size: feed.size }
}

/// Whether readers may search. A search finds whatever is stored: where a feed is private, that
/// is allowed only by the operator's word.
fn may_search(config: &Config) -> bool {
    let has_private = config.feeds.iter().any(|feed| feed.channel.access.is_private());
    config.server.search.unwrap_or(!has_private)
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
