//! Commands that look do not change (E26), and what the others do first (R17).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use wiredesk::store::SCHEMA;
use xxhash_rust::xxh3::xxh3_64;

use crate::desk::{Desk, EVERYTHING, Ran, quiet, rss, source};
use crate::origin::Origin;

/// Every command that looks, on a desk with the feed `all`; `backup` writes to `copy`.
fn looking(copy: &Path) -> Vec<Vec<String>> {
    let copy = copy.to_str().unwrap();
    let lines = [
        vec!["verify"],
        vec!["status"],
        vec!["status", "--json"],
        vec!["search", "harbour"],
        vec!["explain", "all", "https://news.example/harbour/3"],
        vec!["backtest", "all"],
        vec!["terms", "all"],
        vec!["export"],
        vec!["backup", copy],
    ];
    lines.into_iter().map(|line| line.into_iter().map(str::to_owned).collect()).collect()
}

fn run(desk: &Desk, line: &[String]) -> Ran {
    desk.run(&line.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Files of a folder with their content; of the index of a log the name alone,
/// for it is memory that processes share.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = if name.ends_with("-shm") { Vec::new() } else { fs::read(&path).unwrap() };
        (name, bytes)
    };
    files.map(named).collect()
}

fn folder(desk: &Desk) -> PathBuf {
    desk.config().parent().unwrap().to_owned()
}

/// An origin with eight entries, and the configuration that polls it.
async fn answering() -> (Origin, String) {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..8));
    let sources = source("a", origin.url("/a.rss")) + EVERYTHING;
    (origin, sources)
}

