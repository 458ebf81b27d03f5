//! A copy that was cut short is never called a store (F30), and a stopped store
//! is one file (E27).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;

use crate::desk::{BINARY, Desk, EVERYTHING, rss, source};
use crate::faults::Small;
use crate::origin::Origin;
use crate::reply::Reply;

async fn polled(entries: u64) -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..entries));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

fn beside(desk: &Desk) -> Vec<String> {
    let folder = desk.config().parent().unwrap().to_owned();
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("desk.db") && name != "desk.db.lock");
    names.sort();
    names
}

fn verify(file: &Path) -> (bool, String) {
    let ran = Command::new(BINARY).arg("verify").arg(file).output().unwrap();
    (ran.status.success(), String::from_utf8_lossy(&ran.stdout).into_owned())
}

fn entries(store: &Path) -> i64 {
    Connection::open(store).unwrap().query_row("SELECT count(*) FROM text", [], |r| r.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_backup_has_no_name_f30() {
    let (_origin, desk) = polled(3000).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.db");
    let (mut named, mut cut_short) = (0, 0);
    for kill in 0..40_u64 {
        let mut child = desk
            .command(&["backup", copy.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_micros(3_000 + kill * 2_500)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        cut_short += u32::from(elsewhere.path().join("copy.db.partial").exists());
        if copy.exists() {
            named += 1;
            assert_eq!(verify(&copy), (true, format!("{}: sound\n", copy.display())), "kill {kill}");
            assert_eq!(entries(&copy), 3000, "kill {kill}");
            fs::remove_file(&copy).unwrap();
        }
    }
    eprintln!("of 40 kills {cut_short} left half a copy under another name, {named} came after the end");
    // What they left is in nobody's way, and goes.
    desk.runs(&["backup", copy.to_str().unwrap()]);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    assert_eq!(entries(&copy), 3000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_onto_a_full_disk_leaves_nothing_f30() {
    let (_origin, desk) = polled(2000).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let at = elsewhere.path().join("small");
    let length = fs::metadata(desk.path("desk.db")).unwrap().len() / 1024;
    for part in 1..=5 {
        let Some(_small) = Small::mount(&at, &format!("{}k", length * part / 6)) else {
            return eprintln!("SKIPPED: no file system may be mounted here; the full disk was not tried");
        };
        let ran = desk.run(&["backup", at.join("copy.db").to_str().unwrap()]);
        assert_eq!(ran.code, Some(1), "{part}: {ran:?}");
        assert!(ran.err.contains("copy.db"), "{part}: {}", ran.err);
        assert_eq!(fs::read_dir(&at).unwrap().count(), 0, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_cut_short_is_never_sound_f30() {
    let (_origin, desk) = polled(300).await;
    let good = fs::read(desk.path("desk.db")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("cut.db");
    for cut in (0..=40).map(|n| good.len() * n / 41).chain([1, 99, 100, 511, 4096, 8192, good.len() - 1]) {
        fs::write(&copy, &good[..cut]).unwrap();
        let (sound, said) = verify(&copy);
        assert!(!sound && said.contains("cut.db"), "{cut} of {} bytes: {said}", good.len());
        assert_eq!(fs::metadata(&copy).unwrap().len(), cut as u64);
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "{cut}");
    }
    // Zeroes in place of what did not reach the disk.
    let mut holes = good.clone();
    holes[4096..good.len() / 2].fill(0);
    fs::write(&copy, &holes).unwrap();
    assert!(!verify(&copy).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_says_what_is_in_its_way() {
    let (_origin, desk) = polled(3).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name);
    fs::write(at("there"), "mine").unwrap();
    std::os::unix::fs::symlink("nowhere", at("link")).unwrap();
    for (name, words) in [("there", "exists"), ("link", "exists"), ("no/folder/copy", "No such file")] {
        let ran = desk.run(&["backup", at(name).to_str().unwrap()]);
        assert!(ran.code == Some(1) && ran.err.contains(words), "{name}: {ran:?}");
    }
    assert_eq!(fs::read_to_string(at("there")).unwrap(), "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_store_is_one_file_e27() {
    let (origin, desk) = polled(12).await;
    let check = |what: &str, expected: i64| {
        assert_eq!(beside(&desk), ["desk.db"], "{what}");
        // As `cp` takes it.
        let copy = desk.path("copied");
        fs::copy(desk.path("desk.db"), &copy).unwrap();
        assert!(verify(&copy).0, "{what}");
        assert_eq!(entries(&copy), expected, "{what}");
        fs::remove_file(&copy).unwrap();
    };
    check("poll", 12);
    origin.document("/a.rss", rss("harbour", 2..15));
    desk.runs(&["poll", "a"]);
    check("a second poll", 15);
    desk.runs(&["rematch", "all"]);
    check("rematch", 15);
    assert_eq!(desk.run(&["poll", "nobody"]).code, Some(2));
    check("a poll that was refused", 15);
    origin.set("/a.rss", Reply::status(500));
    assert_eq!(desk.run(&["poll", "a"]).code, Some(1));
    check("a poll that failed", 15);
    for signal in ["TERM", "INT"] {
        let mut daemon = desk.start();
        assert!(beside(&desk).len() > 1);
        daemon.signal(signal);
        assert_eq!(daemon.end(), Some(0), "{}", daemon.log());
        check(signal, 15);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_with_polls_and_readers_under_way_leaves_one_file_e27() {
    let (origin, desk) = polled(12).await;
    origin.set("/slow", Reply::silence());
    let slow: String = (0..8).map(|n| source(&format!("s{n}"), origin.url(&format!("/slow?{n}")))).collect();
    desk.configure(&(source("a", origin.url("/a.rss")) + &slow + EVERYTHING));
    let mut daemon = desk.start();
    origin.wait_for(3).await;
    for path in ["/sources", "/feeds/all", "/entries/3"] {
        assert_eq!(daemon.get(path, &[]).status, 200);
    }
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0), "{}", daemon.log());
    assert_eq!(beside(&desk), ["desk.db"], "{}", daemon.log());
    assert_eq!(entries(&desk.path("desk.db")), 12);
}

fn emptied(desk: &Desk) -> (PathBuf, u64) {
    let store = desk.path("desk.db");
    let c = Connection::open(&store).unwrap();
    c.execute_batch(
        "DELETE FROM text WHERE entry_id > 20; DELETE FROM search WHERE rowid > 20;
         DELETE FROM story_key WHERE entry_id > 20; DELETE FROM story_copy WHERE entry_id > 20;
         DELETE FROM story_row WHERE entry_id > 20",
    )
    .unwrap();
    drop(c);
    let length = fs::metadata(&store).unwrap().len();
    (store, length)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compact_store_holds_what_it_held_and_is_not_made_under_a_daemon_e27() {
    let (_origin, desk) = polled(3000).await;
    let (store, before) = emptied(&desk);
    let daemon = desk.start();
    let refused = desk.run(&["store", "compact"]);
    assert!(refused.code == Some(1) && refused.err.contains(&daemon.pid().to_string()), "{refused:?}");
    drop(daemon);
    let done = desk.runs(&["store", "compact", "--json"]).json();
    let after = fs::metadata(&store).unwrap().len();
    assert_eq!(done[0]["bytes"], after);
    assert!(after * 4 < before * 3, "{before} bytes, now {after}");
    assert_eq!((entries(&store), verify(&store).0), (20, true));
    assert_eq!(beside(&desk), ["desk.db"]);
    assert!(desk.runs(&["search", "harbour"]).out.contains("harbour"));
    let none = Desk::new(EVERYTHING);
    assert_eq!(none.run(&["store", "compact"]).code, Some(1));
    assert!(!none.path("desk.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_that_is_cut_short_leaves_the_store_as_it_was_e27() {
    let (_origin, desk) = polled(3000).await;
    let (store, _) = emptied(&desk);
    for kill in 0..20_u64 {
        let mut child =
            desk.command(&["store", "compact"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_micros(4_000 + kill * 4_000)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(verify(&store).0, "kill {kill}: {}", verify(&store).1);
        assert_eq!(desk.runs(&["status", "--json"]).json()[0]["store"]["entries"], 3000);
    }
    desk.runs(&["store", "compact"]);
    assert_eq!((entries(&store), beside(&desk)), (20, vec!["desk.db".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_without_room_leaves_the_store_as_it_was_e27() {
    let (_origin, desk) = polled(3000).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let at = elsewhere.path().join("small");
    let length = fs::metadata(desk.path("desk.db")).unwrap().len() / 1024;
    let Some(_small) = Small::mount(&at, &format!("{}k", length * 3 / 2)) else {
        return eprintln!("SKIPPED: no file system may be mounted here; the full disk was not tried");
    };
    let store = at.join("desk.db");
    fs::copy(desk.path("desk.db"), &store).unwrap();
    let text = fs::read_to_string(desk.config()).unwrap();
    fs::write(desk.config(), text.replace("sqlite:desk.db", &format!("sqlite:{}", store.display()))).unwrap();
    let ran = desk.run(&["store", "compact"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("as it was"), "{}", ran.err);
    assert_eq!((verify(&store).0, entries(&store)), (true, 3000));
}
