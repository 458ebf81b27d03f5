//! People: elements with children, as Atom has them, and texts that turn out to
//! have some. And where an element in a text that is one line belongs.

use crate::model::{Person, WarningKind};
use crate::parse::notes::cut_at;

use super::super::draft::lists::add_person;
use super::super::fields::{Inside, TextField};
use super::super::gather::{Gathering, filled};
use super::super::names::Ns;
use super::super::person;
use super::Walker;
use super::open::{Named, Role};

/// How far ahead the end of a text with elements in it is looked for, once a text.
const AHEAD_BYTES: usize = 2048;

impl<'a> Walker<'a, '_, '_> {
    /// Decides what a start tag inside a text means to that text: nothing; that
    /// its own end tag is missing; or that it is a person with elements of theirs.
    pub(super) fn settle(&mut self, ns: Ns, local: &str) {
        let Some(gathering) = &self.gathering else { return };
        if self.place() == Inside::Ignored {
            return;
        }
        let role = match gathering.field {
            TextField::Author => Some(Role::Author),
            TextField::Contributor => Some(Role::Contributor),
            _ => None,
        };
        let of_person = matches!(local, "name" | "email" | "uri" | "url" | "homepage" | "person" | "agent");
        let (depth, ends) = (gathering.depth, gathering.ends_before(ns, local));
        let inside = self.is_inside(ns, local);
        match role {
            Some(role) if depth == self.stack.len() && (inside || of_person && self.is_closed_ahead()) => {
                let loose = self.gathering.take().map(Gathering::into_line).unwrap_or_default();
                if let Some(frame) = self.stack.last_mut() {
                    frame.place = Inside::Person;
                }
                self.person = Some(Named { role, person: Person::default(), loose });
            }
            _ if ends && !inside => {
                self.draft.notes.count(WarningKind::Repair, "an element was not closed", 1);
                self.close_to(depth - 1);
            }
            _ => {}
        }
    }

    /// Whether an element that would tell of the entry stands inside the text
    /// being read all the same: the end of that text follows it.
    fn is_inside(&mut self, ns: Ns, local: &str) -> bool {
        let Some(gathering) = &self.gathering else { return false };
        // Other readers take a picture in a category for the end of that category.
        let apart = gathering.field == TextField::Category;
        let begins = matches!(local, "item" | "entry") || ns == Ns::Sitemap;
        !begins && !apart && gathering.ends_before(ns, local) && self.is_closed_ahead()
    }

    /// Whether the end of the text being read follows, as it should.
    fn is_closed_ahead(&mut self) -> bool {
        let ahead = self.ahead;
        let Some(gathering) = &mut self.gathering else { return false };
        let name = self.stack.get(gathering.depth - 1).map_or("", |frame| frame.name);
        *gathering.closed_ahead.get_or_insert_with(|| is_closed(name, ahead))
    }

    /// Whether an element inside a text is no part of it. The title of a source
    /// is, which names it.
    pub(super) fn is_hidden(&mut self, ns: Ns, local: &str) -> bool {
        let names = local == "title" && self.gathering.as_ref().is_some_and(|g| g.field == TextField::OriginName);
        self.place() == Inside::Ignored || !names && self.is_inside(ns, local)
    }

    pub(super) fn begin_person(&mut self, role: Role) -> Inside {
        self.person = Some(Named { role, person: Person::default(), loose: String::new() });
        Inside::Person
    }

    /// Takes a text that tells of the person being read.
    pub(super) fn take_for_person(&mut self, mut gathering: Gathering) {
        let base = self.base();
        let Some(Named { person, .. }) = &mut self.person else { return };
        match gathering.field {
            TextField::Name => person.name = gathering.into_line(),
            TextField::Email => {
                let text = gathering.into_text();
                person.email = filled(text.strip_prefix("mailto:").unwrap_or(&text).to_owned());
            }
            TextField::Uri => {
                let href = gathering.url.take();
                let text = filled(gathering.into_text()).or(href).unwrap_or_default();
                if person.uri.is_none() {
                    person.uri = self.draft.person_link(&text, base.as_deref());
                }
            }
            _ => {}
        }
    }

    /// Puts a person where its element stood.
    pub(super) fn end_person(&mut self) {
        let Some(Named { role, mut person, loose }) = self.person.take() else { return };
        if person.name.is_empty() {
            person.name = loose;
        }
        if person.email.is_none()
            && let Some(read) = person::read(&person.name)
        {
            person = Person { uri: person.uri, ..read };
        }
        match (self.place(), role, &mut self.item, &mut self.origin) {
            (Inside::Entry, Role::Author, Some(item), _) => item.add_author(Some(person)),
            (Inside::Entry, Role::Contributor, Some(item), _) => item.add_contributor(Some(person)),
            (Inside::Origin, Role::Author, Some(item), Some(origin)) => {
                add_person(&mut origin.authors, &mut item.left_out, Some(person));
            }
            (Inside::Feed, Role::Author, ..) => self.draft.add_author(Some(person)),
            _ => {}
        }
    }
}

/// Whether the element `name` ends before another of that name begins, and
/// before the entry does.
fn is_closed(name: &str, ahead: &str) -> bool {
    let near = cut_at(ahead, AHEAD_BYTES);
    let tags = memchr::memchr_iter(b'<', near.as_bytes());
    let first = tags.map(|at| &near[at + 1..]).find_map(|tag| {
        let (end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let is = |name: &str| {
            tag.get(..name.len()).is_some_and(|there| there.eq_ignore_ascii_case(name))
                && tag[name.len()..].starts_with(['>', ' ', '/', '\n', '\r', '\t'])
        };
        if is(name) {
            return Some(end);
        }
        (is("item") || is("entry")).then_some(false)
    });
    first.unwrap_or(false)
}
