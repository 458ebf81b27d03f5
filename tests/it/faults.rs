//! Faults of the machine, caused (checks B75, B88, B89, R12 to R14, R24).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wiredesk::clock::Clock;
use wiredesk::model::FeedId;

use crate::desk::{BINARY, Desk, EVERYTHING, rss, source};
use crate::newsroom::{self, NEWS, Names, Newsroom};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

/// Kills its process at the end.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The daemon after `before` in a shell, its log in the pipe.
fn shell(desk: &Desk, before: &str) -> (Kept, BufReader<std::process::ChildStderr>, SocketAddr) {
    let line = format!("{before} exec \"$0\" --log-format json --config \"$1\" run");
    let mut child = Command::new("sh")
        .args(["-c", &line, BINARY])
        .arg(desk.config())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let child = Kept(child);
    let address = tokio::task::block_in_place(|| {
        loop {
            let mut said = String::new();
            assert!(log.read_line(&mut said).unwrap() > 0, "the daemon has ended");
            if said.contains("wiredesk is running") {
                let told: serde_json::Value = serde_json::from_str(&said).unwrap();
                return told["address"].as_str().unwrap().parse().unwrap();
            }
        }
    });
    (child, log, address)
}

fn get(address: SocketAddr, path: &str) -> String {
    tokio::task::block_in_place(|| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    })
}

/// Asks until the answer is good.
async fn until(address: SocketAddr, path: &str, good: impl Fn(&str) -> bool) -> String {
    for _ in 0..1200 {
        let answer = get(address, path);
        if good(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} never came to be as expected: {}", get(address, path));
}

/// Processor time used so far, in hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_short_of_file_descriptors_waits_and_recovers_b88() {
    let origin = Origin::start_at(Ipv4Addr::new(127, 3, 0, 1)).await;
    let gate = Gate::shut();
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let desk = Desk::polling("host_gap = \"0s\"", &(source("s", origin.url("/feed")) + EVERYTHING));
    let (daemon, mut log, address) = shell(&desk, "ulimit -n 64;");
    origin.wait_for(1).await;
    // More clients than there are descriptors, and each of them waits.
    let waiting: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
    tokio::task::block_in_place(|| {
        let mut said = String::new();
        while !said.contains("a connection could not be accepted") {
            said.clear();
            assert!(log.read_line(&mut said).unwrap() > 0, "the daemon has ended");
        }
        assert!(said.contains("Too many open files"), "{said}");
    });
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let before = ticks(daemon.0.id());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let used = ticks(daemon.0.id()) - before;
    eprintln!("without a descriptor left: {used} hundredths of a second of processor time in 2 s");
    assert!(used < 100, "a busy loop: {used}");
    gate.open();
    drop(waiting);
    until(address, "/healthz", |answer| answer.starts_with("HTTP/1.1 200")).await;
    until(address, "/metrics", |answer| answer.contains("wiredesk_polls_total{outcome=\"document\"}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_log_pipe_ends_nobody_b89() {
    let origin = Origin::start().await;
    let gate = Gate::shut();
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING));
    let (mut daemon, log, address) = shell(&desk, "");
    drop(log);
    gate.open();
    let feed = until(address, "/feeds/all.atom", |answer| answer.contains("<entry>")).await;
    assert!(feed.contains("One"));
    assert!(daemon.0.try_wait().unwrap().is_none(), "it runs on");
    Command::new("kill").arg(daemon.0.id().to_string()).status().unwrap();
    let ended = tokio::task::block_in_place(|| daemon.0.wait().unwrap());
    assert_eq!(ended.code(), Some(0));
}

