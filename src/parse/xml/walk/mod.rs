//! From tokens to a document: one pass, one stack, no tree.
//!
//! The stack knows each open element's place, base and language. It is as deep
//! as [`DEEPEST`] at most, so nothing here grows with a hostile document's
//! nesting (B17).

use std::rc::Rc;

use url::Url;

use crate::limits::{LANGUAGE, LINK};
use crate::model::{Map, Origin, WarningKind};
use crate::parse::Error;
use crate::parse::notes::cut_at;

use super::draft::{Draft, DraftEntry};
use super::fields::{Fact, Inside, Meaning, TextField, step};
use super::gather::{Gathering, decoded, is_void};
use super::names::{Bindings, Ns, split};
use crate::text::xml::{Tag, Token, Tokens};
use open::{Frame, Named, Role};

mod entities;
mod open;
mod person;
mod root;
mod take;

/// How deep elements may be nested (B17).
const DEEPEST: usize = crate::limits::MARKUP_DEPTH.count();

/// Attributes that one tag may have (B19).
const MOST_ATTRIBUTES: usize = crate::limits::ATTRIBUTES.count();

/// The reader of one document.
struct Walker<'a, 'w, 'd> {
    draft: &'w mut Draft<'d>,
    stack: Vec<Frame<'a>>,
    bindings: Bindings<'a>,
    gathering: Option<Gathering>,
    /// Boxed: it is taken and put back for each of its elements.
    item: Option<Box<DraftEntry>>,
    origin: Option<Origin>,
    person: Option<Named>,
    map: Option<Map>,
    period: Option<std::time::Duration>,
    frequency: u32,
    /// Name of the first element that was no root of a feed, and how many there were.
    strange: Option<(&'a str, u32)>,
    begun: bool,
    /// What follows the token being read.
    ahead: &'a str,
}

/// Reads `text` into `draft`.
pub fn read(text: &str, draft: &mut Draft<'_>) -> Result<(), Error> {
    let text = &*entities::expanded(text, draft.notes);
    let mut walker = Walker {
        draft,
        stack: Vec::with_capacity(16),
        bindings: Bindings::default(),
        gathering: None,
        item: None,
        origin: None,
        person: None,
        map: None,
        period: None,
        frequency: 1,
        strange: None,
        begun: false,
        ahead: text,
    };
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        walker.ahead = tokens.rest();
        if walker.has_ended() {
            if !matches!(token, Token::Text(text) if text.trim_ascii().is_empty()) {
                walker.draft.notes.tell(WarningKind::Repair, "something follows the end of the document");
                break;
            }
            continue;
        }
        match token {
            Token::Start(tag) => walker.start(tag, text)?,
            Token::End(name) => walker.end(name),
            Token::Text(text) => walker.text(text),
            Token::CData(text) => walker.section(text),
        }
    }
    walker.finish(text)
}

impl<'a> Walker<'a, '_, '_> {
    fn has_ended(&self) -> bool {
        self.begun && self.stack.is_empty()
    }

    fn place(&self) -> Inside {
        self.stack.last().map_or(Inside::Ignored, |frame| frame.place)
    }

    fn base(&self) -> Option<Rc<Url>> {
        self.stack.last().and_then(|frame| frame.base.clone())
    }

    fn start(&mut self, tag: Tag<'a>, text: &str) -> Result<(), Error> {
        if self.stack.len() >= DEEPEST {
            return Err(Error::Limit(format!("elements are nested more than {DEEPEST} deep")));
        }
        let mut frame = self.scope(&tag)?;
        let (ns, local, declared) = self.bindings.resolve(tag.name);
        let lower;
        let lower_local = if local.bytes().any(|b| b.is_ascii_uppercase()) {
            lower = local.to_ascii_lowercase();
            &lower
        } else {
            local
        };
        if !declared && self.gathering.is_none() {
            self.draft.notes.count(WarningKind::Repair, "a prefix is not declared; taken for what it usually means", 1);
        }
        if !self.begun {
            return self.root(frame, ns, lower_local, &tag, text);
        }
        self.settle(ns, lower_local);
        if begins_item(ns, lower_local) && self.may_begin_item(&tag) {
            frame.place = Inside::Entry;
            self.begin_item(&frame, &tag);
        } else if self.gathering.is_some() {
            let hidden = self.is_hidden(ns, lower_local);
            if is_void(local) && !tag.empty && !hidden {
                let mut void = tag;
                void.empty = true;
                self.show(local, &void, &frame);
                self.bindings.release(frame.bound);
                return Ok(());
            }
            frame.place = if hidden { Inside::Ignored } else { Inside::Text };
            frame.shown = !hidden && self.show(local, &tag, &frame);
        } else {
            frame.place = self.enter(ns, lower_local, &tag, &frame);
        }
        self.push(frame, tag.empty);
        Ok(())
    }

