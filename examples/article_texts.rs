//! The articles of a folder of pages, as wiredesk and as `dom_smoothie` alone takes
//! them out: a line of JSON each. `scripts/article-score` compares them.
//!
//! Beside `NAME.html` may stand `NAME.txt` with the headline and the teaser of a feed.

use std::io::Write;
use std::path::{Path, PathBuf};

use wiredesk::clock::Zone;
use wiredesk::model::{Content, Entry, EntryKey, Markup, Work};
use wiredesk::parse::About;
use wiredesk::parse::article::{self, Article};
use wiredesk::text::html;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tests/corpus/articles".to_owned());
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|file| file.path()).collect();
    pages.sort();
    let mut out = std::io::stdout().lock();
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "html")) {
        let bytes = std::fs::read(page)?;
        let name = page.file_stem().unwrap_or_default().to_string_lossy();
        let (ours, why) = ours(&bytes, page)?;
        let line = serde_json::json!({ "file": name, "ours": ours, "kept": why, "dom_smoothie": alone(&bytes) });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn ours(bytes: &[u8], page: &Path) -> anyhow::Result<(String, String)> {
    let url = url::Url::parse("https://city.example/news/1")?;
    let about = About { url: &url, content_type: None, language: None, timezone: Zone::UTC, work: Work::default() };
    let head = std::fs::read_to_string(page.with_extension("txt")).unwrap_or_default();
    let mut lines = head.lines();
    let mut entry = Entry::new(EntryKey([0; 16]));
    entry.link = Some(url.to_string());
    entry.title = lines.next().unwrap_or_default().to_owned();
    let teaser = lines.next().unwrap_or_default().to_owned();
    entry.summary = Some(Content { markup: Markup::Plain(teaser), base: None });
    Ok(match article::read(bytes, &about, &entry) {
        Ok(Article::Better(content)) => (html::plain(content.markup.raw()), String::new()),
        Ok(Article::Kept(why)) => (String::new(), why),
        Err(error) => (String::new(), error.to_string()),
    })
}

fn alone(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let reader = dom_smoothie::Readability::new(&*text, Some("https://city.example/news/1"), None);
    let article = reader.ok().and_then(|mut reader| reader.parse().ok());
    article.map(|article| html::plain(&article.content)).unwrap_or_default()
}
