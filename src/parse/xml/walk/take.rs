//! What a finished text, or the attributes of an element, add to the draft.

use std::time::Duration;

use url::Url;

use crate::model::{Enclosure, InReplyTo, Link, Origin, WarningKind};
use crate::parse::notes::excerpt;
use crate::text::quote::in_quotes;

use super::super::draft::{DraftEntry, minutes, origin_link};
use super::super::fields::{Fact, Inside, TextField};
use super::super::gather::{Gathering, ITUNES_SCHEME, decoded, filled};
use super::super::person;
use super::Walker;
use crate::text::html;
use crate::text::xml::Tag;

/// How good a link to an entry's page is.
const ELSEWHERE: u8 = 1;
const OTHER_TYPE: u8 = 2;
pub(super) const PAGE: u8 = 3;
const TRUE_PAGE: u8 = 4;

impl<'a> Walker<'a, '_, '_> {
    /// Takes a text whose element has ended.
    pub(super) fn take(&mut self, gathering: Gathering) {
        match gathering.place {
            Inside::Entry | Inside::Media | Inside::News => self.take_for_entry(gathering),
            Inside::Map => self.take_for_map(gathering),
            Inside::Feed => self.take_for_feed(gathering),
            Inside::Origin => self.take_for_origin(gathering),
            Inside::Person => self.take_for_person(gathering),
            Inside::Hours => {
                // Hour 24 of RSS 0.91 is midnight.
                if let Ok(hour @ 0..=24) = gathering.into_text().parse::<u32>() {
                    self.draft.parsed.hints.skip_hours |= 1 << (hour % 24);
                }
            }
            Inside::Days => {
                let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
                let text = gathering.into_text().to_ascii_lowercase();
                if let Some(day) = days.iter().position(|day| text.starts_with(day)) {
                    self.draft.parsed.hints.skip_days |= 1 << day;
                }
            }
            Inside::Root | Inside::Maps | Inside::Text | Inside::Ignored => {}
        }
    }

    fn take_for_entry(&mut self, mut gathering: Gathering) {
        let Some(mut item) = self.item.take() else { return };
        let base = self.base();
        let entry = &mut item.entry;
        match gathering.field {
            TextField::Title => item.offer_title(gathering.into_line()),
            TextField::TitleElse => item.offer_title_else(gathering.into_line()),
            TextField::Link | TextField::TrueLink => {
                let rank = if gathering.field == TextField::Link { PAGE } else { TRUE_PAGE };
                let rel = gathering.rel.take().unwrap_or_default();
                let media_type = gathering.media_type.take();
                if let Some(href) = self.draft.link(&gathering.into_text(), base.as_deref()) {
                    match rel.as_str() {
                        "" | "alternate" => item.offer_link(href, rank),
                        "enclosure" => item.add_enclosure(Enclosure { url: href, media_type, length_bytes: None }),
                        _ => item.add_link(Link { rel, href, media_type, ..Link::default() }),
                    }
                }
            }
            TextField::Comments => {
                if let Some(href) = self.draft.link(&gathering.into_text(), base.as_deref()) {
                    item.add_link(Link { rel: "replies".to_owned(), href, ..Link::default() });
                }
            }
            TextField::Id if entry.id.is_none() => {
                let may_link = !gathering.no_link;
                entry.id = filled(gathering.into_text());
                item.id_link = entry.id.clone().filter(|_| may_link);
            }
            TextField::Summary => item.offer_summary(gathering.into_content()),
            TextField::Content => {
                self.take_elsewhere(&mut item, &mut gathering);
                item.offer_content(gathering.into_content());
            }
            TextField::SummaryElse(rank) => item.offer_summary_else(rank, gathering.into_content()),
            TextField::Author => item.add_author(person::read(&gathering.into_line())),
            TextField::Contributor => item.add_contributor(person::read(&gathering.into_line())),
            TextField::AuthorElse => item.author_else = item.author_else.or(person::read(&gathering.into_line())),
            TextField::Published(rank) => {
                if let Some(raw) = filled(gathering.into_text()) {
                    item.offer_published(rank, raw);
                }
            }
            TextField::Updated => {
                if let Some(raw) = filled(gathering.into_text()) {
                    item.offer_updated(raw);
                }
            }
            TextField::Category => {
                let (scheme, label) = (gathering.scheme.take(), gathering.label.take());
                item.add_category(&gathering.into_line(), scheme.as_deref(), label.as_deref());
            }
            TextField::Keywords => {
                let scheme = gathering.scheme.take();
                for term in gathering.into_line().split(',') {
                    item.add_category(term.trim(), scheme.as_deref(), None);
                }
            }
            TextField::Publication if self.draft.parsed.title.is_empty() => {
                self.draft.parsed.title = gathering.into_line();
            }
            TextField::Image => {
                if let Some(url) = self.draft.link(&gathering.into_text(), base.as_deref()) {
                    item.add_enclosure(Enclosure { url, ..Enclosure::default() });
                }
            }
            TextField::OriginName if entry.origin.is_none() => {
                let url = gathering.url.take().and_then(|url| self.draft.link(&url, base.as_deref()));
                let origin = Origin { title: filled(gathering.into_line()), url, ..Origin::default() };
                entry.origin = Some(origin).filter(|origin| *origin != Origin::default());
            }
            TextField::Rights if entry.rights.is_none() => entry.rights = filled(gathering.into_line()),
            TextField::Language => entry.language = filled(gathering.into_text()).or(entry.language.take()),
            _ => {}
        }
        self.item = Some(item);
    }

