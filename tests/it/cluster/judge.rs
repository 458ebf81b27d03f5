//! Whether the news and the manners were kept, by the publishers' log and the store.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Cluster, UNHURRIED};
use crate::desk::{Got, Running};

/// Entries that are stored, by source.
const STORED: &str = "SELECT o.id, count(e.id) FROM source o LEFT JOIN entry e ON e.source_no = o.no GROUP BY o.id";

/// Claims without a cause: neither an interval after the last one, nor after the source was
/// made due.
const EARLY: &str = "
    WITH events AS (
        SELECT o.id, w.kind, w.at, s.interval_ms,
               lag(w.kind) OVER (PARTITION BY w.source_no ORDER BY w.n) AS before_kind,
               max(w.at) FILTER (WHERE w.kind = 'claim')
                   OVER (PARTITION BY w.source_no ORDER BY w.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS claimed_at
          FROM witness w
          JOIN source o ON o.no = w.source_no
          JOIN schedule s ON s.source_no = w.source_no
         WHERE w.source_no IS NOT NULL
    )
    SELECT id || ' after ' || (at - claimed_at) || ' ms'
      FROM events
     WHERE kind = 'claim' AND before_kind = 'claim' AND at < claimed_at + interval_ms";

/// Starts on a site that are closer than the gap.
const HASTY: &str = "
    WITH starts AS (
        SELECT site, at, lag(at) OVER (PARTITION BY site ORDER BY n) AS before FROM witness WHERE kind = 'start'
    )
    SELECT site || ' after ' || (at - before) || ' ms' FROM starts WHERE at < before + 1000";

const CLAIMS: &str = "
    SELECT o.id, count(*)
      FROM witness w
      JOIN source o ON o.no = w.source_no
     WHERE w.kind = 'claim'
     GROUP BY o.id";

/// Entries that the outbox tells of not once.
const TOLD: &str = "
    SELECT e.id::text
      FROM entry e
      LEFT JOIN change c ON c.entry_id = e.id AND c.kind = 0
     GROUP BY e.id
    HAVING count(c.seq) <> 1";

impl Cluster {
    pub async fn counts(&self, query: &str) -> BTreeMap<String, u64> {
        let rows = self.client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get::<_, i64>(1).cast_unsigned())).collect()
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        self.client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// Nothing new happens any more; waits until all that did is stored, and nobody has anything
    /// to do.
    pub async fn settle(&mut self) {
        self.wire.freeze();
        let (mut patience, mut missing) = (600, Vec::new());
        // The sources of who wants to be left alone, and those with an interval of their own, get
        // no poll now.
        let is_left = |id: &str, refusing: usize| id.starts_with("own") || id.starts_with(&format!("s{refusing}-"));
        while patience > 0 {
            let (stored, newest) = (self.counts(STORED).await, self.wire.newest());
            missing = newest
                .into_iter()
                .filter(|(id, count)| !is_left(id, self.refusing()) && stored.get(id) != Some(count))
                .map(|(id, count)| format!("{id}: {:?} of {count}", stored.get(&id)))
                .collect();
            if missing.is_empty() {
                break;
            }
            patience -= 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(missing.is_empty(), "lost: {missing:?}\n{}", self.errors().join("\n"));
        self.granting.abort();
        let mut patience = 600;
        while self.number("SELECT count(*) FROM schedule WHERE lease_until_at > 0").await > 0 && patience > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            patience -= 1;
        }
        assert!(patience > 0, "a claim does not end");
    }

    /// All of it.
    pub async fn judge(&mut self) {
        self.store_is_whole().await;
        self.manners_are_kept().await;
        self.readers_get_the_same().await;
    }

    /// Every numbered entry is stored once and told of once (R1, R2).
    async fn store_is_whole(&self) {
        let (stored, newest) = (self.counts(STORED).await, self.wire.newest());
        for (id, count) in &stored {
            assert!(newest.get(id).is_some_and(|newest| newest >= count), "{id}: {count} of {newest:?}");
        }
        assert_eq!(self.texts(TOLD).await, Vec::<String>::new(), "entries that are not told of once");
        let ran = self.members[0].desk.runs(&["verify"]);
        assert!(ran.out.contains("sound"), "{ran:?}");
    }

    /// No source is asked twice in an interval, no publisher out of turn (R3, P25, P30).
    async fn manners_are_kept(&self) {
        assert_eq!(self.texts(EARLY).await, Vec::<String>::new(), "claimed before they were due");
        assert_eq!(self.texts(HASTY).await, Vec::<String>::new(), "starts that are closer than the gap");
        assert_eq!(self.wire.crowds(), Vec::<String>::new(), "asked at once");
        let (claims, all) = (self.counts(CLAIMS).await, self.wire.asked());
        let mut asked = BTreeMap::<&str, u64>::new();
        for one in &all {
            *asked.entry(one.name.trim_end_matches("-was-here")).or_default() += 1;
        }
        for (id, times) in asked {
            let turns = if id.starts_with('m') { 2 } else { 1 };
            assert!(times <= turns * claims[id], "{id} was claimed {} times and asked {times} times", claims[id]);
        }
        let unhurried = all.iter().filter(|asked| asked.host < UNHURRIED).count();
        assert!(all.len() > 10 * unhurried, "{unhurried} of {} requests were not hurried", all.len());
        let starts = self.number("SELECT count(*) FROM witness WHERE kind = 'start'").await;
        assert!(all.len() as i64 <= starts, "{} requests in {starts} turns", all.len());
    }

    /// All nodes are alive and serve the same, each entry once (R2, O50).
    async fn readers_get_the_same(&mut self) {
        let is_dated = |got: &Got| got.header("last-modified").is_some();
        let seen = |got: &Got| (got.header("etag"), got.header("last-modified"), got.text());
        let stored = self.number("SELECT count(*) FROM entry").await;
        let newest = "SELECT published_id FROM route JOIN entry ON id = entry_id WHERE admitted \
                      ORDER BY sort_at DESC, id DESC LIMIT 1";
        let newest = &self.texts(newest).await[0];
        let first =
            self.members[0].running().until("/feeds/all.atom", |got| is_dated(got) && got.text().contains(newest));
        for member in &mut self.members {
            let running = member.running.as_mut().expect("it runs");
            running.until("/readyz", |got| got.status == 200);
            running.until("/feeds/all.atom", |got| seen(got) == seen(&first));
            let listed = titles(running);
            let once: BTreeSet<&String> = listed.iter().collect();
            assert_eq!((listed.len() as i64, once.len() as i64), (stored, stored), "{}", member.id);
            let log = member.log();
            assert!(!log.contains("panicked"), "{log}");
        }
        let ids: BTreeSet<String> = crate::desk::Desk::feed_ids(self.members[0].running(), "all").into_iter().collect();
        let lost: Vec<_> = self.seen.ids.difference(&ids).collect();
        assert!(lost.is_empty(), "published, and gone: {lost:?}");
        assert_eq!(ids.len() as i64, stored, "an id is published twice");
    }

    /// What daemons had to complain of.
    pub fn errors(&self) -> Vec<String> {
        let is_error = |line: &&str| line.contains("\"ERROR\"");
        let of = |member: &super::Member| -> Vec<String> {
            member.log().lines().filter(is_error).map(|line| format!("{}: {line}", member.id)).collect()
        };
        self.members.iter().flat_map(of).collect()
    }
}

/// The titles of a feed, page by page.
fn titles(running: &Running) -> Vec<String> {
    let (mut path, mut titles) = ("/feeds/all.atom".to_owned(), Vec::new());
    loop {
        let read = feed_rs::parser::parse(&running.get(&path, &[]).body[..]).unwrap();
        titles.extend(read.entries.into_iter().filter_map(|entry| entry.title).map(|title| title.content));
        match read.links.into_iter().find(|link| link.rel.as_deref() == Some("next")) {
            Some(link) => path = link.href.replace("https://desk.example/wire", ""),
            None => return titles,
        }
    }
}
