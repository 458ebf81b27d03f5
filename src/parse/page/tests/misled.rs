//! Pages that mislead: hidden texts, links beside headlines, years that stand elsewhere, numbers
//! that look like days (B270 to B276).

use super::lists::{DAYS, SAID, check, list, page, proposed};
use super::*;

const NO_YEARS: [&str; 6] = ["22 Nov", "20 Nov", "17 Oct", "11 Sep", "6 May", "3 Mar"];

/// The days of a list without years, each entry as `made` writes it from its number, headline
/// and day, and what is told.
fn told_of(lang: &str, above: &str, made: &dyn Fn(usize, &str, &str) -> String) -> (usize, String) {
    let entries: String = NO_YEARS.iter().enumerate().map(|(at, day)| made(at, SAID[at], day)).collect();
    let (proposal, parsed) = proposed(&page(lang, &format!("{above}<ul class=l>{entries}</ul>"))).unwrap();
    assert_eq!(parsed.entries.len(), NO_YEARS.len());
    (parsed.entries.iter().filter(|entry| entry.published.is_some()).count(), proposal.remarks.join(" "))
}

fn item(at: usize, said: &str, day: &str) -> String {
    format!("<li><i>{day}</i> <a href=/n/{at}>{said}</a></li>")
}

/// B270: what nobody sees is no part of a headline, unless that is cut short and goes on there.
#[test]
fn hidden_texts_are_no_part_of_headlines_b270() {
    for hidden in [
        "<span hidden>Win a prize today</span>",
        "<span style='display: none'>Win a prize today</span>",
        "<b style=\"position:absolute;left:-9999px\">Win a prize <i>today</i></b>",
        "<i style='font-size:0'>Win a prize</i>",
        "<noscript><img src=x>Win a prize</noscript>",
    ] {
        let body =
            list(|at, said, day| format!("<li><a href=/n/{at}>{hidden}{said}</a> <i>{day} November 2026</i></li>"));
        check(hidden, &page("en", &format!("<ul>{body}</ul>")));
    }
    let cut = |at: usize, said: &str, day: u8| {
        let short = &said[..14];
        format!("<li><a href=/n/{at}>{short}…<span hidden>{said}</span></a> <i>{day} November 2026</i></li>")
    };
    check("a whole one", &page("en", &format!("<ul>{}</ul>", list(cut))));
    let waiting = |at: usize, said: &str, day: u8| {
        format!("<li><a href=/n/{at}><span style='display:none'>{said}</span></a> <i>{day} November 2026</i></li>")
    };
    check("all of it waits for a script", &page("en", &format!("<ul>{}</ul>", list(waiting))));
}

/// B271: links to topics and to other languages beside headlines are no entries.
#[test]
fn links_beside_headlines_are_no_entries_b271() {
    let topic = |at: usize, said: &str, day: u8| {
        format!(
            "<div class=it><a href=/topic/{}>Department of international affairs</a><p>{day} November 2026</p>\
             <a href=/n/{at}>{said}</a></div>",
            at % 3
        )
    };
    check("topics", &page("en", &format!("<div>{}</div>", list(topic))));
    for (own, other) in [("/n/AT", "/n/AT/fr"), ("/en/n/AT", "/fr/n/AT"), ("/n?id=AT", "/n?id=AT&lang=fr")] {
        let version = |at: usize, said: &str, day: u8| {
            let [own, other] = [own, other].map(|url| url.replace("AT", &at.to_string()));
            format!(
                "<li><a href=\"{own}\">{said}</a> ({day} November 2026) \
                 <a href=\"{other}\">Version française: une nouvelle de la ville numéro {at}</a></li>"
            )
        };
        check(other, &page("en", &format!("<ul>{}</ul>", list(version))));
    }
}

