//! What stored decisions were made by, and the progress of rematches.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, SourceId};
use crate::store::codec::source_id;
use crate::store::rules::{self, DecidedSoFar};
use crate::store::sqlite::past::in_force;
use crate::store::{
    BegunRematch, DecidedBy, Editions, Error, Gains, Labels, Result, RulesId, Settles, StepMade, Underway,
    WantedRematch,
};

const MADE_BY: &str = "
    SELECT id, made_by
      FROM feed
     WHERE made_by IS NOT NULL";

const LABELS: &str = "
    SELECT id, labels
      FROM source
     WHERE labels IS NOT NULL";

/// What stored decisions were made by: labels of retired sources too.
fn editions(c: &Connection) -> Result<Editions> {
    let (mut feeds, mut labels) = (BTreeMap::new(), BTreeMap::new());
    let mut statement = c.prepare_cached(MADE_BY)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (feed, made_by): (String, String) = (row.get(0)?, row.get(1)?);
        feeds.extend(FeedId::new(&feed).ok().map(|feed| (feed, made_by)));
    }
    let mut statement = c.prepare_cached(LABELS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (source, stored): (String, String) = (row.get(0)?, row.get(1)?);
        // Labels that cannot be read are not known: all is decided anew.
        if let Ok(of_source) = serde_json::from_str::<Labels>(&stored) {
            labels.insert(source_id(&source)?, of_source);
        }
    }
    Ok(Editions { feeds, labels: Arc::new(labels) })
}

const LABELS_OF: &str = "
    SELECT labels
      FROM source
     WHERE id = :id AND labels IS NOT NULL";

