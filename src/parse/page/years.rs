//! Years that stand above lists, for dates that have none: "2025" over "22 Nov" means
//! that of 2025, not the last 22 November (check B133).

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::clock::Timestamp;
use crate::text::script::is_unspaced;

use super::super::date::{DateContext, with_ascii_digits};
use super::day;
use super::headed::{self, Headed, Heading};

/// How many years back the year above a list may lie.
const MOST_YEARS_BACK: i16 = 40;
/// Bytes of a heading that names a year.
const LONGEST: usize = 120;
/// Words beside the year, as in "Communiqués de presse de l’année 2024".
const MOST_WORDS: usize = 6;
/// How far above an entry a year that is no heading may stand beside what holds it.
const MOST_ABOVE: usize = 4;
/// Elements around a tab that hold its row alone.
const MOST_AROUND_TABS: usize = 4;
/// Bytes of each text of a row of tabs.
const LONGEST_TAB: usize = 24;
/// Nodes of a row of tabs that are looked at, be they blank or not.
const MOST_NODES: usize = 400;
/// Nodes of an entry that are looked at for a year.
const MOST_IN_ENTRY: usize = 200;

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

/// Words that mean a year, and short ones that mean news.
const WHOLE_WORDS: &str = "year years jahr jahres jahrgang jaar année an año ano anno anul rok roku ročník rocznik år årg \
    vuosi vuonna év aasta gads metai leto godina година год года годы рік року έτος yıl yılı năm tahun سنة عام سال שנת pers tin vesti";

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

/// For each entry below a year, what that comes to.
#[derive(Debug, Default)]
pub struct Years(HashMap<NodeId, YearAbove>);

/// What stands above an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
enum YearAbove {
    /// The year of its days.
    Is(i16),
    /// A heading with a year that need not be theirs.
    MayBe(String),
}

