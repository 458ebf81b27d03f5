//! Who carried a copy, as far as its issuer depends on it.

/// The kind of a copy's carrier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CarrierKind {
    /// It sends what others pay for: each copy has an issuer.
    ReleaseWire,
    /// It writes itself: its copy has an issuer only where it says so.
    Agency,
    /// Nothing is known of it.
    Unknown,
}
