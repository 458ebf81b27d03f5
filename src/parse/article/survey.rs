//! What stands where on a page: one walk over its tree, from which everything
//! about an article is decided.

use dom_query::{NodeData, NodeRef};

use super::letters::{letter_weight, mixed};
use crate::text::html::{is_heading, styles};

/// Bytes of a passage's beginning that are kept, to be looked at.
const KEPT_BYTES: usize = 120;

/// Fewer letters make no sentence, even with a full stop.
pub const SENTENCE: usize = 30;
/// A text of so many letters goes without a full stop only if it was cut: a long one with
/// commas is made of sentences.
pub const LONG: usize = 90;
/// Fewer letters are a label or a button.
const FEW: usize = 20;
/// So many letters in sentences, with the page's headline, are a text: whatever the
/// element around them is called, and however much else the page holds.
pub const HEADED: usize = 600;
/// A story's own heading is among so many elements at its beginning: behind a picture, a
/// kicker and a date.
pub const FIRST_ELEMENTS: usize = 16;

/// Elements within a line. All others begin and end one.
const INLINE: [&str; 39] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "mark", "nobr", "picture", "q", "rb", "ruby", "s", "samp", "small", "source", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// An element of the page, in the order of the document.
pub struct Placed<'a> {
    /// The element.
    pub node: NodeRef<'a>,
    /// Its name.
    pub tag: String,
    /// The element around it; its own place for the first.
    pub parent: usize,
    /// The place behind its last descendant.
    pub end: usize,
    /// Its `class`, `id`, `itemprop` and `role`, lower case.
    pub marks: String,
    /// Letters of its text.
    pub letters: usize,
    /// Letters of them in links.
    pub linked: usize,
    /// Letters of them in sentences.
    pub prose: usize,
    /// Links.
    pub links: usize,
    /// Pictures.
    pub pictures: usize,
}

impl Placed<'_> {
    /// Whether most of its text are links.
    pub fn is_linked(&self) -> bool {
        self.linked * 10 >= self.letters * 6
    }

    /// Whether an attribute says that it is not shown.
    pub fn is_hidden(&self) -> bool {
        let Some(element) = self.node.element_ref() else { return false };
        element.attrs.iter().any(|attribute| match &*attribute.name.local {
            "hidden" => true,
            "aria-hidden" => &*attribute.value == "true" && self.pictures == 0,
            // On a box it is put against blanks between what it holds.
            "style" if styles::is_tiny(&attribute.value) => {
                !self.node.children_it(false).any(|child| child.is_element())
            }
            "style" => styles::hides(&attribute.value),
            _ => false,
        })
    }
}

/// A text between the borders of blocks.
#[derive(Default)]
pub struct Passage {
    /// The block that it stands in.
    pub owner: usize,
    /// Its letters.
    pub letters: usize,
    /// Letters of them in links.
    pub linked: usize,
    /// Letters in sentences: all of them, some or none.
    pub prose: usize,
    /// Its first characters, white space folded.
    pub beginning: String,
    /// A hash of its letters.
    pub hash: u64,
    stops: usize,
    last: char,
}

/// All elements below one, with their texts.
pub struct Survey<'a> {
    /// Elements in the order of the document.
    pub spots: Vec<Placed<'a>>,
    /// Texts in the order of the document.
    pub passages: Vec<Passage>,
}

impl<'a> Survey<'a> {
    /// Walks over `root` and all that is below it. Linear.
    pub fn new(root: NodeRef<'a>) -> Self {
        let mut survey = Survey { spots: Vec::new(), passages: Vec::new() };
        let mut surveyor = Surveyor { open: Vec::new(), passage: Passage::default(), link: 0 };
        let mut node = root;
        loop {
            survey.enter(node, &mut surveyor);
            if let Some(child) = node.first_child() {
                node = child;
                continue;
            }
            survey.leave(node, &mut surveyor);
            loop {
                if node.id == root.id {
                    survey.sum();
                    return survey;
                }
                if let Some(next) = node.next_sibling() {
                    node = next;
                    break;
                }
                let Some(parent) = node.parent() else {
                    survey.sum();
                    return survey;
                };
                node = parent;
                survey.leave(node, &mut surveyor);
            }
        }
    }

    fn enter(&mut self, node: NodeRef<'a>, surveyor: &mut Surveyor) {
        let text = node.query(|inner| match &inner.data {
            NodeData::Text { contents } => {
                surveyor.passage.take(contents, surveyor.link > 0);
                true
            }
            _ => false,
        });
        if text == Some(true) {
            return;
        }
        let Some(element) = node.element_ref() else { return };
        let tag = element.name.local.to_string();
        let mut marks = String::new();
        for attribute in &element.attrs {
            if matches!(&*attribute.name.local, "class" | "id" | "itemprop" | "role") {
                marks.push(' ');
                marks.push_str(&attribute.value);
            }
        }
        marks.make_ascii_lowercase();
        drop(element);
        let parent = surveyor.open.last().copied().unwrap_or(0);
        let at = self.spots.len();
        if !is_inline(&tag) {
            self.end_passage(surveyor);
        }
        let (links, pictures) = (usize::from(&*tag == "a"), usize::from(&*tag == "img"));
        surveyor.link += links;
        self.spots.push(Placed { node, tag, parent, end: 0, marks, letters: 0, linked: 0, prose: 0, links, pictures });
        surveyor.open.push(at);
        if surveyor.passage.letters == 0 {
            surveyor.passage.owner = self.owner(at);
        }
    }

