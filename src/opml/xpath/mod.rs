//! Translates XPath, as other readers use it for pages, to CSS that finds the same.
//!
//! XPath 1.0 (<https://www.w3.org/TR/1999/REC-xpath-19991116/>) says more than CSS:
//! anything without a counterpart (comparison of texts, steps to parents, functions that
//! make text) is refused with its reason, never half translated.

mod condition;
mod tokens;

use tokens::{PathToken, PathTokens};

use crate::limits::{XPATH_BYTES, XPATH_PARTS};

/// What an expression is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// All entries of the page; it starts at the document.
    Entries,
    /// The first match within an entry, or beside it.
    Part,
}

/// The selector of `[source.page]` that finds what `expression` does.
///
/// # Errors
/// What has no counterpart; reads as the end of a sentence.
pub fn css(expression: &str, of: Use) -> Result<String, String> {
    if expression.len() > XPATH_BYTES.count() {
        return Err(format!("it is longer than {}", XPATH_BYTES.shown()));
    }
    let tokens = PathTokens::of(unwrapped(expression.trim(), of))?;
    let mut reader = PathReader { tokens, of, steps: 0 };
    let mut found: Vec<LocationPath> = Vec::new();
    loop {
        found.push(reader.path()?);
        if !reader.tokens.takes("|") {
            break;
        }
    }
    if let Some(token) = reader.tokens.peek() {
        return Err(format!("it goes on with {token}"));
    }
    let (attribute, start) = (found[0].attribute.clone(), found[0].start);
    if found.iter().any(|path| path.attribute != attribute || path.start != start) {
        return Err("its alternatives select different things".to_owned());
    }
    if start == PathStart::Before && found.len() > 1 {
        return Err("each of its alternatives is nearest to the entry in a different way".to_owned());
    }
    let all: Vec<String> = found.into_iter().map(|path| path.css).collect();
    let css = all.join(", ");
    Ok(match (start, attribute) {
        (_, Some(_)) if of == Use::Entries => return Err("entries are elements, not attributes".to_owned()),
        (PathStart::Itself, Some(name)) => format!("@{name}"),
        (PathStart::Itself, None) => ".".to_owned(),
        (start, Some(name)) => format!("{}{css} @{name}", start.sign()),
        (start, None) => format!("{}{css}", start.sign()),
    })
}

/// The path inside brackets and inside functions that leave a text as a selector returns
/// it; `[1]` after these is the first match, which a part is anyway.
fn unwrapped(expression: &str, of: Use) -> &str {
    let mut text = expression;
    for _ in 0..4 {
        let inner = ["normalize-space(", "string(", "("].into_iter().find_map(|open| {
            let rest = text.strip_prefix(open)?;
            let rest = if open == "(" && of == Use::Part { rest.strip_suffix("[1]").unwrap_or(rest) } else { rest };
            let inner = rest.trim_end().strip_suffix(')')?;
            // The last bracket closes the first one.
            let depth = inner.chars().try_fold(0_i32, |depth, c| match c {
                '(' => Some(depth + 1),
                ')' => (depth > 0).then_some(depth - 1),
                _ => Some(depth),
            });
            (depth == Some(0)).then_some(inner.trim())
        });
        match inner {
            Some(inner) => text = inner,
            None => break,
        }
    }
    text
}

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum PathStart {
    Itself,
    Within,
    Behind,
    Before,
}

impl PathStart {
    /// The sign with which a selector of `[source.page]` looks there.
    fn sign(self) -> &'static str {
        match self {
            PathStart::Itself | PathStart::Within => "",
            PathStart::Behind => "+ ",
            PathStart::Before => "- ",
        }
    }
}

/// A location path (XPath 1.0 §2), read.
struct LocationPath {
    css: String,
    attribute: Option<String>,
    start: PathStart,
    /// Whether its last step takes only the first match of its axis: nothing may narrow it
    /// after that, because a selector would then go on to the next match.
    is_first: bool,
}

/// How a step relates to the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Axis {
    Child,
    Deep,
    Behind,
    Before,
}

/// What a number in a condition counts.
#[derive(Clone, Copy)]
enum Counting {
    /// Siblings of the same name, or all of them for `*`, as selectors do.
    Siblings,
    /// The elements that an earlier condition has left.
    Rest,
    /// The elements along an axis.
    Axis,
}

struct PathReader<'t> {
    tokens: PathTokens<'t>,
    of: Use,
    steps: usize,
}