/// What a heading says of years.
#[derive(Clone, Copy, PartialEq, Eq)]
enum YearSaid {
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

impl Years {
    /// The years above `entries`; the next one is the latest.
    pub fn above(page: &Html, entries: &[ElementRef<'_>], known: &DateContext<'_>, now: Timestamp) -> Years {
        let this_year = now.to_utc().year();
        let beside = beside(entries);
        let mut among: HashSet<i16> = HashSet::new();
        let mut begun = false;
        let headed = Headed::on(page, entries, |element| {
            let (rank, is_chosen, is_beside) = (rank(element), is_chosen(element), beside.contains(&element.id()));
            if rank.is_none() && !is_chosen && !is_beside {
                return None;
            }
            let text = headed::short_text(element, LONGEST);
            let said = text.as_deref().map_or(YearSaid::None, |text| year_in(text, this_year));
            // "Budget 2025" is chosen in a menu: tabs of years say nothing else.
            let tabs = match said {
                YearSaid::Bare(year) if is_chosen => row_of_years(element, year, this_year),
                _ => None,
            };
            // What stands beside a list and is no heading heads it with nothing but a year,
            // and what leads elsewhere is a headline or the way to another year.
            let heads = rank.is_some() || tabs.is_some() || is_beside && matches!(said, YearSaid::Bare(_));
            let said = if heads && (tabs.is_some() || !leads_away(element)) { said } else { YearSaid::None };
            if said == YearSaid::None && rank.is_none() {
                return None;
            }
            begun |= said != YearSaid::None;
            // What ends the reign of no year need not be kept, nor does a day end that of
            // the year above it.
            let is_day = || text.as_deref().is_some_and(|text| is_day(element, text, known, now));
            if !begun || said == YearSaid::None && is_day() {
                return None;
            }
            if let YearSaid::Among(year) | YearSaid::Mentioned(year) = said {
                among.insert(year);
            }
            let text = text.unwrap_or_default();
            let around = tabs.unwrap_or(element);
            let whole = if around.id() == element.id() { text.clone() } else { String::new() };
            Heading::of(around, rank.unwrap_or(headed::LOWEST), &whole, (said, text))
        });
        let are_several = among.len() > 1;
        let over = |entry: &ElementRef<'_>| Some((entry.id(), over(&headed, *entry, are_several, this_year)?));
        Years(entries.iter().filter_map(over).collect())
    }

    /// The year above `entry`.
    pub fn of(&self, entry: ElementRef<'_>) -> Option<i16> {
        match self.0.get(&entry.id())? {
            YearAbove::Is(year) => Some(*year),
            YearAbove::MayBe(_) => None,
        }
    }

    /// The heading above `entry` whose year need not be that of its day.
    pub fn doubtful_heading(&self, entry: ElementRef<'_>) -> Option<&str> {
        match self.0.get(&entry.id())? {
            YearAbove::Is(_) => None,
            YearAbove::MayBe(heading) => Some(heading),
        }
    }
}

/// What stands above `entry`; `are_several` where several headings name a year among words.
fn over(
    headed: &Headed<(YearSaid, String)>,
    entry: ElementRef<'_>,
    are_several: bool,
    this_year: i16,
) -> Option<YearAbove> {
    let mut closed = u8::MAX;
    for heading in headed.over(entry.id()) {
        let (said, text) = &heading.says;
        let is_next = closed == u8::MAX;
        match *said {
            YearSaid::None => closed = closed.min(heading.rank),
            _ if closed <= heading.rank => return None,
            YearSaid::Bare(year) => return Some(YearAbove::Is(year)),
            YearSaid::Among(year) if is_next && year <= this_year => return Some(YearAbove::Is(year)),
            YearSaid::Among(year) | YearSaid::Mentioned(year) if are_several => return Some(YearAbove::Is(year)),
            YearSaid::Among(year) | YearSaid::Mentioned(year) if year == this_year => return None,
            YearSaid::Doubtful if !is_next => return None,
            YearSaid::Among(_) | YearSaid::Mentioned(_) | YearSaid::Doubtful => {
                return Some(YearAbove::MayBe(text.clone()));
            }
        }
    }
    None
}

/// What stands right before `entries` or what holds them.
fn beside(entries: &[ElementRef<'_>]) -> HashSet<NodeId> {
    let mut seen: HashSet<NodeId> = HashSet::new();
    let mut found = HashSet::new();
    for entry in entries {
        for around in std::iter::once(**entry).chain(entry.ancestors().take(MOST_ABOVE)) {
            if !seen.insert(around.id()) {
                break;
            }
            found.extend(around.prev_siblings().find(|node| node.value().is_element()).map(|node| node.id()));
        }
    }
    found
}

/// Whether `element` is the chosen one of several tabs or options.
fn is_chosen(element: ElementRef<'_>) -> bool {
    const WORDS: [&str; 5] = ["active", "current", "selected", "on", "cur"];
    let value = element.value();
    let is_said = |name: &str| element.attr(name).is_some_and(|said| said != "false");
    match value.name() {
        "option" => element.attr("selected").is_some(),
        "li" | "a" | "span" | "button" | "strong" | "div" | "label" => {
            is_said("aria-selected")
                || is_said("aria-current")
                || value.classes().any(|class| class.split(['-', '_']).any(|word| WORDS.contains(&word)))
        }
        _ => false,
    }
}

/// The row of short texts that the tab of `year` stands in, if another year is among them.
fn row_of_years(tab: ElementRef<'_>, year: i16, this_year: i16) -> Option<ElementRef<'_>> {
    let is_row = |around: &ElementRef<'_>| {
        let is_heading = |inner: ElementRef<'_>| headed::rank(inner).is_some_and(|rank| rank < 7);
        texts(*around, MOST_NODES).all(|text| text.len() <= LONGEST_TAB)
            && around.value().name() != "body"
            && !around.children().take(MOST_NODES).filter_map(ElementRef::wrap).any(is_heading)
    };
    let around = tab.ancestors().filter_map(ElementRef::wrap).take(MOST_AROUND_TABS);
    let row = around.take_while(is_row).last()?;
    let is_other = |text: &str| matches!(year_in(text, this_year), YearSaid::Bare(other) if other != year);
    texts(row, MOST_NODES).any(is_other).then_some(row)
}

/// The texts among the first `most` nodes of `element`. Blank ones count among these, or a
/// page of blanks would be walked once for each of its elements.
fn texts(element: ElementRef<'_>, most: usize) -> impl Iterator<Item = &str> {
    let texts = element.descendants().take(most).filter_map(|node| Some(node.value().as_text()?.trim()));
    texts.filter(|text| !text.is_empty())
}

/// A year before this one that stands alone in `entry` and is not `counted`, as written: that
/// of its day, perhaps.
pub fn other_year(entry: ElementRef<'_>, counted: i16, this_year: i16) -> Option<&str> {
    let stated = entry.descendants().take(MOST_IN_ENTRY).filter_map(ElementRef::wrap);
    let stated = stated.filter_map(|inner| inner.attr("datetime"));
    texts(entry, MOST_IN_ENTRY)
        .chain(stated)
        .find(|text| matches!(year_in(text, this_year), YearSaid::Bare(year) if year != counted && year < this_year))
}

/// Whether a link to another page stands in `element`, or is it.
fn leads_away(element: ElementRef<'_>) -> bool {
    let within = element.descendants().take(24).filter_map(ElementRef::wrap);
    within.filter_map(|inner| inner.attr("href")).any(|href| !href.starts_with('#'))
}

/// How high a heading stands; `None` for what is none.
fn rank(element: ElementRef<'_>) -> Option<u8> {
    let called = || element.attr("class").is_some_and(|class| class.contains("year"));
    headed::rank(element).or_else(|| {
        let mut classes = element.value().classes();
        (called() && classes.any(|class| class.split(['-', '_']).any(|word| word == "year"))).then_some(7)
    })
}

/// Whether a heading without a year is a day, which heads what is of that day.
fn is_day(element: ElementRef<'_>, text: &str, known: &DateContext<'_>, now: Timestamp) -> bool {
    let figures = with_ascii_digits(text);
    let has_day = figures.split(|c: char| !c.is_ascii_digit()).any(|run| (1..=2).contains(&run.len()));
    has_day && (element.value().name() == "dt" || day::read(text, None, known, now).is_some())
}

/// Whether `word`, lower case, means news, an archive or a year.
fn is_of_archive(word: &str) -> bool {
    let is_begun = |stem: &str| word.starts_with(stem) || stem.starts_with(is_unspaced) && word.contains(stem);
    WHOLE_WORDS.split_whitespace().any(|year| word == year) || NEWS_STEMS.split_whitespace().any(is_begun)
}

/// What a heading says of years: one, or several without this year.
fn year_in(text: &str, this_year: i16) -> YearSaid {
    let text = with_ascii_digits(text);
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let year = |run: &str| run.parse::<i16>().ok().filter(|_| run.len() == 4);
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
        [] if words.len() <= MOST_WORDS && words.iter().any(|word| is_of_archive(word)) => YearSaid::Among(first),
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
