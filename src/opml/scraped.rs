//! Sources of a list that are no feeds: pages that other readers scrape with XPath, JSON
//! paths or CSS, as FreshRSS writes them
//! (<https://freshrss.github.io/FreshRSS/en/developers/OPML.html>).

use crate::text::quote::in_quotes;

use super::xpath::{self, Use};

/// How such a source is scraped, as written in the list.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Scraped {
    /// `type` of the outline, as `HTML+XPath`.
    pub kind: String,
    /// What finds the entries.
    pub item: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The link.
    pub link: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// The date.
    pub date: Option<String>,
    /// The format of the date, in the letters of PHP's `date`.
    pub date_format: Option<String>,
    /// What else it reads of an entry, and a page's source cannot.
    pub further: Vec<&'static str>,
}

/// The same for `[source.page]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageLines {
    /// Its lines, in their order.
    pub lines: Vec<(&'static str, String)>,
    /// What will be read differently from what the list says, a sentence each.
    pub remarks: Vec<String>,
}

impl Scraped {
    /// Takes an outline's attribute, by its name in lower case without prefix; returns
    /// whether it is about scraping.
    pub fn take(&mut self, name: &str, value: impl FnOnce() -> String) -> bool {
        let rest = ["xpathitem", "jsonitem", "cssitem"].into_iter().find_map(|prefix| name.strip_prefix(prefix));
        let slot = match rest {
            Some("") => &mut self.item,
            Some("title") => &mut self.title,
            Some("uri") => &mut self.link,
            Some("content") => &mut self.text,
            Some("timestamp") => &mut self.date,
            Some("timeformat") => &mut self.date_format,
            Some(other) => {
                let known = ["author", "thumbnail", "categories", "uid"].into_iter().find(|known| *known == other);
                self.further.extend(known);
                return known.is_some();
            }
            None => return false,
        };
        let value = Some(value()).filter(|value| !value.trim().is_empty());
        *slot = slot.take().or(value);
        true
    }

