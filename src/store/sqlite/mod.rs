//! SQLite: one writer thread, a few readers.
