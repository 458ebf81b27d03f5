//! `[node]`: who this daemon is among those that work on one store, and what it does.

use crate::model::NodeId;
use crate::store::{Location, NodeRole, Roles};

use crate::config::reading::reader::{ConfigTable, Value};
use crate::config::reading::report::{Complaint, Report};
use crate::config::values;

/// `[node]`: a daemon among others.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NodeSettings {
    /// Its name; `None`: made once, and kept.
    pub id: Option<NodeId>,
    /// What it does.
    pub roles: Roles,
}

const EXAMPLE: &str = "[\"poll\", \"publish\", \"background\"]";

impl NodeSettings {
    /// Of a daemon whose store lies at `store`.
    pub(in crate::config) fn read(
        table: Option<ConfigTable<'_>>,
        store: &Location,
        report: &mut Report,
    ) -> NodeSettings {
        let Some(mut table) = table else { return NodeSettings::default() };
        let id = table.read("id", "\"desk-1\"", report, |text| {
            NodeId::new(text).map_err(|error| Complaint::new(error.to_string()).hint("write a name as \"desk-1\""))
        });
        let written = table.value("roles");
        let roles = written.as_ref().and_then(|value| roles(value, report)).unwrap_or_default();
        if let Some(value) = written.filter(|_| !store.is_shared() && roles != Roles::default()) {
            let complaint = Complaint::new("leaves work undone: a store in a file has one daemon, which does it all");
            value.refuse(complaint.hint("leave it out, or keep the store on a server"), report);
        }
        table.finish(&[], report);
        NodeSettings { id, roles }
    }
}

fn roles(value: &Value<'_>, report: &mut Report) -> Option<Roles> {
    let items = value.items(EXAMPLE, report)?;
    if items.is_empty() {
        value.refuse(Complaint::new("names no role").hint(format!("write {EXAMPLE}, or some of them")), report);
        return None;
    }
    let mut roles = Roles::none();
    for item in &items {
        roles.add(item.read("\"poll\"", report, |text| values::choice(text, &NodeRole::ALL))?);
    }
    Some(roles)
}
