//! What needs a server.

use std::collections::BTreeSet;
use std::fs;
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use regex::Regex;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinHandle;
use tokio_postgres::Client;
use tokio_rustls::TlsAcceptor;

use super::link::listen::CommitHints;
use super::link::receipt::{Met, Receipts};
use super::link::run::{Repeat, Session, Writing};
use super::link::time::StoreTime;
use super::link::tls::Tls;
use super::link::tx::{CommitEnd, SqlText, TxKind, Typed, column};
use super::search::{lookup, words};
use super::server::{TestDatabase, TestServer, server};
use super::{ServerAddress, certs, prepare, schema};
use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::copy::COPIED;
use crate::store::{Error, Lane, Lookup, SCHEMA, WordRun};

const NOW: Timestamp = Timestamp::from_millis(1_796_000_000_000);

pub(super) fn address(database: &TestDatabase) -> ServerAddress {
    ServerAddress::read(&database.url()).unwrap()
}

/// A session of a test's database, which lasts as long as the session: a database is dropped with
/// its value.
pub(super) struct TestSession<'d> {
    session: Session,
    _database: PhantomData<&'d TestDatabase>,
}

impl Deref for TestSession<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

pub(super) fn session(database: &TestDatabase) -> TestSession<'_> {
    let session = Session::new(address(database), StoreTime::Servers, "wiredesk", 11).unwrap();
    TestSession { session, _database: PhantomData }
}

/// A database with the store's tables.
pub(super) async fn prepared(server: &'static TestServer) -> TestDatabase {
    static TEMPLATE: OnceCell<TestDatabase> = OnceCell::const_new();
    let make = || async {
        let database = server.empty().await;
        prepare(&address(&database), NOW).await.unwrap();
        database
    };
    server.copy(TEMPLATE.get_or_init(make).await).await
}

pub(super) async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_schema_is_made_once_by_whoever_comes_first_r17() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let address = address(&database);
    let all = tokio::join!(prepare(&address, NOW), prepare(&address, NOW), prepare(&address, NOW));
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok(), "{all:?}");
    let client = database.client().await;
    assert_eq!(number(&client, "SELECT max(number) FROM migration").await, i64::from(SCHEMA));
    assert_eq!(number(&client, "SELECT count(*) FROM migration").await, 1);
    assert_eq!(number(&client, "SELECT count(*) FROM desk").await, 1);
    // The month before, this one, and three that come, each beside the rest.
    let parts =
        "SELECT count(*) FROM pg_inherits WHERE inhparent IN ('text'::regclass, 'search'::regclass, 'poll'::regclass)";
    assert_eq!(number(&client, parts).await, 3 * 6);
}

#[tokio::test]
async fn a_schema_that_is_not_ours_is_refused_by_name_r17() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let client = database.client().await;
    client.batch_execute("CREATE TABLE b (x int); CREATE TABLE a (x int); CREATE VIEW v AS SELECT 1").await.unwrap();
    let said = prepare(&address(&database), NOW).await.unwrap_err().to_string();
    assert!(said.contains("holds tables of another program (a, b); name an empty one: ?schema=wiredesk"), "{said}");
    let url = format!("{}&schema=wiredesk", database.url());
    let beside = ServerAddress::read(&url).unwrap();
    let said = prepare(&beside, NOW).await.unwrap_err().to_string();
    assert!(said.contains("there is no schema wiredesk; create it: CREATE SCHEMA wiredesk AUTHORIZATION"), "{said}");
    client.batch_execute("CREATE SCHEMA wiredesk").await.unwrap();
    prepare(&beside, NOW).await.unwrap();
    assert_eq!(number(&client, "SELECT count(*) FROM wiredesk.migration").await, 1);
}

