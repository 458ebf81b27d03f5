//! Readers written in Python, and judges: they read what we publish.
//!
//! `scripts/python-readers` installs them beside the build, in `target/python`; a test that lacks one says
//! so aloud.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Python with what is installed beside the build.
pub fn python() -> Command {
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python"));
    command
}

/// Reads documents with feedparser, which knows no JSON Feed, and with `reader`, and prints each
/// entry. Neither cleans or resolves anything: that is ours to have done.
const READ: &str = r#"
import json, sys, calendar
try:
    import feedparser
    from reader import make_reader
except ImportError:
    sys.exit(77)
feedparser.SANITIZE_HTML = feedparser.RESOLVE_RELATIVE_URIS = 0
seconds = lambda at: calendar.timegm(at) if at else None
exact = lambda at: int(at.timestamp()) if at else None
def tell(by, **entry):
    print(json.dumps({'by': by, **entry}))
for path in sys.argv[1:]:
    if path.endswith('.json'):
        continue
    read = feedparser.parse(path)
    if read.bozo:
        print('feedparser on', path, read.bozo_exception, file=sys.stderr)
        sys.exit(1)
    for e in read.entries:
        text = e.content[0].value if 'content' in e else e.get('summary')
        tell('feedparser', id=e.id, title=e.title, link=e.get('link'), published=seconds(e.get('published_parsed')),
             updated=seconds(e.get('updated_parsed')), text=text, files=[f.href for f in e.get('enclosures', [])])
with make_reader(':memory:', feed_root='') as reader:
    for path in sys.argv[1:]:
        reader.add_feed(path)
        reader.update_feed(path)
        for e in reader.get_entries(feed=path):
            text = e.content[0].value if e.content else e.summary
            tell('reader', id=e.id, title=e.title, link=e.link, published=exact(e.published), updated=exact(e.updated),
                 text=text, files=[f.href for f in e.enclosures])
"#;

/// What a reader of Python's holds of an entry.
#[derive(Debug)]
pub struct HeldEntry {
    pub by: String,
    pub id: String,
    pub title: String,
    pub link: Option<String>,
    pub published: Option<i64>,
    pub updated: Option<i64>,
    pub text: String,
    pub files: Vec<String>,
}

/// The entries that readers of Python's find in documents; `None` where there are none of them.
pub fn read(files: &[PathBuf]) -> Option<Vec<HeldEntry>> {
    let done = tokio::task::block_in_place(|| python().args(["-c", READ]).args(files).output()).ok()?;
    if done.status.code() == Some(77) {
        eprintln!("SKIPPED: feedparser and reader are not installed; scripts/python-readers does that");
        return None;
    }
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = |value: &serde_json::Value| value.as_str().map(|text| text.trim().to_owned());
    let held = |line: &str| {
        let read: serde_json::Value = serde_json::from_str(line).expect(line);
        HeldEntry {
            by: text(&read["by"]).unwrap(),
            id: text(&read["id"]).unwrap(),
            title: text(&read["title"]).unwrap_or_default(),
            link: text(&read["link"]),
            published: read["published"].as_i64(),
            updated: read["updated"].as_i64(),
            text: text(&read["text"]).unwrap_or_default(),
            files: read["files"].as_array().unwrap().iter().filter_map(text).collect(),
        }
    };
    Some(String::from_utf8(done.stdout).unwrap().lines().map(held).collect())
}