/// See [`Rematches::labels`](crate::store::Rematches::labels).
pub fn labels(c: &Connection, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>> {
    let mut statement = c.prepare_cached(LABELS_OF)?;
    let mut found = BTreeMap::new();
    for source in sources {
        let stored: Option<String> =
            statement.query_row(named_params! { ":id": source.as_str() }, |r| r.get(0)).optional()?;
        // Labels that cannot be read are not known.
        let labels = stored.and_then(|stored| serde_json::from_str(&stored).ok());
        found.extend(labels.map(|labels| (source.clone(), labels)));
    }
    Ok(found)
}

const ANY_ENTRY: &str = "SELECT 1 FROM entry";

/// See [`Rematches::take_rules`](crate::store::Rematches::take_rules).
pub fn take_rules(c: &Connection, now: &Editions) -> Result<Vec<FeedId>> {
    let before = editions(c)?;
    let relabelled = relabel(c, &before, now)?;
    let is_fresh = before == Editions::default() && !c.prepare_cached(ANY_ENTRY)?.exists([])?;
    let so_far = match relabelled {
        _ if is_fresh => DecidedSoFar::Nothing,
        true => DecidedSoFar::ByOtherLabels,
        false => DecidedSoFar::ByTheseLabels,
    };
    let put = rules::put_in_force(so_far, &before, now);
    for feed in &put.unknown {
        set_made_by(c, feed, None)?;
    }
    for (feed, edition) in &put.standing {
        set_made_by(c, feed, Some(edition))?;
    }
    in_force::set(c, &RulesId::of(now))?;
    for (run, underway) in all(c)? {
        let by = read_decided_by(c, run)?;
        if rules::is_over(&underway.feeds, by.as_ref(), &put.outdated, (&before, now)) {
            end(c, run)?;
        }
    }
    Ok(put.outdated)
}

/// See [`Rematches::outdated`](crate::store::Rematches::outdated).
pub fn outdated(c: &Connection, now: &Editions) -> Result<Vec<FeedId>> {
    Ok(rules::outdated(&editions(c)?.feeds, now))
}

/// See [`Rematches::offer_rules`](crate::store::Rematches::offer_rules).
pub fn offer_rules(c: &Connection, now: &Editions) -> Result<()> {
    let in_force = in_force::rules(c)?;
    if in_force.is_none() {
        return take_rules(c, now).map(drop);
    }
    if in_force == Some(RulesId::of(now)) {
        return Ok(());
    }
    let before = editions(c)?;
    for (source, labels) in now.labels.iter().filter(|(source, _)| !before.labels.contains_key(*source)) {
        let labelled = named_params! { ":id": source.as_str(), ":labels": json(labels)? };
        c.prepare_cached(LABEL_NEW)?.execute(labelled)?;
    }
    Ok(())
}

const LABEL_NEW: &str = "
    UPDATE source
       SET labels = :labels
     WHERE id = :id AND labels IS NULL AND entries = 0";

const RELABEL: &str = "
    UPDATE source
       SET labels = :labels
     WHERE id = :id
    RETURNING entries";

/// Takes labels over. Returns whether entries were decided about by others.
fn relabel(c: &Connection, before: &Editions, now: &Editions) -> rusqlite::Result<bool> {
    let mut relabelled = false;
    for (source, labels) in now.labels.iter().filter(|(source, labels)| before.labels.get(*source) != Some(*labels)) {
        let labelled = named_params! { ":id": source.as_str(), ":labels": json(labels)? };
        let entries = c.prepare_cached(RELABEL)?.query_row(labelled, |r| r.get::<_, u64>(0)).optional()?;
        relabelled |= rules::relabels(before.labels.get(source), labels, entries.unwrap_or(0));
    }
    Ok(relabelled)
}

fn json(labels: &Labels) -> rusqlite::Result<String> {
    serde_json::to_string(labels).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

const SET_MADE_BY: &str = "UPDATE feed SET made_by = :made_by WHERE id = :id";

fn set_made_by(c: &Connection, feed: &FeedId, edition: Option<&str>) -> rusqlite::Result<()> {
    c.prepare_cached(SET_MADE_BY)?.execute(named_params! { ":id": feed.as_str(), ":made_by": edition }).map(drop)
}

const BEGIN: &str = "
    INSERT INTO rematch (name, decided_by, began_at, done_to, entries)
    VALUES (:name, :decided_by, :began_at, :done_to, :entries)
    RETURNING run";

const BEGIN_FEED: &str = "
    INSERT INTO rematch_feed (run, feed, settles, gained, lost)
    VALUES (:run, :feed,
            coalesce((SELECT settles FROM rematch_feed WHERE run = :old AND feed = :feed), :settles),
            coalesce((SELECT gained FROM rematch_feed WHERE run = :old AND feed = :feed), 0),
            coalesce((SELECT lost FROM rematch_feed WHERE run = :old AND feed = :feed), 0))";

/// Its name is free for another number then.
const FREE_NAME: &str = "
    UPDATE rematch
       SET name = name || ' ' || run
     WHERE name = :name";

/// See [`Rematches::begin_rematch`](crate::store::Rematches::begin_rematch).
pub fn begin(c: &Connection, wanted: &WantedRematch) -> Result<BegunRematch> {
    let before = editions(c)?;
    let by = rules::decided_by(wanted, &before);
    let json = serde_json::to_string(&by).map_err(|e| Error::Database(format!("{}: {e}", wanted.name)))?;
    let stored = stored(c, &wanted.name)?;
    let replaced = stored.as_ref().map(|(begun, _)| begun.run);
    let old = stored.filter(|(_, was)| was.as_ref().is_some_and(|was| was.goes_on_by(&by))).map(|(old, _)| old);
    c.prepare_cached(FREE_NAME)?.execute(named_params! { ":name": wanted.name })?;
    let began_at = old.as_ref().map_or(wanted.at, |o| o.at);
    let done_to = old.as_ref().and_then(|old| old.done_to);
    let entries = old.as_ref().map_or(0, |old| old.entries);
    let run = c.prepare_cached(BEGIN)?.query_row(
        named_params! {
            ":name": wanted.name,
            ":decided_by": json,
            ":began_at": began_at.millis(),
            ":done_to": done_to.map(|id| id.0),
            ":entries": i64::try_from(entries).unwrap_or(i64::MAX),
        },
        |r| r.get(0),
    )?;
    for feed in wanted.feeds.keys() {
        let settles = wanted.settles == Settles::Always || rules::decides_as_in_force(&before, &by, feed);
        let old = old.as_ref().map(|old| old.run);
        c.prepare_cached(BEGIN_FEED)?.execute(named_params! {
            ":run": run, ":feed": feed.as_str(), ":settles": settles, ":old": old,
        })?;
        // From here on decisions are mixed: whoever finds them so decides anew.
        set_made_by(c, feed, None)?;
    }
    replaced.map_or(Ok(()), |run| end(c, run))?;
    // Another rematch of these feeds that was cut short cannot go on after
    // this one has decided.
    let ours = |feed: &String| wanted.feeds.keys().any(|known| known.as_str() == feed);
    end_but(c, run, |feeds| feeds.iter().any(ours))?;
    Ok(BegunRematch { run, at: began_at, done_to, entries })
}

const STORED: &str = "
    SELECT run, began_at, done_to, entries, decided_by
      FROM rematch
     WHERE name = :name";

/// What is stored under a name, and what it decided by, where that can be read.
fn stored(c: &Connection, name: &str) -> rusqlite::Result<Option<(BegunRematch, Option<DecidedBy>)>> {
    c.prepare_cached(STORED)?
        .query_row(named_params! { ":name": name }, |r| {
            let begun = BegunRematch {
                run: r.get("run")?,
                at: Timestamp::from_millis(r.get("began_at")?),
                done_to: r.get::<_, Option<i64>>("done_to")?.map(EntryId),
                entries: r.get::<_, u64>("entries")?.try_into().unwrap_or(usize::MAX),
            };
            Ok((begun, serde_json::from_str(&r.get::<_, String>("decided_by")?).ok()))
        })
        .optional()
}

const RUNS: &str = "SELECT run, entries FROM rematch ORDER BY run";

const FEEDS: &str = "
    SELECT feed
      FROM rematch_feed
     WHERE run = :run
     ORDER BY feed";

/// Rematches, each with its feeds.
fn all(c: &Connection) -> rusqlite::Result<Vec<(i64, Underway)>> {
    let mut statement = c.prepare_cached(RUNS)?;
    let runs: Vec<(i64, u64)> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    runs.into_iter()
        .map(|(run, entries)| {
            let feeds = c
                .prepare_cached(FEEDS)?
                .query_map(named_params! { ":run": run }, |r| r.get(0))?
                .collect::<rusqlite::Result<Vec<String>>>()?;
            Ok((run, Underway { feeds, entries: entries.try_into().unwrap_or(usize::MAX) }))
        })
        .collect()
}

/// See [`Rematches::rematches`](crate::store::Rematches::rematches).
pub fn rematches(c: &Connection) -> Result<Vec<Underway>> {
    Ok(all(c)?.into_iter().map(|(_, underway)| underway).collect())
}

/// Forgets rematches of such feeds, but for one.
fn end_but(c: &Connection, but: i64, ends: impl Fn(&[String]) -> bool) -> rusqlite::Result<()> {
    for (run, underway) in all(c)? {
        if run != but && ends(&underway.feeds) {
            end(c, run)?;
        }
    }
    Ok(())
}

const END: [&str; 2] = ["DELETE FROM rematch_feed WHERE run = :run", "DELETE FROM rematch WHERE run = :run"];

/// Forgets a rematch.
fn end(c: &Connection, run: i64) -> rusqlite::Result<()> {
    for query in END {
        c.prepare_cached(query)?.execute(named_params! { ":run": run })?;
    }
    Ok(())
}

const IS_THERE: &str = "SELECT 1 FROM rematch WHERE run = :run";

/// Ends whoever is no longer the rematch of its name.
pub fn check(c: &Connection, run: i64) -> Result<()> {
    match c.prepare_cached(IS_THERE)?.exists(named_params! { ":run": run })? {
        true => Ok(()),
        false => Err(Error::Superseded),
    }
}

const NOTE: &str = "
    UPDATE rematch
       SET done_to = min(coalesce(done_to, :done_to), :done_to), entries = entries + :entries
     WHERE run = :run";

const NOTE_FEED: &str = "
    UPDATE rematch_feed
       SET gained = gained + :gained, lost = lost + :lost
     WHERE run = :run AND feed = :feed";

/// Notes a step in the transaction of its decisions.
pub fn note(c: &Connection, step: &StepMade, gains: &Gains) -> rusqlite::Result<()> {
    let entries = i64::try_from(step.entries).unwrap_or(i64::MAX);
    let noted = named_params! { ":run": step.run, ":done_to": step.done_to.0, ":entries": entries };
    c.prepare_cached(NOTE)?.execute(noted)?;
    for (feed, (gained, lost)) in gains {
        let count = |n: &usize| i64::try_from(*n).unwrap_or(i64::MAX);
        c.prepare_cached(NOTE_FEED)?.execute(named_params! {
            ":run": step.run, ":feed": feed.as_str(), ":gained": count(gained), ":lost": count(lost),
        })?;
    }
    Ok(())
}

const DECIDED_BY: &str = "SELECT decided_by FROM rematch WHERE run = :run";

/// What a rematch decides by, where that can be read.
fn read_decided_by(c: &Connection, run: i64) -> rusqlite::Result<Option<DecidedBy>> {
    let by: String = c.prepare_cached(DECIDED_BY)?.query_row(named_params! { ":run": run }, |r| r.get(0))?;
    Ok(serde_json::from_str(&by).ok())
}

const GAINS: &str = "
    SELECT feed, settles, gained, lost
      FROM rematch_feed
     WHERE run = :run";

/// See [`Rematches::settle`](crate::store::Rematches::settle).
pub fn settle(c: &Connection, run: i64) -> Result<Gains> {
    check(c, run)?;
    let by = read_decided_by(c, run)?;
    let mut statement = c.prepare_cached(GAINS)?;
    let rows = statement.query_map(named_params! { ":run": run }, |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, bool>(1)?, (r.get::<_, u32>(2)?, r.get::<_, u32>(3)?)))
    })?;
    let mut gains = Gains::new();
    for row in rows {
        let (feed, settles, (gained, lost)) = row?;
        let Ok(id) = FeedId::new(&feed) else { continue };
        if let Some(edition) = by.as_ref().and_then(|by| by.feeds.get(&feed)).filter(|_| settles) {
            set_made_by(c, &id, Some(edition))?;
        }
        gains.insert(id, (gained as usize, lost as usize));
    }
    drop(statement);
    end(c, run)?;
    Ok(gains)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_store_keeps_what_its_decisions_were_made_by() {
        let c = Connection::open_in_memory().unwrap();
        c.execute_batch(include_str!("../../../../migrations/sqlite/0001_initial.sql")).unwrap();
        c.execute_batch(
            r#"INSERT INTO feed (id, active) VALUES ('city', 1), ('port', 1);
               INSERT INTO source (id, url_hash, active, interval_ms, next_poll_at, because)
               VALUES ('a', 0, 1, 0, 0, ''), ('gone', 0, 0, 0, 0, '');
               INSERT INTO memory VALUES ('decided-by', '{"feeds":{"city":"abc","none":"x"},
                   "sources":{"a":{"tags":[],"language":"en"},"gone":{"tags":["docks"],"language":null}}}');
               INSERT INTO memory VALUES ('rematch', '{"feeds":{}}');"#,
        )
        .unwrap();
        c.execute_batch(include_str!("../../../../migrations/sqlite/0009_rematch.sql")).unwrap();
        let known = editions(&c).unwrap();
        let feeds: Vec<_> = known.feeds.iter().map(|(feed, made_by)| (feed.as_str(), made_by.as_str())).collect();
        assert_eq!(feeds, [("city", "abc")]);
        let labels: Vec<_> = known.labels.values().cloned().collect();
        let gone = Labels { tags: vec!["docks".to_owned()], ..Labels::default() };
        assert_eq!(labels, [Labels { language: Some("en".to_owned()), ..Labels::default() }, gone]);
        assert_eq!(rematches(&c).unwrap(), []);
    }
}
