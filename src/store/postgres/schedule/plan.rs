//! The configuration's sources and feeds.

use std::collections::{HashMap, HashSet};

use tokio_postgres::Row;

use crate::clock::Timestamp;
use crate::model::{FeedId, Host, digest};
use crate::store::codec::{read_standing, write_standing};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::schema::ALONE;
use crate::store::postgres::write::tail::OUTBOX_LOCK;
use crate::store::rules::{Forgiven, KnownSource, Remembers, Replanned, forgiven, interval_ms, replanned};
use crate::store::{Configured, Result, SourcePlan, SourceRange, Unplanned};

/// Claims and commits hold these rows one by one; all who hold several take them in this
/// order.
const SOURCES: &str = "
    SELECT o.no, o.id, o.url_hash, s.active, s.interval_ms, s.next_poll_at, s.because, s.host, s.site, s.proxy,
           s.over_at, s.failing, CASE WHEN s.over_at IS NULL THEN NULL ELSE o.standing END AS standing
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE ($1::text IS NULL OR o.id > $1::text) AND ($2::text IS NULL OR o.id <= $2::text)
     ORDER BY s.source_no
       FOR NO KEY UPDATE OF s";

/// A source as it is stored, as far as a configuration may change it.
struct StoredSource {
    no: i64,
    known: KnownSource,
    site: String,
    because: String,
    over_at: Option<i64>,
    failing: bool,
    /// Only of one that is over a budget.
    standing: Option<String>,
}

fn stored(row: &Row) -> Result<StoredSource> {
    let host = Host { name: column(row, "host")?, proxy: column(row, "proxy")? };
    Ok(StoredSource {
        no: column(row, "no")?,
        known: KnownSource {
            url_hash: column(row, "url_hash")?,
            is_active: column(row, "active")?,
            interval_ms: column(row, "interval_ms")?,
            next_poll_at: Timestamp::from_millis(column(row, "next_poll_at")?),
            host,
        },
        site: column(row, "site")?,
        because: column(row, "because")?,
        over_at: column(row, "over_at")?,
        failing: column(row, "failing")?,
        standing: column(row, "standing")?,
    })
}

/// See [`Schedule::configure_sources`](crate::store::Schedule::configure_sources).
pub async fn sources(writing: &mut Writing, range: &SourceRange, now: Timestamp) -> Result<Configured> {
    let now = writing.now(now);
    let tx = &writing.tx;
    let ends = [&range.after, &range.to].map(|end| end.as_ref().map(|id| SqlText(id.as_str())));
    let within = [ends[0].param(), ends[1].param()];
    // One configuration at a time is taken over: the next one finds what it left.
    let (_, rows) = tokio::try_join!(biased; tx.rows(ALONE, &[]), tx.rows(SOURCES, &within))?;
    let planned: HashMap<&str, &SourcePlan> = range.planned.iter().map(|s| (s.source.as_str(), s)).collect();
    let (mut names, mut retired, mut changed) = (HashSet::new(), Vec::new(), Vec::new());
    let (mut polled, mut failing) = (0, 0);
    for row in &rows {
        let (id, stored): (String, StoredSource) = (column(row, "id")?, stored(row)?);
        let (was_polled, fails, no) = (stored.known.is_active, i64::from(stored.failing), stored.no);
        match planned.get(id.as_str()) {
            Some(planned) => {
                (polled, failing) = if was_polled { (polled, failing) } else { (polled + 1, failing + fails) };
                changed.extend(changed_source(stored, planned, now));
            }
            None if was_polled && range.unplanned == Unplanned::Retire => {
                (polled, failing) = (polled - 1, failing - fails);
                retired.push(no);
            }
            None => {}
        }
        names.insert(id);
    }
    let new: Vec<&SourcePlan> = range.planned.iter().filter(|plan| !names.contains(plan.source.as_str())).collect();
    add(tx, &new).await?;
    change(tx, &changed).await?;
    retire(tx, &retired).await?;
    writing.tail.sources += polled + i64::try_from(new.len()).unwrap_or(i64::MAX);
    writing.tail.failing += failing;
    Ok(Configured { added: new.len(), retired: retired.len() })
}

