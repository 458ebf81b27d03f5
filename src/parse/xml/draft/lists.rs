//! Lists in the making: the first of each, as many as their limits allow. What is beyond
//! is counted once each, so that a warning can say how many were left out.

use std::collections::HashSet;

use crate::limits::{CATEGORIES, ENCLOSURES, LINK, LINKS, Limit, PEOPLE, REPLIES};
use crate::model::{Category, Enclosure, InReplyTo, Link, Person, digest};
use crate::parse::notes::cut_at;

/// What lists had no room for.
#[derive(Debug, Default)]
pub struct LeftOut(Vec<(&'static Limit, HashSet<i64>)>);

impl LeftOut {
    /// Counts what is known by `parts` as left out by `limit`.
    pub fn count(&mut self, limit: &'static Limit, parts: &[&str]) {
        // Of a few numbers, each at its place: what collides is counted once.
        let hash = parts.iter().fold(0, |hash: i64, part| hash.rotate_left(7) ^ digest(part));
        match self.0.iter_mut().find(|(known, _)| *known == limit) {
            Some((_, hashes)) => _ = hashes.insert(hash),
            None => self.0.push((limit, HashSet::from([hash]))),
        }
    }

    /// How many were left out by which limit.
    pub fn all(&self) -> impl Iterator<Item = (&'static Limit, usize)> {
        self.0.iter().map(|(limit, hashes)| (*limit, hashes.len()))
    }
}

/// Adds a category, once.
pub fn add_category(
    list: &mut Vec<Category>,
    left_out: &mut LeftOut,
    (term, scheme, label): (&str, Option<&str>, Option<&str>),
) {
    // One scheme may stand for a million keywords; beyond its limit it is dropped later.
    let scheme = scheme.map(|scheme| cut_at(scheme, LINK.count() + 1));
    let same = |c: &Category| c.term == term && c.scheme.as_deref() == scheme && c.label.as_deref() == label;
    if term.is_empty() || list.iter().any(same) {
        return;
    }
    if list.len() >= CATEGORIES.count() {
        return left_out.count(&CATEGORIES, &[term, label.unwrap_or_default()]);
    }
    let owned = |text: Option<&str>| text.map(str::to_owned);
    list.push(Category { term: term.to_owned(), scheme: owned(scheme), label: owned(label) });
}

/// Adds a file, once; what one telling of it leaves open another may say. Sound and film
/// take the place of pictures, of which some entries have very many.
pub fn add_enclosure(list: &mut Vec<Enclosure>, left_out: &mut LeftOut, mut enclosure: Enclosure) {
    let is_full = list.len() >= ENCLOSURES.count();
    match list.iter_mut().find(|known| known.url == enclosure.url) {
        Some(known) => {
            known.media_type = known.media_type.take().or(enclosure.media_type);
            known.length_bytes = known.length_bytes.or(enclosure.length_bytes);
        }
        None if is_full => {
            if is_recording(&enclosure)
                && let Some(place) = list.iter_mut().rfind(|known| !is_recording(known))
            {
                std::mem::swap(place, &mut enclosure);
            }
            left_out.count(&ENCLOSURES, &[&enclosure.url]);
        }
        None => list.push(enclosure),
    }
}

fn is_recording(enclosure: &Enclosure) -> bool {
    let kind = enclosure.media_type.as_deref().unwrap_or_default();
    ["audio/", "video/"].iter().any(|known| kind.get(..known.len()).is_some_and(|k| k.eq_ignore_ascii_case(known)))
}

/// Adds a link, once. One that is published takes the place of one that is not.
pub fn add_link(list: &mut Vec<Link>, left_out: &mut LeftOut, mut link: Link) {
    if list.contains(&link) {
        return;
    }
    if list.len() >= LINKS.count() {
        if link.is_carried()
            && let Some(place) = list.iter_mut().rfind(|known| !known.is_carried())
        {
            std::mem::swap(place, &mut link);
        }
        return left_out.count(&LINKS, &[&link.rel, &link.href]);
    }
    list.push(link);
}

/// Adds what an entry replies to, once.
pub fn add_reply(list: &mut Vec<InReplyTo>, left_out: &mut LeftOut, reply: InReplyTo) {
    if list.contains(&reply) {
        return;
    }
    if list.len() >= REPLIES.count() { left_out.count(&REPLIES, &[&reply.id]) } else { list.push(reply) }
}

/// Adds a person, unless the name or the mail address is there already.
pub fn add_person(people: &mut Vec<Person>, left_out: &mut LeftOut, person: Option<Person>) {
    let Some(person) = person.filter(|person| *person != Person::default()) else { return };
    let same = |known: &&mut Person| match (person.name.is_empty(), &person.email) {
        (false, _) => known.name == person.name,
        (true, Some(_)) => known.email == person.email,
        (true, None) => known.uri == person.uri,
    };
    let is_full = people.len() >= PEOPLE.count();
    match people.iter_mut().find(same) {
        Some(known) => {
            known.email = known.email.take().or(person.email);
            known.uri = known.uri.take().or(person.uri);
        }
        None if is_full => {
            let else_known_by = person.email.or(person.uri).unwrap_or_default();
            left_out.count(&PEOPLE, &[if person.name.is_empty() { &else_known_by } else { &person.name }]);
        }
        None => people.push(person),
    }
}