/// A file system of this size, or nothing where this machine allows none.
pub struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    pub fn mount(at: &'a Path, size: &str) -> Option<Small<'a>> {
        std::fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Small(at))
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_is_recovered_from_r12() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("small");
    let Some(_small) = Small::mount(&at, "6m") else {
        return eprintln!("SKIPPED: no file system may be mounted here; the full disk was not tried");
    };
    let origin = Origin::start().await;
    let first = origin.document("/feed", rss("N", 1..=3));
    let sources = newsroom::source("s", origin.url("/feed").as_str(), "every 10m");
    let room = Newsroom::at(&at.join("desk.db"), &sources, Names { broken: None }).await;
    assert!(!room.next_one().await.failed);
    room.until(room.due_at().await);
    let claim = room.claim().await.remove(0);
    let filler = at.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    // Larger than what the log of the store has left.
    let long = "news ".repeat(200_000);
    origin.document(
        "/feed",
        rss("N", 1..=40).replace(
            "</channel>",
            &format!(
                "<item><guid>long</guid><title>Long</title><description>{long}{}</description></item></channel>",
                unlike(400_000)
            ),
        ),
    );
    let full = room.poll(claim).await;
    assert_eq!((full.failed, full.note.kind), (true, "not-stored"), "{}", full.note.text);
    assert!(full.note.text.contains("no space left"), "{}", full.note.text);
    let all = [FeedId::new("all").unwrap()];
    let stored = room.store.feeds(&all, room.clock.now()).await.unwrap()[0].entries;
    assert_eq!(stored, 3, "what was stored is served");
    std::fs::remove_file(&filler).unwrap();
    drop(file);
    room.clock.advance(Duration::from_secs(600));
    let ended = room.by_hand("s").await.expect("within an interval it is asked again");
    assert_eq!((ended.failed, ended.new), (false, 38), "{}", ended.note.text);
    let sent: Vec<_> = origin.requests().iter().map(|r| r.header("if-none-match")).collect();
    assert_eq!(sent, [None, Some(first.clone()), Some(first)], "the validators stay those of what is stored");
    assert_eq!(room.store.verify().await.unwrap(), Vec::<String>::new());
}

