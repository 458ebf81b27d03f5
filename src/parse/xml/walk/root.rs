//! Finding the root element of a feed, whatever stands before it (B43).

use std::rc::Rc;

use url::Url;

use crate::model::{Format, WarningKind};
use crate::parse::Error;
use crate::parse::notes::excerpt;
use crate::parse::sniff;
use crate::text::quote::in_quotes;

use super::super::fields::Inside;
use super::super::gather::decoded;
use super::super::names::{Ns, split};
use super::Walker;
use super::open::Frame;
use super::take::PAGE;
use crate::text::xml::Tag;

/// The value of an attribute whose name may be in capitals.
fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    tag.attributes().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| decoded(value))
}

/// The format whose documents begin with the element `local` (lower case) of `ns`, and where
/// the reader is within it.
fn kind_of(ns: Ns, local: &str) -> Option<(Format, Inside)> {
    match local {
        "rss" => Some((Format::Rss2, Inside::Root)),
        "rdf" => Some((Format::Rss1, Inside::Root)),
        "channel" if ns == Ns::Rss => Some((Format::Rss2, Inside::Feed)),
        "feed" if ns != Ns::Xhtml => Some((Format::Atom, Inside::Feed)),
        "entry" if ns != Ns::Xhtml => Some((Format::Atom, Inside::Entry)),
        "urlset" | "sitemapindex" => Some((Format::Sitemap, Inside::Maps)),
        _ => None,
    }
}

/// The namespace that elements with the root's prefix have by default.
fn adopted(format: Format, local: &str) -> Option<Ns> {
    match format {
        Format::Rss2 if local == "rss" => Some(Ns::Rss),
        Format::Atom => Some(Ns::Atom),
        Format::Sitemap => Some(Ns::Sitemap),
        _ => None,
    }
}

/// How many elements may stand before the root before the search is given up.
const MOST_BEFORE_ROOT: u32 = crate::limits::BEFORE_ROOT.most as u32;

impl<'a> Walker<'a, '_, '_> {
    /// Takes the first element of a feed; passes over what stands before it.
    pub(super) fn root(
        &mut self,
        mut frame: Frame<'a>,
        ns: Ns,
        local: &str,
        tag: &Tag<'a>,
        text: &str,
    ) -> Result<(), Error> {
        // A page may quote a feed, but then it does not declare its namespace.
        let in_page = self.strange.is_some_and(|(name, _)| sniff::is_html_root(&name.to_ascii_lowercase()));
        let kind = if in_page && ns != Ns::Atom { None } else { kind_of(ns, local) };
        let Some((format, place)) = kind else { return self.pass_over(&frame, tag, text) };
        // A root without the usual namespace gives that to what has its prefix.
        if let Some(ns) = adopted(format, local) {
            self.bindings.adopt(split(tag.name).0, ns);
        }
        if self.strange.is_some() {
            self.draft.notes.tell(WarningKind::Repair, "something stands before the document; passed over");
        }
        self.begun = true;
        self.draft.parsed.format = format;
        self.draft.parsed.language = frame.lang.as_deref().map(str::to_owned);
        frame.place = place;
        match place {
            Inside::Entry => self.begin_item(&frame, tag),
            Inside::Feed if format == Format::Rss2 => {
                let base = attribute(tag, "base").and_then(|base| Url::parse(base.trim()).ok());
                frame.base = base.map(Rc::new).or(frame.base);
                self.define(&frame, tag);
            }
            _ => {}
        }
        self.push(frame, tag.empty);
        Ok(())
    }

    /// Takes what the Channel Definition Format (W3C note of 9 March 1997) has
    /// in the attributes of `CHANNEL` and `ITEM`.
    pub(super) fn define(&mut self, frame: &Frame<'a>, tag: &Tag<'a>) {
        if self.draft.parsed.format != Format::Rss2 {
            return;
        }
        let link = attribute(tag, "href").and_then(|href| self.draft.link(&href, frame.base.as_deref()));
        let changed = attribute(tag, "lastmod").filter(|raw| !raw.trim().is_empty());
        match (&mut self.item, link) {
            (Some(item), link) => {
                item.entry.updated_raw = changed;
                link.into_iter().for_each(|link| item.offer_link(link, PAGE));
            }
            (None, link) => {
                self.draft.parsed.link = link;
                self.draft.parsed.updated = changed.and_then(|raw| self.draft.feed_date(&raw));
            }
        }
    }

    /// Passes over an element before the root.
    fn pass_over(&mut self, frame: &Frame<'a>, tag: &Tag<'a>, text: &str) -> Result<(), Error> {
        self.bindings.release(frame.bound);
        let (name, count) = self.strange.unwrap_or((tag.name, 0));
        self.strange = Some((name, count + 1));
        if count >= MOST_BEFORE_ROOT { Err(self.no_feed(text)) } else { Ok(()) }
    }

    pub(super) fn no_feed(&self, text: &str) -> Error {
        sniff::not_a_feed(text, self.strange.map(|(name, _)| name))
    }

    /// Passes over text before the root.
    pub(super) fn before_root(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && self.strange.is_none() {
            let what = format!("text before the document was passed over: {}", in_quotes(excerpt(text)));
            self.draft.notes.tell(WarningKind::Repair, what);
        }
    }
}