/// A known source as it is from now on.
struct ChangedSource {
    no: i64,
    to: Replanned,
    host: String,
    site: String,
    because: String,
    over_at: Option<i64>,
    /// `None`: as it was.
    standing: Option<String>,
}

/// What `planned` makes of a source, where that is anything else. It may change to what it
/// was but for a budget that it is over no more.
fn changed_source(stored: StoredSource, planned: &SourcePlan, now: Timestamp) -> Option<ChangedSource> {
    let replanned = replanned(&stored.known, planned, now);
    let StoredSource { no, known, site, because, over_at, standing, .. } = stored;
    let remembers = replanned.as_ref().map_or(Remembers::Everything, |to| to.remembers);
    // What cannot be read is mended at the next poll.
    let over = standing.filter(|_| remembers == Remembers::Everything).and_then(|text| read_standing(&text).ok());
    let forgiven = over.and_then(|standing| forgiven(standing, &because, planned));
    let forgiven = forgiven.and_then(|Forgiven { standing, because }| Some((write_standing(&standing).ok()?, because)));
    if replanned.is_none() && forgiven.is_none() {
        return None;
    }
    let to = replanned.unwrap_or_else(|| Replanned {
        url_hash: known.url_hash,
        interval_ms: known.interval_ms,
        next_poll_at: known.next_poll_at,
        remembers: Remembers::Everything,
        host: None,
        proxy: known.host.proxy.clone(),
    });
    let site = to.host.as_ref().map_or(site, |host| host.site().to_owned());
    let host = to.host.as_ref().map_or(known.host.name, |host| host.name.clone());
    let is_over = forgiven.is_none() && remembers == Remembers::Everything;
    let (standing, because) = match (forgiven, remembers) {
        (Some((standing, because)), _) => (Some(standing), because),
        (None, Remembers::Everything) => (None, because),
        (None, Remembers::NothingOfItsUrl) => (Some("{}".to_owned()), because),
    };
    Some(ChangedSource { no, to, host, site, because, over_at: over_at.filter(|_| is_over), standing })
}

const ADD: &str = "
    WITH added AS (
        INSERT INTO source (id, url_hash, active)
        SELECT q.id, q.url_hash, true
          FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS q (id, url_hash, nth)
         ORDER BY q.nth
        RETURNING no, id
    ), sites AS (
        INSERT INTO site (site)
        SELECT DISTINCT site FROM unnest($8::text[]) AS q (site) ORDER BY site
            ON CONFLICT DO NOTHING
    )
    INSERT INTO schedule (source_no, active, interval_ms, next_poll_at, because, host, proxy, site)
    SELECT a.no, true, q.interval_ms, q.at, q.because, q.host, q.proxy, q.site
      FROM unnest($1::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[])
           AS q (id, interval_ms, at, because, host, proxy, site)
      JOIN added a ON a.id = q.id";

async fn add(tx: &Tx, new: &[&SourcePlan]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let texts =
        |text: fn(&SourcePlan) -> &str| new.iter().map(|plan| SqlText(text(plan))).collect::<Vec<SqlText<'_>>>();
    let numbers = |number: fn(&SourcePlan) -> i64| new.iter().map(|plan| number(plan)).collect::<Vec<i64>>();
    let row = (
        texts(|plan| plan.source.as_str()),
        numbers(|plan| digest(&plan.url)),
        numbers(interval_ms),
        numbers(|plan| plan.first.at.millis()),
        texts(|plan| &plan.first.because),
        texts(|plan| &plan.host.name),
        texts(|plan| &plan.host.proxy),
        texts(|plan| plan.host.site()),
    );
    let row = [
        row.0.param(),
        row.1.param(),
        row.2.param(),
        row.3.param(),
        row.4.param(),
        row.5.param(),
        row.6.param(),
        row.7.param(),
    ];
    tx.rows(ADD, &row).await.map(drop)
}

