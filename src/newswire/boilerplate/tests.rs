//! Cuts, end marks and pictures.

use crate::model::newswire::{Cut, CutKind};
use crate::newswire::tests::kept;
use crate::newswire::{OwnWire, Tables, WireCopy, read};
use crate::places::Gazetteer;

/// The cuts of a text by these tables; in order, without overlap, at borders of characters.
fn cuts(title: &str, text: &str, tables: &Tables, gazetteer: &Gazetteer) -> Vec<Cut> {
    let cuts = read(&WireCopy { title, text, ..WireCopy::default() }, tables, gazetteer).cuts;
    let mut end = 0;
    for cut in &cuts {
        assert!(
            cut.at.start >= end && cut.at.start < cut.at.end && text.get(cut.at.clone()).is_some(),
            "{cuts:?} {text}"
        );
        end = cut.at.end;
    }
    cuts
}

/// A text whose news is what stands between "<" and ">"; paragraphs are parted by "|".
const TEXTS: &[&str] = &[
    // English releases and agencies.
    "FOR IMMEDIATE RELEASE|TACOMA, Wash., May 2, 2025 /PRNewswire/ -- <A depot opened.|It is large.>|###|About Northwind|Northwind sells things.|Media Contact:|Ada Miller|ada@example.org",
    "TACOMA, Wash., May 2, 2025 (GLOBE NEWSWIRE) -- <A depot opened.|It is large.>|About Northwind Traders, Inc.|Northwind sells things.|Forward-Looking Statements|This will be.|SOURCE Northwind Traders",
    "<A depot opened in spring.|It is large, and lorries come by day and night.>|Cautionary Note Regarding Forward-Looking Statements|This will be.|View source version on businesswire.com: https://www.businesswire.com/x",
    "LYON, France--(BUSINESS WIRE)--<The plant opens.|It is said to be large.>|Contacts|Ada Miller|+33 555 0100",
    "EMBARGOED UNTIL 4 a.m. ET|<A comet was found.|It is large and bright, and will be seen.>|For more information, please visit www.example.org",
    "ROME (AP) — <A bridge opened.|It is long.|About 200 people came.|For more than a year, contact was rare.>",
    "<A bridge opened.|It is long.|Photographs show it at night.>|Photo: City of Rome|Copyright 2025 Example News. All rights reserved.",
    "SINGAPORE - Media OutReach Newswire - 18 June 2026 - <A fair opened.|It is large, and open.>|The issuer is solely responsible for the content of this announcement.",
    // German, French, Spanish, Italian, Portuguese.
    "Berlin (ots) - <Ein Depot wurde eröffnet.|Es ist groß.>|Pressekontakt:|Ada Müller|ada@example.org|Original-Content von: Adatum AG, übermittelt durch news aktuell",
    "<Ein Depot wurde eröffnet.|Es ist groß.>|Über Adatum|Adatum ist groß.",
    "Paris (AFP) - <Un pont est ouvert.|Il est long et beau.>|À propos de Contoso|Une société.|Contact presse :|ada@example.org",
    "Madrid, 10 abr (EFE).- <Se abrió un puente.|Es largo y muy ancho.>|Contacto de prensa:|Ada|ada@example.org",
    "(ANSA) - Rome, October 11 - <Il ponte è aperto.|È lungo.>|Ufficio stampa|Ada",
    "<A ponte foi aberta.|É longa e larga.|Muitos vieram.>|Sobre a Contoso|Uma empresa.|Fonte: Contoso",
    // Russian, Arabic.
    "МОСКВА, 4 марта. /ТАСС/. <Мост открыт.|Он длинный.>|О компании «Контосо»|Компания велика.|Контакты для СМИ:|ada@example.org",
    "<افتتح الجسر اليوم.|وهو طويل جدا وجميل.>|نبذة عن كونتوسو|شركة كبيرة.",
    // Chinese, Japanese, Korean.
    "新华社沈阳4月29日电（记者徐岚、白石）<一座桥通车。|桥很长。>（完）",
    "来源：沈阳日报|<一座桥通车。|桥很长。>【编辑:王某】",
    "<一座桥通车。|桥很长，也很宽。>|关于康托索|康托索是一家公司。|媒体联系人：王某|责任编辑：李某",
    "[東京 ２１日 ロイター] - <橋が開通した。|橋は長い。>|■会社概要|社名：コントソ|本件に関するお問い合わせ|ada@example.org",
    "(서울=연합뉴스) 김모 기자 = <다리가 열렸다.|다리는 길다.>|ada@example.org|<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>",
    "<다리가 열렸다.|다리는 길고 넓다.>(끝)",
    // The operator's own mark.
    "<A bridge opened.|It is long.>|=fin=|Harbour Press, 12 Quay Street",
];

