//! Reads lists: OPML 1.0 to 2.0 (<https://opml.org/spec2.opml>), FOAF
//! (<http://xmlns.com/foaf/spec/>) and iGoogle's GadgetTabML, damaged ones
//! included.
//!
//! Elements are recognised by their names without prefix, in any case: in practice prefixes
//! are often undeclared. An end tag without a start tag is skipped; an element without an
//! end tag ends with its parent.

use std::sync::Arc;

use url::Url;

use crate::model::WarningKind;
use crate::text::html;
use crate::text::quote::in_quotes;
use crate::text::xml::{Tag, Token, Tokens};

use super::gather::{GatheredList, Mention, MentionKind, NameLabel};
use super::tag::{
    MOST_BYTES, OutlineAttributes, address, attribute, categories, cut, line, local, lower, says, unexpanded,
};
use super::{Error, List, MAX_DEPTH, MOST_FEEDS, MOST_OUTLINES, Scraped};

/// Reads a list.
///
/// # Errors
/// `text` holds nothing of a list; anything less is a warning.
pub fn read(text: &str) -> Result<List, Error> {
    if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        return Err(Error::Empty);
    }
    let mut reader = OutlineReader::default();
    for token in Tokens::new(text) {
        match token {
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(name),
            Token::Text(text) => reader.text(|out| {
                html::decode(cut(text), out);
            }),
            Token::CData(text) => reader.text(|out| out.push_str(cut(text))),
        }
        if reader.full {
            break;
        }
    }
    reader.finish()
}

/// An element that gives meaning to what is inside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum OutlineElement {
    /// OPML: a feed, a folder, a link.
    Outline,
    /// iGoogle: a folder.
    Tab,
    /// iGoogle: something on a tab.
    Module,
    /// FOAF: a folder, with its name inside.
    Group,
    /// FOAF: somebody whose name becomes the title of their feeds.
    Agent,
    /// FOAF: people known to somebody, whose lists are further lists.
    Knows,
    /// FOAF: a page, with or without a feed.
    Document,
    /// FOAF: more about what surrounds it.
    SeeAlso,
}

impl OutlineElement {
    fn of(name: &str) -> Option<OutlineElement> {
        Some(match name {
            "outline" => OutlineElement::Outline,
            "tab" => OutlineElement::Tab,
            "module" => OutlineElement::Module,
            "group" => OutlineElement::Group,
            "agent" | "person" => OutlineElement::Agent,
            "knows" => OutlineElement::Knows,
            "document" => OutlineElement::Document,
            "seealso" => OutlineElement::SeeAlso,
            _ => return None,
        })
    }
}

/// An element that is open.
#[derive(Debug)]
struct OpenOutline {
    element: OutlineElement,
    label: Option<NameLabel>,
    /// The page of a document; removed once its feed is found.
    page: Option<Url>,
}

/// What the characters that follow are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WantedText {
    /// The title of the list.
    Title,
    /// The name with this number.
    Name(usize),
}

#[derive(Debug, Default)]
struct OutlineReader {
    gathered: GatheredList,
    /// The root element as written, and whether a list begins with it.
    root: Option<String>,
    is_list: bool,
    is_rdf: bool,
    /// Whether the root element's end tag was met.
    has_end: bool,
    title: String,
    /// Names that stand inside the elements that they name.
    names: Vec<Arc<str>>,
    open: Vec<OpenOutline>,
    /// Elements open beyond the depth that is kept, and whether that was reported.
    deeper: usize,
    too_deep: bool,
    outlines: usize,
    wanted: Option<(WantedText, String)>,
    full: bool,
}

impl OutlineReader {
    fn start(&mut self, tag: &Tag<'_>) {
        self.settle();
        let name = lower(local(tag.name));
        if self.root.is_none() {
            self.root = Some(tag.name.chars().take(60).collect());
            self.has_end = tag.empty;
        }
        match name.as_str() {
            "opml" | "rdf" | "gadgettabml" => {
                // A feed of RSS 1.0 begins with `rdf` too: there FOAF's elements make the list.
                self.is_rdf = name == "rdf";
                self.is_list |= !self.is_rdf;
                // What an earlier document left open ends here.
                self.open.clear();
                self.deeper = 0;
            }
            "title" if self.open.is_empty() && self.title.is_empty() => self.want(WantedText::Title, tag),
            "name" | "member_name" => {
                if let Some(NameLabel::Later(at)) = self.innermost_named()
                    && self.names[at].is_empty()
                {
                    self.want(WantedText::Name(at), tag);
                }
            }
            "channel" if self.is_within(OutlineElement::SeeAlso) => self.channel(tag),
            "feed" if self.is_within(OutlineElement::Agent) => self.feed_of_agent(tag),
            "moduleprefs" if self.is_within(OutlineElement::Module) => self.module(tag),
            name => {
                if let Some(element) = OutlineElement::of(name) {
                    self.begin(element, tag);
                }
            }
        }
    }

