//! Other people's readers over five rounds with new, revised and removed entries (O169). One
//! that is not installed is named as skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{Desk, EVERYTHING, Running, free_port, is_there, source};
use crate::origin::Origin;

const ROUNDS: u32 = 5;
/// Entries of the first document, and those that each later round adds.
const FIRST: u32 = 6;
const MORE: u32 = 2;
/// Entries after all rounds.
const ALL: u32 = FIRST + MORE * (ROUNDS - 1);

/// The source in a round: two more than before, the oldest of each round gone, and the headline
/// of the entry in the middle another one.
fn document(round: u32) -> String {
    let item = |n: u32| {
        let headline = if n == 4 { format!("Report 4, version {round}") } else { format!("Report {n}") };
        format!(
            "<item><title>{headline}</title><link>https://news.example/{n}</link><guid>https://news.example/{n}</guid>\
             <description>Text {n}.</description></item>"
        )
    };
    let items: String = (round.min(3)..FIRST + MORE * round).rev().map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Reports</title>{items}</channel></rss>")
}

/// A reader, started anew each time as by a timer.
struct Reader {
    name: &'static str,
    folder: PathBuf,
    url: String,
}

impl Reader {
    /// What a shell prints in the reader's own folder, with the feed's URL in `$FEED`.
    fn shell(&self, script: &str) -> String {
        let mut shell = Command::new("sh");
        shell.args(["-ec", script]).current_dir(&self.folder).env("HOME", &self.folder).env("FEED", &self.url);
        shell.env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME").env("NO_PROXY", "*");
        let done = tokio::task::block_in_place(|| shell.output().unwrap());
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{}: {script}: {said}", self.name);
        String::from_utf8(done.stdout).unwrap()
    }

    fn begin(&self) {
        match self.name {
            "newsboat" => drop(self.shell("echo \"$FEED\" > urls")),
            "rss2email" => {
                // Mail goes into a folder.
                let config = "[DEFAULT]\nfrom = desk@desk.example\nto = me@desk.example\nemail-protocol = maildir\n\
                              maildir-path = mail\nmaildir-mailbox = in\ndate-header = False\n";
                fs::write(self.folder.join("r2e.cfg"), config).unwrap();
                self.shell(
                    "mkdir -p mail/in/cur mail/in/new mail/in/tmp; r2e -c r2e.cfg -d r2e.json add all \"$FEED\"",
                );
            }
            _ => {}
        }
    }

    fn update(&self) {
        let script = match self.name {
            "newsboat" => "newsboat -u urls -c cache.db -C /dev/null -x reload",
            "rss2email" => "r2e -c r2e.cfg -d r2e.json run",
            "sfeed" => "curl -fs \"$FEED\" | sfeed >> all.tsv",
            _ => {
                "python3 -c 'import os, reader; r = reader.make_reader(\"reader.db\"); \
                 r.add_feed(os.environ[\"FEED\"], exist_ok=True); r.update_feeds()'"
            }
        };
        self.shell(script);
    }

    /// The headlines that it has, one for each entry that it knows.
    fn headlines(&self) -> Vec<String> {
        let said = match self.name {
            "newsboat" => self.shell("sqlite3 cache.db 'SELECT title FROM rss_item'"),
            "rss2email" => self.shell("grep -h '^Subject:' mail/in/new/* | sed 's/^Subject: *//'"),
            // Lines of one id are one entry; the last tells what it is.
            "sfeed" => {
                self.shell("awk -F '\\t' '{ title[$6] = $2 } END { for (id in title) print title[id] }' all.tsv")
            }
            _ => self.shell(
                "python3 -c 'import reader\nfor e in reader.make_reader(\"reader.db\").get_entries(): print(e.title)'",
            ),
        };
        let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }
}

/// The readers that are installed here.
fn installed(folder: &Path, url: &str) -> Vec<Reader> {
    let mut found = Vec::new();
    for (name, program) in [("newsboat", "newsboat"), ("rss2email", "r2e"), ("sfeed", "sfeed"), ("reader", "python3")] {
        let mut has_module = Command::new("python3");
        has_module.args(["-c", "import reader; reader.make_reader(':memory:').add_feed('http://127.0.0.1/')"]);
        if !is_there(program) {
            continue;
        }
        if name == "reader" && !has_module.output().is_ok_and(|done| done.status.success()) {
            eprintln!("SKIPPED: Python's reader is not installed (pip install reader sgmllib3k)");
            continue;
        }
        let folder = folder.join(name);
        fs::create_dir(&folder).unwrap();
        found.push(Reader { name, folder, url: url.to_owned() });
    }
    found
}

/// One round: the source changes, another process polls it, the daemon serves what came.
fn round(desk: &Desk, origin: &Origin, number: u32) -> Running {
    origin.document("/reports.rss", document(number));
    desk.runs(&["poll", "--all"]);
    let mut running = desk.start();
    let (newest, revised) = (format!("Report {}<", FIRST + MORE * number - 1), format!("version {number}<"));
    running.until("/feeds/all.atom", |got| got.text().contains(&newest) && got.text().contains(&revised));
    running
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_each_entry_once_over_five_rounds_o169() {
    let origin = Origin::start().await;
    let desk = Desk::new(&(source("reports", origin.url("/reports.rss")) + EVERYTHING));
    let port = free_port();
    desk.listen_on(port);
    let url = format!("http://127.0.0.1:{port}/feeds/all.atom");
    let readers = installed(desk.config().parent().unwrap(), &url);
    readers.iter().for_each(Reader::begin);
    for number in 0..ROUNDS {
        let running = round(&desk, &origin, number);
        readers.iter().for_each(Reader::update);
        drop(running);
    }
    let plain: Vec<String> = (0..ALL).filter(|n| *n != 4).map(|n| format!("Report {n}")).collect();
    for reader in &readers {
        let headlines = reader.headlines();
        let (revised, mut others): (Vec<_>, Vec<_>) =
            headlines.into_iter().partition(|title| title.contains("version"));
        // A mail was sent once, and stays as it was; the others follow what is revised.
        let last = if reader.name == "rss2email" { 0 } else { ROUNDS - 1 };
        assert_eq!(revised, [format!("Report 4, version {last}")], "{}", reader.name);
        others.sort_by_key(|title| title.rsplit(' ').next().unwrap().parse::<u32>().unwrap());
        assert_eq!(others, plain, "{}", reader.name);
    }
}