#[test]
fn the_news_is_kept_and_the_rest_is_cut_b323() {
    let own = OwnWire { key: "harbour".into(), end_marks: vec!["=fin=".into()], ..OwnWire::default() };
    let (tables, gazetteer) = (Tables::with(&[own]).unwrap(), Gazetteer::built_in());
    let mut wrong = Vec::new();
    for row in TEXTS {
        // The Korean line of rights has signs of its own: the news is what the first "<" opens.
        let (before, rest) = row.split_once('<').unwrap();
        let (news, after) = rest.split_once('>').unwrap();
        let text = format!("{before}{news}{after}").replace('|', "\n");
        let kept = kept(&text, &cuts("A headline", &text, &tables, &gazetteer));
        let expected = news.replace('|', " | ");
        if kept != expected {
            wrong.push(format!("{row}\n  kept {kept}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), TEXTS.len(), wrong.join("\n"));

    // Marks that part items end none of them.
    let digest = "One item.\nIts text.\n###\nAnother.\nIts text.\n###\nA third.\nIts text.";
    let kept = kept(digest, &cuts("A headline", digest, &tables, &gazetteer));
    assert!(kept.ends_with("Another. | Its text. | A third. | Its text."), "{kept}");
}

#[test]
fn each_part_has_its_kind_b324() {
    let text = TEXTS[0].replace(['<', '>'], "").replace('|', "\n");
    let cuts = cuts("A headline", &text, &Tables::built_in(), &Gazetteer::built_in());
    let kinds: Vec<(CutKind, &str)> = cuts.iter().map(|cut| (cut.kind, &text[cut.at.clone()])).collect();
    assert_eq!(
        kinds,
        [
            (CutKind::Preface, "FOR IMMEDIATE RELEASE"),
            (CutKind::Dateline, "TACOMA, Wash., May 2, 2025 /PRNewswire/ -- "),
            (CutKind::EndMark, "###"),
            (CutKind::About, "About Northwind\nNorthwind sells things."),
            (CutKind::Contacts, "Media Contact:\nAda Miller\nada@example.org"),
        ]
    );
}

#[test]
fn copy_of_pictures_alone_is_told_b328() {
    let (tables, gazetteer) = (Tables::built_in(), Gazetteer::built_in());
    let check = |title: &str, text: &str, expected: bool| {
        let read = read(&WireCopy { title, text, ..WireCopy::default() }, &tables, &gazetteer);
        assert_eq!(read.is_photo_only, expected, "{title} | {text:.40}");
    };
    let story = "The mayor opened the bridge, and people came from both banks of the river. ".repeat(30);
    for title in [
        "Photo Feature: Nine cities meet",
        "PHOTO -- Lanterns over the Hun River",
        "In pictures: the harbour at night",
        "Bildergalerie: Der Hafen bei Nacht",
        "En images : le port la nuit",
        "组图：浑河灯会",
        "图集｜浑河灯会",
        "[포토] 다리 개통",
        "【写真】橋の開通",
        "Фоторепортаж: мост открыт",
        "بالصور: افتتاح الجسر",
    ] {
        check(title, "", true);
        check(title, "A caption of one line.", true);
        check(title, &story, false);
    }
    check("一座桥通车（图）", "", true);
    check("一座桥通车（图）", "一座桥通车，市长出席仪式。", false);
    check("Photo shows minister at a party, paper says", "", false);
    check("Photographer wins a prize", "", false);
    check("Mayor opens a bridge", "", false);
}

#[test]
fn hostile_texts_are_cut_within_bounds_b329() {
    let (tables, gazetteer) = (Tables::built_in(), Gazetteer::built_in());
    let parts = [
        "###\n",
        "About X\n",
        "About ",
        "(",
        "(NASDAQ: ",
        "(A: ",
        "Source: ",
        "SOURCE ",
        "来源：",
        "Contact:\n",
        "【编辑:",
        "©",
        "@",
        "a@b.c\n",
        "News provided by\n",
        "forward-looking ",
        "This release ",
        "ⓒ\n",
        "（",
        "-",
        "\n",
        " \u{3000}",
        "[포토]",
    ];
    for part in parts {
        for copies in [1, 2, 70, 20_000] {
            let text = part.repeat(copies);
            let read = read(
                &WireCopy { title: &part.repeat(copies.min(50)), text: &text, ..WireCopy::default() },
                &tables,
                &gazetteer,
            );
            assert!(read.cuts.len() <= 64 && read.tickers.len() <= 32, "{part}");
            assert!(read.issuer.is_none_or(|issuer| issuer.len() <= 200), "{part}");
        }
    }
    // At any border of a character.
    let text = "（来源：沈阳）\nÉmetteur : Ville\n一座桥。（完）\nAbout Ö\n(NASDAQ: Ö)\nⓒ é\n【编辑:é】";
    for (at, _) in text.char_indices() {
        cuts("", &text[at..], &tables, &gazetteer);
        cuts("", &text[..at], &tables, &gazetteer);
    }
}