    fn show(&mut self, local: &str, tag: &Tag<'a>, frame: &Frame<'a>) -> bool {
        let depth = self.stack.len() + 1;
        self.gathering.as_mut().is_some_and(|gathering| gathering.start(local, tag, depth, frame.base.as_ref()))
    }

    fn push(&mut self, frame: Frame<'a>, empty: bool) {
        self.stack.push(frame);
        if empty {
            self.pop();
        }
    }

    /// Reads what the tag says of names, base and language.
    fn scope(&mut self, tag: &Tag<'a>) -> Result<Frame<'a>, Error> {
        let outer = self.stack.last();
        let mut frame = Frame {
            name: tag.name,
            place: Inside::Ignored,
            bound: self.bindings.len(),
            base: outer.and_then(|frame| frame.base.clone()),
            lang: outer.and_then(|frame| frame.lang.clone()),
            shown: false,
        };
        for (count, (name, value)) in tag.attributes().enumerate() {
            if count >= MOST_ATTRIBUTES {
                return Err(Error::Limit(format!("a tag has more than {MOST_ATTRIBUTES} attributes")));
            }
            if !name.starts_with("xml") {
                continue;
            }
            match name {
                "xmlns" => self.bindings.bind("", &decoded(value)),
                "xml:base" => {
                    let base = frame.base.as_deref().unwrap_or(self.draft.about.url);
                    let said = decoded(cut_at(value, LINK.count() + 1));
                    let said = base.join(said.trim()).ok().filter(|base| base.as_str().len() <= LINK.count());
                    frame.base = said.map(Rc::new).or(frame.base);
                }
                "xml:lang" => {
                    let said = decoded(cut_at(value, LANGUAGE.count()));
                    frame.lang = Some(said.trim().into()).filter(|lang: &Rc<str>| !lang.is_empty());
                }
                _ => {
                    if let Some(prefix) = name.strip_prefix("xmlns:") {
                        self.bindings.bind(prefix, &decoded(value));
                    }
                }
            }
        }
        Ok(frame)
    }

    /// Whether an item may begin here. One inside something unknown inside an
    /// item is none, nor is an empty one; one right inside an item means that an end tag is missing.
    fn may_begin_item(&mut self, tag: &Tag<'a>) -> bool {
        let Some(open) = self.stack.iter().rposition(|frame| frame.place == Inside::Entry) else { return true };
        let inside = tag.empty
            || self.gathering.is_some()
            || self.stack[open + 1..].iter().any(|frame| frame.place == Inside::Ignored);
        if inside {
            return false;
        }
        self.draft.notes.count(WarningKind::Repair, "an entry was not closed", 1);
        // A doubled start tag is no entry.
        self.item.take_if(|item| item.is_blank());
        self.close_to(open);
        true
    }

    fn begin_item(&mut self, frame: &Frame<'a>, tag: &Tag<'a>) {
        let mut item = DraftEntry::new();
        item.entry.language = frame.lang.as_deref().map(str::to_owned);
        let about = tag.attributes().find(|(name, _)| *name == "rdf:about" || *name == "about");
        if let Some((_, about)) = about {
            let about = decoded(about).trim().to_owned();
            if !about.is_empty() {
                item.id_link = Some(about.clone());
                item.entry.id = Some(about);
            }
        }
        self.item = Some(Box::new(item));
        self.draft.in_entry = true;
        self.define(frame, tag);
    }

    /// Does what an element in the current place asks for; returns its own place.
    fn enter(&mut self, ns: Ns, local: &str, tag: &Tag<'a>, frame: &Frame<'a>) -> Inside {
        let place = self.place();
        match step(place, ns, local) {
            Meaning::Enter(Inside::Origin) => {
                self.origin = Some(Origin::default());
                Inside::Origin
            }
            Meaning::Enter(inner) => {
                if inner == Inside::Map {
                    self.map = Some(Map { url: String::new(), changed_at: None, changed: None });
                }
                if inner == Inside::Feed
                    && let Some(lang) = &frame.lang
                {
                    self.draft.parsed.language = Some(lang.to_string());
                }
                inner
            }
            Meaning::Author => self.begin_person(Role::Author),
            Meaning::Contributor => self.begin_person(Role::Contributor),
            // Some write the URL, or the term, where the other format has it.
            Meaning::Read(Fact::Category) if !has_any(tag, &["term", "label", "text"]) => {
                self.gather(TextField::Category, place, ns, tag, frame)
            }
            Meaning::Read(Fact::Link) if !has_any(tag, &["href"]) => {
                self.gather(TextField::Link, place, ns, tag, frame)
            }
            Meaning::Gather(TextField::Link) if has_any(tag, &["href"]) => {
                self.fact(Fact::Link, place, tag, frame.base.as_deref());
                Inside::Ignored
            }
            Meaning::Gather(field) => self.gather(field, place, ns, tag, frame),
            Meaning::Read(fact) => {
                self.fact(fact, place, tag, frame.base.as_deref());
                if fact == Fact::MediaContent { Inside::Media } else { Inside::Ignored }
            }
            Meaning::Skip => Inside::Ignored,
        }
    }

    fn gather(&mut self, field: TextField, place: Inside, ns: Ns, tag: &Tag<'a>, frame: &Frame<'a>) -> Inside {
        let depth = self.stack.len() + 1;
        self.gathering = Some(Gathering::new(field, place, ns, tag, depth, frame.base.clone()));
        Inside::Text
    }

    /// Closes the element that `name` ends, and what was left open inside it.
    fn end(&mut self, name: &str) {
        let open = self.stack.iter().rposition(|frame| frame.name == name);
        let open = open.or_else(|| self.stack.iter().rposition(|frame| frame.name.eq_ignore_ascii_case(name)));
        let Some(open) = open else {
            if self.begun && self.gathering.is_none() {
                self.draft.notes.count(WarningKind::Repair, "an end tag closes nothing", 1);
            }
            return;
        };
        if open + 1 < self.stack.len() {
            self.draft.notes.count(WarningKind::Repair, "an element was not closed", 1);
        }
        self.close_to(open);
    }

    /// Closes elements until only `depth` are open.
    fn close_to(&mut self, depth: usize) {
        while self.stack.len() > depth {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let depth = self.stack.len();
        let Some(frame) = self.stack.pop() else { return };
        self.bindings.release(frame.bound);
        match frame.place {
            Inside::Text => match self.gathering.take_if(|gathering| gathering.depth == depth) {
                Some(gathering) => self.take(gathering),
                None => {
                    if let Some(gathering) = self.gathering.as_mut().filter(|_| frame.shown) {
                        gathering.end(split(frame.name).1);
                    }
                }
            },
            Inside::Entry => {
                if let Some(item) = self.item.take() {
                    self.draft.add(*item);
                }
            }
            Inside::Origin => {
                let origin = self.origin.take();
                if let Some(item) = &mut self.item {
                    item.entry.origin = origin.filter(|origin| *origin != Origin::default());
                }
            }
            // One inside another is no more than a wrapper.
            Inside::Person if self.place() == Inside::Person => {}
            Inside::Person => self.end_person(),
            Inside::Map => {
                if let Some(map) = self.map.take().filter(|map| !map.url.is_empty()) {
                    self.draft.add_map(map);
                }
            }
            Inside::Maps | Inside::News => {}
            Inside::Root | Inside::Feed | Inside::Media | Inside::Hours | Inside::Days | Inside::Ignored => {}
        }
    }

    fn text(&mut self, text: &str) {
        let hidden = self.place() == Inside::Ignored;
        if let Some(gathering) = &mut self.gathering {
            if !hidden {
                gathering.text(text, self.draft.notes);
            }
        } else if !self.begun {
            self.before_root(text);
        } else if let (Inside::Person, Some(named)) = (self.place(), &mut self.person) {
            named.loose.push_str(&decoded(text.trim_ascii()));
        }
    }

    fn section(&mut self, text: &str) {
        let hidden = self.place() == Inside::Ignored;
        if let Some(gathering) = &mut self.gathering {
            if !hidden {
                gathering.section(text);
            }
        } else if let (Inside::Person, Some(named)) = (self.place(), &mut self.person) {
            named.loose.push_str(text.trim());
        }
    }

    /// Ends the document, where it ends: a cut entry stays if it can be known
    /// again (B39).
    fn finish(mut self, text: &str) -> Result<(), Error> {
        if !self.begun {
            return Err(self.no_feed(text));
        }
        if !self.stack.is_empty() {
            self.draft.parsed.truncated = true;
            self.draft.notes.tell(WarningKind::Repair, "the document ends before its root element does");
            if let Some(item) = self.item.take().filter(|item| item.is_usable()) {
                self.draft.add(*item);
            }
        }
        let period = self.period.map(|period| period / self.frequency.max(1));
        self.draft.parsed.hints.update_period = period;
        Ok(())
    }
}

fn begins_item(ns: Ns, local: &str) -> bool {
    matches!((ns, local), (Ns::Rss | Ns::Atom, "item" | "entry") | (Ns::Sitemap, "url"))
}

fn has_any(tag: &Tag<'_>, names: &[&str]) -> bool {
    tag.attributes().any(|(name, _)| names.contains(&name))
}
