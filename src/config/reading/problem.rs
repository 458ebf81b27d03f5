//! What is wrong with a configuration, where, and how it is shown.

use std::fmt;
use std::path::PathBuf;

use crate::text::columns;

/// A stretch of one line of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FileSpan {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// Column, from 1, in characters; 0 with line 0.
    pub column: usize,
    /// How many characters it covers, at least 1.
    pub width: usize,
    /// The text of the line, with credentials masked.
    pub text: String,
}

impl FileSpan {
    /// A file as a whole.
    pub fn file(file: impl Into<PathBuf>) -> Self {
        FileSpan { file: file.into(), line: 0, column: 0, width: 0, text: String::new() }
    }
}

impl fmt::Display for FileSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.file.display()),
            line => write!(f, "{}:{line}:{}", self.file.display(), self.column),
        }
    }
}

/// One thing that keeps a configuration from running, or that is worth a warning.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Problem {
    /// Where.
    pub at: FileSpan,
    /// Path of the key, such as `source[un-news].url`; empty if there is none.
    pub key: String,
    /// What is wrong, naming the text.
    pub sentence: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// How many columns of text are shown around the place.
const SHOWN_COLUMNS: usize = 100;

impl Problem {
    /// The problem with the line it is about and a mark under the place, in
    /// several lines; `label` is `error` or `warning`.
    pub fn render(&self, label: &str) -> String {
        let mut shown = format!("{label}: {}\n", self.headline());
        let gutter = " ".repeat(self.at.line.to_string().len());
        shown.push_str(&format!("{gutter}--> {}\n", self.at));
        if self.at.line > 0 && !self.at.text.is_empty() {
            let (text, pad, mark) = self.source_line();
            shown.push_str(&format!("{gutter} |\n{} | {text}\n{gutter} | {pad}{mark}\n", self.at.line));
        }
        if let Some(hint) = &self.hint {
            shown.push_str(&format!("{gutter} = hint: {hint}\n"));
        }
        shown
    }

    fn headline(&self) -> String {
        match self.key.as_str() {
            "" => self.sentence.clone(),
            key => format!("{key}: {}", self.sentence),
        }
    }

    /// The line (part of it if it is long), the padding under it up to the place, and the
    /// mark under the place.
    fn source_line(&self) -> (String, String, String) {
        let line: Vec<char> = self.at.text.chars().collect();
        let start = (self.at.column - 1).min(line.len());
        let end = (start + self.at.width).min(line.len());
        let from = if end <= SHOWN_COLUMNS { 0 } else { start.saturating_sub(SHOWN_COLUMNS / 2) };
        let to = line.len().min(from + SHOWN_COLUMNS);
        let (before, after) = (if from > 0 { "…" } else { "" }, if to < line.len() { "…" } else { "" });
        let text = format!("{before}{}{after}", String::from_iter(&line[from..to]));
        let pad: String = line[from..start].iter().map(|c| blank(*c)).collect();
        let columns: usize = line[start..end.clamp(start, to.max(start))].iter().map(|c| blank(*c).len()).sum();
        (text, format!("{}{pad}", if from > 0 { " " } else { "" }), "^".repeat(columns.max(1)))
    }
}

/// White space as wide as `c` is on a terminal.
fn blank(c: char) -> &'static str {
    match (c, columns::of(c)) {
        ('\t', _) => "\t",
        (_, 0) => "",
        (_, 1) => " ",
        _ => "  ",
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.headline())?;
        self.hint.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}

/// All that is wrong with a configuration, in the order of its files and lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A line of a file in which whatever stands between `://` and `@`, and the queries of
/// URLs, are replaced character by character, so that columns stay the same (check B36).
pub fn masked_in_place(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'');
        let authority = &after[..after.find(ends).unwrap_or(after.len())];
        let userinfo = authority.rfind('@').map_or("", |at| &authority[..at]);
        shown.extend(userinfo.chars().map(|_| '*'));
        rest = &after[userinfo.len()..];
        let address = &rest[..rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(rest.len())];
        if let Some(query) = address.find([';', '?', '#']) {
            shown.push_str(&address[..=query]);
            shown.extend(address[query + 1..].chars().map(|_| '*'));
            rest = &rest[address.len()..];
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, column: usize, width: usize) -> Problem {
        Problem {
            at: FileSpan { file: "w.toml".into(), line: 12, column, width, text: text.to_owned() },
            key: "feed[a].tittle".to_owned(),
            sentence: "unknown key".to_owned(),
            hint: Some("did you mean `title`?".to_owned()),
        }
    }

    #[test]
    fn a_problem_is_a_line() {
        let expected = "w.toml:12:1: feed[a].tittle: unknown key (did you mean `title`?)";
        assert_eq!(problem("tittle = 1", 1, 6).to_string(), expected);
        let whole = Problem { at: FileSpan::file("w.toml"), key: String::new(), hint: None, ..problem("", 1, 1) };
        assert_eq!(Problems(vec![whole.clone(), whole]).to_string(), "w.toml: unknown key\nw.toml: unknown key");
    }

    #[test]
    fn a_problem_is_drawn_with_its_line() {
        let expected = "\
error: feed[a].tittle: unknown key
  --> w.toml:12:1
   |
12 | tittle = 1
   | ^^^^^^
   = hint: did you mean `title`?
";
        assert_eq!(problem("tittle = 1", 1, 6).render("error"), expected);
        // Wide characters take two columns, and tabs are kept.
        assert!(problem("\t友城 x = 1", 5, 1).render("error").contains("12 | \t友城 x = 1\n   | \t     ^\n"));
        // A place past the end of the line still gets its mark.
        assert!(problem("a =", 4, 3).render("error").contains("12 | a =\n   |    ^\n"));
    }

    #[test]
    fn long_lines_are_shown_around_the_place() {
        let text = format!("{}HERE{}", "x".repeat(500), "y".repeat(500));
        let shown = problem(&text, 501, 4).render("error");
        let expected = format!("12 | …{}HERE{}…\n   |  {}^^^^\n", "x".repeat(50), "y".repeat(46), " ".repeat(50));
        assert!(shown.contains(&expected), "{shown}");
    }

    #[test]
    fn credentials_are_masked_in_place() {
        let check = |text: &str, expected: &str| assert_eq!(masked_in_place(text), expected, "B36");
        check("url = \"https://me:pw@example.org/a@b\"", "url = \"https://*****@example.org/a@b\"");
        check("https://example.org/a and http://ü@b", "https://example.org/a and http://*@b");
        check("sqlite://", "sqlite://");
        check("url = \"https://a.example/f?k=hush\" # x", "url = \"https://a.example/f?******\" # x");
    }
}
