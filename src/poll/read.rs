//! From a document's bytes to what is to be stored of it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::fetch::Received;
use crate::identity::{self, fickle, questions};
use crate::model::{Entry, EntryId, Failure, Fingerprint, Work};
use crate::store::Found;

use super::attempt::Attempt;
use super::document::deciding::Deciding;
use super::document::open::open;
use super::document::settle::settle;
use super::document::{Addresses, KnownBy, Memory, OpenedDocument, ReadDocument};
use super::poller::Poller;

/// Entries whose URLs are compared with those before: what changes in all of these changes in
/// every one.
const COMPARED: usize = 20;

impl Poller {
    /// Reads a document and decides about its entries. The room for its bytes is released once
    /// they are read, because further documents that it names need some.
    pub(super) async fn read(&self, attempt: &Attempt<'_>, received: Received) -> Result<ReadDocument, Failure> {
        let (polled, now, Received { body, room }) = (attempt.polled.clone(), attempt.now, received);
        let known_by = KnownBy { validators: body.validators.clone(), url: body.url.to_string(), hash: body.hash };
        let fickle = attempt.claim.state.standing.fickle.clone();
        let host = &attempt.claim.host;
        let mut document = self.readers.read(host, move |work| open(&body, &polled, &fickle, now, work)).await??;
        drop(room);
        if !document.parsed.maps.is_empty() {
            self.read_maps(attempt, &mut document).await?;
        }
        let memory = self.remember(attempt, &document).await?;
        let (document, memory) = self.with_older(attempt, document, memory).await?;
        let (polled, plan) = (attempt.polled.clone(), Arc::clone(&attempt.plan));
        let settled = move |work: &Work| settle(document, &Deciding::new(&memory, &polled, &plan), known_by, work);
        let mut read = self.readers.read(host, settled).await?;
        if attempt.polled.configured.source.full_text {
            self.keep_articles(attempt, &mut read).await?;
        }
        read.fickle = self.learn(&read.adrift).await?;
        forget(&attempt.claim.state.standing.fickle, &mut read);
        Ok(read)
    }

    /// What is known of a document's entries.
    pub(super) async fn remember(&self, attempt: &Attempt<'_>, document: &OpenedDocument) -> Result<Memory, Failure> {
        let state = attempt.claim.state.clone();
        let asked = questions(&document.parsed.entries, &document.readings);
        let known = self.store.known(&attempt.claim.source, &state.window, &asked).await;
        let known = known.map_err(|e| Failure::NotStored(e.to_string()))?;
        Ok(Memory { state, known, now: attempt.now })
    }

    /// Parameters that change in the URLs of entries that are otherwise the same.
    async fn learn(&self, adrift: &[(EntryId, Addresses)]) -> Result<Vec<String>, Failure> {
        if adrift.is_empty() {
            return Ok(Vec::new());
        }
        let now: HashMap<EntryId, &Addresses> = adrift.iter().map(|(id, now)| (*id, now)).collect();
        let ids: Vec<EntryId> = adrift.iter().map(|(id, _)| *id).take(COMPARED).collect();
        let stored = self.store.published(&ids).await.map_err(|e| Failure::NotStored(e.to_string()))?;
        let pairs = |which: usize| -> Vec<(String, String)> {
            let pair = |(id, before): (EntryId, &Addresses)| Some((now[&id][which].clone()?, before[which].clone()?));
            let stored = stored.iter().map(|p| (p.place.entry, [p.entry.id.clone(), p.entry.link.clone()]));
            stored.filter_map(|(id, before)| pair((id, &before))).collect()
        };
        Ok(fickle::changed(&pairs(0)).into_iter().chain(fickle::changed(&pairs(1))).collect())
    }
}

/// Removes parameters that were found to mean nothing from the URLs of this document already,
/// so that its entries are recognised by the rest in the next one.
fn forget(before: &[String], read: &mut ReadDocument) {
    let mut names = before.to_vec();
    fickle::remember(&mut names, read.fickle.clone());
    if names == before {
        return;
    }
    let links: Vec<String> = read.found.iter_mut().filter_map(written).filter_map(|(e, _)| e.link.clone()).collect();
    let names = fickle::telling(&links, &names);
    for (entry, print) in read.found.iter_mut().filter_map(written) {
        (print.id, print.page) = identity::addresses(entry, names);
    }
}

/// The entry that is stored, and the hashes that are stored with it.
fn written(found: &mut Found) -> Option<(&Entry, &mut Fingerprint)> {
    match found {
        Found::New(new) => Some((&new.entry, &mut new.print)),
        Found::Revised(revision) => Some((&revision.entry.entry, &mut revision.print)),
        Found::Followed(followed) => Some((&followed.entry.entry, &mut followed.print)),
        Found::Same(_) | Found::Rekeyed { .. } => None,
    }
}
