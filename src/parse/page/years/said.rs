//! What a heading says of years.

use crate::clock::Timestamp;
use crate::text::script::is_unspaced;

use super::super::super::date::{DateContext, in_figures, with_ascii_digits};

/// How many years back the year above a list may lie.
pub const MOST_YEARS_BACK: i16 = 40;
/// Words beside the year, as in "Communiqués de presse de l’année 2024".
const MOST_WORDS: usize = 6;

/// Words that make a year one of a beginning: that of an office, not that of a list.
const SINCE: [&str; 34] = [
    "since",
    "founded",
    "established",
    "est",
    "seit",
    "gegründet",
    "depuis",
    "fondé",
    "fondée",
    "desde",
    "fundado",
    "fundada",
    "dal",
    "fondata",
    "fondato",
    "sinds",
    "opgericht",
    "sedan",
    "siden",
    "od",
    "с",
    "з",
    "від",
    "основан",
    "основана",
    "założona",
    "óta",
    "alapítva",
    "beri",
    "vuodesta",
    "από",
    "منذ",
    "以来",
    "創業",
];

/// Words that mean a year.
const YEAR_WORDS: &str = "year years jahr jahres jahrgang jaar année an año ano anno anul rok roku ročník rocznik år årg \
    vuosi vuonna év aasta gads metai leto godina година год года годы рік року έτος ปี yıl yılı năm tahun سنة عام سال שנת";

/// Short words that mean news.
const NEWS_WORDS: [&str; 3] = ["pers", "tin", "vesti"];

/// How words begin that head lists of news and archives; those of scripts without blanks may
/// stand anywhere in a word.
const NEWS_STEMS: &str = "news press release archiv media announc statement bulletin notice update article stories \
    latest headline speech communi comuni komuni kommuni presse medien meldung mitteilung pressemi nachricht aktuell bekannt \
    actual actu aktu noti notí imprensa prensa stampa persber nieuws bericht archief arquiv nyhet nyhed tisk tlač prasa \
    zpráv správ wiadom ogłosz oznam vijest novic novost objav obvest arkiv arkisto tiedot uutis ajankoh uudis ziņ \
    jaunum naujien praneš știri stiri presă anunț hír sajt közlem νέα ανακοιν δελτ αρχεί новост новин пресс прес архив архів \
    сообщен повідомл объявл оголош съобщ вест haber duyuru basın arşiv thông berita siaran pengumuman خبر أخبار اخبار \
    بيان بیان صحاف أرشيف חדשות הודע ארכיון समाचार প্রেস ข่าว ประกาศ 新闻 新聞 消息 公告 通知 通告 动态 動態 资讯 資訊 发布 發布 报道 报导 報導 存档 归档 お知らせ \
    ニュース 発表 報道 プレス 新着 アーカイブ 過去 年度 보도 뉴스 소식 공지 알림";

/// What a heading says of years.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum YearSaid {
    /// None.
    None,
    /// A year and nothing else.
    Bare(i16),
    /// A year among a few words that mean news, an archive or a year.
    Among(i16),
    /// A year among a few other words: "Expo 2025".
    Mentioned(i16),
    /// Years that have passed, as those of a sentence or from one to another.
    Doubtful,
}

impl YearSaid {
    /// The one year.
    pub fn year(self) -> Option<i16> {
        match self {
            YearSaid::Bare(year) | YearSaid::Among(year) | YearSaid::Mentioned(year) => Some(year),
            YearSaid::None | YearSaid::Doubtful => None,
        }
    }
}

/// Whether `word`, lower case, means news, an archive or a year.
pub fn is_of_archive(word: &str) -> bool {
    let is_begun = |stem: &str| word.starts_with(stem) || stem.starts_with(is_unspaced) && word.contains(stem);
    is_year(word) || NEWS_WORDS.contains(&word) || NEWS_STEMS.split_whitespace().any(is_begun)
}

/// What tells which year is meant by a number.
#[derive(Clone, Copy, Debug)]
pub struct YearContext {
    /// That of the poll.
    pub this_year: i16,
    /// Whether the page is one of Thailand, where 2568 is 2025.
    pub is_thai: bool,
}

impl YearContext {
    /// That of a poll at `now` of a page of which so much is `known`.
    pub fn at(now: Timestamp, known: &DateContext<'_>) -> YearContext {
        YearContext { this_year: now.to_utc().year(), is_thai: known.speaks("th") }
    }
}

/// Whether `word`, lower case, means a year.
pub fn is_year(word: &str) -> bool {
    YEAR_WORDS.split_whitespace().any(|year| word == year)
}