/// Text that no compression makes small.
fn unlike(length: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + (state >> 33) as u8 % 26)
    };
    (0..length * 5).map(|n| if n % 12 == 11 { ' ' } else { next() }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_another_program_locks_keeps_polls_waiting_and_loses_none_r13() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let room = Newsroom::open(&newsroom::source("s", origin.url("/feed").as_str(), "every 10m")).await;
    room.until(room.due_at().await);
    let claim = room.claim().await.remove(0);
    let other = rusqlite::Connection::open(room.path("desk.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // Longer than one try, as a backup or a person at a database shell takes.
    let freed = async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        other.execute_batch("COMMIT").unwrap();
    };
    let (ended, ()) = tokio::join!(room.poll(claim), freed);
    assert_eq!((ended.failed, ended.new), (false, 1), "{}", ended.note.text);
    assert_eq!(origin.requests().len(), 1, "no poll was repeated");
    assert_eq!(room.store.totals().await.unwrap().entries, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_with_flipped_bytes_is_refused_or_sound_and_never_touched_r14() {
    let origin = Origin::start().await;
    origin.document("/feed", rss("N", 1..=60));
    let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    let store = desk.path("desk.db");
    rusqlite::Connection::open(&store).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let good = std::fs::read(&store).unwrap();
    let (mut refused, mut found) = (0, 0);
    for n in 0..100 {
        let mut bad = good.clone();
        // Spread over the file, its header and schema the first of all.
        let at = if n < 10 { n * 40 } else { good.len() * (n - 10) / 90 };
        for byte in &mut bad[at..(at + 32).min(good.len())] {
            *byte ^= 0xa5;
        }
        std::fs::write(&store, &bad).unwrap();
        for rest in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(desk.path(&format!("desk.db{rest}")));
        }
        let ran = desk.run(&["verify"]);
        assert!(matches!(ran.code, Some(0..=2)), "at {at}: {ran:?}");
        assert!(!ran.err.contains("panicked"), "at {at}: {}", ran.err);
        refused += usize::from(ran.code == Some(2));
        found += usize::from(ran.code == Some(1));
        if ran.code != Some(0) {
            let said = ran.out + &ran.err;
            assert!(said.contains("desk.db") || said.contains("page"), "at {at}: {said}");
        }
        assert_eq!(std::fs::metadata(&store).unwrap().len(), good.len() as u64, "at {at}: nothing is deleted");
    }
    eprintln!("of 100 damaged stores {refused} were refused and {found} found out by verify");
    // Bytes within a text are nobody's structure, and empty tables hold none; what
    // holds the store together is.
    assert!(refused + found >= 12, "{refused} refused, {found} found out");
}

#[tokio::test(flavor = "multi_thread")]
async fn systemd_hears_what_the_daemon_does_o144_r24() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let listener = UnixDatagram::bind(&socket).unwrap();
    listener.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING));
    let before = format!("export NOTIFY_SOCKET='{}' WATCHDOG_USEC=600000 WATCHDOG_PID=$$;", socket.display());
    let (daemon, log, _) = shell(&desk, &before);
    std::thread::spawn(move || {
        let mut log = log;
        std::io::copy(&mut log, &mut std::io::sink())
    });
    let heard = || {
        let mut bytes = [0; 512];
        let length = listener.recv(&mut bytes).expect("the daemon tells");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    let (first, beats) = tokio::task::block_in_place(|| (heard(), [heard(), heard(), heard()]));
    assert!(first.contains("READY=1") && first.contains("STATUS=sources: 1, feeds: 1"), "{first}");
    assert!(beats.iter().all(|beat| beat.contains("WATCHDOG=1")), "{beats:?}");
    let signal = |name: &str| Command::new("kill").args([name, &daemon.0.id().to_string()]).status().unwrap();
    let other = || {
        tokio::task::block_in_place(|| {
            loop {
                let said = heard();
                if !said.contains("WATCHDOG=1") {
                    return said;
                }
            }
        })
    };
    signal("-HUP");
    let (begun, over) = (other(), other());
    assert!(begun.contains("RELOADING=1") && begun.contains("MONOTONIC_USEC="), "{begun}");
    assert!(over.contains("READY=1") && over.contains("STATUS=sources: 1, feeds: 1"), "{over}");
    // The change of the file is seen without a signal.
    desk.configure("nonsense = 1");
    assert!(other().contains("RELOADING=1"));
    let over = other();
    assert!(over.contains("READY=1") && over.contains("the new configuration was refused"), "{over}");
    signal("-TERM");
    let last = other();
    assert!(last.contains("STOPPING=1"), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_idle_connections_cost_little_and_lock_nobody_out_b75() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING));
    // This process may have fewer descriptors than are wanted here.
    let script = "ulimit -n $(ulimit -H -n);";
    let (daemon, log, address) = shell(&desk, script);
    std::thread::spawn(move || {
        let mut log = log;
        std::io::copy(&mut log, &mut std::io::sink())
    });
    until(address, "/feeds/all.atom", |answer| answer.contains("<entry>")).await;
    let wanted = std::env::var("WIREDESK_IDLE").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let mut coming = tokio::task::JoinSet::new();
    for _ in 0..wanted {
        coming.spawn(tokio::time::timeout(Duration::from_secs(40), tokio::net::TcpStream::connect(address)));
    }
    let mut idle: Vec<_> = coming.join_all().await.into_iter().flatten().flatten().collect();
    // Descriptors for the reader below, should this process be short of them.
    idle.truncate(idle.len().saturating_sub(8));
    assert!(idle.len() > 500, "{} connections show nothing", idle.len());
    let asked = std::sync::atomic::AtomicUsize::new(0);
    for _ in 0..20 {
        assert!(get(address, "/feeds/all.atom").starts_with("HTTP/1.1 200"));
        asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.0.id())).unwrap();
    let resident = status.lines().find(|line| line.starts_with("VmRSS")).unwrap().to_owned();
    eprintln!("{} idle connections, {asked:?} readers served at once; {resident}", idle.len());
}
