//! Issuers.

use crate::newswire::{Tables, WireCopy, read};
use crate::places::Gazetteer;

/// Headline, text, `dc:contributor`, and the issuer ("" for none).
type IssuedRow = (&'static str, &'static str, &'static [&'static str], &'static str);

const ROWS: &[IssuedRow] = &[
    // Release wires.
    (
        "Two rivers, one bridge",
        "SHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE) -- A news report from Hunhe Daily: the bridge is open.\n\
         Source: Publicity Department of Shenyang Municipal Committee",
        &[],
        "Publicity Department of Shenyang Municipal Committee",
    ),
    (
        "A depot",
        "TACOMA, Wash., May 2, 2025 /PRNewswire/ -- A depot opened.\nSOURCE Northwind Traders, Inc.",
        &[],
        "Northwind Traders, Inc.",
    ),
    (
        "A depot",
        "TACOMA, Wash., May 2, 2025 /PRNewswire/ -- A depot opened. SOURCE Northwind Traders, Inc.",
        &[],
        "Northwind Traders, Inc.",
    ),
    (
        "A depot",
        "TACOMA, Wash., May 2, 2025 /PRNewswire/ -- A depot opened.",
        &["Northwind Traders"],
        "Northwind Traders",
    ),
    (
        "A depot",
        "TACOMA, Wash., May 2, 2025 /PRNewswire/ -- A depot opened.",
        &["PR Newswire", "Northwind Traders"],
        "Northwind Traders",
    ),
    ("A depot", "A text.\nSource: Contoso ASA via GlobeNewswire", &[], "Contoso ASA"),
    ("A depot", "News provided by\nNorthwind Traders\nMay 2, 2025\nA depot opened.", &[], "Northwind Traders"),
    (
        "A vein",
        "VANCOUVER, British Columbia--(Newsfile Corp. - May 2, 2025) - A vein.\nSOURCE: Copper Ridge Ltd. (TSXV: CPR)",
        &[],
        "Copper Ridge Ltd.",
    ),
    (
        "Ein Depot",
        "Berlin (ots) - Ein Depot.\nOriginal-Content von: Adatum AG, übermittelt durch news aktuell",
        &[],
        "Adatum AG",
    ),
    (
        "Q3 figures",
        "EQS-News: Adatum AG / Key word(s): Results\nThe figures.\nIssuer: Adatum AG / Key word(s): Results",
        &[],
        "Adatum AG",
    ),
    (
        "Fabrikam opens a plant",
        "LYON, France--(BUSINESS WIRE)--The plant opens in May.\nIt employs 40.\nAbout Fabrikam\nFabrikam makes bolts.",
        &[],
        "Fabrikam",
    ),
    (
        "Fabrikam and Contoso open a plant",
        "LYON, France--(BUSINESS WIRE)--The plant opens in May.\nIt employs 40.\nAbout Fabrikam\nA firm.\nAbout Contoso\nA firm.",
        &[],
        "",
    ),
    (
        "Results",
        "OSLO, Norway, May 2, 2025 (GLOBE NEWSWIRE) -- Contoso ASA (OSE: CNTS) presents its results.",
        &[],
        "Contoso ASA",
    ),
    (
        "Results",
        "AUSTIN, Texas, May 2, 2025 (GLOBE NEWSWIRE) -- Litware, Inc. today announced its results.",
        &[],
        "Litware, Inc.",
    ),
    (
        "Results",
        "AUSTIN, Texas, May 2, 2025 (GLOBE NEWSWIRE) -- Bank of the Brazos (\"BoB\" or the \"Bank\") has results.",
        &[],
        "Bank of the Brazos",
    ),
    ("Results", "AUSTIN, Texas, May 2, 2025 (GLOBE NEWSWIRE) -- Growth was strong, says the minister.", &[], ""),
    // Chinese, Japanese, Korean, Russian, French, Spanish.
    ("大桥通车", "一座桥通车。\n发布单位：沈阳市人民政府外事办公室", &[], "沈阳市人民政府外事办公室"),
    ("大桥通车", "来源：沈阳日报\u{3000}作者：王某\n一座桥通车。", &[], "沈阳日报"),
    ("大桥通车", "（来源：新华社）\n一座桥通车。", &[], ""),
    ("大橋開通", "大橋開通。\n稿源：台北市政府觀光傳播局", &[], "台北市政府觀光傳播局"),
    (
        "新製品",
        "株式会社コントソ（本社：東京都港区、代表取締役：山田）は、新製品を発売します。",
        &[],
        "株式会社コントソ",
    ),
    ("신제품", "콘토소 주식회사(대표 김모)는 신제품을 출시한다.", &[], "콘토소 주식회사"),
    ("신제품", "신제품이 나왔다.\n출처: 콘토소", &[], "콘토소"),
    (
        "Мост открыт",
        "Мост открыт.\nИсточник: Администрация города Владивостока",
        &[],
        "Администрация города Владивостока",
    ),
    ("Un pont", "Un pont est ouvert.\nÉmetteur : Ville de Lyon", &[], "Ville de Lyon"),
    ("Un puente", "Se abrió un puente.\nFuente: Ayuntamiento de Alicante", &[], "Ayuntamiento de Alicante"),
    // Agencies carry no issuer; a contributor of other copy is a person.
    ("A bridge", "ROME (AP) — A bridge opened.\nSource: Ministry of Works", &[], ""),
    ("A bridge", "ROME (AP) — A bridge opened.\nIssued by: Ministry of Works", &[], "Ministry of Works"),
    ("A bridge", "A bridge opened.", &["Ada Miller"], ""),
    // No bodies.
    ("A bridge", "A bridge opened.\nSource: https://example.org/bridge", &[], ""),
    ("A bridge", "A bridge opened.\nSource: www.example.org", &[], ""),
    ("A bridge", "A bridge opened.\nSource: Bureau of Labor Statistics, October 2025", &[], ""),
    ("A bridge", "A bridge opened.\nSource: Internet", &[], ""),
    ("A bridge", "Sources say a bridge opened.", &[], ""),
    ("A bridge", "A bridge opened.\nIt is long.\nAbout the author\nAda writes.", &[], ""),
];

