//! Who the news is about: real cities, invented people, companies and clubs.

use super::wire::Language;

/// One set of names, in every language the wires speak.
pub struct Cast {
    en: PeopleNames,
    zh: PeopleNames,
    ko: PeopleNames,
    /// A listed company, in English copy alone.
    company: &'static str,
    /// Its ticker as wires print it.
    ticker: &'static str,
    clubs: (&'static str, &'static str),
}

/// Names in one language.
pub struct PeopleNames {
    /// A city and its country.
    pub city: (&'static str, &'static str),
    /// A city abroad that deals with it, and its country.
    pub partner: (&'static str, &'static str),
    mayor: &'static str,
    guest: &'static str,
    /// A port and its country.
    pub port: (&'static str, &'static str),
}

impl Cast {
    /// The names in `language`.
    pub fn names(&self, language: Language) -> &PeopleNames {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
            Language::Korean => &self.ko,
        }
    }

    /// The ticker of the company, without its exchange's parentheses.
    pub fn ticker(&self) -> &'static str {
        self.ticker
    }

    /// What stands for each `{placeholder}` of copy in `language`.
    pub fn parts(&self, language: Language) -> [(&'static str, &'static str); 12] {
        let names = self.names(language);
        [
            ("{city}", names.city.0),
            ("{country}", names.city.1),
            ("{partner}", names.partner.0),
            ("{partner_country}", names.partner.1),
            ("{mayor}", names.mayor),
            ("{guest}", names.guest),
            ("{port}", names.port.0),
            ("{port_country}", names.port.1),
            ("{company}", self.company),
            ("{ticker}", self.ticker),
            ("{club}", self.clubs.0),
            ("{rival}", self.clubs.1),
        ]
    }
}

const fn names(
    city: (&'static str, &'static str),
    partner: (&'static str, &'static str),
    people: (&'static str, &'static str),
    port: (&'static str, &'static str),
) -> PeopleNames {
    PeopleNames { city, partner, mayor: people.0, guest: people.1, port }
}

/// All casts; programmes go round them.
pub const CASTS: [Cast; 6] = [
    Cast {
        en: names(
            ("Shenyang", "China"),
            ("Cork", "Ireland"),
            ("Lyu Haisheng", "Aoife Brennan"),
            ("Rotterdam", "Netherlands"),
        ),
        zh: names(("沈阳", "中国"), ("科克", "爱尔兰"), ("吕海生", "布伦南"), ("鹿特丹", "荷兰")),
        ko: names(("선양", "중국"), ("코크", "아일랜드"), ("뤼하이성", "브레넌"), ("로테르담", "네덜란드")),
        company: "Lakeshore Instruments",
        ticker: "Nasdaq: LKSI",
        clubs: ("Harbour Rovers", "Northgate Town"),
    },
    Cast {
        en: names(
            ("Incheon", "South Korea"),
            ("Oulu", "Finland"),
            ("Kang Do-hyun", "Marja Heikkinen"),
            ("Busan", "South Korea"),
        ),
        zh: names(("仁川", "韩国"), ("奥卢", "芬兰"), ("姜道贤", "海基宁"), ("釜山", "韩国")),
        ko: names(("인천", "한국"), ("오울루", "핀란드"), ("강도현", "헤이키넨"), ("부산", "한국")),
        company: "Fernhill Bio",
        ticker: "NYSE American: FHB",
        clubs: ("Riverside United", "Saltmarsh Athletic"),
    },
    Cast {
        en: names(("Ningbo", "China"), ("Porto", "Portugal"), ("Xu Wenqing", "Tiago Almeida"), ("Antwerp", "Belgium")),
        zh: names(("宁波", "中国"), ("波尔图", "葡萄牙"), ("许文清", "阿尔梅达"), ("安特卫普", "比利时")),
        ko: names(("닝보", "중국"), ("포르투", "포르투갈"), ("쉬원칭", "알메이다"), ("안트베르펜", "벨기에")),
        company: "Corvid Grid Systems",
        ticker: "TSXV: CGS; OTCQB: CGSFF",
        clubs: ("Kestrel Park", "Old Mill Wanderers"),
    },
    Cast {
        en: names(
            ("Daegu", "South Korea"),
            ("Bristol", "Britain"),
            ("Yoon Sang-ho", "Helen Marchetti"),
            ("Hamburg", "Germany"),
        ),
        zh: names(("大邱", "韩国"), ("布里斯托尔", "英国"), ("尹相浩", "马尔凯蒂"), ("汉堡", "德国")),
        ko: names(("대구", "한국"), ("브리스틀", "영국"), ("윤상호", "마르케티"), ("함부르크", "독일")),
        company: "Tamarack Foods",
        ticker: "NYSE: TMRK",
        clubs: ("Castle Street", "Eastquay Albion"),
    },
    Cast {
        en: names(
            ("Dalian", "China"),
            ("Rosario", "Argentina"),
            ("Song Yimin", "Lucía Ferreyra"),
            ("Santos", "Brazil"),
        ),
        zh: names(("大连", "中国"), ("罗萨里奥", "阿根廷"), ("宋一民", "费雷拉"), ("桑托斯", "巴西")),
        ko: names(("다롄", "중국"), ("로사리오", "아르헨티나"), ("쑹이민", "페레이라"), ("산투스", "브라질")),
        company: "Blue Heron Logistics",
        ticker: "Nasdaq: BHRN",
        clubs: ("Lighthouse City", "Moorland Rangers"),
    },
    Cast {
        en: names(
            ("Qingdao", "China"),
            ("Leipzig", "Germany"),
            ("Meng Rui", "Katrin Vogelsang"),
            ("Vancouver", "Canada"),
        ),
        zh: names(("青岛", "中国"), ("莱比锡", "德国"), ("孟锐", "福格尔桑"), ("温哥华", "加拿大")),
        ko: names(("칭다오", "중국"), ("라이프치히", "독일"), ("멍루이", "포겔장"), ("밴쿠버", "캐나다")),
        company: "Quarry Lane Software",
        ticker: "NYSE: QLS",
        clubs: ("Weaver's Cross", "Granite Bay"),
    },
];
