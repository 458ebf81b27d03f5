//! One item of a wire, composed from a cue.

use jiff::Zoned;
use jiff::tz::{Offset, TimeZone};

use super::cast::PeopleNames;
use super::copy::{self, At, CopyPiece, CopyText};
use super::programme::{self, CopyForm, Cue};
use super::wire::{Language, Wire};
use crate::clock::Timestamp;

/// An item as its wire shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemoItem {
    /// Which wire shows it.
    pub wire: Wire,
    /// Its piece's name.
    pub key: &'static str,
    /// How it appears now.
    pub form: CopyForm,
    /// Unlike any other item's of any wire.
    pub number: i64,
    /// When it appeared.
    pub published_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
    /// Headline.
    pub title: String,
    /// The end of its URL; an edit keeps it.
    pub slug: String,
    /// Up to its dash, with it; empty where the wire prints none.
    pub dateline: String,
    /// Paragraphs without dateline and tail.
    pub paragraphs: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// What it is filed under.
    pub desk: &'static str,
    /// The issuer's ticker, for company news.
    pub ticker: Option<&'static str>,
}

/// When an item appeared and when it last changed.
#[derive(Clone, Copy)]
pub struct ItemTimes {
    /// The tick of its appearance.
    pub tick: i64,
    /// When that was.
    pub published_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

/// The number of the oldest item there can be.
const FIRST_NUMBER: i64 = 3_100_000;
/// Numbers set aside for a batch.
const BATCH: i64 = 4;

fn number_of(tick: i64, index: usize) -> i64 {
    let index = i64::try_from(index).expect("a batch is short");
    FIRST_NUMBER + (tick - programme::OLDEST) * BATCH + index
}

/// The tick and the place in its batch that `number` stands for.
pub fn place_of(number: i64) -> Option<(i64, usize)> {
    let past = number.checked_sub(FIRST_NUMBER).filter(|past| *past >= 0)?;
    Some((past / BATCH + programme::OLDEST, usize::try_from(past % BATCH).ok()?))
}

/// Composes the item of `cue`, which is the `index`th of its batch.
pub fn compose(cue: Cue, index: usize, times: ItemTimes) -> DemoItem {
    let Cue(wire, key, form) = cue;
    let piece = copy::named(key).expect("the programme names pieces that exist");
    let language = wire.language();
    let words = piece.text(language).expect("the programme gives a wire copy in its language");
    let told = Telling::new(piece, words, language, programme::round(times.tick));
    let (title, paragraphs) = match (wire, form) {
        (Wire::Prn, CopyForm::InPlace) => told.marked_in_place(),
        _ => told.as_form(form),
    };
    let names = programme::cast(key, programme::round(times.tick)).names(language);
    DemoItem {
        wire,
        key,
        form,
        number: number_of(times.tick, index),
        published_at: times.published_at,
        updated_at: times.updated_at,
        slug: slug(&told.fill(words.title), key),
        title,
        dateline: dateline(wire, piece.at, names, times.published_at),
        paragraphs,
        issuer: Telling { language: Language::English, ..told }.fill(piece.issuer),
        desk: piece.desk,
        ticker: piece.issuer.contains("{company}").then(|| told.cast_ticker()),
    }
}

/// A piece with the names and numbers of one round.
#[derive(Clone, Copy)]
struct Telling {
    piece: &'static CopyPiece,
    words: &'static CopyText,
    language: Language,
    round: i64,
}

impl Telling {
    fn new(piece: &'static CopyPiece, words: &'static CopyText, language: Language, round: i64) -> Self {
        Telling { piece, words, language, round }
    }

    fn cast_ticker(&self) -> &'static str {
        programme::cast(self.piece.key, self.round).ticker()
    }

    /// `template` with names and numbers, `{error}` left standing.
    fn fill(&self, template: &str) -> String {
        let cast = programme::cast(self.piece.key, self.round);
        let named =
            cast.parts(self.language).iter().fold(template.to_owned(), |text, (hole, word)| text.replace(hole, word));
        let numbers = programme::numbers(self.piece.key, self.round);
        numbers.iter().fold(named, |text, (hole, number)| text.replace(hole, &number.to_string()))
    }

    fn body(&self, error: &str) -> Vec<String> {
        self.words.paragraphs.iter().map(|p| self.fill(p).replace("{error}", error)).collect()
    }