    fn leave(&mut self, node: NodeRef<'a>, surveyor: &mut Surveyor) {
        let Some(at) = surveyor.open.last().copied().filter(|at| self.spots[*at].node.id == node.id) else { return };
        if is_inline(&self.spots[at].tag) {
            surveyor.link -= usize::from(&*self.spots[at].tag == "a");
        } else {
            self.end_passage(surveyor);
        }
        surveyor.open.pop();
        self.spots[at].end = self.spots.len();
        if surveyor.passage.letters == 0 {
            surveyor.passage.owner = surveyor.open.last().map_or(0, |at| self.owner(*at));
        }
    }

    /// The block around an element, itself if it is one.
    fn owner(&self, mut at: usize) -> usize {
        while at > 0 && is_inline(&self.spots[at].tag) {
            at = self.spots[at].parent;
        }
        at
    }

    fn end_passage(&mut self, surveyor: &mut Surveyor) {
        let mut passage = std::mem::take(&mut surveyor.passage);
        if passage.letters == 0 {
            return;
        }
        passage.prose = passage.sentences();
        let spot = &mut self.spots[passage.owner];
        spot.letters += passage.letters;
        spot.linked += passage.linked;
        spot.prose += passage.prose;
        self.passages.push(passage);
    }

    /// Adds to each element what its descendants hold.
    fn sum(&mut self) {
        for at in (1..self.spots.len()).rev() {
            let (before, from) = self.spots.split_at_mut(at);
            let (spot, parent) = (&from[0], &mut before[from[0].parent]);
            parent.letters += spot.letters;
            parent.linked += spot.linked;
            parent.prose += spot.prose;
            parent.links += spot.links;
            parent.pictures += spot.pictures;
        }
    }

    /// Whether an element begins with a heading that leads to a page of its own, as stories do
    /// that stand below another one. One that leads to its own section does not.
    pub fn begins_story(&self, at: usize) -> bool {
        let end = self.spots[at].end.min(at + FIRST_ELEMENTS);
        let is_headed = |place: &usize| is_heading(&self.spots[*place].tag) && self.spots[*place].letters > 0;
        let Some(heading) = (at + 1..end).find(is_headed) else { return false };
        // A text that stands before the heading is not this story's.
        let is_before = |spot: &Placed<'_>| spot.end <= heading && spot.prose >= SENTENCE;
        let is_away = |spot: &Placed<'_>| {
            &*spot.tag == "a" && spot.node.attr("href").is_some_and(|href| !href.trim().starts_with('#'))
        };
        let spot = &self.spots[heading];
        &*spot.tag != "h1"
            && spot.linked * 2 > spot.letters
            && !self.spots[at + 1..heading].iter().any(is_before)
            && self.spots[at..spot.end.min(heading + FIRST_ELEMENTS)].iter().any(is_away)
    }

    /// Whether `outer` is `inner` or around it.
    pub fn holds(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.spots[outer].end
    }
}

struct Surveyor {
    open: Vec<usize>,
    passage: Passage,
    /// How many links are open.
    link: usize,
}

impl Passage {
    fn take(&mut self, text: &str, is_link: bool) {
        let mut blank = true;
        for c in text.chars() {
            if c.is_whitespace() {
                if !blank && self.beginning.len() < KEPT_BYTES {
                    self.beginning.push(' ');
                }
                blank = true;
                continue;
            }
            blank = false;
            self.last = c;
            if self.beginning.len() < KEPT_BYTES {
                self.beginning.push(c);
            }
            if c.is_alphanumeric() {
                let letters = letter_weight(c);
                self.letters += letters;
                self.linked += if is_link { letters } else { 0 };
                self.hash = mixed(self.hash, c);
            } else if is_stop(c) {
                self.stops += 1;
            }
        }
        if blank && self.beginning.len() < KEPT_BYTES {
            self.beginning.push(' ');
        }
    }

    /// Whether it says that something follows.
    pub fn leads_on(&self) -> bool {
        matches!(self.last, ':' | '：')
    }

    /// Letters that stand in sentences.
    fn sentences(&self) -> usize {
        match () {
            () if self.letters < FEW || self.linked * 2 > self.letters => 0,
            () if self.is_sentence() => self.letters,
            () => self.letters / 4,
        }
    }

    /// Whether it has so many letters, and all of them stand in sentences.
    pub fn is_text(&self, least: usize) -> bool {
        self.prose == self.letters && self.letters >= least
    }

    /// Whether it ends as a sentence does, or is too long for anything else.
    pub fn is_sentence(&self) -> bool {
        self.stops > 0
            && (self.letters >= LONG || self.letters >= SENTENCE && (is_stop(self.last) || is_quote(self.last)))
    }
}

fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | '!' | '?' | ';' | '…' | '。' | '，' | '、' | '！' | '？' | '；' | '؟' | '،' | '।' | '։' | '۔'
    )
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '”' | '“' | '»' | '«' | '\'' | '’' | '‘' | ')' | '）' | '」' | '』' | '】' | ':' | '：')
}

/// Whether an element stands within a line.
pub fn is_inline(tag: &str) -> bool {
    INLINE.binary_search(&tag).is_ok()
}
