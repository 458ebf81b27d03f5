//! wiredesk: polls newswire sources, reads wire copy, publishes filtered feeds.
//!
//! The map, in reading order. `model`, `limits`, `text`, `places` and `clock` may be used by every
//! room; a room never imports another (only `fetch` may use `net`), and none imports
//! `config`: each defines its settings, which `config` fills. The rooms from `schedule` to
//! `publish` are pure: no runtime, no network, no database. Above them, `plan` says what
//! the configuration decides about an entry; `past` applies it to what is stored, `poll` to
//! what is fetched. `tests/it/tidy/` enforces this map.

pub mod clock;
pub mod limits;
pub mod model;
pub mod places;
pub mod text;

pub mod filter;
pub mod identity;
pub mod newswire;
pub mod opml;
pub mod parse;
pub mod publish;
pub mod schedule;
pub mod stories;

pub mod fetch;
pub mod net;
pub mod store;

pub mod config;
pub mod past;
pub mod plan;
pub mod poll;

pub mod cli;
pub mod daemon;
pub mod demo;
pub mod web;