/// The year that the figures `run` of `text` mean: also those of Thailand ("พ.ศ. 2568"), of
/// Taiwan ("114年"), and "'25".
fn of_our_era(run: &str, text: &str, context: YearContext) -> Option<i16> {
    let number = run.parse::<i16>().ok()?;
    let is_thai = || context.is_thai || text.contains(|c| ('\u{e00}'..='\u{e7f}').contains(&c));
    match run.len() {
        4 if (2443..=2700).contains(&number) && is_thai() => Some(number - 543),
        4 => Some(number),
        3 if (90..=200).contains(&number) && text.contains(&format!("{run}年")) => Some(number + 1911),
        2 if ["'", "’", "‘"].iter().any(|sign| text.contains(&format!("{sign}{run}"))) => Some(number + 2000),
        _ => None,
    }
}

/// Whether `text` holds a year of this century in words, as "two thousand twenty-five" or
/// "MMXXV". Nothing reads which one it is.
pub fn is_in_words(text: &str) -> bool {
    // Two thousand, and twenty, as they are written without blanks and hyphens.
    const PARTS: [(&str, &str); 18] = [
        ("twothousand", "twenty"),
        ("twenty", "twenty"),
        ("zweitausend", "zwanzig"),
        ("deuxmille", "vingt"),
        ("dosmil", "veinti"),
        ("doismil", "vinte"),
        ("duemila", "venti"),
        ("tweeduizend", "twintig"),
        ("tjugohundra", "tjugo"),
        ("totusind", "tyve"),
        ("totusen", "tjue"),
        ("kaksituhatta", "kaksikymmentä"),
        ("dwatysiące", "dwudziest"),
        ("dvatisíce", "dvacet"),
        ("kétezer", "husz"),
        ("двухтысяч", "двадцат"),
        ("дветысячи", "двадцат"),
        ("ikibin", "yirmi"),
    ];
    if text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 4 && word.starts_with("MMXX")) {
        return true;
    }
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    PARTS.iter().any(|(thousands, tens)| letters.split_once(thousands).is_some_and(|(_, rest)| rest.contains(tens)))
}

/// Whether `words` say that a list is one of news, an archive or a year, and name nothing else
/// but short words between them: "Expo 2025: news" is about the fair.
fn are_of_archive(words: &[String]) -> bool {
    const LINKS: &str = "from pour para dans della delle dello degli dell voor från vuoden vuodelta";
    let is_link = |word: &String| word.chars().count() <= 3 || LINKS.split(' ').any(|link| link == word);
    words.iter().any(|word| is_of_archive(word)) && words.iter().all(|word| is_of_archive(word) || is_link(word))
}

/// What a heading says of years: one, or several without this year.
pub fn year_in(text: &str, context: YearContext) -> YearSaid {
    // "令和七年" has no figure.
    if !text.contains(|c: char| c.is_numeric() || c == '年') {
        return YearSaid::None;
    }
    let this_year = context.this_year;
    let written = with_ascii_digits(text);
    // Those of reigns become years of ours.
    let text = in_figures(&written);
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let year = |run: &str| of_our_era(run, &written, context);
    // The next year heads what is to come, and must not be taken for this one.
    let may_head = |year: &i16| (this_year - MOST_YEARS_BACK..=this_year + 1).contains(year);
    let Some(first) = runs.first().and_then(|run| year(run)).filter(may_head) else { return YearSaid::None };
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    // Scripts without blanks write it right beside other words.
    let is_within = |word: &str, since: &str| since.starts_with(is_unspaced) && word.contains(since);
    let is_since = |word: &String| SINCE.iter().any(|since| word == since || is_within(word, since));
    if words.iter().any(is_since) {
        return YearSaid::None;
    }
    match runs[1..] {
        [] if words.iter().map(|word| word.chars().count()).sum::<usize>() <= 1 => YearSaid::Bare(first),
        [] if words.len() <= MOST_WORDS && are_of_archive(&words) => YearSaid::Among(first),
        [] if words.len() <= MOST_WORDS => YearSaid::Mentioned(first),
        [] if first < this_year => YearSaid::Doubtful,
        // From one year to another: "2023–2024", "2024/25".
        [last] if first < this_year => match year(last).or_else(|| last.parse().ok().filter(|_| last.len() == 2)) {
            Some(last) => {
                let last = if last < 100 { first / 100 * 100 + last } else { last };
                if (first + 1..this_year).contains(&last) { YearSaid::Doubtful } else { YearSaid::None }
            }
            None => YearSaid::None,
        },
        _ => YearSaid::None,
    }
}
