//! Nodes, and what is given back when one is gone.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::clock::Timestamp;
use crate::model::NodeId;
use crate::store::sqlite::schedule::turns;
use crate::store::{Error, FORGOTTEN, Joining, Node, NodeKind, NodeStatus, Result, Roles};
use crate::store::{Life, Process};

/// Generations ascend over all ids: one that was forgotten and comes again never has one
/// that another had.
const JOIN: &str = "
    INSERT INTO node (id, generation, kind, process, joined_at, beat_at)
    VALUES (:id, (SELECT coalesce(max(generation), 0) + 1 FROM node), :kind, :process, :now, :now)
    ON CONFLICT (id) DO UPDATE SET
        generation = excluded.generation,
        kind = excluded.kind,
        process = excluded.process,
        joined_at = excluded.joined_at,
        beat_at = excluded.beat_at,
        left_at = NULL
    RETURNING generation";

/// What `node.kind` holds.
const DAEMON: i64 = 0;
const COMMAND: i64 = 1;

/// See [`Nodes::join`](crate::store::Nodes::join).
pub fn join(c: &Connection, joining: &Joining, now: Timestamp) -> Result<Node> {
    let Joining { id, kind, process, roles: _, rival: _ } = joining;
    for holder in of_id(c, id)? {
        free(c, &holder)?;
    }
    let kind = match kind {
        NodeKind::Daemon => DAEMON,
        NodeKind::Command => COMMAND,
    };
    let it = named_params! { ":id": id.as_str(), ":kind": kind, ":process": process.to_string(), ":now": now.millis() };
    let generation = c.prepare_cached(JOIN)?.query_row(it, |r| r.get(0))?;
    forget(c, now)?;
    Ok(Node { id: id.clone(), generation })
}

/// Whoever held anything under an id, in whatever generation.
const OF_ID: &str = "
    SELECT holder
      FROM source
     WHERE lease_until_at > 0 AND substr(holder, 1, length(:prefix)) = :prefix
    UNION
    SELECT holder
      FROM turn
     WHERE substr(holder, 1, length(:prefix)) = :prefix";

