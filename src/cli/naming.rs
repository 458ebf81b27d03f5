//! Names for sources that have none yet: ids and tags as the configuration accepts them.

use std::collections::{HashMap, HashSet};

use url::Url;

use crate::config::Config;
use crate::config::naming::slug;
use crate::model::SourceId;
use crate::text::fold::fold;

/// The ids that are taken.
#[derive(Debug, Default)]
pub struct Ids {
    taken: HashSet<String>,
    /// The next number to try for a name that was taken.
    next: HashMap<String, usize>,
}

impl Ids {
    /// The ids of a configuration.
    pub fn of(config: &Config) -> Ids {
        let taken = config.sources.iter().map(|s| s.source.id.to_string()).collect();
        Ids { taken, next: HashMap::new() }
    }

    /// A free id for a source, made from its title, or from its host if the title has too few
    /// Latin letters. From now on it is taken.
    pub fn take(&mut self, title: &str, url: &Url) -> SourceId {
        let host = || slug(url.host_str().map_or("", |host| host.strip_prefix("www.").unwrap_or(host)));
        let base = titled(title).or_else(host).unwrap_or_else(|| "source".to_owned());
        let next = self.next.entry(base.clone()).or_insert(1);
        loop {
            let id = if *next == 1 { base.clone() } else { format!("{base}-{next}") };
            *next += 1;
            if self.taken.insert(id.clone()) {
                return SourceId::new(&id).expect("a slug and a number make an id");
            }
        }
    }
}

/// A slug, if it says most of what the title says.
fn titled(title: &str) -> Option<String> {
    let folded = fold(title);
    let letters = folded.text().chars().filter(|c| c.is_alphanumeric());
    let (latin, other) = letters.fold((0, 0), |(l, o), c| if c.is_ascii() { (l + 1, o) } else { (l, o + 1) });
    if latin > other { slug(title) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_titles_or_hosts_and_are_free() {
        let mut ids = Ids { taken: HashSet::from(["daring-fireball-2".to_owned()]), ..Ids::default() };
        let mut check = |title: &str, url: &str, expected: &str| {
            assert_eq!(ids.take(title, &Url::parse(url).unwrap()).as_str(), expected);
        };
        check("Daring Fireball", "http://a.example/", "daring-fireball");
        check(" DARING — Fireball! ", "http://a.example/", "daring-fireball-3");
        check("John’s Müsings & Co.", "http://a.example/", "johns-musings-co");
        check("新华网 RSS", "http://www.xinhua.example/rss", "xinhua-example");
        check("", "https://feeds.xinhua.example:8443/", "feeds-xinhua-example");
        check("…", "http://[2001:db8::1]/", "2001-db8-1");
        check("", "http://-/", "source");
        check(&"long ".repeat(50), "http://a.example/", "long-long-long-long-long-long-long-long-long-lon");
        check(&"long ".repeat(50), "http://a.example/", "long-long-long-long-long-long-long-long-long-lon-2");
    }
}
