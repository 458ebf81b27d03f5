//! The result of a request, as far as a poll treats results differently.

use crate::model::{Body, Failure, Outcome, PollState, Validators};

/// The kind of a poll that brought the same bytes as the poll before (P7).
pub const UNCHANGED: &str = "unchanged";

/// The result of a request, as far as a poll treats results differently.
pub enum Gathered {
    Quiet { kind: &'static str, text: &'static str, validators: Option<(Validators, String)> },
    Document(Box<Body>),
    Failed(Failure),
}

/// Decides what is to be done with a response.
pub fn gather(outcome: Outcome, state: &PollState) -> Gathered {
    match outcome {
        Outcome::Failed(failure) => Gathered::Failed(failure),
        Outcome::NotModified { renewed } => Gathered::Quiet {
            kind: "not-modified",
            text: "not modified",
            validators: renew(&state.validators, renewed).zip(state.validators_url.clone()),
        },
        // The same bytes are not read again, even if their validators differ (P7).
        Outcome::Document(body) if state.body_hash == Some(body.hash) => Gathered::Quiet {
            kind: UNCHANGED,
            text: "the same document as before",
            validators: Some((body.validators, body.url.to_string())),
        },
        Outcome::Document(body) => Gathered::Document(body),
    }
}

/// The pair after a 304 that may renew either of its halves (check P3).
fn renew(stored: &Validators, renewed: Validators) -> Option<Validators> {
    (!renewed.is_empty()).then(|| Validators {
        etag: renewed.etag.or_else(|| stored.etag.clone()),
        last_modified: renewed.last_modified.or_else(|| stored.last_modified.clone()),
    })
}