#[tokio::test]
async fn a_later_schema_and_a_changed_one_are_refused_r17() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let (client, address) = (database.client().await, address(&database));
    let later = "INSERT INTO migration VALUES (9999, 7, 0); UPDATE desk SET least = 1";
    client.batch_execute(later).await.unwrap();
    prepare(&address, NOW).await.expect("a program that may run beside the newer one");
    client.batch_execute("UPDATE desk SET least = 9999").await.unwrap();
    let said = prepare(&address, NOW).await.unwrap_err().to_string();
    assert!(said.contains("9999") && said.contains(&format!("knows {SCHEMA}")), "{said}");
    client
        .batch_execute("DELETE FROM migration WHERE number = 9999; UPDATE migration SET checksum = checksum + 1")
        .await
        .unwrap();
    let said = prepare(&address, NOW).await.unwrap_err().to_string();
    assert!(said.contains("is not this program's"), "{said}");
}

#[tokio::test]
async fn who_cannot_use_a_store_is_told_why_o41() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let said =
        |url: String| async move { prepare(&ServerAddress::read(&url).unwrap(), NOW).await.unwrap_err().to_string() };
    let url = database.url();
    let missing = said(url.replace(&database.name, "nowhere")).await;
    assert!(missing.contains("there is no database \"nowhere\"; create it: createdb -O wiredesk nowhere"), "{missing}");
    let stranger = said(url.replace("wiredesk@", "stranger@")).await;
    assert!(stranger.contains("the server refuses user \"stranger\""), "{stranger}");
    let empty = tempfile::tempdir().unwrap();
    let nobody = said(format!("postgres://wiredesk@/news?host={}", empty.path().display())).await;
    assert!(nobody.contains("nobody answers: ") && nobody.contains("is PostgreSQL running there?"), "{nobody}");
    let client = database.client().await;
    client.batch_execute(&format!("CREATE ROLE poor{} LOGIN", database.name)).await.unwrap();
    client.batch_execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC").await.unwrap();
    let poor = said(url.replace("wiredesk@", &format!("poor{}@", database.name))).await;
    assert!(
        poor.contains("may not create tables in schema public; as its owner: GRANT ALL ON SCHEMA public"),
        "{poor}"
    );
}

/// The statements of all constants below this folder.
fn statements() -> Vec<(String, String)> {
    let constant = Regex::new(r#"const ([A-Z_]+): &str =\s*"((?:[^"\\]|\\.)*)";"#).unwrap();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/postgres")];
    let mut all = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let found = constant
                    .captures_iter(&text)
                    .map(|found| (format!("{} {}", path.display(), &found[1]), found[2].replace("\\\"", "\"")));
                all.extend(found);
            }
        }
    }
    let first = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    all.retain(|(_, sql)| {
        sql.split_whitespace().next().is_some_and(|word| first.contains(&word))
            && !sql.contains("{copying}")
            && !sql.contains("{rows}")
            && !sql.contains("{table}")
    });
    all
}