    /// The attributes of an outline that say the same, with their names.
    pub(super) fn attributes(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("scrape:cssItem", self.item.clone()),
            ("scrape:cssItemTitle", self.title.clone()),
            ("scrape:cssItemUri", self.link.clone()),
            ("scrape:cssItemContent", self.text.clone()),
            ("scrape:cssItemTimestamp", self.date.clone()),
            ("scrape:cssItemTimeFormat", self.date_format.as_deref().and_then(php)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The layout of its dates, where an outline cannot say it: a part of it has no letter in
    /// PHP's `date`.
    pub fn unsaid_layout(&self) -> Option<&str> {
        self.date_format.as_deref().filter(|format| php(format).is_none())
    }

    /// Whether an outline of this type is no feed.
    pub fn is_of(kind: &str) -> bool {
        let words: Vec<&str> = kind.split('+').map(str::trim).collect();
        words.len() > 1
            && words.iter().any(|word| matches!(*word, "xpath" | "css" | "dotnotation" | "dotpath" | "json"))
    }

    /// The `[source.page]` lines that read the same.
    ///
    /// # Errors
    /// What has no counterpart, with its reason.
    pub fn page_lines(&self) -> Result<PageLines, String> {
        let translate = self.translation()?;
        let read = |what: &str, written: &str, of: Use| {
            translate(written, of).map_err(|why| format!("{what} is found by {}: {why}", in_quotes(written)))
        };
        let item = self.item.as_deref().ok_or("the outline does not say what an entry is")?;
        let mut made =
            PageLines { lines: vec![("entries", read("an entry", item, Use::Entries)?)], remarks: Vec::new() };
        if let Some(link) = &self.link {
            let element = element_of_href(&read("its link", link, Use::Part)?);
            let elsewhere = || format!("its link is found by {}: it stands in no `href`", in_quotes(link));
            made.lines.push(("link", element.ok_or_else(elsewhere)?));
        }
        if let Some(title) = &self.title {
            made.lines.push(("title", read("its headline", title, Use::Part)?));
        }
        made.optional("date", self.date.as_deref().map(|date| read("its date", date, Use::Part)));
        if let Some(format) = self.date_format.as_deref().filter(|_| made.has("date")) {
            made.date_format(format);
        }
        made.optional("summary", self.text.as_deref().map(|text| read("its text", text, Use::Part)));
        if !self.further.is_empty() {
            made.remarks.push(format!("not read of a page: {}", self.further.join(", ")));
        }
        Ok(made)
    }

    /// How this kind of expression becomes a selector.
    fn translation(&self) -> Result<Translation, String> {
        let kind = self.kind.to_ascii_lowercase();
        match kind.as_str() {
            "html+xpath" => Ok(xpath::css),
            "html+css" => Ok(|css, _| Ok(css.trim().to_owned())),
            "xml+xpath" => Err("an XML document that is read by XPath; wiredesk reads pages and feeds".to_owned()),
            _ if kind.contains("json") => {
                Err(format!("{} is not read; look for a feed of the site, or its page", self.kind))
            }
            _ => Err(format!("the type {} is not known", in_quotes(&self.kind))),
        }
    }
}

/// From an expression to the selector that finds the same, or why there is none.
type Translation = fn(&str, Use) -> Result<String, String>;

/// The element with the `href` that `css` finds; `None` where it finds another attribute.
fn element_of_href(css: &str) -> Option<String> {
    let element = css.strip_suffix("@href").map_or(css, str::trim_end);
    let element = if element.is_empty() { "." } else { element };
    (!element.contains('@')).then(|| element.to_owned())
}

impl PageLines {
    fn has(&self, key: &str) -> bool {
        self.lines.iter().any(|(known, _)| *known == key)
    }

    /// Adds the format of dates, given in the letters of PHP's `date`.
    fn date_format(&mut self, php: &str) {
        match strftime(php) {
            Some(format) => self.lines.push(("date_format", format)),
            None => {
                self.remarks.push(format!("the layout {} is not taken; dates are read by their looks", in_quotes(php)))
            }
        }
    }

    /// Adds an optional line; if it cannot be translated, a remark says so.
    fn optional(&mut self, key: &'static str, read: Option<Result<String, String>>) {
        match read {
            Some(Ok(css)) => self.lines.push((key, css)),
            Some(Err(why)) => self.remarks.push(format!("{key} is left out: {why}")),
            None => {}
        }
    }
}

/// The strftime format for one in the letters of PHP's `date` (`d/m/Y`).
fn strftime(php: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = php.trim().chars();
    while let Some(c) = chars.next() {
        match c {
            'd' | 'j' => out.push_str("%d"),
            'm' | 'n' => out.push_str("%m"),
            'Y' => out.push_str("%Y"),
            'y' => out.push_str("%y"),
            'M' => out.push_str("%b"),
            'F' => out.push_str("%B"),
            'D' => out.push_str("%a"),
            'l' => out.push_str("%A"),
            'H' | 'G' => out.push_str("%H"),
            'h' | 'g' => out.push_str("%I"),
            'A' | 'a' => out.push_str("%p"),
            'i' => out.push_str("%M"),
            's' => out.push_str("%S"),
            'O' => out.push_str("%z"),
            'P' | 'p' => out.push_str("%:z"),
            '\\' => out.push(chars.next()?),
            '!' | '|' => {}
            '%' => out.push_str("%%"),
            c if c.is_ascii_alphabetic() || matches!(c, '?' | '*' | '+') => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

/// The letters of PHP's `date` for a strftime format; `None` where it has none for a part.
fn php(strftime: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = strftime.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => out.push_str(match chars.next()? {
                'd' | 'e' => "d",
                'm' => "m",
                'Y' => "Y",
                'y' => "y",
                'b' => "M",
                'B' => "F",
                'a' => "D",
                'A' => "l",
                'H' => "H",
                'I' => "h",
                'p' => "A",
                'M' => "i",
                'S' => "s",
                'z' => "O",
                '%' => "%",
                _ => return None,
            }),
            c if c.is_ascii_alphabetic() => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is exported reads back.
    #[test]
    fn layouts_of_dates_go_out_and_come_back_o86() {
        for format in ["%Y-%m-%d", "%d.%m.%y %H:%M", "%A, %d %B %Y at %I:%M %p", "%d de %B"] {
            assert_eq!(strftime(&php(format).unwrap()).as_deref(), Some(format));
        }
        assert_eq!((php("%j"), php("%")), (None, None));
        let unsaid =
            |format: &str| Scraped { date_format: given(format), ..Scraped::default() }.unsaid_layout().is_some();
        assert_eq!((unsaid("%d.%m.%Y"), unsaid("day %j of %Y")), (false, true));
    }

    fn given(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// B181.
    #[test]
    fn a_page_of_another_reader_gets_selectors_b181() {
        let scraped = Scraped {
            kind: "HTML+XPath".to_owned(),
            item: given("//div[@class='news']/ul/li"),
            title: given(".//h3"),
            link: given("./a/@href"),
            text: given("./p[contains(., 'x')]"),
            date: given("./span"),
            date_format: given("d/m/Y H:i"),
            further: vec!["author"],
        };
        let made = scraped.page_lines().unwrap();
        let lines: Vec<String> = made.lines.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let expected = [
            "entries = div[class=\"news\"] > ul > li",
            "link = :scope > a",
            "title = h3",
            "date = :scope > span",
            "date_format = %d/%m/%Y %H:%M",
        ];
        assert_eq!(lines, expected);
        assert!(made.remarks[0].starts_with("summary is left out: its text is found by"), "{:?}", made.remarks);
        assert_eq!(made.remarks[1], "not read of a page: author");
        let of_itself = Scraped { link: given("@href"), ..scraped.clone() }.page_lines().unwrap();
        assert_eq!(of_itself.lines[1], ("link", ".".to_owned()));
        let refused = |changed: Scraped, expected: &str| {
            let why = changed.page_lines().unwrap_err();
            assert!(why.contains(expected), "{why}");
        };
        refused(Scraped { item: None, ..scraped.clone() }, "does not say what an entry is");
        refused(Scraped { link: given("./@data-url"), ..scraped.clone() }, "it stands in no `href`");
        refused(Scraped { title: given("../h2"), ..scraped.clone() }, "its headline is found by \"../h2\"");
        refused(Scraped { kind: "XML+XPath".to_owned(), ..scraped.clone() }, "an XML document");
        refused(Scraped { kind: "HTML+XPath+JSON+DotNotation".to_owned(), ..scraped.clone() }, "is not read");
        refused(Scraped { kind: "HTML+Regex".to_owned(), ..scraped }, "is not known");
    }

    #[test]
    fn layouts_are_translated_or_left() {
        let check = |php: &str, expected: Option<&str>| assert_eq!(strftime(php).as_deref(), expected, "{php}");
        check("d.m.Y", Some("%d.%m.%Y"));
        check("!j F Y \\a\\t G:i", Some("%d %B %Y at %H:%M"));
        check("Y-m-d\\TH:i:sP", Some("%Y-%m-%dT%H:%M:%S%:z"));
        check("U", None);
        check("d M Y T", None);
    }
}
