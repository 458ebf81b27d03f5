//! What reading wire copy costs: wire, dateline and places of entries with bodies of 4 KB.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use wiredesk::newswire::{Tables, WireCopy, read};
use wiredesk::places::Gazetteer;

fn main() {
    divan::main();
}

/// A language, what stands before the news, and a paragraph that is repeated to 4 KB.
const COPY: [(&str, &str, &str); 5] = [
    (
        "en",
        "A harbour line for the north\nSHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE) -- ",
        "The ferry company said on Tuesday that it would put two more boats into service before the end of the winter. They \
         carry forty lorries each and burn methanol, which the port has stored since spring. Officials from Dalian, who had \
         asked for a night service, called it a beginning, and the works council wants the crews to be hired at home. ",
    ),
    (
        "en",
        "",
        "The committee put the question off once more. Nobody wanted to be the first to say what the bridge would cost, and \
         the engineer from Turin who had drawn it was not asked. It will be taken up again in spring, the chairman said, \
         when the figures of the year are known and the river is low.\n",
    ),
    (
        "zh",
        "新华社沈阳4月29日电（记者徐岚、白石）",
        "市政府日前召开会议，研究港口扩建和夜间航线等问题。会议指出，要加快码头建设进度，改善旅客出行条件，并与大连方面加强沟通，\
         确保冬季到来之前新船投入使用。有关部门负责人在会上作了说明。",
    ),
    (
        "ru",
        "МОСКВА, 4 марта. /ТАСС/. ",
        "В порту сообщили, что до конца зимы на линию выйдут ещё два парома. Каждый из них берёт на борт сорок грузовиков. \
         В мэрии Владивостока назвали решение первым шагом и пообещали вернуться к вопросу о ночных рейсах весной. ",
    ),
    (
        "ja",
        "[東京 ２１日 ロイター] - ",
        "港湾当局は、冬が終わるまでに新しいフェリー２隻を投入すると発表した。１隻で貨物車４０台を運ぶことができる。大阪の関係者は夜間便を\
         求めており、来春に改めて協議する。",
    ),
];

/// Reads a hundred entries.
#[divan::bench(args = [0, 1, 2, 3, 4])]
fn copies(bencher: Bencher<'_, '_>, kind: usize) {
    let (tables, gazetteer) = (Tables::built_in(), Gazetteer::built_in());
    let (language, head, paragraph) = COPY[kind];
    let text = format!("{head}{}", paragraph.repeat(4_096 / paragraph.len() + 1));
    let copy = WireCopy {
        title: "Two more ferries for the harbour",
        text: &text,
        language: Some(language),
        ..WireCopy::default()
    };
    bencher.counter(ItemsCount::new(100_usize)).bench(|| {
        for _ in 0..100 {
            black_box(read(&copy, &tables, &gazetteer));
        }
    });
}

#[divan::bench]
fn tables() -> Tables {
    Tables::built_in()
}
