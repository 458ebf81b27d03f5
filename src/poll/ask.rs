//! Requests for a source: its document, and the further documents that it names.

use super::attempt::Attempt;
use super::document::OpenedDocument;
use super::document::open::open;
use super::poller::Poller;
use crate::clock::Timestamp;
use crate::fetch::{Ask, Asker, Received, Response};
use crate::model::{Failure, Host, Outcome, Purpose};
use crate::schedule::health::Contact;
use crate::store::Claim;

/// What a request that ended with this outcome and status shows about the desk's connection.
pub fn contact_of(outcome: &Outcome, status: Option<u16>) -> Contact {
    match outcome {
        // A response before a redirect is a response too, wherever it led.
        Outcome::Failed(failure) if status.is_none() => Contact::of(failure),
        _ => Contact::Reached,
    }
}

impl Poller {
    /// The response to a request on behalf of a claim.
    pub(super) async fn response_to(&self, claim: &Claim, ask: &Ask, purpose: Purpose, now: Timestamp) -> Response {
        let asker = Asker { net: &self.net, robots: &self.robots };
        asker.ask(ask, &self.manners(claim, purpose), now).await
    }

    /// Requests the source where it lives now.
    pub(super) async fn ask(&self, attempt: &mut Attempt<'_>) -> Outcome {
        let ask = attempt.ask();
        attempt.heard.host = Host::of(&ask.request.url, &attempt.claim.host.proxy);
        let response = self.response_to(attempt.claim, &ask, Purpose::Poll, attempt.now).await;
        attempt.hear(response, &ask.request.validators)
    }

    /// A further document of a source. It is requested whole.
    pub(super) async fn document_of(&self, attempt: &Attempt<'_>, ask: &Ask) -> Result<OpenedDocument, Failure> {
        let response = self.response_to(attempt.claim, ask, Purpose::Poll, attempt.now).await;
        self.opened(attempt, response.document()?).await
    }

    /// A further document of a source, read.
    pub(super) async fn opened(&self, attempt: &Attempt<'_>, received: Received) -> Result<OpenedDocument, Failure> {
        let (polled, now, host) = (attempt.polled.clone(), attempt.now, &attempt.claim.host);
        let fickle = attempt.claim.state.standing.fickle.clone();
        let Received { body, room: _room } = received;
        // The next poll waits for the lane of heavy sites: this poll has taken what it needs
        // already.
        self.readers.weigh(host, &body.bytes);
        self.readers.read(host, move |work| open(&body, &polled, &fickle, now, work)).await?
    }
}
