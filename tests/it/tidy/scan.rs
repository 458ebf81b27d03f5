//! Reads the crate's own source: files, code without comments and strings, the
//! literals, and where production code ends. It knows just as much of Rust as the
//! tests beside it need.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex::Regex;

/// A file of the crate.
pub struct File {
    /// The first folder or file of its path.
    pub room: String,
    /// Its path in `src`, as `poll/mod.rs`.
    pub name: String,
    /// As it is written.
    pub text: String,
    /// The same without comments, texts and unit tests: as long, and with the same
    /// lines.
    pub code: String,
    /// Where texts stand, unit tests left out.
    pub texts: Vec<Range<usize>>,
}

impl File {
    /// Reads what `text` holds, which stands in `name`.
    pub fn new(name: &str, text: &str) -> File {
        let Blanked { mut code, mut texts } = blank(text);
        for tests in unit_tests(&code) {
            texts.retain(|text| !tests.contains(&text.start));
            code.replace_range(tests.clone(), &blanked(&code[tests.clone()]));
        }
        let room = name.split('/').next().unwrap_or_default().replace(".rs", "");
        File { room, name: name.to_owned(), text: text.to_owned(), code, texts }
    }

    /// The place of byte `at`, as `src/poll/mod.rs:12`.
    pub fn place(&self, at: usize) -> String {
        format!("src/{}:{}", self.name, line(&self.text, at))
    }
}

/// All files of production code, those of tests left out.
pub fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = root().join("src");
        let mut paths = Vec::new();
        files_below(&root, &["rs"], &mut paths);
        paths.sort();
        let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let read = |path: PathBuf| File::new(&name(&path), &fs::read_to_string(&path).unwrap());
        paths.into_iter().map(read).filter(|file| !is_test(&file.name)).collect()
    })
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Adds all files under `folder` whose names end in one of `extensions`.
pub fn files_below(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, extensions, found);
        } else if path.extension().is_some_and(|e| extensions.iter().any(|one| e == *one)) {
            found.push(path);
        }
    }
}

/// Whether a file holds unit tests and nothing else.
pub fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("tests/")
}

/// The line of byte `at`, from 1.
pub fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Where what is opened right before byte `from` is closed: behind its bracket.
pub fn closed(code: &str, from: usize) -> usize {
    let mut depth = 1_usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Code without comments and texts.
struct Blanked {
    code: String,
    texts: Vec<Range<usize>>,
}

/// `text` with nothing but its line breaks.
fn blanked(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// What stands at a place of the source besides code.
enum Aside {
    Comment(usize),
    /// A text, with the length of its opening and of its closing marks.
    Text(usize, usize, usize),
    Char(usize),
}

fn blank(text: &str) -> Blanked {
    let (mut code, mut texts, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
    while let Some(c) = text[at..].chars().next() {
        let end = match aside(text, at) {
            None => {
                code.push(c);
                at += c.len_utf8();
                // Places stay those of the text where a name is not of ASCII.
                continue;
            }
            Some(Aside::Comment(end) | Aside::Char(end)) => {
                code.push_str(&blanked(&text[at..end]));
                end
            }
            Some(Aside::Text(end, open, close)) => {
                texts.push(at + open..end - close);
                code.push_str(&blanked(&text[at..at + open - 1]));
                code.push('"');
                code.push_str(&blanked(&text[at + open..end - close]));
                code.push('"');
                code.push_str(&blanked(&text[end - close + 1..end]));
                end
            }
        };
        at = end;
    }
    Blanked { code, texts }
}

/// The comment, text or character that begins at byte `at`.
fn aside(text: &str, at: usize) -> Option<Aside> {
    let rest = &text[at..];
    let follows_name = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return Some(Aside::Comment(at + rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some(Aside::Comment(at + comment(rest)));
    }
    let raw = rest.trim_start_matches(['b', 'c']).strip_prefix('r').filter(|_| !follows_name);
    let hashes = raw.map(|raw| raw.len() - raw.trim_start_matches('#').len());
    if let (Some(raw), Some(hashes)) = (raw, hashes)
        && raw[hashes..].starts_with('"')
    {
        let open = rest.len() - raw.len() + hashes + 1;
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = rest[open..].find(&end).unwrap_or(rest.len() - open - end.len());
        return Some(Aside::Text(at + open + inside + end.len(), open, end.len()));
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        return Some(Aside::Text(at + end.map_or(rest.len(), |(n, _)| n + 1), 1, 1));
    }
    static CHAR: OnceLock<Regex> = OnceLock::new();
    let char = CHAR.get_or_init(|| Regex::new(r"^'(\\(x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}|.)|[^\\'])'").unwrap());
    rest.starts_with('\'').then(|| char.find(rest)).flatten().map(|found| Aside::Char(at + found.end()))
}

/// How long the comment is that `rest` begins with; they nest.
fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Modules of unit tests in a file.
fn unit_tests(code: &str) -> Vec<Range<usize>> {
    let begins = Regex::new(r"(?m)^[ \t]*#\[cfg\(test\)\]\s*\n\s*(?:pub(?:\([^)]*\))? )?mod \w+ \{").unwrap();
    begins.find_iter(code).map(|found| found.start()..closed(code, found.end())).collect()
}

#[test]
fn the_scanner_keeps_code_and_drops_what_is_none() {
    let check = |text: &str, expected: &str| {
        let file = File::new("a.rs", text);
        assert_eq!(file.code.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{text}");
        assert_eq!(file.code.lines().count(), text.lines().count(), "{text}");
    };
    check("a // b\nc /* d /* e */ f */ g", "a c g");
    check("x(\"// no comment\", y) // \"no text", "x(\" \", y)");
    check("x(\"a\\\"b\\\\\", y)", "x(\" \", y)");
    check("r\"\\\" y", "\" \" y");
    check("br#\"a \"quoted\" b\"#; z", "\" \" ; z");
    check("for\"x\"", "for\" \"");
    check("['\"', '\\'', '\\u{27}', '/', b'\"']; \"t\"", "[ , , , , b ]; \" \"");
    check("fn f<'a>(x: &'a str, y: &'static [u8]) {}", "fn f<'a>(x: &'a str, y: &'static [u8]) {}");
    check("'outer: loop { break 'outer; }", "'outer: loop { break 'outer; }");
    check("\"several\nlines\"; x", "\" \"; x");
    check("r#type", "r#type");
    check("a\n#[cfg(test)]\nmod tests {\n    fn f() { g(\"}\") }\n}\nb", "a b");
    check("#[cfg(test)]\nmod tests;\nb", "#[cfg(test)] mod tests; b");
}

#[test]
fn the_scanner_knows_texts_and_places() {
    let text =
        "x(\"ä\", r#\"b\"#); // \"c\"\nlet y = \"d\";\n#[cfg(test)]\nmod tests {\n    const T: &str = \"e\";\n}\n";
    let file = File::new("poll/read.rs", text);
    let texts: Vec<&str> = file.texts.iter().map(|at| &text[at.clone()]).collect();
    assert_eq!(texts, ["ä", "b", "d"]);
    assert_eq!(file.room, "poll");
    assert_eq!(file.place(file.texts[2].start), "src/poll/read.rs:2");
    assert_eq!(&file.code[closed(&file.code, 2)..][..1], ";");
    assert_eq!(file.code.len(), text.len(), "places are the same in both");
}
