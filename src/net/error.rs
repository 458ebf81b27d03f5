//! What keeps the client from being made.

/// The client could not be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// A setting or the machine's TLS is unusable.
    #[error("http client: {0}")]
    Setup(String),
}
