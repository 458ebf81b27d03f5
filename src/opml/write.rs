//! Writes OPML 2.0.

use std::collections::HashMap;

use crate::text::xml::write::{XmlSpelling, XmlWriter};

use super::Carriage;
use super::scraped::Scraped;

/// A feed in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outline {
    /// Its title.
    pub title: String,
    /// The URL of its document.
    pub xml_url: String,
    /// The URL of its page.
    pub html_url: Option<String>,
    /// The folder it lies in.
    pub folder: Option<String>,
    /// Its categories: words without comma.
    pub categories: Vec<String>,
    /// What it says of the copy that it carries.
    pub carriage: Carriage,
    /// How it is read, if it is a page and no feed.
    pub by: Option<Scraped>,
}

/// The namespace of what tells how a page is read (OPML 2.0, "Extending OPML"). `import`
/// knows the attributes by their names alone.
const SCRAPING: &str = "urn:wiredesk:scraping";

/// The namespace of what tells of the copy that a source carries.
const CARRIAGE: &str = "urn:wiredesk:carriage";

const SPELLING: XmlSpelling = XmlSpelling { encoding: "UTF-8", apostrophe: "'" };

/// Writes a list under `title`, folders in the order in which they first occur.
pub fn write(title: &str, outlines: &[Outline]) -> String {
    let mut doc = XmlWriter::document(SPELLING);
    let scrapes = outlines.iter().any(|outline| outline.by.is_some());
    let names = scrapes.then_some(("xmlns:scrape", SCRAPING));
    let carries = outlines.iter().any(|outline| outline.carriage != Carriage::default());
    let names = names.into_iter().chain(carries.then_some(("xmlns:carriage", CARRIAGE)));
    open_line(&mut doc, "opml", &[("version", "2.0")].into_iter().chain(names).collect::<Vec<_>>());
    doc.open("head", &[]);
    doc.text("title", &[], &on_one_line(title));
    doc.close("head");
    doc.line_break();
    open_line(&mut doc, "body", &[]);
    let mut folders: Vec<(&str, XmlWriter)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for outline in outlines {
        let Some(folder) = outline.folder.as_deref() else {
            line(&mut doc, outline);
            continue;
        };
        let at = *places.entry(folder).or_insert(folders.len());
        if at == folders.len() {
            folders.push((folder, XmlWriter::part(SPELLING)));
        }
        line(&mut folders[at].1, outline);
    }
    for (folder, lines) in folders {
        open_line(&mut doc, "outline", &[("text", &on_one_line(folder))]);
        doc.add(&lines);
        doc.close("outline");
        doc.line_break();
    }
    doc.close("body");
    doc.line_break();
    doc.close("opml");
    doc.finish()
}

fn open_line(doc: &mut XmlWriter, name: &str, attributes: &[(&str, &str)]) {
    doc.open(name, attributes);
    doc.line_break();
}

fn line(doc: &mut XmlWriter, o: &Outline) {
    let (title, url) = (on_one_line(&o.title), on_one_line(&o.xml_url));
    let page = o.html_url.as_deref().map(on_one_line);
    let categories = (!o.categories.is_empty()).then(|| on_one_line(&o.categories.join(",")));
    let kind = o.by.as_ref().map_or("rss", |by| by.kind.as_str());
    let mut attributes = vec![("type", kind), ("text", &*title), ("title", &*title), ("xmlUrl", &*url)];
    attributes.extend(page.as_deref().map(|page| ("htmlUrl", page)));
    attributes.extend(categories.as_deref().map(|categories| ("category", categories)));
    let Carriage { wire, country } = &o.carriage;
    let [wire, country] = [wire, country].map(|text| text.as_deref().map(on_one_line));
    attributes.extend(wire.as_deref().map(|wire| ("carriage:wire", wire)));
    attributes.extend(country.as_deref().map(|country| ("carriage:country", country)));
    let scraped: Vec<(&str, String)> = o.by.iter().flat_map(Scraped::attributes).collect();
    attributes.extend(scraped.iter().map(|(name, value)| (*name, value.as_str())));
    doc.empty("outline", &attributes);
    doc.line_break();
}

/// `text` with blanks for line breaks, and without other control characters.
fn on_one_line(text: &str) -> String {
    let blank = |c: char| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c };
    text.chars().map(blank).filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_escaped_and_grouped() {
        let outline = |title: &str, folder: Option<&str>| Outline {
            title: title.to_owned(),
            xml_url: "https://example.org/?a=1&b=2".to_owned(),
            html_url: None,
            folder: folder.map(str::to_owned),
            categories: folder.iter().map(|name| format!("{name}&")).collect(),
            carriage: Carriage::default(),
            by: None,
        };
        let outlines = [outline("A \"1\"\u{0}", None), outline("B", Some("x")), outline("C", Some("x"))];
        let text = write("My <list>", &outlines);
        assert!(text.contains("<title>My &lt;list&gt;</title>"), "{text}");
        assert!(text.contains("text=\"A &quot;1&quot;\"") && text.contains("?a=1&amp;b=2"), "{text}");
        assert!(text.contains("category=\"x&amp;\"") && text.matches("category").count() == 2, "{text}");
        assert_eq!(text.matches("<outline text=\"x\">").count(), 1);
    }

    /// Lists that people keep under version control stay the same to the letter.
    #[test]
    fn a_list_is_written_in_one_way() {
        let outline = |title: &str, folder: Option<&str>, html_url: Option<&str>| Outline {
            title: title.to_owned(),
            xml_url: "https://a.example/f".to_owned(),
            html_url: html_url.map(str::to_owned),
            folder: folder.map(str::to_owned),
            categories: html_url.iter().flat_map(|_| ["x".to_owned(), "y's".to_owned()]).collect(),
            carriage: Carriage::default(),
            by: None,
        };
        let outlines = [
            outline("Sean O'Brien\n\"at\" sea\u{85}\u{7}", Some("News & 'views'"), Some("https://a.example/\t")),
            outline("市 <1>\u{ffff}", None, None),
        ];
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n\
            <head><title>It's &lt;all&gt;</title></head>\n<body>\n\
            <outline type=\"rss\" text=\"市 &lt;1&gt;\" title=\"市 &lt;1&gt;\" xmlUrl=\"https://a.example/f\"/>\n\
            <outline text=\"News &amp; 'views'\">\n\
            <outline type=\"rss\" text=\"Sean O'Brien &quot;at&quot; sea\" title=\"Sean O'Brien &quot;at&quot; sea\" \
            xmlUrl=\"https://a.example/f\" htmlUrl=\"https://a.example/ \" category=\"x,y's\"/>\n\
            </outline>\n</body>\n</opml>\n";
        assert_eq!(write("It's <all>", &outlines), expected);
    }
}
