//! Where names of places may stand in a text, before it is asked what they mean.

use std::ops::Range;

use super::choose::Namesakes;
use super::cues;
use super::gazetteer::Gazetteer;
use super::marks::{UseMarks, WeakIn, name};
use super::mention::PlaceContext;
use super::place::{Place, PlaceId};
use super::weight::is_accented;
use crate::text::fold::Folded;
use crate::text::script;

/// A name of places in a text.
#[derive(Clone, Debug)]
pub(super) struct Sighting<'g> {
    pub text: usize,
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    pub places: Vec<Place<'g>>,
    /// For each place, what is to be known of the name.
    pub marks: Vec<UseMarks>,
    pub weak: WeakIn,
    pub is_given: bool,
    pub writing: WayOfWriting,
}

impl<'g> Sighting<'g> {
    /// Its places, to choose from.
    pub fn namesakes(&self) -> Namesakes<'_, 'g> {
        Namesakes { places: &self.places, marks: &self.marks }
    }
}

/// How a script tells names from other words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum WayOfWriting {
    /// By capital letters.
    Cased,
    /// By borders of words alone.
    Caseless,
    /// Not at all: Han, kana, Thai.
    Unspaced,
    /// By the beginnings of words.
    Hangul,
}

impl WayOfWriting {
    /// That of a folded character.
    fn of(c: char) -> WayOfWriting {
        match c {
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => WayOfWriting::Hangul,
            _ if script::is_unspaced(c) => WayOfWriting::Unspaced,
            _ if c.is_lowercase() => WayOfWriting::Cased,
            _ => WayOfWriting::Caseless,
        }
    }
}

/// Small adjectives ("chino", "китайский") are read in these languages, and in texts of
/// unknown language.
const SMALL_ADJECTIVES: [&str; 10] = ["de", "es", "fr", "it", "pt", "ru", "uk", "ar", "be", "ca"];

/// What a name stands behind without a space.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clings {
    No,
    ToName,
    ToPrefix,
}

/// What stands at a position.
enum WordTaken<'g> {
    Name(Sighting<'g>),
    /// A word that is no name of a place, up to here.
    Word(usize),
}

/// Reads one text.
pub(super) struct Scanner<'s, 'g> {
    pub gazetteer: &'g Gazetteer,
    pub number: usize,
    pub folded: &'s Folded,
    pub shown: &'s str,
    pub around: &'s PlaceContext<'s>,
}