/// B272: a year that may be that of days without one leaves them undated, and is told, wherever
/// it stands: in the number of a document, in words, in a field, in most of the texts.
#[test]
fn years_elsewhere_make_days_doubtful_b272() {
    let doubtful = |kind: &str, (dated, told): (usize, String)| {
        assert_eq!(dated, 0, "{kind}");
        assert!(told.contains("whose year may not be theirs, so 6 of them were not used"), "{kind}: {told}");
    };
    for number in ["2025-AT", "pr-2025-AT.html", "2025_AT", "202511/AT", "t20251101_AT.html"] {
        let made = |at: usize, said: &str, day: &str| {
            format!("<li><i>{day}</i> <a href=/n/{}>{said}</a></li>", number.replace("AT", &at.to_string()))
        };
        doubtful(number, told_of("en", "", &made));
    }
    for heading in ["Review of the year two thousand twenty-five", "Jahr zweitausendfünfundzwanzig", "Anno MMXXV"] {
        doubtful(heading, told_of("en", &format!("<h1>{heading}</h1>"), &item));
    }
    doubtful("a field", told_of("en", "<form><input name=year value=2025></form>", &item));
    let sentence = |at: usize, said: &str, day: &str| {
        format!("<li><i>{day}</i> <a href=/n/{at}>{said}</a><p>In 2025 the city and its partners met again.</p></li>")
    };
    doubtful("a sentence in all", told_of("en", "", &sentence));
    // What says nothing of the year of the days.
    let certain = |kind: &str, (dated, told): (usize, String)| assert_eq!((dated, told.as_str()), (6, ""), "{kind}");
    let headline =
        |at: usize, said: &str, day: &str| format!("<li><i>{day}</i> <a href=/n/expo-2025-opens-{at}>{said}</a></li>");
    certain("a headline in an address", told_of("en", "", &headline));
    certain("this year's field", told_of("en", "<form><input name=year value=2026></form>", &item));
    certain("another number", told_of("en", "<form><input type=hidden name=id value=2012></form>", &item));
    let single = |at: usize, said: &str, day: &str| {
        let more = if at == 2 { "<p>In 2025 the city and its partners met.</p>" } else { "" };
        format!("<li><i>{day}</i> <a href=/n/{at}>{said}</a>{more}</li>")
    };
    certain("one sentence", told_of("en", "", &single));
    // The year of a Thai page without a Thai letter beside it.
    let thai = |at: usize, said: &str, _: &str| format!("<li><i>{} ต.ค.</i> <a href=/n/{at}>{said}</a></li>", 20 - at);
    let entries: String = (0..6).map(|at| thai(at, SAID[at], "")).collect();
    let (_, parsed) = proposed(&page("th", &format!("<h2>2568</h2><ul>{entries}</ul>"))).unwrap();
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = parsed.entries[0].published.map(|at| zone.wall(at).date().to_string());
    assert_eq!(day.as_deref(), Some("2025-10-20"));
}

/// B273: days in the addresses of events, and days that lead on to those to come.
#[test]
fn days_of_events_are_no_dates_b273() {
    let entries = list(|at, said, day| format!("<li><a href=/events/2026/11/{day:02}/talk-{at}>{said}</a></li>"));
    let (proposal, parsed) = proposed(&page("en", &format!("<ul>{entries}</ul>"))).unwrap();
    assert!(parsed.entries.iter().all(|entry| entry.published.is_none()), "{:?}", proposal.lines);
    let days = ["23/11", "20/11", "24/11", "28/11", "1/12", "8/12"];
    let made = |(at, day): (usize, &&str)| format!("<li><i>{day}</i> <a href=/n/{at}>{}</a></li>", SAID[at]);
    let entries: String = days.iter().enumerate().map(made).collect();
    let (proposal, parsed) = proposed(&page("en-GB", &format!("<ul>{entries}</ul>"))).unwrap();
    assert!(parsed.entries.iter().all(|entry| entry.published.is_none()), "{:?}", proposal.lines);
    let told = proposal.remarks.join(" ");
    assert!(told.contains("lead on to days ahead, as those of events do"), "{told}");
}

