//! Nodes, and what is given back when one is gone.
//!
//! Whoever claims holds the row of his node until he commits, and whoever ends that node
//! waits for him: nothing is claimed under a generation that is gone.

use tokio_postgres::Row;
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::model::NodeId;
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{
    ConfigDigests, DUTY_HELD, Duty, Error, FORGOTTEN, Joining, Life, Node, NodeKind, NodeMachine, NodeStatus, Process,
    Result, Rival, RivalFate, Roles, host, may_be_at_work,
};

/// No generation is used twice, by whatever node.
const JOIN: &str = "
    INSERT INTO node (id, generation, kind, process, host, roles, program, joined_at, beat_at)
    VALUES ($1::text, nextval('generation'), $2::smallint, $3::text, $4::text, $5::text, $6::text, $7::bigint, $7::bigint)
        ON CONFLICT (id) DO UPDATE
       SET generation = excluded.generation, kind = excluded.kind, process = excluded.process,
           host = excluded.host, roles = excluded.roles, program = excluded.program,
           joined_at = excluded.joined_at, beat_at = excluded.beat_at, left_at = NULL
    RETURNING generation";

/// What `node.kind` holds, as in SQLite.
const DAEMON: i16 = 0;
const COMMAND: i16 = 1;

/// See [`Nodes::join`](crate::store::Nodes::join).
pub async fn join(writing: &Writing, joining: &Joining, now: Timestamp) -> Result<Node> {
    let (tx, now) = (&writing.tx, writing.now(now));
    let Joining { id, kind, process, roles, rival } = joining;
    if *rival == RivalFate::Respected {
        respect(tx, joining, now).await?;
    }
    let kind = match kind {
        NodeKind::Daemon => DAEMON,
        NodeKind::Command => COMMAND,
    };
    let (process, host, roles, at) = (process.to_string(), host(), roles.to_string(), now.millis());
    let texts = [id.as_str(), &process, &host, &roles, env!("CARGO_PKG_VERSION")].map(SqlText);
    let [name, process, host, roles, program] = &texts;
    let all = [name.param(), kind.param(), process.param(), host.param(), roles.param(), program.param(), at.param()];
    let row = tx.one(JOIN, &all).await?;
    let row = row.ok_or_else(|| Error::Database("a node that joins has no generation".to_owned()))?;
    for holder in of_id(tx, id).await? {
        free(tx, &holder).await?;
    }
    forget(tx, now).await?;
    Ok(Node { id: id.clone(), generation: column(&row, "generation")? })
}

/// Of two who join under one name one meets the other, also where neither has a row yet. The
/// first number tells such locks from that of migrations.
const JOIN_ALONE: &str = "SELECT pg_advisory_xact_lock(2003133292, $1::int)";

/// Locks the row against whoever ends that node.
const NAMESAKE: &str = "
    SELECT process, host, beat_at
      FROM node
     WHERE id = $1::text AND left_at IS NULL
       FOR UPDATE";

/// Refuses one whose name another has that is at work: whose process lives, or was heard of
/// lately from where nobody here can look.
async fn respect(tx: &Tx, joining: &Joining, now: Timestamp) -> Result<()> {
    let name = u32::try_from(xxh3_64(joining.id.as_str().as_bytes()) >> 32).unwrap_or_default();
    tx.rows(JOIN_ALONE, &[name.cast_signed().param()]).await?;
    // It is looked for by a statement that begins after that.
    let Some(row) = tx.one(NAMESAKE, &[SqlText(joining.id.as_str()).param()]).await? else { return Ok(()) };
    let process = Process::read(&column::<String>(&row, "process")?);
    let silence = now.since(Timestamp::from_millis(column(&row, "beat_at")?));
    let life = process.life();
    let is_own = life == Life::Alive && process == joining.process;
    if is_own || !may_be_at_work(life, silence) {
        return Ok(());
    }
    Err(Error::AtWork(Rival { id: joining.id.clone(), host: column(&row, "host")?, process, silence }))
}