    fn want(&mut self, wanted: WantedText, tag: &Tag<'_>) {
        if !tag.empty {
            self.wanted = Some((wanted, String::new()));
        }
    }

    fn text(&mut self, write: impl FnOnce(&mut String)) {
        if let Some((_, text)) = &mut self.wanted
            && text.len() < MOST_BYTES
        {
            write(text);
        }
    }

    /// Stores the collected characters where they belong.
    fn settle(&mut self) {
        match self.wanted.take() {
            Some((WantedText::Title, text)) => self.title = line(&text),
            Some((WantedText::Name(at), text)) => self.names[at] = line(&text).into(),
            None => {}
        }
    }

    fn begin(&mut self, element: OutlineElement, tag: &Tag<'_>) {
        self.outlines += 1;
        if self.outlines > MOST_OUTLINES {
            let text = format!("more than {MOST_OUTLINES} outlines: the rest of the list was not read");
            self.gathered.tell(WarningKind::Limit, text);
            self.full = true;
            return;
        }
        let mut open = OpenOutline { element, label: None, page: None };
        match element {
            OutlineElement::Outline => {
                self.is_list = true;
                open.label = self.outline(tag).map(NameLabel::Told);
            }
            OutlineElement::Tab => open.label = attribute(tag, "title").map(|name| NameLabel::Told(line(&name).into())),
            OutlineElement::Module if !says(tag, "type", &["rss"]) => return,
            OutlineElement::Group | OutlineElement::Agent => {
                self.is_list |= self.is_rdf;
                open.label = Some(NameLabel::Later(self.names.len()));
                self.names.push("".into());
            }
            OutlineElement::Document => {
                self.is_list |= self.is_rdf;
                open.page = attribute(tag, "about").and_then(|text| address(&text));
            }
            OutlineElement::SeeAlso => self.see_also(tag),
            OutlineElement::Module | OutlineElement::Knows => {}
        }
        self.push(open, tag);
    }

