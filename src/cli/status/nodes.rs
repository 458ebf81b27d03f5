//! The nodes of a store, in `status`.

use serde::Serialize;

use crate::clock::{Timestamp, span};
use crate::store::{self, ConfigDigests, NodeKind, NodeMachine, NodeStatus, Store, complaints};

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
    configuration: Option<ConfigJson>,
    joined_at: String,
    beat_at: String,
    left_at: Option<String>,
    claims: u64,
    duties: &'a [String],
}

/// Digests of a daemon's configuration: where two of one version differ, so do what they are of.
#[derive(Serialize)]
struct ConfigJson {
    sources: String,
    feeds: String,
    settings: String,
}

/// A daemon as JSON.
pub fn json(node: &NodeStatus, now: Timestamp) -> NodeJson<'_> {
    let machine = node.machine.as_ref();
    NodeJson {
        id: node.node.id.as_str(),
        state: state(node, now),
        roles: node.roles.to_string(),
        host: machine.map_or("", |machine| &machine.host),
        program: machine.map_or("", |machine| &machine.program),
        configuration: machine.and_then(|machine| machine.config).map(config_json),
        joined_at: node.joined_at.rfc3339(),
        beat_at: node.beat_at.rfc3339(),
        left_at: node.left_at.map(Timestamp::rfc3339),
        claims: node.claims,
        duties: &node.duties,
    }
}

fn config_json(ConfigDigests { sources, feeds, settings }: ConfigDigests) -> ConfigJson {
    let [sources, feeds, settings] = [sources, feeds, settings].map(|digest| format!("{digest:016x}"));
    ConfigJson { sources, feeds, settings }
}

/// What is to be said of all of them, where several may work on one store.
pub fn remarks(nodes: &[NodeStatus], now: Timestamp) -> Vec<String> {
    let nodes = of_several(nodes);
    if nodes.is_empty() { Vec::new() } else { complaints(&nodes, now) }
}

fn of_several(nodes: &[NodeStatus]) -> Vec<NodeStatus> {
    nodes.iter().filter(|node| node.is_one_of_several()).cloned().collect()
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
    let several = of_several(nodes);
    if several.is_empty() {
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
    for node in &several {
        let heard = format!("{} ago", span(now.since(node.left_at.unwrap_or(node.beat_at))));
        let duties =
            if node.duties.is_empty() { String::new() } else { format!("; duties: {}", node.duties.join(", ")) };
        let on = node.machine.as_ref().map(|NodeMachine { host, program, .. }| format!(" on {host} ({program})"));
        let work = format!("{}{}{duties}", node.roles, on.unwrap_or_default());
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
    for sentence in remarks(nodes, now) {
        out.line(&sentence);
    }
}
