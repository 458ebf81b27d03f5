//! The elements that are kept, and sets of them.

/// Elements that are kept, in alphabetical order; of others only the text is kept.
#[rustfmt::skip]
const NAMES: [&str; 73] = [
    "a", "abbr", "acronym", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite",
    "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img", "ins", "kbd", "li", "mark",
    "nav", "ol", "p", "pre", "q", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
];

/// A kept element, by its position in [`NAMES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Element(u8);

impl Element {
    /// The element of that name in lower case, if it is kept.
    pub fn named(name: &str) -> Option<Self> {
        let at = NAMES.binary_search(&name).ok()?;
        Some(Element(u8::try_from(at).expect("there are fewer than 128 elements")))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }

    /// Whether it is one of `set`.
    pub fn is_in(self, set: Set) -> bool {
        set.0 >> self.0 & 1 == 1
    }

    /// The set of it alone.
    pub fn alone(self) -> Set {
        Set(1 << self.0)
    }
}

/// A set of elements, with a bit for each: the open ones are searched at every tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Set(u128);

impl Set {
    /// No element.
    pub const NONE: Set = Set(0);

    /// The elements of these names.
    pub const fn of(names: &[&str]) -> Set {
        let (mut bits, mut i) = (0, 0);
        while i < names.len() {
            bits |= 1 << place(names[i].as_bytes());
            i += 1;
        }
        Set(bits)
    }

    /// The elements of both.
    pub const fn and(self, other: Set) -> Set {
        Set(self.0 | other.0)
    }
}

/// The position of `name` among the names; an unknown name fails the build.
const fn place(name: &[u8]) -> usize {
    let mut at = 0;
    while !is_same(NAMES[at].as_bytes(), name) {
        at += 1;
    }
    at
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name_and_in_their_sets() {
        assert!(NAMES.is_sorted());
        for name in NAMES {
            let element = Element::named(name).unwrap();
            assert_eq!((element.name(), element.alone()), (name, Set::of(&[name])));
        }
        assert_eq!(Element::named("script"), None);
        let set = Set::of(&["td"]).and(Set::of(&["wbr"]));
        assert!(Element::named("wbr").unwrap().is_in(set) && !Element::named("th").unwrap().is_in(set));
    }
}
