//! Marks on names, as the file holds them.

use std::ops::BitOr;

/// What is to be known of a name, whatever place it names.
pub(super) mod name {
    /// The name stands in a list of several places, or of none.
    pub const LISTED: u32 = 1 << 31;
    /// It is a common word, or a family name, in some language: see the section of weak names.
    pub const WEAK: u32 = 1 << 30;
    /// It is a given name, or a form of address.
    pub const GIVEN: u32 = 1 << 29;
    /// It is a longer word that holds a place's name without meaning the place.
    pub const WORD: u32 = 1 << 28;
    /// The number of the place, or of the list.
    pub const NUMBER: u32 = (1 << 24) - 1;
}

/// What is to be known of a name as the name of one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct UseMarks(pub u8);

impl UseMarks {
    /// An adjective or demonym of a country.
    pub const ADJECTIVE: UseMarks = UseMarks(1);
    /// It may stand in small letters.
    pub const SMALL: UseMarks = UseMarks(2);
    /// It must stand in capital letters throughout.
    pub const CAPITALS: UseMarks = UseMarks(4);
    /// An abbreviation, which is read only beside a city.
    pub const ABBREVIATION: UseMarks = UseMarks(8);
    /// A rare spelling of a small place: it counts only with support.
    pub const SLIGHT: UseMarks = UseMarks(16);
    /// Not the place's main spelling, in Latin script: another place's main one comes first.
    pub const ALIAS: UseMarks = UseMarks(32);
    /// The text spells it with the accents of the place's main spelling: a mark of the reading,
    /// not of the file.
    pub const ACCENTED: UseMarks = UseMarks(64);

    /// Whether all marks of `other` are set.
    pub fn has(self, other: UseMarks) -> bool {
        self.0 & other.0 == other.0
    }

    /// What holds of a name that is spelled in two ways which fold alike: restrictions that
    /// both have, liberties that one has.
    pub fn joined(self, other: UseMarks) -> UseMarks {
        UseMarks(self.0 & other.0 | (self.0 | other.0) & UseMarks::SMALL.0)
    }

    /// The mark with this letter in the builder's rows.
    pub fn from_letter(letter: char) -> Option<UseMarks> {
        Some(match letter {
            'a' => UseMarks::ADJECTIVE,
            's' => UseMarks::SMALL,
            'x' => UseMarks::CAPITALS,
            'b' => UseMarks::ABBREVIATION,
            'w' => UseMarks::SLIGHT,
            'l' => UseMarks::ALIAS,
            _ => return None,
        })
    }
}

impl BitOr for UseMarks {
    type Output = UseMarks;

    fn bitor(self, other: UseMarks) -> UseMarks {
        UseMarks(self.0 | other.0)
    }
}

/// The languages in which a name is a common word, and how much support it then needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct WeakIn(pub u16);

/// The languages that are told apart, in the order of their bits.
const LANGUAGES: [&str; 11] = ["en", "zh", "ja", "ko", "ru", "es", "fr", "de", "it", "pt", "ar"];

impl WeakIn {
    /// So common that "in" before it says nothing: "in March".
    pub const HARD: u16 = 1 << 15;
    /// In every language.
    pub const ALL: u16 = (1 << LANGUAGES.len()) - 1;

    /// The bits for a language's primary subtag, `*` or `!`; `None` for another.
    pub fn bits(language: &str) -> Option<u16> {
        match language {
            "*" => Some(WeakIn::ALL),
            "!" => Some(WeakIn::ALL | WeakIn::HARD),
            _ => LANGUAGES.iter().position(|known| *known == language).map(|bit| 1 << bit),
        }
    }

    /// Whether it is a common word in a text of this language. In a text of unknown
    /// language it is one if it is one anywhere; in one of another language, if it is one
    /// in English, which other languages are full of.
    pub fn holds(self, language: Option<&str>) -> bool {
        let bits = language.map_or(WeakIn::ALL, |language| WeakIn::bits(language).unwrap_or(1));
        self.0 & bits & WeakIn::ALL != 0
    }

    /// Whether a preposition is too little support.
    pub fn is_hard(self) -> bool {
        self.0 & WeakIn::HARD != 0
    }
}
