//! A store that changes under those who have it open, and workers that die (E28).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Stdio;

use wiredesk::clock::{Clock, SystemClock};

use crate::desk::{Desk, EVERYTHING, Running, quiet, rss, source};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

/// A daemon that has polled, of a source that waits behind the gate at its second poll.
async fn running(gate: &Gate) -> (Origin, Desk, Running) {
    let origin = Origin::start().await;
    origin.queue(
        "/a.rss",
        [
            Reply::ok(rss("harbour", 0..5)),
            Reply::ok(rss("harbour", 3..9)).behind(gate),
            Reply::ok(rss("harbour", 5..11)),
        ],
    );
    let often = source("a", origin.url("/a.rss")).replace("republish", "schedule = \"every 1m\"\nrepublish");
    let desk = Desk::new(&(often + EVERYTHING));
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 4"));
    (origin, desk, running)
}

/// Has the source polled anew, as if its interval and the claim of the poll that was
/// not stored had passed.
fn due(store: &std::path::Path) {
    rusqlite::Connection::open(store)
        .unwrap()
        .execute_batch("UPDATE source SET next_poll_at = 0, lease_until_at = 0")
        .unwrap();
}

/// What is done to the store, what the daemon says of it, how it is undone.
struct Mishap {
    what: &'static str,
    done: fn(&Desk),
    says: &'static str,
    undone: fn(&Desk),
}

fn store(desk: &Desk, ending: &str) -> PathBuf {
    desk.path(&format!("desk.db{ending}"))
}

fn away(desk: &Desk, ending: &str) {
    fs::rename(store(desk, ending), desk.path(&format!("away{ending}"))).unwrap();
}

fn back(desk: &Desk, ending: &str) {
    fs::rename(desk.path(&format!("away{ending}")), store(desk, ending)).unwrap();
}

