//! What is known of a document besides its bytes.

use crate::clock::Zone;
use crate::model::Work;

/// What is known of a document besides its bytes, whoever sent it.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The URL that the document came from; base of relative links.
    pub url: &'a url::Url,
    /// The `Content-Type` field.
    pub content_type: Option<&'a str>,
    /// Language of entries when the document does not say.
    pub language: Option<&'a str>,
    /// For dates that carry no zone.
    pub timezone: Zone,
    /// Tells when nobody waits for it any longer.
    pub work: Work,
}
