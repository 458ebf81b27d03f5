//! What stored decisions were made by, and rematches from their beginning to their end.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_postgres::Row;

use crate::model::{FeedId, SourceId};
use crate::store::codec::source_id;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::past::{in_force, progress};
use crate::store::postgres::read::row::number;
use crate::store::rules::{self, DecidedSoFar};
use crate::store::{BegunRematch, Editions, Error, Gains, Labels, Result, RulesId, Settles, Underway, WantedRematch};

const MADE_BY: &str = "
    SELECT id, made_by AS stored
      FROM feed
     WHERE made_by IS NOT NULL";

const LABELS: &str = "
    SELECT id, labels AS stored
      FROM source
     WHERE labels IS NOT NULL";

/// What stored decisions were made by: labels of retired sources too.
async fn editions(tx: &Tx) -> Result<Editions> {
    let (feeds, sources) = tokio::try_join!(biased; tx.rows(MADE_BY, &[]), tx.rows(LABELS, &[]))?;
    let mut known = Editions::default();
    for row in &feeds {
        let (feed, made_by): (String, String) = (column(row, "id")?, column(row, "stored")?);
        known.feeds.extend(FeedId::new(&feed).ok().map(|feed| (feed, made_by)));
    }
    let of_sources = Arc::make_mut(&mut known.labels);
    for row in &sources {
        let (source, labels): (String, String) = (column(row, "id")?, column(row, "stored")?);
        let source = source_id(&source)?;
        // Labels that cannot be read are not known: all is decided anew.
        of_sources.extend(serde_json::from_str::<Labels>(&labels).ok().map(|labels| (source, labels)));
    }
    Ok(known)
}

const ANY_ENTRY: &str = "SELECT EXISTS (SELECT FROM entry) AS any";

/// See [`Rematches::take_rules`](crate::store::Rematches::take_rules).
pub async fn take_rules(tx: &Tx, now: &Editions) -> Result<Vec<FeedId>> {
    in_force::alone(tx).await?;
    take(tx, now).await
}

async fn take(tx: &Tx, now: &Editions) -> Result<Vec<FeedId>> {
    let before = editions(tx).await?;
    let is_relabelled = relabel(tx, &before, now).await?;
    let is_empty = match tx.one(ANY_ENTRY, &[]).await? {
        Some(row) => !column::<bool>(&row, "any")?,
        None => true,
    };
    let so_far = match is_relabelled {
        _ if is_empty && before == Editions::default() => DecidedSoFar::Nothing,
        true => DecidedSoFar::ByOtherLabels,
        false => DecidedSoFar::ByTheseLabels,
    };
    let put = rules::put_in_force(so_far, &before, now);
    let unknown = put.unknown.iter().map(|feed| (feed, None));
    let standing = put.standing.iter().map(|(feed, edition)| (feed, Some(edition.as_str())));
    set_made_by(tx, unknown.chain(standing)).await?;
    in_force::set(tx, &RulesId::of(now)).await?;
    let runs = progress::all(tx).await?;
    let over = runs.iter().filter(|run| {
        let by = run.by.as_ref();
        rules::is_over(&run.feed_names(), by, &put.outdated, (&before, now))
    });
    progress::end(tx, &over.map(|run| run.begun.run).collect()).await?;
    Ok(put.outdated)
}

/// See [`Rematches::outdated`](crate::store::Rematches::outdated).
pub async fn outdated(tx: &Tx, now: &Editions) -> Result<Vec<FeedId>> {
    Ok(rules::outdated(&editions(tx).await?.feeds, now))
}

/// See [`Rematches::offer_rules`](crate::store::Rematches::offer_rules).
pub async fn offer_rules(tx: &Tx, now: &Editions) -> Result<()> {
    in_force::alone(tx).await?;
    let in_force = in_force::rules(tx).await?;
    if in_force.is_none() {
        return take(tx, now).await.map(drop);
    }
    if in_force == Some(RulesId::of(now)) {
        return Ok(());
    }
    let before = editions(tx).await?;
    let new = now.labels.iter().filter(|(source, _)| !before.labels.contains_key(*source));
    label(tx, LABEL_NEW, new).await.map(drop)
}

const LABEL_NEW: &str = "
    UPDATE source o
       SET labels = q.labels
      FROM unnest($1::text[], $2::text[]) AS q (id, labels)
     WHERE o.id = q.id AND o.labels IS NULL AND o.entries = 0";

const RELABEL: &str = "
    UPDATE source o
       SET labels = q.labels
      FROM unnest($1::text[], $2::text[]) AS q (id, labels)
     WHERE o.id = q.id
    RETURNING o.id, o.entries";

/// Takes labels over. Returns whether entries were decided about by others.
async fn relabel(tx: &Tx, before: &Editions, now: &Editions) -> Result<bool> {
    let others = || now.labels.iter().filter(|(source, labels)| before.labels.get(*source) != Some(*labels));
    let mut entries = HashMap::new();
    for row in &label(tx, RELABEL, others()).await? {
        entries.insert(column::<String>(row, "id")?, column::<i64>(row, "entries")?.unsigned_abs());
    }
    let brought = |source: &SourceId| entries.get(source.as_str()).copied().unwrap_or(0);
    let relabels =
        |(source, labels): (&SourceId, &Labels)| rules::relabels(before.labels.get(source), labels, brought(source));
    Ok(others().any(relabels))
}

