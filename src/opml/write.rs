//! Writes OPML 2.0.

use std::collections::HashMap;
use std::fmt::Write;

/// A feed in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outline {
    /// Its title.
    pub title: String,
    /// Its document.
    pub xml_url: String,
    /// Its page.
    pub html_url: Option<String>,
    /// The folder it lies in.
    pub folder: Option<String>,
    /// Its categories: words without comma.
    pub categories: Vec<String>,
}

/// Writes a list under `title`, folders in the order in which they first occur.
pub fn write(title: &str, outlines: &[Outline]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n");
    // Writing to a string does not fail.
    let _ = writeln!(out, "<head><title>{}</title></head>\n<body>", escape(title));
    let mut folders: Vec<(&str, String)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for outline in outlines {
        let Some(folder) = outline.folder.as_deref() else {
            out.push_str(&line(outline));
            continue;
        };
        let at = *places.entry(folder).or_insert(folders.len());
        if at == folders.len() {
            folders.push((folder, String::new()));
        }
        folders[at].1.push_str(&line(outline));
    }
    for (folder, lines) in folders {
        let _ = writeln!(out, "<outline text=\"{}\">\n{lines}</outline>", escape(folder));
    }
    out.push_str("</body>\n</opml>\n");
    out
}

fn line(o: &Outline) -> String {
    let page = o.html_url.as_ref().map(|url| format!(" htmlUrl=\"{}\"", escape(url))).unwrap_or_default();
    let categories = match o.categories.as_slice() {
        [] => String::new(),
        all => format!(" category=\"{}\"", escape(&all.join(","))),
    };
    let (title, url) = (escape(&o.title), escape(&o.xml_url));
    format!("<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{url}\"{page}{categories}/>\n")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
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
        };
        let outlines = [outline("A \"1\"\u{0}", None), outline("B", Some("x")), outline("C", Some("x"))];
        let text = write("My <list>", &outlines);
        assert!(text.contains("<title>My &lt;list&gt;</title>"), "{text}");
        assert!(text.contains("text=\"A &quot;1&quot;\"") && text.contains("?a=1&amp;b=2"), "{text}");
        assert!(text.contains("category=\"x&amp;\"") && text.matches("category").count() == 2, "{text}");
        assert_eq!(text.matches("<outline text=\"x\">").count(), 1);
    }
}
