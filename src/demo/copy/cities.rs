//! Cities and their partners abroad, with what only looks like it.

use super::story::{At, CopyPiece, piece, text};

/// The pieces.
pub const PIECES: &[CopyPiece] = &[
    CopyPiece {
        error: ("2019", "2016"),
        en: text(
            "{city} and {partner} sign sister city agreement",
            &[
                "The cities of {city}, {country}, and {partner}, {partner_country}, signed a sister city agreement on \
                 Friday, formalising contacts that began with a university exchange in {error}.",
                "Mayor {mayor} of {city} and a delegation from {partner} put their names to the document at City \
                 Hall. The programme for the first three years covers harbour management, vocational schools and \
                 care for older residents, and each side will host {n} trainees a year.",
                "\"A pairing is worth as much as the people who use it,\" {mayor} said. {guest}, who led the \
                 delegation, invited {city} to take part in {partner}'s spring festival.",
                "The Foreign Affairs Office of {city} said the agreement brought the number of its sister cities to \
                 {k}.",
            ],
        ),
        zh: text(
            "{city}市与{partner_country}{partner}市缔结友好城市关系",
            &[
                "{city}市与{partner_country}{partner}市20日在{city}签署建立友好城市关系协议书。{city}市市长{mayor}与{partner}市代表团团长{guest}\
                 出席签字仪式。",
                "根据协议，两市将在港口管理、职业教育、养老服务等领域开展合作，每年互派{n}名研修人员。",
                "{city}市外事办公室介绍，至此{city}的国际友好城市已达{k}个。",
            ],
        ),
        ko: text(
            "{city}시, {partner_country} {partner}시와 자매도시 협정 체결",
            &[
                "{city}시와 {partner_country} {partner}시가 20일 {city} 시청에서 자매도시 협정을 맺었다. {mayor} {city}시장과 {guest} {partner}시 \
                 대표단장이 협정서에 서명했다.",
                "두 도시는 항만 관리, 직업 교육, 노인 돌봄 분야에서 협력하고 해마다 연수생 {n}명씩을 교환하기로 했다.",
                "{city}시 국제협력과는 이번 협정으로 국외 자매도시가 {k}곳으로 늘었다고 밝혔다.",
            ],
        ),
        ..piece("pairing", "Government", "Foreign Affairs Office of {city}", At::City)
    },
    CopyPiece {
        en: text(
            "Consul General {guest} of {partner_country} calls on Mayor {mayor}",
            &[
                "{mayor}, Mayor of {city}, received {guest}, Consul General of {partner_country}, at City Hall on a \
                 first courtesy call since the consul general took office in September.",
                "They spoke of direct flights, of the {n} companies from {partner_country} in the city, and of a \
                 cooperation plan with {partner} that both hope to sign next year.",
                "The Director of the Municipal Foreign Affairs Office attended the meeting.",
            ],
        ),
        zh: text(
            "{city}市长{mayor}会见{partner_country}总领事{guest}",
            &[
                "{city}市市长{mayor}日前会见来访的{partner_country}总领事{guest}一行，双方就经贸往来、直航航线和友城合作交换意见。",
                "{guest}说，目前在{city}投资的{partner_country}企业已有{n}家，愿推动{partner}市与{city}深化交流。",
            ],
        ),
        ..piece("consul", "Government", "Municipal Foreign Affairs Office of {city}", At::City)
    },
    CopyPiece {
        en: text(
            "Mayor {mayor} leads {city} delegation to {partner}",
            &[
                "Mayor {mayor} is leading a delegation of {n} from {city} to {partner}, {partner_country}, for four \
                 days of meetings with the city council, the port and two universities.",
                "The delegation will visit a tram depot and a district heating plant, and meets exchange students \
                 from {city} on Sunday. It is the mayor's first visit to a partner abroad this year.",
            ],
        ),
        ko: text(
            "{mayor} {city}시장, {partner_country} {partner} 방문…도시 간 협력 논의",
            &[
                "{mayor} {city}시장이 대표단 {n}명을 이끌고 {partner_country} {partner}시를 방문한다고 {city}시가 밝혔다.",
                "대표단은 나흘 동안 시의회와 항만공사, 대학을 찾아 교류 방안을 논의하고 유학생들을 만난다.",
            ],
        ),
        ..piece("delegation", "Government", "City of {city}", At::City)
    },
    CopyPiece {
        error: ("Tuesday", "Thursday"),
        en: text(
            "Mayors' forum in {city} to bring together {k} cities",
            &[
                "Mayors and deputy mayors of {k} cities will meet in {city}, {country}, on {error} for a forum on \
                 city-to-city cooperation in water, waste and public transport.",
                "{partner}, {partner_country}, will report on its bus network and {city} on reuse of rainwater. The \
                 organisers expect {n} letters of intent between municipal governments.",
                "\"City diplomacy is mostly about drains, and that is meant as praise,\" {guest} of {partner} said.",
            ],
        ),
        zh: text(
            "{k}个城市代表将出席{city}市长论坛",
            &[
                "以城市间合作为主题的市长论坛将在{city}举行，来自{partner_country}{partner}等{k}个城市的市长和代表将围绕水务、\
                 垃圾处理和公共交通展开对话。",
                "主办方预计，论坛期间各地方政府将签署{n}份合作意向书。",
            ],
        ),
        ..piece("forum", "Government", "Foreign Affairs Office of {city}", At::City)
    },
    CopyPiece {
        en: text(
            "Pupils from sister city {partner} spend autumn term in {city}",
            &[
                "{n} pupils from {partner}, {partner_country}, are spending the autumn term at four schools in \
                 {city}. They live with host families and take part in the city's choir week.",
                "The exchange between the sister cities has been running for eleven years; a return visit to \
                 {partner} is planned for May.",
            ],
        ),
        ..piece("pupils", "Education", "City of {city}", At::City)
    },
    CopyPiece {
        en: text(
            "Consular corps briefed on {city}'s plans for the new year",
            &[
                "The Foreign Affairs Office of {city} briefed the consular corps on the city's plans for the coming \
                 year. Consuls and representatives of {n} countries took part.",
                "Deputy Mayor {mayor} answered questions on work permits, school places and the new ferry terminal. \
                 Consul General {guest} thanked the municipal government on behalf of the corps.",
            ],
        ),
        zh: text(
            "{city}举行驻地领团情况通报会",
            &[
                "{city}市外事办公室举行驻地领团情况通报会，{n}个国家的总领事和代表与会。",
                "副市长{mayor}介绍了{city}新一年的发展规划，并就工作许可、国际学校和新客运码头回答提问。",
            ],
        ),
        ..piece("corps", "Government", "Foreign Affairs Office of {city}", At::City)
    },
    CopyPiece {
        error: ("올가을", "내년 봄"),
        en: text(
            "{city} and {partner} mark {n} years as sister cities",
            &[
                "{city} and {partner} are marking {n} years as sister cities with a joint exhibition of photographs \
                 and a row of ginkgo trees planted by Mayor {mayor} and visitors from {partner_country}.",
                "The exhibition, which travels to {partner} in spring, shows letters that pupils of both cities have \
                 exchanged since the pairing began.",
            ],
        ),
        ko: text(
            "{city}-{partner}, 자매결연 {n}주년 기념행사",
            &[
                "{city}시는 {partner_country} {partner}시와의 자매결연 {n}주년을 맞아 공동 사진전을 연다고 밝혔다.",
                "{mayor} 시장과 {partner}시 방문단은 시청 앞에 은행나무를 심었으며, 전시는 {error} {partner}에서도 열린다.",
            ],
        ),
        ..piece("jubilee", "Culture", "City of {city}", At::City)
    },
    CopyPiece {
        en: text(
            "{city} opens liaison desk in {partner}",
            &[
                "The City of {city} has opened a liaison desk in {partner}, {partner_country}, its third abroad, to \
                 help small firms and research institutes find partners.",
                "Two members of the Foreign Affairs Office will staff the desk at {partner}'s town hall. A desk for \
                 {partner} opens in {city} in the second half of the year.",
            ],
        ),
        ..piece("desk", "Government", "City of {city}", At::Partner)
    },
    CopyPiece {
        en: text(
            "Firefighters from {partner} train with {city} brigade",
            &[
                "A team of {n} firefighters from {partner}, {partner_country}, is training with the {city} brigade \
                 for a week, on an exchange arranged by the Foreign Affairs Office.",
                "The exercise, watched by Mayor {mayor}, simulated a fire on a ferry.",
            ],
        ),
        ..piece("brigade", "Government", "City of {city}", At::City)
    },
    // What a filter must tell apart from the above.
    CopyPiece {
        en: text(
            "Mayor {mayor} opens branch library in northern district",
            &[
                "Mayor {mayor} opened a branch library with {m} seats in the northern district of {city} on Saturday.",
                "The building stays open until ten in the evening and lends tools as well as books.",
            ],
        ),
        ..piece("library", "Culture", "City of {city}", At::City)
    },
    CopyPiece {
        en: text(
            "Foreign ministers of {country} and {partner_country} hold talks",
            &[
                "The foreign ministers of {country} and {partner_country} met for talks on trade and maritime \
                 security, their second meeting this year.",
                "A joint statement said the countries would resume consultations between their vice ministers.",
            ],
        ),
        ko: text(
            "{country}·{partner_country} 외교장관 회담…교역·해양안보 논의",
            &[
                "{country}과 {partner_country} 외교장관이 회담을 열고 교역과 해양안보 문제를 논의했다고 외교부가 밝혔다.",
            ],
        ),
        ..piece("ministers", "Politics", "Harbour Press", At::Partner)
    },
    CopyPiece {
        en: text(
            "Consulate warns travellers of fake visa agents in {city}",
            &["The consulate of {partner_country} warned travellers of agents in {city} who sell invented visa \
                 appointments. {n} people have lost deposits since August, it said."],
        ),
        ..piece("visa", "Crime", "Harbour Press", At::City)
    },
];
