//! A conditional request to an [`Outcome`](crate::model::Outcome).
