//! JSON that is not quite JSON, written anew so that a strict reader takes it.
//!
//! A slip costs what it stands in: half a character, a raw line break, `\'`, a
//! stray or missing comma nothing at all, a quotation mark that was not escaped
//! a few words, what makes no sense the rest of its entry. Reading goes on at the
//! next entry. One pass, a stack instead of recursion, and no byte is looked at
//! more than a few times.

use crate::model::WarningKind;

use super::super::Error;
use super::super::notes::Notes;

mod scalar;
mod string;
#[cfg(test)]
mod tests;

/// How deep a document in need of mending may be nested (B22).
const DEEPEST: usize = crate::limits::JSON_DEPTH.count();

/// First names of entries that are looked for: each costs a pass at most, and
/// entries of one document hardly differ in theirs.
const MOST_NAMES: usize = 8;

/// JSON as a strict reader takes it.
#[derive(Debug)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// Positions of the entries that could be read in part only.
    pub broken: Vec<usize>,
    /// Whether the document breaks off.
    pub cut: bool,
}

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Key,
    Colon,
    Value,
    Comma,
}

/// An open object or array.
#[derive(Clone, Copy, Debug)]
struct Open {
    is_object: bool,
    /// How much of the output its whole members make up.
    whole: usize,
    /// How many of them there are.
    members: usize,
}

