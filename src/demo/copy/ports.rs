//! Ports and shipping.

use super::story::{At, CopyPiece, CopyText, piece, text};

/// The pieces.
pub const PIECES: &[CopyPiece] = &[
    CopyPiece {
        en: Some(CopyText {
            title: "Dockworkers walk out at {port} container terminals",
            paragraphs: &[
                "Dockworkers at three container terminals in {port} walked out on Friday in a dispute over shift \
                 pay, leaving {n} ships at anchor.",
                "The union said the strike would last 48 hours; the port authority asked carriers not to send export \
                 boxes to the gates. Talks broke off on Thursday night.",
                "Forwarders said they were moving urgent cargo by rail.",
            ],
            update: "Dockworkers at {port} and terminal operators agreed to return to talks on Saturday, the port's \
                     mediator said, while a strike that has left {n} ships at anchor went on.",
        }),
        ko: Some(CopyText {
            title: "{port}항 부두 노동자 파업…선박 {n}척 대기",
            paragraphs: &[
                "{port}항 컨테이너 터미널 세 곳의 부두 노동자들이 교대 수당 문제로 파업에 들어가 선박 {n}척이 외항에서 대기하고 있다.",
                "노조는 파업을 48시간 동안 이어간다고 밝혔다. 해운업계는 긴급 화물을 철도로 돌리고 있다.",
            ],
            update: "{port}항 노사가 협상을 재개하기로 했다. 선박 {n}척을 묶어 둔 파업은 계속되고 있다.",
        }),
        ..piece("strike", "Shipping", "Harbour Press", At::Port)
    },
    CopyPiece {
        error: ("13", "3.1"),
        en: text(
            "Port of {port} handles {n} percent more containers in third quarter",
            &[
                "The Port of {port} handled {n} percent more containers in the third quarter than a year earlier, \
                 while dry bulk fell by {error} percent, the port authority reported.",
                "Refrigerated cargo grew fastest. The authority kept its forecast for the year.",
            ],
        ),
        zh: text(
            "{port}港三季度集装箱吞吐量同比增长{n}%",
            &[
                "{port}港务局公布的数据显示，今年第三季度该港集装箱吞吐量同比增长{n}%，冷藏货物增速最快，散货略有下降。",
                "港务局维持全年预测不变。",
            ],
        ),
        ..piece("volumes", "Shipping", "Port of {port} Authority", At::Port)
    },
    CopyPiece {
        en: text(
            "{company} adds weekly service between {port} and {city}",
            &[
                "{company} ({ticker}) today announced a weekly container service between {port} and {city} with six \
                 ships of {m} TEU each.",
                "The first sailing leaves {port} in January. The service calls at two transhipment ports and cuts \
                 the voyage by four days, the carrier said.",
                "\"Customers asked for fewer surprises rather than for more speed, and they get both,\" the head of \
                 its liner programme said.",
            ],
        ),
        ..piece("service", "Transportation", "{company}", At::Port)
    },
    CopyPiece {
        en: text(
            "Fog shuts port of {port} for second night",
            &["Fog closed the port of {port} to shipping for a second night. Pilots expected to resume boarding \
                 after dawn; {n} vessels were waiting in the roads."],
        ),
        ko: text(
            "{port}항 짙은 안개로 이틀째 입출항 통제",
            &["짙은 안개로 {port}항의 선박 입출항이 이틀째 통제되고 있다. 선박 {n}척이 외항에서 대기 중이다."],
        ),
        ..piece("fog", "Shipping", "Harbour Press", At::Port)
    },
    CopyPiece {
        en: text(
            "{port} and {city} ports become sister ports",
            &[
                "The port authorities of {port} and {city} signed a sister port agreement that covers shore power, \
                 data on arrivals and the training of pilots.",
                "Mayor {mayor} of {city} attended the signing. Each port will second {n} specialists to the other \
                 over two years.",
            ],
        ),
        zh: text(
            "{city}港与{port}港结为友好港",
            &[
                "{city}港与{port_country}{port}港签署友好港协议，双方将在岸电、到港数据共享和引航员培训方面合作，{city}市市长{mayor}出席。",
            ],
        ),
        ..piece("sisterport", "Shipping", "Port of {port} Authority", At::Port)
    },
    CopyPiece {
        en: text(
            "Tanker aground off {port}, crew safe",
            &[
                "A product tanker ran aground off {port} early on Saturday. Its crew of {n} was safe and no oil had \
                 been lost, a harbour official said.",
                "Tugs were to try to refloat the ship at high water.",
            ],
        ),
        ..piece("tanker", "Shipping", "Harbour Press", At::Port)
    },
    CopyPiece {
        en: text(
            "{port} terminal orders {n} electric straddle carriers",
            &[
                "The largest terminal of {port} has ordered {n} electric straddle carriers, to be delivered over two \
                 years, and will close its last diesel workshop.",
                "The order includes chargers and the retraining of {m} mechanics.",
            ],
        ),
        ..piece("cranes", "Transportation", "Port of {port} Authority", At::Port)
    },
];
