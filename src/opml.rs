//! OPML 2.0: lists of feeds for readers. Pure.

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
}

/// Writes a list under `title`, folders in the order in which they first occur.
pub fn write(title: &str, outlines: &[Outline]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n");
    // Writing to a string does not fail.
    let _ = writeln!(out, "<head><title>{}</title></head>\n<body>", escape(title));
    let mut folders: Vec<&str> = Vec::new();
    for outline in outlines {
        match outline.folder.as_deref() {
            None => out.push_str(&line(outline)),
            Some(folder) if !folders.contains(&folder) => folders.push(folder),
            Some(_) => {}
        }
    }
    for folder in folders {
        let _ = writeln!(out, "<outline text=\"{}\">", escape(folder));
        outlines.iter().filter(|o| o.folder.as_deref() == Some(folder)).for_each(|o| out.push_str(&line(o)));
        out.push_str("</outline>\n");
    }
    out.push_str("</body>\n</opml>\n");
    out
}

fn line(o: &Outline) -> String {
    let page = o.html_url.as_ref().map(|url| format!(" htmlUrl=\"{}\"", escape(url))).unwrap_or_default();
    let (title, url) = (escape(&o.title), escape(&o.xml_url));
    format!("<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{url}\"{page}/>\n")
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
        };
        let text =
            write("My <list>", &[outline("A \"1\"\u{0}", None), outline("B", Some("x")), outline("C", Some("x"))]);
        assert!(text.contains("<title>My &lt;list&gt;</title>"), "{text}");
        assert!(text.contains("text=\"A &quot;1&quot;\"") && text.contains("?a=1&amp;b=2"), "{text}");
        assert_eq!(text.matches("<outline text=\"x\">").count(), 1);
    }
}
