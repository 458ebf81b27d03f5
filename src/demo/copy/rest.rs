//! Sport, weather, markets: noise for filters to leave out.

use super::story::{At, CopyPiece, piece, text};

/// The pieces.
pub const PIECES: &[CopyPiece] = &[
    CopyPiece {
        en: text(
            "{club} beat {rival} with goal in added time",
            &[
                "{club} beat {rival} 2-1 with a header in the fourth minute of added time, watched by {m} hundred people \
               in steady rain. The visitors had led since the {n}th minute.",
            ],
        ),
        zh: text(
            "足球联赛：{city}队主场逆转取胜",
            &["足球联赛第{n}轮，{city}队在先失一球的情况下主场2比1逆转，补时阶段打入制胜一球，连续五轮不败。"],
        ),
        ko: text(
            "프로축구 {city}, 추가시간 결승골로 역전승",
            &["프로축구 {city}이 홈에서 추가시간에 터진 결승골로 2-1 역전승을 거뒀다. 관중 {m}명이 경기장을 찾았다."],
        ),
        ..piece("football", "Sport", "Harbour Press", At::City)
    },
    CopyPiece {
        en: text(
            "Twin Cities club wins baseball opener",
            &["The Twin Cities club won its baseball opener 5-3. The mayor threw the first pitch, and threw it well."],
        ),
        ..piece("baseball", "Sport", "Harbour Press", At::Partner)
    },
    CopyPiece {
        en: text(
            "{rival} sign goalkeeper from {club}",
            &[
                "{rival} have signed the goalkeeper of {club} until the summer after next. The clubs did not name a fee; \
               {n} penalties saved in two seasons speak for themselves.",
            ],
        ),
        ..piece("transfer", "Sport", "Harbour Press", At::City)
    },
    CopyPiece {
        en: text(
            "Record field for {city} marathon",
            &["A record {m} hundred runners from {n} countries have entered the {city} marathon. The course has been \
               moved away from the tram works."],
        ),
        ..piece("marathon", "Sport", "Harbour Press", At::City)
    },
    CopyPiece {
        en: text(
            "First frost forecast for {partner}",
            &["Forecasters expect the first frost of the season around {partner} by Sunday, {n} days later than on \
               average. Roads over bridges may be slippery."],
        ),
        zh: text(
            "冷空气来袭 {city}气温将下降{k}度",
            &["气象台预计，受冷空气影响，{city}未来三天最低气温将下降约{k}摄氏度，并伴有六级偏北风，请注意防寒。"],
        ),
        ko: text(
            "{city} 첫서리…아침 기온 뚝",
            &[
                "기상청은 {city}에 올가을 첫서리가 관측됐다고 밝혔다. 평년보다 {n}일 늦은 기록으로, 주말에는 기온이 오르겠다.",
            ],
        ),
        ..piece("frost", "Weather", "Harbour Press", At::Partner)
    },
    CopyPiece {
        en: text(
            "Shares end little changed as oil slips",
            &["Shares ended little changed. Oil slipped {n} cents a barrel, shipping stocks rose, and the index of \
               smaller companies gained for the sixth day."],
        ),
        ..piece("shares", "Markets", "Harbour Press", At::Port)
    },
    CopyPiece {
        en: text(
            "Museum finds lost sketchbook in its own stacks",
            &[
                "The city museum of {partner} has found a sketchbook that it had reported missing {n} years ago, on the \
               shelf where it belonged.",
            ],
        ),
        zh: text(
            "{city}博物馆展出{m}件古代文具",
            &["{city}博物馆新展开幕，展出历代文具{m}件，其中{n}件为首次公开。展览将持续至明年三月。"],
        ),
        ..piece("museum", "Culture", "Harbour Press", At::Partner)
    },
    CopyPiece {
        en: text(
            "Whales pass {port} a month early",
            &[
                "Humpback whales have been counted off {port} a month earlier than usual. Volunteers logged {n} animals \
               in a morning.",
            ],
        ),
        ..piece("whales", "Science", "Harbour Press", At::Port)
    },
    CopyPiece {
        en: text(
            "Apple harvest {n} percent above average",
            &["Growers around {partner} expect an apple harvest {n} percent above the average of ten years. Presses \
               are working in two shifts."],
        ),
        ..piece("apples", "Farming", "Harbour Press", At::Partner)
    },
    CopyPiece {
        en: text(
            "Soup festival closes with {m} recipes",
            &["The soup festival of {city} closed with {m} recipes on record and one winner, a fish soup older than \
               the town charter."],
        ),
        ko: text(
            "{city} 영화제 폐막…관객 {m}명 찾아",
            &[
                "{city} 영화제가 열흘 동안의 일정을 마치고 폐막했다. {n}개국 작품이 상영됐고 관객 {m}명이 극장을 찾았다.",
            ],
        ),
        ..piece("festival", "Culture", "Harbour Press", At::City)
    },
    CopyPiece {
        en: text(
            "Night trains return on line to {partner}",
            &["Night trains return on the line to {partner} in December after {n} years. The first train sold out in \
               {m} minutes."],
        ),
        zh: text(
            "{city}北站新增{n}趟列车",
            &["铁路部门介绍，新运行图实施后{city}北站每日新增列车{n}趟，早高峰时段最短发车间隔缩短至五分钟。"],
        ),
        ..piece("trains", "Transportation", "Harbour Press", At::Partner)
    },
];
