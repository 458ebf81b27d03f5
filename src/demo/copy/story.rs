//! One story, before its placeholders are filled in.

use super::super::wire::Language;

/// A story in the languages it is told in.
pub struct CopyPiece {
    /// Its name in the programme.
    pub key: &'static str,
    /// What the wires file it under.
    pub desk: &'static str,
    /// Who issues it; may hold placeholders.
    pub issuer: &'static str,
    /// Where it is datelined.
    pub at: At,
    /// What `{error}` says at first, and what it should have said.
    pub error: (&'static str, &'static str),
    /// English.
    pub en: Option<CopyText>,
    /// Chinese.
    pub zh: Option<CopyText>,
    /// Korean.
    pub ko: Option<CopyText>,
}

/// A story's words in one language.
pub struct CopyText {
    /// Headline.
    pub title: &'static str,
    /// Paragraphs, the lead first.
    pub paragraphs: &'static [&'static str],
    /// The lead of a later writing; empty where there is none.
    pub update: &'static str,
}

/// Which of a cast's places a story is datelined from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The city.
    City,
    /// The city abroad.
    Partner,
    /// The port.
    Port,
}

impl CopyPiece {
    /// Its words in `language`, if it is told in it.
    pub fn text(&self, language: Language) -> Option<&CopyText> {
        match language {
            Language::English => self.en.as_ref(),
            Language::Chinese => self.zh.as_ref(),
            Language::Korean => self.ko.as_ref(),
        }
    }
}

/// A piece without words yet.
pub const fn piece(key: &'static str, desk: &'static str, issuer: &'static str, at: At) -> CopyPiece {
    CopyPiece { key, desk, issuer, at, error: ("", ""), en: None, zh: None, ko: None }
}

pub const fn text(title: &'static str, paragraphs: &'static [&'static str]) -> Option<CopyText> {
    Some(CopyText { title, paragraphs, update: "" })
}
