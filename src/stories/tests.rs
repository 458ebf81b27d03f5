//! Stories as entries arrive, by value.

use crate::clock::Timestamp;
use crate::model::newswire::{Cut, CutKind, Newswire, Notice, NoticeKind, NoticeTarget};
use crate::model::{EntryId, Relation, StoryEvidence, StoryId, StoryPlacement};

use super::read::StoryCopy;
use super::settings::StorySettings;
use super::window::StoryWindow;

/// A copy as these tests write them.
#[derive(Clone)]
struct Arrival {
    id: i64,
    source: &'static str,
    source_wire: Option<&'static str>,
    title: String,
    text: String,
    language: &'static str,
    hour: i64,
    link: Option<&'static str>,
    wire: Newswire,
}

/// The news of one release, in sentences that no other release has.
const BODY: [&str; 9] = [
    "The city of Kassel and its partner Yaroslavl agreed on Tuesday to restore the tram depot in the old harbour.",
    "Work on the roof will begin in April and is expected to take fourteen months, the municipal builders said.",
    "Both councils share the cost of 4,718,300 euros, of which the federal state pays a third.",
    "“Few buildings tell so much about the two towns,” mayor Ines Albrecht said at the signing.",
    "The depot was built in 1907 and has stood empty since a fire destroyed its workshop in 1993.",
    "Its twelve tracks will hold a museum, a school of crafts, and rooms for visiting apprentices.",
    "Apprentices of either town may spend a summer there, and the first nine of them arrive in July.",
    "A jury of architects chose the design of the office Brandt & Kowalski among thirty-one entries.",
    "The councils will report on the progress every quarter, and the public may visit on open days.",
];

fn arrival(id: i64, source: &'static str, hour: i64, text: &str) -> Arrival {
    Arrival {
        id,
        source,
        source_wire: None,
        title: "Kassel and Yaroslavl restore a tram depot together".to_owned(),
        text: text.to_owned(),
        language: "en",
        hour,
        link: None,
        wire: Newswire::default(),
    }
}

fn whole() -> String {
    BODY.join("\n")
}

/// The whole text behind a dateline, which is cut.
fn dated(dateline: &str) -> (String, Newswire) {
    let cut = Cut { at: 0..dateline.len(), kind: CutKind::Dateline };
    (format!("{dateline} {}", whole()), Newswire { cuts: vec![cut], ..Newswire::default() })
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_millis(1_764_547_200_000 + hour * 3_600_000)
}

fn arrive(window: &mut StoryWindow, arrival: &Arrival) -> StoryPlacement {
    window.place(&StoryCopy {
        entry: EntryId(arrival.id),
        source: arrival.source,
        source_wire: arrival.source_wire,
        link: arrival.link,
        title: &arrival.title,
        text: &arrival.text,
        language: Some(arrival.language),
        at: at(arrival.hour),
        wire: &arrival.wire,
    })
}

fn window() -> StoryWindow {
    StoryWindow::new(StorySettings::default())
}

/// How the second of two arrivals is placed.
fn second(first: &Arrival, second: &Arrival) -> StoryPlacement {
    let mut window = window();
    arrive(&mut window, first);
    arrive(&mut window, second)
}

#[test]
fn copies_of_a_release_are_one_story_b360() {
    let original = arrival(1, "globe", 0, &whole());
    let check = |copy: &Arrival, relation| {
        let placement = second(&original, copy);
        assert_eq!(placement.relation, relation, "{:?}", placement.because);
        assert_eq!(placement.joins, relation.joins().then_some(StoryId(1)));
    };
    let (text, wire) = dated("KASSEL, Germany, Dec. 1, 2026 (WIRE) --");
    check(&Arrival { wire, ..arrival(2, "portal", 2, &text) }, Relation::Copy);
    check(&arrival(2, "teaser", 1, &BODY[0][..90]), Relation::Copy);
    check(
        &Arrival { title: "Tram depot to be restored".into(), ..arrival(2, "site", 1, &BODY[..7].join("\n")) },
        Relation::Copy,
    );
    check(&arrival(2, "late", 24 * 6, &whole()), Relation::Copy);
    check(&arrival(2, "chrome", 1, "Advertisement\nShare\nBookmark"), Relation::Copy);
    let other = BODY.map(|line| line.replace(' ', "-x "));
    check(
        &Arrival { title: "Another matter altogether".into(), ..arrival(2, "x", 1, &other.join("\n")) },
        Relation::First,
    );
}

