//! Translates conditions in brackets to pseudo-classes and attribute selectors.

use super::{Counting, LocationPath, PathReader, PathStart, PathToken, Use, quoted};

impl PathReader<'_> {
    /// Conditions joined by `or`. `name` is that of the step's element.
    pub(super) fn any_of(&mut self, name: &str, counting: Counting) -> Result<String, String> {
        self.count()?;
        let mut all = vec![self.all_of(name, counting)?];
        while self.tokens.takes_word("or") {
            all.push(self.all_of(name, counting)?);
        }
        Ok(if all.len() > 1 { format!(":is({})", all.join(", ")) } else { all.remove(0) })
    }

    fn all_of(&mut self, name: &str, counting: Counting) -> Result<String, String> {
        let mut all = self.one(name, counting)?;
        while self.tokens.takes_word("and") {
            all.push_str(&self.one(name, counting)?);
        }
        Ok(all)
    }

    fn one(&mut self, name: &str, counting: Counting) -> Result<String, String> {
        self.count()?;
        if self.tokens.call("not") || self.tokens.sign() == Some("(") {
            let negated = self.tokens.takes_word("not");
            self.tokens.skip();
            let inner = self.any_of(name, counting)?;
            self.closes()?;
            return Ok(if negated { format!(":not({inner})") } else { inner });
        }
        if let Some(counted) = self.counted(name)? {
            return match counting {
                Counting::Siblings => Ok(counted),
                Counting::Rest => Err("it counts what another condition has left".to_owned()),
                Counting::Axis => Err("it counts over all depths or among siblings, along an axis".to_owned()),
            };
        }
        if self.tokens.call("contains") || self.tokens.call("starts-with") {
            let sign = if self.tokens.takes_word("contains") { "*=" } else { "^=" };
            if sign == "^=" {
                self.tokens.skip();
            }
            return self.part_of_attribute(sign);
        }
        if self.tokens.call("normalize-space") {
            self.tokens.skip();
            self.tokens.skip();
            let attribute = self.attribute()?;
            self.closes()?;
            return self.compared(&attribute);
        }
        if self.tokens.takes("@") {
            let attribute = self.tokens.name().ok_or("an attribute has no name")?.to_ascii_lowercase();
            return self.compared(&attribute);
        }
        self.holds()
    }

    /// `3`, `last()`, `position() > 1`.
    fn counted(&mut self, name: &str) -> Result<Option<String>, String> {
        let of = |from: &str, formula: String| {
            let kind = if name == "*" { "child" } else { "of-type" };
            Ok(Some(format!(":nth-{from}{kind}({formula})")))
        };
        if let Some(number) = self.tokens.number() {
            return of("", number.to_owned());
        }
        if self.tokens.call("last") {
            self.tokens.skip_call();
            return match self.tokens.sign() {
                Some("]" | ")") => of("last-", "1".to_owned()),
                _ => Err("it counts from the end".to_owned()),
            };
        }
        if !self.tokens.call("position") {
            return Ok(None);
        }
        self.tokens.skip_call();
        let sign = self.tokens.sign().unwrap_or_default();
        self.tokens.skip();
        let number = self.tokens.number().and_then(|n| n.parse::<u32>().ok()).filter(|n| (1..10_000).contains(n));
        let number = number.ok_or("position() is compared to no number")?;
        match sign {
            "=" => of("", number.to_string()),
            ">" => of("", format!("n+{}", number + 1)),
            ">=" => of("", format!("n+{number}")),
            "<" => of("", format!("-n+{}", number - 1)),
            "<=" => of("", format!("-n+{number}")),
            other => Err(format!("position() is compared by `{other}`")),
        }
    }

    /// `(@name, 'text')` after `contains` and `starts-with`.
    fn part_of_attribute(&mut self, sign: &str) -> Result<String, String> {
        self.opens()?;
        // A class among others: contains(concat(' ', @class, ' '), ' item ').
        let spaced = self.tokens.takes_word("concat");
        if spaced {
            self.opens()?;
            let blank = self.tokens.literal() == Some(" ") && self.tokens.takes(",");
            if !blank {
                return Err("the function concat() has no counterpart".to_owned());
            }
        }
        let normalized = self.tokens.takes_word("normalize-space");
        if normalized {
            self.opens()?;
        }
        let attribute = self.attribute()?;
        if normalized {
            self.closes()?;
        }
        if spaced {
            if !(self.tokens.takes(",") && self.tokens.literal() == Some(" ")) {
                return Err("the function concat() has no counterpart".to_owned());
            }
            self.closes()?;
        }
        let text = if self.tokens.takes(",") { self.tokens.literal() } else { None };
        let text = text.ok_or("contains() has no text to look for")?;
        self.closes()?;
        let word = text.trim();
        match spaced && sign == "*=" && text.len() == word.len() + 2 && !word.contains(' ') {
            true => Ok(format!("[{attribute}~={}]", quoted(word))),
            false if spaced => Err("the function concat() has no counterpart".to_owned()),
            false => Ok(format!("[{attribute}{sign}{}]", quoted(text))),
        }
    }

    /// An attribute that is present, or that is or is not some text.
    fn compared(&mut self, attribute: &str) -> Result<String, String> {
        let sign = match self.tokens.sign() {
            Some(sign @ ("=" | "!=")) => sign,
            Some("<" | ">" | "<=" | ">=") => return Err("it compares numbers".to_owned()),
            _ => return Ok(format!("[{attribute}]")),
        };
        self.tokens.skip();
        let text = match self.tokens.peek() {
            Some(PathToken::Literal(text) | PathToken::Number(text)) => quoted(text),
            _ => return Err("it compares an attribute to something else than a text".to_owned()),
        };
        self.tokens.skip();
        Ok(match sign {
            "=" => format!("[{attribute}={text}]"),
            _ => format!("[{attribute}]:not([{attribute}={text}])"),
        })
    }

    /// An element inside the step's element, or after it.
    fn holds(&mut self) -> Result<String, String> {
        if matches!(self.tokens.peek(), Some(PathToken::Name(_))) && self.tokens.is_sign(1, "(") {
            let name = self.tokens.name().unwrap_or_default();
            return Err(match name {
                "text" | "string" => "it selects a text".to_owned(),
                name => format!("the function {name}() has no counterpart"),
            });
        }
        let of = std::mem::replace(&mut self.of, Use::Part);
        let path = self.path();
        self.of = of;
        let LocationPath { css, attribute, start, is_first } = path?;
        if is_first && attribute.is_some() {
            return Err("`[1]` counts over all depths or among siblings before an attribute".to_owned());
        }
        if matches!(self.tokens.sign(), Some("=" | "!=" | "<" | ">" | "<=" | ">=")) {
            return Err("it compares a text".to_owned());
        }
        let css = css.strip_prefix(":scope ").map_or_else(|| css.clone(), str::to_owned);
        let attribute = attribute.map(|name| format!("[{name}]")).unwrap_or_default();
        match start {
            PathStart::Itself if !attribute.is_empty() => Ok(attribute),
            PathStart::Itself => Err("it selects a text".to_owned()),
            PathStart::Within => Ok(format!(":has({css}{attribute})")),
            PathStart::Behind => Ok(format!(":has(~ {css}{attribute})")),
            PathStart::Before => Err("it looks back among elements".to_owned()),
        }
    }

    /// `@name`; the text of an element is not an attribute.
    fn attribute(&mut self) -> Result<String, String> {
        if !self.tokens.takes("@") {
            return Err("it compares a text".to_owned());
        }
        Ok(self.tokens.name().ok_or("an attribute has no name")?.to_ascii_lowercase())
    }

    fn opens(&mut self) -> Result<(), String> {
        if self.tokens.takes("(") { Ok(()) } else { Err("a bracket is missing".to_owned()) }
    }

    fn closes(&mut self) -> Result<(), String> {
        if self.tokens.takes(")") { Ok(()) } else { Err("a bracket is not closed".to_owned()) }
    }
}