impl<'t> PathReader<'t> {
    fn count(&mut self) -> Result<(), String> {
        self.steps += 1;
        let is_over = self.steps > XPATH_PARTS.count();
        if is_over { Err(format!("it has more than {} parts", XPATH_PARTS.shown())) } else { Ok(()) }
    }

    /// Reads a path.
    fn path(&mut self) -> Result<LocationPath, String> {
        let mut path = LocationPath { css: String::new(), attribute: None, start: PathStart::Within, is_first: false };
        let mut axis = match (self.of, self.tokens.sign()) {
            (Use::Entries, Some("//")) => Axis::Deep,
            (Use::Entries, Some("/")) if self.tokens.is_name(1, "html") => Axis::Child,
            (Use::Entries, Some("/")) => return Err("a page begins with html".to_owned()),
            (Use::Part, Some("/" | "//")) => return Err("it leaves the entry for the whole page".to_owned()),
            _ => Axis::Child,
        };
        if self.tokens.takes("//") || self.tokens.takes("/") {
            // The axis was read above.
        } else if self.tokens.takes(".") {
            match self.tokens.sign() {
                Some("/") => {
                    self.tokens.skip();
                }
                Some("//") => {
                    self.tokens.skip();
                    axis = Axis::Deep;
                }
                _ if self.of == Use::Part => return Ok(LocationPath { start: PathStart::Itself, ..path }),
                _ => return Err("the page itself is no entry".to_owned()),
            }
        }
        self.steps_from(axis, &mut path)?;
        Ok(path)
    }

    /// Reads steps up to the end of the path, the first on `axis`.
    fn steps_from(&mut self, mut axis: Axis, path: &mut LocationPath) -> Result<(), String> {
        let mut before = String::new();
        loop {
            self.count()?;
            if self.takes_last(axis, path)? {
                return self.is_end();
            }
            before = self.step(axis, &before, path)?;
            axis = match self.tokens.sign() {
                Some("/") => Axis::Child,
                Some("//") => Axis::Deep,
                _ => return Ok(()),
            };
            self.tokens.skip();
        }
    }

    /// Takes the attribute or the text that a path ends with, if it is next.
    fn takes_last(&mut self, axis: Axis, path: &mut LocationPath) -> Result<bool, String> {
        if self.tokens.takes("@") {
            let name = self.tokens.name().ok_or("an attribute has no name")?;
            if axis == Axis::Deep {
                return Err("it selects an attribute at any depth".to_owned());
            }
            path.attribute = Some(name.to_ascii_lowercase());
        } else if self.tokens.call("text") {
            self.tokens.skip_call();
        } else {
            return Ok(false);
        }
        if path.css.is_empty() {
            path.start = PathStart::Itself;
        }
        Ok(true)
    }

    /// A step to an element, with its conditions; returns the element's name.
    fn step(&mut self, axis: Axis, before: &str, path: &mut LocationPath) -> Result<String, String> {
        if path.is_first {
            return Err("`[1]` counts over all depths or among siblings before its last step".to_owned());
        }
        let (axis_said, name) = self.test()?;
        let axis_here = match (axis, axis_said) {
            (Axis::Deep, Some(Axis::Child)) => Axis::Deep,
            (_, said) => said.unwrap_or(axis),
        };
        if axis == Axis::Deep && matches!(axis_said, Some(Axis::Behind | Axis::Before)) {
            return Err("it looks beside elements at any depth".to_owned());
        }
        self.tie(axis_here, before, &name, path)?;
        match axis_said {
            Some(Axis::Deep | Axis::Behind | Axis::Before) => self.conditions_alone(&name, path)?,
            _ => self.conditions(&name, path)?,
        }
        if axis_here == Axis::Before && !path.is_first {
            return Err("it takes the farthest element before it, not the nearest".to_owned());
        }
        Ok(name)
    }

    fn is_end(&mut self) -> Result<(), String> {
        match self.tokens.sign() {
            Some("/" | "//" | "[") => Err("something follows an attribute or a text".to_owned()),
            _ => Ok(()),
        }
    }