/// Whoever held anything under an id, in whatever generation.
const OF_ID: &str = "
    SELECT holder
      FROM schedule
     WHERE lease_until_at > 0 AND starts_with(holder, $1::text)
     UNION
    SELECT holder
      FROM turn
     WHERE starts_with(holder, $1::text)";

async fn of_id(tx: &Tx, id: &NodeId) -> Result<Vec<String>> {
    let prefix = format!("{id} ");
    tx.rows(OF_ID, &[SqlText(&prefix).param()]).await?.iter().map(|row| column(row, "holder")).collect()
}

const OLD: &str = "
    SELECT id, process
      FROM node
     WHERE greatest(beat_at, left_at) < $1::bigint";

const FORGET: &str = "DELETE FROM node WHERE id = ANY($1::text[])";

/// Forgets who was not heard of for long. One whose process is known to live stays, for a
/// clock that jumped ahead makes any beat an old one.
async fn forget(tx: &Tx, now: Timestamp) -> Result<()> {
    let before = now.minus(FORGOTTEN).millis();
    let mut old = Vec::new();
    for row in &tx.rows(OLD, &[before.param()]).await? {
        if Process::read(&column::<String>(row, "process")?).life() != Life::Alive {
            old.push(column::<String>(row, "id")?);
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    let old: Vec<SqlText<'_>> = old.iter().map(|id| SqlText(id)).collect();
    tx.rows(FORGET, &[old.param()]).await.map(drop)
}

const BEAT: &str = "
    UPDATE node
       SET beat_at = $3::bigint
     WHERE id = $1::text AND generation = $2::bigint AND left_at IS NULL";

/// A duty that has lapsed may have been somebody else's meanwhile.
const KEEP_DUTIES: &str = "
    UPDATE duty
       SET until_at = $2::bigint
     WHERE holder = $1::text AND until_at > $3::bigint";

/// No try at a transaction goes on for so long.
const RECEIPTS_MS: i64 = 3_600_000;

const FORGET_RECEIPTS: &str = "DELETE FROM receipt WHERE at < $1::bigint";

/// See [`Nodes::beat`](crate::store::Nodes::beat).
pub async fn beat(writing: &Writing, node: &Node, now: Timestamp) -> Result<()> {
    let (tx, now) = (&writing.tx, writing.now(now));
    let (id, at) = (SqlText(node.id.as_str()), now.millis());
    if tx.execute(BEAT, &[id.param(), node.generation.param(), at.param()]).await? == 0 {
        return Err(Error::Replaced(node.id.clone()));
    }
    keep_duties(tx, node, now).await?;
    // Receipts bear the server's time.
    let before = tx.begun_at.millis().saturating_sub(RECEIPTS_MS);
    tx.execute(FORGET_RECEIPTS, &[before.param()]).await?;
    bury(tx, node, now).await
}

async fn keep_duties(tx: &Tx, node: &Node, now: Timestamp) -> Result<()> {
    let (holder, until) = (node.to_string(), now.plus(DUTY_HELD).millis());
    tx.execute(KEEP_DUTIES, &[SqlText(&holder).param(), until.param(), now.millis().param()]).await.map(drop)
}

const TAKE_DUTY: &str = "
    INSERT INTO duty AS d (name, holder, until_at)
    VALUES ($1::text, $2::text, $3::bigint)
        ON CONFLICT (name) DO UPDATE
       SET holder = excluded.holder, until_at = excluded.until_at
     WHERE d.holder = excluded.holder OR d.until_at <= $4::bigint
    RETURNING holder";

/// See [`Nodes::take_duty`](crate::store::Nodes::take_duty).
pub async fn take_duty(writing: &Writing, node: &Node, duty: Duty, now: Timestamp) -> Result<bool> {
    let (tx, now) = (&writing.tx, writing.now(now));
    check_at_work(tx, node).await?;
    let (holder, until, now) = (node.to_string(), now.plus(DUTY_HELD).millis(), now.millis());
    let (name, holder) = (SqlText(duty.name()), SqlText(&holder));
    Ok(tx.one(TAKE_DUTY, &[name.param(), holder.param(), until.param(), now.param()]).await?.is_some())
}

const GIVE_UP_DUTY: &str = "DELETE FROM duty WHERE name = $1::text AND holder = $2::text";

/// See [`Nodes::give_up_duty`](crate::store::Nodes::give_up_duty).
pub async fn give_up_duty(tx: &Tx, node: &Node, duty: Duty) -> Result<()> {
    let holder = node.to_string();
    tx.execute(GIVE_UP_DUTY, &[SqlText(duty.name()).param(), SqlText(&holder).param()]).await.map(drop)
}

const LEAVE: &str = "
    UPDATE node
       SET left_at = $3::bigint
     WHERE id = $1::text AND generation = $2::bigint AND left_at IS NULL";

/// See [`Nodes::leave`](crate::store::Nodes::leave).
pub async fn leave(writing: &Writing, node: &Node, now: Timestamp) -> Result<()> {
    end(&writing.tx, node, writing.now(now)).await
}

async fn end(tx: &Tx, node: &Node, now: Timestamp) -> Result<()> {
    let (id, at) = (SqlText(node.id.as_str()), now.millis());
    tx.execute(LEAVE, &[id.param(), node.generation.param(), at.param()]).await?;
    free(tx, &node.to_string()).await
}

const NODES: &str = "
    SELECT n.id, n.generation, n.kind, n.joined_at, n.beat_at, n.left_at, n.roles, n.host, n.program, n.plan, n.process,
           coalesce((SELECT c.rank
                       FROM configuration c
                      WHERE c.program = n.program AND c.plan = n.plan), 0) AS rank,
           (SELECT count(*)
              FROM schedule s
             WHERE s.holder = n.id || ' ' || n.generation
               AND s.lease_until_at > 0
               AND s.lease_until_at > $2::bigint) AS claims,
           ARRAY(SELECT d.name
                   FROM duty d
                  WHERE d.holder = n.id || ' ' || n.generation AND d.until_at > $2::bigint
                  ORDER BY d.name) AS duties
      FROM node n
     WHERE greatest(n.beat_at, n.left_at) >= $1::bigint
     ORDER BY n.id";

/// See [`Nodes::nodes`](crate::store::Nodes::nodes); `now` is the store's.
pub async fn nodes(tx: &Tx, now: Timestamp) -> Result<Vec<NodeStatus>> {
    let since = now.minus(FORGOTTEN).millis();
    tx.rows(NODES, &[since.param(), now.millis().param()]).await?.iter().map(status).collect()
}

fn status(row: &Row) -> Result<NodeStatus> {
    let id = NodeId::new(&column::<String>(row, "id")?).map_err(|e| Error::Corrupt(format!("name of a node: {e}")))?;
    let kind = match column(row, "kind")? {
        DAEMON => NodeKind::Daemon,
        COMMAND => NodeKind::Command,
        other => return Err(Error::Corrupt(format!("node {id} is of an unknown kind, {other}"))),
    };
    let beat_at = Timestamp::from_millis(column(row, "beat_at")?);
    let left_at = column::<Option<i64>>(row, "left_at")?.map(Timestamp::from_millis);
    let process = Process::read(&column::<String>(row, "process")?);
    Ok(NodeStatus {
        node: Node { id, generation: column(row, "generation")? },
        kind,
        joined_at: Timestamp::from_millis(column(row, "joined_at")?),
        beat_at,
        left_at: left_at.or_else(|| process.ended_at(beat_at)),
        roles: Roles::read(&column::<String>(row, "roles")?),
        machine: Some(NodeMachine {
            host: column(row, "host")?,
            program: column(row, "program")?,
            config: ConfigDigests::read(&column::<String>(row, "plan")?),
            rank: column(row, "rank")?,
        }),
        claims: column::<i64>(row, "claims")?.try_into().unwrap_or_default(),
        duties: column(row, "duties")?,
    })
}

const NOT_LEFT: &str = "
    SELECT id, process, beat_at
      FROM node
     WHERE left_at IS NULL
     ORDER BY id";

/// A node that may be at work.
pub async fn at_work(tx: &Tx) -> Result<Option<String>> {
    for row in &tx.rows(NOT_LEFT, &[]).await? {
        let silence = tx.begun_at.since(Timestamp::from_millis(column(row, "beat_at")?));
        if may_be_at_work(Process::read(&column::<String>(row, "process")?).life(), silence) {
            return column(row, "id").map(Some);
        }
    }
    Ok(None)
}

/// Waits for whoever ends the node at this moment.
const AT_WORK: &str = "
    SELECT id
      FROM node
     WHERE id = $1::text AND generation = $2::bigint AND left_at IS NULL
       FOR SHARE";

/// Before a node claims: frees what the dead hold. The node is at work until the commit.
///
/// # Errors
/// [`Error::Replaced`] when it is not at work.
pub async fn claiming(writing: &Writing, node: &Node, now: Timestamp) -> Result<()> {
    check_at_work(&writing.tx, node).await?;
    bury(&writing.tx, node, writing.now(now)).await
}

async fn check_at_work(tx: &Tx, node: &Node) -> Result<()> {
    let id = SqlText(node.id.as_str());
    let found = tx.one(AT_WORK, &[id.param(), node.generation.param()]).await?;
    found.map(drop).ok_or_else(|| Error::Replaced(node.id.clone()))
}

const OTHERS: &str = "
    SELECT h.holder, n.process
      FROM (SELECT holder FROM schedule WHERE lease_until_at > 0 AND holder <> $1::text
             UNION
            SELECT holder FROM turn WHERE holder <> $1::text
             UNION
            SELECT holder FROM duty WHERE holder <> $1::text) h
      LEFT JOIN node n ON n.id || ' ' || n.generation = h.holder AND n.left_at IS NULL
     ORDER BY h.holder";

/// Frees what is held by others that are not at work, or whose processes were killed on
/// this machine.
async fn bury(tx: &Tx, own: &Node, now: Timestamp) -> Result<()> {
    let own = own.to_string();
    for row in &tx.rows(OTHERS, &[SqlText(&own).param()]).await? {
        let holder: String = column(row, "holder")?;
        let Some(node) = Node::read(&holder) else {
            free(tx, &holder).await?;
            continue;
        };
        let process = column::<Option<String>>(row, "process")?;
        match process.map(|process| Process::read(&process).life()) {
            Some(Life::Alive | Life::Unknown) => {}
            Some(Life::Dead) | None => end(tx, &node, now).await?,
        }
    }
    Ok(())
}

const FREE: &str = "
    WITH freed AS (
        UPDATE schedule
           SET lease = lease + 1, lease_until_at = 0
         WHERE source_no IN (SELECT source_no
                               FROM schedule
                              WHERE holder = $1::text AND lease_until_at > 0
                              ORDER BY source_no
                                FOR NO KEY UPDATE)
        RETURNING source_no
    )
    SELECT count(*) AS claims FROM freed";

/// It begins after the claims were freed: a turn that was taken meanwhile, under one of them,
/// was waited for and can be seen by now.
const FREE_TURNS: &str = "
    WITH turns AS (
        DELETE FROM turn WHERE holder = $1::text
    )
    DELETE FROM duty WHERE holder = $1::text";

/// Frees the claims, turns and duties of a holder. What is due when stays: it may be a
/// document that killed its process (check P28).
async fn free(tx: &Tx, holder: &str) -> Result<()> {
    let name = SqlText(holder);
    let claims: i64 = match tx.one(FREE, &[name.param()]).await? {
        Some(row) => column(&row, "claims")?,
        None => 0,
    };
    tx.execute(FREE_TURNS, &[name.param()]).await?;
    if claims > 0 {
        tracing::info!(holder, claims, "claims of a node that is gone are given back");
    }
    Ok(())
}