    /// Headline and paragraphs in `form`.
    fn as_form(&self, form: CopyForm) -> (String, Vec<String>) {
        let title = self.fill(self.words.title);
        let (wrong, right) = self.piece.error;
        match form {
            CopyForm::First => (title, self.body(wrong)),
            CopyForm::Copied => (lightly(&title), self.body(wrong).iter().map(|p| lightly(p)).collect()),
            CopyForm::Lead => {
                let mark = if self.language == Language::English { "UPDATE 1-" } else { "(LEAD) " };
                let later = self.body(wrong).into_iter().skip(1);
                let lead = self.fill(self.words.update);
                (format!("{mark}{title}"), std::iter::once(lead).chain(later).collect())
            }
            CopyForm::Corrected => {
                let (mark, note) = self.correction(&title);
                (format!("{mark}{title}"), std::iter::once(note).chain(self.body(right)).collect())
            }
            // Others than PR Newswire edit in silence.
            CopyForm::InPlace => (title, self.body(right)),
            CopyForm::Killed => {
                let note = format!(
                    "Editors: please kill the story headlined \"{title}\" which moved earlier today. The harbour \
                     office has withdrawn its statement. Do not publish; remove it where it has been published. No \
                     substitute will follow."
                );
                (format!("MANDATORY KILL: {title}"), vec![note])
            }
        }
    }

    /// The mark before a corrected item's headline, and the note before its text.
    fn correction(&self, title: &str) -> (&'static str, String) {
        let issuer = Telling { language: Language::English, ..*self }.fill(self.piece.issuer);
        let (wrong, right) = self.piece.error;
        match self.language {
            Language::English => {
                let note = format!(
                    "In a release issued earlier under the headline \"{title}\" by {issuer}, please note that \
                     \"{wrong}\" should read \"{right}\". The corrected release follows."
                );
                ("CORRECTION -- ", note)
            }
            Language::Chinese => ("更正：", "此前播发的稿件有误，现予更正，请以本稿为准。".to_owned()),
            Language::Korean => (
                "[바로잡습니다] ",
                "앞서 송고한 기사 가운데 일부 내용을 바로잡습니다. 바로잡은 기사는 다음과 같습니다.".to_owned(),
            ),
        }
    }

    /// PR Newswire's way: the headline says only that it is a correction.
    fn marked_in_place(&self) -> (String, Vec<String>) {
        let title = self.fill(self.words.title);
        let issuer = Telling { language: Language::English, ..*self }.fill(self.piece.issuer);
        let (wrong, right) = self.piece.error;
        let note = format!(
            "In the news release, {title}, we are advised by {issuer} that \"{wrong}\" should read \"{right}\". The \
             complete, corrected release follows:"
        );
        (format!("/C O R R E C T I O N -- {issuer}/"), std::iter::once(note).chain(self.body(right)).collect())
    }
}

/// The small changes that desks make to copy.
fn lightly(text: &str) -> String {
    const EDITS: [(&str, &str); 7] = [
        ("programme", "program"),
        ("percent", "per cent"),
        ("formalising", "formalizing"),
        ("organisers", "organizers"),
        ("today announced", "announced"),
        (", the port authority reported", ", according to the port authority"),
        ("The programme for", "The plan for"),
    ];
    EDITS.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}

/// `title` as part of a URL; `key` if nothing of it is left.
fn slug(title: &str, key: &str) -> String {
    let ascii = title.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), " ");
    let words: Vec<&str> = ascii.split_whitespace().filter(|word| word.len() > 1).take(8).collect();
    if words.len() < 3 { key.to_owned() } else { words.join("-") }
}

/// The instant in the wire's local time.
pub fn local(wire: Wire, at: Timestamp) -> Zoned {
    let ahead = Offset::from_hours(wire.hours_ahead()).expect("hours of a day");
    at.to_jiff().to_zoned(TimeZone::fixed(ahead))
}

/// Months as English datelines abbreviate them.
const MONTHS: [&str; 12] =
    ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];

fn dateline(wire: Wire, place: At, names: &PeopleNames, at: Timestamp) -> String {
    let (town, country) = match place {
        At::City => names.city,
        At::Partner => names.partner,
        At::Port => names.port,
    };
    let local = local(wire, at);
    let (year, day) = (local.year(), local.day());
    let month = MONTHS[local.month() as usize - 1];
    match wire {
        Wire::Globe => format!("{}, {country}, {month} {day}, {year} (GLOBE NEWSWIRE) -- ", town.to_uppercase()),
        Wire::Prn => format!("{}, {country}, {month} {day}, {year} /PRNewswire/ -- ", town.to_uppercase()),
        Wire::Agency => format!("{}, {month} {day} (Harbour Press) -- ", town.to_uppercase()),
        Wire::Xinhua => format!("新华社{town}{}月{day}日电（记者徐岚）", local.month()),
        Wire::Yonhap => format!("({town}=연합뉴스) 한서윤 기자 = "),
        Wire::City | Wire::Noise => String::new(),
    }
}