impl<'g> Scanner<'_, 'g> {
    /// The names of the text, none across another: the longest from the left, until there
    /// are `most`.
    pub fn sightings(&self, out: &mut Vec<Sighting<'g>>, most: usize) {
        let (mut free, mut ends_name) = (0, usize::MAX);
        let reads_small = self.reads_small(6);
        for word in self.folded.words() {
            let start = word.start as usize;
            if start < free {
                continue;
            }
            if out.len() >= most {
                return;
            }
            let is_read = self.may_begin(start) && (reads_small || !self.is_small(start));
            let taken = if is_read {
                self.at(start, if start == ends_name { Clings::ToName } else { Clings::No })
            } else {
                None
            };
            match taken.or_else(|| self.behind_prefix(start)) {
                Some(WordTaken::Word(end)) => free = end,
                Some(WordTaken::Name(sighting)) => {
                    (free, ends_name) = (sighting.end, sighting.end);
                    out.push(sighting);
                }
                None => {}
            }
        }
    }

    /// Whether a name may begin at `start`.
    pub fn may_begin(&self, start: usize) -> bool {
        let text = &self.folded.text().as_bytes()[start..];
        self.gazetteer.layers.iter().any(|layer| layer.may_begin(text))
    }

    /// Arabic writes "and", "in", "to" and "as" together with the word that follows.
    fn behind_prefix(&self, start: usize) -> Option<WordTaken<'g>> {
        let text = &self.folded.text()[start..];
        if let Some(rest) = text.strip_prefix("لل") {
            return self.respelled(start, "ال", rest);
        }
        let rest = text.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك'])?;
        let begins = start + text.len() - rest.len();
        let after = if self.may_begin(begins) { self.at(begins, Clings::ToPrefix) } else { None };
        match after {
            Some(WordTaken::Name(sighting)) if is_likely_behind_prefix(&sighting) => Some(WordTaken::Name(sighting)),
            _ => None,
        }
    }

    /// A name that begins otherwise than it is written here.
    fn respelled(&self, start: usize, beginning: &str, rest: &str) -> Option<WordTaken<'g>> {
        let word = rest.find(|c| !script::has_border(c)).unwrap_or(rest.len());
        let spelled = format!("{beginning}{}", &rest[..word]);
        let end = start + self.folded.text()[start..].len() - rest.len() + word;
        self.sighting(start, end, &self.ranks(&spelled), WayOfWriting::Caseless).map(WordTaken::Name)
    }

    fn ranks(&self, folded: &str) -> Vec<(usize, u32)> {
        let layers = self.gazetteer.layers.iter().enumerate();
        layers.filter_map(|(n, layer)| layer.rank(folded).map(|rank| (n, rank))).collect()
    }

    /// The longest name that begins at `start`.
    fn at(&self, start: usize, clings: Clings) -> Option<WordTaken<'g>> {
        let text = self.folded.text();
        let first = text[start..].chars().next()?;
        let writing = WayOfWriting::of(first);
        if clings != Clings::ToPrefix && !self.may_start(start, first, writing, clings) {
            return None;
        }
        let mut ends: Vec<(usize, usize, u32)> = Vec::new();
        for (n, layer) in self.gazetteer.layers.iter().enumerate() {
            layer.names_of(&text.as_bytes()[start..], |length, rank| ends.push((start + length, n, rank)));
        }
        ends.sort_unstable_by_key(|(end, ..)| std::cmp::Reverse(*end));
        for same in ends.chunk_by(|a, b| a.0 == b.0) {
            let end = same[0].0;
            if !self.may_end(start, end, writing) {
                continue;
            }
            let mut ranks: Vec<(usize, u32)> = same.iter().map(|(_, layer, rank)| (*layer, *rank)).collect();
            // 大田市 is a town in Japan, 韩国大田市 the city of 大田.
            let stem = text[start..end].strip_suffix('市').map(|stem| start + stem.len());
            ranks.extend(ends.iter().filter(|(end, ..)| Some(*end) == stem).map(|(_, layer, rank)| (*layer, *rank)));
            let is_word = |(n, rank): &(usize, u32)| self.gazetteer.layers[*n].marks(*rank) & name::WORD != 0;
            if ranks.iter().any(is_word) && (writing != WayOfWriting::Cased || self.is_capital(start)) {
                return Some(WordTaken::Word(end));
            }
            if let Some(sighting) = self.sighting(start, end, &ranks, writing)
                && !self.is_part(&sighting)
            {
                return Some(WordTaken::Name(sighting));
            }
        }
        None
    }

    /// What the names of these ranks stand for at `start..end`; `None` if nothing.
    pub fn sighting(
        &self,
        start: usize,
        end: usize,
        ranks: &[(usize, u32)],
        writing: WayOfWriting,
    ) -> Option<Sighting<'g>> {
        let layers = &self.gazetteer.layers;
        let (mut places, mut marks) = (Vec::new(), Vec::new());
        let (mut weak, mut is_given) = (WeakIn::default(), false);
        let mut case = None;
        for (n, rank) in ranks {
            let layer = &layers[*n];
            is_given |= layer.marks(*rank) & name::GIVEN != 0;
            // What the operator names is no common word.
            if *n == 0 && Some(rank) == ranks.first().map(|(_, rank)| rank) {
                weak = layer.weak(*rank);
            }
            if *n > 0 {
                weak = WeakIn::default();
            }
            for (number, mark) in layer.uses(*rank) {
                let case = *case.get_or_insert_with(|| self.case(start, end, writing));
                let is_new = places.iter().all(|place: &Place<'_>| place.id != PlaceId(number));
                if is_new
                    && self.fits(mark, case, end - start)
                    && let Some(place) = self.gazetteer.place(PlaceId(number))
                {
                    marks.push(self.as_spelled(mark, start..end, &place));
                    places.push(place);
                }
            }
        }
        if writing == WayOfWriting::Hangul && self.is_led(start) {
            keep_countries(&mut places, &mut marks);
        }
        let text = self.number;
        (!places.is_empty()).then_some(Sighting { text, start, end, places, marks, weak, is_given, writing })
    }

    /// The marks of a name, with whether the text spells it as the place does.
    fn as_spelled(&self, mark: UseMarks, at: Range<usize>, place: &Place<'_>) -> UseMarks {
        if is_accented(self.shown_at(at.start, at.end), place) { mark | UseMarks::ACCENTED } else { mark }
    }

    /// Whether adjectives of so many bytes in small letters are read.
    fn reads_small(&self, length: usize) -> bool {
        match self.around.primary() {
            Some(language) => SMALL_ADJECTIVES.contains(&language),
            None => length > 5,
        }
    }

    /// Whether the word at `start` is written in small letters.
    fn is_small(&self, start: usize) -> bool {
        let first = self.folded.text()[start..].chars().next();
        first.is_some_and(|c| WayOfWriting::of(c) == WayOfWriting::Cased) && !self.is_capital(start)
    }

    fn fits(&self, mark: UseMarks, case: Case, length: usize) -> bool {
        match case {
            Case::None | Case::Capitals => true,
            Case::Capital => !mark.has(UseMarks::CAPITALS),
            Case::Small => mark.has(UseMarks::SMALL) && self.reads_small(length),
        }
    }

    fn may_start(&self, start: usize, first: char, writing: WayOfWriting, clings: Clings) -> bool {
        let mut before = self.folded.text()[..start].chars().rev();
        let last = before.next();
        match writing {
            WayOfWriting::Cased | WayOfWriting::Caseless => !last.is_some_and(script::has_border),
            WayOfWriting::Unspaced => {
                !(is_katakana(first) && last.is_some_and(is_katakana)) || clings == Clings::ToName
            }
            WayOfWriting::Hangul => {
                let is_hangul = |c: char| WayOfWriting::of(c) == WayOfWriting::Hangul;
                let led = last.is_some_and(|c| cues::LEADING.contains(&c)) && !before.next().is_some_and(is_hangul);
                !last.is_some_and(is_hangul) || led || clings == Clings::ToName
            }
        }
    }

    /// Whether a name in Hangul stands behind a syllable that leads names of countries.
    fn is_led(&self, start: usize) -> bool {
        self.folded.text()[..start].ends_with(cues::LEADING)
    }

    fn may_end(&self, start: usize, end: usize, writing: WayOfWriting) -> bool {
        let text = self.folded.text();
        let mut after = text[end..].chars();
        let next = after.next();
        match writing {
            WayOfWriting::Cased if next == Some('s') => {
                // Names in the genitive: "Chinas", "Berlins".
                let is_german = self.around.primary().is_none_or(|language| language == "de");
                is_german && end - start >= 4 && !after.next().is_some_and(script::has_border)
            }
            WayOfWriting::Cased | WayOfWriting::Caseless => !next.is_some_and(script::has_border),
            WayOfWriting::Unspaced => {
                let last = text[..end].chars().next_back();
                !(last.is_some_and(is_katakana) && next.is_some_and(is_katakana))
            }
            WayOfWriting::Hangul => {
                let rest = &text[end..];
                let is_long = text[start..end].chars().count() > 2;
                let goes_on = rest.starts_with(|c| WayOfWriting::of(c) == WayOfWriting::Hangul);
                let is_post = cues::POSTS.contains(&&text[start..end]);
                is_long || is_post || !goes_on || cues::CLINGING.iter().any(|cue| rest.starts_with(cue))
            }
        }
    }

    /// Whether the word at `start` of the folded text begins with a capital.
    pub fn is_capital(&self, start: usize) -> bool {
        let shown = self.folded.shown(start..start + 1, self.shown);
        self.shown[shown].chars().next().is_some_and(char::is_uppercase)
    }

    /// A part of the folded text as it is shown.
    fn shown_at(&self, start: usize, end: usize) -> &str {
        &self.shown[self.folded.shown(start..end, self.shown)]
    }

    /// Whether the word at `start` is an article in small letters and a capitalised name:
    /// "Côte d'Ivoire", "Reggio nell'Emilia".
    fn is_elided(&self, start: usize, end: usize) -> bool {
        let word = &self.folded.text()[start..end];
        let name = word.find('\'').filter(|at| *at <= ELIDED).map(|at| start + at + 1);
        name.is_some_and(|name| name < end && self.is_capital(name))
    }

    fn case(&self, start: usize, end: usize, writing: WayOfWriting) -> Case {
        if writing != WayOfWriting::Cased {
            return Case::None;
        }
        let text = self.folded.text();
        let last = text[start..end].rfind(' ').map_or(start, |space| start + space + 1);
        let last_is_capital = || {
            let is_cased = text[last..].chars().next().is_some_and(char::is_lowercase);
            last == start || !is_cased || self.is_capital(last) || self.is_elided(last, end)
        };
        if !self.is_capital(start) || !last_is_capital() {
            return Case::Small;
        }
        let shown = self.shown_at(start, end);
        if shown.chars().any(char::is_lowercase) { Case::Capital } else { Case::Capitals }
    }
}

