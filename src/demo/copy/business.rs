//! Companies: what release wires mostly carry.

use super::story::{At, CopyPiece, piece, text};

/// The pieces.
pub const PIECES: &[CopyPiece] = &[
    CopyPiece {
        error: ("$41.2 million", "$14.2 million"),
        en: text(
            "{company} reports third quarter results",
            &[
                "{company} ({ticker}) today reported revenue of ${m} million for the third quarter, up {n} percent \
                 from a year earlier, and net income of {error}.",
                "Orders rose in every region. The company confirmed its outlook for the year and will hold a \
                 conference call on Monday at 10:00 a.m. Eastern Time.",
                "\"We shipped what we had promised, and on the days we had promised it,\" the chief executive said.",
            ],
        ),
        ..piece("results", "Earnings", "{company}", At::Partner)
    },
    CopyPiece {
        en: text(
            "REMINDER: Deadline nears for investors in {company}, law firm says",
            &[
                "A law firm reminds purchasers of {company} ({ticker}) securities of the deadline of the 30th of \
                 next month to ask the court to be appointed lead plaintiff.",
                "No class has been certified. Investors who bought between February and June may call the firm \
                 without charge.",
            ],
        ),
        ..piece("reminder", "Legal", "Pettigrew & Oakes LLP", At::Partner)
    },
    CopyPiece {
        en: text(
            "{company} begins trial of once-weekly tablet",
            &[
                "{company} ({ticker}) has enrolled the first of {m} patients in a trial of a once-weekly tablet \
                 against high blood pressure.",
                "First results are expected in the second half of next year.",
            ],
        ),
        ..piece("trial", "Health", "{company}", At::Partner)
    },
    CopyPiece {
        en: text(
            "{company} to buy family-owned maker of bakery ovens",
            &[
                "{company} ({ticker}) has agreed to buy a family-owned maker of bakery ovens for ${m} million in \
                 cash. The deal needs the consent of two competition authorities.",
                "The oven maker has {n} engineers, all of whom keep their posts, and its name.",
            ],
        ),
        ..piece("ovens", "Mergers", "{company}", At::Partner)
    },
    CopyPiece {
        en: text(
            "{company} names new chief financial officer",
            &["{company} ({ticker}) named Margaret Osei chief financial officer as of January. She succeeds Henrik \
                 Dahl, who retires after {n} years with the company."],
        ),
        ..piece("officer", "Personnel", "{company}", At::Partner)
    },
    CopyPiece {
        en: text(
            "{city} bus operator orders {m} battery buses",
            &[
                "The bus operator of {city}, {country}, has ordered {m} battery buses, the largest order in the \
                 region, after a trial through two winters.",
                "Delivery begins in spring; the depots get {n} chargers.",
            ],
        ),
        zh: text(
            "{city}公交订购{m}辆纯电动客车",
            &["{city}公交集团订购{m}辆纯电动客车，首批车辆明年春天交付，并将在停车场新建{n}个充电桩。"],
        ),
        ..piece("buses", "Transportation", "{city} Bus", At::City)
    },
    CopyPiece {
        ko: text(
            "배터리 업체 3분기 시장점유율 {n}%…수출 호조",
            &[
                "국내 배터리 업체들의 3분기 세계 시장점유율이 {n}%로 집계됐다고 시장조사 업체가 밝혔다. 시장은 내년에도 수출이 늘 것으로 본다.",
            ],
        ),
        zh: text(
            "前三季度社会消费品零售稳步增长",
            &["统计部门数据显示，前三季度网上零售额同比增长{k}%，餐饮收入继续回升，县域消费增速快于城市。"],
        ),
        ..piece("markets", "Economy", "Harbour Press", At::City)
    },
    CopyPiece {
        zh: text(
            "长江大桥养护工程完工 {city}夜间交通恢复",
            &["芜湖市长江大桥养护工程提前完工，途经车辆恢复正常通行。工程历时{n}天，更换伸缩缝{m}米。"],
        ),
        ko: text(
            "{city} 지하철 새 전동차 {n}량 도입",
            &["{city} 지하철이 새 전동차 {n}량을 도입한다. 새 차량에는 자전거 거치대와 넓은 출입문이 설치된다."],
        ),
        ..piece("transit", "Transportation", "Harbour Press", At::City)
    },
];