#[tokio::test]
async fn every_statement_is_one_that_the_server_takes() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let all = statements();
    assert!(all.len() >= 10, "only {} statements are seen", all.len());
    let mut wrong = Vec::new();
    for (name, sql) in all {
        if let Err(error) = client.prepare(&sql).await {
            wrong.push(format!("{name}: {}", error.as_db_error().map_or(error.to_string(), ToString::to_string)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn rows_of_a_month_move_to_it_when_it_is_made() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let old = "ALTER TABLE text DETACH PARTITION text_202611; DROP TABLE text_202611;
               INSERT INTO text VALUES (1, 1793491200000, NULL, 1, 'a'), (2, 1796083199999, NULL, 1, 'a'), (3, 1793491199999, NULL, 1, 'a'), (4, 0, NULL, 1, 'a')";
    // The server's clock may show any month.
    if number(&client, "SELECT count(*) FROM pg_class WHERE relname = 'text_202611'").await == 0 {
        return;
    }
    client.batch_execute(old).await.unwrap();
    let callers = Session::new(address(&database), StoreTime::Callers, "wiredesk", 11).unwrap();
    schema::prepare(&callers, Timestamp::from_millis(1_794_000_000_000)).await.unwrap();
    let lies = |table: &'static str| number_of(&client, table);
    assert_eq!((lies("text_202611").await, lies("text_rest").await), (vec![1, 2], vec![4]));
}

async fn number_of(client: &Client, table: &str) -> Vec<i64> {
    let rows = client.query(&format!("SELECT entry_id FROM {table} ORDER BY 1"), &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

const COUNT: &str = "UPDATE figures SET entries = entries + 1";

/// A counter that goes up by one, and the time that was written.
async fn count(writing: &mut Writing) -> Result<i64, Error> {
    writing.tx.execute(COUNT, &[]).await?;
    Ok(writing.now(Timestamp::EPOCH).millis())
}

#[tokio::test]
async fn a_receipt_is_met_by_the_next_try_o42() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let session = session(&database);
    let receipt = Receipts::new().next();
    let first = session.begin(TxKind::Write).await.unwrap();
    assert_eq!(receipt.write(&first).await.unwrap(), Met::Not);
    // A second try while nobody knows yet what becomes of the first: it waits for that.
    let second = session.begin(TxKind::Write).await.unwrap();
    let waiting = async {
        let met = receipt.write(&second).await.unwrap();
        (met, second)
    };
    let ending = async {
        let looking = session.begin(TxKind::Read).await.unwrap();
        const WAITING: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while column::<i64>(&looking.one(WAITING, &[]).await.unwrap().unwrap(), "n").unwrap() == 0 {}
        assert!(matches!(first.commit(&()).await, CommitEnd::Well));
    };
    let ((met, _second), ()) = tokio::join!(waiting, ending);
    assert_eq!(met, Met::Before);
}

/// A process that listens, and what it commits and hears of.
struct Listening {
    committed: watch::Sender<u64>,
    told: watch::Receiver<u64>,
    closed: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listening {
    fn start(database: &TestDatabase, writer: i64) -> Listening {
        let (committed, told, closed) = (watch::Sender::new(0), watch::Sender::new(0), watch::Sender::new(false));
        let address = address(database);
        let tls = Tls::new(&address.encryption).unwrap();
        let (heard, told) = (told.subscribe(), told);
        let hints = CommitHints {
            address,
            tls,
            writer,
            committed: committed.subscribe(),
            heard: told,
            closed: closed.subscribe(),
        };
        Listening { committed, told: heard, closed, task: tokio::spawn(hints.run()) }
    }

    async fn hears(&mut self) {
        tokio::time::timeout(Duration::from_secs(60), self.told.changed()).await.expect("it hears of it").unwrap();
    }
}

#[tokio::test]
async fn what_other_processes_commit_is_heard_of_at_once_o45() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let (mut first, mut second) = (Listening::start(&database, 1), Listening::start(&database, 2));
    // Once they listen they look.
    first.hears().await;
    second.hears().await;
    first.committed.send_modify(|times| *times += 1);
    second.hears().await;
    second.committed.send_modify(|times| *times += 1);
    first.hears().await;
    assert_eq!(*first.told.borrow(), 2, "its own commit is nothing to it");
    // A connection that was lost is made anew.
    const END: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'wiredesk hints'";
    assert_eq!(number(&database.client().await, END).await, 2);
    first.hears().await;
    second.hears().await;
    for listening in [first, second] {
        listening.closed.send_replace(true);
        listening.task.await.unwrap();
    }
}

/// Passes on what a client and the server say, and cuts them off after COMMIT was passed on
/// and before its answer, the first `cuts` times.
fn cutting(of: &Path, cuts: usize) -> (tempfile::TempDir, Arc<AtomicUsize>) {
    let folder = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    let (server, left) = (of.join(".s.PGSQL.5432"), Arc::new(AtomicUsize::new(cuts)));
    let counter = Arc::clone(&left);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&server).await.unwrap();
            tokio::spawn(pass(client, server, Arc::clone(&counter)));
        }
    });
    (folder, left)
}

