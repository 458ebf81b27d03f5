//! Addresses of the web: URLs in their forms, hosts, and what of the network they reach.

pub mod address;
mod host;
mod link_template;
pub mod loose;
mod url;

pub use host::{Host, site};
pub use link_template::{LinkTemplate, NoTemplate};
pub use loose::LooseUrl;
pub use url::{CanonicalUrl, is_iri, with_credentials_of, without_credentials, without_feed_scheme, without_prefix};