/// A desk with eight entries, stopped.
async fn polled() -> (Origin, Desk) {
    let (origin, sources) = answering().await;
    let desk = Desk::new(&sources);
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

/// Puts the desk's store away as a killed process would leave it: the news in the log.
fn as_killed(desk: &Desk, with_index: bool) {
    let path = desk.path("desk.db");
    let c = Connection::open(&path).unwrap();
    c.execute_batch("PRAGMA wal_autocheckpoint = 0; UPDATE source SET last_outcome = 'in the log'").unwrap();
    let files = content(&folder(desk));
    let shm = fs::read(desk.path("desk.db-shm")).unwrap();
    drop(c);
    for (name, bytes) in files.iter().filter(|(name, _)| !name.ends_with("-shm")) {
        fs::write(desk.path(name), bytes).unwrap();
    }
    if with_index {
        fs::write(desk.path("desk.db-shm"), shm).unwrap();
    }
    assert!(fs::metadata(desk.path("desk.db-wal")).unwrap().len() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_look_at_a_store_changes_nothing_and_leaves_nothing_e26() {
    let (origin, desk) = polled().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let states: [(&str, &dyn Fn()); 3] = [
        ("stopped", &|| {}),
        ("killed", &|| as_killed(&desk, true)),
        ("killed, and copied without the index of its log", &|| {
            fs::remove_file(desk.path("desk.db-shm")).unwrap();
        }),
    ];
    for (n, (state, make)) in states.iter().enumerate() {
        make();
        let before = content(&folder(&desk));
        for line in looking(&elsewhere.path().join(format!("{n}.db"))) {
            let ran = run(&desk, &line);
            assert_eq!(ran.code, Some(0), "{state}: {line:?}: {ran:?}");
            assert!(content(&folder(&desk)) == before, "{state}: {line:?} changed something");
        }
        let status = desk.runs(&["status", "--json"]).json();
        assert_eq!(status[0]["store"]["entries"], 8, "{state}");
        let in_the_log = status[0]["sources"][0]["last_outcome"] == "in the log";
        assert_eq!(in_the_log, n > 0, "{state}: what stands in the log is read, too");
    }
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_a_folder_that_cannot_be_written_to_is_verified_e26() {
    let (_origin, desk) = polled().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let sealed = elsewhere.path().join("sealed");
    fs::create_dir(&sealed).unwrap();
    for (n, with_log) in [false, true].into_iter().enumerate() {
        if with_log {
            as_killed(&desk, false);
        }
        let mount = |args: &[&str]| Command::new("mount").args(args).arg(&sealed).stderr(Stdio::null()).status();
        let from = folder(&desk);
        let bound = mount(&["--bind", from.to_str().unwrap()]).is_ok_and(|done| done.success())
            && mount(&["-o", "remount,bind,ro"]).is_ok_and(|done| done.success());
        if !bound {
            return eprintln!("SKIPPED: nothing may be mounted here; a sealed folder was not tried");
        }
        let config = sealed.join("wiredesk.toml");
        let ask = |args: &[&str]| {
            let mut command = Command::new(crate::desk::BINARY);
            tokio::task::block_in_place(|| command.arg("--config").arg(&config).args(args).output().unwrap())
        };
        let copy = elsewhere.path().join(format!("{n}.db"));
        let done =
            [ask(&["verify"]), ask(&["status"]), ask(&["search", "harbour"]), ask(&["backup", copy.to_str().unwrap()])];
        let written = ask(&["poll", "--all"]);
        Command::new("umount").arg("-l").arg(&sealed).status().unwrap();
        for ran in done {
            assert!(ran.status.success(), "log {with_log}: {ran:?}");
        }
        assert!(!written.status.success(), "{written:?}");
    }
}

#[test]
fn what_holds_no_store_is_called_so_and_stays_as_it_is_e26_f30() {
    let desk = Desk::new(&quiet());
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name);
    fs::write(at("empty"), "").unwrap();
    fs::write(at("text"), "SQLite would say that this is no database. ".repeat(20)).unwrap();
    fs::write(at("short"), "SQLite format 3\0").unwrap();
    fs::create_dir(at("folder")).unwrap();
    let bare = Connection::open(at("bare")).unwrap();
    bare.execute_batch("PRAGMA journal_mode = wal; PRAGMA user_version = 0").unwrap();
    drop(bare);
    Connection::open(at("foreign")).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
    let files = |folder: &Path| {
        let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|f| f.unwrap()).collect();
        all.sort_by_key(fs::DirEntry::file_name);
        all.iter().map(|f| (f.file_name(), f.metadata().unwrap().len())).collect::<Vec<_>>()
    };
    let before = files(elsewhere.path());
    for (name, words) in [
        ("empty", "is empty: 0 bytes"),
        ("bare", "an empty database"),
        ("text", "is no database"),
        ("short", "is no database"),
        ("folder", "is a directory"),
        ("foreign", "another program"),
        ("missing", "there is no store"),
    ] {
        let ran = Command::new(crate::desk::BINARY).arg("verify").arg(at(name)).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert_eq!(ran.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(words) && said.contains(name), "{name}: {said}");
        assert_eq!(files(elsewhere.path()), before, "{name}");
    }
    // Nor is a store made by looking where none is.
    for line in looking(&at("copy")) {
        let made = Command::new(crate::desk::BINARY).arg("--config").arg(desk.config()).args(&line).output().unwrap();
        let exempt = ["export", "status"].contains(&line[0].as_str());
        assert_eq!(made.status.success(), exempt, "{line:?}: {made:?}");
        assert!(!desk.path("desk.db").exists(), "{line:?}");
    }
}

/// Makes the store of an earlier version, as that version left it.
fn of_version(path: &Path, version: u32) {
    let c = Connection::open(path).unwrap();
    c.execute_batch(
        "PRAGMA journal_mode = wal;
         CREATE TABLE migration (number INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, applied_at INTEGER NOT NULL) STRICT;",
    )
    .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for (number, file) in (1..=version).zip(files) {
        let sql = fs::read_to_string(file).unwrap();
        c.execute_batch(&sql).unwrap();
        let checksum = i64::from_ne_bytes(xxh3_64(sql.as_bytes()).to_ne_bytes());
        c.execute("INSERT INTO migration VALUES (?1, ?2, 0)", (number, checksum)).unwrap();
    }
    c.execute_batch(
        "INSERT INTO source (id, url_hash, active, interval_ms, next_poll_at, because) VALUES ('old', 1, 1, 60000, 0, '');
         INSERT INTO entry (source_no, key, title_hash, material_hash, form_hash, published_id, published_id_hash,
                            first_seen_at, updated_at) VALUES (1, x'00112233445566778899aabbccddeeff', 1, 1, 1, 'urn:x:1', 7, 1, 1);
         UPDATE source SET entries = 1;",
    )
    .unwrap();
    c.pragma_update(None, "application_id", 0x7764_736b).unwrap();
    c.pragma_update(None, "user_version", version).unwrap();
}

fn version(path: &Path) -> u32 {
    let c = Connection::open(path).unwrap();
    c.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap()
}

fn copies(desk: &Desk) -> Vec<String> {
    content(&folder(desk)).into_keys().filter(|name| name.contains(".schema-")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_older_store_is_told_so_and_copied_before_it_is_migrated_e26_r17() {
    let (_origin, sources) = answering().await;
    for old in 1..SCHEMA {
        let desk = Desk::new(&sources);
        let store = desk.path("desk.db");
        of_version(&store, old);
        let before = content(&folder(&desk));
        for line in looking(&desk.path("copy")).into_iter().filter(|line| line[0] != "export") {
            let ran = run(&desk, &line);
            let said = ran.out.clone() + &ran.err;
            assert_eq!(ran.code, Some(1), "{line:?}: {said}");
            let named = said.contains(&format!("version {old}")) && said.contains(&format!("reads version {SCHEMA}"));
            assert!(named && said.contains("wiredesk run"), "{line:?}: {said}");
        }
        assert!(content(&folder(&desk)) == before, "version {old} was changed by looking");
        // Under the lock: while another has it, nothing happens.
        let lock = fs::File::create(desk.path("desk.db.lock")).unwrap();
        lock.try_lock().unwrap();
        let refused = desk.run(&["poll"]);
        assert!(refused.code == Some(1) && refused.err.contains("in use"), "{refused:?}");
        assert_eq!((version(&store), copies(&desk).len()), (old, 0));
        drop(lock);
        let done = desk.runs(&["poll"]);
        assert_eq!(version(&store), SCHEMA);
        let copies = copies(&desk);
        assert_eq!(copies.len(), 1);
        assert!(done.err.contains(&copies[0]), "the copy is named: {}", done.err);
        assert_eq!(version(&desk.path(&copies[0])), old);
        let entries = |path: &Path| {
            let c = Connection::open(path).unwrap();
            c.query_row("SELECT count(*) FROM entry WHERE published_id = 'urn:x:1'", [], |r| r.get::<_, i64>(0))
                .unwrap()
        };
        assert_eq!((entries(&store), entries(&desk.path(&copies[0]))), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_older_stores_do_not_pile_up_r17() {
    let desk = Desk::new(&quiet());
    of_version(&desk.path("desk.db"), SCHEMA - 1);
    let other = desk.path("desk.db.schema-of-mine");
    fs::write(&other, "not ours").unwrap();
    for day in 1..=4 {
        fs::write(desk.path(&format!("desk.db.schema-2.2025-01-0{day}T00-00-00Z")), "old").unwrap();
    }
    let mut daemon = desk.start();
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
    let names = copies(&desk);
    assert_eq!(names.len(), 3, "{names:?}");
    // Their order is that of when they were made, not that of their names.
    let named = |start: &str| names.iter().find(|name| name.starts_with(start));
    assert!(named("desk.db.schema-2.2025-01-04").is_some(), "the newest of the old: {names:?}");
    let made = named(&format!("desk.db.schema-{}.", SCHEMA - 1)).expect("the one just made");
    assert!(other.exists(), "what is not ours stays");
    assert!(daemon.log().contains(made), "the log names it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_migrating_leaves_the_old_store_or_the_new_one_r17() {
    let (_origin, sources) = answering().await;
    let desk = Desk::new(&sources);
    let store = desk.path("desk.db");
    let (mut old, mut new) = (0, 0);
    for kill in 0..24_u64 {
        for name in content(&folder(&desk)).into_keys().filter(|name| name.starts_with("desk.db")) {
            fs::remove_file(desk.path(&name)).unwrap();
        }
        of_version(&store, SCHEMA - 1);
        let mut child = desk.command(&["poll"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_micros(2_000 + kill * 1_500)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let now = version(&store);
        old += u32::from(now == SCHEMA - 1);
        new += u32::from(now == SCHEMA);
        assert!(now == SCHEMA || now == SCHEMA - 1, "kill {kill}: version {now}");
        for copy in copies(&desk).iter().filter(|name| !name.contains(".partial")) {
            assert_eq!(version(&desk.path(copy)), SCHEMA - 1, "kill {kill}: a copy is whole");
        }
        assert!(now == SCHEMA - 1 || !copies(&desk).is_empty(), "kill {kill}: migrated without a copy");
        desk.runs(&["poll"]);
        assert_eq!(version(&store), SCHEMA);
    }
    eprintln!("of 24 kills {old} left the old store and {new} the new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_for_a_copy_nothing_is_migrated_r17() {
    let elsewhere = tempfile::tempdir().unwrap();
    let at = elsewhere.path().join("small");
    let Some(_small) = crate::faults::Small::mount(&at, "2m") else {
        return eprintln!("SKIPPED: no file system may be mounted here; the full disk was not tried");
    };
    of_version(&at.join("desk.db"), SCHEMA - 1);
    let desk = Desk::new(&quiet());
    let text = fs::read_to_string(desk.config()).unwrap();
    fs::write(desk.config(), text.replace("sqlite:desk.db", &format!("sqlite:{}", at.join("desk.db").display())))
        .unwrap();
    fs::write(at.join("desk.db.lock"), "0\n").unwrap();
    let filler = at.join("filler");
    let mut room = vec![0_u8; 2 << 20];
    while fs::write(&filler, &room).is_err() {
        room.truncate(room.len() - 4096);
    }
    let ran = desk.run(&["run"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("left as it is"), "{}", ran.err);
    fs::remove_file(&filler).unwrap();
    assert_eq!(version(&at.join("desk.db")), SCHEMA - 1);
}

/// B279: single sources are shown alone, and one that is not there is named.
#[tokio::test(flavor = "multi_thread")]
async fn status_shows_the_sources_that_are_named_b279() {
    let origin = Origin::start().await;
    let of = |name: &str| {
        origin.document(&format!("/{name}.rss"), rss(name, 0..3));
        source(name, origin.url(&format!("/{name}.rss")))
    };
    let sources = ["a", "b", "c"].map(of).concat();
    let desk = Desk::new(&(sources + EVERYTHING));
    desk.runs(&["poll", "a", "b"]);
    let told = desk.runs(&["status", "b"]).out;
    let rows: Vec<&str> = told.lines().skip(1).map(|row| row.split(' ').next().unwrap()).collect();
    assert!(told.starts_with("SOURCE") && rows == ["b"], "{told}");
    let told = desk.runs(&["status", "b", "a", "--json"]).json();
    assert_eq!(told.iter().map(|source| source["id"].as_str().unwrap()).collect::<Vec<_>>(), ["b", "a"]);
    let refused = desk.run(&["status", "nowhere"]);
    assert!(refused.code == Some(2) && refused.err.contains("no source \"nowhere\" is stored"), "{refused:?}");
}
