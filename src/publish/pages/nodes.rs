//! Who works on the store, on `/sources`.

use maud::{Markup, html};

use crate::clock::Timestamp;

use super::{PageFrame, count, shown};

/// A daemon at a glance.
#[derive(Clone, Debug)]
pub struct NodeLine {
    /// Its name.
    pub id: String,
    /// Whether it was heard of lately.
    pub is_heard: bool,
    /// The machine that it runs on.
    pub host: String,
    /// The program's version.
    pub program: String,
    /// What it does, in words.
    pub roles: String,
    /// The duties that it has, by name.
    pub duties: Vec<String>,
    /// Sources that it has claimed.
    pub claims: u64,
    /// When it was last heard of.
    pub beat_at: Timestamp,
}

/// All daemons, and what is to be said of them all.
pub fn nodes(frame: &PageFrame<'_>, nodes: &[NodeLine], complaints: &[String]) -> Markup {
    html! {
        @if !nodes.is_empty() {
            h2 { "Nodes" }
            @for sentence in complaints { p.bad { (shown(sentence)) } }
            ul.nodes {
                @for node in nodes {
                    li {
                        code { (shown(&node.id)) } " on " (shown(&node.host)) " (" (shown(&node.program)) "): " (node.roles)
                        @if !node.duties.is_empty() { "; duties: " (shown(&node.duties.join(", "))) }
                        "; " (count(node.claims, "claim", "claims")) "; "
                        @if node.is_heard { "heard of " } @else { span.bad { "not heard of since " } }
                        (frame.when(node.beat_at))
                    }
                }
            }
        }
    }
}