/// B274: numbers of documents and of versions are no dates, nor do they hide those behind them.
#[test]
fn numbers_of_documents_are_no_dates_b274() {
    let with = |label: &str| {
        let entries =
            list(|at, said, day| format!("<li><i>{label} 2026-11-{day:02}</i> <a href=/n/{at}>{said}</a></li>"));
        proposed(&page("en", &format!("<ul>{entries}</ul>"))).unwrap()
    };
    for label in ["Ref.", "Ref. no.", "Version", "Az.:", "No", "文号"] {
        let (proposal, parsed) = with(label);
        assert!(parsed.entries.iter().all(|entry| entry.published.is_none()), "{label}: {:?}", proposal.lines);
        assert!(proposal.remarks.concat().contains("events, time limits or numbers"), "{:?}", proposal.remarks);
    }
    let release =
        list(|at, said, day| format!("<li><i>Nr. {} vom {day}.11.2026</i> <a href=/n/{at}>{said}</a></li>", 40 - at));
    let (_, parsed) = proposed(&page("de", &format!("<ul>{release}</ul>"))).unwrap();
    assert_eq!(parsed.entries.iter().filter(|entry| entry.published.is_some()).count(), 8);
}

/// B275: months and days of one figure in years of reigns, years of two digits that the list's
/// order tells, and days in Khmer.
#[test]
fn further_forms_of_days_are_read_b275() {
    let reign =
        list(|at, said, day| format!("<li><i>R8.{}.{}</i><a href=/n/{at}>{said}</a></li>", 9 - at, day % 9 + 1));
    let (_, parsed) = proposed(&page("ja", &format!("<ul>{reign}</ul>"))).unwrap();
    assert!(parsed.entries.iter().all(|entry| entry.published.is_some()), "{:?}", parsed.warnings);
    let short = list(|at, said, day| format!("<li><i>{day:02}-11-26</i><a href=/n/{at}>{said}</a></li>"));
    let (proposal, parsed) = proposed(&page("nl", &format!("<ul>{short}</ul>"))).unwrap();
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let days: Vec<Option<String>> =
        parsed.entries.iter().map(|entry| entry.published.map(|at| zone.wall(at).date().to_string())).collect();
    let expected: Vec<Option<String>> = DAYS.iter().map(|day| Some(format!("2026-11-{day:02}"))).collect();
    assert_eq!(days, expected, "{:?} {:?}", proposal.lines, proposal.remarks);
    let open = list(|at, said, _| format!("<li><i>0{}-10-1{}</i><a href=/n/{at}>{said}</a></li>", at % 3 + 1, at % 4));
    let (proposal, parsed) = proposed(&page("nl", &format!("<ul>{open}</ul>"))).unwrap();
    assert!(parsed.entries.iter().all(|entry| entry.published.is_none()));
    let told = proposal.remarks.concat();
    assert!(told.contains("may begin with the day, the month or the year"), "{told}");
    let khmer = list(|at, said, day| {
        let day = day.to_string().replace('1', "១").replace('2', "២").replace('3', "៣");
        format!("<li><i>ថ្ងៃទី{day} ខែវិច្ឆិកា ឆ្នាំ២០២៦</i><a href=/n/{at}>{said}</a></li>")
    });
    check("Khmer", &page("km", &format!("<ul>{khmer}</ul>")));
}

/// B276: the rest of a list that a page shows without scripts alone is told.
#[test]
fn the_rest_in_noscript_is_told_b276() {
    let of = |from: usize, until: usize| -> String {
        (from..until)
            .map(|at| format!("<li><a href=/n/{at}>{}</a> <i>{} November 2026</i></li>", SAID[at], DAYS[at]))
            .collect()
    };
    let body = format!("<ul>{}</ul><noscript><ul>{}</ul></noscript>", of(0, 5), of(5, 8));
    let (proposal, parsed) = proposed(&page("en", &body)).unwrap();
    assert_eq!(parsed.entries.len(), 5);
    let told = proposal.remarks.concat();
    assert!(told.contains("beside the list stand 3 more in <noscript>, which is not read, as"), "{told}");
    let help = format!(
        "<ul>{}</ul><noscript><a href=/help/browsers>How to turn on scripts in your browser</a></noscript>",
        of(0, 8)
    );
    check("help", &page("en", &help));
}
