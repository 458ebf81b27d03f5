//! The operator's own places: `[places] file`.
//!
//! A line is `name, country, population, spellings`: the spellings are parted by `|`, and
//! may be missing, as may the population. Empty lines and lines that begin with `#` are
//! passed over. A field in quotation marks may hold commas.

use std::collections::HashMap;
use std::fmt;

use super::country::Country;
use super::gazetteer::Gazetteer;
use super::pack::{Packer, PlaceRow};
use crate::text::quote::in_quotes;

/// A place that the operator added or corrected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnPlace {
    /// Its usual name.
    pub name: String,
    /// Its country.
    pub country: Country,
    /// How many people live there; `None` if that is not told.
    pub population: Option<u32>,
    /// Further spellings.
    pub spellings: Vec<String>,
}

/// A line that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: OwnProblem,
}

/// What is wrong with a line of the operator's file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnProblem {
    /// There is no name, or nothing of it is a letter.
    NoName,
    /// There is no country.
    NoCountry,
    /// This is no country's code.
    UnknownCountry(String),
    /// This is no number of people.
    NoNumber(String),
    /// A quotation mark is not closed.
    OpenQuote,
    /// There are more than four fields.
    TooMany,
    /// An earlier line names the same place.
    Repeated(usize),
}

impl OwnProblem {
    /// What is wrong, as a sentence.
    pub fn sentence(&self) -> String {
        match self {
            OwnProblem::NoName => "the name is missing".to_owned(),
            OwnProblem::NoCountry => "the country is missing".to_owned(),
            OwnProblem::UnknownCountry(code) => format!("{} is no country", in_quotes(code)),
            OwnProblem::NoNumber(text) => format!("{} is no number of people", in_quotes(text)),
            OwnProblem::OpenQuote => "a quotation mark is not closed".to_owned(),
            OwnProblem::TooMany => "there are more than four fields".to_owned(),
            OwnProblem::Repeated(line) => format!("line {line} names the same place"),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            OwnProblem::NoName => "write: name, country, population, spelling | spelling",
            OwnProblem::NoCountry | OwnProblem::UnknownCountry(_) => "give its two letters (ISO 3166-1), such as CN",
            OwnProblem::NoNumber(_) => "write digits alone, or leave the field empty",
            OwnProblem::OpenQuote => "add one at the end of the field",
            OwnProblem::TooMany => "part spellings by |",
            OwnProblem::Repeated(_) => "put all spellings in one line",
        }
    }
}

impl fmt::Display for OwnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; {}", self.line, self.problem.sentence(), self.problem.remedy())
    }
}

/// Reads the operator's file.
///
/// # Errors
/// Every line that cannot be read, with what to do about it.
pub fn parse(text: &str, gazetteer: &Gazetteer) -> Result<Vec<OwnPlace>, Vec<OwnError>> {
    let (mut places, mut errors) = (Vec::<(usize, OwnPlace)>::new(), Vec::new());
    for (line, content) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if content.trim().is_empty() || content.trim_start().starts_with('#') {
            continue;
        }
        let problem = match read(content, gazetteer) {
            Ok(place) => match places.iter().find(|(_, p)| p.name == place.name && p.country == place.country) {
                Some((first, _)) => OwnProblem::Repeated(*first),
                None => {
                    places.push((line, place));
                    continue;
                }
            },
            Err(problem) => problem,
        };
        errors.push(OwnError { line, problem });
    }
    if errors.is_empty() { Ok(places.into_iter().map(|(_, place)| place).collect()) } else { Err(errors) }
}

fn read(line: &str, gazetteer: &Gazetteer) -> Result<OwnPlace, OwnProblem> {
    let fields = fields(line)?;
    let field = |n: usize| fields.get(n).map_or("", |text| text.trim());
    if !field(0).chars().any(char::is_alphabetic) {
        return Err(OwnProblem::NoName);
    }
    if field(1).is_empty() {
        return Err(OwnProblem::NoCountry);
    }
    let known = Country::new(field(1)).filter(|country| gazetteer.country(*country).is_some());
    let country = known.ok_or_else(|| OwnProblem::UnknownCountry(field(1).to_owned()))?;
    let population = match field(2) {
        "" => None,
        digits => Some(digits.parse().map_err(|_| OwnProblem::NoNumber(digits.to_owned()))?),
    };
    if fields.len() > 4 {
        return Err(OwnProblem::TooMany);
    }
    let spellings = field(3).split('|').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect();
    Ok(OwnPlace { name: field(0).to_owned(), country, population, spellings })
}

/// The fields of a line: parted by commas, in quotation marks if they hold some.
fn fields(line: &str) -> Result<Vec<String>, OwnProblem> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' if is_quoted || field.trim().is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    if is_quoted { Err(OwnProblem::OpenQuote) } else { Ok(fields) }
}

/// The operator's places as a layer above the built-in one, numbered from `first` on, and
/// the populations of built-in places that they correct. A place that is built in under
/// this name in this country gets the spellings; another becomes a city of its own.
pub(super) fn packed(own: &[OwnPlace], gazetteer: &Gazetteer, first: u32) -> (Vec<u8>, HashMap<u32, u32>) {
    let mut packer = Packer::from_number(first);
    let mut populations = HashMap::new();
    for place in own {
        let known = gazetteer.named(&place.name).into_iter().find(|p| p.country == place.country && p.kind.is_city());
        let number = match known {
            Some(known) => {
                populations.extend(place.population.map(|people| (known.id.0, people)));
                Some(known.id.0)
            }
            None => packer.place(&PlaceRow {
                kind: "city",
                country: place.country.code(),
                region: None,
                population: place.population.unwrap_or(0),
                at: None,
                name: &place.name,
            }),
        };
        for text in std::iter::once(&place.name).chain(&place.spellings) {
            number.into_iter().for_each(|number| packer.spelling(text, number));
        }
    }
    (packer.finish(), populations)
}