async fn pass(client: UnixStream, server: UnixStream, cuts: Arc<AtomicUsize>) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let mut is_cut = false;
    let (mut asked, mut answered) = ([0; 65_536], [0; 65_536]);
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Ok(size @ 1..) = read else { return };
                let is_commit = asked[..size].windows(7).any(|bytes| bytes == b"COMMIT\0");
                let spend = |left: usize| left.checked_sub(1);
                is_cut |= is_commit && cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend).is_ok();
                to_server.write_all(&asked[..size]).await.unwrap();
            }
            read = from_server.read(&mut answered) => {
                let Ok(size @ 1..) = read else { return };
                let is_done = answered[..size].windows(7).any(|bytes| bytes == b"COMMIT\0");
                if is_cut && is_done {
                    return;
                }
                to_client.write_all(&answered[..size]).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn what_must_happen_once_does_though_its_commit_is_lost_o42() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let (proxy, left) = cutting(&server.folder, 3);
    let url = format!("postgres://wiredesk@/{}?host={}", database.name, proxy.path().display());
    let through = Session::new(ServerAddress::read(&url).unwrap(), StoreTime::Servers, "wiredesk", 11).unwrap();
    let counted = |repeat| through.write(repeat, |writing| Box::pin(count(writing)));
    let at = counted(Repeat::Once).await.expect("it was stored, and is told so");
    assert!(at > NOW.minus(std::time::Duration::from_secs(3650 * 86_400)).millis(), "the server's time: {at}");
    assert_eq!((number(&client, "SELECT entries FROM figures").await, left.load(Ordering::SeqCst)), (1, 2));
    // What may be repeated is.
    counted(Repeat::Same).await.unwrap();
    assert_eq!((number(&client, "SELECT entries FROM figures").await, left.load(Ordering::SeqCst)), (4, 0));
    counted(Repeat::Once).await.unwrap();
    assert_eq!(number(&client, "SELECT entries FROM figures").await, 5);
}

#[tokio::test]
async fn a_commit_after_what_failed_is_none_o42() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let session = session(&database);
    // The server answers such a COMMIT without an error.
    let swallowed = session.write(Repeat::Same, |writing| {
        Box::pin(async move {
            writing.tx.execute(COUNT, &[]).await?;
            let failed = writing.tx.rows("SELECT 1 / 0", &[]).await;
            assert!(failed.is_err());
            Ok(())
        })
    });
    assert!(matches!(swallowed.await, Err(Error::Database(_))));
    let in_the_tail = session.write(Repeat::Same, |writing| {
        Box::pin(async move {
            writing.tx.execute(COUNT, &[]).await?;
            writing.tail.entries = i64::MAX;
            Ok(())
        })
    });
    assert!(matches!(in_the_tail.await, Err(Error::Unfit(_))));
    assert_eq!(number(&database.client().await, "SELECT entries FROM figures").await, 0);
    session.write(Repeat::Same, |writing| Box::pin(async move { writing.tx.execute(COUNT, &[]).await })).await.unwrap();
}

#[tokio::test]
async fn a_server_that_throws_us_out_is_asked_again_r22() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let (session, client) = (session(&database), database.client().await);
    session.read(|tx| Box::pin(async move { tx.rows("SELECT 1", &[]).await.map(drop) })).await.unwrap();
    let out = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(number(&client, out).await, 1);
    let at = session.write(Repeat::Once, |writing| Box::pin(count(writing))).await.unwrap();
    assert!(at > 0);
    assert_eq!(number(&client, "SELECT entries FROM figures").await, 1);
}

#[tokio::test]
async fn what_nobody_waits_for_is_cancelled_and_leaves_the_pool() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let (session, client) = (session(&database), database.client().await);
    let sleeper = session.through(Lane::Health);
    let sleeping = tokio::spawn(async move {
        sleeper.read(|tx| Box::pin(async move { tx.rows("SELECT pg_sleep(8)", &[]).await.map(drop) })).await
    });
    let asleep = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    while number(&client, asleep).await == 0 {}
    sleeping.abort();
    while number(&client, asleep).await > 0 {}
    // Its lane has one connection.
    session
        .through(Lane::Health)
        .read(|tx| Box::pin(async move { tx.rows("SELECT 1", &[]).await.map(drop) }))
        .await
        .unwrap();
}

