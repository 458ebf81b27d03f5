//! Every procedure of docs/operating.md, done as it stands there (E27).
//!
//! All shell blocks of the document are run in its order, by one operator, on a
//! machine that is a folder: `/etc`, `/usr/local` and `/var` lie in it, `sudo` runs
//! what it is given, `systemctl` keeps a daemon. A block that is added is run with
//! the others; one whose heading has no expectation here fails the test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{BINARY, rss};
use crate::origin::Origin;

/// A shell block and the headings above it.
struct Block {
    heading: String,
    text: String,
}

fn blocks(document: &str) -> Vec<Block> {
    let (mut found, mut heading, mut open) = (Vec::new(), String::new(), None::<String>);
    for line in document.lines() {
        match &mut open {
            Some(text) if line == "```" => {
                found.push(Block { heading: heading.clone(), text: std::mem::take(text) });
                open = None;
            }
            Some(text) => text.extend([line, "\n"]),
            None if line == "```sh" => open = Some(String::new()),
            None => heading = line.strip_prefix("## ").or(line.strip_prefix("### ")).unwrap_or(&heading).to_owned(),
        }
    }
    found
}

/// A machine in a folder.
pub struct Machine {
    folder: tempfile::TempDir,
}

const SYSTEMCTL: &str = r#"#!/bin/sh
pid="$ROOT/daemon.pid"
case "$1" in
    daemon-reload) ;;
    enable|start|restart)
        [ "$1" = restart ] && "$0" stop
        wiredesk run --config "$ROOT/etc/wiredesk/wiredesk.toml" > /dev/null 2>> "$ROOT/daemon.log" &
        echo $! > "$pid"
        for _ in $(seq 600); do
            grep -q 'wiredesk is running' "$ROOT/daemon.log" && break
            kill -0 "$(cat "$pid")" || exit 1
            sleep 0.1
        done ;;
    stop)
        kill "$(cat "$pid")"
        while kill -0 "$(cat "$pid")" 2> /dev/null; do sleep 0.1; done
        rm "$pid" "$ROOT/daemon.log" ;;
    status) kill -0 "$(cat "$pid")" ;;
    reload) kill -HUP "$(cat "$pid")" ;;
    *) echo "systemctl $1 is not known here" >&2; exit 1 ;;
esac
"#;

impl Machine {
    pub fn new() -> Machine {
        let machine = Machine { folder: tempfile::tempdir().unwrap() };
        for folder in ["bin", "work", "etc/systemd/system", "usr/local/bin", "var/backups"] {
            fs::create_dir_all(machine.at(folder)).unwrap();
        }
        fs::create_dir_all(machine.at("var/lib/wiredesk")).unwrap();
        let script = |name: &str, text: &str| machine.script(name, text);
        script("sudo", "#!/bin/sh\n[ \"$1\" = -u ] && shift 2\nexec \"$@\"\n");
        script("systemctl", SYSTEMCTL);
        // What is built is the binary that is tested.
        script("cargo", &format!("#!/bin/sh\nmkdir -p target/release && cp {BINARY} target/release/wiredesk\n"));
        script("editor", "#!/bin/sh\nsed -i 's/^title = \"City\"/title = \"The city\"/' \"$1\"\n");
        machine
    }