    /// Takes the URL of a content that lies elsewhere (RFC 4287 §4.1.3.2):
    /// the way to it where no link is, and a file where it is one.
    fn take_elsewhere(&mut self, item: &mut DraftEntry, gathering: &mut Gathering) {
        let base = gathering.base();
        let Some(href) = gathering.url.take().and_then(|src| self.draft.link(&src, base.as_deref())) else { return };
        let media_type = gathering.media_type.clone();
        let shown =
            media_type.as_deref().is_none_or(|t| t.starts_with("text") || t.contains("html") || t.contains("xml"));
        if !shown {
            item.add_enclosure(Enclosure { url: href.clone(), media_type, length_bytes: None });
        }
        item.offer_link(href, ELSEWHERE);
    }

    fn take_for_map(&mut self, gathering: Gathering) {
        let Some(mut map) = self.map.take() else { return };
        match gathering.field {
            TextField::Link => map.url = self.draft.link(&gathering.into_text(), None).unwrap_or_default(),
            TextField::Updated => {
                map.changed = filled(gathering.into_text());
                map.changed_at = map.changed.as_deref().and_then(|raw| self.draft.feed_date(raw));
            }
            _ => {}
        }
        self.map = Some(map);
    }

    fn take_for_feed(&mut self, gathering: Gathering) {
        let base = self.base();
        match gathering.field {
            TextField::Title => {
                let title = gathering.into_line();
                if html::is_worded(&title) || self.draft.parsed.title.is_empty() {
                    self.draft.parsed.title = title;
                }
            }
            TextField::TitleElse if self.draft.parsed.title.is_empty() => {
                self.draft.parsed.title = gathering.into_line()
            }
            TextField::Link if self.draft.parsed.link.is_none() => {
                self.draft.parsed.link = self.draft.link(&gathering.into_text(), base.as_deref());
            }
            TextField::Id => self.draft.parsed.id = filled(gathering.into_text()),
            TextField::Language => {
                let said = filled(gathering.into_text());
                self.draft.parsed.language = said.or(self.draft.parsed.language.take());
            }
            TextField::Rights => self.draft.parsed.rights = filled(gathering.into_line()),
            TextField::Author => self.draft.add_author(person::read(&gathering.into_line())),
            TextField::AuthorElse => self.draft.author_else = person::read(&gathering.into_line()),
            TextField::Updated => {
                let at = self.draft.feed_date(&gathering.into_text());
                self.draft.parsed.updated = at.or(self.draft.parsed.updated);
            }
            TextField::Published(_) => {
                let at = self.draft.feed_date(&gathering.into_text());
                self.draft.parsed.updated = self.draft.parsed.updated.or(at);
            }
            TextField::Ttl => self.draft.parsed.hints.ttl = self.hint(&gathering.into_text(), "ttl", minutes),
            TextField::Period => self.period = self.hint(&gathering.into_text(), "updatePeriod", period),
            TextField::Frequency => {
                self.frequency = self.hint(&gathering.into_text(), "updateFrequency", |t| t.parse().ok()).unwrap_or(1);
            }
            _ => {}
        }
    }

    /// A hint as `read` has it; one that cannot be read is told.
    fn hint<T>(&mut self, text: &str, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let hint = read(text);
        if hint.is_none() && !text.is_empty() {
            let excerpt = excerpt(text);
            self.draft.notes.tell(WarningKind::Hint, format!("{name} cannot be followed: {}", in_quotes(excerpt)));
        }
        hint
    }

