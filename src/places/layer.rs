//! One packed gazetteer, read where it lies.
//!
//! The form: a head, then sections at multiples of eight bytes, numbers in little-endian.
//! The transducer gives each folded name its rank; by it stand the marks and the place, or
//! the list of places. A table of bits tells for most positions of a text that no name
//! begins there.

use std::borrow::Cow;

use fst::raw::{Fst, Output};

use super::country::Country;
use super::marks::{UseMarks, WeakIn, name};
use super::place::{Coordinates, Place, PlaceId, PlaceKind};

pub(super) const MAGIC: &[u8; 8] = b"WDPLACE1";
pub(super) const SECTIONS: usize = 7;
/// Magic, day, and where each section begins and how long it is.
pub(super) const HEADER: usize = 8 + 16 + 8 * SECTIONS;
/// Bytes of a place.
pub(super) const RECORD: usize = 24;
/// No place: there is no region.
pub(super) const NO_PLACE: u32 = u32::MAX;
/// So many bytes of a name's beginning are looked up in the table of bits.
pub(super) const START: usize = 6;

/// A packed gazetteer.
pub(super) struct Layer {
    names: Fst<Cow<'static, [u8]>>,
    bytes: Cow<'static, [u8]>,
    sections: [(usize, usize); SECTIONS],
    /// The number of its first place.
    first: u32,
}

/// The sections, by their numbers.
const NAMES: usize = 0;
const NUMBERS: usize = 1;
const LISTS: usize = 2;
const WEAK: usize = 3;
const PLACES: usize = 4;
const STRINGS: usize = 5;
const STARTS: usize = 6;

impl Layer {
    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads the head of a packed gazetteer, whose places are numbered from `first` on;
    /// `None` if it is none.
    pub fn open(bytes: Cow<'static, [u8]>, first: u32) -> Option<Layer> {
        if bytes.get(..8)? != MAGIC {
            return None;
        }
        let mut sections = [(0, 0); SECTIONS];
        for (n, section) in sections.iter_mut().enumerate() {
            let at = 24 + 8 * n;
            let (from, length) = (word(&bytes, at)? as usize, word(&bytes, at + 4)? as usize);
            bytes.get(from..from.checked_add(length)?)?;
            *section = (from, length);
        }
        let (from, length) = sections[NAMES];
        let names = match &bytes {
            Cow::Borrowed(all) => Cow::Borrowed(&all[from..from + length]),
            Cow::Owned(all) => Cow::Owned(all[from..from + length].to_vec()),
        };
        Some(Layer { names: Fst::new(names).ok()?, bytes, sections, first })
    }

    /// The day on which its data were taken; empty if none is told.
    pub fn taken(&self) -> &str {
        self.bytes.get(8..24).and_then(|day| std::str::from_utf8(day).ok()).unwrap_or_default().trim_end()
    }

    fn section(&self, number: usize) -> &[u8] {
        let (from, length) = self.sections[number];
        &self.bytes[from..from + length]
    }

    /// Whether a name may begin with `text`; true for every name.
    #[inline]
    pub fn may_begin(&self, text: &[u8]) -> bool {
        let starts = self.section(STARTS);
        let is_set = |length: usize| {
            let bit = start_bit(&text[..length], starts.len());
            starts[bit / 8] & 1 << (bit % 8) != 0
        };
        // A name shorter than that ends where a word may end.
        let may_end = |length: usize| match text.get(length) {
            None => true,
            // "Chinas" is a genitive in German.
            Some(b's') => true,
            Some(next) => !next.is_ascii_alphanumeric() && !matches!(next, 0x80..=0xBF),
        };
        let whole = START.min(text.len());
        (whole > 1 && is_set(whole)) || (2..whole).any(|length| may_end(length) && is_set(length))
    }

    /// Calls `meet` with the end and the rank of every name with which `text` begins, the
    /// shortest first.
    pub fn names_of(&self, text: &[u8], mut meet: impl FnMut(usize, u32)) {
        let mut node = self.names.root();
        let mut output = Output::zero();
        for (at, byte) in text.iter().enumerate() {
            let Some(way) = node.find_input(*byte) else { return };
            let step = node.transition(way);
            output = output.cat(step.out);
            node = self.names.node(step.addr);
            if node.is_final() {
                let rank = output.cat(node.final_output()).value();
                meet(at + 1, u32::try_from(rank).unwrap_or(u32::MAX));
            }
        }
    }

