//! What was read of a line, before its places are known.

use std::ops::Range;

use super::date::PrintedDate;
use crate::newswire::copy::WireCopy;
use crate::newswire::tables::{Tables, WireNumber};
use crate::places::Gazetteer;

/// What every step of the reading asks.
#[derive(Clone, Copy)]
pub(super) struct DatelineDesk<'a> {
    pub copy: &'a WireCopy<'a>,
    pub tables: &'a Tables,
    pub gazetteer: &'a Gazetteer,
}

/// A dateline in a line: ranges are bytes of the line.
#[derive(Clone, Debug, Default)]
pub(super) struct PrintedDateline {
    /// Word for word, without the closing dash.
    pub raw: Range<usize>,
    /// Where the news begins.
    pub news_at: usize,
    pub places: Option<Range<usize>>,
    pub date: Option<PrintedDate>,
    pub wire: Option<WireNumber>,
    pub byline: Option<String>,
}
