//! What readers were served over time, by all daemons.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::Running;

/// The feed of everything, as it was seen.
#[derive(Default)]
pub struct Seen {
    /// Documents by their `ETag`.
    documents: BTreeMap<String, String>,
    /// The `ETag`s that each daemon served, in order.
    served: BTreeMap<String, Vec<String>>,
    /// The ids that were published.
    pub ids: BTreeSet<String>,
}

impl Seen {
    /// Looks at what a daemon serves now: one `ETag` stands for the same bytes everywhere, and
    /// none comes back that another has followed (R2).
    pub fn look(&mut self, id: &str, running: &Running) {
        let got = running.get("/feeds/all.atom", &[]);
        if got.status != 200 {
            return;
        }
        let (etag, text) = (got.header("etag").expect("an ETag"), got.text());
        let document = self.documents.entry(etag.clone()).or_insert_with(|| text.clone());
        assert_eq!(*document, text, "{id}: other bytes under {etag}");
        let served = self.served.entry(id.to_owned()).or_default();
        if served.last() != Some(&etag) {
            assert!(!served.contains(&etag), "{id} serves {etag} again, after {:?}", served.last());
            served.push(etag);
        }
        let read = feed_rs::parser::parse(text.as_bytes()).unwrap();
        self.ids.extend(read.entries.into_iter().map(|entry| entry.id));
    }
}