    /// Reads a name test, with the axis before it.
    fn test(&mut self) -> Result<(Option<Axis>, String), String> {
        let mut axis = None;
        if self.tokens.is_sign(1, "::") {
            axis = Some(match self.tokens.name() {
                Some("child") => Axis::Child,
                // The document itself is no element, but any other node may be one that the
                // test matches.
                Some("descendant-or-self") if self.of == Use::Part || self.steps > 1 => {
                    return Err("`descendant-or-self::` takes the element itself too".to_owned());
                }
                Some("descendant" | "descendant-or-self") => Axis::Deep,
                Some("following-sibling") => Axis::Behind,
                Some("preceding-sibling") => Axis::Before,
                Some(name @ ("parent" | "ancestor" | "ancestor-or-self")) => {
                    return Err(format!("`{name}::` goes up, and selectors do not"));
                }
                other => return Err(format!("the axis `{}::` has no counterpart", other.unwrap_or_default())),
            });
            self.tokens.skip();
        }
        if self.tokens.takes("..") {
            return Err("`..` goes up, and selectors do not".to_owned());
        }
        if self.tokens.takes("*") {
            return Ok((axis, "*".to_owned()));
        }
        match self.tokens.name() {
            Some(name) if self.tokens.is_sign(0, "(") => Err(format!("the function {name}() has no counterpart")),
            Some(name) => Ok((axis, name.to_ascii_lowercase())),
            None => Err(match self.tokens.peek() {
                Some(token) => format!("{token} stands where an element's name was expected"),
                None => "it breaks off".to_owned(),
            }),
        }
    }

    /// Adds a step to the CSS so far.
    fn tie(&self, axis: Axis, before: &str, name: &str, path: &mut LocationPath) -> Result<(), String> {
        let first = path.css.is_empty();
        let entry = first && self.of == Use::Part;
        match axis {
            Axis::Child if entry => path.css.push_str(":scope > "),
            Axis::Child if first && name != "html" => {
                return Err("it begins at the document, as `/html` does".to_owned());
            }
            Axis::Behind if entry => path.start = PathStart::Behind,
            Axis::Before if entry => path.start = PathStart::Before,
            Axis::Before => return Err("it looks back among elements".to_owned()),
            Axis::Behind if first => return Err("nothing stands beside the page".to_owned()),
            Axis::Behind => path.css.push_str(" ~ "),
            Axis::Deep if first => {}
            Axis::Deep => path.css.push(' '),
            // XPath readers see a table as it was written; browsers, and we, add its body.
            Axis::Child if name == "tr" && before == "table" => path.css.push_str(" > tbody > "),
            Axis::Child if first => {}
            Axis::Child => path.css.push_str(" > "),
        }
        path.css.push_str(name);
        Ok(())
    }

    /// Reads the conditions in brackets after a step to children, which are counted among
    /// their siblings, as selectors count.
    fn conditions(&mut self, name: &str, path: &mut LocationPath) -> Result<(), String> {
        let mut counting = Counting::Siblings;
        while self.tokens.takes("[") {
            self.condition(name, counting, path)?;
            counting = Counting::Rest;
        }
        Ok(())
    }

    /// Reads the conditions after a step with an explicit axis: they count along it, which
    /// no selector does. Only `[1]` at the end of a part's path has a counterpart: the
    /// first match.
    fn conditions_alone(&mut self, name: &str, path: &mut LocationPath) -> Result<(), String> {
        while self.tokens.takes("[") {
            if path.is_first {
                return Err("a condition follows `[1]`, which counts over all depths or among siblings".to_owned());
            }
            if self.of == Use::Part && self.tokens.is_one() {
                self.tokens.skip();
                self.tokens.skip();
                path.is_first = true;
            } else {
                self.condition(name, Counting::Axis, path)?;
            }
        }
        Ok(())
    }

    fn condition(&mut self, name: &str, counting: Counting, path: &mut LocationPath) -> Result<(), String> {
        let condition = self.any_of(name, counting)?;
        path.css.push_str(&condition);
        if self.tokens.takes("]") { Ok(()) } else { Err("a condition is not closed".to_owned()) }
    }
}

