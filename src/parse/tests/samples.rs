//! Small samples of our own.