const CHANGE_SCHEDULE: &str = "
    WITH sites AS (
        INSERT INTO site (site)
        SELECT DISTINCT site FROM unnest($7::text[]) AS q (site) ORDER BY site
            ON CONFLICT DO NOTHING
    )
    UPDATE schedule s
       SET active = true, interval_ms = q.interval_ms, next_poll_at = q.at, because = q.because,
           host = q.host, proxy = q.proxy, site = q.site, over_at = q.over_at
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                  $8::bigint[]) AS q (no, interval_ms, at, because, host, proxy, site, over_at)
     WHERE s.source_no = q.no";

/// What belongs to a source's URL goes with it.
const CHANGE_SOURCE: &str = "
    UPDATE source o
       SET active = true, url_hash = q.url_hash, standing = coalesce(q.standing, o.standing),
           etag = CASE WHEN q.forgets THEN NULL ELSE o.etag END,
           last_modified = CASE WHEN q.forgets THEN NULL ELSE o.last_modified END,
           validators_url = CASE WHEN q.forgets THEN NULL ELSE o.validators_url END,
           body_hash = CASE WHEN q.forgets THEN NULL ELSE o.body_hash END
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bool[]) AS q (no, url_hash, standing, forgets)
     WHERE o.no = q.no";

async fn change(tx: &Tx, changed: &[ChangedSource]) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let texts =
        |text: fn(&ChangedSource) -> &str| changed.iter().map(|one| SqlText(text(one))).collect::<Vec<SqlText<'_>>>();
    let numbers = |number: fn(&ChangedSource) -> i64| changed.iter().map(number).collect::<Vec<i64>>();
    let no = numbers(|one| one.no);
    let (interval, at) = (numbers(|one| one.to.interval_ms), numbers(|one| one.to.next_poll_at.millis()));
    let (because, host) = (texts(|one| &one.because), texts(|one| &one.host));
    let (proxy, site) = (texts(|one| &one.to.proxy), texts(|one| &one.site));
    let over: Vec<Option<i64>> = changed.iter().map(|one| one.over_at).collect();
    let schedule = [
        no.param(),
        interval.param(),
        at.param(),
        because.param(),
        host.param(),
        proxy.param(),
        site.param(),
        over.param(),
    ];
    let url_hash = numbers(|one| one.to.url_hash);
    let standing: Vec<Option<SqlText<'_>>> = changed.iter().map(|one| one.standing.as_deref().map(SqlText)).collect();
    let forgets: Vec<bool> = changed.iter().map(|one| one.to.remembers == Remembers::NothingOfItsUrl).collect();
    let source = [no.param(), url_hash.param(), standing.param(), forgets.param()];
    tokio::try_join!(biased; tx.rows(CHANGE_SCHEDULE, &schedule), tx.rows(CHANGE_SOURCE, &source)).map(drop)
}

const RETIRE: &str = "
    WITH gone AS (
        UPDATE schedule
           SET active = false, lease = lease + 1, lease_until_at = 0
         WHERE source_no = ANY($1::bigint[])
    )
    UPDATE source SET active = false WHERE no = ANY($1::bigint[])";

async fn retire(tx: &Tx, retired: &Vec<i64>) -> Result<()> {
    match retired.is_empty() {
        true => Ok(()),
        false => tx.rows(RETIRE, &[retired.param()]).await.map(drop),
    }
}

const SET_FEEDS: &str = "
    WITH set_anew AS (
        UPDATE feed SET active = (id = ANY($1::text[])) WHERE active <> (id = ANY($1::text[]))
    )
    INSERT INTO feed (id, active)
    SELECT q.id, true
      FROM unnest($1::text[]) WITH ORDINALITY AS q (id, nth)
     WHERE NOT EXISTS (SELECT FROM feed f WHERE f.id = q.id)
     ORDER BY q.nth
        ON CONFLICT DO NOTHING";

/// See [`Schedule::configure_feeds`](crate::store::Schedule::configure_feeds). Feeds are
/// written by every commit, in the order that the lock gives.
pub async fn feeds(tx: &Tx, feeds: &[FeedId]) -> Result<()> {
    let ids: Vec<SqlText<'_>> = feeds.iter().map(|feed| SqlText(feed.as_str())).collect();
    let ids = [ids.param()];
    tokio::try_join!(biased; tx.rows(OUTBOX_LOCK, &[]), tx.rows(SET_FEEDS, &ids)).map(drop)
}
