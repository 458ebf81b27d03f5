//! The nodes of a store, in `status`.

use serde::Serialize;

use crate::clock::{Timestamp, span};
use crate::store::{self, NodeKind, NodeStatus, Store, undone};

use crate::cli::output::{Hue, Output};
use crate::cli::table::{ColumnSide, TextTable, write};

/// All daemons that worked on the store lately.
pub async fn daemons(store: &dyn Store, now: Timestamp) -> Result<Vec<NodeStatus>, store::Error> {
    let mut all = store.nodes(now).await?;
    all.retain(|node| node.kind == NodeKind::Daemon);
    Ok(all)
}

/// A daemon as JSON.
#[derive(Serialize)]
pub struct NodeJson<'a> {
    id: &'a str,
    state: &'static str,
    roles: String,
    host: &'a str,
    program: &'a str,
    joined_at: String,
    beat_at: String,
    left_at: Option<String>,
    claims: u64,
    duties: &'a [String],
}

/// A daemon as JSON.
pub fn json(node: &NodeStatus, now: Timestamp) -> NodeJson<'_> {
    NodeJson {
        id: node.node.id.as_str(),
        state: state(node, now),
        roles: node.roles.to_string(),
        host: &node.host,
        program: &node.program,
        joined_at: node.joined_at.rfc3339(),
        beat_at: node.beat_at.rfc3339(),
        left_at: node.left_at.map(Timestamp::rfc3339),
        claims: node.claims,
        duties: &node.duties,
    }
}

fn state(node: &NodeStatus, now: Timestamp) -> &'static str {
    match node.left_at {
        Some(_) => "left",
        None if node.is_at_work(now) => "at-work",
        None => "silent",
    }
}

/// A table of them for people, where several may work on one store.
pub fn print(out: &Output, nodes: &[NodeStatus], now: Timestamp) {
    let nodes: Vec<NodeStatus> = nodes.iter().filter(|node| node.is_daemon_on_a_host()).cloned().collect();
    if nodes.is_empty() {
        return;
    }
    out.line("");
    let mut table = TextTable::new(&[
        ("NODE", ColumnSide::Left),
        ("STATE", ColumnSide::Left),
        ("CLAIMS", ColumnSide::Right),
        ("HEARD OF", ColumnSide::Left),
        ("WORK", ColumnSide::Left),
    ]);
    let plain = |text: String| (Hue::Plain, text);
    for node in &nodes {
        let heard = format!("{} ago", span(now.since(node.left_at.unwrap_or(node.beat_at))));
        let duties =
            if node.duties.is_empty() { String::new() } else { format!("; duties: {}", node.duties.join(", ")) };
        let work = format!("{} on {} ({}){duties}", node.roles, node.host, node.program);
        let hue = if state(node, now) == "at-work" { Hue::Green } else { Hue::Red };
        table.row(vec![
            plain(node.node.id.to_string()),
            (hue, state(node, now).to_owned()),
            plain(node.claims.to_string()),
            plain(heard),
            plain(work),
        ]);
    }
    table.lines(out.columns()).iter().for_each(|line| write(out, line));
    for sentence in undone(&nodes, now) {
        out.line(sentence);
    }
}
