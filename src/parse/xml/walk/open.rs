//! What is open while a document is read: elements, and the person being read.

use std::rc::Rc;

use url::Url;

use crate::model::Person;

use super::super::fields::Inside;

/// An open element.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Its name, with its prefix.
    pub name: &'a str,
    /// Where the reader is within it.
    pub place: Inside,
    /// Bindings in force outside it.
    pub bound: usize,
    /// What `xml:base` says, here or further out.
    pub base: Option<Rc<Url>>,
    /// What `xml:lang` says, here or further out.
    pub lang: Option<Rc<str>>,
    /// Whether its start tag went into the text being gathered.
    pub shown: bool,
}

/// Who a person's element is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// An author.
    Author,
    /// A contributor.
    Contributor,
}

/// A person while their element is read.
#[derive(Debug)]
pub struct Named {
    /// Who they are to the entry.
    pub role: Role,
    /// What was read of them.
    pub person: Person,
    /// Text outside the elements; some write the name where its element should be.
    pub loose: String,
}
