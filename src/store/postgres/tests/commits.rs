//! What is done once though a connection is lost.

use crate::clock::Timestamp;
use crate::store::copy::{CopyEnd, CopyOrigin};
use crate::store::postgres::link::receipt::{Met, Receipts};
use crate::store::postgres::link::run::{Repeat, Session, Writing};
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::link::tx::{CommitEnd, TxKind, column};
use crate::store::postgres::server::server;
use crate::store::postgres::{PostgresCopyEnd, ServerAddress};
use crate::store::{Error, Lane};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::{NOW, number, prepared, session};

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

/// O61: a copy whose last COMMIT was done, though nobody heard, ends well.
#[tokio::test]
async fn a_copy_ends_well_though_the_answer_to_its_last_commit_is_lost_o61() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let (proxy, left) = cutting(&server.folder, 0);
    let url = format!("postgres://wiredesk@/{}?host={}", database.name, proxy.path().display());
    let filling = PostgresCopyEnd::filling(&ServerAddress::read(&url).unwrap(), NOW).await.unwrap();
    assert!(filling.begun().await.unwrap().is_none());
    filling.begin(&CopyOrigin { store: "s".to_owned(), state: "0".to_owned() }).await.unwrap();
    left.store(1, Ordering::SeqCst);
    filling.finish().await.unwrap();
    assert_eq!(left.load(Ordering::SeqCst), 0, "nothing was cut");
    let client = database.client().await;
    assert_eq!(number(&client, "SELECT count(*) FROM pg_tables WHERE tablename = 'copying'").await, 0);
}