struct Mender<'a, 'n> {
    text: &'a str,
    at: usize,
    out: String,
    stack: Vec<Open>,
    next: Expected,
    /// Whether the array of entries is open, at depth 2.
    in_items: bool,
    /// The name of the outermost member being read.
    member: String,
    /// How many entries began, and where the one being read did.
    items: usize,
    item_from: usize,
    /// Where the next entry of each first name that was looked for begins.
    coming: Vec<(&'a [u8], Option<usize>)>,
    /// How many braces were looked at for that.
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
    broken: Vec<usize>,
    notes: &'n mut Notes,
}

/// Mends `text`, which begins with a brace.
///
/// # Errors
/// When it is nested too deep.
pub fn mended(text: &str, notes: &mut Notes) -> Result<Mended, Error> {
    let mut mender = Mender::new(text, notes);
    let cut = mender.run()?;
    Ok(Mended { text: mender.out, broken: mender.broken, cut })
}

impl<'a, 'n> Mender<'a, 'n> {
    fn new(text: &'a str, notes: &'n mut Notes) -> Self {
        Mender {
            text,
            at: 0,
            out: String::with_capacity(text.len() + text.len() / 16),
            stack: Vec::new(),
            next: Expected::Value,
            in_items: false,
            member: String::new(),
            items: 0,
            item_from: 0,
            coming: Vec::new(),
            #[cfg(test)]
            looks: std::cell::Cell::default(),
            broken: Vec::new(),
            notes,
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn slip(&mut self, what: &'static str) {
        self.notes.count(WarningKind::Repair, what, 1);
    }

    /// Writes the document anew; says whether it breaks off.
    fn run(&mut self) -> Result<bool, Error> {
        loop {
            self.skip_blanks();
            let Some(&b) = self.rest().first() else { break };
            if !self.take(b)? {
                break;
            }
            if self.stack.is_empty() {
                self.skip_blanks();
                if !self.rest().is_empty() {
                    self.slip("something follows the end of the document");
                }
                return Ok(false);
            }
        }
        self.break_off();
        Ok(true)
    }

    /// Takes what begins with the byte `b`, as far as it makes sense here; false when
    /// nothing more can be made out.
    fn take(&mut self, b: u8) -> Result<bool, Error> {
        match (self.next, b) {
            (Expected::Value, b'{' | b'[') => self.open(b)?,
            (Expected::Value, b',') if self.is_in_array() => {
                self.at += 1;
                self.slip("JSON: a comma too many");
            }
            (Expected::Value, b']') if self.is_in_array() => self.close(b),
            (Expected::Value, b',' | b'}' | b']') => {
                self.slip("JSON: a value is missing");
                self.out.push_str("null");
                self.end_value();
            }
            (Expected::Value, b'"' | b'\'') => self.value_string(),
            (Expected::Value, _) => self.scalar(),
            (Expected::Key, b',') => {
                self.at += 1;
                self.slip("JSON: a comma too many");
            }
            (Expected::Comma, b',') => {
                self.at += 1;
                self.next = if self.is_in_array() { Expected::Value } else { Expected::Key };
            }
            (Expected::Key | Expected::Comma, b'}' | b']') => self.close(b),
            (Expected::Key, b'"' | b'\'') => self.key(),
            (Expected::Key, b) if b.is_ascii_alphabetic() || b == b'_' => self.bare_key(),
            (Expected::Comma, b'"' | b'{' | b'[') => {
                self.slip("JSON: a comma is missing");
                self.next = if self.is_in_array() { Expected::Value } else { Expected::Key };
            }
            (Expected::Colon, b':' | b'=') => {
                self.at += 1;
                self.out.push(':');
                self.next = Expected::Value;
            }
            _ => return Ok(self.give_up()),
        }
        Ok(true)
    }

    fn is_in_array(&self) -> bool {
        self.stack.last().is_some_and(|open| !open.is_object)
    }

    /// Passes over blanks, and comments, which JSON does not have.
    fn skip_blanks(&mut self) {
        loop {
            let blanks = self.rest().iter().take_while(|b| b.is_ascii_whitespace()).count();
            self.at += blanks;
            let rest = self.rest();
            let length = if rest.starts_with(b"//") {
                memchr::memchr(b'\n', rest).unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += length;
            self.slip("JSON: a comment");
        }
    }

    /// Writes the comma before a member, where one is due.
    fn separate(&mut self) {
        if self.stack.last().is_some_and(|open| open.members > 0) {
            self.out.push(',');
        }
    }

    fn open(&mut self, bracket: u8) -> Result<(), Error> {
        if self.stack.len() >= DEEPEST {
            return Err(Error::Limit("JSON nested too deep".to_owned()));
        }
        if self.is_in_array() {
            self.separate();
        }
        let is_object = bracket == b'{';
        match self.stack.len() {
            1 => self.in_items = !is_object && self.member == "items",
            2 if self.in_items => {
                self.items += 1;
                self.item_from = self.at;
            }
            _ => {}
        }
        self.out.push(char::from(bracket));
        self.stack.push(Open { is_object, whole: self.out.len(), members: 0 });
        self.next = if is_object { Expected::Key } else { Expected::Value };
        self.at += 1;
        Ok(())
    }

    /// Takes a closing bracket, which may be the one of something further out.
    fn close(&mut self, bracket: u8) {
        let is_object = bracket == b'}';
        if self.next != Expected::Comma && self.stack.last().is_some_and(|open| open.members > 0) {
            self.slip("JSON: a comma too many");
        }
        match self.stack.last().map(|open| open.is_object == is_object) {
            Some(true) => {
                self.at += 1;
                self.end_open();
            }
            _ if self.closes_something(is_object) => {
                self.slip("JSON: a bracket is missing");
                self.end_open();
            }
            _ => {
                self.at += 1;
                self.slip("JSON: a bracket too many");
            }
        }
    }

    /// Whether a bracket closes something further out. It does not close the
    /// array of entries, or the document, while entries follow.
    fn closes_something(&mut self, is_object: bool) -> bool {
        let outer = self.stack.iter().rposition(|open| open.is_object == is_object);
        outer.is_some_and(|at| at > 1 || !self.in_items || self.next_item().is_none())
    }

    /// Closes the innermost object or array.
    fn end_open(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.out.push(if open.is_object { '}' } else { ']' });
            if self.stack.len() == 1 {
                self.in_items = false;
            }
            self.end_value();
        }
    }

    fn end_value(&mut self) {
        if let Some(open) = self.stack.last_mut() {
            open.members += 1;
            open.whole = self.out.len();
        }
        self.next = Expected::Comma;
    }

    fn begin_key(&mut self, name: &str) {
        if self.stack.len() == 1 {
            name.clone_into(&mut self.member);
        }
        self.next = Expected::Colon;
    }

    /// Leaves what makes no sense and goes on behind it: at the next entry, or
    /// from outside the entries at their array. False when there is nothing more.
    fn give_up(&mut self) -> bool {
        self.slip("JSON: something makes no sense; passed over");
        let inside = self.in_items && self.stack.len() > 2;
        let found = if self.in_items { self.next_item() } else { self.items_array() };
        let Some(found) = found else {
            self.at = self.text.len();
            return false;
        };
        let depth = if self.in_items { 2 } else { 1 };
        if inside {
            self.broken.push(self.items.saturating_sub(1));
        }
        self.end_to(depth);
        self.at = found;
        self.next = if self.in_items { Expected::Value } else { Expected::Key };
        true
    }

    /// Closes what is open beyond `depth`, with what was whole of it.
    fn end_to(&mut self, depth: usize) {
        while self.stack.len() > depth {
            self.drop_part();
            self.end_open();
        }
        self.drop_part();
    }

    /// Drops what was written of a member that is not whole.
    fn drop_part(&mut self) {
        if let Some(open) = self.stack.last() {
            self.out.truncate(open.whole);
        }
    }

    fn break_off(&mut self) {
        if self.in_items && self.stack.len() > 2 {
            self.broken.push(self.items.saturating_sub(1));
        }
        self.end_to(0);
    }

    /// Where the array of entries is told of next.
    fn items_array(&self) -> Option<usize> {
        if self.member == "items" {
            return None;
        }
        let bytes = self.rest();
        memchr::memmem::find_iter(bytes, b"\"items\"").find_map(|at| {
            let behind = bytes[at + "\"items\"".len()..].trim_ascii_start();
            behind.starts_with(b":").then_some(self.at + at)
        })
    }

    /// Where the next entry begins: behind a bracket and a comma, with the same
    /// name first as the one being read, or its id.
    fn next_item(&mut self) -> Option<usize> {
        let from = self.at.max(self.item_from + 1).min(self.text.len());
        let first = self.first_of_item();
        [self.next_of(first, from), self.next_of(b"id", from)].into_iter().flatten().min()
    }

    /// Where the next entry at or behind `from` begins that has `name` first.
    /// What was found is kept, so that no brace is looked at twice for a name.
    fn next_of(&mut self, name: &'a [u8], from: usize) -> Option<usize> {
        let known = self.coming.iter().position(|(other, _)| *other == name);
        match known.map(|nth| self.coming[nth].1) {
            Some(None) => return None,
            Some(Some(at)) if at >= from => return Some(at),
            None if self.coming.len() >= MOST_NAMES && name != b"id" => return None,
            _ => {}
        }
        let bytes = &self.text.as_bytes()[from..];
        let found = memchr::memchr_iter(b'{', bytes).map(|at| from + at).find(|&at| self.begins_with(name, at));
        match known {
            Some(nth) => self.coming[nth].1 = found,
            None => self.coming.push((name, found)),
        }
        found
    }

    /// Whether an entry begins with the brace at `at`.
    fn is_item(&self, at: usize) -> bool {
        self.begins_with(self.first_of_item(), at) || self.begins_with(b"id", at)
    }

    fn begins_with(&self, name: &[u8], at: usize) -> bool {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        let bytes = self.text.as_bytes();
        let border = matches!(bytes[..at].trim_ascii_end().last(), Some(b',' | b'}' | b'['));
        border && first_name(&bytes[at..]) == Some(name)
    }

    /// The first name of the entry being read.
    fn first_of_item(&self) -> &'a [u8] {
        first_name(&self.text.as_bytes()[self.item_from..]).unwrap_or(b"id")
    }
}

/// The name of the first member of the object that `bytes` begin with.
fn first_name(bytes: &[u8]) -> Option<&[u8]> {
    let inside = bytes.strip_prefix(b"{")?;
    let blanks = inside.iter().take(256).take_while(|b| b.is_ascii_whitespace()).count();
    let name = inside[blanks..].strip_prefix(b"\"")?;
    let length = name.iter().take(64).position(|&b| b == b'"')?;
    Some(&name[..length])
}