/// A city of so many people may have a name of three letters behind a prefix.
const KNOWN_BEHIND_PREFIX: u32 = 500_000;

/// Whether a name in Arabic may stand behind a prefix: what is left of a short word is
/// seldom a place (وفدا is a delegation, not Fada).
fn is_likely_behind_prefix(sighting: &Sighting<'_>) -> bool {
    let is_known = |place: &Place<'_>| place.kind.is_country() || place.population >= KNOWN_BEHIND_PREFIX;
    match sighting.end - sighting.start {
        ..6 => false,
        6 | 7 => sighting.places.iter().any(is_known),
        _ => true,
    }
}

/// Letters of the longest article that loses its vowel before a name: "dell'".
const ELIDED: usize = 4;

/// Drops what is no country.
fn keep_countries(places: &mut Vec<Place<'_>>, marks: &mut Vec<UseMarks>) {
    let is_country: Vec<bool> = places.iter().map(|place| place.kind.is_country()).collect();
    let (mut of_place, mut of_mark) = (is_country.iter(), is_country.iter());
    places.retain(|_| of_place.next() == Some(&true));
    marks.retain(|_| of_mark.next() == Some(&true));
}

/// The letters with which a name is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Its script has no case.
    None,
    Small,
    Capital,
    Capitals,
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FE}' | '\u{31F0}'..='\u{31FF}')
}