#[tokio::test]
async fn texts_arrive_as_they_were_but_for_u_0000() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    const ECHO: &str = "SELECT $1::text AS one, $2::text[] AS many, $3::bigint AS n, $4::bytea AS bytes";
    let session = session(&database);
    let read = session.read(|tx| {
        Box::pin(async move {
            let (one, many) = (SqlText("a\0'é\\"), vec![Some(SqlText("\0")), None]);
            let (n, bytes) = (None::<i64>, vec![0_u8, 255]);
            let row = tx.one(ECHO, &[one.param(), many.param(), n.param(), bytes.param()]).await?.unwrap();
            let one: String = column(&row, "one")?;
            let many: Vec<Option<String>> = column(&row, "many")?;
            let (n, bytes): (Option<i64>, Vec<u8>) = (column(&row, "n")?, column(&row, "bytes")?);
            assert!(matches!(column::<i64>(&row, "one"), Err(Error::Corrupt(_))));
            Ok((one, many, n, bytes))
        })
    });
    let expected = ("a\u{fffd}'é\\".to_owned(), vec![Some("\u{fffd}".to_owned()), None], None, vec![0, 255]);
    assert_eq!(read.await.unwrap(), expected);
}

/// Words of pieces that mean something to the server's readers of them.
fn odd_words(seed: u64, count: usize) -> Vec<String> {
    const PIECES: [&str; 24] = [
        "'", "''", "\\", "\\'", ":", ":1", ":*", "*", "&", "|", "!", "<->", "<2>", "(", ")", ",", "A", "é", "市长",
        "\u{301}", "1", "\u{feff}", "\"", "$1",
    ];
    let mut state = seed | 1;
    let mut roll = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    (0..count).map(|_| (0..=roll(5)).map(|_| PIECES[roll(PIECES.len())]).collect()).collect()
}

#[tokio::test]
async fn no_word_is_an_operator_to_the_server_b80() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let lexemes = "SELECT tsvector_to_array($1::text::tsvector)";
    let finds = "SELECT $1::text::tsvector @@ $2::text::tsquery AND NOT 'other'::tsvector @@ $2::text::tsquery";
    for seed in 1..=40 {
        let odd = odd_words(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed), 50);
        let vector = words::vector(&odd.join(" "), EntryId(7));
        let told: Vec<String> = client.query_one(lexemes, &[&vector]).await.unwrap().get(0);
        let blocks = words::BLOCKS.map(|size| words::block(EntryId(7), size));
        let expected: BTreeSet<&str> = odd.iter().chain(&blocks).map(String::as_str).collect();
        assert_eq!(told.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{seed}");
        for (n, pair) in odd.windows(2).enumerate() {
            let row = WordRun { words: pair.to_vec(), open: n % 3 == 0 };
            let query = lookup::query(&Lookup::Run(row)).unwrap();
            let found: bool = client.query_one(finds, &[&vector, &query]).await.unwrap().get(0);
            assert!(found, "{seed}: {pair:?} by {query}");
        }
    }
}

#[tokio::test]
async fn texts_at_the_servers_limits_are_taken_and_found() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let finds = "SELECT $1::text::tsvector @@ $2::text::tsquery";
    let many = |from: usize, to: usize| (from..to).map(|n| format!("w{n} ")).collect::<String>();
    let row =
        |words: &[&str]| Lookup::Run(WordRun { words: words.iter().map(|w| (*w).to_owned()).collect(), open: false });
    let check = async |words: &str, lookup: Lookup, expected: bool| {
        let (vector, query) = (words::vector(words, EntryId(7)), lookup::query(&lookup).unwrap());
        let found: bool = client.query_one(finds, &[&vector, &query]).await.unwrap().get(0);
        assert_eq!(found, expected, "{lookup:?}");
    };
    check("the mayor said", row(&["mayor", "said"]), true).await;
    check("the mayor said", row(&["said", "mayor"]), false).await;
    check("said the mayor", row(&["mayor", "said"]), false).await;
    // A place that could not be told: found by its words alone.
    check(&many(0, 20_000), row(&["w18000", "w18001"]), true).await;
    check(&many(0, 20_000), row(&["w18000", "w99999"]), false).await;
    check(&"mayor said ".repeat(400), row(&["mayor", "said"]), true).await;
    // Words that did not fit: it comes along.
    check(&many(100_000, 300_000), row(&["w299998", "w299999"]), true).await;
    check(&many(100_000, 300_000), row(&["mayor"]), true).await;
    let long = "é".repeat(3000);
    check(&long, row(&[&long]), true).await;
    let deep = (0..200).fold(row(&["w1"]), |deep, n| match n % 2 {
        0 => Lookup::And(vec![row(&["w1"]), deep]),
        _ => Lookup::Or(vec![row(&["none"]), deep]),
    });
    check(&many(0, 10), Lookup::And(vec![row(&["w1"]), deep]), true).await;
    check(&many(0, 5000), Lookup::And((0..4500).map(|n| row(&[&format!("w{n}")])).collect()), true).await;
}