    fn push(&mut self, open: OpenOutline, tag: &Tag<'_>) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(open);
            if tag.empty {
                self.pop();
            }
        } else if !tag.empty {
            if !self.too_deep {
                self.too_deep = true;
                let text = format!("folders within more than {MAX_DEPTH} folders: taken to lie in the last of these");
                self.gathered.tell(WarningKind::Limit, text);
            }
            self.deeper += 1;
        }
    }

    fn end(&mut self, name: &str) {
        self.has_end |= self.root.as_deref().is_some_and(|root| local(root).eq_ignore_ascii_case(local(name)));
        let name = lower(local(name));
        self.settle();
        if matches!(name.as_str(), "opml" | "body" | "rdf" | "gadgettabml") {
            while !self.open.is_empty() {
                self.pop();
            }
            self.deeper = 0;
            return;
        }
        let Some(element) = OutlineElement::of(&name) else { return };
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(at) = self.open.iter().rposition(|open| open.element == element) else { return };
        while self.open.len() > at {
            self.pop();
        }
    }

    /// Ends the innermost element. A page without a feed is added as a page.
    fn pop(&mut self) {
        if let Some(OpenOutline { page: Some(page), .. }) = self.open.pop() {
            let title = self.agent();
            self.add(Mention::new(MentionKind::Page, page, title));
        }
    }

    fn is_within(&self, element: OutlineElement) -> bool {
        self.open.iter().any(|open| open.element == element)
    }

    fn innermost_named(&self) -> Option<NameLabel> {
        let named =
            self.open.iter().rfind(|open| matches!(open.element, OutlineElement::Group | OutlineElement::Agent));
        named.and_then(|open| open.label.clone())
    }

    /// The name of the agent whose feeds are being read.
    fn agent(&self) -> NameLabel {
        let agent = self.open.iter().rfind(|open| open.element == OutlineElement::Agent);
        agent.and_then(|open| open.label.clone()).unwrap_or_else(|| NameLabel::Told("".into()))
    }

    /// Takes what was found, filed under its categories and the open folders.
    fn add(&mut self, found: Mention) {
        if self.full {
            return;
        }
        let mut folders = found.folders;
        let is_folder = |open: &&OpenOutline| {
            matches!(open.element, OutlineElement::Outline | OutlineElement::Tab | OutlineElement::Group)
        };
        folders.push(self.open.iter().filter(is_folder).filter_map(|open| open.label.clone()).collect());
        if !self.gathered.add(Mention { folders, ..found }) {
            let text = format!("more than {MOST_FEEDS} URLs: the rest of the list was not read");
            self.gathered.tell(WarningKind::Limit, text);
            self.full = true;
        }
    }

    /// A URL that can be polled; reports one that cannot.
    fn usable(&mut self, text: Option<String>) -> Option<Url> {
        let text = text?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        // No entity is expanded (B16), and a URL with one that is left in it is another URL.
        if let Some(entity) = unexpanded(text) {
            self.gathered.refuse(text, &format!("holds {entity}, an entity, and none is expanded"));
            return None;
        }
        let url = address(text);
        if url.is_none() {
            self.gathered.refuse(text, "is not an http URL");
        }
        url
    }

    /// Adds what an outline names; returns its name if it is a folder.
    fn outline(&mut self, tag: &Tag<'_>) -> Option<Arc<str>> {
        let mut a = OutlineAttributes::of(tag);
        let title: Arc<str> = a.name().into();
        let written = a.kind.take().unwrap_or_default().trim().to_owned();
        let kind = written.to_ascii_lowercase();
        let by =
            Scraped::is_of(&kind).then(|| Box::new(Scraped { kind: line(&written), ..std::mem::take(&mut a.scraped) }));
        let page = a.html_url.take().as_deref().and_then(address);
        let xml_url = self.usable(a.xml_url.take());
        let (kind, url) = match (kind.as_str(), xml_url) {
            ("source", Some(url)) => (MentionKind::List, Some(url)),
            (_, Some(url)) => (MentionKind::Feed, Some(url)),
            ("include", None) => (MentionKind::List, self.usable(a.url.take())),
            // OPML 2.0: a link is a list if its URL ends in .opml, else a page.
            ("link", None) => match self.usable(a.url.take()) {
                Some(url) if !url.path().to_ascii_lowercase().ends_with(".opml") => (MentionKind::Page, Some(url)),
                url => (MentionKind::List, url),
            },
            // Some tools of OPML 1.0 wrote the feed's URL there.
            ("rss" | "atom", None) if page.is_none() => (MentionKind::Feed, self.usable(a.url.take())),
            _ => (MentionKind::Page, None),
        };
        let (kind, url) = if url.is_some() { (kind, url) } else { (MentionKind::Page, page.clone()) };
        if let Some(url) = url {
            let told = NameLabel::Told(Arc::clone(&title));
            let categories = a.category.as_deref().map(categories).unwrap_or_default();
            let page = page.filter(|_| kind == MentionKind::Feed);
            let carriage = a.carriage();
            self.add(Mention { page, folders: categories, carriage, by, ..Mention::new(kind, url, told) });
        }
        // A page may be the folder of what belongs to it; a feed may not.
        (kind == MentionKind::Page && !title.is_empty()).then_some(title)
    }

    /// FOAF: the feed of a document (`rss:channel`).
    fn channel(&mut self, tag: &Tag<'_>) {
        let Some(url) = self.usable(attribute(tag, "about")) else { return };
        let document = self.open.iter_mut().rfind(|open| open.element == OutlineElement::Document);
        let page = document.and_then(|open| open.page.take());
        let title = self.agent();
        self.add(Mention { page, ..Mention::new(MentionKind::Feed, url, title) });
    }

    /// Yandex's FOAF: `ya:feed`.
    fn feed_of_agent(&mut self, tag: &Tag<'_>) {
        let Some(url) = self.usable(attribute(tag, "resource")) else { return };
        let title = self.agent();
        self.add(Mention::new(MentionKind::Feed, url, title));
    }

    /// FOAF: the list of somebody who is known.
    fn see_also(&mut self, tag: &Tag<'_>) {
        if !self.is_within(OutlineElement::Knows) {
            return;
        }
        let Some(url) = self.usable(attribute(tag, "resource")) else { return };
        let title = self.agent();
        self.add(Mention::new(MentionKind::List, url, title));
    }

    /// iGoogle: a feed on a tab.
    fn module(&mut self, tag: &Tag<'_>) {
        let Some(url) = self.usable(attribute(tag, "xmlurl")) else { return };
        let title = attribute(tag, "title").map(|title| line(&title)).unwrap_or_default();
        self.add(Mention::new(MentionKind::Feed, url, NameLabel::Told(title.into())));
    }

    fn finish(mut self) -> Result<List, Error> {
        self.settle();
        while !self.open.is_empty() {
            self.pop();
        }
        match (self.is_list, self.root) {
            (true, root) => {
                let unended = root.filter(|_| !self.has_end && !self.full);
                Ok(List { unended, ..self.gathered.finish(self.title, &self.names) })
            }
            (false, Some(root)) => {
                Err(Error::NotAList(format!("an XML document with the root element {}", in_quotes(&root))))
            }
            (false, None) => Err(Error::NotAList("a text without markup".to_owned())),
        }
    }
}