    /// A command of this machine's own.
    pub fn script(&self, name: &str, text: &str) {
        let path = self.at("bin").join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a block as it stands in the document, in a folder.
    pub fn run(&self, block: &str, within: &Path) -> std::process::Output {
        let root = self.folder.path().display().to_string();
        let mut text = block.to_owned();
        for folder in ["/etc/", "/usr/local/", "/var/"] {
            text = text.replace(&format!(" {folder}"), &format!(" {root}{folder}"));
            text = text.replace(&format!(":{folder}"), &format!(":{root}{folder}"));
        }
        let path = format!("{root}/bin:{root}/usr/local/bin:{}", std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", &text]).current_dir(within);
        shell.env("ROOT", &root).env("HOME", &root).env("PATH", path).env("EDITOR", "editor");
        shell.env("WIREDESK_CONFIG", format!("{root}/etc/wiredesk/wiredesk.toml"));
        tokio::task::block_in_place(|| shell.output().unwrap())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Ok(pid) = fs::read_to_string(self.at("daemon.pid")) {
            // It may have ended by itself.
            let _ = Command::new("kill").arg(pid.trim()).status();
        }
    }
}

/// The configuration of the desk that is operated.
fn configuration(origin: &Origin) -> String {
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n\n[store]\n# url = \"sqlite:wiredesk.db\"\n\n\
         [polling]\nallow_addresses = [\"127.0.0.0/8\"]\nhost_gap = \"0s\"\nrefresh_floor = \"0s\"\n\n\
         [[source]]\nid = \"a\"\nurl = \"{}\"\n\n\
         [[feed]]\nid = \"city\"\ntitle = \"City\"\nbackfill = \"36500d\"\nmatch = 'harbour'\n",
        origin.url("/a.rss")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_procedure_of_the_docs_does_what_they_say_e27() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("docs/operating.md")).unwrap();
    let blocks = blocks(&document);
    assert_eq!(document.matches("```sh\n").count(), blocks.len());
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..6));
    let machine = Machine::new();
    let work = machine.at("work");
    fs::create_dir_all(work.join("config")).unwrap();
    let copied = Command::new("cp").arg("-r").arg(root.join("packaging")).arg(&work).status().unwrap();
    assert!(copied.success());
    fs::write(work.join("config/wiredesk.toml"), configuration(&origin)).unwrap();
    fs::create_dir_all(work.join("config/feeds")).unwrap();
    fs::create_dir_all(machine.at("usr/local/share/man")).unwrap();
    let list = "<opml version='2.0'><body><outline xmlUrl='https://news.example/feed.xml' text='News'/></body></opml>";
    let etc = machine.at("etc/wiredesk");
    for Block { heading, text } in &blocks {
        let heading = heading.as_str();
        let within = match heading {
            "Lists of sources" => {
                fs::write(etc.join("subscriptions.opml"), list).unwrap();
                etc.clone()
            }
            "Changing a filter" => etc.clone(),
            _ => work.clone(),
        };
        // A copy of a day is on no calendar but the document's own.
        let today = Command::new("date").arg("+%F").output().unwrap();
        let text = text.replace("2026-11-21", String::from_utf8_lossy(&today.stdout).trim());
        let ran = machine.run(&text, &within);
        let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{heading}:\n{text}\n{said}");
        expect(&machine, heading, &text, &said).await;
    }
}

/// What must be so after a block.
async fn expect(machine: &Machine, heading: &str, text: &str, said: &str) {
    let store = machine.at("var/lib/wiredesk/wiredesk.db");
    let has = |words: &str| assert!(said.contains(words), "{heading}: {words:?} is not in: {said}");
    match heading {
        "Install" => {
            assert!(machine.at("usr/local/bin/wiredesk").exists());
            assert!(fs::metadata(machine.at("usr/local/share/man/man1/wiredesk.1")).unwrap().len() > 0);
        }
        "systemd" => {
            for _ in 0..600 {
                if store.exists() && entries(&store) == 6 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            assert_eq!(entries(&store), 6, "the daemon polls");
        }
        "Lists of sources" => {
            let config = fs::read_to_string(machine.at("etc/wiredesk/wiredesk.toml")).unwrap();
            assert!(config.contains("https://news.example/feed.xml"), "{config}");
            assert!(fs::read_to_string(machine.at("etc/wiredesk/sources.opml")).unwrap().contains("/a.rss"));
        }
        "Changing a filter" => {
            let config = fs::read_to_string(machine.at("etc/wiredesk/wiredesk.toml")).unwrap();
            assert!(config.contains("The city"), "{config}");
        }
        "Backup, and whether it can be restored" if text.contains("wiredesk backup") => has("sound"),
        "Backup, and whether it can be restored" if text.contains("drill") => {
            has("sound");
            has("6 entries");
            assert!(!machine.at("work/drill").exists());
        }
        "Backup, and whether it can be restored" => {
            has("sound");
            assert_eq!(entries(&store), 6);
            assert!(machine.at("daemon.pid").exists(), "it runs again");
        }
        "Retention" => {
            has("MB, now");
            has("sound");
            assert_eq!(entries(&store), 6);
        }
        "Upgrading" => {
            has("sound");
            assert_eq!(entries(&store), 6);
            assert!(machine.at("daemon.pid").exists(), "it runs again");
        }
        "A damaged store" => {
            has("entries are in the search index");
            has("sound");
            assert!(machine.at("daemon.pid").exists(), "it runs again");
        }
        other => panic!("a procedure under {other:?} has no expectation here; add what must be so after it"),
    }
}

fn entries(store: &Path) -> i64 {
    let c = rusqlite::Connection::open(store).unwrap();
    c.query_row("SELECT count(*) FROM entry", [], |r| r.get(0)).unwrap_or(0)
}

#[test]
fn blocks_are_found_under_their_headings() {
    let found = blocks("# A\n\n## B\n\n```sh\none\ntwo\n```\n\n### C\n```toml\nx\n```\n```sh\nthree\n```\n");
    let found: Vec<_> = found.iter().map(|b| (b.heading.as_str(), b.text.as_str())).collect();
    assert_eq!(found, [("B", "one\ntwo\n"), ("C", "three\n")]);
}