const MISHAPS: [Mishap; 5] = [
    Mishap {
        what: "moved away",
        done: |desk| away(desk, ""),
        says: "deleted or moved away",
        undone: |desk| back(desk, ""),
    },
    Mishap {
        what: "replaced by a copy",
        done: |desk| {
            away(desk, "");
            fs::copy(desk.path("away"), store(desk, "")).unwrap();
        },
        says: "replaced by another file",
        undone: |desk| back(desk, ""),
    },
    Mishap {
        what: "without its log",
        done: |desk| away(desk, "-wal"),
        says: "the log of the store",
        undone: |desk| back(desk, "-wal"),
    },
    Mishap {
        what: "without the index of its log",
        done: |desk| away(desk, "-shm"),
        says: "the index of the store's log",
        undone: |desk| back(desk, "-shm"),
    },
    Mishap {
        what: "moved away, with all that belongs to it, as a restore does",
        done: |desk| ["", "-wal", "-shm"].into_iter().for_each(|ending| away(desk, ending)),
        says: "deleted or moved away",
        undone: |desk| ["", "-wal", "-shm"].into_iter().for_each(|ending| back(desk, ending)),
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_there_any_more_is_told_and_nothing_pretended_e28() {
    for mishap in MISHAPS {
        let gate = Gate::shut();
        let (origin, desk, mut running) = running(&gate).await;
        due(&store(&desk, ""));
        // A reload has the poll loop look at once.
        running.signal("HUP");
        origin.wait_for(2).await;
        (mishap.done)(&desk);
        let ready = running.get("/readyz", &[]);
        assert_eq!(ready.status, 503, "{}", mishap.what);
        assert!(ready.text().contains(mishap.says), "{}: {}", mishap.what, ready.text());
        gate.open();
        let line = running.wait_for("poll failed");
        assert!(line.contains("not stored") || line.contains("the store is gone"), "{}: {line}", mishap.what);
        assert_eq!(running.get("/feeds/all.atom", &[]).status, 200, "{}: feeds are served on", mishap.what);
        assert_eq!(running.get("/readyz", &[]).status, 503, "{}", mishap.what);
        let asked = origin.requests().len();
        assert_eq!(asked, 2, "{}: nobody is asked in vain", mishap.what);
        (mishap.undone)(&desk);
        // What came meanwhile was not stored, so its validators are not kept either.
        due(&store(&desk, ""));
        running.signal("HUP");
        running.until("/feeds/all.atom", |got| got.text().contains("harbour 10"));
        running.until("/readyz", |got| got.status == 200);
        assert!(!running.get("/feeds/all.atom", &[]).text().contains("harbour 12"));
        running.signal("TERM");
        assert_eq!(running.end(), Some(0));
        desk.runs(&["verify"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_turned_elsewhere_is_a_store_replaced_e28() {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..5));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    fs::create_dir(desk.path("one")).unwrap();
    fs::create_dir(desk.path("two")).unwrap();
    symlink("one/wires.db", store(&desk, "")).unwrap();
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 4"));
    assert!(desk.path("one/wires.db.lock").exists(), "the lock lies beside the file itself");
    fs::copy(desk.path("one/wires.db"), desk.path("two/wires.db")).unwrap();
    fs::remove_file(store(&desk, "")).unwrap();
    symlink("two/wires.db", store(&desk, "")).unwrap();
    running.until("/readyz", |got| got.status == 503 && got.text().contains("replaced"));
    fs::remove_file(store(&desk, "")).unwrap();
    symlink("one/wires.db", store(&desk, "")).unwrap();
    running.until("/healthz", |got| got.status == 200);
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
    assert!(!desk.path("one/wires.db-wal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_of_a_store_is_the_same_store_r15_e28() {
    let (desk, other) = (Desk::new(&quiet()), Desk::new(&quiet()));
    let first = desk.start();
    let real = store(&desk, "");
    let folder = desk.config().parent().unwrap().to_owned();
    symlink(&real, other.path("link")).unwrap();
    symlink(other.path("link"), other.path("chain")).unwrap();
    symlink(&folder, other.path("folder")).unwrap();
    let config = fs::read_to_string(other.config()).unwrap();
    for name in ["link", "chain", "folder/desk.db", "./folder/desk.db"] {
        fs::write(other.config(), config.replace("sqlite:desk.db", &format!("sqlite:{name}"))).unwrap();
        let refused = other.run(&["run"]);
        assert_eq!(refused.code, Some(2), "{name}: {refused:?}");
        assert!(refused.err.contains(&first.pid().to_string()), "{name}: {}", refused.err);
    }
    drop(first);
    // Two hard links would have a log each.
    fs::hard_link(&real, other.path("hard")).unwrap();
    fs::write(other.config(), config.replace("sqlite:desk.db", "sqlite:hard")).unwrap();
    let refused = other.run(&["run"]);
    assert!(refused.code == Some(2) && refused.err.contains("hard links"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_poll_keeps_its_sources_from_nobody_e28() {
    let origin = Origin::start().await;
    for path in ["/a.rss", "/b.rss"] {
        origin.queue(path, [Reply::silence(), Reply::silence(), Reply::silence(), Reply::ok(rss("harbour", 0..3))]);
    }
    let sources = source("a", origin.url("/a.rss")) + &source("b", origin.url("/b.rss"));
    // One request at a time at a host: what the dead asked keeps nobody else off either.
    let desk = Desk::polling("host_gap = \"0s\"\nper_host = 1\nrefresh_floor = \"0s\"", &(sources + EVERYTHING));
    for (asked, source) in [(1, "a"), (2, "a"), (3, "b")] {
        let mut child = desk.command(&["poll", source]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        origin.wait_for(asked).await;
        // While it lives, nobody else polls the source.
        let busy = desk.run(&["poll", source]);
        assert!(busy.code == Some(1) && busy.out.contains("is being polled at this moment"), "{busy:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut child = desk.command(&["poll", "a"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    origin.wait_for(4).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let clock = SystemClock::new();
    desk.runs(&["poll", "a"]);
    assert!(clock.elapsed().as_secs() < 60, "it waited for the lease to lapse");
    desk.runs(&["verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_daemon_leaves_no_claim_to_the_next_e28() {
    let origin = Origin::start().await;
    origin.queue("/a.rss", [Reply::silence(), Reply::ok(rss("harbour", 0..3))]);
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    let daemon = desk.start();
    origin.wait_for(1).await;
    drop(daemon);
    let done = desk.runs(&["poll", "a"]);
    assert!(done.out.contains("3 new") || done.out.contains("ok"), "{done:?}");
    let c = rusqlite::Connection::open(store(&desk, "")).unwrap();
    let held: i64 = c.query_row("SELECT count(*) FROM source WHERE lease_until_at > 0", [], |r| r.get(0)).unwrap();
    assert_eq!(held, 0);
}

/// Whoever makes a store where another's file is missing empties that one's log.
#[tokio::test(flavor = "multi_thread")]
async fn no_store_is_made_beside_the_log_of_a_lost_one_e28() {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..5));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 4"));
    let log = fs::metadata(store(&desk, "-wal")).unwrap().len();
    assert!(log > 0);
    away(&desk, "");
    for command in [&["poll"][..], &["rematch", "all"], &["status"]] {
        let ran = desk.run(command);
        assert!(!store(&desk, "").exists(), "{command:?}: {ran:?}");
        assert_eq!(fs::metadata(store(&desk, "-wal")).unwrap().len(), log, "{command:?}: {ran:?}");
    }
    let refused = desk.run(&["poll"]);
    assert!(refused.err.contains("its file is gone, and its log"), "{refused:?}");
    assert_ne!(refused.code, Some(0));
    // Without a log there is still the one who works on it.
    fs::rename(store(&desk, "-wal"), desk.path("log")).unwrap();
    let refused = desk.run(&["poll"]);
    assert!(refused.err.contains("its file is gone while process"), "{refused:?}");
    fs::rename(desk.path("log"), store(&desk, "-wal")).unwrap();
    // Killed, and put back as it was, nothing is lost.
    drop(running);
    back(&desk, "");
    assert!(desk.runs(&["verify"]).out.contains("sound"));
    assert!(desk.runs(&["search", "harbour"]).out.contains("harbour 4"));
}