    fn take_for_origin(&mut self, gathering: Gathering) {
        let Some(mut origin) = self.origin.take() else { return };
        match gathering.field {
            TextField::Title => origin.title = filled(gathering.into_line()),
            TextField::Id => origin.id = filled(gathering.into_text()),
            TextField::Updated => origin.updated = self.draft.feed_date(&gathering.into_text()),
            TextField::Rights => origin.rights = filled(gathering.into_line()),
            _ => {}
        }
        self.origin = Some(origin);
    }

    /// Takes what stands in the attributes of `tag`.
    pub(super) fn fact(&mut self, fact: Fact, place: Inside, tag: &Tag<'a>, base: Option<&Url>) {
        match fact {
            Fact::Link => self.link_fact(place, tag, base),
            Fact::Category => {
                let (label, of_itunes) = (attribute(tag, &["label"]), attribute(tag, &["text"]));
                let scheme = attribute(tag, &["scheme"]).or(of_itunes.as_ref().map(|_| ITUNES_SCHEME.to_owned()));
                let term = attribute(tag, &["term"]).or_else(|| label.clone()).or(of_itunes);
                if let (Some(term), Some(item)) = (term, &mut self.item) {
                    item.add_category(&term, scheme.as_deref(), label.as_deref());
                }
            }
            Fact::Enclosure | Fact::MediaContent => {
                let href = attribute(tag, &["url", "href"]);
                let Some(url) = href.and_then(|url| self.draft.link(&url, base)) else { return };
                let length_bytes = attribute(tag, &["length", "filesize"]).and_then(|length| length.parse().ok());
                if let Some(item) = &mut self.item {
                    item.add_enclosure(Enclosure { url, media_type: attribute(tag, &["type"]), length_bytes });
                }
            }
            Fact::InReplyTo => {
                let href = attribute(tag, &["href"]).and_then(|href| self.draft.link(&href, base));
                if let (Some(item), Some(id)) = (&mut self.item, attribute(tag, &["ref", "href"])) {
                    item.add_reply(InReplyTo { id, href, media_type: attribute(tag, &["type"]) });
                }
            }
        }
    }

    fn link_fact(&mut self, place: Inside, tag: &Tag<'a>, base: Option<&Url>) {
        let Some(href) = self.draft.link(&attribute(tag, &["href"]).unwrap_or_default(), base) else { return };
        let link = Link {
            rel: attribute(tag, &["rel"]).map_or_else(|| "alternate".to_owned(), |rel| relation(&rel)),
            href,
            media_type: attribute(tag, &["type"]),
            hreflang: attribute(tag, &["hreflang"]),
            title: attribute(tag, &["title"]),
        };
        self.take_link(link, place, attribute(tag, &["length"]));
    }

    fn take_link(&mut self, link: Link, place: Inside, length: Option<String>) {
        match (place, &mut self.item, &mut self.origin) {
            (Inside::Feed, ..) if link.rel == "alternate" => {
                self.draft.parsed.link.get_or_insert(link.href);
            }
            (Inside::Feed, ..) => self.draft.feed_link(link),
            (Inside::Origin, _, Some(origin)) => origin_link(origin, link),
            (_, Some(item), _) => match link.rel.as_str() {
                "alternate" => {
                    let page = link.media_type.as_deref().is_none_or(|t| t.contains("html"));
                    item.offer_link(link.href, if page { PAGE } else { OTHER_TYPE });
                }
                "enclosure" => item.add_enclosure(Enclosure {
                    url: link.href,
                    media_type: link.media_type,
                    length_bytes: length.and_then(|length| length.parse().ok()),
                }),
                _ => item.add_link(link),
            },
            _ => {}
        }
    }
}

/// What the first attribute of `tag` with one of these `names` says, if anything.
fn attribute(tag: &Tag<'_>, names: &[&str]) -> Option<String> {
    let found = tag.attributes().find(|(name, _)| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    found.and_then(|(_, value)| filled(decoded(value).trim().to_owned()))
}

/// A relation without the URL that RFC 4287 §4.2.7.2 lets it be written as.
fn relation(rel: &str) -> String {
    rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(rel).to_ascii_lowercase()
}

fn period(text: &str) -> Option<Duration> {
    let hours = match text.to_ascii_lowercase().as_str() {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 24 * 7,
        "monthly" => 24 * 30,
        "yearly" => 24 * 365,
        _ => return None,
    };
    Some(Duration::from_secs(hours * 3600))
}