fn of_id(c: &Connection, id: &NodeId) -> Result<Vec<String>> {
    let mut statement = c.prepare_cached(OF_ID)?;
    let found = statement.query_map(named_params! { ":prefix": format!("{id} ") }, |r| r.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

const OLD: &str = "
    SELECT id, process
      FROM node
     WHERE max(beat_at, coalesce(left_at, 0)) < :before";

const FORGET: &str = "DELETE FROM node WHERE id = :id";

/// Forgets who was not heard of for long. One whose process is known to live stays, for a
/// clock that jumped ahead makes any beat an old one.
fn forget(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(OLD)?;
    let old = statement.query_map(named_params! { ":before": now.minus(FORGOTTEN).millis() }, |r| {
        Ok((r.get::<_, String>("id")?, Process::read(&r.get::<_, String>("process")?)))
    })?;
    let old: Vec<_> = old.collect::<rusqlite::Result<_>>()?;
    for (id, _) in old.iter().filter(|(_, process)| process.life() != Life::Alive) {
        c.prepare_cached(FORGET)?.execute(named_params! { ":id": id })?;
    }
    Ok(())
}

const BEAT: &str = "
    UPDATE node
       SET beat_at = :now
     WHERE id = :id AND generation = :generation AND left_at IS NULL";

/// See [`Nodes::beat`](crate::store::Nodes::beat).
pub fn beat(c: &Connection, node: &Node, now: Timestamp) -> Result<()> {
    let it = named_params! { ":id": node.id.as_str(), ":generation": node.generation, ":now": now.millis() };
    match c.prepare_cached(BEAT)?.execute(it)? {
        0 => Err(Error::Replaced(node.id.clone())),
        _ => bury(c, node, now),
    }
}

const LEAVE: &str = "
    UPDATE node
       SET left_at = :now
     WHERE id = :id AND generation = :generation AND left_at IS NULL";

/// See [`Nodes::leave`](crate::store::Nodes::leave).
pub fn leave(c: &Connection, node: &Node, now: Timestamp) -> Result<()> {
    let it = named_params! { ":id": node.id.as_str(), ":generation": node.generation, ":now": now.millis() };
    c.prepare_cached(LEAVE)?.execute(it)?;
    free(c, &node.to_string())?;
    Ok(())
}

const NODES: &str = "
    SELECT id, generation, kind, process, joined_at, beat_at, left_at,
           (SELECT count(*)
              FROM source
             WHERE holder = node.id || ' ' || node.generation AND lease_until_at > 0 AND lease_until_at > :now) AS claims
      FROM node
     WHERE max(beat_at, coalesce(left_at, 0)) >= :since
     ORDER BY id";

/// See [`Nodes::nodes`](crate::store::Nodes::nodes).
pub fn nodes(c: &Connection, now: Timestamp) -> Result<Vec<NodeStatus>> {
    let mut statement = c.prepare_cached(NODES)?;
    let mut rows = statement.query(named_params! { ":since": now.minus(FORGOTTEN).millis(), ":now": now.millis() })?;
    let mut all = Vec::new();
    while let Some(r) = rows.next()? {
        all.push(status(r)?);
    }
    Ok(all)
}

fn status(r: &Row<'_>) -> Result<NodeStatus> {
    let id = NodeId::new(&r.get::<_, String>("id")?).map_err(|e| Error::Corrupt(format!("name of a node: {e}")))?;
    let kind = match r.get("kind")? {
        DAEMON => NodeKind::Daemon,
        COMMAND => NodeKind::Command,
        other => return Err(Error::Corrupt(format!("node {id} is of an unknown kind, {other}"))),
    };
    let beat_at = Timestamp::from_millis(r.get("beat_at")?);
    let left_at = r.get::<_, Option<i64>>("left_at")?.map(Timestamp::from_millis);
    Ok(NodeStatus {
        node: Node { id, generation: r.get("generation")? },
        kind,
        joined_at: Timestamp::from_millis(r.get("joined_at")?),
        beat_at,
        left_at: left_at.or_else(|| Process::read(&r.get::<_, String>("process").ok()?).ended_at(beat_at)),
        // It has one daemon, which does all that there is to do.
        roles: Roles::default(),
        machine: None,
        claims: r.get::<_, i64>("claims")?.try_into().unwrap_or_default(),
        duties: Vec::new(),
    })
}

const PROCESS: &str = "
    SELECT process
      FROM node
     WHERE id = :id AND generation = :generation AND left_at IS NULL";

/// The process of a node; `None` when it is not at work.
fn process(c: &Connection, node: &Node) -> rusqlite::Result<Option<Process>> {
    let it = named_params! { ":id": node.id.as_str(), ":generation": node.generation };
    let process: Option<String> = c.prepare_cached(PROCESS)?.query_row(it, |r| r.get(0)).optional()?;
    Ok(process.as_deref().map(Process::read))
}

/// Before a node claims: frees what the dead hold, and returns what its claims are
/// held by.
///
/// # Errors
/// [`Error::Replaced`] when it is not at work.
pub fn claiming(c: &Connection, node: &Node, now: Timestamp) -> Result<String> {
    if process(c, node)?.is_none() {
        return Err(Error::Replaced(node.id.clone()));
    }
    bury(c, node, now)?;
    Ok(node.to_string())
}

const OTHERS: &str = "
    SELECT DISTINCT holder
      FROM source
     WHERE lease_until_at > 0 AND holder <> :own";

/// Frees what is held by others that are not at work, or whose processes were killed.
fn bury(c: &Connection, own: &Node, now: Timestamp) -> Result<()> {
    let mut statement = c.prepare_cached(OTHERS)?;
    let others = statement.query_map(named_params! { ":own": own.to_string() }, |r| r.get(0))?;
    let others: Vec<String> = others.collect::<rusqlite::Result<_>>()?;
    for holder in others {
        let Some(node) = Node::read(&holder) else {
            free(c, &holder)?;
            continue;
        };
        match process(c, &node)?.map(|process| process.life()) {
            Some(Life::Alive | Life::Unknown) => {}
            Some(Life::Dead) | None => leave(c, &node, now)?,
        }
    }
    Ok(())
}

const FREE: &str = "
    UPDATE source
       SET lease = lease + 1, lease_until_at = 0
     WHERE holder = :holder AND lease_until_at > 0";

/// Frees the claims and turns of a holder. What is due when stays: it may be a
/// document that killed its process (check P28).
fn free(c: &Connection, holder: &str) -> rusqlite::Result<()> {
    let claims = c.prepare_cached(FREE)?.execute(named_params! { ":holder": holder })?;
    turns::end_of(c, holder)?;
    if claims > 0 {
        tracing::info!(holder, claims, "claims of a node that is gone are given back");
    }
    Ok(())
}