    /// The rank of a folded name.
    pub fn rank(&self, folded: &str) -> Option<u32> {
        self.names.get(folded.as_bytes()).and_then(|rank| u32::try_from(rank.value()).ok())
    }

    /// The marks of the name with this rank.
    pub fn marks(&self, rank: u32) -> u32 {
        word(self.section(NUMBERS), rank as usize * 4).unwrap_or(name::LISTED | name::NUMBER) & !name::NUMBER
    }

    /// The places that the name with this rank is a name of, with what is to be known of it.
    pub fn uses(&self, rank: u32) -> impl Iterator<Item = (u32, UseMarks)> + '_ {
        let number = word(self.section(NUMBERS), rank as usize * 4).unwrap_or(name::LISTED | name::NUMBER);
        let single = (number & name::LISTED == 0).then_some((number & name::NUMBER, UseMarks(0)));
        let lists = self.section(LISTS);
        let at = (number & name::NUMBER) as usize;
        let listed = if single.is_none() { word(lists, at * 4).unwrap_or(0) as usize } else { 0 };
        let listed = (at + 1..=at + listed).filter_map(move |n| word(lists, n * 4));
        single.into_iter().chain(listed.map(|one| (one & name::NUMBER, UseMarks((one >> 24) as u8))))
    }

    /// In which languages the name with this rank is a common word.
    pub fn weak(&self, rank: u32) -> WeakIn {
        if self.marks(rank) & name::WEAK == 0 {
            return WeakIn::default();
        }
        let weak = self.section(WEAK);
        let (mut from, mut to) = (0, weak.len() / 8);
        while from < to {
            let middle = usize::midpoint(from, to);
            if word(weak, middle * 8).is_some_and(|known| known < rank) { from = middle + 1 } else { to = middle }
        }
        let bits = word(weak, from * 8 + 4).filter(|_| word(weak, from * 8) == Some(rank));
        WeakIn(bits.and_then(|bits| u16::try_from(bits).ok()).unwrap_or_default())
    }

    /// How many places there are.
    pub fn places(&self) -> u32 {
        u32::try_from(self.section(PLACES).len() / RECORD).unwrap_or(u32::MAX)
    }

    /// The place with this number; `None` if it is not one of this layer.
    pub fn place(&self, number: u32) -> Option<Place<'_>> {
        let at = number.checked_sub(self.first)? as usize;
        let record = self.section(PLACES).get(at * RECORD..)?.get(..RECORD)?;
        let from = word(record, 0)? as usize;
        let shown = self.section(STRINGS).get(from..from + usize::from(record[5]))?;
        let region = word(record, 8).filter(|region| *region != NO_PLACE);
        let degrees = |at: usize| word(record, at).map(|w| w.cast_signed()).filter(|d| *d != i32::MIN);
        let at = degrees(16).zip(degrees(20));
        Some(Place {
            id: PlaceId(number),
            name: std::str::from_utf8(shown).ok()?,
            kind: kind(record[4]),
            country: Country::new(std::str::from_utf8(&record[6..8]).ok()?)?,
            region: region.map(PlaceId),
            population: word(record, 12)?,
            at: at.map(|(north, east)| Coordinates {
                latitude: f64::from(north) / 10_000.0,
                longitude: f64::from(east) / 10_000.0,
            }),
        })
    }
}

fn kind(number: u8) -> PlaceKind {
    match number {
        0 => PlaceKind::Country,
        1 => PlaceKind::CityState,
        2 => PlaceKind::Region,
        3 => PlaceKind::Capital,
        _ => PlaceKind::City,
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// The bit for the beginning of a name in a table of so many bytes, a power of two.
pub(super) fn start_bit(start: &[u8], table: usize) -> usize {
    let number = start.iter().rev().fold(start.len() as u64, |all, byte| all << 8 | u64::from(*byte));
    let hash = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from((hash ^ hash >> 29) >> 24).expect("forty bits") & (table * 8 - 1)
}