#[test]
fn what_is_alike_and_not_the_same_release_stands_apart_b361() {
    let first = arrival(1, "globe", 0, &whole());
    let check = |title: &str, text: &str, relation| {
        let placement = second(&first, &Arrival { title: title.into(), ..arrival(2, "globe", 2, text) });
        assert_eq!(placement.relation, relation, "{title}: {:?}", placement.because);
        assert_eq!((placement.joins, placement.like), (None, Some(EntryId(1))), "{title}");
    };
    let elsewhere = whole().replace("Kassel", "Bremen");
    check("Bremen and Yaroslavl restore a tram depot together", &elsewhere, Relation::Series);
    let dearer = whole().replace("4,718,300", "5,902,100");
    check("Kassel and Yaroslavl restore a tram depot together", &dearer, Relation::Update);
    let half = format!("{}\n{}", BODY[..5].join("\n"), BODY[5..].join("\n").replace(' ', "-y "));
    check("Old depot becomes a museum", &half, Relation::Related);
}

#[test]
fn another_spelling_and_another_way_to_write_a_date_change_nothing_b361() {
    let check = |ours: &str, theirs: &str| {
        let first = Arrival { title: ours.into(), ..arrival(1, "a", 0, &whole()) };
        let placement = second(&first, &Arrival { title: theirs.into(), ..arrival(2, "b", 1, &whole()) });
        assert_eq!(placement.relation, Relation::Copy, "{ours} / {theirs}: {:?}", placement.because);
    };
    check("Depot works begin on November 13 in Kassel", "Depot works begin on Nov. 13 in Kassel");
    check("Kassel raises $300M for its tram depot works", "Kassel raises $300 million for its tram depot works");
    check("Painter Huichun speaks at the tram depot", "Painter Huaichun speaks at the tram depot");
}

#[test]
fn stories_do_not_grow_through_their_members_b362() {
    let words = |from: usize, to: usize| (from..to).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ") + ".";
    let titled = |id, title: &str, text: String| Arrival { title: title.into(), ..arrival(id, "s", id, &text) };
    let mut window = window();
    arrive(&mut window, &titled(1, "The first of them", words(0, 200)));
    // A text of 400 words holds it, and founds nothing; the third shares only what is new.
    let second = arrive(&mut window, &titled(2, "What came after that", words(0, 400)));
    let third = arrive(&mut window, &titled(3, "A third one of those", words(190, 395)));
    assert_eq!((second.joins, third.joins), (Some(StoryId(1)), Some(StoryId(1))));
    // It is like the second, and unlike the fullest by then.
    let fourth = arrive(&mut window, &titled(4, "And yet another matter", words(0, 30) + &words(900, 1500)));
    assert_eq!(fourth.joins, None, "{:?}", fourth.because);
}

#[test]
fn paragraphs_that_recur_are_no_news_b363() {
    let boilerplate = "Please see the full terms of use and all disclaimers on the website of the desk, \
                       which apply to all content wherever it is published, quoted or republished. It is one \
                       of seventy brands and delivers solutions for distribution, syndication and social media \
                       to a wide audience of investors, journalists and the general public every single day.";
    let text = |n: i64| {
        format!("Event number{n} took place in hall{n} before guests{n} of club{n} at night{n}.\n{boilerplate}")
    };
    let titled = |n: i64, days: i64| Arrival {
        title: format!("Club{n} holds event{n} for all"),
        ..arrival(n, "desk", days * 24, &text(n))
    };
    let mut window = window();
    // Forty copies of one day are news that was carried; three bursts are boilerplate.
    for n in 1..=3 {
        arrive(&mut window, &titled(n, n * 4));
    }
    let placement = arrive(&mut window, &titled(9, 13));
    assert_eq!(placement.relation, Relation::First, "{:?}", placement.because);
}

fn notice(kind: NoticeKind, targets: Vec<NoticeTarget>) -> Newswire {
    let notice = Notice { kind, raw: kind.as_str().to_uppercase(), targets, until: None };
    Newswire { notice: Some(notice), ..Newswire::default() }
}

#[test]
fn a_notice_amends_what_it_names_if_it_may_b365() {
    let link = "https://wire.example/release/tram-depot-restored";
    let original = Arrival { link: Some(link), source_wire: Some("Wire"), ..arrival(1, "wire", 0, &whole()) };
    let named = vec![NoticeTarget::Link(link.to_owned())];
    let kill = |source| Arrival {
        title: "KILL: please disregard".into(),
        wire: notice(NoticeKind::Kill, named.clone()),
        ..arrival(2, source, 3, "Please disregard the release.")
    };
    let own = second(&original, &kill("wire"));
    assert_eq!((own.relation, own.joins), (Relation::Amendment, Some(StoryId(1))));
    let strangers = second(&original, &kill("liar"));
    assert_eq!(strangers.joins, None);
    assert!(strangers.because.contains(&StoryEvidence::MayNotAmend(EntryId(1))));
    // A correction that names nothing means the copy that it is like.
    let corrected = whole().replace("fourteen months", "sixteen months");
    let correction = Arrival { wire: notice(NoticeKind::Correction, Vec::new()), ..arrival(2, "wire", 3, &corrected) };
    assert_eq!(second(&original, &correction).relation, Relation::Amendment);
}