/// Runs a statement that takes sources and their labels.
async fn label<'a>(
    tx: &Tx,
    sql: &'static str,
    all: impl Iterator<Item = (&'a SourceId, &'a Labels)>,
) -> Result<Vec<Row>> {
    let (mut sources, mut stored) = (Vec::new(), Vec::new());
    for (source, labels) in all {
        sources.push(SqlText(source.as_str()));
        stored.push(serde_json::to_string(labels).map_err(|e| Error::Database(format!("labels of {source}: {e}")))?);
    }
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let labels: Vec<SqlText<'_>> = stored.iter().map(|labels| SqlText(labels)).collect();
    tx.rows(sql, &[sources.param(), labels.param()]).await
}

const SET_MADE_BY: &str = "
    UPDATE feed f
       SET made_by = q.made_by
      FROM unnest($1::text[], $2::text[]) AS q (id, made_by)
     WHERE f.id = q.id";

async fn set_made_by<'a>(tx: &Tx, all: impl Iterator<Item = (&'a FeedId, Option<&'a str>)>) -> Result<()> {
    let (feeds, editions): (Vec<SqlText<'_>>, Vec<Option<SqlText<'_>>>) =
        all.map(|(feed, edition)| (SqlText(feed.as_str()), edition.map(SqlText))).unzip();
    if feeds.is_empty() {
        return Ok(());
    }
    tx.rows(SET_MADE_BY, &[feeds.param(), editions.param()]).await.map(drop)
}

const BEGIN: &str = "
    INSERT INTO rematch (name, decided_by, began_at, done_to, entries)
    VALUES ($1::text, $2::text, $3::bigint, $4::bigint, $5::bigint)
    RETURNING run";

const BEGIN_FEEDS: &str = "
    INSERT INTO rematch_feed (run, feed, settles, gained, lost)
    SELECT $1::bigint, q.feed, coalesce(old.settles, q.settles), coalesce(old.gained, 0), coalesce(old.lost, 0)
      FROM unnest($2::text[], $3::bool[]) AS q (feed, settles)
      LEFT JOIN rematch_feed old ON old.run = $4::bigint AND old.feed = q.feed";

/// Its name is free for another number then.
const FREE_NAME: &str = "
    UPDATE rematch
       SET name = name || ' ' || run
     WHERE name = $1::text";

/// See [`Rematches::begin_rematch`](crate::store::Rematches::begin_rematch).
pub async fn begin(tx: &Tx, wanted: &WantedRematch) -> Result<BegunRematch> {
    in_force::alone(tx).await?;
    let before = editions(tx).await?;
    let by = rules::decided_by(wanted, &before);
    let json = serde_json::to_string(&by).map_err(|e| Error::Database(format!("{}: {e}", wanted.name)))?;
    let stored = progress::named(tx, &wanted.name).await?;
    let replaced = stored.as_ref().map(|run| run.begun.run);
    let old = stored.filter(|run| run.by.as_ref().is_some_and(|was| was.goes_on_by(&by))).map(|run| run.begun);
    let name = SqlText(&wanted.name);
    tx.rows(FREE_NAME, &[name.param()]).await?;
    let begun = old.clone().unwrap_or(BegunRematch { run: 0, at: wanted.at, done_to: None, entries: 0 });
    let (began_at, done_to) = (begun.at.millis(), begun.done_to.map(|id| id.0));
    let entries = number(begun.entries);
    let json = SqlText(&json);
    let row = [name.param(), json.param(), began_at.param(), done_to.param(), entries.param()];
    let row = tx.one(BEGIN, &row).await?.ok_or_else(|| Error::Database("a rematch got no number".to_owned()))?;
    let run: i64 = column(&row, "run")?;
    let feeds: Vec<SqlText<'_>> = wanted.feeds.keys().map(|feed| SqlText(feed.as_str())).collect();
    let settles = |feed| wanted.settles == Settles::Always || rules::decides_as_in_force(&before, &by, feed);
    let settles: Vec<bool> = wanted.feeds.keys().map(settles).collect();
    let old_run = old.as_ref().map(|old| old.run);
    tx.rows(BEGIN_FEEDS, &[run.param(), feeds.param(), settles.param(), old_run.param()]).await?;
    // From here on decisions are mixed: whoever finds them so decides anew.
    set_made_by(tx, wanted.feeds.keys().map(|feed| (feed, None))).await?;
    // Another rematch of these feeds that was cut short cannot go on after this one has
    // decided.
    let ours = |feed: &String| wanted.feeds.keys().any(|known| known.as_str() == feed);
    let all = progress::all(tx).await?;
    let others = all.iter().filter(|other| other.begun.run != run && other.feed_names().iter().any(ours));
    let ended = others.map(|other| other.begun.run).chain(replaced);
    progress::end(tx, &ended.collect()).await?;
    Ok(BegunRematch { run, ..begun })
}

/// See [`Rematches::rematches`](crate::store::Rematches::rematches).
pub async fn rematches(tx: &Tx) -> Result<Vec<Underway>> {
    Ok(progress::all(tx).await?.iter().map(progress::StoredRun::underway).collect())
}

/// See [`Rematches::settle`](crate::store::Rematches::settle).
pub async fn settle(tx: &Tx, run: i64) -> Result<Gains> {
    in_force::alone(tx).await?;
    let stored = progress::run(tx, run).await?;
    let mut gains = Gains::new();
    let mut made_by = Vec::new();
    for of_feed in &stored.feeds {
        let Ok(feed) = FeedId::new(&of_feed.feed) else { continue };
        let edition = stored.by.as_ref().and_then(|by| by.feeds.get(&of_feed.feed)).filter(|_| of_feed.settles);
        made_by.extend(edition.map(|edition| (feed.clone(), edition.as_str())));
        gains.insert(feed, (of_feed.gained, of_feed.lost));
    }
    set_made_by(tx, made_by.iter().map(|(feed, edition)| (feed, Some(*edition)))).await?;
    progress::end(tx, &vec![run]).await?;
    Ok(gains)
}
