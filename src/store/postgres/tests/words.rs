//! Texts and words on their way to the server and back.

use crate::model::EntryId;
use crate::store::postgres::link::tx::{SqlText, Typed, column};
use crate::store::postgres::search::{lookup, words};
use crate::store::postgres::server::server;
use crate::store::{Error, Lookup, WordRun};
use std::collections::BTreeSet;

use super::{prepared, session};

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