#[test]
fn issuers_are_read_and_never_guessed_b326() {
    let (tables, gazetteer) = (Tables::built_in(), Gazetteer::built_in());
    let mut wrong = Vec::new();
    for (title, text, contributors, expected) in ROWS {
        let copy = WireCopy { title, text, contributors, ..WireCopy::default() };
        let issuer = read(&copy, &tables, &gazetteer).issuer.unwrap_or_default();
        if issuer != *expected {
            wrong.push(format!("{expected:?}, read {issuer:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_first_release_is_read_whole_b327() {
    let text = "SHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE) -- A news report from Hunhe Daily:\n\
                The city received mayors of nine sister cities.\n\
                Source: Publicity Department of Shenyang Municipal Committee\n\
                Contact person: Ms. Zhao, Tel: 86-10-555 0100";
    let copy = WireCopy { title: "Nine cities meet", text, ..WireCopy::default() };
    let read = read(&copy, &Tables::built_in(), &Gazetteer::built_in());
    let dateline = read.dateline.unwrap();
    assert_eq!(dateline.places[0].city.as_deref(), Some("Shenyang"));
    assert_eq!(dateline.places[0].country.map(|country| country.code().to_owned()).as_deref(), Some("CN"));
    assert_eq!(dateline.date.map(|date| date.to_string()).as_deref(), Some("2024-11-21"));
    assert_eq!(read.wire.as_deref(), Some("GlobeNewswire"));
    assert_eq!(read.issuer.as_deref(), Some("Publicity Department of Shenyang Municipal Committee"));
    let kept: String = crate::newswire::tests::kept(text, &read.cuts);
    assert_eq!(kept, "A news report from Hunhe Daily: | The city received mayors of nine sister cities.");
}
