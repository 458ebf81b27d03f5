//! Which configurations were in force, in their order.

use super::nodes;
use crate::clock::Timestamp;
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{self, ConfigDigests, ConfigStanding, Error, Node, Result};

/// One at a time: whoever comes later finds what the one before put in force.
const ALONE: &str = "LOCK TABLE configuration IN SHARE ROW EXCLUSIVE MODE";

const NOTE: &str = "
    UPDATE node
       SET plan = $3::text
     WHERE id = $1::text AND generation = $2::bigint AND left_at IS NULL";

const RANKS: &str = "
    SELECT max(rank) AS newest,
           max(rank) FILTER (WHERE program = $1::text AND plan = $2::text) AS own
      FROM configuration";

const PUT_IN_FORCE: &str = "
    INSERT INTO configuration (program, plan, rank)
    SELECT $1::text, $2::text, coalesce(max(rank), 0) + 1
      FROM configuration
        ON CONFLICT (program, plan) DO UPDATE SET rank = excluded.rank";

/// As many changes of a configuration as a desk sees in years.
const KEPT: i64 = 10_000;

const FORGET: &str = "DELETE FROM configuration WHERE rank <= $1::bigint";

/// See [`Nodes::take_config`](crate::store::Nodes::take_config).
pub async fn take(writing: &Writing, node: &Node, config: &ConfigDigests, now: Timestamp) -> Result<ConfigStanding> {
    let (tx, now, config) = (&writing.tx, writing.now(now), config.to_string());
    tx.rows(ALONE, &[]).await?;
    let (id, plan) = (SqlText(node.id.as_str()), SqlText(&config));
    if tx.execute(NOTE, &[id.param(), node.generation.param(), plan.param()]).await? == 0 {
        return Err(Error::Replaced(node.id.clone()));
    }
    let program = SqlText(env!("CARGO_PKG_VERSION"));
    let (newest, own): (Option<i64>, Option<i64>) = match tx.one(RANKS, &[program.param(), plan.param()]).await? {
        Some(row) => (column(&row, "newest")?, column(&row, "own")?),
        None => (None, None),
    };
    if let Some(rank) = own {
        let standing = match newest == own {
            true => ConfigStanding::InForce,
            false => store::standing(rank, &node.id, &nodes::nodes(tx, now).await?, now),
        };
        if newest == own || standing != ConfigStanding::InForce {
            return Ok(standing);
        }
    }
    put_in_force(tx, program, plan, newest.unwrap_or_default()).await?;
    Ok(ConfigStanding::InForce)
}

async fn put_in_force(tx: &Tx, program: SqlText<'_>, plan: SqlText<'_>, newest: i64) -> Result<()> {
    tx.execute(PUT_IN_FORCE, &[program.param(), plan.param()]).await?;
    if newest > KEPT {
        tx.execute(FORGET, &[(newest - KEPT).param()]).await?;
    }
    Ok(())
}