/// `text` as a CSS string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\{:x} ", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(of: Use, expression: &str, expected: &str) {
        assert_eq!(css(expression, of).as_deref(), Ok(expected), "{expression}");
    }

    #[track_caller]
    fn refused(of: Use, expression: &str, expected: &str) {
        let why = css(expression, of).unwrap_err();
        assert!(why.contains(expected), "{expression}: {why}");
    }

    /// B181: what CSS can say.
    #[test]
    fn simple_paths_are_translated_b181() {
        let entries = |expression, expected| check(Use::Entries, expression, expected);
        entries("//article", "article");
        entries("descendant::article", "article");
        entries("//div[@class='news']/ul/li", "div[class=\"news\"] > ul > li");
        entries("//div[contains(@class, 'post')]", "div[class*=\"post\"]");
        entries("//*[contains(concat(' ', normalize-space(@class), ' '), ' item ')]", "*[class~=\"item\"]");
        entries("//ul[@id=\"list\"]//li[position()>1]", "ul[id=\"list\"] li:nth-of-type(n+2)");
        entries("/html/body/div[2]/p[last()]", "html > body > div:nth-of-type(2) > p:nth-last-of-type(1)");
        entries("//table[@border='1']/tr[td/a]", "table[border=\"1\"] > tbody > tr:has(> td > a)");
        entries("//li[not(@class) and .//a[starts-with(@href,'/n/')]]", "li:not([class]):has(a[href^=\"/n/\"])");
        entries("//h2 | //h3[@class='x' or @id]", "h2, h3:is([class=\"x\"], [id])");
        entries("//dt[following-sibling::dd]", "dt:has(~ dd)");
        let part = |expression, expected| check(Use::Part, expression, expected);
        part(".", ".");
        part("@href", "@href");
        part("./@data-id", "@data-id");
        part("./h2/a", ":scope > h2 > a");
        part("h2/a/@href", ":scope > h2 > a @href");
        part(".//time/@datetime", "time @datetime");
        part("descendant::a[1]/@href", "a @href");
        part(".//a[1]", "a:nth-of-type(1)");
        part("normalize-space(.//h2/text())", "h2");
        part("(.//h2 | .//h3)[1]", "h2, h3");
        part("following-sibling::dd[1]", "+ dd");
        part("preceding-sibling::dt[1]", "- dt");
        part(".//span[@title='a\"b']", "span[title=\"a\\\"b\"]");
    }

    /// B181: what it cannot is refused by its reason.
    #[test]
    fn what_has_no_counterpart_is_refused_b181() {
        let entries = |expression, expected| refused(Use::Entries, expression, expected);
        entries("//a/..", "goes up");
        entries("//a/ancestor::li", "goes up");
        entries("//li[a='More']", "compares a text");
        entries("//li[contains(., 'News')]", "compares a text");
        entries("//li[text()]", "text");
        entries("(//li)[3]", "stands where an element");
        entries("//li[@class][2]", "counts");
        entries("//li/@class", "not attributes");
        entries("div", "begins at the document");
        entries("", "breaks off");
        entries("//", "breaks off");
        entries("//li[", "");
        entries("//li['", "not closed");
        refused(Use::Entries, &"//a".repeat(70), "more than 64 parts");
        refused(Use::Entries, &format!("//a[{}b{}]", "not(".repeat(90), ")".repeat(90)), "more than 64 parts");
        refused(Use::Entries, &"x".repeat(3_000), "longer than");
        let part = |expression, expected| refused(Use::Part, expression, expected);
        part("//h2", "leaves the entry");
        part("concat('https://a.example', @href)", "concat()");
        part("substring-before(., '|')", "substring-before()");
        part("../h2", "goes up");
        part("descendant::div[1]/a", "counts over all depths");
        part("descendant-or-self::a[1]", "the element itself");
        part("(preceding-sibling::dt)[1]", "farthest");
        part("preceding-sibling::dt[1] | preceding-sibling::th[1]", "nearest");
        part(".//a | ./@href", "different things");
    }

    /// B181: a selector counts siblings of a name, and nothing along an axis.
    #[test]
    fn what_counts_along_an_axis_is_refused_b181() {
        let part = |expression: &str, expected| refused(Use::Part, expression, expected);
        for counted in ["[2]", "[last()]", "[position()=1]", "[position()<3]", "[not(position()>1)]", "[@id or 2]"] {
            for axis in [
                "descendant::li",
                ".//descendant::li",
                "following-sibling::p",
                "preceding-sibling::p",
                "h2/following-sibling::p",
            ] {
                part(&format!("{axis}{counted}"), "counts over all depths or among");
            }
            refused(Use::Entries, &format!("//h2/following-sibling::p{counted}"), "counts over all depths or among");
        }
        refused(Use::Entries, "//h2/following-sibling::p[1]", "counts over all depths or among");
        part("h2/following-sibling::p[1]/a", "counts over all depths or among");
        part("following-sibling::p[1]/a", "counts over all depths or among");
        part("preceding-sibling::p[1]/a", "counts over all depths or among");
        part("following-sibling::p[1][@class]", "counts over all depths or among");
        // A condition on the first match may hold only for a later one.
        part("dl[dt[following-sibling::dd[1]/@id]]", "counts over all depths or among");
        part("li[descendant::a[1]/@href]", "counts over all depths or among");
        check(Use::Part, "h2/following-sibling::p[1]", ":scope > h2 ~ p");
        check(Use::Part, "following-sibling::p[@id][1]", "+ p[id]");
        check(Use::Part, "li[descendant::a[1]]", ":scope > li:has(a)");
        check(Use::Part, ".//child::li[2]", "li:nth-of-type(2)");
    }
}
