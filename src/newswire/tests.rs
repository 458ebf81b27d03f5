//! Reading whole copies.
