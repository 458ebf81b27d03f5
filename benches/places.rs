//! What reading places costs: entries with bodies of 4 KB, and opening the gazetteer.
//!
//! `PLACES=FILE` compares with another gazetteer, such as that of cities of 5,000 people and
//! more (`PLACES_CITIES=5000 PLACES_INTO=FILE scripts/make-places`).

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use wiredesk::places::{Gazetteer, PlaceContext};
use wiredesk::text::fold::{Folded, fold};

fn main() {
    divan::main();
}

/// Paragraphs of news in several languages, each repeated to 4 KB.
const COPY: [(&str, &str); 5] = [
    (
        "en",
        "The mayor of Nice received a delegation from Shenyang on Tuesday, the city said. Officials from Lyon and Turin had met their \
            Chinese hosts in spring, when a memorandum was signed, and a further visit to Liaoning is planned before the end of the year. ",
    ),
    (
        "de",
        "Der Oberbürgermeister von Düsseldorf hat am Dienstag eine Delegation aus der chinesischen Partnerstadt Chongqing empfangen, \
            wie die Stadt mitteilte. Beide Seiten wollen den Austausch von Schülern und Fachleuten ausbauen. ",
    ),
    (
        "zh",
        "沈阳市市长日前会见了来访的法国尼斯市代表团一行，双方就教育、旅游和环境保护等领域的合作交换意见，并签署友好交流备忘录。",
    ),
    (
        "ru",
        "Мэр Владивостока встретился с генеральным консулом Китая и обсудил с ним открытие новых рейсов в Шэньян и Харбин, сообщили в мэрии. ",
    ),
    (
        "ar",
        "استقبل عمدة الدار البيضاء وفدا من مدينة شنغهاي الصينية يوم الثلاثاء وبحث معه سبل تعزيز التعاون بين المدينتين في مجالات التعليم. ",
    ),
];

/// Reads a hundred entries, folded beforehand as filters do it anyway.
#[divan::bench(args = [0, 1, 2, 3, 4])]
fn mentions(bencher: Bencher<'_, '_>, language: usize) {
    read_by(&Gazetteer::built_in(), bencher, language);
}

/// The same by the gazetteer of another file.
#[divan::bench(args = [0, 1, 2, 3, 4])]
fn mentions_of_file(bencher: Bencher<'_, '_>, language: usize) {
    match std::env::var_os("PLACES") {
        Some(file) => {
            let gazetteer = Gazetteer::of(std::fs::read(file).unwrap()).expect("PLACES names a gazetteer");
            read_by(&gazetteer, bencher, language);
        }
        None => eprintln!("skipped: PLACES names no other gazetteer"),
    }
}

fn read_by(gazetteer: &Gazetteer, bencher: Bencher<'_, '_>, language: usize) {
    let (tag, paragraph) = COPY[language];
    let body = paragraph.repeat(4_096 / paragraph.len() + 1);
    let title = paragraph.split(['.', ',', '，']).next().unwrap_or_default();
    let texts: Vec<(Folded, Folded)> = (0..100).map(|_| (fold(title), fold(&body))).collect();
    let around = PlaceContext { language: Some(tag), ..PlaceContext::default() };
    bencher.counter(ItemsCount::new(texts.len())).bench(|| {
        for (head, text) in &texts {
            black_box(gazetteer.mentions(&[(head, title), (text, &body)], &around));
        }
    });
}

#[divan::bench]
fn open() -> Gazetteer {
    Gazetteer::built_in()
}