#[test]
fn a_notice_that_could_mean_several_asks_b365() {
    let mut window = window();
    let titled = |id, city: &str| Arrival {
        title: format!("{city} and Yaroslavl restore a tram depot together"),
        ..arrival(id, "wire", id, &whole().replace("Kassel", city))
    };
    arrive(&mut window, &titled(1, "Kassel"));
    arrive(&mut window, &titled(2, "Bremen"));
    let kill = Arrival { wire: notice(NoticeKind::Kill, Vec::new()), ..titled(3, "Kassel or Bremen") };
    let kill = Arrival { title: "KILL: tram depot restored with Yaroslavl".into(), text: BODY[1..].join("\n"), ..kill };
    let placement = arrive(&mut window, &kill);
    assert_eq!(placement.joins, None);
    let asks = |because: &StoryEvidence| matches!(because, StoryEvidence::SeveralTargets(all) if all.len() == 2);
    assert!(placement.because.iter().any(asks), "{:?}", placement.because);
}

#[test]
fn a_release_number_finds_the_other_languages_b367() {
    let numbered = |id, language| Arrival {
        language,
        wire: Newswire { wire: Some("Wire".into()), release_number: Some("3201".into()), ..Newswire::default() },
        ..arrival(id, "wire", id, &whole())
    };
    assert_eq!(second(&numbered(1, "en"), &numbered(2, "en")).relation, Relation::Copy);
    let french = Arrival { text: "Kassel restaure un dépôt.".into(), ..numbered(2, "fr") };
    let placement = second(&numbered(1, "en"), &french);
    assert_eq!((placement.relation, placement.joins), (Relation::Translation, None));
    assert_eq!(placement.links.len(), 1);
}

#[test]
fn facts_find_a_translation_among_others_b367() {
    let mut window = window();
    for n in 100..400 {
        let text =
            format!("Report {n}: the Bureau of Example counted {} visitors in {} halls on day {n}.", n * 37, n * 3);
        arrive(
            &mut window,
            &Arrival { title: format!("Bureau counts visitors, report {n}"), ..arrival(n, "bureau", 1, &text) },
        );
    }
    arrive(&mut window, &arrival(1, "globe", 0, &whole()));
    let chinese = "周二，Kassel 与 Yaroslavl 两市商定修复旧港电车库。\n双方共同承担4,718,300欧元。\n该建筑建于1907年，1993年火灾后一直空置。\n设计由 Brandt & Kowalski 事务所完成。";
    let placement = arrive(
        &mut window,
        &Arrival { language: "zh", title: "两市携手修复电车库".into(), ..arrival(2, "cns", 5, chinese) },
    );
    assert_eq!((placement.relation, placement.like), (Relation::Translation, Some(EntryId(1))), "{placement:?}");
    assert_eq!(placement.joins, None);
    let told: Vec<String> = placement.because.iter().map(ToString::to_string).collect();
    assert!(told[0].contains("4718300") && told[0].contains("kowalski"), "{told:?}");
}

/// One release as five sources carry it, and one that only resembles it.
fn carried() -> Vec<Arrival> {
    let (text, wire) = dated("KASSEL, Germany, Dec. 1, 2026 (WIRE) --");
    vec![
        arrival(1, "globe", 0, &whole()),
        Arrival { wire, ..arrival(2, "portal", 2, &text) },
        arrival(3, "teaser", 1, &BODY[0][..90]),
        arrival(4, "late", 50, &BODY[..8].join("\n")),
        arrival(
            5,
            "longer",
            4,
            &format!("{}\nReaders may write to the desk about old depots of their own town.", whole()),
        ),
        Arrival {
            title: "Bremen and Yaroslavl restore a tram depot together".into(),
            ..arrival(6, "globe", 3, &whole().replace("Kassel", "Bremen"))
        },
    ]
}

#[test]
fn the_order_of_arrival_does_not_matter_here_b368() {
    let all = carried();
    let mut order: Vec<usize> = (0..all.len()).collect();
    let mut outcomes = 0;
    // Every order of six arrivals (Heap's algorithm).
    permute(&mut order, all.len(), &mut |order| {
        let mut window = window();
        order.iter().for_each(|at| drop(arrive(&mut window, &all[*at])));
        let story = |id| window.story_of(EntryId(id)).unwrap();
        assert!((2..=5).all(|id| story(id) == story(1)), "{order:?}");
        assert_ne!(story(6), story(1), "{order:?}");
        outcomes += 1;
    });
    assert_eq!(outcomes, 720);
}

fn permute(order: &mut Vec<usize>, length: usize, each: &mut impl FnMut(&[usize])) {
    if length <= 1 {
        return each(order);
    }
    for at in 0..length {
        permute(order, length - 1, each);
        order.swap(if length.is_multiple_of(2) { at } else { 0 }, length - 1);
    }
}
