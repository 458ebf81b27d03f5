//! Packs places and their names into the form in which a gazetteer is read: the file of the
//! program, and the operator's places in memory.

use std::collections::BTreeMap;

use super::country::Country;
use super::layer::{HEADER, MAGIC, NO_PLACE, RECORD, SECTIONS, START, start_bit};
use super::marks::{UseMarks, WeakIn, name};
use crate::text::fold;

/// The longest name in bytes: longer ones are no names.
const LONGEST_NAME: usize = 120;

/// Collects places and names.
#[derive(Default)]
pub struct Packer {
    /// The number of the first place.
    first: u32,
    taken: String,
    places: Vec<[u8; RECORD]>,
    strings: String,
    names: BTreeMap<String, PackedName>,
}

#[derive(Default)]
struct PackedName {
    marks: u32,
    weak: u16,
    uses: Vec<(u32, UseMarks)>,
}

/// A place to be packed.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceRow<'r> {
    /// `country`, `city-state`, `region`, `capital` or `city`.
    pub kind: &'r str,
    /// ISO 3166-1 code.
    pub country: &'r str,
    /// The number of its region.
    pub region: Option<u32>,
    /// How many people live there.
    pub population: u32,
    /// Latitude and longitude, in degrees.
    pub at: Option<(f64, f64)>,
    /// Its usual name.
    pub name: &'r str,
}

impl Packer {
    /// Packs the rows that `scripts/make-places` writes: tab-separated, the kind of row first.
    ///
    /// # Errors
    /// The first row that cannot be read, with its number.
    pub fn rows(text: &str) -> Result<Vec<u8>, String> {
        let mut packer = Packer::default();
        for (number, line) in (1..).zip(text.lines()) {
            packer.row(line).ok_or_else(|| format!("row {number} cannot be read: {line}"))?;
        }
        Ok(packer.finish())
    }

    /// A packer of places that are numbered from `first` on.
    pub fn from_number(first: u32) -> Packer {
        Packer { first, ..Packer::default() }
    }

    fn row(&mut self, line: &str) -> Option<()> {
        let cells: Vec<&str> = line.split('\t').collect();
        match *cells.as_slice() {
            ["taken", day] => self.taken = day.to_owned(),
            ["place", kind, country, region, population, latitude, longitude, shown] => {
                let region = if region.is_empty() { None } else { Some(region.parse().ok()?) };
                let at = latitude.parse().ok().zip(longitude.parse().ok());
                self.place(&PlaceRow { kind, country, region, population: population.parse().ok()?, at, name: shown })?;
            }
            ["name", place, marks, text] => {
                let marks =
                    marks.chars().try_fold(UseMarks::default(), |all, c| Some(all | UseMarks::from_letter(c)?))?;
                self.used(text, place.parse().ok()?, marks);
            }
            ["weak", languages, text] => {
                let bits = languages.split(',').try_fold(0, |all, one| Some(all | WeakIn::bits(one)?))?;
                let known = self.named(text);
                known.marks |= name::WEAK;
                known.weak |= bits;
            }
            ["given", text] => self.named(text).marks |= name::GIVEN,
            ["word", text] => self.named(text).marks |= name::WORD,
            _ => return None,
        }
        Some(())
    }

    /// Adds a place; returns its number, or `None` if its kind or country is none.
    pub fn place(&mut self, row: &PlaceRow<'_>) -> Option<u32> {
        let kind = ["country", "city-state", "region", "capital", "city"].iter().position(|kind| *kind == row.kind)?;
        let country = Country::new(row.country)?;
        let longest = (0..=usize::from(u8::MAX)).rev().find(|at| row.name.is_char_boundary(*at))?;
        let shown = row.name.get(..longest).unwrap_or(row.name);
        let mut record = [0; RECORD];
        record[..4].copy_from_slice(&count(self.strings.len()).to_le_bytes());
        record[4] = u8::try_from(kind).ok()?;
        record[5] = u8::try_from(shown.len()).ok()?;
        record[6..8].copy_from_slice(country.code().as_bytes());
        record[8..12].copy_from_slice(&row.region.unwrap_or(NO_PLACE).to_le_bytes());
        record[12..16].copy_from_slice(&row.population.to_le_bytes());
        let (latitude, longitude) = row.at.map_or((i32::MIN, i32::MIN), |(north, east)| (small(north), small(east)));
        record[16..20].copy_from_slice(&latitude.to_le_bytes());
        record[20..24].copy_from_slice(&longitude.to_le_bytes());
        self.strings.push_str(shown);
        self.places.push(record);
        Some(self.first + count(self.places.len() - 1))
    }

    /// Adds a spelling of a place.
    pub fn spelling(&mut self, text: &str, place: u32) {
        self.used(text, place, UseMarks::default());
    }

    fn used(&mut self, text: &str, place: u32, marks: UseMarks) {
        let bare = text.replace('.', "");
        let spellings = [text, &bare];
        for spelling in &spellings[..if text.contains('.') { 2 } else { 1 }] {
            let uses = &mut self.named(spelling).uses;
            match uses.iter_mut().find(|(known, _)| *known == place) {
                Some((_, known)) => *known = known.joined(marks),
                None => uses.push((place, marks)),
            }
        }
    }

    fn named(&mut self, text: &str) -> &mut PackedName {
        self.names.entry(fold::fold(text).text().trim().to_owned()).or_default()
    }

    /// The packed bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.names.retain(|text, _| !text.is_empty() && text.len() <= LONGEST_NAME);
        let (mut numbers, mut lists, mut weak) = (Vec::new(), Vec::new(), Vec::new());
        let mut starts = vec![0_u8; starts_size(self.names.len())];
        for (rank, (text, known)) in (0_u32..).zip(&self.names) {
            let bit = start_bit(&text.as_bytes()[..text.len().min(START)], starts.len());
            starts[bit / 8] |= 1 << (bit % 8);
            if known.weak != 0 {
                weak.extend([rank, u32::from(known.weak)]);
            }
            numbers.push(
                known.marks
                    | match known.uses.as_slice() {
                        [(place, UseMarks(0))] => *place,
                        uses => {
                            let at = count(lists.len());
                            lists.push(count(uses.len()));
                            lists.extend(uses.iter().map(|(place, marks)| place | u32::from(marks.0) << 24));
                            at | name::LISTED
                        }
                    },
            );
        }
        let ranked = self.names.keys().zip(0..);
        let names = fst::raw::Fst::from_iter_map(ranked).expect("names in order, each once").into_inner();
        let bytes = |words: Vec<u32>| words.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
        let records = self.places.into_iter().flatten().collect();
        assembled(
            &self.taken,
            [names, bytes(numbers), bytes(lists), bytes(weak), records, self.strings.into_bytes(), starts],
        )
    }
}

/// Bytes of bits for the beginnings of so many names: few of them are set.
fn starts_size(names: usize) -> usize {
    (names * 2).next_power_of_two().clamp(64, 1 << 18)
}

fn assembled(taken: &str, sections: [Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(format!("{taken:<16}").bytes().take(16));
    let mut at = HEADER;
    for section in &sections {
        out.extend(count(at).to_le_bytes());
        out.extend(count(section.len()).to_le_bytes());
        at += section.len().next_multiple_of(8);
    }
    for section in sections {
        out.extend(&section);
        out.resize(out.len().next_multiple_of(8), 0);
    }
    out
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are at most 180")]
fn small(degrees: f64) -> i32 {
    (degrees * 10_000.0).round() as i32
}

fn count(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 2^32")
}