/// A server that takes TLS by this certificate, or has none, and then hangs up.
async fn hanging_up(certificate: Option<&'static str>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 8];
        socket.read_exact(&mut request).await.unwrap();
        assert_eq!(request[4..], 80_877_103_u32.to_be_bytes(), "SSLRequest");
        socket.write_all(if certificate.is_some() { b"S" } else { b"N" }).await.unwrap();
        let Some(certificate) = certificate else { return };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(certs::KEY.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        if let Ok(mut socket) = TlsAcceptor::from(Arc::new(config)).accept(socket).await {
            // Who the client says it is goes through encrypted.
            assert!(socket.read(&mut [0; 1024]).await.is_ok_and(|size| size > 8));
        }
    });
    port
}

#[tokio::test]
async fn only_a_server_with_a_certificate_for_its_name_is_spoken_to_o40() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    fs::write(&authority, certs::AUTHORITY).unwrap();
    let check = async |certificate: Option<&'static str>, expected: &str| {
        let port = hanging_up(certificate).await;
        let url = format!("postgres://desk@127.0.0.1:{port}/news?sslrootcert={}", authority.display());
        let session = Session::new(ServerAddress::read(&url).unwrap(), StoreTime::Servers, "wiredesk", 11).unwrap();
        let said = session.reach().await.unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    };
    check(Some(certs::GOOD), "the server ends the connection at once").await;
    for other in [certs::EXPIRED, certs::ELSEWHERE, certs::SELF_SIGNED] {
        check(Some(other), "its certificate is not valid for \"127.0.0.1\": ").await;
    }
    check(None, "the server has no TLS").await;
    let nothing = ServerAddress::read("postgres://desk@127.0.0.1:1/news?sslrootcert=/nowhere/ca.pem").unwrap();
    let said = Session::new(nothing, StoreTime::Servers, "wiredesk", 11).err().unwrap().to_string();
    assert!(said.contains("sslrootcert /nowhere/ca.pem: "), "{said}");
}

/// What a copy leaves behind or makes anew; a table alone stands for all its columns.
const NOT_COPIED: [&str; 17] = [
    "migration",
    "turn",
    "node",
    "duty",
    "receipt",
    "search",
    "unindexed",
    "desk.store",
    "desk.least",
    "schedule.source_no",
    "schedule.failing",
    "schedule.lease_until_at",
    "schedule.holder",
    "schedule.portion",
    "entry.published_id_sha",
    "text.version",
    "tally.node_no",
];

#[tokio::test]
async fn every_column_is_copied_or_left_on_purpose_o60() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let columns = "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                      AND a.attnum > 0 AND NOT a.attisdropped";
    let rows = database.client().await.query(columns, &[]).await.unwrap();
    let is_copied = |table: &str, column: &str| {
        let table = if table == "schedule" { "source" } else { table };
        COPIED.iter().any(|t| t.name == table && t.columns.iter().any(|c| c.name == column))
    };
    let all: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(all.len() > 100, "{}", all.len());
    let is_left =
        |table: &str, column: &str| NOT_COPIED.iter().any(|l| *l == table || *l == format!("{table}.{column}"));
    let lost: Vec<_> = all.iter().filter(|(t, c)| !is_copied(t, c) && !is_left(t, c)).collect();
    assert!(lost.is_empty(), "name them in store/copy/table.rs, or here with the reason: {lost:?}");
}
